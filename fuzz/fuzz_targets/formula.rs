//! A file that defines a method as a formula.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/subjects.rs"]
mod subjects;

fuzz_target!(|bytes: &[u8]| {
    let _ = subjects::formula(bytes);
});
