//! The demonstration: everything on loopback in one process, with example data. See the crate `exception-desk-demo` for the
//! world around the desk.
use crate::clock::Clock;
use crate::config::Config;
/// x
#[derive(Debug, clap::Args)]
pub struct DemoArgs {}
/// x
pub async fn run(_args: DemoArgs, _clock: Clock) -> anyhow::Result<u8> {
    Ok(0)
}
/// x
pub fn refuse_its_issuers(config: &Config) -> anyhow::Result<()> {
    match config.identity.issuers.iter().find(|issuer| exception_desk_demo::is_demo_issuer(&issuer.issuer)) {
        Some(issuer) => {
            anyhow::bail!("`{}` is the demo's identity provider; name another in `identity.issuers`", issuer.issuer)
        }
        None => Ok(()),
    }
}
