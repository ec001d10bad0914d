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
use crate::web::components::{Empty, Markup, Tag, Tone};
use crate::web::field::Choice;
use crate::web::table::{Column, Table};
use crate::web::{Form, FormFields, FormWithFile, Message};
use askama::Template;
use askama::filters::HtmlSafe;
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
    let known = Labels::of_people(tx, tenant, &named).await?;
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
        let (id, line) = (parse_guid(&entry.text), entry.line as u64);
        let problem = match id {
            None => Some(no_user("users-problem-no-id", lang)),
            Some(id) => match seen.get(&id) {
                Some(first) => Some(again(*first, lang)),
                None => {
                    seen.insert(id, line);
                    None
                }
            },
        };
        let name = id.and_then(|id| labels.get(id)).unwrap_or_default().to_owned();
        rows.push((line, name, entry.text, problem));
    }
    let left_out = what.left_out.iter().map(|row| {
        let why = match row.why {
            Why::NoId => no_user("users-problem-missing", lang),
            Why::NotAnId => no_user("users-problem-no-id", lang),
            Why::Again(line) => again(line, lang),
        };
        (row.line, row.name.clone(), row.id.clone(), Some(why))
    });
    let left_out: Vec<_> = left_out.collect();
    let caption = Message::new("users-caption").with("count", seen.len()).text(lang);
    [(caption, "users-line", rows), (lang.text("users-left-out"), "users-file-line", left_out)]
        .into_iter()
        .filter(|(_, _, rows)| !rows.is_empty())
        .map(|(caption, line, rows)| table(caption, line, rows, lang))
        .collect()
}

fn no_user(key: &str, lang: Lang) -> Tag {
    Tag::new(Tone::Bad, lang.text(key))
}

fn again(line: u64, lang: Lang) -> Tag {
    Tag::new(Tone::Quiet, Message::new("users-problem-again").with("line", line).text(lang))
}

/// Line, name, what was typed as the id, and what is the matter with it.
type Row = (u64, String, String, Option<Tag>);

/// An object id that stays on one line where there is room.
#[derive(Template)]
#[template(source = r#"<code class="id">{{ id }}</code>"#, ext = "html")]
struct Id {
    id: String,
}

impl HtmlSafe for Id {}

/// Rows with a problem first; `line` names the column of their lines.
fn table(caption: String, line: &str, mut rows: Vec<Row>, lang: Lang) -> Table {
    let all = rows.len();
    rows.sort_by_key(|(_, _, _, problem)| problem.is_none());
    rows.truncate(MOST_ROWS);
    let more = (all > MOST_ROWS).then(|| Message::new("users-more").with("count", all - MOST_ROWS).text(lang));
    let columns = [line, "users-name", "users-id", "users-problem"].map(|key| Column::new(lang.text(key)));
    let caption = more.map_or(caption.clone(), |more| format!("{caption} {more}"));
    let empty = Empty::new(caption.clone(), "");
    let short = |text: &str| one_line(&text.chars().take(REPEATED).collect::<String>());
    rows.into_iter().fold(Table::new(caption, columns.into(), empty), |table, (line, name, id, problem)| {
        table.row([
            Message::new("users-line-number").with("line", line).text(lang).into(),
            if name.is_empty() { lang.text("users-no-name").into() } else { Markup::mail(&short(&name)) },
            Markup::of(&Id { id: short(&id) }),
            problem.map(Markup::from).unwrap_or_default(),
        ])
    })
}
