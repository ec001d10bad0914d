### パートナーのページと保留

partner-entry = 登録内容
partner-exempt = MFA を求められないユーザー
partner-total = 現在または今後の対象者
partner-total-limit = 審査なしで承認できる上限
partner-grants = 有効または開始前の例外
partner-grants-empty = 有効または開始前の例外はありません
partner-grants-empty-text = このパートナーでは、すべてのユーザーに MFA が求められます。
partner-requests = 最近の申請
partner-requests-empty = 申請はまだありません
partner-requests-empty-text = このパートナーからの例外の申請はありません。
partner-filed = 申請日時
partner-registered-at = 登録日時
partner-history = 履歴
partner-open = パートナーのページを開く

hold-tag = 保留中
hold-title = 保留中：すべての申請を審査担当者が審査します
hold-text = このパートナーの例外が取り消されました。{ $since }以降、審査責任者が保留を解除するまで、自動承認は行われません。
hold-because = 例外 { $reference } を見る
hold-lift = 保留を解除する
hold-lift-title = このパートナーの保留を解除しますか
hold-lift-consequence = 解除すると、ポリシーの判定項目をすべて満たす申請は、再び直ちに承認されます。
hold-lift-cancel = 保留を続ける
hold-since = 保留の開始日時
hold-exception = 取り消された例外
hold-reason = 保留を解除する理由
hold-reason-hint = 監査記録に残ります。確認した内容と確認者を記載してください。パートナーには表示されません。

event-partner-registered = パートナーを登録
event-partner-changed = 登録内容を変更
event-partner-hold-placed = 保留を開始（審査担当者が例外を取り消したため）
event-partner-hold-lifted = 保留を解除
event-by-operator = 運営担当者
