//! Whom to answer, and in which language.

use super::Section;
use crate::locale::Lang;
use crate::web::Form;
use crate::web::field::Choice;

/// The fields of the step.
pub fn sections(form: &mut Form<'_>, lang: Lang) -> Vec<Section> {
    let t = |key: &str| lang.text(key);
    let languages = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.text("language-name")));
    let fields = vec![
        form.input("/contact/name", t("form-contact-name")).hint(t("form-contact-name-hint")).autocomplete("name"),
        form.input("/contact/email", t("form-contact-email")).of_type("email").autocomplete("email"),
        form.input("/contact/phone", t("form-contact-phone")).of_type("tel").autocomplete("tel").medium().optional(),
        form.radios("/language", t("form-language"), languages.into()).hint(t("form-language-hint")).answered(),
    ];
    vec![Section { heading: None, lead: None, fields }]
}
