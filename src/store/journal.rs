//! The journal: one line per finished run, each with the digest of its text, appended as runs end.

use super::finished::Finished;
use super::known::JournalLine;
use crate::guard::file::{Links, open_with};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the journal is forced to the disk, against a power cut; a killed process loses nothing in between.
const SYNC_EVERY: Duration = Duration::from_millis(500);

/// An open journal.
pub struct Journal {
    file: File,
    synced: Instant,
    /// Whether something was appended since.
    dirty: bool,
}

impl Journal {
    /// Opens a journal to append to it; what a killed process left half-written at its end is closed with a line end.
    pub fn append_to(path: &Path) -> io::Result<Self> {
        let mut file =
            open_with(OpenOptions::new().create(true).read(true).append(true), path, u64::MAX, Links::Refused)?;
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(-1)).is_ok() {
            file.read_exact(&mut last)?;
        }
        if last != [b'\n'] {
            file.write_all(b"\n")?;
        }
        Ok(Self { file, synced: Instant::now(), dirty: false })
    }

    /// Appends a run in one write; where it stands.
    pub fn append(&mut self, run: &Finished) -> io::Result<JournalLine> {
        let json = serde_json::to_string(run)?;
        let line = format!("{} {json}\n", digest(&json));
        self.file.write_all(line.as_bytes())?;
        self.dirty = true;
        // Where an appending write has ended.
        let end = self.file.stream_position()?;
        let length = u32::try_from(line.len() - 1).map_err(io::Error::other)?;
        Ok(JournalLine { offset: end - line.len() as u64, length })
    }

    /// Forces what was appended to the disk, if the last time is long enough ago; whether it was.
    pub fn sync_if_due(&mut self) -> io::Result<bool> {
        let due = self.synced.elapsed() >= SYNC_EVERY;
        if due && self.dirty {
            self.file.sync_data()?;
            self.dirty = false;
        }
        if due {
            self.synced = Instant::now();
        }
        Ok(due)
    }

    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }
}

/// The longest line that is read: a run with a curve of two million steps takes some 250 MB.
const MOST_LINE: u64 = 512 << 20;

/// Gives each run of a journal to `each`, with its place; how many lines were damaged and are not recovered.
pub fn read(path: &Path, mut each: impl FnMut(Finished, JournalLine)) -> io::Result<usize> {
    let file = match open_with(File::options().read(true), path, u64::MAX, Links::Refused) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(0),
        file => file?,
    };
    let (mut damaged, mut offset) = (0, 0);
    let (mut reader, mut line) = (BufReader::new(file), Vec::new());
    loop {
        line.clear();
        let taken = (&mut reader).take(MOST_LINE).read_until(b'\n', &mut line)?;
        if taken == 0 {
            return Ok(damaged);
        }
        if taken as u64 == MOST_LINE && !line.ends_with(b"\n") {
            return Ok(damaged + 1); // no journal of ours, and it may go on so for terabytes
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        match (parse(text), u32::try_from(text.len())) {
            (Some(run), Ok(length)) => each(run, JournalLine { offset, length }),
            _ => damaged += 1,
        }
        offset += taken as u64;
    }
}

/// The run on a line of a journal that was read or written before.
pub fn run_at(file: &File, line: JournalLine) -> io::Result<Finished> {
    let mut bytes = vec![0; line.length as usize];
    let mut file = file; // the place of a handle of its own
    file.seek(SeekFrom::Start(line.offset))?;
    file.read_exact(&mut bytes)?;
    parse(&bytes).ok_or_else(|| io::Error::other("it was changed while it was used"))
}

fn parse(line: &[u8]) -> Option<Finished> {
    let (checksum, json) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    (checksum == digest(json)).then(|| serde_json::from_str(json).ok())?
}

fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}
