### サインインとサインアウト、権限の案内、サインインできない方への案内

signed-out-title = サインアウトしました
signed-out-lead = この窓口でのセッションを終了しました。この端末を使うほかの方に、貴社の申請内容が表示されることはありません。
signed-out-provider = 所属組織のアカウントには、引き続きサインインしている場合があります。共用の端末では、そちらからもサインアウトしてください。

not-allowed-title = ロールと権限
not-allowed-lead = この窓口では、所属組織のディレクトリで割り当てられたロールを確認しています。操作が許可されない場合は、お持ちのロールと、その操作ができるロールを画面に表示します。
not-allowed-partners-text = 自社の申請、状況の確認、質問への回答、異議申し立て、取り下げと、例外の早期終了ができます。これらの操作に MFA は必要ありません。
not-allowed-agents-text = 申請はできません。貴社の{ $roles }の方が、ご自身を対象者とする申請を行うことができます。例外が適用されているかどうかは確認できます。
not-allowed-staff = 審査担当者、審査責任者、ポリシー管理者、監査担当者
not-allowed-staff-text = この窓口を運営する組織に所属し、必ず MFA でサインインします。自分の組織の申請や、自分が提出した申請を審査することはできません。

step-up-title = 追加の本人確認
step-up-lead = 表示しようとしているページには多要素認証 (MFA) が必要です。現在は MFA なしでサインインしています。
step-up-how = 所属組織のサインイン画面で MFA を一度完了すると、元のページに戻ります。
step-up-go = MFA で本人確認をする
step-up-cannot = MFA を完了できない場合
step-up-cannot-text = このページは表示できませんが、申請、質問への回答、異議申し立て、取り下げ、例外の終了は MFA なしでご利用いただけます。

## MFA によりサインインできなかった方へ
stopped-title = サインインできない場合
stopped-lead = ご利用になろうとしたサイトでは多要素認証 (MFA) が必要ですが、今回のサインインでは MFA が行われていませんでした。また、その時点で適用される例外もありませんでした。
stopped-what = 発生した状況
stopped-surface = 場所
stopped-at = 日時
stopped-tenant = 所属組織（テナント ID）
stopped-from-link = この内容は、こちらのページへのリンクに含まれていた情報です。
stopped-now = 今できること
stopped-step-verify = 元のページに戻り、MFA を完了してください。未登録の場合は、その場で登録できます。
stopped-step-check = 解決しない場合は、事前チェックで対処方法をご確認ください。いくつかの質問に答えるだけで、サインインは不要です。
stopped-step-ask = 技術的な問題が残る場合は、貴社の{ $roles }の方が例外を申請できます。
stopped-admin = 管理者ではない方へ
stopped-admin-text = 所属組織の管理者の方にご依頼ください。次の文章をコピーしてお使いいただけます。
stopped-letter = 管理者への依頼文
stopped-letter-go = 管理者への依頼文を用意する
stopped-letter-hint = 文章を選択してコピーし、メールやチャットでお送りください。
stopped-letter-greeting = お疲れさまです。
stopped-letter-what = 多要素認証 (MFA) を求められましたが、完了できず、サインインできませんでした。
stopped-letter-tenant = テナント ID：{ $tenant }
stopped-letter-surface = 場所：{ $surface }
stopped-letter-at = 日時：{ $at }
stopped-letter-please = 申請の権限を持つ方（{ $roles }）として、対処方法の確認と、必要な場合は技術的な例外の申請をお願いできますでしょうか。こちらから始められます。

## サインインできなかった場合
sign-in-refused = 貴社のサインイン ページで、サインインが許可されませんでした。もう一度お試しいただくか、本サービスの利用が許可されているかどうかをディレクトリの管理者にご確認ください。
step-up-as-somebody-else = 現在サインインしている方とは別の方として確認が行われたため、何も変更されていません。ご本人として追加の本人確認を行ってください。別の方として利用する場合は、改めてサインインしてください。
sign-in-names-nobody = サインイン ページから、ご本人を特定する情報が送信されませんでした。オブジェクト ID（oid）が送信されるよう、ディレクトリの管理者にご依頼ください。
