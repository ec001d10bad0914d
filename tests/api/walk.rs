//! The step-by-step form as a browser without a screen walks through it.

use crate::actors::USER;
use crate::browser::Browser;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

/// What is typed on a step.
pub type Typed<'a> = &'a [(&'a str, &'a str)];

pub const ISSUE: &str = "third_party_mfa_not_recognized";

/// Answers that the policy accepts for [`ISSUE`], with title and description.
pub const QUESTIONS: Typed<'static> = &[
    ("title", "Old & <new>"),
    ("description", "Federated MFA is not seen.\r\nSince Monday."),
    ("answers_mfa_enforced_for_users", "yes"),
    ("answers_vendor_asked", "yes"),
    ("answers_claim_can_be_sent", "no"),
    ("answers_integration", "identity_federation"),
    ("answers_solution", "Verify"),
    ("answers_vendor", "Proseware"),
    ("answers_vendor_reference", "PW-1"),
];
/// Answers to an issue that only a person decides.
pub const OTHER_QUESTIONS: Typed<'static> = &[
    ("title", "Kiosk"),
    ("description", "The kiosk cannot show the prompt."),
    ("answers_workaround_exists", "no"),
    ("answers_affected_service", "Kiosk"),
];
pub const WHO: Typed<'static> = &[("scope_subjects_kind", "users"), ("scope_subjects_object_ids", USER)];
pub const SCOPE: Typed<'static> = &[
    ("scope_surfaces", "delegated_admin_portal"),
    ("scope_duration_days", "60"),
    ("scope_starts_at_year", ""),
    ("scope_starts_at_month", ""),
    ("scope_starts_at_day", ""),
];
pub const CONTACT: Typed<'static> =
    &[("contact_name", "IT"), ("contact_email", "it@tailspin.example"), ("contact_phone", ""), ("language", "en")];

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("no hidden field `{name}`: {page}"));
    rest.split('"').next().unwrap().replace("&#39;", "'")
}

impl Browser<'_> {
    /// Begins a draft; its path.
    pub async fn begin(&mut self, issue: &str) -> String {
        let (status, at) = self.submit("/support/requests/new", &[("issue", issue)]).await;
        assert_eq!(status, 303, "{at}");
        at.strip_suffix("/questions").unwrap_or_else(|| panic!("{at}")).to_owned()
    }

    /// What a page of `step` as it is shown now sends besides what is typed.
    pub async fn carried(&mut self, draft: &str, step: &str) -> Vec<(String, String)> {
        let (status, page) = self.open(&format!("{draft}/{step}")).await;
        assert_eq!(status, 200, "{page}");
        ["seen", "resume", "told"].map(|name| (name.to_owned(), hidden(&page, name))).into()
    }

    /// Opens a step, types, and presses the button `action`: the status, and the page or where it leads.
    pub async fn press(&mut self, draft: &str, step: &str, typed: Typed<'_>, action: &str) -> (u16, String) {
        let carried = self.carried(draft, step).await;
        self.send_step(draft, step, &carried, typed, action).await
    }

    /// The same with a page that was opened before.
    pub async fn send_step(
        &mut self,
        draft: &str,
        step: &str,
        carried: &[(String, String)],
        typed: Typed<'_>,
        action: &str,
    ) -> (u16, String) {
        let carried = carried.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form: Vec<_> = typed.iter().copied().chain(carried).chain([("action", action)]).collect();
        self.submit(&format!("{draft}/{step}"), &form).await
    }

    /// Opens a step, types, and goes on; what is told there at once is read and gone on from.
    pub async fn step(&mut self, draft: &str, step: &str, typed: Typed<'_>) -> (u16, String) {
        let first = self.press(draft, step, typed, "continue").await;
        if first.0 == 200 { self.press(draft, step, typed, "continue").await } else { first }
    }

    /// Fills in a whole draft; its path.
    pub async fn fill(&mut self, issue: &str, questions: Typed<'_>) -> String {
        let draft = self.begin(issue).await;
        for (step, typed) in [("questions", questions), ("who", WHO), ("scope", SCOPE), ("contact", CONTACT)] {
            let (status, at) = self.step(&draft, step, typed).await;
            assert_eq!(status, 303, "{step}: {at}");
        }
        draft
    }

    /// Submits a draft as its check page shows it now: the status, and the page or where it leads.
    pub async fn submit_draft(&mut self, draft: &str) -> (u16, String) {
        let (status, page) = self.open(&format!("{draft}/check")).await;
        assert_eq!(status, 200, "{page}");
        let version = hidden(&page, "version");
        self.submit(&format!("{draft}/check"), &[("version", &version)]).await
    }

    /// Fills in and submits; the path of the request.
    pub async fn file(&mut self, issue: &str, questions: Typed<'_>) -> String {
        let draft = self.fill(issue, questions).await;
        let (status, request) = self.submit_draft(&draft).await;
        assert_eq!(status, 303, "{request}");
        request
    }

    /// The step "who" with a file: the status, and the page or where it leads.
    pub async fn upload(&mut self, draft: &str, typed: Typed<'_>, file: &[u8], action: &str) -> (u16, String) {
        let carried = self.carried(draft, "who").await;
        let mut body = Vec::new();
        let fields = typed.iter().copied().chain(carried.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        for (name, value) in fields.chain([("action", action)]) {
            body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(b"--cut\r\nContent-Disposition: form-data; name=\"users_file\"; filename=\"users.csv\"\r\nContent-Type: text/csv\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n--cut--\r\n");
        self.submit_body(&format!("{draft}/who"), "multipart/form-data; boundary=cut", body).await
    }

    async fn submit_body(&mut self, path: &str, kind: &str, body: Vec<u8>) -> (u16, String) {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, kind).body(body);
        Self::answer(request.send().await.unwrap()).await
    }
}
