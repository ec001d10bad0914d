//! The launcher against the real programs, as root and as an ordinary user.

#![expect(clippy::unwrap_used, reason = "what fails in a test's helper fails the test")]

mod life;
mod refusals;
mod support;

use std::os::unix::process::CommandExt;
use std::process::Command;
use support::{Place, is_root, test_program};

/// Every test of this program once more, as an account without rights.
#[test]
fn all_of_this_holds_for_an_ordinary_user_too() {
    if !is_root() {
        return; // The tests beside this one already ran so.
    }
    let place = Place::new();
    let nobody = nix::unistd::User::from_name("nobody").unwrap().expect("the system has an account `nobody`");
    let mut tests = Command::new(test_program(&place));
    tests.args(["--test-threads=2", "--skip", "all_of_this_holds"]).current_dir("/");
    let output = tests.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
