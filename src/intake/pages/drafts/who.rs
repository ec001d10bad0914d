//! For whom: named users, picked, pasted or read from the directory's export; or every user of the tenant.

use super::Section;
use super::filling::{Filling, grants_at_once};
use super::save::What;
use crate::db::Tx;
use crate::identity::{ObjectId, TenantId, parse_guid, people};
use crate::intake::Labels;
use crate::intake::pages::parts::one_line;
use crate::intake::typed::{self, USERS};
use crate::intake::users_file::{self, FILE, LeftOut, UsersFile, Why};
use crate::locale::Lang;
use crate::problem::InputError;
use crate::web::components::{Empty, Markup};
use crate::web::field::Choice;
use crate::web::table::{Column, Table};
use crate::web::{Form, FormFields, FormWithFile, Message};
use std::collections::HashMap;
use uuid::Uuid;

/// Most rows of a table; the rest is counted.
const MOST_ROWS: usize = 200;
/// Most characters of what was typed that a table repeats.
const REPEATED: usize = 60;

/// The fields of the step, `values` being typed in them.
pub fn sections(form: &mut Form<'_>, filling: &Filling, values: &FormFields) -> Vec<Section> {
    let lang = filling.reader.lang;
    let t = |key: &str| lang.text(key);
    let kinds = vec![
        Choice::new("users", t("form-who-users")),
        Choice::new("all", t("form-who-all")).hint(t("form-who-all-hint")),
    ];
    let named: Vec<_> = typed::subjects(values).iter().filter_map(|entry| parse_guid(&entry.text)).collect();
    let me = filling.filer.object_id;
    let mut fields = vec![form.radios("/scope/subjects/kind", t("form-who-kind"), kinds).answered()];
    if !named.contains(&me.0) {
        let label = Message::new("form-add-me-choice").with("name", one_line(&filling.filer.name)).text(lang);
        let choice = Choice::new("yes", label).hint(me.to_string());
        fields.push(form.checkboxes("/add_me", t("form-add-me"), vec![choice]).optional());
    }
    let colleagues = filling.colleagues.iter().filter(|one| one.object_id != me && !named.contains(&one.object_id.0));
    let colleagues: Vec<_> = colleagues
        .map(|one| Choice::new(one.object_id.to_string(), one_line(&one.name)).hint(one.object_id.to_string()))
        .collect();
    if !colleagues.is_empty() {
        let field = form.checkboxes("/colleagues", t("form-colleagues"), colleagues).optional();
        fields.push(field.hint(t("form-colleagues-hint")));
    }
    let file = form.input(FILE, t("form-users-file")).of_type("file").optional();
    fields.push(file.hint(t("form-users-file-hint")));
    let mut hint = vec![t("form-users-hint")];
    if grants_at_once(filling.issue()) {
        let limit = Message::new("form-users-limit").with("max", filling.edition.limits().max_users);
        hint.push(limit.text(lang));
    }
    fields.push(form.area(USERS, t("form-users")).rows(6).hint(hint.join(&t("sentence-gap"))).answered());
    vec![Section { heading: None, lead: Some(t("form-who-lead")), fields }]
}

/// What was sent, with everybody who was picked or stands in the file added to those typed.
///
/// # Errors
/// When the database is away.
pub async fn gather(
    tx: &mut Tx,
    tenant: TenantId,
    (me, my_name): (ObjectId, &str),
    sent: &FormWithFile,
) -> Result<What, sqlx::Error> {
    let fields = &sent.fields;
    let (mut more, mut labels) = (Vec::new(), Labels::default());
    if fields.get("add_me") == "yes" {
        more.push(me.0);
        labels.name(me.0, my_name);
    }
    let picked: Vec<_> = fields.all("colleagues").filter_map(parse_guid).collect();
    more.extend(people::named(tx, tenant, &picked).await?.into_iter().map(|one| one.object_id.0));
    let (file, file_error) = match sent.file.as_deref().map(users_file::read) {
        None => (UsersFile::default(), None),
        Some(Ok(file)) => (file, None),
        Some(Err(error)) => (UsersFile::default(), Some(error)),
    };
    more.extend(&file.users);
    labels = labels.and(file.labels);
    let typed = fields.get("scope_subjects_object_ids");
    let mut named: Vec<_> = typed::subjects(fields).iter().filter_map(|entry| parse_guid(&entry.text)).collect();
    let before = named.len();
    for id in more {
        if !named.contains(&id) {
            named.push(id);
        }
    }
    let added = &named[before..];
    // Names that the desk knows itself, for ids however they came; a file's own names go before.
    let mut known = Labels::default();
    for one in people::named(tx, tenant, &named).await? {
        known.name(one.object_id.0, &one.name);
    }
    let lines = Some(typed.trim_end().to_owned()).filter(|typed| !typed.is_empty());
    let lines: Vec<_> = lines.into_iter().chain(added.iter().map(Uuid::to_string)).collect();
    let kept = fields.only(|name| name != "scope_subjects_object_ids");
    Ok(What {
        fields: kept.with("scope_subjects_object_ids", lines.join("\n")),
        labels: known.and(labels),
        added: added.len(),
        with_file: sent.file.is_some(),
        left_out: file.left_out,
        file_error,
    })
}

