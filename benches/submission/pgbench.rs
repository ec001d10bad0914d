//! The base: `pgbench` and the function that it calls.

use crate::site::Site;
use crate::{CLIENTS, TENANTS};
use anyhow::{Context, Result, ensure};
use sqlx::PgConnection;
use std::process::Command;
use url::Url;

/// Makes the function of `file.sql` after the latest submission that the desk has kept.
///
/// # Errors
/// When there is none.
pub async fn make_function(owner: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql(include_str!("file.sql")).execute(owner).await?;
    Ok(())
}

/// Calls it once for each tenant over [`CLIENTS`] connections; the mean time for one call, in microseconds.
///
/// # Errors
/// When `pgbench` is not installed with the server, or a call fails.
pub async fn run(site: &Site) -> Result<f64> {
    let script = site.file("file.pgbench", "SELECT bench_file();\n")?;
    let url = Url::parse(&site.owner_url())?;
    // It lies beside the server itself, which the folder of programs may only point to.
    let server = embedded_postgres::find_programs()?.join("postgres").canonicalize()?;
    let mut pgbench = Command::new(server.with_file_name("pgbench"));
    let calls = (TENANTS / CLIENTS).to_string();
    pgbench.args(["-n", "-c", &CLIENTS.to_string(), "-j", "2", "-t", &calls, "-f"]).arg(script).arg(url.as_str());
    let output = actix_web::web::block(move || pgbench.output()).await?.context("`pgbench` cannot be run")?;
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "`pgbench` failed: {wrong}");
    // The last such line leaves out the time for connecting.
    let rate = said.lines().rfind(|line| line.starts_with("tps = ")).and_then(|line| line.split_whitespace().nth(2));
    Ok(1e6 / rate.with_context(|| format!("no rate in {said}"))?.parse::<f64>()?)
}
