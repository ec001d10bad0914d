### 審査担当者の画面：審査待ち、審査、決定

queue-title = 審査待ち
queue-caption = 未決定の申請（回答期限の早い順）
queue-reference = 申請番号
queue-partner = パートナー
queue-issue = 問題
queue-due = 回答期限
queue-left = 残りの営業時間
queue-language = 言語
queue-status = 状態
queue-guards = 担当者が審査する理由
queue-partner-reads = パートナーへの表示文：{ $reason }
queue-lapses = パートナーの回答期限：{ $until }
queue-empty = 審査待ちの申請はありません
queue-empty-text = 担当者の判断が必要な申請が届くと、ここに表示されます。

review-title = 審査 { $reference }
review-about = { $partner }：{ $issue }
review-go-decide = 決定の入力欄へ移動
review-language-en = 英語
review-language-ja = 日本語
review-name-and-role = { $name }（{ $role }）

## パートナーの申請内容
review-words = パートナーの記載内容
review-words-title = 件名
review-words-description = 説明
review-words-answers = 質問への回答
review-filed = 申請日時
review-filed-by = 申請者
review-contact = 連絡先

## ポリシーによる判定
review-judged = ポリシーによる判定
review-policy-accept = 回答のみに基づく判定は「承認」です。
review-policy-deny = 回答のみに基づく判定は「不承認」です。
review-policy-review = ポリシーでは結論を出さず、担当者の判断に委ねられた申請です。
review-reasons = 判定の理由（パートナーへの表示文）
review-passages = 印を付けた箇所の内容
review-passage-topic = 「{ $issue }」の理由を述べていると読み取れます。
review-passage-fact = 「{ $question }」という質問に「{ $answer }」と答えていると読み取れます。
review-guards = 自動承認を見送った理由
review-guard-tenant-total-over-limit = 承認すると、このパートナーで同時に対象となるユーザーが 50 名を超えます
review-guard-auto-days-used-up = 365 日間に自動承認できる 90 日を使い切ります
review-guard-recent-request-changed = 同じ問題の申請が、過去 90 日以内に不承認または取り下げとなっています
review-guard-tenant-on-hold = このパートナーの例外が取り消され、保留がまだ解除されていません
review-guard-filer-without-mfa-names-itself = MFA なしでサインインした申請者自身が、対象者に含まれています
review-guard-auto-grant-off = 自動承認を停止しています

## 申請された範囲とパートナー
review-asked = 申請された範囲
review-who = 対象者
review-where = 適用先
review-from = 開始日時
review-until = 終了日時
review-days = 日数
review-tenant = パートナーの情報
review-tenant-name = 名称
review-tenant-id = テナント ID
review-tenant-type = 種別
review-tenant-country = 国・地域
review-tenant-calendar = 営業日カレンダー
review-tenant-contact = セキュリティ連絡先
review-before = これまでの経緯
review-history = このパートナーのほかの申請
review-history-empty = ほかの申請はありません
review-history-empty-text = このパートナーからの申請は、本件のみです。
review-grants = 有効または開始前の例外
review-grants-empty = 有効な例外はありません
review-grants-empty-text = 現在、このパートナーに例外の対象となっているユーザーはいません。
review-course = 履歴

## 決定
review-decide = 決定
review-decide-broad = 全ユーザー、50 名超、または 90 日超の例外には、審査責任者を含む 2 名の承認が必要です。
review-outcome = 決定の内容
review-outcome-accept = 承認する
review-outcome-accept-hint = 以下の範囲では MFA を求めなくなります。
review-outcome-deny = 承認しない
review-outcome-deny-hint = MFA は引き続き必須です。以下の範囲の入力は使用しません。
review-reason = 理由
review-reason-hint = パートナーに表示されます。パートナーの言語（{ $language }）で記入してください。
review-scope = 承認する範囲
review-scope-hint = 申請された範囲が入力されています。狭めることはできますが、広げることはできません。
review-every-user-hint = 今後追加されるユーザーも対象になります。期間は 30 日以内です。
review-only-these-users = 以下に入力したユーザーのみ
review-users = ユーザー
review-users-hint = オブジェクト ID を 1 行に 1 件ずつ入力してください。
review-days-hint = 1〜{ $max } の日数を入力してください。期間は、承認時、または申請された開始日時のいずれか遅いほうから数えます。
review-continue = 決定の内容を確認する
review-continue-hint = この操作ではまだ決定されません。次の画面で、決定した場合の影響を確認できます。

