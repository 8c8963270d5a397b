//! A spec file.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/subjects.rs"]
mod subjects;

fuzz_target!(|bytes: &[u8]| {
    let _ = subjects::spec(bytes);
});
