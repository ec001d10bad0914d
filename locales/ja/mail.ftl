### メール: 件名、本文、受信者がメールを受け取る理由。

mail-subject = [{ $product }] { $reference }: { $what }
mail-colon = {"："}
mail-fact-reference = 申請番号
mail-fact-partner = パートナー
mail-fact-due = 回答期限
mail-why-contact = このメールは、{ $reference } の連絡先として登録されている方にお送りしています。
mail-why-security-contact = このメールは、{ $product } に貴社のセキュリティ連絡先として登録されている方にお送りしています。
mail-why-staff = このメールは、{ $product } で申請を担当している方にお送りしています。
mail-automatic = このメールは自動送信です。ご返信いただいてもお答えできません。パスワードや確認コードをメールでお尋ねすることはありません。
mail-ask = お問い合わせ先：{ $contact }
mail-open-request = 申請を開く
mail-open-exception = 例外を開く

## 申請の結果
mail-request-received = 申請を受け付けました
mail-request-received-text = 審査担当者が申請を確認します。{ $due }までに回答いたします。
mail-appeal-received = 異議申し立てを受け付けました
mail-appeal-received-text = 別の審査担当者が申請を改めて確認します。{ $due }までに回答いたします。
mail-wait = お手続きは不要です。回答をお知らせするまでは、これまでどおり MFA が必要です。
mail-why-review = 担当者が審査する理由
mail-request-accepted = 申請が承認されました
mail-accepted-policy = 申請が判定項目をすべて満たしているため、例外が承認されました。
mail-accepted-person = 審査担当者が申請を確認し、例外を承認しました。
mail-accepted-appeal = 異議申し立てを受けて別の審査担当者が確認し、例外を承認しました。
mail-bounds = 以下の対象者は、以下の適用先で、期間中に限り MFA を求められません。それ以外の場所およびそれ以外の方には、これまでどおり MFA が必要です。
mail-reminders = 例外が終了する 14 日前と 3 日前に、改めてお知らせします。
mail-request-denied = 申請は承認されませんでした
mail-denied-person = 審査担当者が申請を確認しましたが、例外は承認されませんでした。理由は申請のページをご覧ください。
mail-denied-appeal = 異議申し立てを受けて別の審査担当者が確認しましたが、結果は変わりませんでした。理由は申請のページをご覧ください。再度の異議申し立てはできませんが、状況が変わった場合は改めて申請できます。
mail-still-required = これまでどおり MFA が必要です。
mail-appeal-until = この結果にご納得いただけない場合は、{ $until }まで異議申し立てができます。別の審査担当者が改めて確認します。
mail-question = 確認したいことがあります
mail-question-text = 審査を進めるために、審査担当者から確認したいことがあります。ご回答をいただくまで、審査結果の回答期限の計算は停止します。
mail-question-until = { $until }までにご回答ください。ご回答がない場合、申請は自動的に取り下げとなります。
mail-reply = 質問を読んで回答する
mail-reply-due = ご回答の期限が近づいています
mail-reply-due-text = ご回答をお待ちしています。ご回答がない場合、申請は{ $until }に自動的に取り下げとなります。
mail-lapsed = 申請は取り下げとなりました
mail-lapsed-text = こちらからの質問にご回答がなかったため、申請は自動的に取り下げとなりました。
mail-lapsed-until = { $until }までは再開できます。それ以降は、新しい申請を提出してください。

## 例外の経過
mail-granted = 貴社に MFA の例外が承認されました
mail-granted-text = 貴社の方から技術的な例外の申請があり、承認されました。
mail-not-us-text = 貴社の方が申請したものでない場合は、「心当たりがない場合」から直ちに例外を終了してください。サインインは必要ありません。終了すると、審査責任者に通知されます。
mail-not-us = 心当たりがない場合
mail-started = 例外の期間が始まりました
mail-started-text = 開始日を指定して承認された例外の期間が始まりました。
mail-ends-soon = 例外の終了日が近づいています
mail-ends-soon-text = 例外は{ $until }に終了します。終了後は、対象者に再び MFA が求められます。
mail-renew-text = 技術的な問題が解決していない場合は、回答が間に合うよう、お早めに更新を申請してください。更新の申請には、現在の内容があらかじめ入力されています。
mail-ended = 例外が終了しました
mail-ended-text = 例外の期間は{ $at }に終了しました。
mail-ended-by-partner = 貴社の方が{ $at }に例外を終了しました。
mail-required-again = 以下の対象者には、再び MFA が求められます。
mail-new-request = 引き続き例外が必要な場合は、新しい申請を提出してください。
mail-revoked = 例外が取り消されました
mail-revoked-text = 例外は{ $at }に取り消されました。
mail-revoked-reason = 理由は例外のページをご覧ください。引き続き例外が必要な場合は、新しい申請を提出してください。
mail-suspended = 例外が緊急停止されました
mail-suspended-text = 安全のため、{ $at }からこの例外を緊急停止しています。停止中は、以下の対象者に再び MFA が求められます。
mail-suspended-after = 停止が解除されると、例外は終了日まで再び有効になります。新しい申請は必要ありません。
mail-sunset = この問題に関する例外の受付が終了します
mail-sunset-text = この問題の受付終了日は{ $sunset }です。これより後まで続く例外は承認されません。
mail-sunset-own = 現在の例外は{ $until }まで有効です。それ以降は MFA を使用できるよう、ご準備をお願いします。

## 審査側へのお知らせ
mail-review = 申請を審査する
mail-answered = パートナーから回答がありました
mail-answered-text = { $tenant } から質問への回答があり、回答期限までの時間が再び進んでいます。回答期限は{ $due }です。
mail-clock-half-used = 回答期限までの時間の半分が経過しました
mail-clock-half-used-text = { $tenant } の申請について、回答期限までの時間の半分が経過しました。回答期限は{ $due }です。
mail-clock-mostly-used = 回答期限までの時間の 80% が経過しました
mail-clock-mostly-used-text = { $tenant } の申請について、回答期限までの時間の 80% が経過しました。回答期限は{ $due }です。
mail-clock-breached = 回答期限を過ぎています
mail-clock-breached-text = { $tenant } の申請の回答期限は{ $due }でした。この申請は審査待ちの先頭に表示されています。期限を過ぎても、自動的に承認されることはありません。
mail-nobody-eligible = 審査できる担当者がいません
mail-nobody-eligible-text = { $tenant } の申請を審査できる担当者がいません。この申請の提出にも審査にも関わっておらず、このパートナーに所属していない審査担当者を手配してください。
mail-disputed = 警告：パートナーに心当たりのない例外があります
mail-disputed-text = { $tenant } から、この例外を申請した覚えがないとの報告がありました。例外はすでに無効です。審査責任者が保留を解除するまで、このパートナーの申請は自動承認されません。
mail-disputed-after = このパートナーに次の承認を行う前に、申請を提出した人物を確認してください。
