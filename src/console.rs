//! What the program says: results on stdout, messages on stderr.
//!
//! Everything that is printed goes through here. A reader that has gone (`| head`), a terminal that was closed and a full
//! disk behind stderr are no reason to stop working: messages are lost then, results are not.

use crate::record::harmless;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Writes a message to stderr, a line or several. A terminal obeys nothing in it, and it may go unread.
pub fn message(text: &str) {
    rendered(&harmless(text));
}

/// The same for a text that holds escape sequences of our own.
pub fn rendered(text: &str) {
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
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether messages have colours: on such a terminal, unless `NO_COLOR` is set and not empty (<https://no-color.org>).
#[must_use]
pub fn has_colours() -> bool {
    moves_cursor() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
}
