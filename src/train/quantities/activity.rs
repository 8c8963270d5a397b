//! What hidden units do over a part of the data: how often they are 0, which are 0 for every sample, and how they go together.
//!
//! correlation: the mean of |r_jk| over all pairs j < k of units of one layer that vary, r Pearson's. Of layers with more than 256 units
//! every second, third … is looked at, so that there are at most 256.

use super::state::{CHUNK, HiddenLayer, chunks};
use crate::engine::EngineError;
use crate::num::vector::{dot, norm};
use crate::num::{MatMut, Matrix};

/// The most units of a layer whose pairs are looked at.
const MOST_PAIRED: usize = 256;

/// What the hidden units of all layers did over a part.
pub struct Activity {
    units: usize,
    /// Values of all units over all samples, and how many of them are 0.
    values: f64,
    zeros: f64,
    /// Units that were 0 for every sample.
    dead: usize,
    /// Σ |r| over pairs, and the pairs.
    correlation: f64,
    pairs: f64,
}

impl Activity {
    /// Of these layers at θ.
    ///
    /// # Errors
    /// Where the engine fails.
    #[allow(clippy::cast_precision_loss)] // counts stay below 2⁵³
    pub fn new(layers: &mut [HiddenLayer], theta: &[f64], inputs: &Matrix<f64>) -> Result<Self, EngineError> {
        let mut all = Self { units: 0, values: 0.0, zeros: 0.0, dead: 0, correlation: 0.0, pairs: 0.0 };
        for HiddenLayer { engine, width } in layers {
            let every = width.div_ceil(MOST_PAIRED).max(1);
            let (mut zeros, mut paired) = (vec![0_usize; *width], vec![Vec::new(); width.div_ceil(every)]);
            let mut values = vec![0.0; CHUNK.min(inputs.rows()) * *width];
            for rows in chunks(inputs.rows()) {
                let values = &mut values[..rows.len() * *width];
                let inputs = inputs.view().rows_between(rows.start, rows.end);
                engine.outputs(theta, inputs, MatMut::new(rows.len(), *width, values))?;
                for row in values.chunks_exact(*width) {
                    zeros.iter_mut().zip(row).for_each(|(count, value)| *count += usize::from(*value == 0.0));
                    let looked_at = row.iter().step_by(every);
                    paired.iter_mut().zip(looked_at).for_each(|(column, value)| column.push(*value));
                }
            }
            all.units += *width;
            all.values += (inputs.rows() * *width) as f64;
            all.zeros += zeros.iter().sum::<usize>() as f64;
            all.dead += zeros.iter().filter(|zeros| **zeros == inputs.rows()).count();
            all.add_pairs(paired);
        }
        Ok(all)
    }

    /// Adds the correlations of the units of a layer, a column each.
    #[allow(clippy::cast_precision_loss)]
    fn add_pairs(&mut self, columns: Vec<Vec<f64>>) {
        let varying: Vec<Vec<f64>> = columns.into_iter().filter_map(standardized).collect();
        for (at, column) in varying.iter().enumerate() {
            for other in &varying[..at] {
                self.correlation += dot(column, other).abs().min(1.0);
                self.pairs += 1.0;
            }
        }
    }

    /// Share of the values that are exactly 0.
    pub fn zero_share(&self) -> Option<f64> {
        (self.values > 0.0).then(|| self.zeros / self.values)
    }

    /// Share of the units that are 0 for every sample.
    #[allow(clippy::cast_precision_loss)]
    pub fn dead_units(&self) -> Option<f64> {
        (self.units > 0).then(|| self.dead as f64 / self.units as f64)
    }

    /// Mean |r|; `None` where no two units of a layer vary.
    pub fn correlation(&self) -> Option<f64> {
        (self.pairs > 0.0).then(|| self.correlation / self.pairs)
    }
}

/// Mean 0 and length 1; `None` where all values are equal.
#[allow(clippy::cast_precision_loss)]
fn standardized(mut column: Vec<f64>) -> Option<Vec<f64>> {
    let first = *column.first()?;
    if column.iter().all(|value| *value == first) {
        return None;
    }
    let mean = column.iter().sum::<f64>() / column.len() as f64;
    column.iter_mut().for_each(|value| *value -= mean);
    let length = norm(&column);
    column.iter_mut().for_each(|value| *value /= length);
    Some(column).filter(|_| length > 0.0 && length.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_are_those_of_varying_pairs() {
        let mut all = Activity { units: 3, values: 9.0, zeros: 3.0, dead: 1, correlation: 0.0, pairs: 0.0 };
        // r of (1, 2, 3) and (3, 1, 2) is −½; the constant has none.
        all.add_pairs(vec![vec![1.0, 2.0, 3.0], vec![0.0; 3], vec![3.0, 1.0, 2.0]]);
        assert!((all.correlation().unwrap() - 0.5).abs() < 1e-15);
        assert_eq!((all.zero_share(), all.dead_units()), (Some(3.0 / 9.0), Some(1.0 / 3.0)));
    }
}
