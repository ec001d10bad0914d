### Webhook のページ。

nav-webhooks = Webhook
webhooks-title = Webhook
webhooks-lead = メールでお知らせする内容（申請、回答、例外、期限）を、署名付きで他のシステムにも通知します。
webhooks-add = Webhook を追加する
webhooks-empty = Webhook はありません
webhooks-empty-text = 追加すると、チケット システムやチャットなどに通知できます。
webhooks-description = 名前
webhooks-description-hint = 他の担当者に分かる名前を入力してください（例：チケット システム）。
webhooks-url = URL
webhooks-host = ホスト
webhooks-url-hint = https:// で始まり、インターネットから接続できる URL を入力してください。社内ネットワークのアドレスは使用できません。
webhooks-state = 状態
webhooks-enabled = 有効
webhooks-disabled = 無効
webhooks-added = 追加日時
webhooks-disabled-at = 無効になった日時
webhooks-last-success = 直近の成功
webhooks-last-failure = 直近の失敗
webhooks-never = まだありません
webhooks-waiting = 送信待ち
webhooks-dead = 送信不能
webhooks-back = Webhook の一覧に戻る
webhooks-back-to-one = Webhook に戻る
webhooks-open = Webhook を開く
webhooks-open-delivery = イベントを開く
webhooks-cancel = 変更せずに戻る

## 追加
webhooks-new = Webhook の追加
webhooks-new-lead = 次のページに、受信側で送信元を検証するためのシークレットが表示されます。
webhooks-types-which = どのイベントを送信しますか
webhooks-types-all = すべて（今後追加される種類も含む）
webhooks-types-some = ここで選んだものだけ
webhooks-types = イベント
webhooks-types-hint = 「ここで選んだものだけ」を選んだ場合に使用されます。
webhooks-type-test = テスト
webhooks-tenant = どのパートナーのイベントですか
webhooks-tenant-hint = パートナーを指定すると、そのパートナーのイベントだけが送信されます。
webhooks-tenant-all = すべてのパートナー
webhooks-secret-title = Webhook のシークレット
webhooks-secret-once = シークレットが表示されるのはこの 1 回だけです。今すぐコピーしてください。再表示はできず、新しいものへの変更だけが可能です。
webhooks-secret = シークレット
webhooks-secret-text = 先頭の「whsec_」も含めて、そのまま受信側に設定してください。Standard Webhooks のライブラリはこの形式に対応しています。
webhooks-secret-kept = シークレットをコピーしました

## 個別のページ
webhooks-actions = 操作
webhooks-test = テストを送信する
webhooks-test-text = この Webhook だけに、種類が「test」のイベントを送信します。結果はページを再読み込みしてご確認ください。
webhooks-enable = Webhook を有効にする
webhooks-enable-text = 無効になった時点で送信待ちだったイベントが送信されます。無効の間に発生したイベントは送信されません。
webhooks-disable = Webhook を無効にする
webhooks-disable-text = 送信待ちのイベントは保持され、再び有効にしたときに送信されます。無効の間に発生したイベントは送信されません。
webhooks-disabled-person = この Webhook は無効です。イベントは送信されません。
webhooks-disabled-gone = 受信側が今後の受信を拒否した（410）ため、この Webhook は無効になりました。
webhooks-disabled-failing = 5 日間送信できなかったため、この Webhook は無効になりました。受信側が復旧したら、有効にしてください。
webhooks-rotated = 新しいシークレットを使用しています。{ $until }までは、以前のシークレットでも署名されます。
webhooks-rotate = 新しいシークレットを作成する
webhooks-rotate-confirm = 新しいシークレットを作成しますか
webhooks-rotate-consequence = 次のページに新しいシークレットが 1 回だけ表示されます。受信側で切り替えられるように、1 日間は新旧両方のシークレットで署名されます。その後、以前のシークレットは使用されなくなります。
webhooks-delete = Webhook を削除する
webhooks-delete-confirm = この Webhook を削除しますか
webhooks-delete-consequence = シークレットと、送信待ちおよび送信済みのイベントがすべて削除されます。元に戻すことはできません。

## 送信したイベント
webhooks-deliveries = 直近 30 日間のイベント
webhooks-deliveries-empty = イベントはありません
webhooks-deliveries-empty-text = この条件に該当するイベントはありません。
webhooks-all = すべて
webhooks-filter = { $state }（{ $count }）
webhooks-event = イベント
webhooks-about = 対象
webhooks-to = Webhook
webhooks-id = ID（webhook-id）
webhooks-occurred = 発生日時
webhooks-delivery-state = 状態
webhooks-delivery-waiting = 送信待ち
webhooks-delivery-delivered = 送信済み
webhooks-delivery-dead = 送信不能
webhooks-last-result = 直近の結果
webhooks-last-attempt = 直近の試行
webhooks-next-attempt = 次回の試行
webhooks-attempts = 試行回数
webhooks-done = 完了日時
webhooks-body = 送信内容
webhooks-resend = 再送する
webhooks-resend-text = 同じ ID で送信されるため、受信側で重複を判別できます。
webhooks-result-http = 応答 { $status }
webhooks-result-timeout = 時間内に応答がありませんでした
webhooks-result-name-unknown = ホスト名が見つかりません
webhooks-result-address-refused = 接続が許可されていないアドレスです
webhooks-result-tls-failed = 証明書が有効ではありません
webhooks-result-connection-failed = 接続できません
webhooks-result-connection-lost = 接続が切断されました
webhooks-result-secret-unreadable = シークレットを読み取れません。新しいものを作成してください

## 入力の誤り
input-webhook-url-invalid = URL 全体を入力してください（例：https://tickets.example.com/hooks）。
input-webhook-url-not-https = https:// で始まる URL を入力してください。
input-webhook-url-with-user = URL にユーザー名やパスワードを含めないでください。イベントは署名されます。
input-webhook-url-with-fragment = 「#」以降を取り除いてください。
input-webhook-url-port = 使用できるポートを指定してください：{ $ports }
input-webhook-url-address = インターネットから接続できるアドレスを指定してください。プライベート アドレス、ローカル アドレス、予約済みアドレスは使用できません。
input-webhook-types-empty = イベントを 1 つ以上選択してください。
input-webhook-type-unknown = このイベントの種類はありません。選択肢から選んでください。
input-webhook-too-many = Webhook はすでに { $max } 件あります。不要なものを削除してください。

## 監査記録
audit-kind-webhook = Webhook
audit-field-types = イベント
audit-field-limited-to = 対象テナント
audit-field-because = 理由
audit-field-was-disabled-because = 無効になっていた理由
audit-field-event = イベント
audit-field-url = URL
audit-field-waiting = 送信待ち
audit-field-dead = 送信不能
audit-field-last-result = 直近の結果
event-webhook-added = Webhook を追加しました
event-webhook-secret-rotated = Webhook のシークレットを新しくしました
event-webhook-enabled = Webhook を有効にしました
event-webhook-disabled = Webhook を無効にしました
event-webhook-tested = Webhook にテストを送信しました
event-webhook-resent = イベントを Webhook への再送信待ちに戻しました
event-webhook-deleted = Webhook を削除しました
