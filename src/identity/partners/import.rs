//! Registering partners from a CSV file: all rows or none, every fault named by its line.

use super::{NewPartner, PartnerType, Stored, find, store};
use crate::audit::{self, Actor};
use crate::db::Tx;
use crate::identity::{RoleRules, TenantId};
use crate::locale::Lang;
use crate::sla::Calendars;
use crate::web::Message;
use crate::web::lines::{Lines, line_ends};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashMap;
use std::io::Read;

/// The columns, found by name in any order. `calendar` may be left out: the country then tells.
const COLUMNS: [&str; 5] = ["tenant", "name", "type", "country", "security_contact"];

/// What is wrong in the file: a line of it (1 = the header), and what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("line {line}: {}", problem.text(Lang::En))]
pub struct ImportError {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// What is wrong, and the way out.
    pub problem: Message,
}

/// How many partners an import touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Registered anew.
    pub added: usize,
    /// Registered before, changed by the file.
    pub changed: usize,
    /// Registered before, just so.
    pub unchanged: usize,
}

/// Reads `tenant,name,type,country,security_contact[,calendar]` with a header line, UTF-8.
///
/// # Errors
/// Every faulty line.
pub fn read_csv(
    mut file: impl Read,
    calendars: &Calendars,
    roles: &RoleRules,
) -> Result<Vec<NewPartner>, Vec<ImportError>> {
    let at = |line, problem| ImportError { line, problem };
    let mut bytes = Vec::new();
    let read = file.read_to_end(&mut bytes);
    read.map_err(|error| vec![at(1, Message::new("import-unreadable").with("reason", error.to_string()))])?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        vec![at(1 + line_ends(before), Message::new("import-not-utf8"))]
    })?;
    if text.trim().is_empty() {
        return Err(vec![at(1, Message::new("import-empty"))]);
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| vec![at(1, unreadable(&error))])?.clone();
    let names: Vec<_> = headers.iter().map(|name| name.trim_start_matches('\u{feff}').to_ascii_lowercase()).collect();
    if let Some(missing) = COLUMNS.iter().find(|column| !names.iter().any(|name| name == *column)) {
        let problem = Message::new("import-column-missing").with("column", *missing).with("columns", COLUMNS.join(","));
        return Err(vec![at(1, problem)]);
    }
    if let Some(unknown) = names.iter().find(|name| !COLUMNS.contains(&name.as_str()) && *name != "calendar") {
        return Err(vec![at(1, Message::new("import-column-unknown").with("column", unknown))]);
    }
    let (mut partners, mut errors, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    let mut lines = Lines::new(&text);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                errors.push(at(lines.at(error.position()), unreadable(&error)));
                continue;
            }
        };
        let line = lines.at(record.position());
        let value = |column: &str| {
            names.iter().position(|name| name == column).and_then(|index| record.get(index)).unwrap_or_default()
        };
        match partner(value, calendars, roles) {
            Ok(partner) => match seen.insert(partner.tenant, line) {
                None => partners.push(partner),
                Some(first) => {
                    let problem = Message::new("import-tenant-twice").with("tenant", partner.tenant.to_string());
                    errors.push(at(line, problem.with("line", first.to_string())));
                }
            },
            Err(problem) => errors.push(at(line, problem)),
        }
    }
    if errors.is_empty() { Ok(partners) } else { Err(errors) }
}

