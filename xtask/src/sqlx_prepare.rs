//! `.sqlx`: what the query macros need to know of the database, so that a build needs none.
//!
//! The macros of sqlx write one file per query into `SQLX_OFFLINE_DIR` while they are expanded with a `DATABASE_URL` at
//! hand; this is all that its own command line does, which would be a long build for one purpose.

use crate::project::Project;
use crate::{database, run};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const PACKAGE: &str = "exception-desk";
const DATABASE: &str = "postgres";

/// Makes `.sqlx` anew; with `check` only compares.
pub fn run(project: &Project, check: bool) -> Result<()> {
    let migrations = project.root.join("migrations");
    if !migrations.is_dir() {
        eprintln!("    no `migrations` yet: no queries to prepare");
        return Ok(());
    }
    let described = describe(project, &migrations)?;
    let committed_folder = project.root.join(".sqlx");
    let committed = read(&committed_folder)?;
    let differences = differences(&committed, &described);
    if differences.is_empty() {
        eprintln!("    `.sqlx` holds the {} queries as they are", described.len());
        return Ok(());
    }
    let list = differences.join("\n");
    if check {
        bail!("`.sqlx` is out of date; run `cargo xtask sqlx-prepare` and commit the folder:\n{list}");
    }
    write(&committed_folder, &committed, &described)?;
    eprintln!("{list}");
    Ok(())
}

/// One file of `.sqlx` by its name.
type Queries = BTreeMap<String, Query>;

struct Query {
    text: String,
    meaning: Value,
}

/// Has every query of the desk described by a migrated database, as the owner of the tables: `EXPLAIN` of another role
/// would show the row security instead of the columns.
fn describe(project: &Project, migrations: &Path) -> Result<Queries> {
    let server = database::throw_away(project, "prepare")?;
    for (file, atomic) in in_order(migrations)? {
        database::apply(&server, DATABASE, &file, atomic)?;
    }
    let folder = project.own("sqlx");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove `{}`", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let touched = Touched::new(sources(project)?)?;
    let mut check = project.cargo(&["check", "--all-targets", "-p", PACKAGE]);
    check.env("DATABASE_URL", server.superuser_url(DATABASE)).env("SQLX_OFFLINE", "false");
    run::shown_ok("describe the queries", check.env("SQLX_OFFLINE_DIR", &folder))?;
    drop(touched);
    read(&folder)
}

/// What makes the database: the roles, which belong to the whole server, then the migrations by number. The second part
/// says whether the file runs in a transaction; sqlx's mark for one that must not is its first line.
fn in_order(migrations: &Path) -> Result<Vec<(PathBuf, bool)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(migrations)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.split_once('_').and_then(|(number, _)| number.parse::<i64>().ok());
        if let Some(number) = number.filter(|_| name.ends_with(".sql") && !name.ends_with(".down.sql")) {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            files.push((number, (path, !text.starts_with("-- no-transaction"))));
        }
    }
    files.sort();
    let roles = migrations.with_file_name("src").join("db/roles.sql");
    let roles = roles.is_file().then_some((roles, true));
    Ok(roles.into_iter().chain(files.into_iter().map(|(_, file)| file)).collect())
}

