//! A real proxy between a client and a site, set up by the very files of `deploy/`.

use crate::http::{Request, Response};
use crate::site::Site;
use crate::world::{Folder, Listener, PORTAL, World};
use std::ffi::OsString;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The proxies that `deploy/` has files for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Nginx,
    Envoy,
    Traefik,
    Caddy,
}

/// A proxy in front of a site that tells what reached it.
pub struct Front {
    pub world: World,
    pub site: Site,
    pub address: SocketAddr,
    process: Child,
    pub folder: Folder,
}

/// Who listens where.
struct Places {
    own: SocketAddr,
    gate: SocketAddr,
    site: SocketAddr,
}

impl Front {
    pub async fn start(kind: Kind, world: World) -> Self {
        Self::set_up_by(|folder, places| kind.set_up(folder, places), kind, world).await
    }

    /// nginx or Envoy in front of a site as before, with a gate that is asked about copies.
    pub async fn in_shadow(kind: Kind, world: World) -> Self {
        let set_up = |folder: &Path, places: &Places| match kind {
            Kind::Envoy => envoy_by("envoy/shadow.yaml", folder, places),
            _ => nginx_with("shadow.conf", folder, places),
        };
        Self::set_up_by(set_up, kind, world).await
    }

    async fn set_up_by(set_up: impl Fn(&Path, &Places) -> Command, kind: Kind, world: World) -> Self {
        let site = Site::start().await;
        for _ in 0..5 {
            let folder = Folder::new("front");
            // Free a moment ago; if somebody else takes it in between, the proxy ends and we try another.
            let own = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let places = Places { own, gate: world.address(kind.listener()), site: site.address };
            let mut command = set_up(&folder, &places);
            let log = std::fs::File::create(folder.join("log")).unwrap();
            let out = log.try_clone().unwrap();
            let mut process = command.stdin(Stdio::null()).stdout(out).stderr(log).spawn().unwrap();
            if is_up(&mut process, own).await {
                site.drain();
                return Self { world, site, address: own, process, folder };
            }
            eprintln!("{kind:?} did not start: {}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
        }
        panic!("{kind:?} did not start five times: see the log above");
    }

    pub async fn send(&self, request: Request) -> Response {
        request.send(self.address).await
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether what the gate leaves open comes through.
async fn is_up(process: &mut Child, address: SocketAddr) -> bool {
    for _ in 0..800 {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        if tokio::net::TcpStream::connect(address).await.is_ok()
            && Request::get("/help").header("Host", PORTAL).send(address).await.status == 200
        {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let _ = process.kill();
    let _ = process.wait();
    false
}

impl Kind {
    fn listener(self) -> Listener {
        match self {
            Self::Nginx => Listener::Nginx,
            Self::Envoy => Listener::Envoy,
            Self::Traefik => Listener::Traefik,
            Self::Caddy => Listener::Caddy,
        }
    }

    /// Writes the configuration into `folder`; gives the command that runs the proxy by it.
    fn set_up(self, folder: &Path, places: &Places) -> Command {
        match self {
            Self::Nginx => nginx_with("protect.conf", folder, places),
            Self::Envoy => envoy_by("envoy/envoy.yaml", folder, places),
            Self::Traefik => traefik(folder, places),
            Self::Caddy => caddy(folder, places),
        }
    }
}

/// Puts a file of `deploy/` into `folder`, with each of `changes` made in it.
fn deployed(file: &str, folder: &Path, changes: &[(&str, &str)]) -> PathBuf {
    let from = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(file);
    let mut text = std::fs::read_to_string(&from).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "`{old}` is not in `deploy/{file}`");
        text = text.replace(old, new);
    }
    let to = folder.join(from.file_name().unwrap());
    std::fs::write(&to, text).unwrap();
    to
}

const NAMES: [(&str, &str); 2] = [("portal.example", "portal.localhost"), ("api.example", "api.localhost")];

/// `location` is the file that the site's `location` includes.
fn nginx_with(location: &str, folder: &Path, places: &Places) -> Command {
    let files = folder.join("mfa-gate");
    std::fs::create_dir(&files).unwrap();
    deployed("nginx/upstream.conf", &files, &[("127.0.0.1:9180", &places.gate.to_string())]);
    for name in ["question.conf", "server.conf", "decision-log.conf", location] {
        deployed(&format!("nginx/{name}"), &files, &[]);
    }
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|what| format!("{what}_temp_path temp;"));
    let Places { own, site, .. } = places;
    let configuration = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr info;\nevents {{}}\nhttp {{\n\
         {}\ninclude mfa-gate/decision-log.conf;\ninclude mfa-gate/upstream.conf;\nupstream site {{ server {site}; }}\n\
         server {{\nlisten {own};\naccess_log decisions.jsonl mfa_decision;\n\
         large_client_header_buffers 4 32k;\ninclude mfa-gate/server.conf;\n\
         location / {{\ninclude mfa-gate/{location};\nproxy_pass http://site;\n}}\n}}\n}}\n",
        temporary.join("\n")
    );
    std::fs::write(folder.join("nginx.conf"), configuration).unwrap();
    let nginx = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"].map(Path::new);
    let nginx = nginx.into_iter().find(|path| path.exists());
    let mut command =
        Command::new(nginx.expect("nginx is needed: `cargo xtask` installs it, or `apt-get install nginx`"));
    command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "stderr"]);
    command
}

fn envoy_by(file: &str, folder: &Path, places: &Places) -> Command {
    let here = |port: &str, at: SocketAddr| (format!("port_value: {port} "), format!("port_value: {} ", at.port()));
    let ports = [here("8080", places.own), here("9181", places.gate), here("8000", places.site)];
    let mut changes: Vec<_> = ports.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    changes.extend([("0.0.0.0", "127.0.0.1")]);
    // In shadow every host is the site's, and Envoy has a second address.
    let second = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let second = format!("port_value: {second} ");
    if file == "envoy/shadow.yaml" {
        changes.push(("port_value: 9191 ", &second))
    } else {
        changes.extend(NAMES)
    }
    let file = deployed(file, folder, &changes);
    let mut command = Command::new(program("envoy"));
    command.arg("-c").arg(file).args(["--disable-hot-restart", "--concurrency", "1", "--log-level", "error"]);
    command
}

fn traefik(folder: &Path, places: &Places) -> Command {
    let (gate, site) = (places.gate.to_string(), places.site.to_string());
    let mut changes = vec![("127.0.0.1:9182", gate.as_str()), ("127.0.0.1:8000", site.as_str())];
    changes.extend(NAMES);
    let dynamic = deployed("traefik/mfa-gate.yml", folder, &changes).display().to_string();
    let changes = [("0.0.0.0:8080", places.own.to_string()), ("/etc/traefik/mfa-gate.yml", dynamic)];
    let file = deployed("traefik/traefik.yml", folder, &changes.each_ref().map(|(old, new)| (*old, new.as_str())));
    let mut command = Command::new(program("traefik"));
    command.arg(format!("--configfile={}", file.display())).current_dir(folder);
    command
}

fn caddy(folder: &Path, places: &Places) -> Command {
    let port = places.own.port();
    let bind = "{\n\tbind 127.0.0.1";
    let sites = format!("http://portal.localhost:{port}, http://api.localhost:{port} {bind}");
    let others = format!("http://:{port} {bind}");
    let site = places.site.to_string();
    let changes =
        [("portal.example, api.example {", sites.as_str()), ("https:// {", &others), ("127.0.0.1:8000", &site)];
    let file = deployed("caddy/Caddyfile", folder, &changes);
    deployed("caddy/mfa-gate.caddy", folder, &[("127.0.0.1:9183", &places.gate.to_string())]);
    let mut command = Command::new(program("caddy"));
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
    let own_folder = ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"].map(|name| (name, OsString::from(folder)));
    command.envs(own_folder).env("CADDY_ADMIN", "127.0.0.1:0");
    command
}

/// A program that one of the Python packages of the tests brings; it lies beside their interpreter.
fn program(name: &str) -> PathBuf {
    let python = std::env::var_os("EXCEPTION_DESK_PYTHON").map(PathBuf::from);
    let python =
        python.expect("`EXCEPTION_DESK_PYTHON` is not set: run `cargo xtask test`, which prepares the Python packages");
    let folder = if python.is_dir() { python.join("bin") } else { python.parent().unwrap().to_owned() };
    let program = folder.join(name);
    assert!(program.exists(), "`{}` is missing: `cargo xtask test` installs it", program.display());
    program
}
