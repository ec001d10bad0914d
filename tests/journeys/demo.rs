//! A demonstration of its own for one test: own ports, own data, stopped at the end.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_exception-desk");

/// A running `exception-desk demo`.
pub struct Demo {
    name: &'static str,
    folder: PathBuf,
    port_base: u16,
    arguments: Vec<String>,
    child: Child,
    database_port: u16,
}

impl Demo {
    /// Starts one with empty data and waits until it says that it is ready.
    pub fn start(name: &'static str) -> Self {
        Self::start_with(name, &[])
    }

    /// The same with more words on the command line.
    pub fn start_with(name: &'static str, arguments: &[&str]) -> Self {
        let arguments: Vec<_> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let folder = std::env::temp_dir().join(format!("desk-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let port_base = free_ports();
        let child = launch(&folder, port_base, &arguments);
        Self { name, folder, port_base, arguments, child, database_port: port_base + 4 }
    }

    /// Lets a browser walk through `script`; its screenshots are kept as artefacts.
    pub fn walk(&self, script: &str) {
        self.run(script, &[]);
    }

    /// The same for the part of `script` that is `reader`'s.
    pub fn walk_as(&self, script: &str, reader: &str) {
        self.run(script, &[reader]);
    }

    fn run(&self, script: &str, arguments: &[&str]) {
        let node = tool("EXCEPTION_DESK_NODE");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let shots = PathBuf::from(tool("EXCEPTION_DESK_ARTEFACTS")).join(self.name);
        let _ = fs::remove_dir_all(&shots);
        fs::create_dir_all(&shots).unwrap();
        let status = Command::new(node)
            .arg(root.join("tests/journeys").join(script))
            .args(arguments)
            .current_dir(root)
            .env("DEMO", self.data_dir().join("demo.json"))
            .env("DEMO_BINARY", BINARY)
            .env("DEMO_DATA_DIR", self.data_dir())
            .env("SHOTS", &shots)
            .env("CHROMIUM", tool("EXCEPTION_DESK_CHROMIUM"))
            .status()
            .unwrap();
        assert!(status.success(), "`{script}` failed, see above; screenshots are in `{}`", shots.display());
    }

    /// References of Tailspin's requests, asked for as the README says.
    pub fn requests(&self) -> Vec<String> {
        let token = Command::new(BINARY)
            .args(["demo", "token", "--persona", "tailspin-global-admin", "--data-dir"])
            .arg(self.data_dir())
            .output()
            .unwrap();
        let token = String::from_utf8(token.stdout).unwrap();
        let answer = Command::new("curl")
            .args(["-sS", "--fail-with-body", "-H"])
            .arg(format!("Authorization: Bearer {}", token.trim()))
            .arg(format!("http://desk.localhost:{}/api/v1/requests", self.port_base))
            .output()
            .unwrap();
        let list: serde_json::Value = serde_json::from_slice(&answer.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&answer.stderr)));
        let items = list["items"].as_array().unwrap();
        items.iter().map(|item| item["reference"].as_str().unwrap().to_owned()).collect()
    }

    /// Runs `script` in a shell, with this demo's ports and data in the place of the usual ones; returns what it printed.
    pub fn shell(&self, script: &str) -> String {
        let script = script
            .replace(":7400", &format!(":{}", self.port_base))
            .replace(":7403", &format!(":{}", self.port_base + 3));
        let binaries = Path::new(BINARY).parent().unwrap();
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &script.replace("$PWD/target/release", &binaries.display().to_string())])
            .env("EXCEPTION_DESK_DEMO_DATA_DIR", self.data_dir())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// As Ctrl-C does.
    pub fn stop(&mut self) {
        signal("INT", self.child.id());
        let ended = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(ended.elapsed() < Duration::from_secs(20), "the demo does not stop");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// As the out-of-memory killer does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same data.
    pub fn restart(&mut self) {
        self.child = launch(&self.folder, self.port_base, &self.arguments);
    }

    /// No port of the demo is still served, its database's included.
    pub fn assert_nothing_left(&self) {
        let begun = Instant::now();
        for port in self.port_base..=self.database_port {
            while let Err(error) = TcpListener::bind(("127.0.0.1", port)) {
                assert!(begun.elapsed() < Duration::from_secs(15), "port {port} is still served: {error}");
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if self.child.try_wait().ok().flatten().is_none() {
            signal("INT", self.child.id());
            let _ = self.child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn launch(folder: &Path, port_base: u16, arguments: &[String]) -> Child {
    let begun = Instant::now();
    let mut child = Command::new(BINARY)
        .args(["demo", "--port-base", &port_base.to_string(), "--data-dir"])
        .arg(folder.join("data"))
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok);
    assert!(lines.any(|line| line.contains("is ready")), "the demo ended before it was ready, see above");
    println!("ready after {:.1} s", begun.elapsed().as_secs_f64());
    // What it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

/// The first of six ports in a row that nobody has. Tests that start at once look in different places.
fn free_ports() -> u16 {
    let start = 20_000 + u16::try_from(std::process::id() % 1_500).unwrap() * 10;
    (start..start + 2_000)
        .step_by(10)
        .find(|base| (*base..base + 6).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()))
        .expect("six free ports")
}

fn signal(name: &str, pid: u32) {
    Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().unwrap();
}

fn tool(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("`{variable}` is not set: run `cargo xtask test`, which prepares it"))
}
