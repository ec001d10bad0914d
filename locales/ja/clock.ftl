# 稼働中の営業日カレンダーと、申請の回答期限に関する履歴。
event-request-breached = 回答期限までに回答できませんでした
event-request-deadline-moved = 休業日の追加により、期限が変更されました
event-calendar-days-announced = 休業日が追加されました
event-calendar-days-withdrawn = 休業日の追加が取り消されました
event-exception-after-check-moved = 休業日の追加により、事後確認の期限が変更されました
event-exception-after-check-moved-from = 休業日の追加により、事後確認の期限を{ $before }から{ $after }に変更
event-request-deadline-moved-from = 休業日の追加により、期限を{ $before }から{ $after }に変更

receipt-pause = { $from }から{ $to }まで停止
receipt-pause-open = { $from }から停止中
receipt-moved = { $announced }に休業日を追加：{ $days }。これにより、回答期限が{ $before }から{ $after }に変わりました。
receipt-closed-late = { $announced }に休業日を追加：{ $days }。この日の営業時間は算入しません。

event-partner-calendar-changed = 営業日カレンダーを変更

nav-calendars = カレンダー

calendars-title = 営業日カレンダー
calendars-lead = 回答期限などの計算に使う営業時間と休日です。パートナーには、所在国・地域のカレンダーが適用されます。
calendars-name = カレンダー
calendars-id = ID
calendars-zone = タイムゾーン
calendars-business-day = 1 営業日の長さ
calendars-hours = 営業時間
calendars-hours-of = { $days } { $hours }
calendars-hours-gap = 、
calendars-weekdays = { $first }〜{ $last }
calendars-weekday-0 = 月
calendars-weekday-1 = 火
calendars-weekday-2 = 水
calendars-weekday-3 = 木
calendars-weekday-4 = 金
calendars-weekday-5 = 土
calendars-weekday-6 = 日
calendars-closed = 休業
calendars-covered = 休日の登録期間の末日
calendars-source = 休日の出典
calendars-announced = 追加した休業日
calendars-days = { $count } 日
calendars-over = 期間終了
calendars-runs-out = 残り { $days } 日
calendars-ends = このカレンダーの休日の登録期間がまもなく終わります
calendars-ends-text = 休日は{ $last }まで登録されています。それより後の日を計算に必要とする申請は受け付けられません。カレンダー ファイルに年を追加し、サービスを再起動してください。
calendars-next-year = 今後 12 か月の休日
calendars-no-holidays = 休日はありません
calendars-no-holidays-text = このカレンダーには今後 12 か月の休日が登録されていません。この画面で追加した休業日は、この一覧に表示されます。
calendars-day = 日付
calendars-day-name = 名称
calendars-day-kind = 種別
calendars-holiday = 祝日・休日
calendars-office-closure = 臨時休業
calendars-of-file = カレンダー ファイルに登録済み
calendars-named = { $day }：{ $name }

calendars-announce = 休業日を追加する
calendars-announce-who = 休業日を追加できるのは、ポリシー管理者です。
calendars-announce-lead = 直前に定められた休日や、業務を行わない日を追加します。変更される期限を先に確認できます。確定するまで、何も保存されません。休業日の名称はパートナーにも表示されます。
calendars-first-day = 最初の日
calendars-last-day = 最後の日
calendars-last-day-hint = 1 日だけの場合は、空欄にしてください。
calendars-name-en = 名称（英語）
calendars-name-ja = 名称（日本語）
calendars-file = または休業日のファイル
calendars-file-hint = 終日の予定（1 回または毎年）を含む iCalendar ファイル（.ics）、またはカレンダー ファイル（.toml）の [holidays]。ファイルを指定した場合、上の日付と名称は不要です。
calendars-preview-button = 変更される期限を確認する
calendars-preview = この休業日を追加しますか
calendars-left-out = すでに休業日のため除外
calendars-moves = { $count } 件の申請の期限が変更され、各申請の履歴に記録されます。その時点で期限を過ぎている申請と回答済みの申請は、変わりません。
calendars-moves-none = 変更される期限はありません。今後受け付ける申請は、この休業日を含めて計算されます。
calendars-moved = 変更される期限
calendars-moved-none = 変更される期限はありません
calendars-moved-none-text = この休業日にかかる期限はありません。
calendars-request = 申請
calendars-tenant = パートナー
calendars-deadline = 期限
calendars-deadline-due = 回答期限
calendars-deadline-waiting = パートナーの回答期限
calendars-deadline-reopening = 再開できる期限
calendars-deadline-after-check = 事後確認
calendars-before = 変更前
calendars-after = 変更後
calendars-announce-button = 休業日を追加する
calendars-announce-cancel = 追加しない
calendars-done = 休業日を追加しました。{ $moved ->
        [0] 変更された期限はありません。
       *[other] { $moved } 件の申請の期限が変更されました。
    }
calendars-announcements = 追加の履歴
calendars-announcements-none = このカレンダーに追加された休業日はありません。
calendars-announced-at = 追加：{ $at }
calendars-withdrawn-at = 取り消し：{ $at }
calendars-withdraw = 取り消す
calendars-withdraw-consequence = 取り消した後に始まる計算では、これらの日は営業日に戻ります。すでに約束した期限は変わりません。

input-closed-day-outside-years = このカレンダーに休日が登録されているのは { $first } 年から { $last } 年までです。その期間の日を指定してください。
input-closed-days-not-covered = これらの日を休業日にすると、{ $last } 年より後の日が計算に必要になりますが、このカレンダーには登録されていません。先にカレンダー ファイルに年を追加してください。
input-closed-already = 指定された日は、すでに休業日です。別の日を指定してください。
input-closed-days-backwards = 最後の日が最初の日より前です。入れ替えてください。
input-closed-days-file = ファイルを読み込めません：{ $fault }。
input-closed-days-none = ファイルに、このカレンダーの期間内の日がありません。別のファイルを指定してください。
input-closed-day-name = 制御文字を含まない 1〜{ $max } 文字で入力してください。

partner-calendar-change = 変更
partner-calendar-title = 営業日カレンダーを変更しますか
partner-calendar-now = 現在のカレンダー
partner-calendar-reason-hint = 監査記録に残ります。2,000 文字以内で入力してください。
partner-calendar-consequence = 今後このパートナーから受け付ける申請は、新しいカレンダーで計算されます。{ $open ->
        [0] 現在、未決定の申請はありません。
       *[other] 現在未決定の { $open } 件の申請には、受付時のカレンダーが引き続き適用されます。
    }
partner-calendar-button = カレンダーを変更する
partner-calendar-cancel = 変更しない
