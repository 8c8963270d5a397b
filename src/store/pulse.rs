//! What a process that holds a result folder says of itself every few seconds, so that others see on any machine how far it is.

use super::files::refuse_link;
use super::names::PULSE;
use super::process::Process;
use super::session::unix_seconds;
use crate::guard::file::{Links, open_with};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

/// How often a process shows that it works.
const BEAT_EVERY: Duration = Duration::from_secs(3);
/// Seconds after which a process that says nothing has ended: clocks of machines differ by a few seconds at most.
const SILENT_AFTER: u64 = 60;

/// How far a process is with the runs of its folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Runs of the folder's plan.
    pub planned: u64,
    /// Those that were finished before.
    pub kept: u64,
    /// Those that it has finished, failed ones included.
    pub done: u64,
    pub failed: u64,
}

/// A process at work, as it last said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pulse {
    process: Process,
    /// UTC, seconds since 1970.
    started_unix_seconds: u64,
    unix_seconds: u64,
    pub counts: Counts,
}

impl Pulse {
    /// The process that works in a folder, if one does.
    #[must_use]
    pub fn of(folder: &Path) -> Option<Self> {
        let mut text = String::new();
        let file = open_with(File::options().read(true), &folder.join(PULSE), MOST_PULSE, Links::Refused).ok()?;
        file.take(MOST_PULSE).read_to_string(&mut text).ok()?;
        let pulse: Self = serde_json::from_str(&text).ok()?;
        let is_silent = unix_seconds().saturating_sub(pulse.unix_seconds) > SILENT_AFTER;
        (!is_silent && !pulse.process.has_ended(&Process::this())).then_some(pulse)
    }

    /// The machine that it works on.
    #[must_use]
    pub fn machine(&self) -> &str {
        &self.process.machine[0]
    }

    /// Its pace so far; `None` before the first run.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn runs_per_second(&self) -> Option<f64> {
        // Whole seconds: what began within this one took some of it.
        let elapsed = self.unix_seconds.saturating_sub(self.started_unix_seconds).max(1) as f64;
        (self.counts.done > 0).then(|| self.counts.done as f64 / elapsed)
    }
}

/// The largest such file that is read.
const MOST_PULSE: u64 = 4096;

/// A thread that shows that this process works, until it is dropped.
pub struct Heart {
    counts: Arc<Mutex<Counts>>,
    /// Closed to end the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

impl Heart {
    /// Begins to beat in a folder; `holder` is the open file that takes the place of a lock, and gets a new time at each beat.
    ///
    /// # Errors
    /// Where the system starts no thread.
    pub fn start(folder: &Path, holder: Option<File>) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let (path, counts) = (folder.join(PULSE), Arc::<Mutex<Counts>>::default());
        let (own, shared) = (path.clone(), Arc::clone(&counts));
        let begun = unix_seconds();
        let beat = move || {
            loop {
                let counts = shared.lock().map(|counts| *counts).unwrap_or_default();
                // That it cannot be written, as on a full disk, is told by those who write results.
                let _ = write(&own, begun, counts);
                if let Some(holder) = &holder {
                    let _ = holder.set_modified(SystemTime::now());
                }
                if stopped.recv_timeout(BEAT_EVERY) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("heart".to_owned()).spawn(beat)?;
        Ok(Self { counts, stop: Some(stop), thread: Some(thread), path })
    }

    /// What the next beat says.
    pub fn tell(&self, counts: Counts) {
        if let Ok(mut told) = self.counts.lock() {
            *told = counts;
        }
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes a pulse under a name of its own and renames it.
fn write(path: &Path, started_unix_seconds: u64, counts: Counts) -> io::Result<()> {
    let pulse = Pulse { process: Process::this(), started_unix_seconds, unix_seconds: unix_seconds(), counts };
    let next = path.with_extension("next");
    [path, &next].into_iter().try_for_each(refuse_link)?;
    fs::write(&next, serde_json::to_string(&pulse)?)?;
    fs::rename(&next, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_shows_how_far_it_is_until_it_ends() {
        let folder = std::env::temp_dir().join(format!("burnmark-pulse-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        assert_eq!(Pulse::of(&folder), None);
        let heart = Heart::start(&folder, None).unwrap();
        while Pulse::of(&folder).is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(heart);
        assert!(!folder.join(PULSE).exists());
        // What is read: a process that has ended or fallen silent is none, nor is a file of something else.
        let counts = Counts { planned: 100, kept: 20, done: 20, failed: 1 };
        let now = unix_seconds();
        let this = Pulse { process: Process::this(), started_unix_seconds: now - 10, unix_seconds: now, counts };
        let put = |pulse: &Pulse| fs::write(folder.join(PULSE), serde_json::to_string(pulse).unwrap()).unwrap();
        put(&this);
        assert_eq!(Pulse::of(&folder).unwrap().runs_per_second(), Some(2.0));
        put(&Pulse { unix_seconds: now - SILENT_AFTER - 5, ..this.clone() });
        assert_eq!(Pulse::of(&folder), None);
        #[cfg(target_os = "linux")]
        {
            put(&Pulse { process: Process { number: u32::MAX - 1, ..Process::this() }, ..this });
            assert_eq!(Pulse::of(&folder), None);
        }
        fs::write(folder.join(PULSE), "{}").unwrap();
        assert_eq!(Pulse::of(&folder), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
