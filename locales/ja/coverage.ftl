### 自分の適用状況

nav-coverage = 適用状況
coverage-title = 自分の適用状況
coverage-lead = 現在、ご自身に MFA が求められるかどうか、求められない場所と期限、例外を申請できる方をご案内します。表示されるのはご自身の情報だけです。
coverage-covered = 例外が適用されています
coverage-covered-text = 下の表に示した場所では、MFA は求められません。それ以外の場所では、通常どおり MFA が求められます。
coverage-none = 例外は適用されていません
coverage-none-text = ご自身を対象とする例外はありません。すべての場所で MFA が求められます。
coverage-scheduled = 例外はまだ開始していません
coverage-scheduled-text = ご自身を対象とする例外は、後日開始します。それまでは、すべての場所で MFA が求められます。
coverage-suspended = 現在、例外は適用されていません
coverage-suspended-text = ご自身を対象とする例外は緊急停止中です。停止が解除されるまで、例外がない場合と同じように MFA が求められます。
coverage-unknown = 現在、確認できません
coverage-unknown-text = この窓口のデータにアクセスできません。MFA が求められるものとお考えのうえ、数分後にもう一度お試しください。
coverage-places = 適用先ごとの状況
coverage-demanded = MFA
coverage-yes = 必要
coverage-no = 不要
coverage-covers = ご自身を対象とする例外
coverage-tag-suspended = 緊急停止中
coverage-who = 例外を申請できる方
coverage-who-you = お持ちのロールで、貴社の申請を行うことができます。
coverage-who-others = 貴社の{ $roles }の方です。次の文章をコピーしてお使いいただけます。
coverage-letter-user = 私のオブジェクト ID：{ $user }
home-coverage = 自分に例外が適用されているか確認する
