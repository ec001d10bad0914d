### 同じ内容の申請をまとめて決定する

same-notice = 同じ文面・同じ内容の審査中の申請が、ほかに { $count } 件あります。
same-go = まとめて決定する
same-title = 同じ内容の申請
same-about = 問題、質問への回答、文面、言語がすべて同じ申請です。対象者、適用先、期間は異なる場合があり、承認するとそれぞれ申請どおりの範囲になります。範囲を狭める場合は、申請を個別に決定してください。
same-requests = 申請
same-request = { $reference }：{ $partner }（{ $users }、{ $days }）
same-check = 決定の内容を確認する
same-accept = これらの申請を承認しますか
same-deny = これらの申請を不承認としますか
same-accept-consequence = 1 件ずつ決定し、記録とメールも申請ごとに作成します。範囲が広いものは二次承認待ちになります。決定できない申請があっても、ほかの申請は決定されます。
same-deny-consequence = 1 件ずつ決定し、記録とメールも申請ごとに作成します。決定できない申請があっても、ほかの申請は決定されます。
same-do = これらの申請を決定する
same-result = 各申請の結果
same-result-lead = 1 件ずつ決定しました。
same-result-caption = 申請とその結果
same-result-what = 結果
same-not-decided = 決定していません：{ $why }
wrong-state-not-the-same = 申請の内容が同じではなくなったか、すでに決定されています。申請を個別に開いてご確認ください。
same-none = ここには、決定できる審査中の申請がありません。
input-same-nothing-chosen = 申請を 1 件以上選択してください。
input-same-twice = 同じ申請が重複しています。1 回だけ指定してください。
