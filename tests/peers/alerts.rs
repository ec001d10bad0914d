//! The alert rules in `deploy/prometheus`, read and run by Prometheus's own tool.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn each_alert_goes_off_when_it_should_and_not_otherwise() {
    let promtool = std::env::var_os("EXCEPTION_DESK_PROMTOOL")
        .expect("`EXCEPTION_DESK_PROMTOOL` is not set: run `cargo xtask test`, which installs it");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/prometheus");
    for about in ["desk", "gate"] {
        let tests = format!("{about}.test.yml");
        let rules = fs::read_to_string(folder.join(format!("{about}.rules.yml"))).unwrap();
        let tested = fs::read_to_string(folder.join(&tests)).unwrap();
        for alert in rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
            let times = |how: &str| tested.matches(&format!("alertname: {alert}{how}")).count();
            let (quiet, loud) = (times(" }") + times(", exp_alerts: [] }"), times("\n"));
            assert_eq!((quiet, loud), (1, 1), "{alert} is tested where it does not go off and where it does");
        }
        let run = Command::new(&promtool).args(["test", "rules", &tests]).current_dir(&folder).output().unwrap();
        let said = [run.stdout, run.stderr].concat();
        assert!(run.status.success(), "{tests}: {}", String::from_utf8_lossy(&said));
    }
}
