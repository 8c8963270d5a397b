//! Convolution (lecture L18, L40): a module of two. The first lays the patches of an image side by side, the second is a
//! linear module that acts on each patch with the same weights.
//!
//! Patches, no parameters:
//! - forward: z'_{p,i} = z_{at(p,i)}, a copy of pixel i of patch p
//! - backward: δ_j = Σ_{(p,i): at(p,i)=j} δ'_{p,i}, in the order of the patches
//!
//! z is m × (h·w·C); z' is m × (P·k·k·C) for P = (h−k+1)(w−k+1) patches, and behind the linear module m × (P·C').

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
    /// Each row of each patch: where it lies in an image and where in z'.
    fn pieces(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + use<> {
        let model::Patches { image, size } = self.0;
        let (rows, cols) = self.0.places();
        let length = size * image.channels;
        let starts = (0..rows).flat_map(move |row| {
            (0..cols)
                .flat_map(move |col| (0..size).map(move |line| ((row + line) * image.width + col) * image.channels))
        });
        starts.enumerate().map(move |(piece, start)| (start..start + length, piece * length..(piece + 1) * length))
    }
}

impl<R: Real> Messages<R> for PatchesModule {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        for sample in 0..z.rows() {
            let (z, z_next) = (z.row(sample), z_next.row(sample));
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
