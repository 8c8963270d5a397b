//! Networks from parts as tables: layer, shape, parameters.

use crate::harness::DrawnNetwork;
use crate::report::{aligned, indented};
use std::fmt::Write;

/// So many networks are drawn; of more, how many there are is said.
const MOST_DRAWN: usize = 6;

/// A table for each network, with an empty line behind it.
pub fn drawing(networks: &[DrawnNetwork]) -> String {
    let mut text: String = networks.iter().take(MOST_DRAWN).map(table).collect();
    if networks.len() > MOST_DRAWN {
        let _ = writeln!(text, "… and {} more networks\n", networks.len() - MOST_DRAWN);
    }
    text
}

fn table(network: &DrawnNetwork) -> String {
    let mut rows = vec![["name", "layer", "shape of a sample", "parameters"].map(str::to_owned).to_vec()];
    for row in &network.rows {
        let layer = format!("{}{}", "  ".repeat(row.depth), row.layer);
        let parameters = if row.parameters == 0 { String::new() } else { row.parameters.to_string() };
        rows.push(vec![row.place.clone(), layer, row.shape.clone(), parameters]);
    }
    let total: usize = network.rows.iter().map(|row| row.parameters).sum();
    rows.push(vec!["all".to_owned(), String::new(), String::new(), total.to_string()]);
    format!("network on {}: {}\n{}\n", network.data, network.layers, indented(&aligned(&rows)))
}
