### デモ用のメールボックス。

mailbox-title = デモ用メールボックス
mailbox-lead = デスクが送信するメールは、宛先にかかわらずすべてここに届きます。このコンピューターの外に送信されることはありません。
mailbox-empty = メールはまだありません。
mailbox-caption = メール（新しい順）
mailbox-subject = 件名
mailbox-from = 差出人
mailbox-to = 宛先
mailbox-date = 送信日時
