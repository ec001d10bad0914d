### 審査待ち：タブ、絞り込み、検索、保存した表示、キー操作。

queue-next = 次の申請を担当する
queue-next-hint = 対応言語の申請のうち、担当者がなく回答期限が最も早いものを担当します。
queue-no-next = 担当できる申請はありません。対応言語の申請はすべて担当者が決まっているか、ご自身では決定できないものです。
queue-tabs = 審査待ちの区分
queue-tab-all = すべて
queue-tab-breached = 期限超過
queue-tab-mine = 自分の担当
queue-tab-unclaimed = 担当者なし
queue-tab-appeals = 異議申し立て
queue-tab-second-approvals = 二次承認待ち
queue-tab-waiting = パートナー回答待ち
queue-search = 審査待ちを検索
queue-search-hint = 件名、説明、パートナー名、申請番号に含まれる語句で検索します。
queue-filters = 絞り込み
queue-assignee = 担当者
queue-age = 申請日
queue-age-days = { $count } 日以上前
queue-tenant = パートナーのテナント ID
queue-tenant-hint = ハイフン付きで入力します。パートナーのページで確認できます。
queue-any = 指定なし
queue-show = 表示する
queue-clear = 検索と絞り込みを解除
queue-none-found = 該当する申請はありません
queue-none-found-text = この区分には、検索と絞り込みの条件に合う申請がありません。新しい申請が検索できるようになるまで、数秒かかります。
queue-empty-tab = 現在、該当する申請はありません
queue-empty-tab-text = ほかの区分に申請があるかもしれません。
queue-held = { $name }（{ $until }まで）
queue-held-by-you = 自分（{ $until }まで）
queue-news = { $count ->
   *[other] 新しい申請が {"{n}"} 件あります（表示する）
}
queue-gone = この区分から外れました

queue-views = 保存した表示
queue-view-save = この表示を保存
queue-view-name = 表示の名前
queue-view-hint = 区分、検索、絞り込みを保存します。同じ名前の表示は置き換えられます。
queue-view-do = 表示を保存する
queue-view-forget = 削除

queue-keys = キーボード ショートカットと対応言語
queue-keys-text = 入力欄に入力しているときと、日本語などの変換中は働きません。
queue-key-rows = 次の申請、前の申請
queue-key-tabs = 区分（左から順に）
queue-key-search = 検索
queue-key-next = 次の申請を担当する
queue-key-reload = 最新の状態を表示する
queue-key-list = この一覧
queue-shortcuts = キーボード ショートカット
queue-shortcuts-on = 使う
queue-shortcuts-off = 使わない
queue-languages = 審査に対応できる言語
queue-languages-hint = 「次の申請」は、この中から選ばれます。
queue-wishes-do = 設定を保存する

input-queue-tab-unknown = この区分はありません。
input-queue-language-unknown = en または ja を指定してください。
input-queue-age-out-of-range = 1 から 3650 までの日数を入力してください。
input-queue-search-too-long = 検索語句は 200 文字以内で入力してください。
