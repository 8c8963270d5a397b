//! Which process holds a folder, and whether it has ended.

use serde::{Deserialize, Serialize};
use std::fs;

/// A process of some machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// The machine's name, the identity of its present start, and the processes that it sees (its namespace).
    pub machine: [String; 3],
    pub number: u32,
    /// Clock ticks from the machine's start to the process's.
    pub started: Option<u64>,
}

impl Process {
    pub fn this() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default().display().to_string();
        let machine = [read("/proc/sys/kernel/hostname"), read("/proc/sys/kernel/random/boot_id"), namespace];
        let number = std::process::id();
        Self { machine, number, started: started(number) }
    }

    pub fn to_text(&self) -> String {
        let Self { machine: [name, boot, namespace], number, started } = self;
        format!("{name}\n{boot}\n{namespace}\n{number}\n{}\n", started.map_or(String::new(), |ticks| ticks.to_string()))
    }

    pub fn of_text(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::to_owned);
        let machine = [lines.next()?, lines.next()?, lines.next()?];
        Some(Self { machine, number: lines.next()?.parse().ok()?, started: lines.next()?.parse().ok() })
    }

    /// Whether `here` would see it if it had not ended.
    pub fn is_seen_from(&self, here: &Self) -> bool {
        self.machine == here.machine && self.machine.iter().all(|part| !part.is_empty()) && here.started.is_some()
    }

    /// Whether the process is known to have ended: `here` would see it, and does not.
    pub fn has_ended(&self, here: &Self) -> bool {
        self.is_seen_from(here) && started(self.number) != self.started
    }
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "burnmark (process {} on `{}`)", self.number, self.machine[0])
    }
}

/// Whether no process of this machine has this number, as far as the system says it (Linux).
pub fn has_ended(process: u32) -> bool {
    started(std::process::id()).is_some() && started(process).is_none()
}

/// When a process of this machine began (`proc_pid_stat(5)`, field 22); `None` where there is no such process, or the system
/// does not say.
fn started(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name comes second, between parentheses, and can hold anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split_whitespace().nth(19)?.parse().ok()
}
