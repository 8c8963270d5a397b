//! What a protocol is going to do, for `burnmark plan`.

use crate::protocol::{Cell, ProtocolDesign};
use crate::report::{aligned, protocol};

/// The protocol, and how often each compared value is tried; budgets that are not equal are said here already.
pub fn plan(design: &ProtocolDesign) -> String {
    let rows: Vec<Vec<String>> = protocol(&design.protocol).into_iter().map(|row| row.to_vec()).collect();
    // Every data set has the same axes, and so the same trials.
    let cells: Vec<&Cell> = design.cells.iter().filter(|cell| cell.data == design.cells[0].data).collect();
    let each = if cells.len() < design.cells.len() { " on each data set" } else { "" };
    let mut table = vec![vec![design.protocol.compare.join(", "), format!("trials{each}")]];
    table.extend(cells.iter().map(|cell| vec![cell.method.clone(), cell.trials.to_string()]));
    let unequal = cells.iter().any(|cell| cell.trials != cells[0].trials);
    let told =
        "unequal budgets: more trials find better settings by chance; no verdict without `--allow unequal-budgets`\n\n";
    format!("{}\n{}\n{}", aligned(&rows), aligned(&table), if unequal { told } else { "" })
}
