### API リファレンス

api-title = API
api-lead = 申請、状況の確認、フィードの取得は、プログラムからも行えます。以下の説明は、動作中のコードから生成しています。
api-document = OpenAPI 文書をダウンロードする
api-token = トークンの取得
api-token-text = 所属組織のサインイン サービス (OAuth 2.0) からこの窓口向けのアクセス トークンを取得し、すべてのリクエストに付けて送信してください。できる操作は、トークンに含まれるロールで決まります。
api-errors = エラー
api-errors-text = エラーは、「Accept-Language」の言語で記載した問題文書 (RFC 9457) として返します。それぞれの「type」は、説明のページを指します。
api-operations = 操作
api-parameters = パラメーター
api-properties = プロパティ
api-body = 本文
api-answers = 応答
api-schemas = データの形
api-values = 値：
api-name = 名前
api-place = 場所
api-type = 型
api-meaning = 意味
api-required = 必須
