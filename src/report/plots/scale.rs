//! The scale of an axis, with its own ticks.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use std::ops::Range;

/// An axis with its ends and its ticks, on a scale on which it is linear.
#[derive(Clone)]
pub struct Scale {
    pub range: Range<f64>,
    pub ticks: Vec<(f64, String)>,
}

/// Plotters' own scale, but for the ticks.
impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, place: &f64, pixels: (i32, i32)) -> i32 {
        // Places that are no number are at the start; one beyond an end would be a pixel that is no number of 32 bits.
        let place = place.max(self.range.start).min(self.range.end);
        RangedCoordf64::from(self.range.clone()).map(&place, pixels)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            Vec::new()
        } else {
            self.ticks.iter().map(|(place, _)| *place).collect()
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Scale {
    /// A tick's label.
    fn format_ext(&self, place: &f64) -> String {
        self.ticks.iter().find(|(tick, _)| tick == place).map(|(_, label)| label.clone()).unwrap_or_default()
    }
}
