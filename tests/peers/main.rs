//! Real counterparts: what this workspace computes, against programs and data of other people.
//!
//! They need a Python with `numpy`, `holidays` and `jpholiday`, and `promtool`; `cargo xtask test` prepares them and names
//! them in `EXCEPTION_DESK_PYTHON` and `EXCEPTION_DESK_PROMTOOL`.

mod alerts;
mod sla;

use std::path::PathBuf;

/// The Python interpreter with the packages of the peers: `EXCEPTION_DESK_PYTHON` names it, or its virtual environment.
fn python() -> PathBuf {
    let Some(named) = std::env::var_os("EXCEPTION_DESK_PYTHON").map(PathBuf::from) else {
        panic!("`EXCEPTION_DESK_PYTHON` is not set: run `cargo xtask test`, which prepares the Python packages");
    };
    if named.is_dir() { named.join("bin/python") } else { named }
}
