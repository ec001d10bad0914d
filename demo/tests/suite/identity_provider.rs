//! Sign-ins at the development identity provider, as a browser and an application see them.

use super::common::{Hands, Provider, REDIRECT, SIGNED_OUT, Scratch, Seen, http, text_of};
use chrono::TimeDelta;
use exception_desk_demo::people::{CONTOSO, FABRIKAM, FEED, OPERATIONS, TAILSPIN};
use exception_desk_demo::{is_demo_metadata, mint_token};
use serde_json::{Value, json};
use std::collections::HashMap;

#[actix_web::test]
async fn every_tenant_yields_the_amr_of_its_kind() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    for (persona, federated, amr) in [
        ("contoso-admin-agent", false, json!(["pwd", "mfa"])),
        ("wingtip-admin-agent", true, json!(["pwd", "mfa"])),
        ("fabrikam-admin-agent", false, json!(["pwd"])),
        ("tailspin-global-admin", true, json!(["pwd"])),
        ("reviewer", false, json!(["pwd"])),
    ] {
        let mut browser = provider.browser();
        browser.asks(&[]).await.page(200);
        let mut seen = browser.chooses(persona).await;
        if federated {
            seen.page(200);
            seen = browser.posts("federated", &[]).await;
        }
        let claims = provider.claims(&seen.code()).await;
        assert_eq!(claims["amr"], amr, "{persona}");
    }
}

#[actix_web::test]
async fn an_id_token_says_who_signed_in_where_and_how() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[]).await.page(200);
    browser.chooses("tailspin-sales-agent").await.page(200);
    let returned = browser.posts("federated", &[]).await.returned();
    assert_eq!(returned["state"], "st");
    let (status, answer) = provider.redeem(&[], &returned["code"]).await;
    assert_eq!(status, 200);

    let claims = provider.verified(answer["id_token"].as_str().unwrap(), "desk").await;
    assert_eq!(claims["iss"], format!("{}/{}/v2.0", provider.base, TAILSPIN.id));
    assert_eq!(claims["tid"], TAILSPIN.id.to_string());
    assert_eq!(claims["nonce"], "n");
    assert_eq!(claims["name"], "田中 由佳");
    assert_eq!(claims["roles"], json!(["SalesAgent"]));
    assert_eq!(claims["acr"], "pwd");
    assert_eq!(claims["auth_time"], provider.hands.now().timestamp());
    assert_eq!(claims["exp"], provider.hands.now().timestamp() + 3600);
    assert_ne!(claims["sub"], claims["oid"]);
    assert!(is_demo_metadata(&claims));

    let access = provider.verified(answer["access_token"].as_str().unwrap(), "api://exception-desk").await;
    assert_eq!(access["scp"], "access");
    assert_eq!(access["azp"], "desk");
    assert_eq!(access["account_identity"], "federated");
    assert_eq!(access["federated_idp_supports_mfa"], true);
    assert_eq!(access["mfa_registered"], false);
    assert!(access.get("nonce").is_none());
}

#[actix_web::test]
async fn fabrikam_registers_an_app_when_mfa_is_asked_for_and_verifies() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    let page = browser.chooses("fabrikam-admin-agent").await.page(200);
    let secret = text_of(&page, "secret").replace(' ', "");
    assert_eq!(secret.len(), 32);
    assert!(page.contains("otpauth://totp/"), "{page}");
    let qr = http().get(format!("{}/nowhere/qr.svg", provider.base)).send().await.unwrap();
    assert_eq!(qr.status(), 404);

    let wrong = browser.enters("000000").await.page(422);
    assert!(wrong.contains("aria-invalid"));
    assert_eq!(text_of(&wrong, "secret").replace(' ', ""), secret, "the secret stays the same on a reload");

    let claims = provider.claims(&browser.enters(&text_of(&wrong, "current-code")).await.code()).await;
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
    assert_eq!(claims["acr"], "mfa");
    assert_eq!(claims["mfa_registered"], true);

    // Registered now: a later sign-in is without MFA again, and asks for a code only when MFA is wanted.
    let mut later = provider.browser();
    later.asks(&[]).await.page(200);
    let claims = provider.claims(&later.chooses("fabrikam-admin-agent").await.code()).await;
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert_eq!(claims["tid"], FABRIKAM.id.to_string());
    let page = later.asks(&[("acr_values", "mfa")]).await.page(200);
    assert!(!page.contains("id=\"secret\""));
}

