//! Everything that a reviewer looks at besides the request itself.

use crate::app::Desk;
use crate::audit::timeline::{self, Step};
use crate::db::Tx;
use crate::evidence::{self, Evidence};
use crate::exceptions::{self, Exception};
use crate::identity::partners::{self, Partner};
use crate::intake::course::{Author, authors};
use crate::intake::request::{find, find_by_reference, of_tenant};
use crate::intake::{Request, ScopeBody};
use crate::problem::Kind;
use crate::review::after_check::{self, AfterCheck};
use crate::review::approval::{Say, says, waiting};
use crate::review::notes::{self, Note};
use crate::review::same;
use crate::web::Failure;
use chrono::{DateTime, Utc};

/// How far back the tenant's history is shown.
const HISTORY: i64 = 11;
/// Most notes that are shown.
const NOTES: i64 = 200;
/// Most exceptions looked through for those that are open.
const EXCEPTIONS: i64 = 200;

/// A request with everything around it, as of one transaction.
pub struct Dossier {
    pub request: Request,
    /// The tenant as it is registered now.
    pub partner: Option<Partner>,
    /// What people said on it, in order.
    pub says: Vec<Say>,
    /// Files with it.
    pub files: Vec<Evidence>,
    /// Who wrote questions, replies and the appeal.
    pub authors: Vec<Author>,
    /// A person's look at what the policy granted.
    pub after_check: Option<AfterCheck>,
    /// What staff told each other.
    pub notes: Vec<Note>,
    /// What was granted.
    pub exception: Option<Exception>,
    /// The tenant's other requests, newest first.
    pub history: Vec<Request>,
    /// The tenant's exceptions that are in force or scheduled.
    pub open_grants: Vec<Exception>,
    /// The course of it, oldest first.
    pub steps: Vec<Step>,
    /// How many other requests in review say the same.
    pub same: usize,
    /// The request for the same issue that a guard points to, else the tenant's latest one before it.
    pub earlier: Option<Request>,
}

impl Dossier {
    /// The request called `reference`.
    ///
    /// # Errors
    /// 404; 503.
    pub async fn load(tx: &mut Tx, reference: &str, now: DateTime<Utc>) -> Result<Self, Failure> {
        let request = find_by_reference(tx, reference).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let exception = exceptions::of_request(tx, request.id).await?;
        let mut history = of_tenant(tx, request.tenant, HISTORY).await?;
        history.retain(|other| other.id != request.id);
        let mut open_grants = exceptions::of_tenant(tx, request.tenant, None, EXCEPTIONS).await?;
        open_grants.retain(|it| it.status(now).is_open());
        let mut subjects = vec![request.id];
        subjects.extend(exception.as_ref().map(|exception| exception.id));
        let steps = timeline::for_staff(tx, &subjects).await?;
        let earlier = match timeline::earlier_request(tx, request.id).await? {
            Some(earlier) => find(tx, earlier).await?,
            None => history.iter().find(|other| is_earlier(other, &request)).cloned(),
        };
        Ok(Self {
            partner: partners::find(tx, request.tenant).await?,
            says: says(tx, request.id).await?,
            files: evidence::of_requests(tx, &[request.id]).await?,
            after_check: after_check::of_requests(tx, &[request.id]).await?.pop(),
            notes: notes::list(tx, request.id, None, NOTES).await?,
            authors: authors(tx, request.id).await?,
            steps,
            earlier,
            same: same::count(tx, &request).await?,
            request,
            exception,
            history,
            open_grants,
        })
    }

    /// The same in a transaction of its own.
    ///
    /// # Errors
    /// 404; 503.
    pub async fn read(desk: &Desk, reference: &str) -> Result<Self, Failure> {
        Self::load(&mut desk.db.staff().await?, reference, desk.clock.now()).await
    }

    /// The first approval that waits for a second.
    pub fn waiting(&self) -> Option<Say> {
        waiting(self.says.clone(), &self.request)
    }

    /// The scope that a decision starts from: the first approver's, else what was asked.
    pub fn scope(&self) -> ScopeBody {
        let approved = self.waiting().and_then(|say| say.scope);
        approved.map_or_else(|| self.request.asked.scope.clone(), |scope| scope.0)
    }

    /// What closed it: the say that made its version.
    pub fn deciding(&self) -> Option<&Say> {
        self.says.iter().find(|say| say.version == self.request.version && !self.request.status.is_open())
    }
}

/// Whether `other` is for the same issue and was filed before `request`.
fn is_earlier(other: &Request, request: &Request) -> bool {
    let order = |request: &Request| (request.filed_at, request.reference.clone());
    other.asked.issue == request.asked.issue && order(other) < order(request)
}
