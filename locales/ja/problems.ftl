### エラーの種類ごとの見出し、応答に書く説明、説明ページの文章

problem-unreadable-body = 送信内容を読み取れません
problem-unreadable-body-detail = 送信された内容が途中で切れているか、指定された形式になっていません。内容をご確認のうえ、もう一度お送りください。
problem-unreadable-body-meaning = リクエストの本文が正しい JSON またはフォームの形式ではないため、内容は一切処理していません。
problem-unreadable-body-cause = 括弧や引用符の不足、文書の終わりより後ろにある余分な文字、UTF-8 以外の文字、通信の途中切断などが考えられます。
problem-unreadable-body-fix = JSON の検査ツールで本文を確認し、全体が UTF-8 で送信されていることを確かめてから、再送してください。

problem-invalid-input = 入力内容に誤りがあります
problem-invalid-input-detail = 示されている箇所を修正し、もう一度お送りください。内容は保存されていません。
problem-invalid-input-meaning = リクエストは読み取れましたが、不足している値、未定義の項目、または許可された範囲を外れた値が含まれています。
problem-invalid-input-cause = 「errors」の各項目に、箇所 (送信内容に対する JSON Pointer)、変わることのないコード、誤りの内容が示されます。
problem-invalid-input-fix = 示された箇所をすべて修正して再送してください。項目名の書き間違いに気づけるよう、未定義の項目は受け付けない仕様です。

problem-sign-in-required = サインインしてください
problem-sign-in-required-detail = この操作には有効なサインインまたはアクセス トークンが必要です。セッションが終了している場合は、もう一度サインインしてください。送信された内容は受け付けられていません。
problem-sign-in-required-meaning = 認証情報がないか、有効期限が切れているか、この窓口向けのものではありません。
problem-sign-in-required-cause = 画面の場合は、セッションが終了しています。API の場合は、アクセス トークンがないか、期限切れであるか、audience または issuer が異なります。
problem-sign-in-required-fix = 画面の場合は、サインインし直してください。API の場合は、この窓口向けのアクセス トークンを取得し、「Authorization: Bearer …」として送信してください。

problem-sign-in-failed = サインインできませんでした
problem-sign-in-failed-detail = サインインは完了していません。そのほかの処理は行われていませんので、もう一度サインインしてください。
problem-sign-in-failed-meaning = 貴社のサインイン ページから戻りましたが、本サービスへのサインインを完了できませんでした。
problem-sign-in-failed-cause = サインインに 10 分以上かかった、「戻る」などで同じページが再び開かれた、Cookie がブロックされている、またはサインイン ページで拒否された可能性があります。
problem-sign-in-failed-fix = 本サービスのページから、もう一度サインインしてください。繰り返し失敗する場合は、このサイトの Cookie を許可するか、利用が許可されているかどうかをディレクトリの管理者にご確認ください。

problem-step-up-required = 追加の本人確認が必要です
problem-step-up-required-detail = このページでは多要素認証 (MFA) が必要ですが、現在は MFA なしでサインインしています。一度ご確認いただくと、このページに戻ります。
problem-step-up-required-meaning = サインインはしていますが、このページまたは操作に必要な多要素認証 (MFA) が済んでいません。
problem-step-up-required-cause = 担当者の業務にはすべて MFA が必要です。パートナーの方も、ほかの方が申請した対象者一覧の閲覧、ファイルのダウンロード、第二連絡先の確認と変更には MFA が必要です。
problem-step-up-required-fix = もう一度サインインし、求められた MFA を完了してください。API では「amr」クレームに「mfa」を含むトークンをお使いください。申請、質問への回答、異議申し立て、取り下げ、例外の終了に MFA は必要ありません。

problem-not-allowed = この操作を行う権限がありません
problem-not-allowed-detail = お持ちのロールではこの操作を行えません。組織内で該当するロールをお持ちの方にご依頼ください。
problem-not-allowed-meaning = サインインはしていますが、ロール、テナント、またはこの申請での立場により、この操作は許可されていません。
problem-not-allowed-cause = 申請できるのは、ポリシーで申請が認められたロールの方です。審査は審査担当者が行い、自分のテナントの申請は審査できません。また、ある人が決定した内容は、別の人が確認する必要があります。不承認とした担当者は、その異議申し立てを審査できません。
problem-not-allowed-fix = 応答に示されたロールをお持ちの方にご依頼ください。ご自身がそのロールを持つべき場合は、ディレクトリの管理者に割り当てをご依頼ください。

