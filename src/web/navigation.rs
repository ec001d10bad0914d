//! The navigation by role. A person with two roles gets both groups, apart from each other; nobody switches roles.

use super::page::{StaffNav, Viewer};
use super::reader::Reader;

/// One group of the navigation: the desk for everyone, the desk for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavGroup {
    /// What a screen reader calls the group.
    pub name: String,
    /// Its links.
    pub items: Vec<NavItem>,
}

/// One link of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// Its words.
    pub label: String,
    /// Whether the page lies in this part of the site.
    pub current: bool,
}

/// The groups that `reader` gets.
pub(super) fn groups(reader: &Reader) -> Vec<NavGroup> {
    let viewer = reader.viewer.as_ref();
    let group = |name: &str, items: Vec<(&'static str, &str)>| NavGroup {
        name: reader.lang.text(name),
        items: items
            .into_iter()
            .map(|(href, label)| NavItem { href, label: reader.lang.text(label), current: lies_in(&reader.path, href) })
            .collect(),
    };
    let mut groups = vec![group("nav-partner", partner_items(viewer))];
    if let Some(staff) = viewer.and_then(|viewer| viewer.staff) {
        groups.push(group("nav-staff", staff_items(staff)));
    }
    groups
}

fn partner_items(viewer: Option<&Viewer>) -> Vec<(&'static str, &'static str)> {
    let mut items = vec![("/", "nav-home")];
    if viewer.is_some_and(|viewer| viewer.partner) {
        items.push(("/support/requests", "nav-requests"));
        // Staff find every exception, their own tenant's too, in their own group.
        if viewer.is_some_and(|viewer| viewer.staff.is_none()) {
            items.push(("/exceptions", "nav-exceptions"));
        }
    }
    items.extend(viewer.is_some_and(|viewer| viewer.subject).then_some(("/me/coverage", "nav-coverage")));
    items.extend([("/self-check", "nav-check"), ("/help", "nav-help")]);
    items
}

fn staff_items(staff: StaffNav) -> Vec<(&'static str, &'static str)> {
    let StaffNav { reviewer, lead, policy_admin, auditor } = staff;
    let mut items = Vec::new();
    if reviewer || lead || auditor {
        items.push(("/queue", "nav-queue"));
    }
    if reviewer || lead {
        items.push(("/approvals", "nav-approvals"));
    }
    if reviewer || lead || policy_admin || auditor {
        items.extend([("/exceptions", "nav-exceptions"), ("/partners", "nav-partners"), ("/policy", "nav-policy")]);
    }
    if reviewer || lead || auditor {
        items.push(("/enforcement", "nav-enforcement"));
    }
    items.extend(lead.then_some(("/suspensions", "nav-suspensions")));
    items.extend((lead || auditor).then_some(("/reports", "nav-reports")));
    items.extend(auditor.then_some(("/audit", "nav-audit")));
    items.extend(lead.then_some(("/admin/mail", "nav-mail")));
    items.extend(lead.then_some(("/admin/webhooks", "nav-webhooks")));
    items.extend((lead || policy_admin || auditor).then_some(("/admin/calendars", "nav-calendars")));
    items
}

/// Parts of the site that belong to a link whose address is not theirs: a request begins as a draft, and is reviewed from
/// the queue.
const ELSEWHERE: [(&str, &str); 4] = [
    ("/token-check", "/self-check"),
    ("/support/drafts", "/support/requests"),
    ("/review", "/queue"),
    ("/held-exceptions", "/exceptions"),
];

fn lies_in(path: &str, href: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let under = |part: &str| path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    match href {
        "/" => path == "/",
        _ => under(href) || ELSEWHERE.iter().any(|(part, of)| *of == href && under(part)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn hrefs(viewer: Option<Viewer>) -> Vec<Vec<&'static str>> {
        let reader = Reader { viewer, ..Reader::of(&TestRequest::with_uri("/queue?x=1").to_http_request()) };
        groups(&reader).into_iter().map(|group| group.items.into_iter().map(|item| item.href).collect()).collect()
    }

    #[test]
    fn a_visitor_and_an_agent_who_may_not_file_see_what_they_can_use() {
        assert_eq!(hrefs(None), [["/", "/self-check", "/help"]]);
        let agent = Viewer { subject: true, ..Viewer::default() };
        assert_eq!(hrefs(Some(agent)), [["/", "/me/coverage", "/self-check", "/help"]]);
    }

    #[test]
    fn two_roles_give_two_groups_and_no_link_twice() {
        let staff = Some(StaffNav { reviewer: true, ..StaffNav::default() });
        let groups = hrefs(Some(Viewer { partner: true, staff, ..Viewer::default() }));
        assert_eq!(groups[0], ["/", "/support/requests", "/self-check", "/help"]);
        assert_eq!(groups[1], ["/queue", "/approvals", "/exceptions", "/partners", "/policy", "/enforcement"]);
    }

    #[test]
    fn the_part_of_the_site_is_marked_and_not_its_namesakes() {
        assert!(lies_in("/queue?x=1", "/queue"));
        assert!(lies_in("/support/requests/TE-2026-000123", "/support/requests"));
        assert!(lies_in("/support/drafts/x/who", "/support/requests") && !lies_in("/support/drafts", "/queue"));
        assert!(lies_in("/token-check", "/self-check"), "the doctor is one of the checks");
        assert!(!lies_in("/queued", "/queue"));
        assert!(!lies_in("/queue", "/"));
    }
}
