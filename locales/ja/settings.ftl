### 設定

settings-lead = 選択した内容は、このブラウザーに保存されます。
settings-language = 言語
settings-save-language = 言語を保存する
settings-theme = 配色
settings-save-theme = 配色を保存する
theme-system = 端末の設定に合わせる
theme-light = ライト
theme-dark = ダーク
