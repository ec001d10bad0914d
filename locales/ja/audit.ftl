### 監査記録: 操作の履歴、ハッシュ チェーン、決定の抽出、書き出し。

nav-audit = 監査記録
audit-title = 監査記録
audit-lead = すべての変更と、添付資料の閲覧および記録の書き出しについて、日時、実行者、役割、理由を記録しています。ここで内容を変更することはできません。

## ハッシュ チェーン
audit-chain = ハッシュ チェーン
audit-sealed = 封印済み
audit-nothing-sealed = まだありません
audit-sealed-up-to = 位置 { $position } まで
audit-waiting = 封印待ち
audit-waiting-count = { $count ->
    [0] なし
   *[other] { $count } 件
}
audit-head = 最新の署名済み先頭値
audit-head-at = 位置 { $position }、署名日時：{ $at }
audit-head-save = ダウンロードする
audit-no-head = まだありません
audit-contradicted = 署名されたチェーンと一致しません
audit-contradicted-text = 最後に署名された位置の内容が、署名時と異なるか、失われています。別の場所に保管した先頭値を指定して「exception-desk audit verify」を実行してください。最初に不正が見つかった行が示されます。
audit-late = 封印待ちの記録が残っています
audit-late-text = 通常は数秒で封印されます。この状態が続く場合は、運営担当者に本サービスのログの確認を依頼してください。

## 記録
audit-events = 記録
audit-caption = 記録（新しい順）
audit-empty = 記録はまだありません
audit-empty-text = 最初の変更からここに記録されます。
audit-none = 条件に合う記録はありません
audit-none-text = 条件を減らすか、期間を広げてください。
audit-all = すべての記録を表示する
audit-newest = 最新の記録に戻る
audit-older = 以前の記録
audit-filter = 記録を絞り込む
audit-filter-button = 絞り込む
audit-filter-subject = 申請、例外などの対象
audit-filter-subject-hint = TE-2026-000123 のような申請番号、または ID を入力してください。
audit-filter-tenant = パートナーのテナント ID
audit-filter-actor = 実行者のオブジェクト ID
audit-filter-id-hint = 00000000-0000-0000-0000-000000000000 のように、ハイフンを含めて入力してください。
audit-from = 開始日
audit-until = 終了日
audit-days-hint = UTC の日付です。両日とも含みます。
audit-when = 日時
audit-what = 内容
audit-who = 実行者
audit-who-of = { $role }（{ $partner }）
audit-about = 対象
audit-partner = パートナー
audit-position = 位置
audit-waits = 封印待ち
audit-waits-long = 封印待ち

## 記録の詳細
audit-event = 記録
audit-code = コード
audit-details = 記録の内容
audit-detail = 項目
audit-value = 値
audit-no-details = 詳細はありません
audit-no-details-text = 上記以外に記録された項目はありません。
audit-written = 記入された文章
audit-erased-at = 記入された文章は{ $at }に消去されました。チェーンにはそのダイジェストが残っています。
audit-hash = ハッシュ値

audit-kind-request = 申請
audit-kind-exception = 例外
audit-kind-evidence = ファイル
audit-kind-draft = 下書き
audit-kind-partner = パートナー
audit-kind-suspension = 緊急停止
audit-kind-policy-edition = ポリシーの版
audit-kind-mail = メール
audit-kind-calendar = 営業日カレンダー
audit-kind-audit-log = 監査記録
audit-kind-report = 集計

audit-field-before = 変更前
audit-field-after = 変更後
audit-field-version = バージョン
audit-field-scope = 範囲
audit-field-appeal = 異議申し立て
audit-field-reference = 申請番号
audit-field-issue = 問題
audit-field-outcome = 判定結果
audit-field-policy-version = ポリシーの版
audit-field-guards = 申請時の確認
audit-field-status = 状態
audit-field-due-at = 回答期限
audit-field-request = 申請
audit-field-exception = 例外
audit-field-subjects = 対象者
audit-field-surfaces = 適用先
audit-field-not-before = 開始
audit-field-expires-at = 終了
audit-field-reason = 理由
audit-field-question = 質問
audit-field-text = 本文
audit-field-name = 名前
audit-field-security-contact = セキュリティ連絡先
audit-field-type = 種別
audit-field-country = 国
audit-field-calendar = カレンダー
audit-field-count = 件数
audit-field-from = 開始
audit-field-until = 終了
audit-field-personal = 記入された文章を含む

event-evidence-read = ファイルのダウンロード
event-suspension-placed = 例外を緊急停止しました
event-suspension-lift-asked = 緊急停止の解除に 1 人目が同意しました
event-suspension-lifted = 緊急停止を解除しました
event-policy-proposed = ポリシーの版が提案されました
event-policy-brought-in = ポリシーの版が取り込まれました
event-policy-withdrawn = ポリシーの版の提案が取り下げられました
event-audit-exported = 監査記録を書き出しました
event-report-exported = 集計を書き出しました
event-mail-resent = メールを再送信待ちに戻しました
event-audit-erased = 監査記録から記入された文章を消去しました

## 決定の抽出
sample-title = 決定の抽出
sample-lead = 点検する決定を無作為に抽出します。シードはアドレスに含まれるため、同じアドレスを開けば誰でも同じ結果を得られます。
sample-caption = 抽出された決定
sample-about = { $all } 件中 { $drawn } 件、シード「{ $seed }」
sample-runs-on = 指定した期間はまだ終わっていません。今後の決定によって抽出結果が変わることがあります。
sample-empty = この期間の決定はありません
sample-empty-text = 期間を広げてください。
sample-another = 別の抽出
sample-seed = シード
sample-seed-hint = 任意の数字または文字列です。シードを変えると抽出結果も変わります。
sample-size = 件数
sample-size-hint = 1〜200
sample-deciders = 抽出する決定
sample-all = すべての決定
sample-people = 審査担当者による決定
sample-policy = ポリシーによる自動判定
sample-button = 抽出する

## 書き出し
export-title = 書き出し
export-lead = 封印済みの記録を、チェーンの順に JSON Lines 形式のファイルとして書き出します。このファイルだけで、誰でもチェーンを検証できます。書き出したことは監査記録に残ります。
export-what = 記入された文章
export-personal = 理由、質問、名前を含める
export-personal-hint = これらの文章のダイジェストを検証する場合に必要です。含めなくても、チェーン自体は検証できます。
export-button = 記録を書き出す

input-guid-invalid = 00000000-0000-0000-0000-000000000000 のように、ハイフンを含む ID を入力してください。
input-until-before-from = 開始日以降の日付を指定してください。
input-sample-size-out-of-range = 1 から { $max } までの数を入力してください。
