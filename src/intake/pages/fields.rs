//! The fields of the form: the questions of the issue, then who, where and how long, then the words and the contact.

use super::typed::{Context, DAYS, OTHER, OTHER_DAYS, START, USERS};
use crate::identity::Filer;
use crate::locale::Lang;
use crate::policy::answers::{MAX_ANSWER_CHARS, MAX_ANSWER_ENTRIES};
use crate::policy::{Issue, Kind, Question, Surface};
use crate::web::field::{Choice, Field};
use crate::web::time::{date, zone_name};
use crate::web::{Form, FormFields, Message};
use chrono::TimeDelta;

/// Durations that are offered, in days.
const PRESETS: [u16; 3] = [30, 60, 90];

/// Fields under a heading.
pub(super) struct Section {
    pub heading: String,
    pub lead: Option<String>,
    pub fields: Vec<Field>,
}

/// What a new form holds: the filer's name, the language of the page, the shortest of the durations, and `answers` from the check.
pub(super) fn initial(filer: &Filer, lang: Lang, query: &FormFields, issue: &Issue) -> FormFields {
    let start = FormFields::default()
        .with("scope_subjects_kind", "users")
        .with("scope_duration_days", PRESETS[0].to_string())
        .with("contact_name", &filer.name)
        .with("language", lang.tag());
    // Nothing but answers: a link must not fill in who is to be exempted.
    let names = issue.questions().iter().map(|question| format!("answers_{}", question.name));
    names.fold(start, |fields, name| {
        let value = query.get(&name);
        if value.is_empty() { fields } else { fields.with(name.as_str(), value) }
    })
}

/// Every section, in the order of the page.
pub(super) fn sections(form: &mut Form<'_>, context: &Context<'_>, filer: &Filer) -> Vec<Section> {
    let t = |key: &str| context.lang.text(key);
    let questions = context.issue.questions().iter().map(|asked| question(form, asked, context.issue, context.lang));
    vec![
        Section { heading: t("form-questions"), lead: None, fields: questions.collect() },
        Section { heading: t("form-who"), lead: None, fields: who(form, context, filer) },
        Section { heading: t("form-where"), lead: None, fields: places(form, context) },
        Section { heading: t("form-how-long"), lead: None, fields: how_long(form, context) },
        Section { heading: t("form-words"), lead: Some(t("form-words-lead")), fields: words(form, context.lang) },
        Section { heading: t("form-contact"), lead: None, fields: contact(form, context.lang) },
    ]
}

/// A question of the policy; also those of the check.
pub(super) fn question(form: &mut Form<'_>, question: &Question, issue: &Issue, lang: Lang) -> Field {
    let pointer = format!("/answers/{}", question.name);
    let label = question.label.get(lang);
    let mut hints: Vec<_> = question.hint.iter().map(|hint| sentence(hint.get(lang), lang)).collect();
    let read = issue.reads(&question.name);
    let written = matches!(question.kind, Kind::Text | Kind::TextList);
    if read && written {
        hints.push(lang.text("form-empty-means-review"));
    }
    let field = match &question.kind {
        Kind::YesNoUnsure => form.yes_no_unsure(&pointer, label),
        Kind::Choice(choices) => {
            let choices = choices.iter().map(|choice| Choice::new(&choice.name, choice.label.get(lang)));
            form.radios(&pointer, label, choices.collect())
        }
        Kind::Text => form.area(&pointer, label).rows(2).max_length(MAX_ANSWER_CHARS),
        Kind::TextList => {
            hints.push(Message::new("form-one-a-line").with("max", MAX_ANSWER_ENTRIES).text(lang));
            form.area(&pointer, label).rows(4)
        }
    };
    let field = if hints.is_empty() { field } else { field.hint(hints.join(&lang.text("sentence-gap"))) };
    match (read, written) {
        (true, false) => field,
        // Not demanded, but not without a consequence either: the hint says so.
        (true, true) => field.answered(),
        (false, _) => field.optional(),
    }
}

