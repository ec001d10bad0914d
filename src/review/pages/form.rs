//! The decision as a form: its fields, and the decision that they mean.

use crate::app::Desk;
use crate::identity::parse_guid;
use crate::intake::{Request, ScopeBody, SubjectsBody};
use crate::policy::Edition;
use crate::problem::InputError;
use crate::review::{DecisionBody, DecisionOutcome, approval};
use crate::web::components::SummaryEntry;
use crate::web::field::{Choice, Field};
use crate::web::{Failure, Form, FormFields, Message, Page};

const KIND: &str = "/scope/subjects/kind";
const IDS: &str = "/scope/subjects/object_ids";
const SURFACES: &str = "/scope/surfaces";
const DAYS: &str = "/scope/duration_days";
const SENTENCES: &str = "/sentences";

/// Nobody is offered every user for longer.
const DAYS_FOR_EVERY_USER: i64 = 30;

/// The form as it is shown.
pub struct DecideForm {
    /// Accept or not, and why.
    pub decision: Vec<Field>,
    /// What the policy's edition says to do instead, to choose from for a denial.
    pub sentences: Option<Field>,
    /// What is granted, within what was asked.
    pub scope: Vec<Field>,
    /// Where it is sent.
    pub action: String,
    /// The version that the reviewer looks at.
    pub version: i64,
    /// What is wrong with it.
    pub errors: Vec<SummaryEntry>,
}

/// The form before anything is typed; `scope` is the first approver's, or what was asked. Every user is never chosen beforehand.
pub fn prefilled(scope: &ScopeBody) -> FormFields {
    let (ids, days) = match &scope.subjects {
        SubjectsBody::All => (String::new(), scope.duration_days.min(DAYS_FOR_EVERY_USER)),
        SubjectsBody::Users { object_ids } => (object_ids.join("\n"), scope.duration_days),
    };
    let fields =
        FormFields::default().with("scope_subjects_object_ids", ids).with("scope_duration_days", days.to_string());
    scope.surfaces.iter().fold(fields, |fields, surface| fields.with("scope_surfaces", surface))
}

impl DecideForm {
    /// The form for `request`, holding `values`, found wrong at `errors`.
    ///
    /// # Errors
    /// When the edition that judged the request is gone.
    pub fn new(
        desk: &Desk,
        page: &Page,
        request: &Request,
        values: &FormFields,
        errors: &[InputError],
    ) -> Result<Self, Failure> {
        let mut form = Form::new(page.lang(), values, errors);
        let choice = |value: &str, key: &str| Choice::new(value, page.t(key));
        let reads = super::words::language(request.language, page.lang());
        let decision = vec![
            form.radios(
                "/outcome",
                page.t("review-outcome"),
                vec![
                    choice("accept", "review-outcome-accept").hint(page.t("review-outcome-accept-hint")),
                    choice("deny", "review-outcome-deny").hint(page.t("review-outcome-deny-hint")),
                ],
            ),
            form.area("/reason", page.t("review-reason"))
                .hint(page.say(&Message::new("review-reason-hint").with("language", reads)))
                .rows(6)
                .max_length(2000),
        ];
        let edition = desk.edition_of(&request.classification)?;
        let sentences = sentences(&edition, page, request, &mut form);
        let scope = scope_fields(desk, page, request, &mut form)?;
        let action = format!("/review/{}/decide", request.reference);
        Ok(Self { decision, sentences, scope, action, version: request.version, errors: form.summary() })
    }
}

/// The edition's guidance for the request's issue: in the reviewer's language, and below in the partner's where that is another.
fn sentences(edition: &Edition, page: &Page, request: &Request, form: &mut Form<'_>) -> Option<Field> {
    let choices: Vec<_> = edition
        .ways_out(&request.asked.issue)
        .into_iter()
        .filter_map(|code| {
            let text = edition.guidance(code)?;
            let choice = Choice::new(code, text.get(page.lang()));
            let same = request.language == page.lang();
            Some(if same { choice } else { choice.hint_in(request.language, text.get(request.language)) })
        })
        .collect();
    let hint = page.t("review-sentences-hint");
    (!choices.is_empty()).then(|| form.checkboxes(SENTENCES, page.t("review-sentences"), choices).hint(hint).answered())
}

/// The sentences that were chosen, as the partner reads them, in the edition's order.
pub fn chosen(fields: &FormFields, edition: &Edition, request: &Request) -> Vec<String> {
    let codes: Vec<_> = fields.all("sentences").collect();
    let offered = edition.ways_out(&request.asked.issue).into_iter().filter(|code| codes.contains(code));
    offered.filter_map(|code| edition.guidance(code)).map(|text| text.get(request.language).to_owned()).collect()
}

