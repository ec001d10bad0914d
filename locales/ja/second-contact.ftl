### パートナーの第二連絡先: ページとメール。

## 設定のページ
second-contact-title = 第二連絡先
second-contact-open = 第二連絡先を変更する
second-contact-lead = 貴社全体で 1 つ登録できる、追加の連絡先です。回答、質問、例外の経過など、申請の連絡先に送信されるメールの写しが届きます。
second-contact-done-asked = アドレスに確認用のリンクを送信しました。受信者がリンクを開いて確認すると、写しが届くようになります。
second-contact-done-removed = 第二連絡先を削除しました。今後、写しは送信されません。
second-contact-waits = { $address } は確認待ちです。送信したメールのリンクの有効期限は{ $until }です。
second-contact-no-server = メール サーバーが構成されていないため、メールは送信されません。
second-contact-address = アドレス
second-contact-none = なし
second-contact-confirmed-at = 確認日時
second-contact-new = 新しいアドレス
second-contact-hint = 確認用のリンクを送信します。受信者のアカウントは必要ありません。確認されるまで、写しの送信先は変わりません。
second-contact-told = 第二連絡先が変更されるたびに、変更した方のお名前とともに、貴社のセキュリティ連絡先に通知されます。
second-contact-ask = リンクを送信する
second-contact-remove = 第二連絡先を削除する

## アドレスの確認
second-contact-confirm-title = メールの写しを受け取りますか？
second-contact-confirm-text = ボタンを押すと、このパートナーの申請の連絡先に送信されるメールの写しが、このアドレスに届くようになります。送信は、パートナーの管理者がいつでも停止できます。
second-contact-confirm = アドレスを確認する
second-contact-confirm-cancel = 確認せずに終了する
second-contact-said = アドレスを確認しました
second-contact-said-text = 今後、パートナーの申請の連絡先に送信されるメールの写しが、このアドレスに届きます。このページは閉じていただいて構いません。
second-contact-link-unknown = このリンクは無効です。新しいリンクの送信を、パートナーの管理者にご依頼ください。
second-contact-link-over = 送信から 24 時間が過ぎたため、このリンクは無効です。新しいリンクの送信を、パートナーの管理者にご依頼ください。
second-contact-link-used = このリンクが使用済みか、より新しいリンクが送信されたか、アドレスが削除されています。最新のメールのリンクを開くか、新しいリンクの送信をパートナーの管理者にご依頼ください。

## メール
mail-why-second-contact = この写しは、{ $partner } の第二連絡先として登録されている方にお送りしています。登録は { $partner } の管理者が変更できます。
mail-why-second-contact-named = このメールは、{ $product } で第二連絡先としてこのアドレスが入力されたため、お送りしています。
mail-second-contact = メールの写しの受信に関するご確認のお願い
mail-second-contact-text = { $partner } が、{ $product } でこのアドレスを第二連絡先として入力しました。ご確認いただくと、回答、質問、例外の経過など、申請の連絡先に送信されるメールの写しが届くようになります。アカウントは必要ありません。
mail-second-contact-otherwise = お心当たりがない場合、お手続きは不要です。ご確認いただかない限り、このアドレスに写しが送信されることはありません。
mail-second-contact-confirm = このアドレスを確認する
mail-second-contact-named = 第二連絡先が入力されました
mail-second-contact-named-text = 貴社のアカウントにより、{ $product } で第二連絡先が入力されました。受信者がアドレスを確認すると、申請の連絡先に送信されるメールの写しが届くようになります。
mail-second-contact-named-by = 入力した方
mail-second-contact-confirmed = 第二連絡先が確認されました
mail-second-contact-confirmed-text = 今後、{ $product } から貴社の申請の連絡先に送信されるメールの写しが、以下のアドレスに届きます。
mail-second-contact-confirmed-by = 入力した方
mail-second-contact-removed = 第二連絡先が削除されました
mail-second-contact-removed-text = 貴社のアカウントにより、{ $product } で第二連絡先が削除されました。今後、以下のアドレスに写しは送信されません。
mail-second-contact-removed-by = 削除した方
mail-second-contact-at = 日時
mail-second-contact-before = 変更前のアドレス
mail-second-contact-not-us = 貴社が意図した変更でない場合は、アカウントが不正に使用されているおそれがあります。管理者に第二連絡先の確認をご依頼のうえ、アカウントの使用状況をお調べください。セキュリティ連絡先へのメールは、これまでどおり送信されます。
mail-second-contact-open = 第二連絡先を開く

## 送信メールと監査記録
mails-to-second-contact = パートナーの第二連絡先
mails-kind-second-contact-to-confirm = 第二連絡先の確認
mails-kind-second-contact-changed = 第二連絡先の変更
event-partner-second-contact-named = 第二連絡先を入力
event-partner-second-contact-confirmed = 第二連絡先をメールのリンクで確認
event-partner-second-contact-removed = 第二連絡先を削除
audit-field-address = アドレス（一部）