fn who(form: &mut Form<'_>, context: &Context<'_>, filer: &Filer) -> Vec<Field> {
    let lang = context.lang;
    let t = |key: &str| lang.text(key);
    let kinds = vec![
        Choice::new("users", t("form-who-users")),
        Choice::new("all", t("form-who-all")).hint(t("form-who-all-hint")),
    ];
    let mut hint = vec![t("form-users-hint")];
    if grants_at_once(context.issue) {
        let limit = Message::new("form-users-limit").with("max", context.edition.limits().max_users);
        hint.push(limit.text(lang));
    }
    let me = Message::new("form-add-me-choice").with("name", &filer.name);
    let me = Choice::new("yes", me.text(lang)).hint(filer.object_id.to_string());
    vec![
        form.radios("/scope/subjects/kind", t("form-who-kind"), kinds).answered(),
        form.area(USERS, t("form-users")).rows(6).hint(hint.join(&t("sentence-gap"))).answered(),
        form.checkboxes("/add_me", t("form-add-me"), vec![me]).optional(),
    ]
}

fn places(form: &mut Form<'_>, context: &Context<'_>) -> Vec<Field> {
    let (issue, lang) = (context.issue, context.lang);
    let choice = |surface: &Surface| {
        let mut hint = surface.hint.get(lang).to_owned();
        if issue.auto_surfaces().contains(&surface.name) {
            hint.push_str(&lang.text("sentence-gap"));
            hint.push_str(&lang.text("form-surface-at-once"));
        }
        Choice::new(&surface.name, surface.label.get(lang)).hint(hint)
    };
    let offered = context.edition.surfaces().iter().filter(|surface| !issue.never_surfaces().contains(&surface.name));
    let choices = offered.map(choice).collect();
    vec![form.checkboxes("/scope/surfaces", lang.text("form-surfaces"), choices).hint(lang.text("form-surfaces-hint"))]
}

fn how_long(form: &mut Form<'_>, context: &Context<'_>) -> Vec<Field> {
    let lang = context.lang;
    let t = |key: &str| lang.text(key);
    let until = |days: u16| {
        let end = (context.now + TimeDelta::days(days.into())).with_timezone(&context.zone).date_naive();
        Message::new("form-until").with("date", date(end, lang)).text(lang)
    };
    let preset = |days: u16| {
        let label = Message::new("given-days").with("count", u32::from(days)).text(lang);
        Choice::new(days.to_string(), label).hint(until(days))
    };
    let choices = PRESETS.into_iter().map(preset).chain([Choice::new(OTHER, t("form-other-days-choice"))]);
    let mut days = form.radios(DAYS, t("form-days"), choices.collect()).answered();
    if grants_at_once(context.issue) {
        let limit = Message::new("form-days-limit").with("max", context.edition.limits().max_days);
        days = days.hint(limit.text(lang));
    }
    let zone = Message::new("form-start-hint").with("zone", zone_name(context.zone, lang)).text(lang);
    vec![
        days,
        form.input(OTHER_DAYS, t("form-other-days")).hint(t("form-other-days-hint")).numeric().short().optional(),
        form.date(START, t("form-start")).hint(zone).optional(),
    ]
}

fn words(form: &mut Form<'_>, lang: Lang) -> Vec<Field> {
    let t = |key: &str| lang.text(key);
    vec![
        form.input("/title", t("form-title")).hint(t("form-title-hint")).max_length(200),
        form.area("/description", t("form-description")).rows(8).hint(t("form-description-hint")).max_length(10_000),
    ]
}

fn contact(form: &mut Form<'_>, lang: Lang) -> Vec<Field> {
    let t = |key: &str| lang.text(key);
    let languages = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.text("language-name")));
    vec![
        form.input("/contact/name", t("form-contact-name")).hint(t("form-contact-name-hint")).autocomplete("name"),
        form.input("/contact/email", t("form-contact-email")).of_type("email").autocomplete("email"),
        form.input("/contact/phone", t("form-contact-phone")).of_type("tel").autocomplete("tel").medium().optional(),
        form.radios("/language", t("form-language"), languages.into()).hint(t("form-language-hint")).answered(),
    ]
}

/// A hint of the edition before other sentences: an example may come without a full stop.
fn sentence(hint: &str, lang: Lang) -> String {
    let ended = hint.ends_with(['.', '?', '。', '？', '）']);
    if ended { hint.to_owned() } else { format!("{hint}{}", lang.text("sentence-end")) }
}

/// Whether a request for this issue can be accepted without a reviewer: only then do the limits of that matter.
fn grants_at_once(issue: &Issue) -> bool {
    !issue.auto_surfaces().is_empty()
}
