//! The files of a request or draft as a part of a page.

use crate::evidence::{Evidence, Scan};
use crate::identity::ObjectId;
use crate::locale::Lang;
use crate::web::Message;
use crate::web::components::{Anchor, Empty, Markup, Notice, Tag, Tone};
use crate::web::page::{Link, Page, step_up_href};
use crate::web::table::{Column, Table};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono_tz::Tz;

/// How much of the SHA-256 a page shows; the whole of it is in the API and the audit log.
const DIGEST: usize = 16;

/// Heading, what to know, the files, and a way on.
#[derive(Clone, Debug, Template)]
#[template(path = "evidence/block.html")]
pub struct Block {
    /// None on a page whose title says it.
    heading: Option<String>,
    notices: Vec<Notice>,
    table: Table,
    more: Option<Link>,
}

impl HtmlSafe for Block {}

/// What a reader may do with the files.
struct Ways<'a> {
    /// Below it each file has its address; none when nothing can be downloaded.
    download: Option<&'a str>,
    /// The same for removing, and who may remove their own.
    remove: Option<(&'a str, ObjectId)>,
    /// Whether the checksum is shown, for whoever compares files.
    digest: bool,
}

impl Block {
    /// For staff, who may download everything that is not blocked.
    pub fn for_staff(page: &Page, reference: &str, files: &[Evidence], zone: Tz) -> Self {
        let base = format!("/review/{reference}/evidence");
        Self::new(page, files, zone, &Ways { download: Some(&base), remove: None, digest: true })
    }

    /// On the partner's page of a request, with the way to add files while it is `open`; none when there is nothing to show.
    pub fn for_partner(
        page: &Page,
        reference: &str,
        files: &[Evidence],
        mfa: bool,
        open: bool,
        zone: Tz,
    ) -> Option<Self> {
        let base = super::href(reference);
        let mut block =
            Self::new(page, files, zone, &Ways { download: mfa.then_some(&base), remove: None, digest: false });
        if open {
            block.more = Some(Link { href: base, label: page.t("evidence-manage") });
        }
        (open || !files.is_empty()).then_some(block)
    }

    /// On a page of their own, below `base`, where `person` removes what they uploaded while that is possible.
    pub fn to_manage(
        page: &Page,
        base: &str,
        files: &[Evidence],
        mfa: bool,
        person: Option<ObjectId>,
        zone: Tz,
    ) -> Self {
        let ways = Ways { download: mfa.then_some(base), remove: person.map(|person| (base, person)), digest: false };
        Self::new(page, files, zone, &ways)
    }

    /// The same without its heading, on a page whose title says it.
    #[must_use]
    pub fn untitled(self) -> Self {
        Self { heading: None, ..self }
    }

    fn new(page: &Page, files: &[Evidence], zone: Tz, ways: &Ways<'_>) -> Self {
        let mut notices: Vec<_> =
            files.iter().filter(|file| file.scan == Scan::Infected).map(|file| infected(page, file)).collect();
        if files.iter().any(|file| file.scan == Scan::Pending) {
            notices.push(Notice::new(Tone::Info, page.t("evidence-pending-text")));
        }
        if files.iter().any(|file| file.scan == Scan::NotScanned) {
            notices.push(Notice::new(Tone::Warn, page.t("evidence-not-scanned-text")));
        }
        if ways.download.is_none() && !files.is_empty() {
            let notice = Notice::new(Tone::Info, page.t("evidence-needs-mfa"));
            notices.push(notice.link(step_up_href(&page.reader.path), page.t("step-up-go")));
        }
        let heading = Some(page.t("evidence-title"));
        Self { heading, notices, table: table(page, files, zone, ways), more: None }
    }
}

/// What happened to a file with a virus, in so many words.
fn infected(page: &Page, file: &Evidence) -> Notice {
    let title = Message::new("evidence-infected-title").with("name", &file.name);
    Notice::new(Tone::Bad, page.t("evidence-infected-text")).title(page.say(&title))
}

