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
use crate::num::lanes::vectorized;
use crate::num::{MatMut, MatRef, Real};

pub struct PoolModule(Windows);

impl PoolModule {
    pub fn new(pool: model::Pool) -> Self {
        Self(Windows { pool, pooled: pool.pooled() })
    }
}

/// What is done for N channels of a window, which lie side by side.
trait WindowWork {
    /// `z`: where the first channel of the window's first pixel is among the numbers that go in; `z_next`: where it is among those
    /// that come out.
    fn at<const N: usize>(&mut self, windows: Windows, z: usize, z_next: usize);
}

/// Where the windows of an image are.
#[derive(Clone, Copy)]
struct Windows {
    pool: model::Pool,
    pooled: crate::num::Image,
}

impl Windows {
    /// Goes over all windows of so many samples, eight channels at a time and then one by one.
    #[inline(always)]
    fn each(self, samples: usize, mut work: impl WindowWork) {
        const SIDE_BY_SIDE: usize = 8;
        let Self { pool: model::Pool { image, window: (rows, cols), .. }, pooled } = self;
        let channels = image.channels;
        let whole = channels - channels % SIDE_BY_SIDE;
        let mut z_next = 0;
        for sample in 0..samples {
            for row in 0..pooled.height {
                for col in 0..pooled.width {
                    let z = sample * image.numbers() + (row * rows * image.width + col * cols) * channels;
                    for channel in (0..whole).step_by(SIDE_BY_SIDE) {
                        work.at::<SIDE_BY_SIDE>(self, z + channel, z_next + channel);
                    }
                    for channel in whole..channels {
                        work.at::<1>(self, z + channel, z_next + channel);
                    }
                    z_next += channels;
                }
            }
        }
    }

    /// N channels of each pixel of the window that begins at `z`: where they are.
    #[inline(always)]
    fn pixels(self, z: usize) -> impl Iterator<Item = usize> {
        let model::Pool { image, window: (rows, cols), .. } = self.pool;
        (0..rows).flat_map(move |row| (0..cols).map(move |col| z + (row * image.width + col) * image.channels))
    }

    /// The same of the last pixel.
    #[inline(always)]
    fn last(self, z: usize) -> usize {
        let model::Pool { image, window: (rows, cols), .. } = self.pool;
        z + ((rows - 1) * image.width + cols - 1) * image.channels
    }

    /// 1/q²
    #[allow(clippy::cast_precision_loss)]
    fn share<R: Real>(self) -> R {
        R::ONE / R::from_f64((self.pool.window.0 * self.pool.window.1) as f64)
    }
}

/// N numbers from `at` on.
#[inline(always)]
fn side_by_side<R: Copy, const N: usize>(numbers: &[R], at: usize) -> [R; N] {
    *numbers[at..].first_chunk().expect("as many channels")
}

struct Forward<'a, R> {
    share: R,
    z: &'a [R],
    z_next: &'a mut [R],
}

impl<R: Real> WindowWork for Forward<'_, R> {
    #[inline(always)]
    fn at<const N: usize>(&mut self, windows: Windows, z: usize, z_next: usize) {
        let pixels = windows.pixels(z).map(|at| side_by_side::<R, N>(self.z, at));
        let pooled = match windows.pool.pooling {
            // A NaN stays, so that a diverged run is seen.
            Pooling::Max => pixels.fold(side_by_side(self.z, z), |most, z| {
                let mut next = most;
                (0..N).for_each(|n| next[n] = if z[n] > most[n] || z[n].is_nan() { z[n] } else { most[n] });
                next
            }),
            Pooling::Average => {
                let mut sums = [R::ZERO; N];
                pixels.for_each(|z| (0..N).for_each(|n| sums[n] += z[n]));
                sums.map(|sum| sum * self.share)
            }
            Pooling::Last => side_by_side(self.z, windows.last(z)),
        };
        self.z_next[z_next..z_next + N].copy_from_slice(&pooled);
    }
}

struct Backward<'a, R> {
    share: R,
    z: &'a [R],
    z_next: &'a [R],
    delta_next: &'a [R],
    /// 0 before.
    delta: &'a mut [R],
}

impl<R: Real> WindowWork for Backward<'_, R> {
    #[inline(always)]
    fn at<const N: usize>(&mut self, windows: Windows, z: usize, z_next: usize) {
        let mut message = side_by_side::<R, N>(self.delta_next, z_next);
        match windows.pool.pooling {
            Pooling::Max => {
                let most = side_by_side::<R, N>(self.z_next, z_next);
                for at in windows.pixels(z) {
                    let (z, delta) = (side_by_side::<R, N>(self.z, at), &mut self.delta[at..at + N]);
                    for n in 0..N {
                        // The first takes the message.
                        let is_most = z[n] == most[n];
                        delta[n] = if is_most { message[n] } else { R::ZERO };
                        message[n] = if is_most { R::ZERO } else { message[n] };
                    }
                }
            }
            Pooling::Average => {
                let each = message.map(|delta| delta * self.share);
                windows.pixels(z).for_each(|at| self.delta[at..at + N].copy_from_slice(&each));
            }
            Pooling::Last => self.delta[windows.last(z)..][..N].copy_from_slice(&message),
        }
    }
}

