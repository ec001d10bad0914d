//! `mfa-gate`: see the crate's `cli`.

fn main() -> std::process::ExitCode {
    mfa_enforcement::cli::main()
}