fn partner<'a>(
    value: impl Fn(&str) -> &'a str,
    calendars: &Calendars,
    roles: &RoleRules,
) -> Result<NewPartner, Message> {
    let wrong = |key: &'static str, column| Message::new(key).with("value", value(column));
    let tenant: TenantId = value("tenant").parse().map_err(|_| wrong("import-tenant-no-guid", "tenant"))?;
    if roles.is_operator(tenant) {
        return Err(wrong("import-tenant-is-operator", "tenant"));
    }
    let name = value("name");
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Message::new("import-name"));
    }
    let r#type = PartnerType::ALL.into_iter().find(|kind| kind.code() == value("type")).ok_or_else(|| {
        wrong("import-type", "type").with("types", PartnerType::ALL.map(PartnerType::code).join(", "))
    })?;
    let country = value("country").to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(wrong("import-country", "country"));
    }
    let calendar = match value("calendar") {
        "" => calendars.for_country(&country).id().to_owned(),
        id => calendars.get(id).ok_or_else(|| wrong("import-calendar", "calendar"))?.id().to_owned(),
    };
    let security_contact =
        value("security_contact").parse().map_err(|_| wrong("import-security-contact", "security_contact"))?;
    Ok(NewPartner { tenant, name: name.to_owned(), r#type, country, calendar, security_contact })
}

/// What the CSV reader does not understand.
fn unreadable(error: &csv::Error) -> Message {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Message::new("import-fields").with("expected", *expected_len).with("found", *len)
        }
        _ => Message::new("import-unreadable").with("reason", error.to_string()),
    }
}

/// Stores every partner with its audit row; the caller commits.
///
/// # Errors
/// When the database is away.
pub async fn import(
    tx: &mut Tx,
    actor: Actor,
    partners: &[NewPartner],
    now: DateTime<Utc>,
) -> Result<ImportSummary, sqlx::Error> {
    let mut summary = ImportSummary::default();
    for partner in partners {
        let before = find(tx, partner.tenant).await?;
        let action = match store(tx, partner, now).await? {
            Stored::Unchanged => {
                summary.unchanged += 1;
                continue;
            }
            Stored::Added => {
                summary.added += 1;
                "partner.registered"
            }
            Stored::Changed => {
                summary.changed += 1;
                "partner.changed"
            }
        };
        let event = audit::Event {
            actor,
            action,
            subject_kind: "partner",
            subject_id: partner.tenant.0,
            tenant: Some(partner.tenant),
            details: json!({
                "type": partner.r#type,
                "country": partner.country,
                "calendar": partner.calendar,
                "before": before.as_ref().map(|before| {
                    json!({ "type": before.r#type, "country": before.country, "calendar": before.calendar })
                }),
            }),
            personal: Some(json!({
                "name": partner.name,
                "security_contact": partner.security_contact.to_string(),
                "before": before.map(|before| json!({ "name": before.name, "security_contact": before.security_contact })),
            })),
        };
        audit::record(tx, now, event).await?;
    }
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::RoleRules;
    use std::collections::BTreeMap;

    const HEADER: &str = "tenant,name,type,country,security_contact";

    fn faults(file: &[u8]) -> Vec<String> {
        let roles = RoleRules::new(&[TenantId(uuid::Uuid::from_u128(1))], &BTreeMap::new()).unwrap();
        match read_csv(file, &Calendars::shipped(), &roles) {
            Ok(partners) => panic!("{partners:?}"),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn every_faulty_line_is_named_whatever_ends_it() {
        for end in ["\n", "\r\n"] {
            let lines = [
                HEADER,
                "x,A,advisor,JP,a@a.example",
                "",
                "00000000-0000-0000-0000-000000000001,A,advisor,JP,a@a.example",
            ];
            let faults = faults(lines.join(end).as_bytes());
            assert_eq!(faults.len(), 2, "{faults:?}");
            assert!(faults[0].starts_with("line 2: tenant `x` is not a GUID"), "{faults:?}");
            assert!(
                faults[1].starts_with("line 4: tenant `00000000-0000-0000-0000-000000000001` operates"),
                "{faults:?}"
            );
        }
    }

    #[test]
    fn a_file_in_another_encoding_is_named_as_such() {
        let mut file = format!("{HEADER}\n").into_bytes();
        file.extend([0x83, 0x41]);
        assert!(faults(&file)[0].starts_with("line 2: the text is not UTF-8"));
        assert!(faults(b" \r\n")[0].contains("nothing to import"));
    }

    #[test]
    fn a_missing_column_is_named() {
        assert!(faults(b"tenant,name\n")[0].contains("no column `type`"));
    }
}
