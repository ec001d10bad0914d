//! A server's life: restarts, crashes, and its end.

use crate::support::{Place, ask, command_line, find, is_root, keep, kill_9, test_program, wait_for};
use embedded_postgres::{Options, Server};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Child, Command};

#[test]
fn data_password_and_address_survive_a_restart() {
    let place = Place::new();
    let first = place.start();
    let url = first.superuser_url("postgres");
    keep(&first);
    first.stop();
    assert_eq!(place.processes(), [0; 0], "the stop waits for the end");

    let second = place.start();
    assert_eq!(second.superuser_url("postgres"), url);
    assert_eq!(find(&second), "still here");
}

#[test]
fn the_server_is_private() {
    let place = Place::new();
    let server = place.start();
    let show = |sql| ask(&server.superuser_url("postgres"), sql).unwrap();
    assert_eq!(show("show listen_addresses"), "127.0.0.1");
    assert_eq!(show("show unix_socket_directories"), "");
    assert_eq!(show("show server_encoding"), "UTF8");
    assert_eq!(show("select datcollate || ' ' || datctype from pg_database limit 1"), "C.UTF-8 C.UTF-8");
    assert_eq!(show("select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'"), "0");
    assert!(!format!("{server:?}").contains(&fs::read_to_string(place.data().join("password")).unwrap()));
    let refused = ask(&server.url("postgres", "guessed", "postgres"), "select 1").unwrap_err();
    assert!(refused.contains("password authentication failed"), "{refused}");

    let mode = |name: &str| fs::metadata(place.data().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("password"), mode("log"), mode("cluster")), (0o600, 0o600, 0o700));
    assert_eq!(mode(""), if is_root() { 0o711 } else { 0o700 });
    let owner = |name: &str| fs::metadata(place.data().join(name)).unwrap().uid();
    assert_eq!(owner("cluster") == owner("password"), !is_root(), "root keeps the password to itself");
}

#[test]
fn durability_is_the_callers_choice() {
    let place = Place::new();
    let fsync = |options| ask(&Server::start(options).unwrap().superuser_url("postgres"), "show fsync").unwrap();
    assert_eq!(fsync(place.options()), "off");
    assert_eq!(fsync(Options { durable: true, ..place.options() }), "on");
}

#[test]
fn settings_and_odd_names_arrive() {
    let place = Place::new();
    let settings = vec![("max_connections".to_owned(), "77".to_owned())];
    let server = Server::start(Options { settings, ..place.options() }).unwrap();
    let url = server.superuser_url("postgres");
    assert_eq!(ask(&url, "show max_connections").unwrap(), "77");
    ask(&url, "create role \"a@b:c/d\" login password 'p@s:s/w?#%'").unwrap();
    assert_eq!(ask(&server.url("a@b:c/d", "p@s:s/w?#%", "postgres"), "select user").unwrap(), "a@b:c/d");
}

#[test]
fn a_server_outlives_the_thread_that_started_it() {
    let place = Place::new();
    let mut server = std::thread::scope(|scope| scope.spawn(|| place.start()).join().unwrap());
    keep(&server);
    server.check().unwrap();
    assert_eq!(find(&server), "still here");
}

#[test]
fn a_killed_server_is_reported_with_its_log_and_starts_again_with_its_data() {
    let place = Place::new();
    let mut server = Server::start(Options::in_dir(place.data())).unwrap();
    keep(&server);
    kill_9(place.postmaster());
    let report = std::iter::from_fn(|| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        Some(server.check())
    });
    let report = report.take(500).find_map(Result::err).expect("the end is noticed").to_string();
    assert!(report.contains("the PostgreSQL server has ended"), "{report}");
    assert!(report.contains("ready to accept connections"), "the log's last lines: {report}");
    drop(server);
    assert_eq!(find(&place.start()), "still here");
}

/// Not a test of its own: the process that the next two tests kill.
#[test]
#[ignore = "is run by another test"]
fn parent() {
    let Some(data) = std::env::var_os("PARENT_OF_DATA") else { return };
    let server = Server::start(Options::in_dir(&data)).unwrap();
    fs::write(std::path::Path::new(&data).join("is-up"), server.superuser_url("postgres")).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(60));
}

/// Another process with a server that has data.
fn start_parent(place: &Place, with_setpriv: bool) -> Child {
    let mut parent = Command::new(test_program(place));
    parent.args(["--exact", "life::parent", "--ignored"]).env("PARENT_OF_DATA", place.data());
    if !with_setpriv {
        parent.env("PG_BIN_DIR", embedded_postgres::find_programs().unwrap()).env("PATH", &place.0);
    }
    let parent = parent.spawn().unwrap();
    let url = wait_for(&place.data().join("is-up"));
    ask(&url, "create table kept as select 'still here' as what").unwrap();
    parent
}

