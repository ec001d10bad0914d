//! What an issuer's configuration may say.

use crate::idp::{Idp, TENANT};
use relying_party::{ConfigError, IssuerConfig, Limits, RelyingParty, Secret};

fn refusal(configs: Vec<IssuerConfig>) -> ConfigError {
    RelyingParty::new(configs, Limits::default()).err().expect("the configuration is refused")
}

#[tokio::test]
async fn an_issuer_speaks_for_one_tenant_or_for_the_one_in_its_name() {
    let idp = Idp::start().await;
    let config = idp.config();
    assert!(matches!(
        refusal(vec![IssuerConfig { tenant: Some(TENANT), ..config.clone() }]),
        ConfigError::TwoTenants(_)
    ));
    assert!(matches!(
        refusal(vec![IssuerConfig { issuer: "https://login.example".into(), ..config.clone() }]),
        ConfigError::NoTenant(_)
    ));
    assert!(matches!(
        refusal(vec![IssuerConfig { issuer: "https://{tid}.example/{tid}".into(), ..config.clone() }]),
        ConfigError::TwoTenants(_)
    ));
    assert!(matches!(
        refusal(vec![IssuerConfig { metadata_url: None, ..config.clone() }]),
        ConfigError::NoMetadataUrl(_)
    ));
    assert!(matches!(refusal(vec![config.clone(), config]), ConfigError::Twice(_)));
}

#[tokio::test]
async fn plain_http_is_for_loopback_only() {
    let idp = Idp::start().await;
    let plain = IssuerConfig { issuer: "http://login.example/{tid}".into(), ..idp.config() };
    assert!(matches!(refusal(vec![plain]), ConfigError::NotHttps { .. }));
    let named = IssuerConfig { issuer: "http://login.localhost:1/{tid}".into(), ..idp.config() };
    assert!(RelyingParty::new(vec![named], Limits::default()).is_ok());
}

#[tokio::test]
async fn a_secret_comes_from_one_place_and_never_prints() {
    let idp = Idp::start().await;
    let file = Some("/nonexistent/secret".into());
    let both = IssuerConfig { client_secret_file: file.clone(), ..idp.config() };
    assert!(matches!(refusal(vec![both]), ConfigError::TwoSecrets(_)));
    let missing = IssuerConfig { client_secret: None, client_secret_file: file, ..idp.config() };
    assert!(refusal(vec![missing]).to_string().contains("/nonexistent/secret"));
    let config = IssuerConfig { client_secret: Some(Secret::new("hush")), ..idp.config() };
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    let text = "issuer = \"https://login.example\"\nclient_id = \"c\"\ntennant = \"x\"\n";
    assert!(toml::from_str::<IssuerConfig>(text).unwrap_err().to_string().contains("tennant"));
}
