### 申請の入力：ステップ、下書き、対象者、入力内容の確認

## ステップ
step-issue = 問題
step-questions = 質問
step-who = 対象者
step-scope = 範囲と期間
step-contact = 連絡先
step-place = { $count }問中{ $number }問目
step-back = 前のステップに戻る
step-back-to-check = 入力内容の確認に戻る
step-continue = 保存して次へ進む
step-add = 対象者の一覧に追加する
step-later = 保存して後で続ける
step-stop = 申請をやめて、この下書きを削除する
step-deny-now = 状況が異なる場合は、このまま進み、その内容をご記入ください。
step-review-now = ご回答に間違いがなければ、このままお進みください。送信後、審査担当者が 3 営業日以内に回答します。
step-conflict = このステップは別の画面で変更されました
step-conflict-text = このページを開いた後に、別の画面でこのステップが変更されました。こちらで入力された内容は下に残っていますが、まだ保存されていません。保存すると、保存済みの内容と置き換わります。保存しない場合は、
step-conflict-take = 入力を破棄して、保存済みの内容を表示してください
new-request-answers-carried = 事前チェックでのご回答を引き継ぎます。次のページで変更できます。
new-request-drafts = まだ送信していない申請の下書きが { $count } 件あります。
input-draft-issue-missing = 最も近い問題を選択してください。

## 下書き
drafts-caption = 下書き
drafts-column = 件名
drafts-changed = 最終更新
drafts-untitled = 件名なし
drafts-continue = 続ける
drafts-delete = 削除
drafts-see = 下書きを見る
drafts-kept = 下書きを保存しました。下書きはご本人だけに表示され、最終更新から 90 日後に削除されます。
drafts-too-many = 下書きは { $max } 件まで作成できます。新しく作成するには、いずれかを送信または削除してください。
drafts-delete-title = この下書きを削除しますか
drafts-delete-consequence = この下書きに入力した内容がすべて削除され、元に戻すことはできません。送信済みの申請には影響しません。
drafts-delete-changed = このページを開いた後に、下書きが変更されました。もう一度ご確認ください。
drafts-delete-do = 下書きを削除する
drafts-delete-cancel = 削除しない
home-draft = 下書きの続きを入力する
resume-kept = セッションが終了しました。入力された内容は保管していますので、もう一度サインインすると、フォームに表示されます。
resume-found = このページは、セッションの終了後に送信されました。入力された内容を下に表示していますが、まだ保存されていません。ご確認のうえ、保存してください。
resume-waits = セッションの終了後に送信されたページがあります。その内容はまだ保存されておらず、このままでは申請に含まれません。次のステップでご確認ください：

## 対象者
form-who-lead = 例外は、指定されたユーザーだけに適用されます。以下の方法は組み合わせて利用できます。同じユーザーが重複した場合は、1 名として数えます。
form-colleagues = 同じ組織の方
form-colleagues-hint = このサイトにサインインしたことのある、同じ組織の方です。例外が必要な方をすべて選択してください。
form-users-file = ディレクトリからエクスポートしたユーザーの一覧
form-users-file-hint = オブジェクト ID の列を含む CSV ファイルを指定してください（5,000 行、2 MB まで）。記載された全員が一覧に追加されます。名前は、確認しやすくするためにだけ使用します。
who-added = { $count ->
    [0] 新しく追加されたユーザーはいません。
   *[other] { $count } 名を一覧に追加しました。
}
users-caption = この申請の対象者（{ $count } 名）
users-left-out = ファイルのうち、取り込まなかった行
users-more = （ほか { $count } 件は表示していません）
users-line = 行
users-file-line = ファイルの行
users-line-number = { $line } 行目
users-name = 名前
users-id = オブジェクト ID
users-problem = 確認事項
users-no-name = 不明
users-problem-no-id = オブジェクト ID ではありません
users-problem-missing = オブジェクト ID がありません
users-problem-again = { $line } 行目と同じユーザーのため、1 名として数えます
input-users-file-no-table = ファイルを表として読み取れません。CSV 形式でエクスポートし、もう一度選択してください。
input-users-file-too-long = ファイルの行数が { $max } 行を超えています。ファイルを分割するか、全ユーザーを対象にしてください。
input-users-file-empty = ファイルにユーザーが記載されていません。
input-users-file-no-column = ファイルにオブジェクト ID の列がありません。先頭の行に「オブジェクト ID」「objectId」「id」などの列名が必要です。
input-users-file-encoding = ファイルの文字を読み取れません。「CSV UTF-8」形式で保存し、もう一度選択してください。
input-users-file-rows = 有効なオブジェクト ID のない { $count } 行は取り込みませんでした。下の一覧をご確認のうえ、必要な場合は手入力で追加してください。

## 範囲と期間
form-surfaces-never = この問題では、誰も承認できないため選択できない適用先があります：{ $surfaces }
form-limits = { $days } 日間までは、審査なしで承認できます。それを超える場合は、審査担当者が判断します。
form-until-from-start = { $date }まで
given-days-until = { $days }（{ $until }）

## 入力内容の確認
check-title = 入力内容の確認
check-incomplete = この申請はまだ送信できません
check-incomplete-why = 入力されていない項目、または修正が必要な項目があります。これまでの入力内容は保存されています。
check-incomplete-now = ご確認いただく項目
check-not-yet = 送信するには、上に示した項目の入力を完了してください。下書きは保存されています。
check-accept = 送信すると、直ちに承認されます
check-accept-now = 送信と同時に、{ $from }から{ $until }までの例外が承認されます。
check-deny = この申請は承認されません
check-deny-now = 状況が異なる場合は、回答を変更してください。このまま送信することもでき、その場合は同じ内容の回答が記録に残ります。
check-review-by = いま送信すると、{ $due }までに回答します。
check-changed = このページを開いた後に、下書きが変更されました
check-changed-text = 以下の内容をもう一度ご確認のうえ、送信してください。
check-kept = セッションが終了しました。入力内容は失われていません。もう一度サインインし、内容をご確認のうえ送信してください。
check-later = 後で続ける
