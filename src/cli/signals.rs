//! How a running command is asked to stop.

use super::failure::Failure;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that the first Ctrl-C, termination signal or closed terminal sets. The second ends the process at once and loses
/// only what is in flight. A signal that is ignored when the program starts stays ignored, as `nohup` and `trap ''` want.
///
/// # Errors
/// Where the system lets nobody listen.
pub fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
    use signal_hook::{consts, flag};
    let stop = Arc::new(AtomicBool::new(false));
    let ignored = ignored_signals();
    #[cfg(unix)]
    let signals = [consts::SIGINT, consts::SIGTERM, consts::SIGHUP];
    #[cfg(not(unix))]
    let signals = [consts::SIGINT, consts::SIGTERM];
    for signal in signals.into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0) {
        // In this order: the first signal finds the flag unset.
        let listens = flag::register_conditional_shutdown(signal, 1, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)));
        listens.map_err(Failure::Signals)?;
    }
    Ok(stop)
}

/// The signals that this process ignores, a bit each from signal 1 on, where the system says it (Linux).
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
