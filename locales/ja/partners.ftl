### パートナーの登録簿とインポート

partner-type-direct-bill = 直接請求パートナー
partner-type-indirect-provider = 間接プロバイダー
partner-type-indirect-reseller = 間接リセラー
partner-type-advisor = アドバイザー

partners-title = パートナー
partners-caption = 登録済みのパートナー（名称順）
partners-name = 名称
partners-type = 種別
partners-country = 国・地域
partners-calendar = 営業日カレンダー
partners-contact = セキュリティ連絡先
partners-tenant = テナント ID
partners-since = 登録日
partners-empty = 登録済みのパートナーはありません
partners-empty-text = 申請できるのは、登録済みのパートナーのみです。
partners-import = パートナーのインポート
partners-import-lead = ファイルの内容に従って、パートナーを追加または更新します。登録が削除されることはありません。1 行でも誤りがある場合は、何も登録されません。
partners-import-columns = 1 行目に列名を記載してください。calendar 列は省略でき、その場合は国に応じたカレンダーが使用されます。type には direct_bill、indirect_provider、indirect_reseller、advisor のいずれかを指定してください。
partners-file = CSV ファイル
partners-file-hint = UTF-8 形式、1 MiB 以内のファイルを選択してください。
partners-paste = CSV の内容
partners-paste-hint = ファイルの代わりに貼り付けることもできます。ファイルを選択した場合、この欄は使用されません。
partners-import-button = パートナーをインポートする
partners-imported = 追加 { $added } 件、更新 { $changed } 件、変更なし { $unchanged } 件でした。
partners-open = 一覧を開く
partners-import-line = { $line } 行目：{ $problem }
partners-import-more = ほかに { $count } 行に誤りがあります。

## ファイルの誤り（partners import コマンドでも使用）
import-column-missing = 「{ $column }」列がありません。1 行目には「{ $columns }」が必要です
import-column-unknown = 「{ $column }」列は使用できません。削除してください
import-not-utf8 = 文字コードが UTF-8 ではありません。「CSV UTF-8」形式で保存し直してください
import-empty = インポートする内容がありません。ファイルを選択するか、内容を貼り付けてください
import-fields = 値が { $found } 個ありますが、列は { $expected } 個です。コンマと引用符をご確認ください
import-unreadable = この行は読み取れません（{ $reason }）
import-tenant-no-guid = テナント「{ $value }」は GUID ではありません。3ceaaf30-8142-48ea-91d9-3080f9b439fc のような形式で指定してください
import-tenant-is-operator = テナント「{ $value }」は本サービスの運営組織であるため、パートナーとして登録できません
import-tenant-twice = テナント「{ $tenant }」は { $line } 行目にもあります
import-name = 名称は 1〜200 文字とし、制御文字は使用しないでください
import-type = 種別「{ $value }」は使用できません。{ $types } のいずれかを指定してください
import-country = 国「{ $value }」は 2 文字の国コードではありません。JP のような形式で指定してください
import-calendar = 営業日カレンダー「{ $value }」は存在しません
import-security-contact = セキュリティ連絡先「{ $value }」はメール アドレスではありません。security@partner.example のような形式で指定してください

## API に送られたパートナーの誤り
input-tenant-is-operator = このテナントは本サービスの運営組織であるため、パートナーとして登録できません。
input-country-invalid = JP のような 2 文字の国コードを入力してください。
input-calendar-unknown = この営業日カレンダーは存在しません。省略すると、国に応じたカレンダーが使用されます。
