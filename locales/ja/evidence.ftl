### 申請の添付資料

evidence-title = 添付資料
evidence-of-request = { $reference } の添付資料
evidence-lead = ベンダーからの回答、エラー画面のスクリーンショット、ログ、メールなど、申請の裏付けとなる資料を添付してください。パスワード、トークン、第三者の個人情報は含めないでください。
evidence-lead-closed = この申請は終了しているため、ファイルの追加や削除はできません。
evidence-manage = ファイルを追加または削除する
evidence-files = ファイル
evidence-hint = PDF、PNG、JPEG、テキスト、メール（.eml）を、1 ファイルあたり { $megabytes } MB まで添付できます。{ $left ->
    [0] これ以上は追加できません。追加する場合は、先にいずれかを削除してください。
   *[other] あと { $left } 個追加できます。複数のファイルを一度に選択できます。
}
evidence-upload = ファイルをアップロードする
evidence-none = 添付資料はありません
evidence-none-text = 添付された資料がここに表示されます。
evidence-name = ファイル
evidence-type = 種類
evidence-size = サイズ
evidence-scan = ウイルス検査
evidence-uploaded = アップロード
evidence-by = { $who }
evidence-digest = SHA-256
evidence-actions = 操作
evidence-type-pdf = PDF 文書
evidence-type-png = PNG 画像
evidence-type-jpeg = JPEG 画像
evidence-type-mail = メール
evidence-type-text = テキスト
evidence-size-bytes = { $count } バイト
evidence-size-kilo = { $count } KB
evidence-size-mega = { $count } MB
evidence-scan-not-scanned = 未検査
evidence-scan-pending = 検査中
evidence-scan-clean = 異常なし
evidence-scan-infected = ウイルス検出
evidence-pending-text = ウイルス検査中のファイルがあります。検査が終わるまで、ダウンロードできません。検査は自動で行われるため、このページを閉じても構いません。
evidence-not-scanned-text = この窓口ではウイルス検査を行っていません。ファイルを開く際はご注意ください。
evidence-infected-title = 「{ $name }」からウイルスが検出されました
evidence-infected-text = ファイルは削除したため、ダウンロードはできません。記録として残るのは、ファイル名とチェックサムだけです。送信元の端末をご確認のうえ、問題のないファイルを改めてアップロードしてください。
evidence-needs-mfa = ファイルのダウンロードには MFA が必要です。
evidence-being-checked = このファイルはウイルス検査中です。しばらくしてから、もう一度お試しください。
evidence-was-infected = このファイルからウイルスが検出されたため、内容は削除されています。ファイル名とチェックサムは記録として保存されます。
evidence-not-yours = ほかの方がアップロードしたファイルです。削除できるのは、アップロードしたご本人だけです。
evidence-closed = { $reference } は終了しているため、ファイルを追加できません。
evidence-form-too-large = { $max } ファイル分の上限を超えています。ファイルの数を減らすか、サイズを小さくしてください。
evidence-remove = ファイルを削除する
evidence-remove-this = 削除
evidence-remove-which = （{ $name }）
evidence-remove-title = このファイルを削除しますか
evidence-remove-consequence = ファイルは削除され、審査担当者も閲覧できなくなります。添付されていたことは、申請の履歴に残ります。
evidence-remove-draft-consequence = ファイルは削除されます。
evidence-keep = 削除しない

event-evidence-added = ファイルの追加
event-evidence-removed = ファイルの削除
event-evidence-infected = ファイルからウイルスを検出し、内容を削除

## ファイルを受け付けられない理由
input-evidence-none-chosen = ファイルを 1 つ以上選択してください。
input-evidence-empty = 「{ $name }」は空のファイルです。内容のあるファイルを送信してください。
input-evidence-too-large = 「{ $name }」は { $max } MB を超えています。サイズを小さくするか、必要な部分だけを送信してください。
input-evidence-too-many = 「{ $name }」は追加できません。添付できるのは 1 件の申請につき { $max } ファイルまでです。先にいずれかを削除してください。
input-evidence-day-used-up = 「{ $name }」は受け付けられませんでした。所属組織で 1 日に送信できる量の上限に達しています。明日以降にもう一度お試しください。
input-evidence-is-markup = 「{ $name }」は Web ページなどのマークアップ（HTML、XML）です。PDF またはスクリーンショットを送信してください。
input-evidence-is-svg = 「{ $name }」はプログラムを含むことのできる SVG 画像です。PNG または JPEG 画像を送信してください。
input-evidence-is-script = 「{ $name }」はスクリプトです。動作を説明文に記入するか、実行結果をテキストで送信してください。
input-evidence-is-archive = 「{ $name }」は ZIP や Office 文書などのアーカイブです。中のファイルを 1 つずつ、文書は PDF で送信してください。
input-evidence-is-program = 「{ $name }」はプログラムです。プログラムは受け付けていません。
input-evidence-is-other-image = 「{ $name }」は受け付けていない形式の画像または動画です。PNG または JPEG 画像を送信してください。
input-evidence-is-office-document = 「{ $name }」は Office 文書です。PDF で送信してください。
input-evidence-damaged = 「{ $name }」は壊れているか、途中で切れています。ファイルを開いて確認し、保存し直してから送信してください。
input-evidence-two-in-one = 「{ $name }」の末尾に別のデータが含まれています。ファイルを開いて保存し直し、そのファイルを送信してください。
input-evidence-unknown = 「{ $name }」は受け付けていない形式のファイルです。PDF、PNG、JPEG、テキスト、メール（.eml）を送信してください。
