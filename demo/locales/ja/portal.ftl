# 保護対象のサイト
portal-brand = パートナー ポータル
portal-badge = サンプル サイト・架空のデータ
portal-lead = ゲートの内側にある、小さなパートナー向けサイトと API です。MFA を済ませずに保護されたページを開くと、例外の対象者でない限り MFA を求められます。

routes-caption = ゲートが保護する範囲
routes-address = アドレス
routes-what = 内容
routes-surface = 適用先
route-customers = 「顧客」の各ページ
route-customer-requests = 「サポート」›「顧客からの依頼」の各ページ
route-admin = 代理管理 (委任された管理者特権) による、顧客のクラウド ポータル
route-admin-links = 管理ポータルへのリンク集。顧客のテナントにはサインインしないため、MFA は求められません
route-partner-api = パートナー API (例：/v1/customers)
route-delegated-api = 代理管理による、顧客テナントの API (例：/delegated/v1/CUSTOMER/users)

api-title = API
api-text = API の呼び出しでは、サインインの代わりに、ID プロバイダーが発行したトークンを使います。

others-title = 関連サイト
others-idp = ID プロバイダー：現在のサインインとアカウント一覧
others-desk = Exception Desk (例外申請の窓口)
others-sign-out = このサイトからサインアウトする

customers-title = 顧客
customers-caption = 貴社の顧客
requests-title = 顧客からの依頼
customer = 顧客名
domain = ドメイン
seats = ライセンス数
open-requests = 未完了の依頼

admin-title = 顧客のクラウド ポータル
admin-choose = 代理で管理する顧客を選択してください。
admin-signed-in = 代理管理により、この顧客のテナントにサインインしています。
admin-users = ユーザー
links-title = 管理ポータルへのリンク
links-lead = このページは、顧客のテナントにはサインインしません。

why-title = このページが表示された理由
why-reason = 理由
why-exception = 例外
decision-mfa-verified = サインイン時に MFA が確認されています。
decision-mfa-suppressed = MFA は確認されていませんが、現在この適用先で有効な例外の対象になっています。
decision-not-protected = このページでは MFA は求められません。
decision-app-only = アプリケーション自身による呼び出しです。MFA を求められるのは、利用者による操作のみです。
decision-other = ゲートがこの要求を許可しました。

portal-not-found = ページが見つかりません
portal-not-found-text = このアドレスには何もありません。
portal-gate-away = 現在、このページを表示できません
portal-gate-away-text = サインインを確認するゲートが応答していません。確認が取れない間は、保護されたページを表示できません。しばらくしてからもう一度お試しください。
