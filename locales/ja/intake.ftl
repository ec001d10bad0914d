### パートナー向けの申請のページ：一覧、申請フォーム、回答

## 受付ができない場合と、その後の進め方
not-allowed-ask-your-administrator = 貴社の{ $roles }の方に、申請をご依頼ください。次の文面をそのままお送りいただけます。「サインイン時に MFA を求められますが、完了できずに困っています。お手数ですが、申請の権限を持つ方として対処方法をご確認のうえ、必要であれば{ $product }で技術的な例外を申請していただけますでしょうか。」
not-allowed-tenant-not-registered = 貴社（テナント ID：{ $tenant }）はまだ登録されていないため、申請を受け付けることができません。本サービスの運営組織にこのテナント ID をご連絡のうえ、パートナーとしての登録をご依頼ください。
open-request-exists-as = 同じ問題について、審査中の申請（{ $reference }）があります。重ねて申請せず、そちらの申請をご利用ください。
open-request-show = 申請を開く

## 一覧
requests-title = パートナー サポート要求
requests-lead = { $tenant } からの、MFA の技術的な例外に関する申請の一覧です（新しい順）。
requests-new = 新規申請
requests-caption = 送信済みの申請
requests-column = 申請
requests-issue = 問題
requests-status = 状態
requests-answer = 回答日時・期限
requests-next = 次にすること
requests-due = 回答期限
requests-empty = 申請はまだありません
requests-empty-text = 貴社からの例外の申請はまだありません。技術的な理由により MFA を完了できない場合は、こちらから申請してください。
requests-older = 以前の申請
requests-newest = 最新の申請に戻る
requests-next-wait = 期限までに回答しますので、お待ちください
requests-next-reply = 質問に回答する
requests-next-exception = 例外を見る
requests-next-instead = 理由と、今後できることを確認する
requests-next-nothing = 特にありません

## 新規申請：問題の選択
new-request-title = 新規申請
new-request-topic = トピック
new-request-problem-type = 問題の種類
new-request-which = どのような問題でお困りですか
new-request-which-text = 最も近いものを選択してください。問題ごとに必要な質問だけをお尋ねし、早く回答できるようにしています。

## 新規申請：入力フォーム
form-where = 適用先
form-how-long = 期間
form-words = 状況の説明
form-words-lead = パスワードなどの機密情報は記入しないでください。
form-contact = 連絡先
sentence-end = 。
form-empty-means-review = 空欄でも申請できますが、その場合は審査担当者による確認が必要です。
form-one-a-line = 1 行に 1 件ずつ、{ $max } 件まで記入できます。
form-who-kind = 申請の対象
form-who-users = 特定のユーザー
form-who-all = テナントの全ユーザー
form-who-all-hint = ご注意：今後追加されるユーザーも対象になります。自動では承認されず、2 名の審査担当者による承認が必要で、期間は最長 30 日間です。できる限り、ユーザーを個別に指定してください。
form-users = 対象者
form-users-hint = オブジェクト ID を、1 行に 1 つずつ、またはコンマ、セミコロン、空白で区切って入力してください。オブジェクト ID は、ディレクトリのユーザーのプロパティで確認できます。
form-users-limit = { $max } 名までは、審査なしで承認できます。それを超える場合は、審査担当者が判断します。
form-add-me = ご自身
form-add-me-choice = 自分（{ $name }）を追加する
form-surfaces = どこで例外が必要ですか
form-surfaces-hint = 実際に MFA を完了できない場所だけを選択してください。それ以外の場所では、引き続き MFA で保護されます。
form-surface-at-once = この問題では、審査なしで承認できます。
form-surfaces-at-once = この問題では、いずれの適用先も審査なしで承認できます。
form-days = 例外が必要な期間
form-until = 本日開始の場合は{ $date }まで
form-other-days-choice = その他の日数
form-other-days = 日数
form-other-days-hint = 「その他の日数」を選択した場合に、1 から 366 までの数字で入力してください。
form-start = 開始日
form-start-hint = 指定した日の 0 時（{ $zone }）に開始します。承認後すぐに開始する場合は、空欄のままにしてください。
form-title = 件名
form-title-hint = 内容が分かるように、1 行で入力してください。
form-description = 説明
form-description-hint = どの製品で、いつから、どのような問題が起きているかをご記入ください。
form-contact-name = お名前
form-contact-name-hint = お問い合わせ先となる方、または部署の名前をご記入ください。
form-contact-email = メール アドレス
form-contact-phone = 電話番号
form-language = 申請の言語
form-language-hint = ご記入に使用し、回答の受け取りを希望される言語を選択してください。
form-submit-heading = 送信
form-submit-consequence = 送信後すぐに、判定結果とその理由、または審査担当者による回答の期限が表示されます。
form-submit = 申請を送信する
input-idempotency-key-invalid = Idempotency-Key は、1 から 200 文字の印刷可能な ASCII 文字で指定するか、省略してください。
input-user-id-invalid-on-line = { $line } 行目の「{ $typed }」は、オブジェクト ID ではありません。ハイフン付きの形式（例：00000000-0000-0000-0000-000000000000）で入力してください。
input-users-beside-every-user = 「テナントの全ユーザー」が選択されていますが、ユーザーも個別に指定されています。「特定のユーザー」を選択するか、ID を削除してください。
input-date-invalid = 実在する日付を、「2026」「4」「1」のように入力してください。指定しない場合は、空欄のままにしてください。

