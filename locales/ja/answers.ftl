### 回答を受けたパートナーの手続き（回答、異議申し立て、再開、取り下げ）と、審査担当者からの質問

## できない場合
not-allowed-own-denial = この申請を不承認としたのはご自身です。異議申し立ては、別の審査担当者が審査する必要があります。
reopen-too-late = この申請を再開できる期間は終了しました。改めて申請してください。
appeal-only-once = この申請に対する異議申し立ては、すでに行われています。再度の異議申し立てはできませんが、改めて申請することはできます。
appeal-too-late = 異議申し立てができるのは不承認から 30 日以内です。期間を過ぎているため、必要な場合は改めて申請してください。

## 申請：次にすること
request-question = 審査担当者からの質問
request-appeal = 異議申し立て
request-appeal-reason = 異議申し立ての理由
request-first-denial = 最初の結果
request-first-denial-by-policy = { $at }に、ポリシーにより不承認となりました。
request-first-denial-by-person = { $at }に、審査担当者が不承認としました。理由は次のとおりです。
appeal-state-open = 別の審査担当者が改めて審査します。
appeal-state-overturned = 最初の結果が変更され、{ $at }に承認されました。
appeal-state-upheld = { $at }に別の審査担当者が判断し、最初の結果は変わりませんでした。再度の異議申し立てはできません。
appeal-state-withdrawn = 申請が取り下げられたため、異議申し立ては終了しました。
outcome-why-waiting = 決定の前に、審査担当者が確認したいことがあります。
outcome-why-lapsed = 10 営業日以内にご回答がなかったため、自動的に取り下げられました。
outcome-why-appealed = 異議申し立てを受け付けました。別の審査担当者が改めて審査します。
outcome-why-upheld = 異議申し立てについて別の審査担当者が審査しましたが、最初の結果は変わりませんでした。
outcome-why-overturned = 異議申し立てが認められ、別の審査担当者が申請を承認しました。
outcome-reply-by = { $until }までにご回答ください。ご回答がない場合、申請は自動的に取り下げられます。
outcome-clock-stands = ご回答をいただくまで、審査結果の回答期限の計算は停止します。再開後の残りの営業時間は{ $left }です。
outcome-reopen-by = { $until }までは、この申請を再開できます。
outcome-appeal-by = { $until }までは、異議申し立てができます。別の審査担当者が 3 営業日以内に決定します。
outcome-no-appeal = 再度の異議申し立てはできません。その後状況が変わった場合は、改めて申請できます。
outcome-until-then = それまでは、通常どおり MFA が求められます。
reply-go = 質問に回答する
appeal-go = 異議を申し立てる
reopen-go = 申請を再開する

## 回答、異議申し立て、再開のフォーム
step-back-to-request = 申請に戻る
step-title-of-request = 件名
step-changed = このページを開いた後に、申請の状況が変わりました。送信する前に、もう一度ご確認ください。
reply-title = { $reference } に関する質問への回答
reply-question = 質問
reply-consequence = ご回答を審査担当者にお送りし、回答期限の計算を再開します。{ $until }までにご回答がない場合、申請は自動的に取り下げられます。
reply-field = ご回答
reply-field-hint = パスワードなどの機密情報は記入しないでください。
reply-do = 回答を送信する
reply-cancel = 今は回答しない
appeal-title = { $reference } の結果に対する異議申し立て
appeal-denied = 不承認の日時
appeal-first-reason = 不承認の理由
appeal-consequence = 別の審査担当者が改めて審査し、3 営業日以内に決定します。決定までは、通常どおり MFA が求められます。異議申し立ては 1 回限りで、{ $until }まで可能です。
appeal-field = 再審査を求める理由
appeal-field-hint = 考慮されていない点や、貴社に固有の事情をご記入ください。審査担当者は、申請の内容もすべて確認します。
appeal-do = 異議申し立てを送信する
appeal-cancel = 異議を申し立てない
reopen-title = 申請 { $reference } を再開しますか
reopen-consequence = 再開すると、質問への回答をさらに 10 営業日お待ちします。回答期限は残りの営業時間（少なくとも 1 営業日）から再開します。再開できるのは{ $until }までです。
reopen-do = 申請を再開する
reopen-cancel = 再開しない

## 履歴
event-request-asked = 審査担当者が質問し、回答期限の計算を停止しました
event-request-replied = 回答を受け付け、回答期限の計算を再開しました
event-request-reminded = ご回答がない場合は取り下げとなることをお知らせしました
event-request-lapsed = 10 営業日以内に回答がなかったため、自動的に取り下げられました
event-request-reopened = 申請が再開されました
event-request-appealed = 異議申し立てを受け付け、別の審査担当者に回付しました
event-request-accepted-overturned = 異議申し立てにより承認されました
event-request-denied-upheld = 異議申し立ての審査でも不承認となりました

## 審査担当者向け
review-ask = パートナーへの質問
review-ask-lead = パートナーから回答があるまで、回答期限の計算は停止します。10 営業日以内に回答がない場合、申請は自動的に取り下げられます。
review-ask-voids = 一次承認は無効になります。
review-question = 質問
review-question-hint = パートナーに表示されます。パートナーの言語（{ $language }）で記入してください。
review-ask-do = 質問を送信する
review-appeal = 異議申し立て
review-appeal-notice = 異議申し立ての審査です
review-appeal-notice-text = この申請は{ $at }に不承認となりました。そのとき決定した担当者は、今回の審査に加わることができません。異議申し立ての理由は以下に表示しています。
review-appeal-yours = この申請を不承認としたのはご自身のため、異議申し立ては別の担当者が審査する必要があります。
review-appeal-reason = 異議申し立ての理由
review-appeal-denial = 不承認の決定者と日時
review-appeal-denied = { $by }、{ $at }
review-appeal-by-policy = ポリシー（自動判定）
review-appeal-overturned = 異議申し立て：承認に変更
review-appeal-upheld = 異議申し立て：不承認を維持
review-waits = パートナーの回答待ちです
review-waits-until = 回答がない場合、申請は{ $until }に自動的に取り下げられます。
review-result-lapsed = パートナーから回答がなく、{ $at }に自動的に取り下げられました。
review-tag-appeal = 異議申し立て
queue-paused = { $left }（停止中）
