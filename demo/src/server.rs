//! What both servers share: time as a parameter, loopback and nothing else, start and stop inside the process.

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{HttpResponse, error};
use anyhow::ensure;
use chrono::{DateTime, Utc};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Gives the current instant; tests turn its hands.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A server of the demonstration inside this process. Dropping it leaves the server running until the process ends.
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub(crate) fn spawn(address: SocketAddr, server: Server) -> Self {
        Self { address, handle: server.handle(), task: tokio::spawn(server) }
    }

    /// The address it listens on, always a loopback one.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers what it has begun, then stops and frees the port.
    ///
    /// # Errors
    /// The server had stopped by itself with this error.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.handle.stop(true).await;
        Ok(self.task.await??)
    }
}

/// The listener's address.
///
/// # Errors
/// It can be reached from another machine: without passwords, that would be an open door.
pub(crate) fn loopback(listener: &TcpListener) -> anyhow::Result<SocketAddr> {
    let address = listener.local_addr()?;
    ensure!(
        address.ip().is_loopback(),
        "the demonstration asks for no passwords: give it a loopback address, not `{address}`"
    );
    Ok(address)
}

/// Refuses requests for other than loopback names, so that no web page can turn its own name into this server.
pub(crate) async fn only_loopback_names(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> actix_web::Result<ServiceResponse<impl MessageBody>> {
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_loopback_name(host) {
        let body = "this server answers to loopback names only, such as `login.localhost`\n";
        let response = HttpResponse::MisdirectedRequest().content_type("text/plain; charset=utf-8").body(body);
        return Err(error::InternalError::from_response("not a loopback name", response).into());
    }
    next.call(request).await
}

/// Whether `host` (`name[:port]`) can only mean this machine.
fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((literal, _)) => literal,
        None => host.split(':').next().unwrap_or_default(),
    };
    name.parse::<IpAddr>().map_or_else(
        |_| name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost"),
        |ip| ip.is_loopback(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for good in ["login.localhost:8081", "localhost", "127.0.0.1:9", "[::1]:9", "Portal.LOCALHOST"] {
            assert!(is_loopback_name(good), "{good}");
        }
        for bad in ["", "login.localhost.attacker.example", "192.0.2.1:80", "notlocalhost", "[2001:db8::1]:80"] {
            assert!(!is_loopback_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_listener_that_others_can_reach_is_refused() {
        let open = TcpListener::bind("0.0.0.0:0").unwrap();
        assert!(loopback(&open).unwrap_err().to_string().contains("loopback"));
    }
}
