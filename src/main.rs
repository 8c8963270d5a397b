//! The `burnmark` command; everything is in the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Burn takes and gives back every tensor of every step: a third of a worker's time was the system's allocation (docs/performance.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    burnmark::main()
}
