//! How many threads each run may use; no result depends on it (`num/crew.rs`).

/// As many as were asked for; else the cores of so many workers, shared out among the runs that are left, where these are fewer.
pub fn threads_of_run(asked: Option<usize>, workers: usize, runs: usize) -> usize {
    let shared_out = || {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        workers.min(cores) / runs.max(1)
    };
    asked.unwrap_or_else(shared_out).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_share_cores_where_they_are_fewer() {
        let cores = std::thread::available_parallelism().unwrap().get();
        assert_eq!(threads_of_run(None, 1, 1), 1);
        assert_eq!(threads_of_run(None, cores, 1), cores);
        assert_eq!(threads_of_run(None, cores + 100, 1), cores, "no more threads than cores");
        assert_eq!(threads_of_run(None, cores, cores), 1);
        assert_eq!(threads_of_run(None, cores, 0), cores);
        assert_eq!(threads_of_run(None, 2, 1000), 1);
        assert_eq!(threads_of_run(Some(3), 1, 1000), 3);
    }
}
