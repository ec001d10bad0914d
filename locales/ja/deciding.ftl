### 決定の確認：定型文と、ほかの例外との重複

review-sentences = 不承認の場合の定型文
review-sentences-hint = ポリシーに定められた文です。選択した文は、パートナーの言語で、記入した理由の前に加えられます。不承認以外では使用しません。
review-opens-days-all = すべての日が新たに対象となります。
review-opens-days-none = 新たに対象となる日はありません。
review-opens-user-days = 延べ { $all } 人日のうち { $new } 人日が新たに対象となります。残りはすでにほかの例外の対象です。
review-opens-days = { $all } 日のうち { $new } 日が新たに対象となります。残りはすでにほかの例外の対象です。
overlap = 重複する例外
overlap-none = 重複する例外は、このパートナーにはありません。
overlap-users = 共通するユーザー：{ $count } 名
overlap-time = { $from }〜{ $until }
letters = メール
letters-none = 二次承認が済むまで、メールは送信されません。
letters-contact = 連絡先へのメール：「{ $subject }」
letters-security-contact = セキュリティ連絡先へのメール：「{ $subject }」
