### 日時、期間、タイム ゾーン

time-instant = { $date } { $time }({ $zone })
time-beside = { $own }、{ $zone } { $time }
time-beside-another-day = { $own }、{ $zone } { $date } { $time }
time-now = 現在
time-in = あと{ $span }
time-ago = { $span }前
time-days = { $count }日
time-hours = { $count }時間
time-minutes = { $count }分
time-two-units = { $large }{ $small }

zone-utc = UTC
zone-etc-utc = UTC
zone-asia-tokyo = 日本時間
zone-asia-seoul = 韓国時間
zone-asia-shanghai = 中国時間
zone-asia-hong-kong = 香港時間
zone-asia-taipei = 台北時間
zone-asia-singapore = シンガポール時間
zone-asia-kolkata = インド時間
zone-asia-dubai = ドバイ時間
zone-australia-sydney = シドニー時間
zone-europe-london = ロンドン時間
zone-europe-paris = パリ時間
zone-europe-berlin = ベルリン時間
zone-america-new-york = ニューヨーク時間
zone-america-chicago = シカゴ時間
zone-america-denver = デンバー時間
zone-america-los-angeles = ロサンゼルス時間
zone-america-sao-paulo = サンパウロ時間