#[actix_web::test]
async fn the_qr_code_is_a_picture_of_its_own() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    let page = browser.chooses("fabrikam-admin-agent").await.page(200);
    let path = page.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    let picture = browser.get(&format!("{}{path}", provider.base)).await.page(200);
    assert!(picture.contains("<svg"));
    let stranger = provider.browser().get(&format!("{}{path}", provider.base)).await;
    stranger.page(410);
}

#[actix_web::test]
async fn staff_step_up_with_the_code_of_their_registered_app_once() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[]).await.page(200);
    let claims = provider.claims(&browser.chooses("lead").await.code()).await;
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert_eq!(claims["mfa_registered"], true);

    let page = browser.asks(&[("acr_values", "mfa")]).await.page(200);
    let code = provider.idp.current_code("lead").unwrap();
    assert_eq!(text_of(&page, "current-code"), code);
    let claims = provider.claims(&browser.enters(&code).await.code()).await;
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));

    let mut elsewhere = provider.browser();
    elsewhere.asks(&[("acr_values", "mfa")]).await.page(200);
    elsewhere.chooses("lead").await.page(200);
    assert!(elsewhere.enters(&code).await.page(422).contains("has been used"));
    provider.hands.pass(TimeDelta::seconds(30));
    let next = provider.idp.current_code("lead").unwrap();
    // As a Japanese keyboard may type it.
    let full_width: String =
        next.chars().map(|c| char::from_u32('０' as u32 + c as u32 - '0' as u32).unwrap()).collect();
    elsewhere.enters(&format!(" {full_width}")).await.code();
}

#[actix_web::test]
async fn tailspin_comes_back_without_mfa_even_when_it_is_asked_for() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    let page = browser.chooses("tailspin-admin-agent").await.page(200);
    assert!(page.contains("a password only"));
    let claims = provider.claims(&browser.posts("federated", &[]).await.code()).await;
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert_eq!(claims["acr"], "pwd");
    // Asked again, with a session: the provider is asked again, with the same outcome.
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    assert_eq!(provider.claims(&browser.posts("federated", &[]).await.code()).await["amr"], json!(["pwd"]));
}

#[actix_web::test]
async fn too_many_wrong_codes_pause_even_the_right_one() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    browser.chooses("reviewer").await.page(200);
    for _ in 0..5 {
        browser.enters("abcdef").await.page(422);
    }
    let right = provider.idp.current_code("reviewer").unwrap();
    browser.enters(&right).await.page(429);
    provider.hands.pass(TimeDelta::minutes(5));
    browser.enters(&provider.idp.current_code("reviewer").unwrap()).await.code();
}

#[actix_web::test]
async fn a_code_is_for_one_client_one_address_one_verifier_and_one_use() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[]).await.page(200);
    let first = browser.chooses("contoso-admin-agent").await.code();
    assert_eq!(provider.redeem(&[], &first).await.0, 200);
    refused(provider.redeem(&[], &first).await, 400, "invalid_grant");

    let other_verifier = "another-verifier-that-is-long-enough-to-be-one-0123456789";
    for changes in [
        &[("code_verifier", other_verifier)][..],
        &[("code_verifier", "")],
        &[("redirect_uri", "http://desk.localhost:1/sign-in/callback/")],
        &[("client_id", "feed"), ("client_secret", "feed-secret/+&=%")],
    ] {
        let code = browser.asks(&[]).await.code();
        refused(provider.redeem(changes, &code).await, 400, "invalid_grant");
        refused(provider.redeem(&[], &code).await, 400, "invalid_grant");
    }

    let code = browser.asks(&[]).await.code();
    provider.hands.pass(TimeDelta::seconds(60));
    refused(provider.redeem(&[], &code).await, 400, "invalid_grant");
}

