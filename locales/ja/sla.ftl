# 審査の期限、営業日カレンダー、`sla due`

## 時間の長さ
sla-hours = { $n }時間
sla-minutes = { $n }分
sla-seconds = { $n }秒

## 状態の表示
sla-state-running = 進行中
sla-state-paused = 停止中
sla-state-met = 期限内
sla-state-breached = 期限超過

## 計算の内訳
sla-explain-calendar = カレンダー：{ $name }（`{ $id }`）。時刻は{ $zone }です
sla-explain-needed = 営業時間：{ $days }営業日 × { $business_day } ＝ { $needed }
sla-explain-from = 起算：{ $at }
sla-explain-stretch = { $start }〜{ $end }
sla-explain-counted = { $date }：{ $hours } ＝ { $counted }（累計 { $total }／{ $needed }）
sla-explain-holiday = { $date }：{ $name }のため休業
sla-explain-closed = { $date }：休業日
sla-explain-nothing = { $date }：営業時間外
sla-explain-all-paused = { $date }：算入なし
sla-explain-still = 、停止 { $paused }
sla-explain-due = 回答期限：{ $at }
sla-explain-paused = { $since }から停止中です。再開後の残りは{ $remaining }です

## 期限の計算のエラー
sla-error-no-business-days = 営業日数は`1`以上で指定してください。
sla-error-pause-backwards = 停止期間の終わり（`{ $to }`）が始まり（`{ $from }`）より前になっています。順序を入れ替えるか、終わりを空にしてください。
sla-error-not-covered = 計算に`{ $date }`が必要ですが、カレンダー`{ $calendar }`に休日が登録されているのは{ $first }年から{ $last }年までです。別の日時を指定するか、その日を含むカレンダーファイルを追加してください。
sla-error-calendar = カレンダー`{ $id }`はありません。{ $known }のいずれかを指定するか、独自のカレンダーがあるディレクトリを`--calendars`で指定してください。
sla-error-instant = `{ $option }`の値`{ $value }`は RFC 3339 形式の日時ではありません。`2026-09-18T10:00:00+09:00`のように、日付、時刻、時差を指定してください。
sla-error-too-fine = `{ $option }`の値`{ $value }`はナノ秒より細かい値です。小数点以下は9桁までで指定してください。
sla-error-pause = `--pause`の値`{ $value }`を読み取れません。始まりと終わりを`FROM/TO`の形で、停止が続いている場合は`FROM/`の形で指定してください。

## カレンダーファイルのエラー
sla-file-unreadable = 読み取れません（{ $message }）。パスとアクセス権を確認してください。
sla-file-syntax = カレンダーとして読み取れません（{ $message }）。`calendars/`にあるカレンダーを参考に修正してください。
sla-file-id = `{ $value }`はカレンダーの ID に使用できません。英小文字、数字、ハイフンを使い、英小文字で始めてください。
sla-file-blank-name = 名称が空です。英語と日本語の両方を指定してください。
sla-file-country = `{ $value }`は国コードではありません。`JP`のような英大文字2文字（ISO 3166-1）で指定してください。
sla-file-zone = `{ $value }`というタイムゾーンはありません。`Asia/Tokyo`のような IANA の名称で指定してください。
sla-file-year = `{ $value }`は指定できません。タイムゾーンの情報があるのは1970年から2099年までです。
sla-file-years-backwards = `last_year`が`first_year`より前になっています。順序を入れ替えてください。
sla-file-business-day = `{ $value }`は1営業日の長さとして読み取れません。`PT9H`や`PT7H30M`のように、24時間以内の時間と分で指定してください。
sla-file-hours = `{ $value }`は営業時間として読み取れません。`09:00-18:00`のように始業と終業を指定してください。その日の終わりは`24:00`とし、日付をまたぐ場合は2日に分けてください。
sla-file-hours-order = `{ $value }`の始業が、直前に書かれた時間帯の終業より前になっています。1日の時間帯は、重ならないように早い順に書いてください。
sla-file-no-hours = 営業時間のある曜日がありません。少なくとも1つの曜日に営業時間を指定してください。
sla-file-holiday = `{ $value }`は日付として読み取れません。`2026-09-22`の形で指定してください。
sla-file-holiday-year = 休日`{ $value }`が`first_year`から`last_year`までの範囲にありません。日付または年を修正してください。
sla-file-id-twice = ID `{ $value }`は{ $other }でも使われています。どちらか一方のファイルだけを残してください。
sla-file-country-twice = 国`{ $value }`は{ $other }にも書かれています。どちらか一方のファイルだけに書いてください。

## iCalendar ファイルのエラー
sla-file-ical-none = iCalendar ファイルではありません。`BEGIN:VCALENDAR`で始まるファイルを指定してください
sla-file-ical-long = ファイルが 50,000 行を超えています。休日だけのファイルにしてください
sla-file-ical-line = `{ $value }`は iCalendar の行ではありません。名前、コロン、値の順に記述してください
sla-file-ical-open = イベントが閉じられていません。`END:VEVENT`で閉じてください
sla-file-ical-end = イベントの開始より前に終了があります。この行を削除してください
sla-file-ical-date = `{ $value }`は終日の日付ではありません。`20261224`の形式で記述してください
sla-file-ical-duration = `{ $value }`は日単位の長さではありません。`P1D`の形式で記述してください
sla-file-ical-rule = `{ $value }`は対応していない繰り返しです。`FREQ=YEARLY`と、`INTERVAL`、`COUNT`、`UNTIL`、`BYMONTH`、`BYMONTHDAY`または`BYDAY`（例：`4TH`）だけを使用してください
sla-file-ical-unknown = `{ $value }`は対応していない項目の値です。日ごとに別のイベントとして記述してください
sla-file-ical-start = イベントに`DTSTART`がありません。最初の日を記述してください
sla-file-ical-length = イベントの長さが`{ $value }`日です。1〜60 日にしてください
sla-file-ical-name = `{ $value }`のイベントに`SUMMARY`がありません。名称を記述してください
