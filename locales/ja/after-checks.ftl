### 事後確認：ポリシーが自動承認した申請を担当者が確認する。

after-check = 自動承認の事後確認
after-check-waits = ポリシーにより自動承認されました。{ $due }までに審査担当者が確認します。
after-check-late = ポリシーにより自動承認されました。事後確認の期限（{ $due }）を過ぎています。
after-check-go = 事後確認を行う
after-check-confirmed = { $at }に{ $who }が確認し、妥当と判断しました。
after-check-overturned = { $at }に{ $who }が承認を覆しました。例外は終了しました。審査責任者が保留を解除するまで、このパートナーの申請は自動承認されません。
after-check-because = 理由：{ $reason }
after-check-title = { $reference } の事後確認
after-check-due = 確認期限
after-check-question = この承認は妥当でしたか
after-check-confirm = 妥当である
after-check-confirm-hint = 例外はこのまま継続します。
after-check-overturn = 妥当ではない（承認を覆す）
after-check-overturn-hint = 例外は直ちに終了し、MFA が再び必須になります。審査責任者が保留を解除するまで、このパートナーの申請は自動承認されません。
after-check-reason-hint = 承認を覆す場合は必須です。例外が終了した理由としてパートナーに表示されます。妥当と判断した場合、パートナーには通知されません。
after-check-consequence = ポリシーが自動承認した申請です。確認の結果は、氏名と日時とともに記録されます。
after-check-button = 事後確認を完了する
after-check-cancel = 確認せずに戻る
after-check-open = 申請を開く
input-after-check-missing = 承認が妥当だったかどうかを選択してください。
wrong-state-no-after-check = 確認するものがありません。ポリシーが自動承認した申請ではないか、すでに事後確認が済んでいます。
wrong-state-after-checked = この事後確認はすでに完了しています。
event-exception-after-checked = 事後確認が完了しました
event-exception-after-checked-confirmed = 事後確認で妥当と判断しました
event-exception-after-checked-overturned = 事後確認で承認を覆しました

queue-tab-after-checks = 事後確認
queue-tag-after-check = 事後確認待ち
queue-time-left = 残り時間
after-checks-caption = 事後確認を待っている申請（確認期限の早い順）
after-checks-empty = 事後確認待ちの申請はありません
after-checks-empty-text = 自動承認された申請は、すべて確認済みです。
home-after-checks = 事後確認を行う
home-after-checks-figures = 未確認 { $open } 件（うち期限超過 { $breached } 件）