fn table(page: &Page, files: &[Evidence], zone: Tz, ways: &Ways<'_>) -> Table {
    let lang = page.lang();
    let column = |key: &str| Column::new(page.t(key));
    let mut columns = vec![
        column("evidence-name"),
        column("evidence-type"),
        column("evidence-size").number(),
        column("evidence-scan"),
        column("evidence-uploaded"),
    ];
    columns.extend(ways.digest.then(|| column("evidence-digest")));
    columns.extend(ways.remove.map(|_| column("evidence-actions")));
    let empty = Empty::new(page.t("evidence-none"), page.t("evidence-none-text"));
    let table = Table::new(page.t("evidence-title"), columns, empty).caption_is_title();
    files.iter().fold(table, |table, file| {
        let digest: String = file.digest().chars().take(DIGEST).collect();
        let who = Message::new("evidence-by").with("who", &file.uploaded_by_name);
        let cells = [
            name(file, ways.download),
            page.t(file.media_type.label_key()).into(),
            size(file.size, lang).into(),
            scan_tag(file.scan, lang).into(),
            Markup::lines([page.when(file.uploaded_at, zone).into(), page.say(&who).into()]),
        ];
        let digest = ways.digest.then(|| Markup::of(&Digest { digest }));
        let remove = ways.remove.map(|(base, person)| match removable(file, person) {
            true => {
                let name = Message::new("evidence-remove-which").with("name", &file.name);
                let href = format!("{base}/{}/remove", file.id);
                Markup::of(&Remove { href, label: page.t("evidence-remove-this"), name: page.say(&name) })
            }
            false => Markup::from("–"),
        });
        table.row(cells.into_iter().chain(digest).chain(remove))
    })
}

/// The beginning of a SHA-256.
#[derive(Template)]
#[template(source = "<code>{{ digest }}…</code>", ext = "html")]
struct Digest {
    digest: String,
}

impl HtmlSafe for Digest {}

/// A link that shows what it does; of which file, it says to those who hear it without its row.
#[derive(Template)]
#[template(source = r#"<a href="{{ href }}">{{ label }}<span class="hide">{{ name }}</span></a>"#, ext = "html")]
struct Remove {
    href: String,
    label: String,
    name: String,
}

impl HtmlSafe for Remove {}

fn removable(file: &Evidence, person: ObjectId) -> bool {
    file.uploaded_by == person && file.scan != Scan::Infected
}

fn name(file: &Evidence, download: Option<&str>) -> Markup {
    match (download, file.scan) {
        (Some(base), Scan::NotScanned | Scan::Clean) => {
            Anchor::new(format!("{base}/{}", file.id), file.name.clone()).into()
        }
        _ => file.name.as_str().into(),
    }
}

fn scan_tag(scan: Scan, lang: Lang) -> Tag {
    let (tone, key) = match scan {
        Scan::NotScanned => (Tone::Quiet, "evidence-scan-not-scanned"),
        Scan::Pending => (Tone::Info, "evidence-scan-pending"),
        Scan::Clean => (Tone::Ok, "evidence-scan-clean"),
        Scan::Infected => (Tone::Bad, "evidence-scan-infected"),
    };
    Tag::new(tone, lang.text(key))
}

/// "68 bytes", "340 KB", "1.2 MB": in steps of 1024, as file managers show it.
fn size(bytes: u64, lang: Lang) -> String {
    const KILO: u64 = 1024;
    let tenths = (bytes * 10).div_ceil(KILO * KILO);
    let message = match bytes {
        0..KILO => Message::new("evidence-size-bytes").with("count", bytes),
        _ if tenths < 10 => Message::new("evidence-size-kilo").with("count", bytes.div_ceil(KILO)),
        _ => Message::new("evidence-size-mega").with("count", format!("{}.{}", tenths / 10, tenths % 10)),
    };
    message.text(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_reads_as_in_a_file_manager() {
        let told = [68, 1023, 1024, 348_000, 1_048_576, 10_485_760].map(|bytes| size(bytes, Lang::En));
        assert_eq!(told, ["68 bytes", "1023 bytes", "1 KB", "340 KB", "1.0 MB", "10.0 MB"]);
    }
}
