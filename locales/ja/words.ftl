### 製品の用語：ロール、状態、適用先

role-filer = 申請を行う管理者
role-feed-read = 適用サービス
role-reviewer = 審査担当者
role-lead = 審査責任者
role-policy-admin = ポリシー管理者
role-auditor = 監査担当者

status-draft = 下書き
status-in-review = 審査中
status-waiting-for-partner = ご回答待ち
status-waiting-for-partner-staff = パートナー回答待ち
status-accepted = 承認
status-denied = 不承認
status-withdrawn = 取り下げ
status-scheduled = 開始前
status-active = 有効
status-expired = 期間終了
status-revoked = 取り消し
status-running = 進行中
status-paused = 停止中
status-met = 期限内
status-breached = 期限超過
status-pending-second-approval = 二次承認待ち

