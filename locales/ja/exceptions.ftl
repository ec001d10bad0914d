### 例外のページ

exceptions-title = 例外
exceptions-lead = MFA を求められない対象者、適用先、期間の一覧です。
exceptions-lead-staff = すべてのパートナーの例外の一覧です（新しい順）。
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

## パートナーによる終了
exception-ended-early = { $at }に、パートナーが早期に終了しました。通常どおり MFA が求められます。
exception-disputed = { $at }に、貴社から「この例外は申請していない」とのご報告がありました。審査責任者に通知済みです。
exception-disputed-staff = { $at }に、パートナーから「この例外は申請していない」との報告がありました。このパートナーに新たな例外を承認する前に、申請者を確認してください。
end-back = 例外に戻る
end-go = 早期に終了する
end-title = 例外 { $reference } を早期に終了しますか
end-consequence = 直ちに、すべての適用先で、対象者に再び MFA が求められます。元に戻すことはできません。再び例外が必要になった場合は、改めて申請してください。
end-do = 例外を終了する
end-cancel = 終了しない
not-us-go = 心当たりがない場合
not-us-title = 例外 { $reference } に心当たりがないことを報告しますか
not-us-consequence = 例外は直ちに終了し、再び MFA が求められます。この窓口の審査責任者にも通知されます。確信がない場合も、ためらわずにご報告ください。誤報よりも、第三者による例外のほうが大きな被害につながります。その後、どのアカウントから申請されたかをご確認ください。
not-us-consequence-ended = この例外はすでに終了していますが、この窓口の審査責任者に通知されます。その後、どのアカウントから申請されたかをご確認ください。
not-us-do = 心当たりがないことを報告する
not-us-cancel = 戻る（自社で申請したものです）
event-exception-ended = パートナーが例外を早期に終了しました
event-exception-disputed = 「心当たりがない」との報告がありました
home-disputed = 例外 { $reference } を確認する（パートナーから、申請していないとの報告がありました）
home-disputed-tag = 警告

## 更新
renew-go = 更新する
renew-title = 例外 { $reference } を更新しますか
renew-consequence = 承認された内容を引き継いだ新しい申請を用意します。開始は、この例外の終了時です。この時点ではまだ送信されません。内容はすべて変更でき、確認してから送信できます。通常の申請と同じように判定されます。
renew-do = 新しい申請を用意する
renew-cancel = 更新せずに戻る
