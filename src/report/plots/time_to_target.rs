//! Expected training steps to a target that most methods reach, misses counted.

use super::figure::Axis;
use super::rows::{Placed, Row, Strips, draw};
use super::sheet::{Anchor, Drawn, colour, marker, methods, style, text};
use super::{Plot, Shows, caption};
use crate::analysis::{Configuration, Reached, select, targets};
use crate::registry::Entry;
use plotters::prelude::*;

pub const PLOT: Plot = Plot {
    entry: Entry {
        name: "time-to-target",
        description: "expected training steps to nine tenths of the median optimizer's way, misses counted",
        source: "report/plots/time_to_target.rs",
        parameters: &[],
    },
    shows: Shows::Compared,
    draw: |material| plot(material.configurations),
};

impl Row for Reached {
    fn name(&self) -> &str {
        &self.method
    }

    fn values(&self) -> Vec<f64> {
        self.steps.iter().filter_map(|(_, steps)| *steps).chain(self.time.expected).collect()
    }
}

fn plot(configurations: &[Configuration<'_>]) -> Result<String, String> {
    let methods = methods(configurations);
    let rows = |target: crate::analysis::Target| Strips {
        title: format!("{}: validation loss {:.3}", target.data, target.loss),
        x: Axis { name: "training steps".to_owned(), log: true },
        rows: target.methods,
    };
    let panels: Vec<Strips<Reached>> = targets(&select(configurations)).into_iter().map(rows).collect();
    if panels.iter().flat_map(|panel| &panel.rows).all(|row| row.time.expected.is_none()) {
        return Err("no run reaches a target".to_owned());
    }
    let what = "Best setting of each optimizer. Target: nine tenths of the way from the untrained loss to what the median \
                optimizer reaches. Marker: steps of all seeds, misses too, over hits; dots: seeds; right: hits of seeds. Steps \
                count to the end of the epoch; a solver's iteration counts as one.";
    draw("Time to target", &caption(what, configurations), &panels, 64, |placed, row, reached| {
        mark(placed, row, reached, style(&methods, &reached.method))
    })
}

fn mark(placed: &Placed<'_, '_>, row: usize, reached: &Reached, style: usize) -> Drawn {
    for (_, steps) in &reached.steps {
        if let Some(steps) = steps {
            let dot = Circle::new(placed.pixel(row, *steps, 0.22), 2, colour(style).mix(0.6).filled());
            placed.area.draw(&dot)?;
        }
    }
    if let Some(expected) = reached.time.expected {
        marker(placed.area, style, placed.pixel(row, expected, -0.08))?;
    }
    let hits = format!("{}/{}{}", reached.time.hits, reached.time.runs, if reached.time.hits == 0 { " ∞" } else { "" });
    let (_, (right, y)) = placed.ends(row);
    text(placed.area, &hits, (right + 6, y), 13, Anchor::Left, BLACK)
}