/// The root file of every target of the desk.
fn sources(project: &Project) -> Result<Vec<PathBuf>> {
    let output = project.cargo(&["metadata", "--no-deps", "--format-version", "1"]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cannot read `cargo metadata`")?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets =
        packages.filter(|package| package["name"] == PACKAGE).flat_map(|package| package["targets"].as_array());
    Ok(targets.flatten().filter_map(|target| Some(PathBuf::from(target["src_path"].as_str()?))).collect())
}

/// Files that look changed while this lives, so that cargo expands the macros in them; afterwards they look as before, so
/// that the next build has nothing to do.
struct Touched(Vec<(PathBuf, SystemTime)>);

impl Touched {
    fn new(files: Vec<PathBuf>) -> Result<Self> {
        let mut touched = Self(Vec::new());
        for file in files {
            let before = fs::metadata(&file).and_then(|data| data.modified());
            let before = before.with_context(|| format!("cannot read `{}`", file.display()))?;
            touch(&file, now()).with_context(|| format!("cannot touch `{}`", file.display()))?;
            touched.0.push((file, before));
        }
        Ok(touched)
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        for (file, before) in &self.0 {
            // At worst the next build does a little more.
            let _ = touch(file, *before);
        }
    }
}

fn touch(file: &Path, at: SystemTime) -> std::io::Result<()> {
    File::options().append(true).open(file)?.set_modified(at)
}

#[expect(clippy::disallowed_methods, reason = "cargo compares with the system's clock")]
fn now() -> SystemTime {
    SystemTime::now()
}

fn read(folder: &Path) -> Result<Queries> {
    let mut queries = Queries::new();
    if !folder.is_dir() {
        return Ok(queries);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("query-") && name.ends_with(".json") {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            let meaning = serde_json::from_str(&text).with_context(|| format!("`{}` is no JSON", path.display()))?;
            queries.insert(name, Query { text, meaning });
        }
    }
    Ok(queries)
}

/// One line per query that is new, gone or described otherwise.
fn differences(committed: &Queries, described: &Queries) -> Vec<String> {
    let line = |word: &str, name: &str, query: &Query| {
        let sql = query.meaning["query"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let sql: String = sql.chars().take(90).collect();
        format!("  {word:<8} {name}: {sql}")
    };
    let mut lines = Vec::new();
    for (name, query) in described {
        match committed.get(name) {
            None => lines.push(line("missing", name, query)),
            Some(earlier) if earlier.meaning != query.meaning => lines.push(line("changed", name, query)),
            Some(_) => {}
        }
    }
    let gone = committed.iter().filter(|(name, _)| !described.contains_key(*name));
    lines.extend(gone.map(|(name, query)| line("unused", name, query)));
    lines
}

fn write(folder: &Path, committed: &Queries, described: &Queries) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    for name in committed.keys().filter(|name| !described.contains_key(*name)) {
        fs::remove_file(folder.join(name)).with_context(|| format!("cannot remove `{name}`"))?;
    }
    for (name, query) in described {
        fs::write(folder.join(name), &query.text).with_context(|| format!("cannot write `{name}`"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A folder of this test, removed at its end.
    struct Place(PathBuf);

    impl Place {
        fn with(name: &str, files: &[(&str, &str)]) -> Self {
            let place = Self(std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id())));
            for folder in ["migrations", "src/db"] {
                fs::create_dir_all(place.0.join(folder)).unwrap();
            }
            for (file, text) in files {
                fs::write(place.0.join(file), text).unwrap();
            }
            place
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn roles_come_first_and_migrations_by_their_number() {
        let files = [
            ("migrations/10_late.sql", ""),
            ("migrations/9_index.up.sql", "-- no-transaction\n"),
            ("migrations/9_index.down.sql", ""),
            ("migrations/2_early.sql", ""),
            ("src/db/roles.sql", ""),
            ("migrations/notes.md", ""),
        ];
        let place = Place::with("order", &files);
        let found = in_order(&place.0.join("migrations")).unwrap();
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let found: Vec<_> = found.iter().map(|(path, atomic)| (name(path), *atomic)).collect();
        let expected = [("roles.sql", true), ("2_early.sql", true), ("9_index.up.sql", false), ("10_late.sql", true)];
        assert_eq!(found, expected.map(|(name, atomic)| (name.to_owned(), atomic)));
    }

    #[test]
    fn each_difference_is_named_with_its_query() {
        let query = |sql: &str, nullable: bool| {
            let meaning = json!({"query": sql, "describe": {"nullable": [nullable]}});
            Query { text: meaning.to_string(), meaning }
        };
        let committed = Queries::from([
            ("query-1.json".to_owned(), query("select 1", true)),
            ("query-2.json".to_owned(), query("select 2", true)),
            ("query-3.json".to_owned(), query("select 3", true)),
        ]);
        let described = Queries::from([
            ("query-1.json".to_owned(), query("select 1", true)),
            ("query-2.json".to_owned(), query("select 2", false)),
            ("query-4.json".to_owned(), query("select\n  4", true)),
        ]);
        let expected = [
            "  changed  query-2.json: select 2",
            "  missing  query-4.json: select 4",
            "  unused   query-3.json: select 3",
        ];
        assert_eq!(differences(&committed, &described), expected);
    }

    #[test]
    fn a_touched_file_looks_as_before_in_the_end() {
        let place = Place::with("touch", &[("lib.rs", "")]);
        let file = place.0.join("lib.rs");
        let long_ago = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        touch(&file, long_ago).unwrap();
        let modified = || fs::metadata(&file).unwrap().modified().unwrap();
        let touched = Touched::new(vec![file.clone()]).unwrap();
        assert!(modified() > long_ago);
        drop(touched);
        assert_eq!(modified(), long_ago);
    }
}