#[test]
fn kill_9_of_the_parent_leaves_nothing_behind() {
    for with_setpriv in [true, false] {
        let place = Place::new();
        let mut parent = start_parent(&place, with_setpriv);
        assert!(!place.processes().is_empty(), "there is something to leave behind");
        parent.kill().unwrap();
        parent.wait().unwrap();
        place.processes_end();
        assert_eq!(find(&place.start()), "still here");
    }
}

#[test]
fn a_start_right_after_a_kill_9_waits_for_the_old_server_or_stops_it() {
    for supervised in [true, false] {
        let place = Place::new();
        let mut parent = start_parent(&place, false);
        if !supervised {
            let shells = place.processes().into_iter().filter(|pid| command_line(*pid).starts_with("/bin/sh"));
            shells.for_each(kill_9);
        }
        parent.kill().unwrap();
        parent.wait().unwrap();
        assert_eq!(find(&place.start()), "still here");
        place.processes_end();
    }
}

#[test]
fn kill_9_of_the_supervisor_stops_the_server_or_the_next_start_does() {
    let place = Place::new();
    let server = Server::start(Options::in_dir(place.data())).unwrap();
    keep(&server);
    let status = fs::read_to_string(format!("/proc/{}/status", place.postmaster())).unwrap();
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap();
    kill_9(parent.trim().parse().unwrap());
    drop(server);
    assert_eq!(find(&place.start()), "still here");
    place.processes_end();
}

#[test]
fn a_signal_to_our_group_does_not_reach_the_server() {
    let place = Place::new();
    let mut server = place.start();
    let group = |pid| nix::unistd::getpgid(Some(nix::unistd::Pid::from_raw(pid))).unwrap();
    assert_ne!(group(place.postmaster()), nix::unistd::getpgrp());
    server.check().unwrap();
}

#[test]
fn an_interrupted_first_start_is_begun_anew() {
    let place = Place::new();
    place.start().stop();
    fs::rename(place.data().join("cluster"), place.data().join("cluster.new")).unwrap();
    fs::remove_file(place.data().join("cluster.new/PG_VERSION")).unwrap();
    assert_eq!(ask(&place.start().superuser_url("postgres"), "select 1").unwrap(), "1");
}

#[test]
fn data_are_erased_unless_a_server_uses_them() {
    let place = Place::new();
    let server = place.start();
    let message = embedded_postgres::erase(&place.data()).unwrap_err().to_string();
    assert!(message.contains("already runs"), "{message}");
    server.stop();
    embedded_postgres::erase(&place.data()).unwrap();
    assert!(!place.data().exists());
    embedded_postgres::erase(&place.data()).unwrap();
}

#[test]
fn a_pid_file_of_a_dead_process_is_no_obstacle() {
    let place = Place::new();
    place.start().stop();
    let mut dead = Command::new("true").spawn().unwrap();
    dead.wait().unwrap();
    leave_pid_file(&place, dead.id());
    assert_eq!(ask(&place.start().superuser_url("postgres"), "select 1").unwrap(), "1");
}

/// The number in a stale pid file often belongs to somebody else by now; PostgreSQL alone would refuse to start.
#[test]
fn a_pid_file_whose_number_belongs_to_a_stranger_is_no_obstacle() {
    use std::os::unix::process::CommandExt;
    let place = Place::new();
    place.start().stop();
    let owner = fs::metadata(place.data().join("cluster")).unwrap();
    let mut stranger = Command::new("sleep");
    if is_root() {
        stranger.uid(owner.uid()).gid(owner.gid());
    }
    let mut stranger = stranger.arg("60").current_dir("/").spawn().unwrap();
    leave_pid_file(&place, stranger.id());
    assert_eq!(ask(&place.start().superuser_url("postgres"), "select 1").unwrap(), "1");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

fn leave_pid_file(place: &Place, pid: u32) {
    let cluster = place.data().join("cluster");
    let text = format!("{pid}\n{}\n1700000000\n5432\n\n127.0.0.1\n  123456    654321\nready   \n", cluster.display());
    let file = cluster.join("postmaster.pid");
    fs::write(&file, text).unwrap();
    if is_root() {
        let owner = fs::metadata(&cluster).unwrap();
        std::os::unix::fs::chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
}
