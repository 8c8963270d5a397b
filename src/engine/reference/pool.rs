//! Pooling (lecture L18, L40): one number for each window of q × q pixels, per channel; also of other shapes, such as steps of a sequence.
//!
//! | pooling | z' | δ |
//! |---|---|---|
//! | max | max over the square | δ' at the first pixel that has the maximum, else 0 |
//! | average | Σ over the square / q² | δ'/q² at each pixel |
//! | last | the last of the window | δ' at the last, else 0 |
//!
//! z is m × (h·w·C), z' is m × (⌊h/q⌋·⌊w/q⌋·C). Pixels beyond the last whole square get no message.

use super::module::{Context, ForwardValues, Messages};
use crate::model::{self, Pooling};
use crate::num::{MatMut, MatRef, Real};

pub struct PoolModule(model::Pool);

impl PoolModule {
    pub fn new(pool: model::Pool) -> Self {
        Self(pool)
    }

    /// Each number that comes out, by its place, with the places of its square.
    fn squares(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = usize> + Clone + use<>)> + use<> {
        let model::Pool { image, window: (rows, cols), .. } = self.0;
        let (pooled, channels, width) = (self.0.pooled(), image.channels, image.width);
        (0..pooled.numbers()).map(move |place| {
            let (pixel, channel) = (place / channels, place % channels);
            let corner = (pixel / pooled.width * rows * width + pixel % pooled.width * cols) * channels + channel;
            let square =
                (0..rows).flat_map(move |row| (0..cols).map(move |col| corner + (row * width + col) * channels));
            (place, square)
        })
    }

    /// 1/q²
    #[allow(clippy::cast_precision_loss)]
    fn share<R: Real>(&self) -> R {
        R::ONE / R::from_f64((self.0.window.0 * self.0.window.1) as f64)
    }
}

impl<R: Real> Messages<R> for PoolModule {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let share = self.share::<R>();
        for sample in 0..z.rows() {
            let (z, z_next) = (z.row(sample), z_next.row(sample));
            for (place, mut square) in self.squares() {
                z_next[place] = match self.0.pooling {
                    Pooling::Max => {
                        let first = z[square.next().expect("a square has a pixel")];
                        // A NaN stays, so that a diverged run is seen.
                        square.fold(first, |most, at| if z[at] > most || z[at].is_nan() { z[at] } else { most })
                    }
                    Pooling::Average => square.fold(R::ZERO, |sum, at| sum + z[at]) * share,
                    Pooling::Last => z[square.last().expect("a window has a pixel")],
                };
            }
        }
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        let share = self.share::<R>();
        for sample in 0..delta_next.rows() {
            let (z, z_next) = (values.z.row(sample), values.z_next.row(sample));
            let (delta_next, delta) = (delta_next.row(sample), delta.row(sample));
            delta.fill(R::ZERO);
            for (place, mut square) in self.squares() {
                match self.0.pooling {
                    Pooling::Max => {
                        if let Some(at) = square.find(|&at| z[at] == z_next[place]) {
                            delta[at] = delta_next[place];
                        }
                    }
                    Pooling::Average => square.for_each(|at| delta[at] = delta_next[place] * share),
                    Pooling::Last => delta[square.last().expect("a window has a pixel")] = delta_next[place],
                }
            }
        }
    }
}
