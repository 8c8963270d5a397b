//! Worker processes: one thread here speaks with each, gives it the next job, waits for its answer, and ends it where it
//! goes past a limit.

use super::{Answer, Job};
use crate::record::Outcome;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// The hidden subcommand that makes this binary a worker.
pub const WORKER_COMMAND: &str = "__worker";

/// Words that go before the worker's own command, such as an emulator's: what runs this process does not run its children.
pub const RUNNER: &str = "BURNMARK_RUNNER";

/// How much a run may take; nothing of this changes what it yields.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// From the question to the answer.
    pub time: Option<Duration>,
    /// Resident memory of the worker, where the system tells it (Linux).
    pub memory_bytes: Option<u64>,
}

/// What happens while jobs are carried out.
pub enum Event {
    Answered(Box<(Job, Answer)>),
    /// A tenth of a second has passed.
    Tick,
}

/// How often a worker's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Carries all jobs out and reports what happens; where `each` breaks off, the jobs in flight are still finished and
/// reported.
pub fn carry_out<J>(jobs: J, workers: usize, limits: Limits, mut each: impl FnMut(Event) -> ControlFlow<()>)
where
    J: Iterator<Item = Job> + Send,
{
    let (jobs, halt) = (Mutex::new(jobs), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (sender, answers) = mpsc::channel();
        for _ in 0..workers {
            let (sender, jobs, halt) = (sender.clone(), &jobs, &halt);
            scope.spawn(move || drive(jobs, limits, halt, &sender));
        }
        drop(sender);
        loop {
            let event = match answers.recv_timeout(Duration::from_millis(100)) {
                Ok(answered) => Event::Answered(Box::new(answered)),
                Err(RecvTimeoutError::Timeout) => Event::Tick,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if each(event).is_break() {
                halt.store(true, Ordering::SeqCst);
            }
        }
    });
}

/// Takes jobs until there are no more or `halt` is set, and sends each with its answer. A worker that dies costs its
/// run only: the run fails with the reason, and the next job gets a new worker.
fn drive<J>(jobs: &Mutex<J>, limits: Limits, halt: &AtomicBool, answers: &Sender<(Job, Answer)>)
where
    J: Iterator<Item = Job>,
{
    let mut worker: Option<Worker> = None;
    while !halt.load(Ordering::SeqCst) {
        let Some(job) = jobs.lock().expect("no driver panics while it holds the lock").next() else {
            break;
        };
        let answer = match worker.take().map_or_else(Worker::start, Ok) {
            Err(why) => Answer::failed(&job.run, format!("cannot start a worker: {why}")),
            Ok(mut started) => match started.ask(&job, limits) {
                Ok(answer) => {
                    worker = Some(started);
                    answer
                }
                Err(Lost::Time) => {
                    started.end();
                    Answer::without_results(&job.run, Outcome::TimedOut)
                }
                Err(Lost::Memory(limit)) => {
                    started.end();
                    let megabytes = limit >> 20;
                    Answer::failed(&job.run, format!("it took more than {megabytes} MiB of memory and was ended"))
                }
                Err(Lost::Worker(why)) => Answer::failed(&job.run, format!("{why}; {}", started.end())),
            },
        };
        if answers.send((job, answer)).is_err() {
            break; // the parent has stopped listening
        }
    }
    if let Some(mut worker) = worker {
        drop(worker.input.take());
        let _ = worker.child.wait();
    }
}

/// Why a run has no answer.
enum Lost {
    Time,
    /// With the limit.
    Memory(u64),
    Worker(String),
}

/// One worker process.
struct Worker {
    child: Child,
    /// `None` once it is told to end.
    input: Option<ChildStdin>,
    /// Its answers, a line each; ends with the worker.
    lines: Receiver<std::io::Result<String>>,
}

impl Worker {
    fn start() -> std::io::Result<Self> {
        let program = std::env::current_exe()?;
        let runner = std::env::var(RUNNER).unwrap_or_default();
        let mut words = runner.split_whitespace();
        let mut command = match words.next() {
            None => Command::new(program),
            Some(first) => {
                let mut command = Command::new(first);
                command.args(words).arg(program);
                command
            }
        };
        command.arg(WORKER_COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped());
        // One thread per worker: the sweep itself uses the cores, and no sum may depend on their number.
        command.env("RAYON_NUM_THREADS", "1").env("POLARS_MAX_THREADS", "1");
        // A Ctrl-C in the terminal reaches the whole process group; workers must finish what they have in hand.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err(std::io::Error::other("no pipes to the worker"));
        };
        Ok(Self { child, input: Some(input), lines: lines_of(output)? })
    }

    fn ask(&mut self, job: &Job, limits: Limits) -> Result<Answer, Lost> {
        let mut line = serde_json::to_string(job).map_err(|why| Lost::Worker(why.to_string()))?;
        line.push('\n');
        let input = self.input.as_mut().ok_or_else(|| Lost::Worker("the worker was told to end".to_owned()))?;
        let taken = input.write_all(line.as_bytes());
        taken.map_err(|why| Lost::Worker(format!("the worker takes no jobs: {why}")))?;
        match self.wait(limits)? {
            Ok(answer) => serde_json::from_str(&answer)
                .map_err(|why| Lost::Worker(format!("the worker's answer makes no sense: {why}"))),
            Err(why) => Err(Lost::Worker(format!("the worker's answer cannot be read: {why}"))),
        }
    }

    /// The next line, unless a limit comes before it.
    fn wait(&self, limits: Limits) -> Result<std::io::Result<String>, Lost> {
        let started = Instant::now();
        loop {
            let left = limits.time.map(|limit| limit.saturating_sub(started.elapsed()));
            let look = limits.memory_bytes.map(|_| LOOK_EVERY);
            let received = match left.into_iter().chain(look).min() {
                None => self.lines.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(pause) => self.lines.recv_timeout(pause),
            };
            match received {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Lost::Worker("the worker ended during the run".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if limits.time.is_some_and(|limit| started.elapsed() >= limit) {
                return Err(Lost::Time);
            }
            if let Some(limit) = limits.memory_bytes
                && resident_bytes(self.child.id()).is_some_and(|bytes| bytes > limit)
            {
                return Err(Lost::Memory(limit));
            }
        }
    }

    /// Ends the worker and tells how it ended.
    fn end(mut self) -> String {
        drop(self.input.take());
        let _ = self.child.kill();
        self.child.wait().map_or_else(|why| why.to_string(), |status| status.to_string())
    }
}

/// A worker's lines, read by a thread of its own, so that one can stop waiting for them.
fn lines_of(output: ChildStdout) -> std::io::Result<Receiver<std::io::Result<String>>> {
    let (sender, lines) = mpsc::channel();
    let read = move || {
        for line in BufReader::new(output).lines() {
            if sender.send(line).is_err() {
                return; // nobody waits any more
            }
        }
    };
    std::thread::Builder::new().name("worker's answers".to_owned()).spawn(read)?;
    Ok(lines)
}

/// The memory that a process has at present, where the system tells.
fn resident_bytes(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
