### すべてのページの枠と、多くのページで使う言葉

branding-operator = 本サービスの運営組織
site-description = MFA の必須化に対する技術的な例外の申請、回答の確認、適用中の例外の確認を行うサービスです。
title-error = エラー：
skip = 本文へ移動
navigation = メイン ナビゲーション
language-name = 日本語
account = サインイン中：
settings = 設定
sign-in = サインイン
sign-out = サインアウト

nav-partner = パートナー向け
nav-staff = 担当者向け
nav-home = ホーム
nav-requests = 申請
nav-exceptions = 例外
nav-check = 診断
nav-help = ヘルプ
nav-queue = 審査待ち
nav-partners = パートナー

footer-api = API
footer-accessibility = アクセシビリティ
footer-privacy = 個人情報の取り扱い
footer-status = 稼働状況
footer-display = 言語と配色
footer-line = 多要素認証 (MFA) の必須化に対する技術的な例外の申請を受け付け、審査し、結果をご説明します。
footer-operator = 運営：{ $organisation }
footer-support = お問い合わせ：{ $contact }
operator-reached = { $operator }（{ $contact }）

list-separator = 、
list-or = または
sentence-gap = {""}

## 入力欄
error-summary = 入力内容をご確認ください
error-summary-entry = { $field }：{ $detail }
field-error = エラー：
field-optional = (任意)
field-required = 必須
field-choose = 選択してください
field-max-length = { $count } 文字まで入力できます。
field-year = 年
field-month = 月
field-day = 日

## 回答期限の計算
receipt-due = 審査結果の回答期限
receipt-standing = 質問への回答待ちのため停止中
receipt-show = 期限の計算の内訳
receipt-due-was = 審査結果の回答期限（回答済み）
receipt-day = 日付
receipt-hours = 営業時間
receipt-counted = 算入した時間

## エラー ページ
error-go-home = ホームへ戻る
error-try-again = もう一度試す
error-open-request = 申請を開く
error-reference = このエラーの説明を見る
error-request-id = お問い合わせの際は、次の番号をお知らせください：
refusal-have = お持ちのロール
refusal-may = この操作ができるロール
refusal-instead = 代わりにできること
refusal-no-role = 該当するロールがありません
refusal-detail = お持ちのロールは「{ $have }」です。この操作には「{ $may }」のいずれかのロールが必要です。

## 多くのページに置くリンク
go-self-check = 事前チェックを始める
go-new-request = 例外を申請する
sign-in-again = もう一度サインインする
change = 変更
cancel = キャンセル
more-rows = さらに表示する