## 申請
request-title = 申請 { $reference }
request-reviewers-reason = 審査担当者による理由
request-exception = 承認された例外
request-guards = 審査担当者が確認する理由
request-guards-lead = ご回答の内容だけであれば承認となりますが、次の理由により審査を行います。
request-criteria = 判定の経緯
request-criteria-lead = ポリシーの判定項目を上から順に確認し、最初に該当した項目で結果が決まります。
request-guidance = 当面の対処方法
request-asked = 申請の内容
request-description = 説明
request-answers = ご回答
request-aside = 詳細と履歴
request-actions = できる操作
request-facts = 詳細
request-history = 履歴
criteria-caption = 判定項目
criteria-none = 確認した判定項目はありません。
criteria-asked = 判定項目
criteria-answered = 回答
criteria-meaning = 判定内容
criteria-decisive = 決定要因
scope-status = 状態
scope-who = 対象者
scope-where = 適用先
scope-how-long = 期間
scope-start = 開始日時
scope-from = 開始日時
scope-until = 終了日時
subjects-show = すべてのオブジェクト ID を表示する
subjects-no-name = 名前は登録されていません
subjects-hidden = 非表示
subjects-hidden-text = ほかの方が申請した対象者は、MFA による本人確認後に表示されます。
facts-issue = 問題
facts-filed-at = 申請日時
facts-filed-by = 申請者
facts-contact = 連絡先
facts-language = 言語
facts-policy = ポリシーの版
facts-policy-since = { $date }から適用

outcome-accepted = 承認
outcome-denied = 不承認
outcome-in-review = 担当者が審査します
outcome-waiting = ご回答をお待ちしています
outcome-withdrawn = 取り下げ
outcome-now = 今後の流れ
outcome-instead = 代わりにできること
outcome-reference = 申請番号
outcome-why-accepted-by-person = 審査担当者が申請の内容を確認し、例外を承認しました。
outcome-why-denied-by-person = 審査担当者が申請の内容を確認しましたが、例外は承認されませんでした。
outcome-why-withdrawn = この申請は、貴社により取り下げられました。審査は行われません。
outcome-now-read-reason = 下記の理由をご確認ください。その後状況が変わった場合は、改めて申請できます。
outcome-now-by = { $due }までに回答します。
outcome-now-wait = お手続きは不要です。回答はこのページに表示されます。
outcome-now-new = 例外が必要な場合は、改めて申請する
outcome-holds-from = 例外は、{ $from }から{ $until }まで有効です。保護対象のサイトには数分以内に反映されます。
outcome-holds-until = 例外は、{ $until }まで有効です。保護対象のサイトには数分以内に反映されます。
outcome-held-until = 例外は、{ $until }に終了しました。引き続き必要な場合は、改めて申請してください。
outcome-revoked = 例外は取り消されたため、現在は適用されていません。
outcome-see-exception = 例外を見る