problem-not-found = 見つかりません
problem-not-found-detail = このアドレスには何もないか、表示する権限がありません。アドレスをご確認いただくか、ホームからお探しください。
problem-not-found-meaning = このアドレスには何もないか、ほかの組織の情報です。安全のため、どちらであるかは表示しません。
problem-not-found-cause = アドレスの入力間違い、途中で切れたリンク、またはほかのテナントのものを指定したことが考えられます。
problem-not-found-fix = 一覧のページから開き直すか、同じサインインで API から ID を取得し直してください。

problem-method-not-allowed = このアドレスでは行えない操作です
problem-method-not-allowed-detail = アドレスは存在しますが、この HTTP メソッドには対応していません。使用できるメソッドは「Allow」ヘッダーに示されています。
problem-method-not-allowed-meaning = アドレスは正しいものの、HTTP メソッドが異なります。
problem-method-not-allowed-cause = GET だけに対応したアドレスへの POST や、フォーム送信後のページの再読み込みなどが考えられます。
problem-method-not-allowed-fix = 「Allow」ヘッダーに示されたメソッドをお使いください。画面の場合は、一覧に戻ってページを開き直してください。

problem-wrong-state = この操作は行えなくなりました
problem-wrong-state-detail = 状態が変わったため、この操作は行えません。開き直して、現在の状態をご確認ください。
problem-wrong-state-meaning = 操作自体は存在しますが、現在の状態では行えません。
problem-wrong-state-cause = 決定後の取り下げ、2 回目の異議申し立て、またはほかの方が先に操作した場合などが考えられます。
problem-wrong-state-fix = 対象を読み込み直し、現在の状態で行える操作をお選びください。

problem-open-request-exists = この問題については、すでに受付中の申請があります
problem-open-request-exists-detail = 同じ問題について、貴社の申請がすでに受け付けられています。重ねて申請せず、そちらの申請でお手続きを続けてください。
problem-open-request-exists-meaning = 同じ問題について受け付ける申請は、1 つの組織につき 1 件までです。
problem-open-request-exists-cause = ご自身または同じ組織の方がすでに申請し、審査中またはご回答待ちの状態です。
problem-open-request-exists-fix = 応答に示されたリンクから既存の申請を開いて情報を追加するか、先にその申請を取り下げてください。

problem-idempotency-key-reused = この Idempotency-Key は別のリクエストで使用済みです
problem-idempotency-key-reused-detail = 同じ Idempotency-Key が、異なる内容で送信されています。新しいリクエストには新しいキーをお使いください。
problem-idempotency-key-reused-meaning = Idempotency-Key は、24 時間のあいだ 1 つのリクエストだけを表します。今回は異なる内容で送信されました。
problem-idempotency-key-reused-cause = クライアントがリクエストごとにキーを作っていないか、再試行の前に本文を変更しています。
problem-idempotency-key-reused-fix = 同じ本文を再送すると最初の応答が得られます。別の内容の場合は、新しいキーをお使いください。

problem-idempotency-key-in-use = 同じ Idempotency-Key のリクエストを処理しています
problem-idempotency-key-in-use-detail = 少し待ってから、同じリクエストをもう一度お送りください。処理の結果をお返しします。
problem-idempotency-key-in-use-meaning = 同じ Idempotency-Key のリクエストが同時に届き、最初のリクエストをまだ処理しています。
problem-idempotency-key-in-use-cause = ボタンの二度押し、または制限時間前のクライアントの再試行が考えられます。
problem-idempotency-key-in-use-fix = 1 秒ほど待ち、同じリクエストを変更せずに再送してください。

