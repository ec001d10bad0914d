//! Every refusal names the place and the way out, and leaves nothing running.

use crate::support::{Place, ask, is_root};
use embedded_postgres::{Options, Server};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Fails with the whole message when a part is missing.
fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing in: {message}");
    }
}

#[test]
fn a_second_start_in_the_same_directory_names_the_process() {
    let place = Place::new();
    let first = place.start();
    let message = Server::start(place.options()).unwrap_err().to_string();
    says(&message, &["a server already runs", &std::process::id().to_string(), "choose another directory"]);
    assert_eq!(ask(&first.superuser_url("postgres"), "select 1").unwrap(), "1", "the first is untouched");
}

#[test]
fn a_server_started_by_other_means_is_left_alone() {
    let place = Place::new();
    let first = place.start();
    let (port, url) = (first.port(), first.superuser_url("postgres"));
    let postgres = fs::read_link(format!("/proc/{}/exe", place.postmaster())).unwrap();
    first.stop();
    let cluster = place.data().join("cluster");
    let owner = fs::metadata(&cluster).unwrap();
    let mut foreign = Command::new(postgres);
    foreign.arg("-D").arg(&cluster).args(["-k", "", "-p", &port.to_string()]).current_dir(&cluster);
    if is_root() {
        foreign.uid(owner.uid()).gid(owner.gid());
    }
    let mut foreign = foreign.stderr(std::process::Stdio::null()).spawn().unwrap();
    while ask(&url, "select 1").is_err() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let message = Server::start(place.options()).unwrap_err().to_string();
    says(&message, &["a server already runs", &foreign.id().to_string()]);
    assert_eq!(ask(&url, "select 1").unwrap(), "1", "it still answers");
    foreign.kill().unwrap();
    foreign.wait().unwrap();
    place.start();
}

#[test]
fn a_taken_port_is_named_and_a_chosen_one_is_chosen_anew() {
    let place = Place::new();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let message = place.refusal(Options { port: Some(port), ..place.options() });
    says(&message, &[&format!("port {port}"), "taken", "choose another port"]);

    fs::write(place.data().join("port"), port.to_string()).unwrap();
    let server = place.start();
    assert_ne!(server.port(), port);
    assert_eq!(fs::read_to_string(place.data().join("port")).unwrap(), server.port().to_string());
}

#[test]
fn missing_programs_are_named_with_the_package() {
    let place = Place::new();
    let message = place.refusal(Options { bin_dir: Some(place.0.clone()), ..place.options() });
    says(
        &message,
        &["`initdb` and `postgres`", &place.0.to_string_lossy(), "apt-get install postgresql", "PG_BIN_DIR"],
    );
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let place = Place::new();
    fs::write(place.0.join("file"), "").unwrap();
    let message = place.refusal(Options { data_dir: place.0.join("file/data"), ..place.options() });
    says(&message, &["cannot use", "file/data", "choose a data directory"]);
    if !is_root() {
        fs::set_permissions(&place.0, fs::Permissions::from_mode(0o500)).unwrap();
        let message = place.refusal(place.options());
        fs::set_permissions(&place.0, fs::Permissions::from_mode(0o700)).unwrap();
        says(&message, &["cannot use", "Permission denied", "may write to"]);
    }
}

#[test]
fn a_way_that_the_servers_account_cannot_enter_is_named() {
    if !is_root() {
        return; // Only root runs the server as somebody else.
    }
    let place = Place::new();
    fs::set_permissions(&place.0, fs::Permissions::from_mode(0o700)).unwrap();
    let message = place.refusal(place.options());
    says(&message, &["cannot enter", &format!("`{}`", place.0.display()), "chmod o+x", "/var/lib/exception-desk"]);
}

#[test]
fn a_folder_with_other_files_is_not_touched() {
    let place = Place::new();
    fs::create_dir(place.data()).unwrap();
    fs::write(place.data().join("thesis.txt"), "precious").unwrap();
    let before = fs::metadata(place.data()).unwrap().permissions();
    says(&place.refusal(place.options()), &["holds other files", "choose an empty or new folder"]);
    assert_eq!(fs::metadata(place.data()).unwrap().permissions(), before);
}

#[test]
fn a_folder_of_somebody_else_is_not_touched() {
    let place = Place::new();
    let message = if is_root() {
        fs::create_dir(place.data()).unwrap();
        let nobody = nix::unistd::User::from_name("nobody").unwrap().unwrap();
        std::os::unix::fs::chown(place.data(), Some(nobody.uid.as_raw()), None).unwrap();
        place.refusal(place.options())
    } else {
        place.refusal(Options { data_dir: "/usr".into(), ..place.options() })
    };
    says(&message, &["belongs to the account", if is_root() { "`nobody`" } else { "`root`" }]);
}

#[test]
fn data_of_another_major_version_are_named() {
    let place = Place::new();
    place.start().stop();
    fs::write(place.data().join("cluster/PG_VERSION"), "11\n").unwrap();
    says(&place.refusal(place.options()), &["PostgreSQL 11", "install postgresql-11", "pg_upgrade"]);
}

#[test]
fn a_lost_password_is_named() {
    let place = Place::new();
    place.start().stop();
    fs::remove_file(place.data().join("password")).unwrap();
    says(&place.refusal(place.options()), &["data/password", "missing", "backup"]);
}

#[test]
fn data_that_root_restored_by_hand_are_named() {
    if !is_root() {
        return; // An ordinary user's files are never root's.
    }
    let place = Place::new();
    place.start().stop();
    std::os::unix::fs::chown(place.data().join("cluster"), Some(0), Some(0)).unwrap();
    says(&place.refusal(place.options()), &["belongs to root", "chown -R postgres"]);
}

#[test]
fn a_server_that_dies_at_its_start_is_reported_with_its_log() {
    let place = Place::new();
    let settings = vec![("shared_buffers".to_owned(), "many".to_owned())];
    let message = place.refusal(Options { settings, ..place.options() });
    says(&message, &["has ended", "data/log", "invalid value for parameter \"shared_buffers\""]);
}

#[test]
fn a_full_disk_is_named() {
    let place = Place::new();
    if !is_root() {
        return; // Needs a small file system of its own.
    }
    let disk = place.0.join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "none"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("this container may not mount a small file system: a full disk is not tried");
        return;
    }
    let message = place.refusal(Options { data_dir: disk.join("data"), ..place.options() });
    assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    says(&message, &["no space is left", "disk/data", "choose another place"]);
}