/// What the rows of a file say together that name nobody.
pub fn left_out_error(left_out: &[LeftOut]) -> Option<InputError> {
    let bad = left_out.iter().filter(|row| !matches!(row.why, Why::Again(_))).count();
    (bad > 0).then(|| InputError::new(FILE, "users_file_rows").with("count", bad))
}

/// Who is named so far, line by line; and the rows of a file that were left out.
pub fn tables(filling: &Filling, values: &FormFields, what: &What) -> Vec<Table> {
    let lang = filling.reader.lang;
    let labels = filling.draft.labels.clone().and(what.labels.clone());
    let (mut rows, mut seen) = (Vec::new(), HashMap::new());
    for entry in typed::subjects(values) {
        let id = parse_guid(&entry.text);
        let problem = match id {
            None => lang.text("users-problem-no-id"),
            Some(id) => match seen.get(&id) {
                Some(first) => Message::new("users-problem-again").with("line", *first).text(lang),
                None => {
                    seen.insert(id, entry.line);
                    String::new()
                }
            },
        };
        let name = id.and_then(|id| labels.get(id)).unwrap_or_default().to_owned();
        rows.push((entry.line.to_string(), name, entry.text, problem));
    }
    let left_out = what.left_out.iter().map(|row| {
        let why = match row.why {
            Why::NoId => lang.text("users-problem-missing"),
            Why::NotAnId => lang.text("users-problem-no-id"),
            Why::Again(line) => Message::new("users-problem-again").with("line", line).text(lang),
        };
        (row.line.to_string(), row.name.clone(), row.id.clone(), why)
    });
    let left_out: Vec<_> = left_out.collect();
    let caption = Message::new("users-caption").with("count", seen.len()).text(lang);
    [(caption, rows), (lang.text("users-left-out"), left_out)]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(caption, rows)| table(caption, rows, lang))
        .collect()
}

type Row = (String, String, String, String);

/// Rows with a problem first where not all can be shown.
fn table(caption: String, mut rows: Vec<Row>, lang: Lang) -> Table {
    let all = rows.len();
    if all > MOST_ROWS {
        rows.sort_by_key(|(_, _, _, problem)| problem.is_empty());
        rows.truncate(MOST_ROWS);
    }
    let more = (all > MOST_ROWS).then(|| Message::new("users-more").with("count", all - MOST_ROWS).text(lang));
    let columns = ["users-line", "users-name", "users-id", "users-problem"].map(|key| Column::new(lang.text(key)));
    let caption = more.map_or(caption.clone(), |more| format!("{caption} {more}"));
    let empty = Empty::new(caption.clone(), "");
    let short = |text: &str| one_line(&text.chars().take(REPEATED).collect::<String>());
    rows.iter().fold(Table::new(caption, columns.into(), empty), |table, (line, name, id, problem)| {
        let or_none = |text: &str, key: &str| if text.is_empty() { lang.text(key) } else { short(text) };
        table.row([
            Markup::from(line.as_str()),
            or_none(name, "users-no-name").into(),
            short(id).into(),
            match problem.is_empty() {
                true => lang.text("users-no-problem").into(),
                false => Markup::from(problem.as_str()),
            },
        ])
    })
}
