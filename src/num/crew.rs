//! Several threads for the work of one, where it is large.
//!
//! They compute parts of an output side by side, never parts of a sum: each number is computed by one of them, in the order in
//! which one thread alone computes it. So neither their number nor which of them does what can be seen in a result.

use rayon_core::{ThreadPool, ThreadPoolBuilder, join};
use std::cell::{Cell, OnceCell};

thread_local! {
    /// The most threads for this one's work, itself among them.
    static MOST: Cell<usize> = const { Cell::new(1) };
    /// Whether work of any size is shared: for tests.
    static EAGER: Cell<bool> = const { Cell::new(false) };
    /// Whether work has been shared since [`has_shared`] was asked last.
    static SHARED: Cell<bool> = const { Cell::new(false) };
    static CREW: OnceCell<Crew> = const { OnceCell::new() };
}

/// The threads that were started for a thread, itself the first of them.
struct Crew {
    threads: usize,
    /// Ends them when it is dropped.
    _pool: Option<ThreadPool>,
}

impl Crew {
    /// Starts threads beside this one; fewer, or none, if the system refuses.
    fn start(threads: usize) -> Self {
        let mut started = 1;
        let pool = ThreadPoolBuilder::new().num_threads(threads).use_current_thread().spawn_handler(|thread| {
            let helper = std::thread::Builder::new().name("helper".to_owned());
            // A thread that is missing takes no work from the others, which do all of it.
            started += usize::from(helper.spawn(|| thread.run()).is_ok());
            Ok(())
        });
        match pool.build() {
            Ok(pool) => Self { threads: started, _pool: Some(pool) },
            Err(_) => Self { threads: 1, _pool: None },
        }
    }
}

/// Lets up to `threads` threads, this one among them, do this thread's work from now on where it is large enough to be worth
/// it. They are started with the first such work; how many there can be is what was allowed then.
pub fn share_work(threads: usize) {
    MOST.set(threads.max(1));
    EAGER.set(false);
}

/// The same for work of any size, so that tests need no large one.
#[doc(hidden)]
pub fn share_any_work(threads: usize) {
    share_work(threads);
    EAGER.set(true);
}

/// The most threads for this one's work.
#[must_use]
pub fn most_threads() -> usize {
    MOST.get()
}

/// How many threads have done this thread's work since this was asked last.
#[must_use]
pub fn threads_taken() -> usize {
    let all = CREW.with(|crew| crew.get().map_or(1, |crew| crew.threads));
    if SHARED.replace(false) { all.min(MOST.get()) } else { 1 }
}

/// Work that can be cut: what is done to its parts, in any order, is what is done to the whole.
pub trait Divisible: Send + Sized {
    /// In rows or numbers.
    fn length(&self) -> usize;
    /// What lies before a place, and what from there on.
    fn divide(self, at: usize) -> (Self, Self);
}

/// Does `each` to the whole, or to parts of it side by side: of at least `least` of its length, cut at multiples of `step`.
pub fn side_by_side<W: Divisible>(whole: W, least: usize, step: usize, each: impl Fn(W) + Sync) {
    let most = MOST.get();
    if most == 1 {
        return each(whole);
    }
    let least = if EAGER.get() { step } else { least.max(step) };
    let parts = most.min(whole.length() / least.max(1));
    if parts < 2 {
        return each(whole);
    }
    let threads = CREW.with(|crew| crew.get_or_init(|| Crew::start(most)).threads);
    let parts = parts.min(threads);
    SHARED.set(SHARED.get() || parts > 1);
    cut(whole, parts, step, &each);
}

fn cut<W: Divisible>(whole: W, parts: usize, step: usize, each: &(impl Fn(W) + Sync)) {
    if parts < 2 {
        return each(whole);
    }
    let before = parts / 2;
    let at = (whole.length() * before / parts).next_multiple_of(step).min(whole.length());
    if at == whole.length() {
        return each(whole);
    }
    let (first, second) = whole.divide(at);
    #[cfg(test)]
    let level = super::lanes::levels::CURRENT.get();
    let second = || {
        #[cfg(test)]
        super::lanes::levels::CURRENT.set(level);
        cut(second, parts - before, step, each);
    };
    join(|| cut(first, before, step, each), second);
}

/// The same places of a slice that is written and of N that are read.
pub struct SamePlaces<'a, T, const N: usize> {
    pub to: &'a mut [T],
    pub from: [&'a [T]; N],
}

impl<T: Send + Sync, const N: usize> Divisible for SamePlaces<'_, T, N> {
    fn length(&self) -> usize {
        self.to.len()
    }

    fn divide(self, at: usize) -> (Self, Self) {
        let (to, rest) = self.to.split_at_mut(at);
        (
            Self { to, from: self.from.map(|from| &from[..at]) },
            Self { to: rest, from: self.from.map(|from| &from[at..]) },
        )
    }
}

/// What comes out with work of any size shared among so many threads, by a thread of its own, whose helpers end with it.
#[cfg(test)]
pub fn by_threads<T: Send>(threads: usize, of: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let own = scope.spawn(|| {
            share_any_work(threads);
            of()
        });
        own.join().unwrap()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn with<T: Send>(threads: usize, of: impl FnOnce() -> T + Send) -> T {
        by_threads(threads, || {
            share_work(threads);
            of()
        })
    }

    #[test]
    fn every_place_is_done_once_in_parts_that_are_large_enough() {
        for threads in [1, 2, 3, 8] {
            for length in [0, 1, 7, 100, 1003] {
                let parts = AtomicUsize::new(0);
                let (done, taken) = with(threads, || {
                    let from: Vec<u32> = (0..length).collect();
                    let mut to = vec![0; from.len()];
                    side_by_side(SamePlaces { to: &mut to, from: [&from] }, 100, 4, |part| {
                        parts.fetch_add(1, Ordering::Relaxed);
                        assert!(threads == 1 || part.to.len() >= 96 || part.to.len() == length as usize);
                        part.to.iter_mut().zip(part.from[0]).for_each(|(to, from)| *to += from + 1);
                    });
                    (to, threads_taken())
                });
                assert!(done.into_iter().eq(1..=length), "{threads} threads, {length}");
                let expected = threads.min((length as usize / 100).max(1));
                assert_eq!(parts.into_inner(), expected);
                assert_eq!(taken, if expected > 1 { threads } else { 1 });
            }
        }
    }

    #[test]
    fn a_panic_in_a_helper_reaches_the_thread_whose_work_it_was() {
        let caught = with(2, || {
            let mut to = vec![0; 200];
            let of = std::panic::AssertUnwindSafe(|| {
                side_by_side(SamePlaces { to: &mut to, from: [] }, 100, 1, |part| {
                    assert!(part.to.len() > 100, "small");
                });
            });
            std::panic::catch_unwind(of).is_err()
        });
        assert!(caught);
    }
}
