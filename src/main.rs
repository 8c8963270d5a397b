//! The `burnmark` command; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    burnmark::main()
}