#[actix_web::test]
async fn a_client_proves_itself_in_one_way_and_gets_no_hint_when_it_fails() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[]).await.page(200);
    let code = browser.chooses("contoso-admin-agent").await.code();
    let wrong = provider.redeem(&[("client_secret", "guess")], &code).await;
    let unknown = provider.redeem(&[("client_id", "nobody")], &code).await;
    assert_eq!(wrong, unknown);
    refused(wrong, 401, "invalid_client");

    // Both halves are form-encoded inside `Basic`.
    let url = format!("{}/{}/oauth2/v2.0/token", provider.base, CONTOSO.id);
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    let form: Vec<_> = form.into_iter().chain([("code_verifier", super::common::VERIFIER)]).collect();
    let basic = http().post(url).basic_auth("desk", Some("desk-secret%2F%2B%26%3D%25")).form(&form);
    assert_eq!(basic.send().await.unwrap().status(), 200);
}

#[actix_web::test]
async fn a_client_that_asks_wrongly_is_told_so_and_one_with_a_foreign_address_is_not_returned_to() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    for foreign in [
        "http://desk.localhost:1/sign-in/callback/",
        "http://desk.localhost:1/sign-in/callback?x=1",
        "http://attacker.example/",
        "",
    ] {
        browser.asks(&[("redirect_uri", foreign)]).await.page(400);
    }
    browser.asks(&[("client_id", "nobody")]).await.page(400);
    for (changes, error) in [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("scope", "openid api://elsewhere/read")], "invalid_scope"),
        (&[("request", "e30")], "request_not_supported"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
    ] {
        let returned = browser.asks(changes).await.returned();
        assert_eq!((returned["error"].as_str(), returned["state"].as_str()), (error, "st"), "{changes:?}");
    }
}

#[actix_web::test]
async fn a_session_signs_in_again_silently_until_the_client_wants_more() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    let silent = [("prompt", "none")];
    assert_eq!(browser.asks(&silent).await.returned()["error"], "login_required");
    browser.asks(&[]).await.page(200);
    browser.chooses("reviewer").await.code();
    browser.asks(&silent).await.code();
    let returned = browser.asks(&[("prompt", "none"), ("acr_values", "mfa")]).await.returned();
    assert_eq!(returned["error"], "interaction_required");

    provider.hands.pass(TimeDelta::minutes(10));
    browser.asks(&[("max_age", "601")]).await.code();
    let page = browser.asks(&[("max_age", "600")]).await.page(200);
    assert!(page.contains("name=\"persona\""));
    let page = browser.asks(&[("prompt", "login")]).await.page(200);
    assert!(page.contains("name=\"persona\""));
    browser.asks(&[("prompt", "select_account")]).await.page(200);
    let claims = provider.claims(&browser.chooses("auditor").await.code()).await;
    assert_eq!(claims["roles"], json!(["Auditor"]));
}

#[actix_web::test]
async fn a_tenants_own_issuer_lets_only_its_people_in() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[]).await.page(200);
    browser.chooses("contoso-admin-agent").await.code();
    let page = browser.asks_at(&OPERATIONS.id.to_string(), &[]).await.page(200);
    assert!(page.contains("lead-2") && !page.contains("contoso-admin-agent"));
    browser.chooses("contoso-admin-agent").await.page(400);
    browser.chooses("lead-2").await.code();
    browser.asks_at("3f0c8d5e-31b3-4c3a-8e63-2f4f0f9e5b11", &[]).await.page(404);
}

