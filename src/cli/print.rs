//! What goes to stdout.

use super::failure::Failure;
use crate::console;
use crate::record::harmless;

/// Writes text for people to stdout.
pub fn print(text: &str) -> Result<(), Failure> {
    print_data(&harmless(text))
}

/// Writes what programs read to stdout, as it is.
pub fn print_data(text: &str) -> Result<(), Failure> {
    console::result(text).map_err(Failure::Stdout)
}

/// Writes a value to stdout as JSON.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    print_data(&(serde_json::to_string_pretty(value)? + "\n"))
}
