//! A feed document as a signed bundle for Open Policy Agent: the policy of `mfa-enforcement`, and the rules as its data.

pub mod http;

use super::signer::Signer;
use flate2::GzBuilder;
use mfa_enforcement::opa;
use mfa_enforcement::wire::Snapshot;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// `typ` of the JWS within `.signatures.json`. OPA does not look at it; readers of the feed's other documents do, and so refuse it.
const SIGNATURE_TYP: &str = "mfa-suppression-opa+jws";

/// What the signature says: each file with the hash of its content.
#[derive(Serialize)]
struct Signed<'a> {
    files: Vec<SignedFile<'a>>,
    iat: i64,
    iss: &'a str,
}

#[derive(Serialize)]
struct SignedFile<'a> {
    algorithm: &'static str,
    hash: String,
    name: &'a str,
}

/// The bundle of `snapshot`, signed by `signer`: a compressed tar archive, always the same for the same two.
///
/// # Errors
/// When signing or writing fails; the archive is made in memory, so neither is known to.
pub fn bundle(snapshot: &Snapshot, signer: &dyn Signer) -> io::Result<Vec<u8>> {
    let mut files = contents(snapshot)?;
    let signature = signer.sign(SIGNATURE_TYP, &signed(&files, snapshot)).map_err(io::Error::other)?;
    files.insert(".signatures.json", serde_json::to_vec(&json!({ "signatures": [signature] }))?);
    let packed = GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::default());
    archive(&files, packed)?.finish()
}

/// Every file but the signature, by its path.
fn contents(snapshot: &Snapshot) -> io::Result<BTreeMap<&'static str, Vec<u8>>> {
    let manifest = json!({
        "rego_version": 1,
        "revision": format!("{}:{}", snapshot.epoch, snapshot.version),
        "roots": [opa::ROOT],
    });
    let mut files: BTreeMap<_, _> =
        opa::POLICY.into_iter().map(|(path, text)| (path, text.as_bytes().to_vec())).collect();
    files.insert(".manifest", serde_json::to_vec(&manifest)?);
    files.insert(opa::DATA_PATH, opa::data(snapshot)?);
    Ok(files)
}

fn signed<'a>(files: &BTreeMap<&'a str, Vec<u8>>, snapshot: &'a Snapshot) -> Signed<'a> {
    // OPA hashes JSON files as it reads them: without spaces, keys in ascending order. That is how they are written.
    let files = files.iter().map(|(name, content)| {
        let hash = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        SignedFile { algorithm: "SHA-256", hash, name }
    });
    Signed { files: files.collect(), iat: snapshot.issued_at.timestamp(), iss: &snapshot.issuer }
}

/// `files` as a tar archive in the order of their names, owned by nobody and of no time.
fn archive<W: Write>(files: &BTreeMap<&'static str, Vec<u8>>, out: W) -> io::Result<W> {
    let mut archive = tar::Builder::new(out);
    for (path, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        archive.append_data(&mut header, path, &content[..])?;
    }
    archive.into_inner()
}