#[actix_web::test]
async fn a_sign_in_belongs_to_the_browser_that_began_it_and_to_a_fresh_cookie() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let (mut attacker, mut victim) = (provider.browser(), provider.browser());
    attacker.take_cookie(Some("demo_sign_in=known-to-the-attacker".to_owned()));
    attacker.asks(&[]).await.page(200);
    assert_ne!(attacker.cookie().as_deref(), Some("demo_sign_in=known-to-the-attacker"));
    let before = attacker.cookie();
    attacker.chooses("contoso-admin-agent").await.code();
    assert_ne!(attacker.cookie(), before, "signing in gives a new cookie");
    victim.take_cookie(before);
    assert_eq!(victim.asks(&[("prompt", "none")]).await.returned()["error"], "login_required");
    provider.hands.pass(TimeDelta::minutes(16));
    let mut late = provider.browser();
    late.asks(&[]).await.page(200);
    provider.hands.pass(TimeDelta::minutes(15));
    late.chooses("contoso-admin-agent").await.page(410);
}

#[actix_web::test]
async fn the_feed_acts_as_itself_and_nobody_else_may() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let scope = "api://exception-desk/.default";
    let form = |client, secret| {
        HashMap::from([
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", secret),
            ("scope", scope),
        ])
    };
    let (status, answer) = provider.token(&form("feed", "feed-secret/+&=%")).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer.get("id_token").is_none());
    let claims = provider.verified(answer["access_token"].as_str().unwrap(), "api://exception-desk").await;
    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["roles"], json!(["Feed.Read"]));
    assert_eq!(claims["tid"], OPERATIONS.id.to_string());
    assert_eq!(claims["oid"], FEED.object_id.to_string());
    assert!(claims.get("scp").is_none() && claims.get("amr").is_none());
    refused(provider.token(&form("desk", "desk-secret/+&=%")).await, 400, "unauthorized_client");
}

#[actix_web::test]
async fn signing_out_asks_unless_the_id_token_is_shown_and_returns_to_known_addresses_only() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[]).await.page(200);
    let code = browser.chooses("contoso-admin-agent").await.code();
    let logout = |query: &str| format!("{}/organizations/oauth2/v2.0/logout?{query}", provider.base);
    let back = format!("post_logout_redirect_uri={SIGNED_OUT}&state=s");

    let page = browser.get(&logout(&format!("client_id=desk&{back}"))).await.page(200);
    assert!(page.contains("Sign out?"));
    browser.asks(&[("prompt", "none")]).await.code();
    let (_, answer) = provider.redeem(&[], &code).await;
    let hint = answer["id_token"].as_str().unwrap();
    let returned = browser.get(&logout(&format!("id_token_hint={hint}&{back}"))).await.returned();
    assert_eq!(returned["state"], "s");
    assert_eq!(browser.asks(&[("prompt", "none")]).await.returned()["error"], "login_required");

    let elsewhere = "client_id=desk&post_logout_redirect_uri=http://attacker.example/";
    assert!(matches!(browser.get(&logout(elsewhere)).await, Seen::Page(200, _)));
}

