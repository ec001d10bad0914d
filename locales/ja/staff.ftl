### 担当者：例外の取り消しと緊急停止

## 例外の取り消し
exception-open = 例外を開く
revoke-title = 例外 { $reference } を取り消しますか
revoke-partner = パートナー
revoke-issue = 問題
revoke-status = 状態
revoke-who = 対象者
revoke-where = 適用先
revoke-until = 本来の終了日時
revoke-reason = 理由
revoke-reason-hint = パートナーに表示されます。
revoke-consequence = ボタンを押すと、直ちに MFA が再び必須になります（対象：{ $users }）。元に戻すことはできず、パートナーは改めて申請する必要があります。
revoke-consequence-scheduled = この例外は開始されません。元に戻すことはできず、パートナーは改めて申請する必要があります。
revoke-button = 例外を取り消す
revoke-cancel = 取り消さずに戻る

## 緊急停止
nav-suspensions = 緊急停止
suspensions-title = 緊急停止
suspensions-lead = 緊急停止を行うと、例外の適用が直ちに止まり、例外がない場合と同じように MFA が求められます。停止は審査責任者 1 名で行えますが、解除には 2 名の同意が必要です。
suspensions-caption = 緊急停止の一覧（新しい順）
suspensions-empty = 緊急停止はありません
suspensions-empty-text = 有効な例外はすべて適用されています。
suspensions-what = 停止する範囲
suspensions-reason = 理由
suspensions-since = 停止日時
suspensions-state = 状態
suspensions-all = すべてのパートナーのすべての例外
suspensions-issue-of = 「{ $issue }」に関するすべての例外
suspensions-tenant-of = 「{ $partner }」のすべての例外
suspensions-in-force = 停止中
suspensions-lifted = 解除済み
suspensions-waits-for-other = 解除に同意済みです。別の審査責任者の同意が必要です。
suspensions-new = 緊急停止を行う
suspensions-choose = 停止する範囲
suspensions-kind-tenant = 特定のパートナーのすべての例外
suspensions-kind-issue = 特定の問題のすべての例外
suspensions-kind-all = すべてのパートナーのすべての例外
suspensions-partner = パートナー
suspensions-partner-hint = 「特定のパートナーのすべての例外」を選択した場合は必須です。
suspensions-issue = 問題
suspensions-issue-hint = 「特定の問題のすべての例外」を選択した場合は必須です。
suspensions-reason-hint = ほかの審査責任者に表示され、監査記録に残ります。
suspensions-continue = 確認画面へ進む
suspensions-confirm = これらの例外を緊急停止しますか
suspensions-consequence = ボタンを押すと、これらの例外が適用されていたすべての箇所で、直ちに MFA が再び必須になります。解除には審査責任者 2 名の同意が必要です。
suspensions-place = 例外を緊急停止する
suspensions-cancel = 停止せずに戻る
suspensions-lift = 解除に同意する
suspensions-lift-second = 緊急停止を解除する
suspensions-lift-confirm = この緊急停止を解除しますか
suspensions-lift-consequence = 1 人目の同意です。別の審査責任者が同意するまで、停止は続きます。
suspensions-lift-second-consequence = 2 人目の同意です。ボタンを押すと、有効期間中の例外が再び適用されます。
suspensions-lift-cancel = 解除せずに戻る
suspensions-open = 緊急停止の一覧を開く
input-suspension-scope-missing = 停止する範囲を選択してください。
input-partner-not-chosen = パートナーを選択してください。
input-issue-not-chosen = 問題を選択してください。
input-must-be-true = ここには true のみ指定できます。
input-unknown-issue = この問題は存在しません。表示されているものから選択してください。

input-tenant-not-registered = このテナントはパートナーとして登録されていません。テナント ID をご確認ください。
