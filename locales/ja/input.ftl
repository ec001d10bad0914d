# 送信された内容の誤り（`InputError`）と、その直し方
input-missing = 必須の項目です。
input-unknown = 申請にない項目です。削除してください。
input-wrong-type = 値の型または形式が正しくありません。API のリファレンスで、指定できる値をご確認ください。
input-topic-not-supported = ここで受け付けているのは「{ $expected }」だけです。これを選択するか、別の窓口へお問い合わせください。
input-issue-unknown = このポリシーにない問題です。表示されている中から選択してください。
input-empty = 入力してください。
input-too-long = { $max } 文字以内で入力してください。
input-too-many = { $max } 件以内で指定してください。
input-control-characters = 制御文字を取り除いてください。
input-email-invalid = メール アドレスを 1 つ、name@example.com の形式で入力してください。
input-subjects-empty = 対象者を 1 名以上指定してください。
input-object-ids-without-users = 全ユーザーを対象とする場合は、object_ids を指定しないでください。
input-user-id-invalid = オブジェクト ID を、ハイフン付きの形式（例：00000000-0000-0000-0000-000000000000）で入力してください。
input-surfaces-empty = 適用先を 1 つ以上選択してください。
input-surface-unknown = このポリシーにない適用先です。表示されている中から選択してください。
input-duration-out-of-range = 日数は { $min } から { $max } までの整数で入力してください。
input-start-in-past = 開始日時には、現在より前の日時を指定できません。直ちに開始する場合は、空欄のままにしてください。
input-time-invalid = 日時は、時差を含む形式（RFC 3339、例：2026-04-01T09:00:00+09:00）で入力してください。
input-answer-unknown = 選択された問題にない質問です。この回答を削除してください。
input-answer-missing = 判定に必要な質問です。回答してください。
input-answer-not-yes-no-unsure = yes、no、unsure のいずれかで回答してください。
input-answer-not-a-choice = 選択肢（{ $choices }）の中から回答してください。
input-answer-not-text = 文字列で回答してください。
input-answer-not-text-list = 文字列の一覧で回答してください。

input-idempotency-key-invalid = Idempotency-Key は、1 から 200 文字の印刷可能な ASCII 文字で指定するか、省略してください。
input-tenant-is-operator = 本サービスの運営組織のテナントは、パートナーとして登録できません。テナント ID をご確認ください。
input-country-invalid = 国コードを、JP のような 2 文字（ISO 3166-1）で入力してください。
input-calendar-unknown = このカレンダーは登録されていません。登録済みのものを選択するか、空欄にして国のカレンダーを使用してください。

# 判定項目の表で使う、回答と質問の言葉
answer-given = 記入あり
answer-empty = 記入なし
criterion-issue = 選択された問題
criterion-sunset = 受付終了日
criterion-description = 説明
criterion-scope-surfaces = 適用先
criterion-scope-subjects-kind = 対象者
criterion-scope-subjects-object-ids = 対象者
criterion-scope-duration-days = 期間
criterion-scope-starts-at = 開始日時
given-users = { $count } 名
given-every-user = テナントの全ユーザー（今後追加されるユーザーを含む）
given-days = { $count } 日間
given-at-once = 直ちに開始
given-start = { $at }（UTC）
