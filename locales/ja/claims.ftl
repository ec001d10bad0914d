### 申請の担当。

wrong-state-claimed = この申請は { $name } さんが担当しています。担当が解除されるか期限が切れるまでお待ちいただくか、審査責任者に引き継ぎを依頼してください。
wrong-state-not-claimed = この申請には担当者がいません。
wrong-state-may-not-decide = 指定された審査担当者は、この申請を決定できません。本人または所属組織の申請であるか、以前に本人が不承認としています。
input-reviewer-unknown = 審査待ちの画面を開いたことのある審査担当者を指定してください。
event-request-claimed = 審査担当者が担当を開始しました
event-request-released = 担当が解除されました
