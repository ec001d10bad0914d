### ホーム

home-title = MFA の技術的な例外申請
home-title-signed-in = ホーム
home-lead = パートナーの方には、多要素認証 (MFA) によるサインインをお願いしています。技術的な理由でどうしても MFA を利用できない場合は、対象者、適用先、期間を限って、この要件を一時的に適用しないことができます。
home-stopped = MFA でサインインできずお困りですか
home-check = 解決方法を確認する
home-check-text = 多くの場合は、例外を申請しなくても解決できます。いくつかの質問に答えると、状況に合った方法が分かります。サインインは不要で、入力内容は保存されません。
home-ask = 例外を申請する
home-ask-text = 原因が分かっていて、ほかに方法がない場合にご利用ください。申請は、貴社の{ $roles }の方が行います。申請のためのサインインに MFA は必要ありません。
home-next = 申請後の流れ
home-agents = ご自身では申請できない方へ：管理者への依頼文をご用意しています
home-waiting = 対応が必要な項目
home-nothing = 対応が必要な項目はありません
home-nothing-text = ご回答や確認が必要になると、急ぎのものから順にここに表示されます。
home-reply-by = ご回答の期限：
home-answer-by = 審査結果の回答期限：
home-ends = 終了日時：
home-follows = 進行中の申請（お手続きは不要です）
home-all-requests = 申請の一覧を見る
home-follow = 申請 { $reference } の状況を確認する
home-reply = 申請 { $reference } に関する質問に回答する
home-ends-soon = 例外 { $reference } がまもなく終了します
home-work-queue = 審査待ちを開く
home-queue-figures = 未決定 { $open } 件（うち期限超過 { $breached } 件）
home-not-registered = 貴社はまだ登録されていません
home-not-registered-text = 本サービスの運営組織による登録が完了すると、申請できるようになります。必要な手続きをご確認ください。