fn scope_fields(desk: &Desk, page: &Page, request: &Request, form: &mut Form<'_>) -> Result<Vec<Field>, Failure> {
    let asked = &request.asked.scope;
    let edition = desk.edition_of(&request.classification)?;
    let never = approval::bounds(desk, &edition, request, desk.clock.now())?.never;
    let offered = |name: &String| asked.surfaces.contains(name) && !never.contains(name);
    let surfaces = edition.surfaces().iter().filter(|surface| offered(&surface.name));
    let surfaces = surfaces.map(|surface| Choice::new(&surface.name, surface.label.get(page.lang()))).collect();
    let mut fields = Vec::new();
    let everybody = asked.subjects == SubjectsBody::All;
    if everybody {
        let choices = vec![
            Choice::new("all", page.t("given-every-user")).hint(page.t("review-every-user-hint")),
            Choice::new("users", page.t("review-only-these-users")),
        ];
        fields.push(form.radios(KIND, page.t("review-who"), choices));
    }
    fields.push(form.area(IDS, page.t("review-users")).hint(page.t("review-users-hint")).rows(6).answered());
    fields.push(form.checkboxes(SURFACES, page.t("review-where"), surfaces).answered());
    let most = Message::new("review-days-hint").with("max", asked.duration_days);
    fields.push(form.input(DAYS, page.t("review-days")).of_type("number").short().hint(page.say(&most)).answered());
    Ok(fields)
}

/// The version that the reviewer looked at; none was, when it cannot be read.
pub fn version(fields: &FormFields) -> i64 {
    fields.get("version").parse().unwrap_or(0)
}

/// The decision that the form means, made from the scope `shown`; a denial says the `sentences` before the reviewer's own words. What lies beyond the request is told by whoever decides.
///
/// # Errors
/// Every field that means nothing.
pub fn decision(
    fields: &FormFields,
    sentences: Vec<String>,
    shown: &ScopeBody,
    asked: &SubjectsBody,
) -> Result<DecisionBody, Vec<InputError>> {
    let mut errors = Vec::new();
    let outcome = match fields.get("outcome") {
        "accept" => Some(DecisionOutcome::Accept),
        "deny" => Some(DecisionOutcome::Deny),
        _ => {
            errors.push(InputError::new("/outcome", "outcome_missing"));
            None
        }
    };
    let own = Some(fields.get("reason").trim().to_owned()).filter(|text| !text.is_empty());
    let said = sentences.into_iter().filter(|_| outcome == Some(DecisionOutcome::Deny)).chain(own);
    let reason = match crate::exceptions::api::checked_reason(&said.collect::<Vec<_>>().join("\n\n")) {
        Ok(reason) => reason,
        Err(failure) => {
            errors.extend_from_slice(failure.errors());
            String::new()
        }
    };
    let scope = (outcome == Some(DecisionOutcome::Accept)).then(|| scope(fields, shown, asked, &mut errors));
    match outcome {
        Some(outcome) if errors.is_empty() => Ok(DecisionBody { outcome, reason, scope }),
        _ => Err(errors),
    }
}

fn scope(fields: &FormFields, shown: &ScopeBody, asked: &SubjectsBody, errors: &mut Vec<InputError>) -> ScopeBody {
    // The choice is offered only where every user was asked for; where it is absent, users are named.
    let subjects = if fields.get("scope_subjects_kind") == "all" {
        SubjectsBody::All
    } else if asked == &SubjectsBody::All && fields.get("scope_subjects_kind").is_empty() {
        errors.push(InputError::new(KIND, "who_missing"));
        SubjectsBody::Users { object_ids: Vec::new() }
    } else {
        let lines: Vec<_> = fields.lines("scope_subjects_object_ids").collect();
        for (index, (line, text)) in lines.iter().enumerate().filter(|(_, (_, text))| parse_guid(text).is_none()) {
            let error = InputError::new(format!("{IDS}/{index}"), "user_id_line_invalid");
            errors.push(error.with("line", *line).with("value", (*text).to_owned()));
        }
        SubjectsBody::Users { object_ids: lines.into_iter().map(|(_, text)| text.to_owned()).collect() }
    };
    let duration_days = fields.get("scope_duration_days").trim().parse().unwrap_or_else(|_| {
        errors.push(InputError::new(DAYS, "days_not_a_number"));
        0
    });
    let surfaces = fields.all("scope_surfaces").map(str::to_owned).collect();
    ScopeBody { subjects, surfaces, starts_at: shown.starts_at, duration_days }
}

/// What the form said, to be sent once more with the confirmation.
pub fn carried(fields: &FormFields) -> Vec<(&'static str, String)> {
    const NAMES: [&str; 8] = [
        "version",
        "outcome",
        "sentences",
        "reason",
        "scope_subjects_kind",
        "scope_subjects_object_ids",
        "scope_surfaces",
        "scope_duration_days",
    ];
    let values = |name: &'static str| fields.all(name).map(move |value| (name, value.to_owned()));
    NAMES.into_iter().flat_map(values).collect()
}
