//! Critical-difference diagram: mean ranks over data sets, and which are not told apart.

use super::sheet::{Anchor, Area, Drawn, line, marker, methods, sheet, style, text};
use super::{Plot, Shows, caption};
use crate::analysis::{Configuration, OverData, over_data, select};
use crate::registry::Entry;
use crate::report::comparison::p_is as p;
use plotters::prelude::*;

pub const PLOT: Plot = Plot {
    entry: Entry {
        name: "critical-difference",
        description: "mean ranks of the optimizers over data sets, bars join those that are not told apart",
        source: "Demšar 2006, figure 1; report/plots/critical_difference.rs",
        parameters: &[],
    },
    shows: Shows::Compared,
    draw: |material| plot(material.configurations),
};

const WIDE: u32 = 760;
/// Where rank 1 and the last rank stand, in pixels from the left.
const AXIS: (i32, i32) = (200, 560);
const TOP: i32 = 64;
const ROW: i32 = 26;

fn plot(configurations: &[Configuration<'_>]) -> Result<String, String> {
    let methods = methods(configurations);
    let over = over_data(&select(configurations)).ok_or("ranks need two data sets and every optimizer on each")?;
    let found = match over.adjusted_p() {
        _ if over.obstacle.is_some() => {
            "The methods were not tuned and run alike: read the order as chance.".to_owned()
        }
        Some(value) if over.found() => format!("{} finds a difference ({}).", over.test(), p(value)),
        Some(value) => format!("{} finds no difference ({}): read the order as chance.", over.test(), p(value)),
        None => "The optimizers are equal on every data set.".to_owned(),
    };
    let what = format!(
        "Mean rank of the test metric over {} data sets, 1 is best, each optimizer at its best setting. {found} Bars join \
         optimizers whose ranks lie closer than Nemenyi's critical difference for 5 %.",
        over.data_sets
    );
    let rows = ROW * i32::try_from(over.ranks.len().div_ceil(2)).unwrap_or(0);
    let bars = 10 * i32::try_from(over.cliques.len()).unwrap_or(0);
    let high = u32::try_from(TOP + 26 + bars + rows).unwrap_or(0);
    sheet("Critical difference", &caption(&what, configurations), (&[], &[]), (WIDE, high), |area| {
        diagram(area, &over, &methods)
    })
}

/// The pixel of a rank among k.
#[allow(clippy::cast_possible_truncation)] // pixels
fn place(rank: f64, methods: usize) -> i32 {
    let last = f64::from(u32::try_from(methods).unwrap_or(u32::MAX).max(2));
    AXIS.0 + ((rank - 1.0) / (last - 1.0) * f64::from(AXIS.1 - AXIS.0)).round() as i32
}

fn diagram(area: &Area<'_>, over: &OverData, methods: &[String]) -> Drawn {
    let k = over.ranks.len();
    line(area, (AXIS.0, TOP), (AXIS.1, TOP), BLACK, 1)?;
    let every = k.div_ceil(12);
    for rank in (1..=k).step_by(every) {
        let x = place(f64::from(u32::try_from(rank)?), k);
        line(area, (x, TOP - 6), (x, TOP), BLACK, 1)?;
        text(area, &rank.to_string(), (x, TOP - 14), 13, Anchor::Middle, BLACK)?;
    }
    // The critical difference as a length, above the axis.
    let end = place(1.0 + over.critical_difference, k).min(i32::try_from(WIDE)? - 150);
    let cut = place(1.0 + over.critical_difference, k) > end;
    line(area, (AXIS.0, 16), (end, 16), BLACK, 2)?;
    line(area, (AXIS.0, 12), (AXIS.0, 20), BLACK, 2)?;
    if !cut {
        line(area, (end, 12), (end, 20), BLACK, 2)?;
    }
    let length = format!("CD = {:.2}{}", over.critical_difference, if cut { " (longer than the axis)" } else { "" });
    text(area, &length, (end + 8, 16), 13, Anchor::Left, BLACK)?;
    for (row, (first, last)) in (0..).zip(&over.cliques) {
        let y = TOP + 14 + 10 * row;
        line(area, (place(over.ranks[*first].1, k) - 5, y), (place(over.ranks[*last].1, k) + 5, y), BLACK, 4)?;
    }
    let below = TOP + 14 + 10 * i32::try_from(over.cliques.len())? + 12;
    for (position, (method, rank)) in over.ranks.iter().enumerate() {
        // The better half is named at the left, the others at the right; the outermost ranks stand highest, so that no
        // line crosses another.
        let left = position < k.div_ceil(2);
        let row = if left { position } else { k - 1 - position };
        let (x, y) = (place(*rank, k), below + ROW * i32::try_from(row)?);
        let (end, anchor) = if left { (AXIS.0 - 20, Anchor::Right) } else { (AXIS.1 + 20, Anchor::Left) };
        line(area, (x, TOP), (x, y), BLACK, 1)?;
        line(area, (x, y), (end, y), BLACK, 1)?;
        marker(area, style(methods, method), (end, y))?;
        let words = if left { format!("{method}  {rank:.2}") } else { format!("{rank:.2}  {method}") };
        text(area, &words, (if left { end - 12 } else { end + 12 }, y), 14, anchor, BLACK)?;
    }
    Ok(())
}
