### 申請に関するものではない、担当者へのメール。

mail-address-changed = このアドレスへのメール通知を終了しました
mail-address-changed-text = { $at }以降、これまでこのアドレスに届いていた { $product } のメール通知は、別のアドレスに送信されます。
mail-address-removed-text = { $at }に、{ $product } でこのアドレスが削除されました。今後、このアドレスにメール通知は送信されません。
mail-address-changed-otherwise = お心当たりがない場合は、第三者がアカウントを使用しているおそれがあります。メール通知の設定を確認し、所属組織のアカウント管理者に連絡してください。
mail-why-address-before = このメールは、これまで { $product } のメール通知の送信先だったアドレスにお送りしています。
mail-webhook-disabled = Webhook が無効になりました
mail-webhook-disabled-gone = 受信側が今後の受信を拒否した（410）ため、{ $at }に Webhook が無効になりました。
mail-webhook-disabled-failing = 5 日間送信できなかったため、{ $at }に Webhook が無効になりました。
mail-webhook-disabled-after = 送信待ちのイベントは保持され、審査責任者が再び有効にしたときに送信されます。無効の間に発生したイベントは送信されません。
mails-kind-address-changed = 送信先アドレスの変更
mails-kind-webhook-disabled = Webhook の無効化
