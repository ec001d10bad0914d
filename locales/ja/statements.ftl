### アクセシビリティ、個人情報の取り扱い、稼働状況

accessibility-title = アクセシビリティ
accessibility-lead = ご利用になる環境や操作方法にかかわらず、どなたにもお使いいただける窓口を目指しています。
accessibility-goal = 目標
accessibility-goal-text = Web Content Accessibility Guidelines (WCAG) 2.2 のレベル AA、および JIS X 8341-3 の適合レベル AA を目標としています。
accessibility-how = 画面の作り
accessibility-how-text = すべてのページは、キーボードだけの操作、スクリプトを使わない環境、400 % の拡大表示、ハイコントラスト モード、印刷に対応しています。状態は色だけでなく、言葉と形でも示します。言語と配色は「言語と配色」で選択できます。
accessibility-limits = 現在の制限
accessibility-limits-text = パートナーの方が入力した文章は、入力時の言語のまま表示しています。所属組織のサインイン画面は、この窓口には含まれません。
accessibility-report = ご意見
accessibility-report-text = ご利用になれないページがありましたら、該当のページとお使いの環境を{ $operator }までお知らせください。同じ組織の方による代理の申請や、API からの申請も可能です。

privacy-title = 個人情報の取り扱い
privacy-lead = この窓口が保有する個人に関する情報と、その目的をご説明します。
privacy-what = 保有する情報
privacy-what-text = 所属組織のサインインから得られる氏名、ユーザーとテナントの ID、ロール、申請に入力された内容と連絡先、第二連絡先として入力されたアドレス（削除されるまで。確認されない場合は 1 日間）、申請で指定された対象者とその名前、申請に添付されたファイルとその名前、および操作の記録 （誰が、いつ、何をしたか。ファイルの閲覧を含みます）です。下書きは、送信または削除されるまで、最長で最終更新から 90 日間保存します。また、サインインされた方の氏名とユーザー ID を、最後のサインインから 180 日間保存します。
privacy-why = 利用目的
privacy-why-text = 申請の審査、例外の適用、関係者へのご連絡、および決定が適切であったことを後から確認するために利用します。広告には利用しません。各ページが、ほかのサイトからデータを読み込むこともありません。
privacy-who = 閲覧できる人
privacy-who-text = 所属組織の管理者の方は、自社の申請を閲覧でき、サインインしたことのある自社の方を対象者として名前で選択できます。下書きを閲覧できるのは、作成したご本人だけです。運営組織の審査担当者、審査責任者、監査担当者は、業務に必要な範囲で閲覧します。適用ポイントに渡すのは、ID、適用先、日時だけです。
privacy-cookies = Cookie
privacy-cookies-text = セッション用の Cookie と、言語や配色を選択した場合にそれぞれ 1 つの Cookie を使用します。利用者を追跡する Cookie は使用しません。
privacy-rights = 開示、訂正、削除
privacy-rights-text = 保有する情報の開示や、法令に基づく訂正、削除は、所属組織または{ $operator }にご請求いただけます。入力された文章の削除後も、決定の記録はその文章を含まない形で保存します。

status-page-title = 稼働状況
status-page-lead = この窓口は稼働しています。
status-page-now = 正常に動作しているか
status-page-now-text = データにアクセスできるか、例外のフィードが最新であるかは、このページの末尾のアドレスで確認できます。
status-page-details = 確認用のアドレス
status-page-details-text = 監視用のアドレスです。正常な場合は 200、そうでない場合は 503 を返します。
status-page-live = サービスが動作しています。
status-page-ready = データにアクセスできます。
status-page-feed = 例外のフィードが最新です。
status-page-scanner = 添付されたファイルのウイルス検査が可能です。
status-page-gate = 窓口が停止した場合
status-page-gate-text = 有効な例外は、最後のフィードの有効期間である数分のあいだ引き続き適用されます。その後は、復旧するまで全員に MFA が求められます。申請や回答期限が失われることはありません。
