### データベース復元後の新しい epoch と、保留中の例外

status-held = 復元後の確認待ち
held-title = 復元後の確認待ちの例外
held-lead = データベースがバックアップから復元され、フィードの新しい epoch が開始されました。バックアップ以降の記録は失われています。次の例外には、その間に取り消されたもの、早期終了したもの、心当たりがないと報告されたものが含まれている可能性があります。いずれも、確認されるまで適用されません。失われた期間のメールや電話の記録と照合し、再び適用すべきでないものは取り消してください。
held-choose = 再び適用する例外
held-choice = { $reference }・{ $partner }
held-until = { $until }まで
held-reason = 確認の根拠
held-reason-hint = 例：今朝書き出した監査記録と照合しました。監査記録に残り、担当者のみが閲覧できます。
held-confirm = 例外を確認済みにする
held-empty = 確認待ちの例外はありません
held-empty-text = すべての例外は、それぞれのページに記載のとおり適用されます。
held-open = 確認待ちの例外を確認する
input-none-chosen = 例外を 1 件以上選択してください。
input-not-held = この例外はすでに確認済みか、ご自身の所属組織の例外です。ページを再読み込みし、選択し直してください。
input-named-twice = この例外が重複して指定されています。

exception-held = { $at }から適用が保留されています。データベースが復元されたため、この窓口の審査責任者による確認を待っています。確認されるまでは、通常どおり MFA が求められます。お手続きは必要ありません。
exception-held-staff = { $at }から適用が保留されています。フィードの新しい epoch が開始され、審査責任者による確認がまだ済んでいません。確認されるまでは、通常どおり MFA が求められます。
outcome-exception-held = 例外の適用は保留されています。データベースが復元されたため、審査責任者の確認を待っています。確認されるまでは、通常どおり MFA が求められます。
coverage-held = 現在、例外は適用されていません
coverage-held-text = データベースが復元されたため、ご自身を対象とする例外は確認待ちです。確認されるまでは、例外がない場合と同じように MFA が求められます。

home-feed-stopped = フィードが停止している原因を確認する
home-feed-stopped-text = データベースがフィードの公開元のものと異なるため、何も公開されていません。ゲートは、取得済みの文書の有効期限が切れると、例外を適用しなくなります。
home-held = 確認待ちの例外を確認する
home-held-count = { $count } 件の例外が審査責任者の確認を待っており、フィードに含まれていません。

event-feed-epoch-begun = フィードの新しい epoch を開始し、すべての例外を保留にしました
event-feed-version-begun = ルールを変えずに、フィードの新しいバージョンを開始しました
event-exception-held = データベースの復元により保留しました
event-exception-confirmed = 復元後の確認が完了しました
event-signing-key-rotated = フィードの次の署名鍵を公開しました
event-signing-key-withdrawn = フィードの署名鍵を失効させました

problem-feed-stopped = フィードは停止しています
problem-feed-stopped-detail = データベースが、フィードの公開元のものと異なるため、何も公開していません。この窓口の運用担当者による対応が必要です。
problem-feed-stopped-meaning = 公開済みのバージョンは、データベースの外にも記録されています。現在のデータベースはその記録より古いか、別の系統のものです。
problem-feed-stopped-cause = データベースがバックアップから復元されたか、別のデータベースに接続されています。
problem-feed-stopped-fix = 運用担当者：正しいデータベースに接続してください。復元した場合は「exception-desk feed new-epoch --reason …」を実行し、各ゲートで「mfa-gate anchor」を実行したうえで、審査責任者が確認待ちの例外を確認してください。利用側：お手元の文書を有効期間内に限り引き続き使用してください。
audit-kind-feed = フィード
audit-kind-signing-key = 署名鍵
audit-field-epoch = epoch
audit-field-held = 保留した例外の数
audit-field-kid = 鍵 ID
audit-field-state = 状態
