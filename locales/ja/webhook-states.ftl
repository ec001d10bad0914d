### Webhook に対する操作ができない理由と、対処方法。

webhook-rotated-lately = 新しいシークレットを作成してから 1 日が経過していません。作成後 1 日間は、新旧両方のシークレットで署名されます。新しいシークレットを使用するか、1 日が経過するまでお待ちください。新しいシークレットも漏えいした場合は、Webhook を削除して追加し直してください。
webhook-enabled-already = すでに有効です。ページを再読み込みして、現在の状態を確認してください。
webhook-disabled-already = すでに無効です。ページを再読み込みして、現在の状態を確認してください。
webhook-disabled-no-test = 無効のため、イベントは送信されません。先に Webhook を有効にしてから、テストを送信してください。
webhook-waits-already = すでに送信待ちです。しばらくしてからページを再読み込みし、結果を確認してください。

## 変更
webhooks-change = Webhook を変更する
webhooks-change-lead = シークレットは変わりません。送信待ちのイベントは、変更後の URL に送信されます。
webhooks-change-save = 変更を保存する
event-webhook-changed = Webhook を変更しました
