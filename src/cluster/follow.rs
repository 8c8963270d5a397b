//! Waiting for a submission: what fails is submitted again, until everything is done.

use super::done::Done;
use super::error::ClusterError;
use super::script::{JobSettings, job_name};
use super::step::JobStep;
use super::submit::{Scheduler, Submitted, submit};
use std::time::Duration;

/// How often the queue is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often what failed is submitted again.
const MOST_AGAIN: usize = 3;

/// Waits until everything is done, and submits what failed again, three times at most; whether everything is done. `tell` is
/// given what is submitted again.
///
/// # Errors
/// Where the scheduler cannot be asked or refuses.
pub fn follow(
    settings: &JobSettings,
    steps: &[JobStep],
    done: &mut Done,
    scheduler: &mut impl Scheduler,
    mut tell: impl FnMut(&[Submitted]),
) -> Result<bool, ClusterError> {
    let names: Vec<String> = steps.iter().map(|step| job_name(&settings.name, &settings.out, *step)).collect();
    let mut again = 0;
    loop {
        // In this order: what ends in between is seen the next time.
        let queue = scheduler.queued(&names)?;
        done.look();
        if done.is_whole() {
            return Ok(true);
        }
        if queue.is_empty() {
            if again == MOST_AGAIN {
                return Ok(false);
            }
            again += 1;
            tell(&submit(settings, steps, |step, number| done.has(step, number), scheduler)?);
        }
        std::thread::sleep(LOOK_EVERY);
    }
}