problem-version-mismatch = ほかの方がすでに変更しています
problem-version-mismatch-detail = 操作されたのは以前の版です。最新の版を読み込み、変更が今も適切かどうかをご確認ください。
problem-version-mismatch-meaning = 「If-Match」の版が最新ではないため、変更は行われませんでした。
problem-version-mismatch-cause = 読み込んだ後に、ほかの方またはプログラムが変更しました。
problem-version-mismatch-fix = 対象を読み込み直し、新しい「ETag」と照らして変更内容を確認してから、その値を「If-Match」に指定して送信してください。

problem-version-required = 変更する版の指定がありません
problem-version-required-detail = ほかの方の変更が失われないよう、読み込んだ版の「ETag」を「If-Match」ヘッダーに指定してください。
problem-version-required-meaning = この対象を変更するには、どの版を見て操作したかの指定が必要です。
problem-version-required-cause = リクエストに「If-Match」ヘッダーがありません。
problem-version-required-fix = 対象を読み込み、その「ETag」を「If-Match」に指定して送信してください。

problem-too-large = 送信内容が大きすぎます
problem-too-large-detail = 受け付けられる大きさを超えています。短くするか、分けてお送りください。
problem-too-large-meaning = 本文がこのアドレスの上限を超えているため、最後まで読み込んでいません。
problem-too-large-cause = 非常に長い文章、大きなファイル、または件数の多い一覧が考えられます。
problem-too-large-fix = 文章を短くする、ファイルを小さくする、一覧を分割するなどしてお送りください。

problem-unsupported-media-type = 受け付けられない形式です
problem-unsupported-media-type-detail = API では本文を圧縮せずに「application/json」として送信してください。画面ではフォームをお使いください。
problem-unsupported-media-type-meaning = 「Content-Type」または「Content-Encoding」が、このアドレスで読み取れる形式ではありません。
problem-unsupported-media-type-cause = 「Content-Type」ヘッダーがないか、API にフォームやテキストが送信されています。
problem-unsupported-media-type-fix = 「Content-Type: application/json」を指定し、本文を圧縮せずに送信してください。

problem-too-many-requests = リクエストが多すぎます
problem-too-many-requests-detail = 「Retry-After」ヘッダーに示された時間を置いてから、もう一度お試しください。
problem-too-many-requests-meaning = 短い時間に、受け付けられる数を超えるリクエストが届きました。
problem-too-many-requests-cause = 間隔を置かないスクリプト、または 1 つのアドレスを多数の方が共有していることが考えられます。
problem-too-many-requests-fix = 「Retry-After」の秒数だけお待ちください。一覧は 1 回の取得件数を増やし、フィードは差分で取得してください。
too-many-requests-wait = 短い時間に多くのリクエストが届きました。{ $seconds }秒ほど置いてから、もう一度お試しください。

problem-resync-required = スナップショットから取得し直してください
problem-resync-required-detail = 指定された版または epoch が見つかりません。/feed/v1/rules を取得し、そこから続けてください。
problem-resync-required-meaning = お手元の版からの変更内容を、フィードから返せなくなっています。
problem-resync-required-cause = 版が古すぎる、公開されたことがない、または復元前の epoch のものです。
problem-resync-required-fix = 「/feed/v1/rules」で文書全体を取得して検証し、その版以降の変更を取得してください。それまでは、お手元の文書を有効期間内に限り引き続き使用してください。

problem-database-away = 現在データにアクセスできません
problem-database-away-detail = データは失われていませんが、今回の内容は保存されていません。数秒後にもう一度お試しください。
problem-database-away-meaning = サービスは動作していますが、データベースが応答していません。
problem-database-away-cause = 再起動、待機系への切り替え、または処理能力を超える負荷が考えられます。
problem-database-away-fix = 「Retry-After」の秒数だけ待ってから再送してください。同じ Idempotency-Key を使えば、二重に処理されることはありません。

problem-busy = 時間のかかる処理が集中しています
problem-busy-detail = 集計、検索、または多数の変更の取得が混み合っています。変更されたデータはありません。数秒後にもう一度お試しください。
problem-busy-meaning = ほかの操作の応答を保つため、集計、検索、多数の変更の取得を同時に実行できる数を制限しています。
problem-busy-cause = 複数の利用者またはプログラムが、集計、検索、フィードの古い変更の取得を同時に行ったことが考えられます。
problem-busy-fix = 「Retry-After」の秒数だけ待ってから再送してください。集計の期間を短くするか、取得の間隔を空けてください。

