//! Convolution (lecture L18, L40): a module of two. The first lays the patches of an image side by side, the second is a
//! linear module that acts on each patch with the same weights.
//!
//! Patches, no parameters:
//! - forward: z'_{p,i} = z_{at(p,i)}, a copy of pixel i of patch p
//! - backward: δ_j = Σ_{(p,i): at(p,i)=j} δ'_{p,i}, in the order of the patches
//!
//! z is m × (h·w·C); z' is m × (P·k·k·C) for P patches, (h−k+1)(w−k+1) without stride and padding, and behind the linear module
//! m × (P·C'). A sequence is an image of one column. What a patch has beyond the image's edge is 0.

use super::chain::Chain;
use super::linear::Linear;
use super::module::{Context, ForwardValues, Messages, ReferenceModule, Simple, Weights};
use crate::model;
use crate::num::{MatMut, MatRef, Real};
use std::ops::Range;

pub fn module<R: Real>(patches: model::Patches, weights: Weights, most_samples: usize) -> Chain<R> {
    let (rows, cols) = patches.places();
    let positions = rows * cols;
    let outputs = positions * weights.layer.outputs;
    let modules: [(Box<dyn ReferenceModule<R>>, usize); 2] = [
        (Box::new(Simple(PatchesModule(patches))), positions * patches.numbers()),
        (Box::new(Simple(Linear::new(weights, positions))), outputs),
    ];
    Chain::new(modules.into(), most_samples)
}

struct PatchesModule(model::Patches);

impl PatchesModule {
    /// Each row of each patch, as far as it lies within the image: where it lies there and where in z'.
    fn pieces(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + use<> {
        let model::Patches { image, kernel, .. } = self.0;
        let ((lines, size), [(down, right), (above, beside)]) = (kernel.sides(), self.0.steps_and_padding());
        let ((rows, cols), channels) = (self.0.places(), image.channels);
        let places = (0..rows).flat_map(move |row| (0..cols).map(move |col| (row * down, col * right)));
        let pieces = places.flat_map(move |(row, col)| (0..lines).map(move |line| (row + line, col)));
        pieces.enumerate().filter_map(move |(piece, (row, col))| {
            // Rows and columns are counted from the padding's edge.
            let row = row.checked_sub(above).filter(|row| *row < image.height)?;
            let (left, end) = (beside.saturating_sub(col), (image.width + beside - col).min(size));
            let (first, count) = (row * image.width + col + left - beside, end.checked_sub(left)?);
            let (from, to) = (first * channels, (piece * size + left) * channels);
            Some((from..from + count * channels, to..to + count * channels))
        })
    }
}

impl<R: Real> Messages<R> for PatchesModule {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        for sample in 0..z.rows() {
            let (z, z_next) = (z.row(sample), z_next.row(sample));
            if self.0.padding > 0 {
                z_next.fill(R::ZERO);
            }
            self.pieces().for_each(|(image, patch)| z_next[patch].copy_from_slice(&z[image]));
        }
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        for sample in 0..delta_next.rows() {
            let (delta_next, delta) = (delta_next.row(sample), delta.row(sample));
            delta.fill(R::ZERO);
            for (image, patch) in self.pieces() {
                delta[image].iter_mut().zip(&delta_next[patch]).for_each(|(sum, &delta_j)| *sum += delta_j);
            }
        }
    }
}