## 一次承認
review-first-approval = { $who }が一次承認済みです
review-first-approval-complete = 同じ範囲で承認すると、この申請は承認されます。範囲を変えて承認した場合は、この一次承認に置き換わり、再び別の担当者の承認待ちになります。
review-first-approval-needs-lead = 2 名の承認者のうち 1 名は審査責任者である必要があるため、審査責任者の承認をお待ちください。不承認とすることはできます。
review-first-approval-yours = ご自身による一次承認です。別の担当者の承認が必要です。範囲を変えて承認し直すことや、不承認とすることはできます。
review-first = 一次承認の内容
review-approved-at = 承認日時
review-approved-because = 承認の理由

## 先に変更された場合
review-kept-in-form = 入力した内容は、以下の入力欄に残っています。
review-kept-here = 入力した理由を以下に表示しています。
review-kept-reason = 入力した理由

## 結果
review-result-accepted = 承認
review-result-denied = 不承認
review-result-withdrawn = 取り下げ
review-result-by-person = { $at }に{ $who }が決定しました。
review-result-by-two = { $first }の一次承認を受け、{ $at }に{ $who }が決定しました。
review-result-by-policy = { $at }にポリシーに基づき決定しました。
review-result-by-partner = { $at }にパートナーが取り下げました。
review-result-reason = パートナーへの表示内容
review-result-exception = 例外 { $reference }

## 確認画面
review-confirm-accept = この申請を承認しますか
review-confirm-accept-button = 申請を承認する
review-confirm-accept-consequence = ボタンを押すと、例外が確定します。
review-confirm-first = この申請を一次承認しますか
review-confirm-first-button = 一次承認する
review-confirm-first-consequence = まだ例外は適用されません。範囲が広いため、別の担当者が同じ範囲を承認する必要があります。2 名のうち 1 名は審査責任者でなければなりません。期間は、二次承認の時点から数えます。
review-confirm-second-consequence = 二次承認です。ボタンを押すと、例外が確定します。
review-confirm-deny = この申請を不承認としますか
review-confirm-deny-button = 申請を不承認とする
review-confirm-deny-consequence = 理由がパートナーに表示されます。MFA は引き続き必須です。
review-confirm-cancel = 決定せずに戻る
review-confirm-request = { $reference }（{ $partner }）
review-confirm-reason = 理由（パートナーの言語：{ $language }）
review-confirm-opens = 承認した場合の影響
review-confirm-size = { $users }、適用先 { $surfaces } か所
review-opens-denied = 現在、MFA なしのアクセスは拒否されます（{ $status }）。この例外により許可されるようになります。
review-opens-challenged = 現在、MFA なしのアクセスでは MFA が求められます（{ $status }）。この例外により、求められなくなります。
review-opens-users = 対象の { $count } 名全員に影響します。
review-opens-some = { $all } 名中 { $count } 名に影響します。ほかのユーザーには、すでに別の例外が適用されています。
review-opens-everybody = 今後追加されるユーザーを含む、すべてのユーザーに影響します。
review-opens-nothing = 別の例外によりすでに許可されているため、変化はありません。

## 決定の入力誤り
input-required = 理由を入力してください。
input-outcome-missing = 承認するかどうかを選択してください。
input-who-missing = 全ユーザーを対象とするか、一部のユーザーを対象とするかを選択してください。
input-user-id-line-invalid = { $line } 行目：「{ $value }」はオブジェクト ID ではありません。00000000-0000-0000-0000-000000000000 の形式で入力してください。
input-days-not-a-number = 日数を数字で入力してください。
input-beyond-what-was-asked = 「{ $value }」は申請されていません。削除してください。
input-days-beyond-what-was-asked = 申請された日数を超えています。1〜{ $max } の範囲で入力してください。
input-start-before-what-was-asked = 開始日時が申請より前になっています。申請された日時以降にしてください。
input-every-user-not-asked = 申請されているのは一部のユーザーのみです。その中からユーザーを指定してください。
input-surface-never-granted = この問題では、ポリシー上この適用先を承認できません。選択から外してください。
input-too-long-for-every-user = 全ユーザーを対象にできるのは { $max } 日以内です。日数を減らすか、ユーザーを指定してください。
input-scope-without-accept = 範囲は承認する場合にのみ指定できます。指定を外してください。
not-allowed-own-request = ご自身が申請したもの、またはご自身の組織の申請です。別の審査担当者が決定する必要があります。
wrong-state-own-approval = この範囲の一次承認は、ご自身がすでに行っています。別の担当者の承認が必要です。
wrong-state-after-sunset = この問題の受付終了日までに例外を適用できる期間がないため、承認できません。

input-start-after-what-was-asked = 申請された期間を超える開始日時です。変更せずにそのままにしてください。

## 同じ問題についての以前の申請
earlier-heading = 同じ問題についての以前の申請
earlier-caption = 以前の申請との相違点
earlier-what = 項目
earlier-before = 以前
earlier-now = 今回
earlier-same = 相違点はありません。同じ内容が同じ文面で申請されています。
earlier-users = 追加 { $added } 名、削除 { $removed } 名