#[actix_web::test]
async fn the_common_issuer_is_a_template_and_a_tenants_own_is_not() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let metadata = |tenant: String| {
        let url = format!("{}/{tenant}/v2.0/.well-known/openid-configuration", provider.base);
        async move { http().get(url).send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let common = metadata("organizations".into()).await;
    assert_eq!(common["issuer"], format!("{}/{{tenantid}}/v2.0", provider.base));
    assert!(is_demo_metadata(&common));
    let own = metadata(CONTOSO.id.to_string()).await;
    assert_eq!(own["issuer"], format!("{}/{}/v2.0", provider.base, CONTOSO.id));
    let keys = http().get(own["jwks_uri"].as_str().unwrap()).send().await.unwrap().json::<Value>().await.unwrap();
    assert!(is_demo_metadata(&keys));
    assert!(keys["keys"][0].get("d").is_none(), "the private half stays here");
}

#[actix_web::test]
async fn key_registrations_and_spent_codes_survive_a_restart() {
    let dir = Scratch::new();
    let hands = Hands::new();
    let provider = Provider::start_at(&dir.0, hands.clone());
    let mut browser = provider.browser();
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    let page = browser.chooses("fabrikam-admin-agent").await.page(200);
    let spent = text_of(&page, "current-code");
    let code = browser.enters(&spent).await.code();
    let (_, answer) = provider.redeem(&[], &code).await;
    let token = answer["id_token"].as_str().unwrap().to_owned();
    provider.idp.stop().await.unwrap();

    let again = Provider::start_at(&dir.0, hands);
    again.verified(&token, "desk").await;
    assert!(again.idp.current_code("fabrikam-admin-agent").is_some());
    let mut browser = again.browser();
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    let page = browser.chooses("fabrikam-admin-agent").await.page(200);
    assert!(!page.contains("id=\"secret\""));
    assert!(browser.enters(&spent).await.page(422).contains("has been used"));

    #[cfg(unix)]
    for entry in std::fs::read_dir(&dir.0).unwrap() {
        use std::os::unix::fs::PermissionsExt as _;
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
}

#[actix_web::test]
async fn starting_over_removes_only_an_app_that_was_registered_here() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let mut browser = provider.browser();
    browser.asks(&[("acr_values", "mfa")]).await.page(200);
    let page = browser.chooses("fabrikam-admin-agent").await.page(200);
    browser.enters(&text_of(&page, "current-code")).await.code();
    browser.posts_to("/registrations/forget", &[("persona", "fabrikam-admin-agent")]).await.page(200);
    assert_eq!(provider.idp.current_code("fabrikam-admin-agent"), None);
    browser.posts_to("/registrations/forget", &[("persona", "lead")]).await.page(400);
    assert!(provider.idp.current_code("lead").is_some());
}

#[actix_web::test]
async fn minted_tokens_are_those_of_a_real_sign_in() {
    let dir = Scratch::new();
    let (now, base) = (Hands::new().now(), "http://login.localhost:8081/");
    let early = mint_token(&dir.0, "lead", None, base, "api://exception-desk", now).unwrap_err();
    assert!(early.to_string().contains("start `exception-desk demo`"), "{early}");

    let provider = Provider::start(&dir.0);
    let mint = |persona: &str, mfa| mint_token(&dir.0, persona, mfa, base, "api://exception-desk", now);
    for (persona, mfa, amr) in [
        ("contoso-admin-agent", None, json!(["pwd", "mfa"])),
        ("contoso-admin-agent", Some(false), json!(["pwd"])),
        ("fabrikam-admin-agent", None, json!(["pwd"])),
        ("tailspin-admin-agent", None, json!(["pwd"])),
        ("tailspin-admin-agent", Some(true), json!(["pwd", "mfa"])),
        ("reviewer", None, json!(["pwd", "otp", "mfa"])),
    ] {
        let claims = provider.verified(&mint(persona, mfa).unwrap(), "api://exception-desk").await;
        assert_eq!(claims["amr"], amr, "{persona} {mfa:?}");
        assert_eq!(claims["exp"], now.timestamp() + 3600);
    }
    let feed = provider.verified(&mint("feed", None).unwrap(), "api://exception-desk").await;
    assert_eq!(feed["iss"], format!("http://login.localhost:8081/{}/v2.0", OPERATIONS.id));
    assert_eq!(feed["idtyp"], "app");
    assert!(mint("feed", Some(true)).is_err());
    assert!(mint("nobody", None).unwrap_err().to_string().contains("demo personas"));
}

#[actix_web::test]
async fn pages_follow_the_readers_language_and_lock_everything_foreign_out() {
    let dir = Scratch::new();
    let provider = Provider::start(&dir.0);
    let response = http().get(&provider.base).header("Accept-Language", "ja").send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self' http://desk.localhost:1"));
    let page = response.text().await.unwrap();
    assert!(page.contains("<html lang=\"ja\">") && page.contains("開発用サインイン"));
    let mut browser = provider.browser();
    assert!(browser.asks(&[("ui_locales", "ja")]).await.page(200).contains("アカウントの選択"));
    let rebound = http().get(&provider.base).header("Host", "attacker.example").send().await.unwrap();
    assert_eq!(rebound.status(), 421);
}

fn refused((status, answer): (u16, Value), expected: u16, error: &str) {
    assert_eq!((status, answer["error"].as_str()), (expected, Some(error)), "{answer}");
}
