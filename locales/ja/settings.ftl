### 設定

settings-lead = 選択した内容は、このブラウザーに保存されます。
settings-language = 言語
settings-save-language = 言語を保存する
settings-theme = 配色
settings-save-theme = 配色を保存する
settings-time-zone = タイム ゾーン
settings-time-zone-hint = 担当者向けのページの日時は、このタイム ゾーンで表示され、パートナーの現地時刻が併記されます。選択していない場合は{ $office }です。メールのタイム ゾーンは、メールの設定で別に選択します。
settings-save-time-zone = タイム ゾーンを保存する
theme-system = 端末の設定に合わせる
theme-light = ライト
theme-dark = ダーク
