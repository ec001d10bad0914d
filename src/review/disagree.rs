//! Disagreeing with a first approval: it is void, and the request is in review as before, with the reason for the colleagues.

use super::DecisionOutcome;
use super::approval;
use super::decide::{Decided, Decision};
use crate::db::Tx;
use crate::intake::Request;
use crate::problem::Kind;
use crate::web::{Failure, Message};

impl Decision<'_> {
    /// Returns `request` to review. Nothing is decided by it, and the partner learns nothing of it.
    ///
    /// # Errors
    /// 409 without a first approval, and for whoever gave it.
    pub(super) async fn give_back(&self, tx: &mut Tx, request: Request) -> Result<Decided, Failure> {
        let refused = |key| Failure::new(Kind::WrongState).detail(Message::new(key));
        let first = approval::first_approval(tx, &request).await?;
        let first = first.ok_or_else(|| refused("wrong-state-no-first-approval"))?;
        if first.by == self.reviewer.object_id.0 {
            return Err(refused("wrong-state-own-approval"));
        }
        let request = self.next_version(tx, request).await?;
        self.keep(tx, &request, DecisionOutcome::Return, None, Some(&first)).await?;
        self.record(tx, "request.approval_returned", &request, None).await?;
        Ok(Decided { request, exception: None, pending_second_approval: false })
    }
}
