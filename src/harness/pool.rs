//! Worker processes: one thread here speaks with each, gives it the next job, waits for its answer, and ends it where it
//! goes past a limit.

use super::error::HarnessError;
use super::job::{Job, WorkerAnswer};
use crate::record::Outcome;
#[cfg(target_os = "linux")]
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
#[cfg(target_os = "linux")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// The hidden subcommand that makes this binary a worker.
pub const WORKER_COMMAND: &str = "__worker";

/// What a worker says first: that it is one, of this very version.
pub const GREETING: &str = concat!("burnmark ", env!("CARGO_PKG_VERSION"), " worker");

/// How long a worker may take to say so: an emulator's is slow to start.
const GREETED_WITHIN: Duration = Duration::from_mins(1);

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
    Answered(Box<(Job, WorkerAnswer)>),
    /// A tenth of a second has passed.
    Tick,
}

/// How often a worker's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Carries all jobs out, those of a list together, and reports what happens; where `each` breaks off, the jobs in flight are still finished and
/// reported.
///
/// # Errors
/// Where no worker can be started, as when the system has no process left; the jobs that are left are not reported then.
pub fn carry_out<J>(
    jobs: J,
    workers: usize,
    limits: Limits,
    mut each: impl FnMut(Event) -> ControlFlow<()>,
) -> Result<(), HarnessError>
where
    J: Iterator<Item = Vec<Job>> + Send,
{
    let queue = Queue { jobs: Mutex::new(jobs), returned: Mutex::default(), refused: Mutex::default() };
    let halt = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (sender, answers) = mpsc::channel();
        for _ in 0..workers {
            let (sender, queue, halt) = (sender.clone(), &queue, &halt);
            let driver = std::thread::Builder::new().name("worker's driver".to_owned());
            if let Err(why) = driver.spawn_scoped(scope, move || drive(queue, limits, halt, &sender)) {
                queue.refuse(why);
                break; // those that there are do all of the work
            }
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
    let finished = halt.into_inner() || queue.next().is_none();
    match lock(&queue.refused).take() {
        Some(why) if !finished => Err(HarnessError::NoWorker(why)),
        _ => Ok(()),
    }
}

/// The jobs that are left.
struct Queue<J> {
    jobs: Mutex<J>,
    /// Those for which no worker could be started, and those whose worker ended while it had several.
    returned: Mutex<Vec<Vec<Job>>>,
    /// Why the last worker or its thread could not be started.
    refused: Mutex<Option<std::io::Error>>,
}

impl<J: Iterator<Item = Vec<Job>>> Queue<J> {
    fn next(&self) -> Option<Vec<Job>> {
        let returned = lock(&self.returned).pop();
        returned.or_else(|| lock(&self.jobs).next())
    }

    fn refuse(&self, why: std::io::Error) {
        *lock(&self.refused) = Some(why);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics while it holds the lock")
}

/// Starts a worker; one that ends before it has begun is started again, since somebody may have ended it.
fn start_worker() -> std::io::Result<Worker> {
    Worker::start().or_else(|_| Worker::start()).or_else(|_| Worker::start())
}

/// Takes jobs until there are no more or `halt` is set, and sends each with its answer. A worker that dies costs its
/// run only: the run fails with the reason, and the next job gets a new worker; of several runs that it had, each is given to a worker
/// by itself. Where none can be started, the jobs are given back, since they have not begun, and no more are taken.
fn drive<J>(queue: &Queue<J>, limits: Limits, halt: &AtomicBool, answers: &Sender<(Job, WorkerAnswer)>)
where
    J: Iterator<Item = Vec<Job>>,
{
    let mut worker: Option<Worker> = None;
    while !halt.load(Ordering::SeqCst) {
        let Some(jobs) = queue.next() else { break };
        let started = match worker.take().map_or_else(start_worker, Ok) {
            Ok(started) => started,
            Err(why) => {
                lock(&queue.returned).push(jobs);
                return queue.refuse(why);
            }
        };
        let (left, rest) = carry_out_together(started, jobs, limits, answers);
        worker = left;
        lock(&queue.returned).extend(rest.into_iter().map(|job| vec![job]));
    }
    if let Some(mut worker) = worker {
        drop(worker.input.take());
        let _ = worker.child.wait();
    }
}

/// Asks a worker for these jobs and sends each with its answer. The worker, unless it is lost; and the jobs of several that were lost
/// with it, of which only one may be at fault.
fn carry_out_together(
    mut worker: Worker,
    jobs: Vec<Job>,
    limits: Limits,
    answers: &Sender<(Job, WorkerAnswer)>,
) -> (Option<Worker>, Vec<Job>) {
    let (mut asked, together) = (worker.ask(&jobs), jobs.len() > 1);
    let mut jobs = jobs.into_iter();
    while let Some(job) = jobs.next() {
        let lost = match asked.and_then(|()| worker.answer(limits)) {
            Ok(answer) => {
                let _ = answers.send((job, answer)); // the parent may have stopped listening
                asked = Ok(());
                continue;
            }
            Err(lost) => lost,
        };
        let how = worker.end();
        if together {
            return (None, std::iter::once(job).chain(jobs).collect());
        }
        let answer = match lost {
            Lost::Time => WorkerAnswer::without_results(job.run, Outcome::TimedOut),
            Lost::Memory(limit) => {
                let megabytes = limit >> 20;
                WorkerAnswer::failed(job.run, format!("it took more than {megabytes} MiB of memory and was ended"))
            }
            Lost::Worker(why) => WorkerAnswer::failed(job.run, format!("{why}; {how}")),
        };
        let _ = answers.send((job, answer));
        return (None, Vec::new());
    }
    (Some(worker), Vec::new())
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
    /// Starts a worker and waits until it says that it is one.
    fn start() -> std::io::Result<Self> {
        let mut command = program()?;
        command.arg(WORKER_COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped());
        // One thread per worker: the sweep itself uses the cores, and no sum may depend on their number.
        command.env("RAYON_NUM_THREADS", "1").env("POLARS_MAX_THREADS", "1");
        // A Ctrl-C in the terminal reaches the whole process group; workers must finish what they have in hand.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let lines =
            child.stdout.take().ok_or_else(|| std::io::Error::other("no pipe from the worker")).and_then(lines_of);
        let input = child.stdin.take();
        let greeting = match lines {
            Ok(lines) => lines.recv_timeout(GREETED_WITHIN).ok().and_then(Result::ok).map(|greeting| (greeting, lines)),
            Err(why) => {
                let _ = (child.kill(), child.wait());
                return Err(why);
            }
        };
        match greeting {
            Some((greeting, lines)) if greeting == GREETING => Ok(Self { child, input, lines }),
            other => {
                let _ = (child.kill(), child.wait());
                let said: String = other.map_or("nothing".to_owned(), |(said, _)| format!("`{said}`"));
                let said: String = said.chars().take(100).collect();
                Err(std::io::Error::other(format!("it said {said} instead of `{GREETING}`")))
            }
        }
    }

    fn ask(&mut self, jobs: &[Job]) -> Result<(), Lost> {
        let mut line = serde_json::to_string(jobs).map_err(|why| Lost::Worker(why.to_string()))?;
        line.push('\n');
        let input = self.input.as_mut().ok_or_else(|| Lost::Worker("the worker was told to end".to_owned()))?;
        let taken = input.write_all(line.as_bytes());
        taken.map_err(|why| Lost::Worker(format!("the worker takes no jobs: {why}")))
    }

    /// The answer to the next of the jobs in hand.
    fn answer(&self, limits: Limits) -> Result<WorkerAnswer, Lost> {
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

/// The command that runs this program.
fn program() -> std::io::Result<Command> {
    let file = program_file()?;
    let runner = std::env::var(RUNNER).unwrap_or_default();
    let mut words = runner.split_whitespace();
    Ok(match words.next() {
        None => {
            let mut command = Command::new(file);
            #[cfg(unix)]
            std::os::unix::process::CommandExt::arg0(&mut command, "burnmark");
            command
        }
        Some(first) => {
            let mut command = Command::new(first);
            command.args(words).arg(file);
            command
        }
    })
}

/// The file of this program. Where the system shows open files as paths (Linux), it is the one that this process runs, held
/// open, also where its name was given to another one or removed: a sweep goes on with the program that began it.
fn program_file() -> std::io::Result<PathBuf> {
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        static HELD: OnceLock<Option<File>> = OnceLock::new();
        let held = HELD.get_or_init(|| File::open("/proc/self/exe").ok());
        let path = held.as_ref().map(|file| format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()));
        if let Some(path) = path.map(PathBuf::from).filter(|path| path.exists()) {
            return Ok(path);
        }
    }
    std::env::current_exe()
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
