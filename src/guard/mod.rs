//! Files that may be damaged, by chance or on purpose, on their way to decoders that trust them.
//!
//! Polars' decoders trust lengths and offsets in a file, and some of their checks are assertions. What such a file does is
//! an answer to input, so it must be a message: its lengths are checked before ([`rewritten`]), and a panic is turned into
//! an error ([`guarded`]). What is made of the table afterwards is bounded too ([`check_texts`]). [`mod@file`] opens all files
//! that others can put in our way.

mod error;
pub mod file;
mod format;
mod parquet;
mod texts;
mod thrift;

pub use error::ParquetError;
pub use parquet::{note, rewritten};
pub use texts::check_texts;

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs such work on this thread; `None` where it panicked, about which nothing is said on stderr.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                before(info);
            }
        }));
    });
    GUARDED.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(guarded(|| 3), Some(3));
        assert_eq!(guarded(|| -> u8 { panic!("damaged") }), None);
    }
}