problem-provider-away = サインイン サービスから応答がありません
problem-provider-away-detail = 貴社のサインイン サービス、またはそこまでの経路に障害が発生している可能性があります。数分後にもう一度お試しください。
problem-provider-away-meaning = サインインを行う ID プロバイダーに接続できませんでした。
problem-provider-away-cause = ID プロバイダー、または途中のネットワークの障害が考えられます。
problem-provider-away-fix = 「Retry-After」の秒数だけ待ってから、もう一度お試しください。すでにサインインしている方は、引き続きご利用いただけます。

problem-internal = システムで問題が発生しました
problem-internal-detail = お客様の操作によるものではありません。問題は記録されています。もう一度お試しいただき、繰り返し発生する場合は、このリクエストの番号を添えてお知らせください。
problem-internal-meaning = 想定していない事態が発生しました。
problem-internal-cause = ソフトウェアまたは動作環境の不具合です。詳細は、「X-Request-Id」の番号で運用者のログに記録されています。
problem-internal-fix = 一度だけ再試行してください。解消しない場合は、「X-Request-Id」の番号と発生時刻を運用者にお知らせください。

problem-cross-site-detail = ほかのサイト、または古いページから送信されたため、この操作は実行されませんでした。こちらのサイトでページを開き直して、もう一度お試しください。

## 意味を確認する前の入力エラー
input-duplicate = この項目が重複しています。
input-cursor-unknown = このカーソルは、この一覧のものではありません。先頭から取得する場合は指定しないでください。
input-limit-out-of-range = 1 から { $max } までの整数を指定してください。
input-wait-too-long = 待ち時間は { $max } 秒以内で指定してください。

## 説明ページ
reference-title = エラーの説明
reference-lead = この窓口が返すエラーには、それぞれ説明のページがあります。ページのアドレスは、エラー応答 (problem+json) の「type」と同じです。
reference-code = コード
reference-status = ステータス
reference-problem = エラー
reference-meaning = 意味
reference-cause = 考えられる原因
reference-fix = 対処方法
reference-example = 応答の例

## ゲートが返す問題
problem-mfa-required = 多要素認証 (MFA) が必要です
problem-mfa-required-detail = サインイン時に MFA が行われておらず、この呼び出しに適用される例外もありません。
problem-mfa-required-meaning = ゲートが呼び出しを止めました。トークンに MFA を行った記録がなく、このテナント、ユーザー、適用先に有効な例外もありません。
problem-mfa-required-cause = パスワードのみでサインインした、サード パーティの MFA の結果がディレクトリに伝わっていない、または例外が期間終了もしくは取り消しになったことが考えられます。
problem-mfa-required-fix = MFA を行ってサインインし直し、新しいトークンをご利用ください。技術的な理由で MFA を行えない場合は、貴社で申請の権限を持つ方が、ここで例外を申請できます。
problem-invalid-token = トークンを受け付けられません
problem-invalid-token-detail = ベアラー トークンがないか、有効期限が切れているか、このサービス向けのものではありません。
problem-invalid-token-meaning = ゲートが、呼び出しに添えられたベアラー トークンを受け付けられませんでした。
problem-invalid-token-cause = 有効期限切れ、登録されていないプロバイダーによる発行、別のサービス向けの発行、または署名の不一致が考えられます。
problem-invalid-token-fix = このサービス向けのアクセス トークンを新たに取得し、「Authorization」ヘッダーに 1 つだけ指定してください。
problem-unclear-request = リクエストの解釈が一つに定まりません
problem-unclear-request-detail = ゲートの先にあるサービスが別の意味に解釈する可能性のあるリクエストは、お受けしていません。
problem-unclear-request-meaning = 呼び出しのパスまたはヘッダーが、ゲートとその先のサービスで異なる意味に解釈される可能性があります。
problem-unclear-request-cause = パスに特殊なエンコードや「..」が含まれている、ヘッダーの内容が互いに矛盾している、または 2 種類の認証情報が同時に送られていることが考えられます。
problem-unclear-request-fix = 区切り文字をエンコードしない通常のパスを指定し、トークンとセッションのどちらか一方だけをお送りください。
