//! `/settings`: language, colours and, for staff, the time zone; kept in cookies, so that they hold before anyone signs in.

use crate::locale::Lang;
use crate::problem::InputError;
use crate::web::field::Choice;
use crate::web::language::{LANG_COOKIE, THEME_COOKIE, TIME_ZONE_COOKIE};
use crate::web::page::safe_return;
use crate::web::time::{zone_choices, zone_name};
use crate::web::{Form, FormFields, Html, Page, Reader, Site, Theme, field::Field};
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, ServiceConfig, get, post, resource};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono_tz::Tz;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/settings").route(get().to(show)));
    cfg.service(resource("/settings/language").route(post().to(set_language)));
    cfg.service(resource("/settings/theme").route(post().to(set_theme)));
    cfg.service(resource("/settings/time-zone").route(post().to(set_time_zone)));
}

#[derive(Template)]
#[template(path = "web/settings.html")]
struct SettingsPage {
    page: Page,
    languages: Field,
    themes: Field,
    /// For staff: whose times are told in their own zone.
    time_zone: Option<Field>,
}

async fn show(reader: Reader) -> Html<SettingsPage> {
    let zone = reader.own_zone().name();
    shown(&reader, zone, &[])
}

/// The page; `zone` is what is chosen, or what was sent and is none.
fn shown(reader: &Reader, zone: &str, errors: &[InputError]) -> Html<SettingsPage> {
    let page = reader.page("settings");
    let now = FormFields::default().with("lang", reader.lang.tag()).with("theme", reader.theme.name());
    let now = now.with("time_zone", zone);
    let mut form = Form::new(reader.lang, &now, errors);
    let languages = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.text("language-name"))).to_vec();
    let themes = Theme::ALL.map(|theme| Choice::new(theme.name(), page.t(&format!("theme-{}", theme.name())))).to_vec();
    let languages = form.radios("/lang", page.t("settings-language"), languages).answered();
    let themes = form.radios("/theme", page.t("settings-theme"), themes).answered();
    let time_zone = reader.is_staff().then(|| {
        let office = zone_name(reader.site.office_zone(), reader.lang);
        form.select("/time_zone", page.t("settings-time-zone"), zone_choices(zone.parse().ok(), reader.lang))
            .hint(page.t1("settings-time-zone-hint", "office", office))
            .answered()
    });
    Html(SettingsPage { languages, themes, time_zone, page: page.with_errors(form.summary()) })
}

/// Keeps the language and leads back to where the switch was pressed.
async fn set_language(site: Data<Site>, form: FormFields) -> HttpResponse {
    let known = Lang::from_tag(form.get("lang")).map(|lang| (LANG_COOKIE, lang.tag()));
    keep(&site, known, form.get("return_to"))
}

/// Keeps the colours and leads back to where they were chosen.
async fn set_theme(site: Data<Site>, form: FormFields) -> HttpResponse {
    let known = Theme::from_name(form.get("theme")).map(|theme| (THEME_COOKIE, theme.name()));
    keep(&site, known, form.get("return_to"))
}

/// Keeps the zone of staff pages; a name that is none is said beside the field.
async fn set_time_zone(site: Data<Site>, reader: Reader, form: FormFields, http: HttpRequest) -> HttpResponse {
    let name = form.get("time_zone").trim();
    if let Ok(zone) = name.parse::<Tz>() {
        return keep(&site, Some((TIME_ZONE_COOKIE, zone.name())), "/settings");
    }
    let wrong = shown(&reader, name, &[InputError::new("/time_zone", "time_zone_unknown")]);
    let mut response = wrong.respond_to(&http).map_into_boxed_body();
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

/// An unknown choice changes nothing.
fn keep(site: &Site, choice: Option<(&'static str, &'static str)>, return_to: &str) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    if let Some((name, value)) = choice {
        let cookie = Cookie::build(name, value).path("/").max_age(Duration::days(365)).same_site(SameSite::Lax);
        response.cookie(cookie.http_only(true).secure(site.is_https()).finish());
    }
    response.insert_header((LOCATION, safe_return(return_to))).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};
    use url::Url;

    async fn post(base: &str, path: &str, form: &[(&str, &str)]) -> (String, String) {
        let site = Site::new(&Url::parse(base).unwrap(), &[]);
        let app = test::init_service(App::new().app_data(Data::new(site)).configure(routes)).await;
        let request = test::TestRequest::post().uri(path).set_form(form).to_request();
        let response = test::call_service(&app, request).await;
        assert_eq!(response.status(), 303);
        let header = |name: &str| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        (header("location"), header("set-cookie"))
    }

    #[actix_web::test]
    async fn the_language_switch_keeps_the_page_and_the_choice() {
        let form = [("lang", "ja"), ("return_to", "/queue?sort=due")];
        let (location, cookie) = post("https://desk.example", "/settings/language", &form).await;
        assert_eq!(location, "/queue?sort=due");
        assert_eq!(cookie, "lang=ja; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000");
    }

    #[actix_web::test]
    async fn the_time_zone_is_kept_by_its_name() {
        let (location, cookie) =
            post("http://desk.localhost", "/settings/time-zone", &[("time_zone", "Asia/Tokyo")]).await;
        assert_eq!(location, "/settings");
        assert!(cookie.starts_with("time-zone=Asia/Tokyo; HttpOnly; SameSite=Lax; Path=/"), "{cookie}");
    }

    #[actix_web::test]
    async fn it_never_leads_to_another_site_and_keeps_no_unknown_choice() {
        let form = [("theme", "pink"), ("return_to", "//evil.example")];
        let (location, cookie) = post("http://desk.localhost", "/settings/theme", &form).await;
        assert_eq!((location.as_str(), cookie.as_str()), ("/", ""));
    }
}
