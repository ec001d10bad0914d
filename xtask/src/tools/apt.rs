//! Programs that come as Debian packages.

use crate::project::Project;
use crate::run;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Names under which the browser is known.
pub const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// A need, and the package that fills it.
struct Need {
    package: &'static str,
    is_there: fn(&Project) -> bool,
}

const NEEDS: &[Need] = &[
    Need { package: "postgresql-15", is_there: |_| embedded_postgres::find_programs().is_ok() },
    Need { package: "postgresql-client-15", is_there: |project| has(project, &["psql"]) },
    Need { package: "chromium", is_there: |project| has(project, CHROMIUM) },
    Need { package: "fonts-noto-cjk", is_there: |_| japanese_fonts() },
    Need { package: "nginx", is_there: |project| has(project, &["nginx"]) },
    Need { package: "exim4-daemon-light", is_there: |project| has(project, &["exim4"]) },
    Need { package: "prometheus", is_there: |project| has(project, &["promtool"]) },
    Need { package: "nodejs", is_there: |project| has(project, &["node"]) },
    Need { package: "npm", is_there: |project| has(project, &["npm"]) },
    Need { package: "python3-venv", is_there: |_| says_yes(&["python3", "-c", "import ensurepip, venv"]) },
];

/// Installs as root, or by `sudo` where it asks no password. Services of the packages are kept from starting, and the
/// policy that does so is taken back, also when the installation fails or is interrupted.
const INSTALL: &str = r#"
set -eu
policy=/usr/sbin/policy-rc.d
kept=$policy.before-xtask
restore() { rm -f "$policy"; if [ -e "$kept" ]; then mv "$kept" "$policy"; fi; }
trap restore EXIT
trap 'exit 130' INT TERM HUP
if [ -e "$policy" ] && [ ! -e "$kept" ]; then mv "$policy" "$kept"; fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"
export DEBIAN_FRONTEND=noninteractive
wait_for_lock='-o DPkg::Lock::Timeout=600'
tries=5
until apt-get -q $wait_for_lock update; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ]
  sleep 10
done
apt-get -q $wait_for_lock install -y --no-install-recommends "$@"
"#;

/// Installs the packages of every unmet need.
pub fn ensure(project: &Project) -> Result<()> {
    let missing = unmet(project);
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install {}", missing.join(" "));
    if !has(project, &["apt-get"]) {
        bail!("missing on this system: {}; install them (on Debian: `{by_hand}`) and run again", missing.join(", "));
    }
    let mut install = match () {
        () if says_yes(&["sh", "-c", "test $(id -u) = 0"]) => Command::new("sh"),
        () if says_yes(&["sudo", "-n", "true"]) => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "sh"]);
            sudo
        }
        () => bail!("missing on this system: {}; run `{by_hand}` as root and then this again", missing.join(", ")),
    };
    install.args(["-c", INSTALL, "sh"]).args(&missing);
    run::quiet(project, &format!("install {}", missing.join(" ")), &mut install)?;
    match unmet(project) {
        left if left.is_empty() => Ok(()),
        left => bail!("still missing after `{by_hand}`: {}", left.join(", ")),
    }
}

fn unmet(project: &Project) -> Vec<&'static str> {
    NEEDS.iter().filter(|need| !(need.is_there)(project)).map(|need| need.package).collect()
}

fn has(project: &Project, names: &[&str]) -> bool {
    project.find_program(names).is_some()
}

fn japanese_fonts() -> bool {
    let listed = Command::new("fc-list").arg(":lang=ja").output();
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
        || listed.is_ok_and(|fonts| !fonts.stdout.is_empty())
}

fn says_yes(command: &[&str]) -> bool {
    let mut process = Command::new(command[0]);
    process.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    process.status().is_ok_and(|status| status.success())
}
