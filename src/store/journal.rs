//! The journal: one line per finished run, each with the digest of its text, appended as runs end.

use super::Finished;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
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
        let text = std::fs::read(path).unwrap_or_default();
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        if text.last().is_some_and(|&last| last != b'\n') {
            file.write_all(b"\n")?;
        }
        Ok(Self { file, synced: Instant::now(), dirty: false })
    }

    /// Appends a run in one write.
    pub fn append(&mut self, run: &Finished) -> io::Result<()> {
        let json = serde_json::to_string(run)?;
        self.file.write_all(format!("{} {json}\n", digest(&json)).as_bytes())?;
        self.dirty = true;
        self.sync_if_due()
    }

    /// Forces what was appended to the disk, if the last time is long enough ago.
    pub fn sync_if_due(&mut self) -> io::Result<()> {
        if self.dirty && self.synced.elapsed() >= SYNC_EVERY {
            self.file.sync_data()?;
            self.synced = Instant::now();
            self.dirty = false;
        }
        Ok(())
    }
}

/// The runs of a journal, and how many of its lines were damaged and are not believed.
pub fn read(path: &Path) -> io::Result<(Vec<Finished>, usize)> {
    let file = match File::open(path) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        file => file?,
    };
    let (mut runs, mut damaged) = (Vec::new(), 0);
    for line in BufReader::new(file).split(b'\n') {
        match parse(&line?) {
            Some(run) => runs.push(run),
            None => damaged += 1,
        }
    }
    Ok((runs, damaged))
}

fn parse(line: &[u8]) -> Option<Finished> {
    let (checksum, json) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    (checksum == digest(json)).then(|| serde_json::from_str(json).ok())?
}

fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}
