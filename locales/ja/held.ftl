### データベース復元後の新しい epoch と、保留中の例外

status-held = 保留中
held-title = 保留中の例外
held-lead = データベースがバックアップから復元され、フィードの新しい epoch が開始されました。バックアップ以降の記録は失われているため、次の例外の中には、その間に取り消し、早期終了、または報告の対象となったものが含まれている可能性があります。いずれも、確認されるまで効力を持ちません。失われた期間のメールや連絡と照合し、再開すべきでないものは取り消してください。
held-choose = 内容に問題のない例外
held-choice = { $reference }・{ $partner }
held-until = { $until }まで
held-reason = 確認の根拠
held-reason-hint = 例: 今朝書き出した監査記録と照合しました。監査記録に残り、担当者のみが閲覧できます。
held-confirm = 例外を確認済みにする
held-empty = 保留中の例外はありません
held-empty-text = すべての例外は、それぞれのページに記載のとおり適用されます。
held-open = 保留中の例外を確認する
input-none-chosen = 例外を 1 件以上選択してください。
input-not-held = この例外はすでに保留中ではないか、所属する組織のものです。ページを再読み込みし、選択し直してください。
input-named-twice = この例外が重複して指定されています。

exception-held = { $at }から保留中です。データベースが復元されたため、この窓口の審査責任者による確認を待っています。確認されるまでは、通常どおり MFA が求められます。お手続きは必要ありません。
exception-held-staff = { $at }から保留中です。フィードの新しい epoch が開始され、審査責任者による確認がまだ済んでいません。確認されるまでは、通常どおり MFA が求められます。
outcome-exception-held = 例外は保留中です。データベースが復元されたため、審査責任者の確認を待っています。確認されるまでは、通常どおり MFA が求められます。
coverage-held = 現在は対象外です
coverage-held-text = データベースが復元されたため、対象となる例外は確認待ちです。確認されるまでは、例外がない場合と同様に MFA が求められます。

home-feed-stopped = フィードが停止している原因を確認する
home-feed-stopped-text = データベースが公開元のものと異なるため、何も公開されていません。ゲートは、手元の文書の期限が切れると MFA を省略しなくなります。
home-held = 保留中の例外を確認する
home-held-count = { $count } 件の例外が確認待ちで、フィードに含まれていません。

event-feed-epoch-begun = フィードの新しい epoch を開始し、すべての例外を保留にしました
event-exception-held = データベースの復元により保留しました
event-exception-confirmed = 復元後の確認が完了しました
event-signing-key-rotated = フィードの次の署名鍵を公開しました
event-signing-key-withdrawn = フィードの署名鍵を失効させました

problem-feed-stopped = フィードは停止しています
problem-feed-stopped-detail = データベースが、フィードの公開元のものと異なるため、何も公開していません。この窓口の運用担当者による対応が必要です。
problem-feed-stopped-meaning = 公開済みの版は、データベースの外にも記録されています。現在のデータベースはその記録より古いか、別の系統のものです。
problem-feed-stopped-cause = データベースがバックアップから復元されたか、別のデータベースに接続されています。
problem-feed-stopped-fix = 運用担当者: 正しいデータベースに接続してください。復元した場合は「exception-desk feed new-epoch --reason …」を実行し、各ゲートで「mfa-gate anchor」を実行したうえで、審査責任者が保留中の例外を確認してください。利用側: お手元の文書を有効期間内に限り引き続き使用してください。
