# 開発用 ID プロバイダー
brand = 開発用サインイン
badge = 開発専用・パスワードなし
skip = 本文へ移動
error-word = エラー：
to-start = 最初のページへ
no-password = お使いの PC 上でクラウド ディレクトリの代わりをする、開発用の画面です。アカウントを選ぶだけでサインインできます。パスワードの確認がないため、ほかの人が接続できる状態にしないでください。

role-globaladmin = グローバル管理者
role-adminagent = 管理エージェント
role-salesagent = 販売エージェント
role-helpdeskagent = ヘルプデスク エージェント
role-reviewer = 審査担当者
role-leadreviewer = 審査責任者
role-policyadmin = ポリシー管理者
role-auditor = 監査担当者

tenant-contoso = クラウド アカウントを使用しています。サインインのたびに MFA を実施します。
tenant-wingtip = 自社の ID プロバイダーでサインインします。そこで実施した MFA の結果はディレクトリに伝わり、有効と認められます。
tenant-fabrikam = クラウド アカウントを使用しており、MFA は未登録です。MFA を求められた時点で認証アプリを登録し、コードを入力します。
tenant-tailspin = 自社の ID プロバイダーでサインインします。MFA は実施していますが、その結果がディレクトリの認識できる形で伝わりません。
tenant-operations = 窓口のスタッフです。窓口から求められたときに、登録済みの認証アプリのコードを入力します。

sign-in-title = アカウントの選択
sign-in-lead = 「{ $client }」がサインインを求めています。
cancel = サインインせずにアプリケーションへ戻る
switch = 別のアカウントを使う

federated-brand = { $tenant } の ID プロバイダー
federated-title = { $tenant } へのサインイン
federated-password = ユーザー名とパスワードを確認しました。
federated-mfa = ご利用の ID プロバイダーが MFA を求め、スマートフォンで確認が完了しました。
federated-passed-on = この結果は ID プロバイダーの応答に含まれるため、ディレクトリには「mfa」として伝わります。
federated-unseen = この結果は、ディレクトリが認識できる形では応答に含まれません。ディレクトリには、パスワードのみで認証したものとして伝わります。
federated-unseen-asked = MFA を求められていますが、何度繰り返しても結果は変わりません。このような場合、パートナーは技術的な例外を申請できます。
federated-continue = ディレクトリへ進む

code-label = 確認コード
code-hint = 認証アプリに現在表示されている 6 桁の数字
code-submit = コードを確認する
code-wrong = 現在のコードと一致しません。次のコードが表示されるのを待ち、6 桁の数字を入力してください。
code-used = このコードはすでに使用されています。次のコードが表示されるまで、最大 30 秒お待ちください。
code-paused = 誤ったコードの入力が続きました。5 分後にもう一度お試しください。
aid-title = 認証アプリがお手元にない場合
aid-text = 開発用の補助表示です。現在のコード：

register-title = 追加情報が必要です
register-lead = MFA を求められましたが、まだ何も登録されていません。ここで認証アプリを登録してください。登録しても、ほかのサインインで MFA が有効になることはありません。
register-scan-title = 1. アプリを設定する
register-scan = 認証アプリで次の QR コードを読み取ってください。
register-qr-alt = 認証アプリ用のシークレットを含む QR コード
register-type = 読み取れない場合は、次のシークレットをアプリに入力してください。
register-link = このデバイスの認証アプリで開く
register-code-title = 2. アプリのコードを入力する

verify-title = ご本人の確認
verify-lead = アプリケーションが MFA を求めています。認証アプリに表示されているコードを入力してください。

home-lead = デモ用の ID プロバイダーです。サンプルのテナントとアカウント、認証アプリによる MFA を備えています。
home-session = 現在のサインイン
home-nobody = 誰もサインインしていません。
home-switch = 別のアカウントに切り替えるには、ここと各アプリケーションの両方でサインアウトしてから、もう一度サインインしてください。
home-people = アカウント一覧
home-machines = アプリケーション向け情報
home-metadata = ディスカバリー：
forget-title = 最初からやり直す
forget-text = 登録済みの認証アプリを削除すると、登録の手順をもう一度試せます。
forget-button = { $name } の認証アプリを削除する

sign-out-title = サインアウトしますか
sign-out-text = 次回のサインインでは、アカウントをもう一度選択していただきます。
sign-out-button = サインアウトする

error-unknown-client = 不明なアプリケーション
error-unknown-client-text = このクライアント ID で登録されたアプリケーションはありません。移動元のアプリケーションの設定を確認してください。
error-unknown-redirect = 未登録の戻り先
error-unknown-redirect-text = 指定された戻り先は、このアプリケーションに登録されているアドレスと完全には一致しません。安全のため、移動を中止しました。
error-parameter-twice = パラメーターの重複
error-parameter-twice-text = 同じパラメーターは一度しか指定できません。アプリケーションに戻り、最初からやり直してください。
error-unknown-persona = 該当するアカウントがありません
error-unknown-persona-text = サインイン画面に表示されているアカウントから選択してください。
error-flow-over = このサインインは終了しています
error-flow-over-text = 時間切れになったか、すでに完了したか、別のブラウザーで開始されたサインインです。アプリケーションに戻り、最初からやり直してください。
error-broken = 処理に失敗しました
error-broken-text = 詳細はデモのログをご確認ください。再試行しても解消しない場合は、ログに記載されたファイルをデータ ディレクトリから削除してください。
error-not-found = ページが見つかりません
error-not-found-text = このアドレスには何もありません。
