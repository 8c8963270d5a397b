//! What the program says: results on stdout, messages on stderr.
//!
//! Everything that is printed goes through here. A reader that has gone (`| head`), a terminal that was closed and a full
//! disk behind stderr are no reason to stop working: messages are lost then, results are not.

use crate::record::harmless;
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// The form and version of the lines that a program reads from stderr; docs/guide/json.md has their keys.
pub const PROGRESS: &str = "burnmark.progress.1";

/// Whether stderr is read by a program, line by line.
static SPEAKS_JSON: AtomicBool = AtomicBool::new(false);

/// From now on every message is a line of JSON.
pub fn speak_json() {
    SPEAKS_JSON.store(true, Ordering::Relaxed);
}

/// Whether every message is a line of JSON.
#[must_use]
pub fn speaks_json() -> bool {
    SPEAKS_JSON.load(Ordering::Relaxed)
}

/// What a program is told on stderr.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum ConsoleEvent {
    /// So many runs are to be carried out.
    Begin { runs: u64 },
    /// How many of them are done.
    Progress { done: u64, runs: u64, diverged: u64, failed: u64, seconds: f64, seconds_left: Option<f64> },
    /// For people.
    Message { text: String },
    /// The command was asked to stop; what is in flight is finished first.
    Stopping { text: String },
    /// Where the results are, and what they are; the tables are written.
    End { folder: String, runs: u64, finished: u64, diverged: u64, failed: u64 },
    /// The command ends with this exit code, for this reason.
    Error { exit_code: u8, text: String },
}

/// Tells a program something, where one reads.
pub fn tell(told: &ConsoleEvent) {
    #[derive(Serialize)]
    struct Telling<'t> {
        schema: &'static str,
        #[serde(flatten)]
        told: &'t ConsoleEvent,
    }
    if speaks_json() {
        line(&serde_json::to_string(&Telling { schema: PROGRESS, told }).unwrap_or_default());
    }
}

/// Writes a message to stderr, a line or several. A terminal obeys nothing in it, and it may go unread.
pub fn message(text: &str) {
    rendered(&harmless(text));
}

/// The same for a text that holds escape sequences of our own.
pub fn rendered(text: &str) {
    if speaks_json() { tell(&ConsoleEvent::Message { text: text.to_owned() }) } else { line(text) }
}

/// Why the command ends, and with which exit code; the text holds no escape sequences but our own.
pub fn failed(text: &str, exit_code: u8) {
    if speaks_json() { tell(&ConsoleEvent::Error { exit_code, text: text.to_owned() }) } else { line(text) }
}

fn line(text: &str) {
    // In one write, so that lines of several threads stay whole. There is nowhere to say that stderr is gone.
    let _ = io::stderr().lock().write_all(format!("{text}\n").as_bytes());
}

/// Writes a result to stdout as it is. That nobody reads it, as after `head`, is not an error.
///
/// # Errors
/// Where it cannot be written, as on a full disk.
pub fn result(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => Err(why),
        _ => Ok(()),
    }
}

/// Whether stderr is a terminal whose cursor can be moved, as a progress bar needs.
#[must_use]
pub fn moves_cursor() -> bool {
    !speaks_json() && io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether messages have colours: on such a terminal, unless `NO_COLOR` is set and not empty (<https://no-color.org>).
#[must_use]
pub fn has_colours() -> bool {
    moves_cursor() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
}