guard-tenant-total-over-limit = 適用中の例外と合わせると、対象者の数が自動で承認できる範囲を超えます。
guard-auto-days-used-up = 対象者の中に、1 年間に自動で承認できる日数をすでに使い切っている方がいます。
guard-recent-request-changed = 同じ問題について、最近、不承認または取り下げとなった申請があります。
guard-tenant-on-hold = 貴社の例外が取り消されたことがあり、それ以降の申請はすべて審査担当者が確認しています。
guard-filer-without-mfa-names-itself = MFA を行わずにサインインし、ご自身を対象者に指定されています。
guard-auto-grant-off = 現在、自動承認を停止しており、すべての申請を審査担当者が確認しています。
guard-other = 例外を承認する前に、審査担当者による確認が必要です。

receipt-used = 営業時間 { $needed }のうち、{ $used }経過
receipt-holiday = { $name }（祝日）
receipt-closed = 休業日
receipt-paused = 計算停止中
receipt-outside = 営業時間外

## 取り下げ
withdraw-go = 申請を取り下げる
withdraw-title = 申請 { $reference } を取り下げますか
withdraw-consequence = この申請は判定されずに終了し、審査も行われません。取り下げは元に戻せませんが、新しい申請はいつでもできます。
withdraw-otherwise = 取り下げない場合は、{ $due }までに回答します。
withdraw-do = 申請を取り下げる
withdraw-cancel = 取り下げない

## 履歴
event-request-filed = 申請を受け付けました
event-request-filed-accepted = 申請を受け付け、判定項目をすべて満たしていたため直ちに承認しました
event-request-filed-denied = 申請を受け付け、ポリシーにより不承認となりました
event-request-filed-in-review = 申請を受け付け、審査担当者に回付しました
event-request-withdrawn = 申請が取り下げられました
event-request-approved-first = 一次承認が行われ、二次承認を待っています
event-request-accepted = 申請が承認されました
event-request-denied = 申請が不承認となりました
event-exception-granted = 例外が承認されました
event-exception-revoked = 例外が取り消されました
event-by-own-organisation = 貴社
event-by-partner = パートナー
event-by-reviewer = 審査担当者
event-by-desk = 自動処理

## 事前チェック
self-check-title = 事前チェック
self-check-lead = MFA でお困りの場合でも、多くは例外を申請せずに解決できます。例外の対象になるかどうかと、代わりの方法をここで確認できます。サインインは不要で、入力内容は保存されません。
self-check-which = 当てはまるものはどれですか
self-check-questions = 質問
self-check-not-stored = 回答は保存されません。該当しない質問は、空欄のままで構いません。
self-check-go = 見込みを確認する
self-check-likely = これは、ご回答だけから判断した見込みです。対象者が個別に指定され、適用先と期間が通常の範囲内であることを前提としています。実際の申請では、申請の内容と記入された説明も確認します。
self-check-use = この回答を使って申請する
self-check-another = 別の問題を確認する
self-check-now = できること
self-check-accept = 例外が承認される見込みです
self-check-accept-now = 対象者、適用先、期間を指定して申請してください。
self-check-deny = 例外が承認される見込みは低いと考えられます
self-check-deny-now = 状況が異なる場合は、その内容を記載して申請してください。
self-check-review = 審査担当者による審査が必要です
self-check-review-now = 申請してください。審査担当者が 3 営業日以内に回答します。

self-check-cannot-tell = 当てはまるものがない、または分からない場合
self-check-read = この問題の詳しい説明を読む
