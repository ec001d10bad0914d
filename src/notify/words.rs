//! What a mail about a request or an exception is written from.

use super::{Kind, News};
use crate::exceptions::Exception;
use crate::intake::course::AppealOutcome;
use crate::intake::{Request, Status};
use crate::locale::Lang;
use crate::policy::Edition;
use chrono::{DateTime, Utc};
use mfa_enforcement::wire::Subjects;
use serde_json::{Value, json};

/// What became of `request`, in its language; nothing for a status that is told by whoever brought it about.
pub fn of_request(request: &Request, edition: &Edition) -> Option<News> {
    let kind = match request.status {
        Status::InReview => Kind::RequestReceived,
        Status::Accepted => Kind::RequestAccepted,
        Status::Denied => Kind::RequestDenied,
        Status::WaitingForPartner => Kind::QuestionAsked,
        Status::Withdrawn if request.course.reopen_until.is_some() => Kind::RequestLapsed,
        Status::Withdrawn => return None,
    };
    Some(about(request, kind, edition))
}

/// That `request` will be withdrawn by itself unless its partner replies.
pub fn reply_due(request: &Request, edition: &Edition) -> News {
    about(request, Kind::ReplyDue, edition)
}

/// That the partner replied to the question about `request`, whose clock runs again.
pub fn answered(request: &Request, edition: &Edition) -> News {
    about(request, Kind::RequestAnswered, edition)
}

/// That a lead gave `request` to a reviewer.
pub fn assigned(request: &Request, edition: &Edition) -> News {
    about(request, Kind::RequestAssigned, edition)
}

/// That the first approval of `request` waits for a second.
pub fn second_approval(request: &Request, edition: &Edition) -> News {
    about(request, Kind::SecondApprovalWaits, edition)
}

/// That nobody has looked by `due_at` at what the policy granted to `request`.
pub fn after_check_late(request: &Request, due_at: DateTime<Utc>, edition: &Edition) -> News {
    let mut news = about(request, Kind::AfterCheckLate, edition);
    news.data["due_at"] = json!(due_at);
    news
}

fn about(request: &Request, kind: Kind, edition: &Edition) -> News {
    let classification = &request.classification;
    let reasons: Vec<_> = classification.reasons().collect();
    let data = json!({
        "reference": request.reference,
        "issue": request.asked.issue,
        "issue_title": issue_title(edition, &request.asked.issue, request.language),
        "outcome": classification.outcome,
        "reasons": reasons,
        "guidance": classification.guidance,
        "policy_version": classification.policy_version,
        "guards": request.guards,
        "calendar": request.calendar,
        "tenant_name": request.tenant_name,
        "filed_at": request.filed_at,
        "due_at": request.due_at,
        "decided_at": request.decided_at,
        "decided_by": request.decision_reason.as_ref().map_or("policy", |_| "person"),
        "waiting_until": request.course.waiting_until,
        "reopen_until": request.course.reopen_until,
        "appeal": request.course.appeal.as_ref().map(|appeal| appeal.outcome.map_or("open", AppealOutcome::code)),
        "appeal_until": request.appeal_until(),
    });
    News { kind, tenant: request.tenant, request: request.id, exception: None, language: request.language, data }
}

/// The answer to `request`, with the `exception` that it came to: the grant is told to the security contact besides.
pub fn of_answer(request: &Request, exception: Option<&Exception>, edition: &Edition) -> Vec<News> {
    let mut news: Vec<_> = of_request(request, edition).into_iter().collect();
    if let Some(exception) = exception {
        let setting = Setting {
            language: request.language,
            calendar: request.calendar.clone(),
            tenant_name: request.tenant_name.clone(),
        };
        let granted = of_exception(Kind::ExceptionGranted, exception, &setting, edition);
        if let Some(answer) = news.first_mut() {
            answer.data["exception"] = granted.data.clone();
        }
        news.push(granted);
    }
    news
}

/// How the request that an exception answers is told of.
pub(super) struct Setting {
    pub language: Lang,
    pub calendar: String,
    pub tenant_name: String,
}

/// That `kind` happened to `exception`, in the words of the `edition` that judged its request.
pub(super) fn of_exception(kind: Kind, exception: &Exception, setting: &Setting, edition: &Edition) -> News {
    let language = setting.language;
    let surface = |name: &String| {
        let label = edition.surface(name).map_or(name.as_str(), |surface| surface.label.get(language));
        json!({ "name": name, "label": label })
    };
    let users = match &exception.subjects {
        Subjects::All => Value::from("all"),
        Subjects::Users(ids) => Value::from(ids.len()),
    };
    let data = json!({
        "id": exception.id,
        "reference": exception.reference,
        "issue": exception.issue,
        "issue_title": issue_title(edition, &exception.issue, language),
        "users": users,
        "surfaces": exception.surfaces.iter().map(surface).collect::<Vec<_>>(),
        "policy_version": edition.version(),
        "calendar": setting.calendar,
        "tenant_name": setting.tenant_name,
        "not_before": exception.not_before,
        "expires_at": exception.expires_at,
        "granted_by": exception.granted_by.map_or("policy", |_| "person"),
    });
    News {
        kind,
        tenant: exception.tenant,
        request: exception.request_id,
        exception: Some(exception.id),
        language,
        data,
    }
}

fn issue_title<'a>(edition: &'a Edition, slug: &'a str, lang: Lang) -> &'a str {
    edition.issue(slug).map_or(slug, |issue| issue.title().get(lang))
}
