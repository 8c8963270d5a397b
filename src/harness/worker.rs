//! The worker's side: answers jobs, one line each, until its input ends.

use super::execute::execute_gang;
use super::job::{Job, WorkerAnswer};
use super::pool::GREETING;
use super::{Cache, execute_and_keep};
use crate::catalogue::Catalogue;
use crate::num::crew::share_work;
use std::io::{self, BufRead, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};

/// Serves jobs from standard input on standard output, with the entries of this catalogue. A panic costs the run that it happened in. When the parent has
/// gone, however it went, so has the worker, in the middle of a run too.
///
/// # Errors
/// Where input or output break.
pub fn serve(catalogue: &Catalogue) -> io::Result<()> {
    let last_panic = Arc::new(Mutex::new(String::new()));
    let hook = Arc::clone(&last_panic);
    panic::set_hook(Box::new(move |info| {
        if let Ok(mut text) = hook.lock() {
            *text = info.to_string().replace('\n', " ");
        }
    }));
    // It was started by the number of an open file, which is no name to find it by.
    #[cfg(target_os = "linux")]
    let _ = std::fs::write("/proc/self/comm", "burnmark");
    let mut cache = Cache::default();
    let mut output = io::stdout().lock();
    let busy = Arc::new(AtomicBool::new(false));
    let jobs = jobs(Arc::clone(&busy))?;
    output.write_all(format!("{GREETING}\n").as_bytes())?;
    output.flush()?;
    // Mostly the same for all jobs.
    let mut known = (Vec::new(), catalogue.clone());
    for line in jobs {
        let mut jobs: Vec<Job> = serde_json::from_str(&line?)?;
        for job in &mut jobs {
            if known.0 != job.formulas {
                let with = catalogue.clone().with_formulas(&job.formulas);
                known = (job.formulas.clone(), with.map_err(io::Error::other)?);
            }
            job.spec.catalogue = known.1.clone();
        }
        share_work(if let [alone] = jobs.as_slice() { alone.threads } else { 1 });
        // A gang in which anything is not as it should be says nothing: each of its runs is then carried out by itself.
        let together = panic::catch_unwind(AssertUnwindSafe(|| execute_gang(&jobs, &mut cache))).unwrap_or_else(|_| {
            cache = Cache::default();
            None
        });
        let mut together = together.unwrap_or_default().into_iter();
        let mut left = jobs.len();
        for job in jobs {
            let answer = together.next().unwrap_or_else(|| {
                cache.expect(&job.folder, &job.spec, job.expected_data());
                let alone = || execute_and_keep(&job.spec, job.run, job.check, &job.parameters, &mut cache);
                panic::catch_unwind(AssertUnwindSafe(alone)).unwrap_or_else(|_| {
                    cache = Cache::default();
                    let text = last_panic.lock().map(|text| text.clone()).unwrap_or_default();
                    WorkerAnswer::failed(job.run, format!("a bug in burnmark or its engine: {text}"))
                })
            });
            let mut json = serde_json::to_vec(&answer)?;
            json.push(b'\n');
            left -= 1;
            if left == 0 {
                busy.store(false, Ordering::SeqCst);
            }
            output.write_all(&json)?;
            output.flush()?;
        }
    }
    Ok(())
}

/// The lines of standard input, read by a thread that ends the process where they end during a run: nobody waits for its
/// answer then, and it could take for ever.
fn jobs(busy: Arc<AtomicBool>) -> io::Result<mpsc::Receiver<io::Result<String>>> {
    let (sender, lines) = mpsc::channel();
    let read = move || {
        for line in io::stdin().lock().lines() {
            busy.store(true, Ordering::SeqCst);
            if sender.send(line).is_err() {
                return;
            }
        }
        if busy.load(Ordering::SeqCst) {
            std::process::exit(1);
        }
    };
    std::thread::Builder::new().name("jobs".to_owned()).spawn(read)?;
    Ok(lines)
}
