//! `mfa-gate conformance`: asks a program for every conformance case, and says which it answers otherwise.

use super::{failure, misuse};
use crate::conformance::{Case, Question, Suite, suites};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

/// Asks a program for every conformance case, to prove an enforcement point of your own
///
/// The program reads questions as JSON lines on stdin, `{"feed", "routes", "input"}`, and writes an answer a line on stdout: a
/// decision, or `{"error": [{"pointer", "code"}]}`. Each case that it answers otherwise is printed as a JSON line; the exit
/// status is 1 then.
#[derive(clap::Args)]
pub struct Arguments {
    /// Suites to leave out, such as `routes` where the surface comes from elsewhere
    #[arg(long, value_name = "SUITE")]
    without: Vec<String>,
    /// Longest time for an answer
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    patience: u64,
    /// The program and its arguments, after `--`
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> ExitCode {
        let mut asked = suites();
        if let Some(unknown) = self.without.iter().find(|name| asked.iter().all(|suite| suite.name != name.as_str())) {
            let names: Vec<_> = asked.iter().map(|suite| suite.name).collect();
            return misuse(format_args!("there is no suite `{unknown}`; there are {}", names.join(", ")));
        }
        asked.retain(|suite| !self.without.iter().any(|name| suite.name == name.as_str()));
        let mut program = match Program::start(&self.command, Duration::from_secs(self.patience)) {
            Ok(program) => program,
            Err(error) => {
                return failure(format_args!("cannot start `{}`: {error}", self.command[0].to_string_lossy()));
            }
        };
        match ask_all(&asked, &mut program, io::stdout().lock()) {
            Ok((met, count)) => {
                eprintln!("mfa-gate: {met} of {count} cases met");
                ExitCode::from(u8::from(met < count))
            }
            Err(reason) => failure(reason),
        }
    }
}

/// How many cases are met, of how many; each other one is written to `out`.
fn ask_all(suites: &[Suite], program: &mut Program, mut out: impl Write) -> Result<(usize, usize), String> {
    let (mut met, mut count) = (0, 0);
    for suite in suites {
        for (case, question) in suite.questions() {
            let answer =
                program.answer(&question).map_err(|reason| format!("{}: {}: {reason}", suite.name, case.name))?;
            count += 1;
            if meets(case, &answer) {
                met += 1;
                continue;
            }
            let unmet = json!({"suite": suite.name, "case": case.name, "input": case.input, "expected": case.expected, "answer": answer});
            writeln!(out, "{unmet}").map_err(|error| format!("cannot write: {error}"))?;
        }
    }
    Ok((met, count))
}

/// Whether `answer` is what the case expects. A decision may say more; errors may come in any order, or within a problem
/// document.
fn meets(case: &Case, answer: &Value) -> bool {
    let Some(wanted) = case.expected.get("error") else {
        let fields = case.expected.as_object();
        return fields.is_some_and(|fields| fields.iter().all(|(name, value)| answer.get(name) == Some(value)));
    };
    let given = answer.pointer("/error/errors").or_else(|| answer.get("error"));
    given.and_then(named_errors).is_some_and(|given| Some(given) == named_errors(wanted))
}

/// Pointer and code of each error, in ascending order.
fn named_errors(errors: &Value) -> Option<Vec<(&str, &str)>> {
    let named = errors.as_array()?.iter().map(|error| {
        let text = |field: &str| error.get(field)?.as_str();
        Some((text("pointer")?, text("code")?))
    });
    let mut named: Vec<_> = named.collect::<Option<_>>()?;
    named.sort_unstable();
    Some(named)
}

/// The program under test.
struct Program {
    child: Child,
    questions: ChildStdin,
    answers: Receiver<io::Result<String>>,
    patience: Duration,
}

impl Program {
    fn start(command: &[OsString], patience: Duration) -> io::Result<Self> {
        let (name, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut child = Command::new(name).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, questions, answers: lines(answers), patience })
    }

    fn answer(&mut self, question: &Question<'_>) -> Result<Value, String> {
        let line = serde_json::to_string(question).map_err(|error| error.to_string())?;
        let written = writeln!(self.questions, "{line}").and_then(|()| self.questions.flush());
        written.map_err(|error| format!("the program takes no question any more: {error}"))?;
        let answer = self.answers.recv_timeout(self.patience);
        let answer = answer.map_err(|_| "no answer: the program has ended, keeps its output back, or is too slow")?;
        let answer = answer.map_err(|error| format!("the answer cannot be read: {error}"))?;
        serde_json::from_str(&answer).map_err(|error| format!("the answer is no JSON ({error}): {answer}"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; nothing is left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of `output`, as they come.
fn lines(output: ChildStdout) -> Receiver<io::Result<String>> {
    let (sender, receiver) = sync_channel(1);
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