impl<R: Real> Messages<R> for PoolModule {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let (windows, samples, share) = (self.0, z.rows(), self.0.share());
        let z_next = z_next.data();
        vectorized(
            #[inline(always)]
            move || windows.each(samples, Forward { share, z: z.data(), z_next: &mut *z_next }),
        );
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        let (windows, samples, share) = (self.0, delta_next.rows(), self.0.share());
        let delta = delta.data();
        delta.fill(R::ZERO);
        let (z, z_next, delta_next) = (values.z.data(), values.z_next.data(), delta_next.data());
        vectorized(
            #[inline(always)]
            move || windows.each(samples, Backward { share, z, z_next, delta_next, delta: &mut *delta }),
        );
    }
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::needless_range_loop)] // random numbers, as f32; the definition counts places
mod tests {
    use super::super::super::Masks;
    use super::*;
    use crate::num::lanes::levels::at_each;
    use crate::num::{Image, Purpose, Stream};

    /// The definition, number by number; z from few values, so that there are equal ones, and a NaN among them.
    fn plain(pool: model::Pool, z: &[f32], delta_next: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (model::Pool { image, window: (rows, cols), .. }, pooled) = (pool, pool.pooled());
        let (mut z_next, mut delta) = (Vec::new(), vec![0.0; z.len()]);
        for place in 0..pooled.numbers() {
            let (pixel, channel) = (place / pooled.channels, place % pooled.channels);
            let (row, col) = (pixel / pooled.width * rows, pixel % pooled.width * cols);
            let at = |row: usize, col: usize| (row * image.width + col) * image.channels + channel;
            let places: Vec<usize> =
                (0..rows).flat_map(|r| (0..cols).map(move |c| (r, c))).map(|(r, c)| at(row + r, col + c)).collect();
            let share = 1.0 / (rows * cols) as f32;
            match pool.pooling {
                Pooling::Max => {
                    let most = places
                        .iter()
                        .fold(z[places[0]], |most, &at| if z[at] > most || z[at].is_nan() { z[at] } else { most });
                    z_next.push(most);
                    if let Some(&at) = places.iter().find(|&&at| z[at] == most) {
                        delta[at] = delta_next[place];
                    }
                }
                Pooling::Average => {
                    z_next.push(places.iter().fold(0.0, |sum, &at| sum + z[at]) * share);
                    places.iter().for_each(|&at| delta[at] = delta_next[place] * share);
                }
                Pooling::Last => {
                    let last = places[places.len() - 1];
                    z_next.push(z[last]);
                    delta[last] = delta_next[place];
                }
            }
        }
        (z_next, delta)
    }

    #[test]
    fn windows_follow_the_definition_bit_for_bit() {
        let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for (channels, window) in [(1, (2, 2)), (3, (3, 1)), (8, (2, 2)), (11, (2, 3)), (16, (7, 6))] {
            let image = Image { height: 7, width: 6, channels };
            for pooling in [Pooling::Max, Pooling::Average, Pooling::Last] {
                let pool = model::Pool { pooling, image, window };
                let (mut stream, out) = (Stream::new(3, Purpose::Data, 0), pool.pooled().numbers());
                let mut z: Vec<f32> =
                    (0..2 * image.numbers()).map(|_| (stream.normal() * 2.0).round() as f32).collect();
                z[image.numbers() + 1] = f32::NAN;
                let delta_next: Vec<f32> = (0..2 * out).map(|_| stream.normal() as f32).collect();
                let samples = z.chunks_exact(image.numbers()).zip(delta_next.chunks_exact(out));
                let expected: Vec<_> = samples.map(|(z, delta_next)| plain(pool, z, delta_next)).collect();
                let expected = expected.into_iter().fold((vec![], vec![]), |(mut all, mut deltas), (z, delta)| {
                    all.extend(z);
                    deltas.extend(delta);
                    (all, deltas)
                });
                for (level, (z_next, delta)) in at_each(|| {
                    let context = Context { parameters: &[], masks: Masks(&[]), training: true };
                    let (mut z_next, mut delta) = (vec![9.0; 2 * out], vec![9.0; z.len()]);
                    let (mut module, z) = (PoolModule::new(pool), MatRef::new(2, image.numbers(), &z));
                    module.forward(context, z, MatMut::new(2, out, &mut z_next));
                    let values = ForwardValues { z, z_next: MatRef::new(2, out, &z_next) };
                    let message = MatRef::new(2, out, &delta_next);
                    module.backward(context, values, message, MatMut::new(2, image.numbers(), &mut delta));
                    (z_next, delta)
                }) {
                    let case = (pooling, window, channels, level);
                    let (ours, expected) = ([&z_next, &delta], [&expected.0, &expected.1]);
                    assert_eq!(ours.map(|of| bits(of)), expected.map(|of| bits(of)), "{case:?}");
                }
            }
        }
    }
}
