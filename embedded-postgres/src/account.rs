//! The account that the server runs as when root starts it.

use crate::StartError;
use nix::unistd::{Gid, Uid, User, geteuid};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An account other than our own.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    name: String,
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
}

impl Account {
    /// Whom the server must run as: `None` is ourselves. Existing data keeps its owner, so that an account `postgres` that
    /// appears later does not change anything.
    pub(crate) fn for_cluster(cluster: &Path) -> Result<Option<Self>, StartError> {
        let owner = fs::metadata(cluster).ok().map(|data| Uid::from_raw(data.uid()));
        match owner {
            Some(owner) if owner == geteuid() && !owner.is_root() => Ok(None),
            Some(owner) if geteuid().is_root() && !owner.is_root() => match User::from_uid(owner) {
                Ok(Some(user)) => Ok(Some(user.into())),
                _ => Err(other_owner(cluster, owner)),
            },
            Some(owner) if owner.is_root() && geteuid().is_root() => {
                Err(StartError::OwnedByRoot { path: cluster.to_owned() })
            }
            Some(owner) => Err(other_owner(cluster, owner)),
            None if !geteuid().is_root() => Ok(None),
            None => ["postgres", "nobody"]
                .iter()
                .find_map(|name| User::from_name(name).ok().flatten())
                .map(|user| Some(user.into()))
                .ok_or(StartError::NoAccount),
        }
    }

    /// Checks, as the account, that it can enter `folder` and every folder above it.
    ///
    /// Asked of the system rather than computed from mode bits: access lists and mount options count too.
    pub(crate) fn must_enter(&self, folder: &Path) -> Result<(), StartError> {
        let folder = fs::canonicalize(folder).map_err(StartError::storage(folder))?;
        let enters = |path: &Path| {
            let mut probe = command(Path::new("/bin/sh"), Some(self));
            probe.args(["-c", "cd -- \"$1\"", "sh"]).arg(path).current_dir("/");
            probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        };
        if enters(&folder) {
            return Ok(());
        }
        let mut way: Vec<PathBuf> = folder.ancestors().map(Path::to_owned).collect();
        way.reverse();
        let path = way.into_iter().find(|path| !enters(path)).unwrap_or(folder);
        Err(StartError::NotEnterable { path, account: self.name.clone() })
    }
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self { name: user.name, uid: user.uid, gid: user.gid }
    }
}

/// The error for a folder of `owner`, by name where it has one.
pub(crate) fn other_owner(path: &Path, owner: Uid) -> StartError {
    let name = User::from_uid(owner).ok().flatten().map_or_else(|| owner.to_string(), |user| user.name);
    StartError::OtherOwner { path: path.to_owned(), owner: name }
}

/// `program`, run as `account` (`None`: ourselves, without supplementary groups otherwise), without our environment: it
/// may hold secrets, and `PG…` variables would change what the programs do.
pub(crate) fn command(program: &Path, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").stdin(Stdio::null());
    for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    if let Some(account) = account {
        command.uid(account.uid.as_raw()).gid(account.gid.as_raw());
    }
    command
}
