### 申請の担当者と閲覧者。

presence-title = 担当者
presence-nobody = この申請には担当者がいません。
presence-you = { $until }まで担当しています。この画面で作業している間は延長されます。画面を開いているだけの場合に延長されるのは、最後の操作から { $hours } 時間までです。
presence-held = { $name } さんが{ $until }まで担当しています。それまでは、ほかの審査担当者による決定や質問はできません。
presence-others = ほかにこの申請を見ている人：
presence-other = { $name }（{ $at }）
presence-restored = 以前ここで入力しかけた内容を、入力欄に戻しました。
presence-claim = 担当する
presence-release = 担当を解除する
presence-take-over = 担当を引き継ぐ
presence-give = ほかの担当者に割り当てる
presence-give-to = 審査担当者
presence-give-do = 割り当てる
presence-back = 申請に戻る
