//! Worker processes: one thread here speaks with each, takes the next job and passes its answer on.

use super::{Answer, Job};
use crate::experiment::RunSpec;
use crate::store;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

/// The hidden subcommand that makes this binary a worker.
pub const WORKER_COMMAND: &str = "__worker";

/// Takes jobs until there are no more or `stop` is set, and sends each with its answer. A worker that dies costs its
/// run only: the run fails with the reason, and the next job gets a new worker.
///
/// `keep` is the folder of the final parameters, if they are kept.
pub fn drive<J>(
    jobs: &Mutex<J>,
    check: bool,
    keep: Option<&Path>,
    stop: &AtomicBool,
    answers: &Sender<((String, RunSpec), Answer)>,
) where
    J: Iterator<Item = (String, RunSpec)>,
{
    let mut worker: Option<Worker> = None;
    while !stop.load(Ordering::SeqCst) {
        let Some((run, spec)) = jobs.lock().expect("no driver panics while it holds the lock").next() else {
            break;
        };
        let parameters = keep.map(|folder| store::parameters_path(folder, &run));
        let job = Job { run, spec, check, parameters };
        let answer = match worker.take().map_or_else(Worker::start, Ok) {
            Err(why) => Answer::failed(&job.run, format!("cannot start a worker: {why}")),
            Ok(mut started) => match started.ask(&job) {
                Ok(answer) => {
                    worker = Some(started);
                    answer
                }
                Err(why) => Answer::failed(&job.run, format!("{why}; {}", started.end())),
            },
        };
        if answers.send(((job.run, job.spec), answer)).is_err() {
            break; // the parent has stopped listening
        }
    }
    if let Some(mut worker) = worker {
        drop(worker.input.take());
        let _ = worker.child.wait();
    }
}

/// One worker process.
struct Worker {
    child: Child,
    /// `None` once it is told to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start() -> std::io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
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
        Ok(Self { child, input: Some(input), output: BufReader::new(output) })
    }

    fn ask(&mut self, job: &Job) -> Result<Answer, String> {
        let mut line = serde_json::to_string(job).map_err(|why| why.to_string())?;
        line.push('\n');
        let input = self.input.as_mut().ok_or("the worker was told to end")?;
        input.write_all(line.as_bytes()).map_err(|why| format!("the worker takes no jobs: {why}"))?;
        let mut answer = String::new();
        match self.output.read_line(&mut answer) {
            Ok(0) => Err("the worker ended during the run".to_owned()),
            Ok(_) => serde_json::from_str(&answer).map_err(|why| format!("the worker's answer makes no sense: {why}")),
            Err(why) => Err(format!("the worker's answer cannot be read: {why}")),
        }
    }

    /// Ends the worker and tells how it ended.
    fn end(mut self) -> String {
        drop(self.input.take());
        let _ = self.child.kill();
        self.child.wait().map_or_else(|why| why.to_string(), |status| status.to_string())
    }
}
