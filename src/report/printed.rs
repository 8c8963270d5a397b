//! Numbers and choices of reproductions as they are printed.

use std::collections::BTreeMap;

/// The settings that the protocol leaves open, in words.
pub fn choice(of: &BTreeMap<String, String>) -> String {
    of.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

/// Five significant digits at most, without zeros behind.
pub fn short(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-3..1e6).contains(&size) {
        return format!("{number:.4e}");
    }
    let decimals = if size >= 1000.0 {
        1
    } else if size >= 100.0 {
        2
    } else if size >= 10.0 {
        3
    } else {
        4
    };
    let text = format!("{number:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
