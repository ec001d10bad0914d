### 例外のページ

exceptions-title = 例外
exceptions-lead = MFA を求められない対象者、適用先、期間の一覧です。
exceptions-lead-staff = すべてのパートナーの例外の一覧です（新しい順）。
exceptions-caption = 例外
exceptions-column = 例外
exceptions-partner = パートナー
exceptions-empty = 例外はありません
exceptions-empty-text = 申請が承認されると、例外がここに表示されます。
exceptions-older = 以前の例外
exceptions-newest = 最新の例外に戻る

exception-title = 例外 { $reference }
exception-scheduled = まだ開始していません。{ $from }までは、通常どおり MFA が求められます。
exception-active = 有効です。{ $until }まで、次の対象者は次の適用先で MFA を求められません。
exception-expired = { $until }に終了しました。通常どおり MFA が求められます。
exception-revoked = { $at }に取り消されました。通常どおり MFA が求められます。
exception-revocation-reason = 取り消しの理由
exception-covers = 例外の内容
exception-request = 申請
exception-granted-at = 承認日時
exception-granted-by = 承認者
exception-by-policy = ポリシーによる自動承認（判定項目をすべて満たしたため）
exception-by-person = 審査担当者
exception-revoke = 例外を取り消す
