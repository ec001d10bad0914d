### 二次承認、差し戻し、内部メモ

nav-approvals = 二次承認
approvals-title = 二次承認
approvals-lead = 別の担当者が一次承認した申請です。同じ範囲で承認するか、承認できない理由を示して差し戻してください。
approvals-caption = 二次承認待ちの申請（回答期限の早い順）
approvals-what = 一次承認の範囲
approvals-first = { $who }、{ $at }
approvals-version = この一次承認は、申請の版 { $version } に対するものです。申請が変更されると無効になります。
approvals-empty = 二次承認待ちの申請はありません
approvals-empty-text = ご自身が一次承認した申請は、別の担当者の承認を待っています。2 名の承認者のうち 1 名は審査責任者である必要があります。

return-go = 同意せず、審査に差し戻す
return-title = { $reference } を審査に差し戻しますか
return-first = 一次承認者
return-reason-hint = 担当者間でのみ共有されます。パートナーには表示されません。
return-consequence = 一次承認は無効になり、申請は審査中のままとなります。この操作では何も決定されず、回答期限も変わりません。
return-button = 審査に差し戻す
return-notice = { $who }が一次承認に同意しませんでした。一次承認は無効です。
wrong-state-no-first-approval = 二次承認を待っている一次承認がありません。すでに決定されたか、申請が変更されています。
event-request-approval-returned = 二次承認者が同意せず、一次承認は無効になりました

notes = 内部メモ
notes-hint = 担当者だけが閲覧できます。メールには記載されず、パートナーに表示されることもありません。
note = 内部メモ
note-text = 新しいメモ
note-write = メモを追加する
event-request-noted = 内部メモが追加されました
