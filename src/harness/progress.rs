//! The progress of a sweep: a bar on a terminal, plain lines elsewhere, JSON for a program. All of it goes to stderr.

use crate::console::{self, ConsoleEvent};
use crate::record::Outcome;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// How often a plain line is written.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// How often a program is told.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// The progress of a sweep.
pub struct Progress {
    bar: Option<ProgressBar>,
    total: u64,
    done: u64,
    diverged: u64,
    failed: u64,
    started: Instant,
    last_line: Instant,
    quiet: bool,
}

impl Progress {
    pub fn new(total: u64, quiet: bool) -> Self {
        let bar = (!quiet && console::moves_cursor()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
            let template = "{bar:32} {pos}/{len} runs, {msg}";
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message("starting");
            bar
        });
        let now = Instant::now();
        Self { bar, total, done: 0, diverged: 0, failed: 0, started: now, last_line: now, quiet }
    }

    /// Begins to count anew, with so many runs to come.
    pub fn expect(&mut self, total: u64) {
        (self.total, self.done, self.started, self.last_line) = (total, 0, Instant::now(), Instant::now());
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.reset();
        }
        console::tell(&ConsoleEvent::Begin { runs: total });
    }

    /// Counts a run.
    pub fn add(&mut self, outcome: &Outcome) {
        self.done += 1;
        self.diverged += u64::from(matches!(outcome, Outcome::Diverged { .. }));
        self.failed += u64::from(!outcome.is_final());
    }

    /// Shows the present state, if it is time to.
    pub fn show(&mut self) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
            bar.set_message(self.state());
        } else if console::speaks_json() {
            if self.done == self.total || self.last_line.elapsed() >= TELL_EVERY {
                self.last_line = Instant::now();
                self.tell();
            }
        } else if !self.quiet && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            console::message(&format!("{}/{} runs, {}", self.done, self.total, self.state()));
        }
    }

    fn tell(&self) {
        let &Self { done, total: runs, diverged, failed, .. } = self;
        let (seconds, seconds_left) = (self.started.elapsed().as_secs_f64(), self.seconds_left());
        console::tell(&ConsoleEvent::Progress { done, runs, diverged, failed, seconds, seconds_left });
    }

    /// Says that the runs in flight are finished first, and no others.
    pub fn stopping(&self) {
        let text = "stopping: the runs in flight are finished first";
        if console::speaks_json() {
            console::tell(&ConsoleEvent::Stopping { text: text.to_owned() });
        } else if !self.quiet {
            self.say(text);
        }
    }

    /// A message between the progress.
    pub fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| console::message(text)),
            None => console::message(text),
        }
    }

    /// Takes the bar away.
    pub fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Runs per second so far.
    #[allow(clippy::cast_precision_loss)] // counts of runs
    fn rate(&self) -> f64 {
        self.done as f64 / self.started.elapsed().as_secs_f64().max(1e-9)
    }

    /// By the runs so far; none before the first.
    #[allow(clippy::cast_precision_loss)] // counts of runs
    fn seconds_left(&self) -> Option<f64> {
        (self.done > 0).then(|| self.total.saturating_sub(self.done) as f64 / self.rate())
    }

    /// `31 per second, 2 min left, 3 diverged`.
    fn state(&self) -> String {
        let rate = self.rate();
        let left = self.seconds_left().map_or("?".to_owned(), duration);
        let failed = if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        format!("{rate:.1} per second, {left} left, {} diverged{failed}", self.diverged)
    }
}

/// A time for people: `45 s`, `3 min 20 s`, `2 h 5 min`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, as it should
    let whole = seconds.round() as u64;
    match whole {
        0 => "under 1 s".to_owned(),
        1..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let texts = [0.2, 45.0, 200.0, 7500.0].map(duration);
        assert_eq!(texts, ["under 1 s", "45 s", "3 min 20 s", "2 h 5 min"]);
    }
}
