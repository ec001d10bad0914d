//! What a mail about a request or an exception is written from.

use super::{Kind, News};
use crate::exceptions::Exception;
use crate::intake::{Request, Status};
use crate::locale::Lang;
use crate::policy::Edition;
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
        "filed_at": request.filed_at,
        "due_at": request.due_at,
        "decided_at": request.decided_at,
        "decided_by": request.decision_reason.as_ref().map_or("policy", |_| "person"),
        "waiting_until": request.course.waiting_until,
        "reopen_until": request.course.reopen_until,
        "appeal": request.course.appeal.as_ref().map(|appeal| appeal.outcome),
        "appeal_until": request.appeal_until(),
    });
    News { kind, tenant: request.tenant, request: request.id, exception: None, language: request.language, data }
}

/// The answer to `request`, with the `exception` that it came to: the grant is told to the security contact besides.
pub fn of_answer(request: &Request, exception: Option<&Exception>, edition: &Edition) -> Vec<News> {
    let mut news: Vec<_> = of_request(request, edition).into_iter().collect();
    if let Some(exception) = exception {
        let granted = of_exception(exception, request, edition);
        if let Some(answer) = news.first_mut() {
            answer.data["exception"] = granted.data.clone();
        }
        news.push(granted);
    }
    news
}

/// That `exception` was granted, in the language of the `request` that it answers.
fn of_exception(exception: &Exception, request: &Request, edition: &Edition) -> News {
    let language = request.language;
    let surface = |name: &String| {
        let label = edition.surface(name).map_or(name.as_str(), |surface| surface.label.get(language));
        json!({ "name": name, "label": label })
    };
    let users = match &exception.subjects {
        Subjects::All => Value::from("all"),
        Subjects::Users(ids) => Value::from(ids.len()),
    };
    let data = json!({
        "reference": exception.reference,
        "issue": exception.issue,
        "issue_title": issue_title(edition, &exception.issue, language),
        "users": users,
        "surfaces": exception.surfaces.iter().map(surface).collect::<Vec<_>>(),
        "policy_version": request.classification.policy_version,
        "calendar": request.calendar,
        "not_before": exception.not_before,
        "expires_at": exception.expires_at,
        "granted_by": exception.granted_by.map_or("policy", |_| "person"),
    });
    News {
        kind: Kind::ExceptionGranted,
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
