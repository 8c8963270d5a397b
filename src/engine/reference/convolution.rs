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
use crate::num::lanes::vectorized;
use crate::num::{MatMut, MatRef, Real};

pub fn module<R: Real>(patches: model::Patches, weights: Weights, most_samples: usize) -> Chain<R> {
    let (rows, cols) = patches.places();
    let positions = rows * cols;
    let outputs = positions * weights.layer.outputs;
    let modules: [(Box<dyn ReferenceModule<R>>, usize); 2] = [
        (Box::new(Simple(PatchesModule::new(patches))), positions * patches.numbers()),
        (Box::new(Simple(Linear::new(weights, positions))), outputs),
    ];
    Chain::new(modules.into(), most_samples)
}

struct PatchesModule<R> {
    lines: PatchLines,
    /// An image, or its message, with the padding around it; nothing where there is none.
    padded: Vec<R>,
}

/// Where the patches' lines are in an image with its padding.
#[derive(Clone, Copy)]
struct PatchLines {
    /// Numbers of an image's row without padding, and of how many rows there are.
    image: (usize, usize),
    /// Numbers before each row, and rows before the first.
    padding: (usize, usize),
    /// Numbers of a row with its padding.
    row: usize,
    /// Rows and columns of patches.
    places: (usize, usize),
    /// Numbers from a row of patches to the next, and from a patch to the next in its row.
    steps: (usize, usize),
    /// Lines of a patch, and numbers of each.
    patch: (usize, usize),
}

impl PatchLines {
    fn of(patches: model::Patches) -> Self {
        let model::Patches { image, kernel, .. } = patches;
        let ((lines, size), [(down, right), (above, beside)]) = (kernel.sides(), patches.steps_and_padding());
        let row = (image.width + 2 * beside) * image.channels;
        Self {
            image: (image.width * image.channels, image.height),
            padding: (beside * image.channels, above),
            row,
            places: patches.places(),
            steps: (down * row, right * image.channels),
            patch: (lines, size * image.channels),
        }
    }

    fn is_padded(self) -> bool {
        self.padding != (0, 0)
    }

    /// Numbers of an image with its padding.
    fn padded(self) -> usize {
        self.row * (self.image.1 + 2 * self.padding.1)
    }

    /// The image's rows within what has the padding around them.
    fn rows_of<R>(self, padded: &mut [R]) -> impl Iterator<Item = &mut [R]> {
        let Self { image: (width, height), padding: (before, above), row, .. } = self;
        padded.chunks_exact_mut(row).skip(above).take(height).map(move |row| &mut row[before..before + width])
    }

    /// Where the lines of all patches begin, patch after patch.
    #[inline(always)]
    fn starts(self) -> impl Iterator<Item = usize> {
        let Self { places: (rows, cols), steps: (down, right), patch: (lines, _), row, .. } = self;
        (0..rows * cols).flat_map(move |place| {
            let first = place / cols * down + place % cols * right;
            (0..lines).map(move |line| first + line * row)
        })
    }

    /// Lays the patches of an image with its padding side by side. A line of N numbers, or of any length where N is 0.
    #[inline(always)]
    fn lay_out<R: Copy, const N: usize>(self, image: &[R], patches: &mut [R]) {
        let length = if N == 0 { self.patch.1 } else { N };
        for (start, line) in self.starts().zip(patches.chunks_exact_mut(length)) {
            line.copy_from_slice(&image[start..start + length]);
        }
    }

    /// Adds what lies in the patches to the image.
    #[inline(always)]
    fn add_up<R: Real, const N: usize>(self, patches: &[R], image: &mut [R]) {
        let length = if N == 0 { self.patch.1 } else { N };
        for (start, line) in self.starts().zip(patches.chunks_exact(length)) {
            image[start..start + length].iter_mut().zip(line).for_each(|(sum, &delta_j)| *sum += delta_j);
        }
    }
}

/// `$of::<N>(…)` for lines of N numbers: those of usual kernels on one channel and on eight have a length that the compiler knows.
macro_rules! by_length {
    ($lines:ident.$of:ident($from:expr, $to:expr)) => {
        match $lines.patch.1 {
            3 => $lines.$of::<_, 3>($from, $to),
            5 => $lines.$of::<_, 5>($from, $to),
            24 => $lines.$of::<_, 24>($from, $to),
            40 => $lines.$of::<_, 40>($from, $to),
            _ => $lines.$of::<_, 0>($from, $to),
        }
    };
}

impl<R: Real> PatchesModule<R> {
    fn new(patches: model::Patches) -> Self {
        let lines = PatchLines::of(patches);
        Self { lines, padded: vec![R::ZERO; if lines.is_padded() { lines.padded() } else { 0 }] }
    }
}

impl<R: Real> Messages<R> for PatchesModule<R> {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let (lines, padded) = (self.lines, &mut self.padded);
        padded.fill(R::ZERO);
        for sample in 0..z.rows() {
            let (z, z_next) = (z.row(sample), z_next.row(sample));
            let image = if lines.is_padded() {
                lines
                    .rows_of(padded)
                    .zip(z.chunks_exact(lines.image.0))
                    .for_each(|(to, from)| to.copy_from_slice(from));
                &padded[..]
            } else {
                z
            };
            vectorized(
                #[inline(always)]
                move || by_length!(lines.lay_out(image, &mut *z_next)),
            );
        }
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        let (lines, padded) = (self.lines, &mut self.padded);
        for sample in 0..delta_next.rows() {
            let (delta_next, delta) = (delta_next.row(sample), delta.row(sample));
            let sums = if lines.is_padded() { &mut padded[..] } else { &mut *delta };
            sums.fill(R::ZERO);
            vectorized(
                #[inline(always)]
                move || by_length!(lines.add_up(delta_next, &mut *sums)),
            );
            if lines.is_padded() {
                lines
                    .rows_of(padded)
                    .zip(delta.chunks_exact_mut(lines.image.0))
                    .for_each(|(from, to)| to.copy_from_slice(from));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation)] // random numbers, as f32
mod tests {
    use super::super::super::Masks;
    use super::*;
    use crate::model::KernelShape;
    use crate::num::lanes::levels::at_each;
    use crate::num::{Image, Purpose, Stream};

    /// The definition, number by number.
    fn plain(patches: model::Patches, z: &[f32], delta_next: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let model::Patches { image, kernel, .. } = patches;
        let ((lines, size), [(down, right), (above, beside)]) = (kernel.sides(), patches.steps_and_padding());
        let (mut z_next, mut delta) = (Vec::new(), vec![0.0; z.len()]);
        let (rows, cols) = patches.places();
        for place in 0..rows * cols {
            for pixel in 0..lines * size {
                let row = (place / cols * down + pixel / size).checked_sub(above).filter(|row| *row < image.height);
                let col = (place % cols * right + pixel % size).checked_sub(beside).filter(|col| *col < image.width);
                for channel in 0..image.channels {
                    let at = row.zip(col).map(|(row, col)| (row * image.width + col) * image.channels + channel);
                    if let Some(at) = at {
                        delta[at] += delta_next[z_next.len()];
                    }
                    z_next.push(at.map_or(0.0, |at| z[at]));
                }
            }
        }
        (z_next, delta)
    }

    #[test]
    fn patches_follow_the_definition_bit_for_bit() {
        let square = KernelShape::Square;
        let (small, flat) = (Image { height: 7, width: 6, channels: 1 }, Image { height: 9, width: 1, channels: 8 });
        let deep = |channels| Image { channels, ..small };
        let cases =
            [(small, square(3), 1, 0), (small, square(3), 1, 1), (small, square(5), 2, 2), (deep(8), square(3), 1, 1)];
        let more = [(deep(3), square(4), 3, 3), (flat, KernelShape::Line(3), 2, 1), (flat, KernelShape::Line(9), 1, 0)];
        for (image, kernel, stride, padding) in cases.into_iter().chain(more) {
            let patches = model::Patches { image, kernel, stride, padding };
            let ((rows, cols), mut stream) = (patches.places(), Stream::new(5, Purpose::Data, 0));
            let (inside, out) = (image.numbers(), rows * cols * patches.numbers());
            let mut normal = |count: usize| (0..count).map(|_| stream.normal() as f32).collect::<Vec<_>>();
            let (z, delta_next) = (normal(2 * inside), normal(2 * out));
            let of =
                |sample: usize| plain(patches, &z[sample * inside..][..inside], &delta_next[sample * out..][..out]);
            let ((first, first_delta), (second, second_delta)) = (of(0), of(1));
            for (level, (z_next, delta)) in at_each(|| {
                let context = Context { parameters: &[], masks: Masks(&[]), training: true };
                let (mut z_next, mut delta) = (vec![9.0; 2 * out], vec![9.0; 2 * inside]);
                let (mut module, z) = (PatchesModule::new(patches), MatRef::new(2, inside, &z));
                module.forward(context, z, MatMut::new(2, out, &mut z_next));
                let values = ForwardValues { z, z_next: MatRef::new(2, out, &z_next) };
                let message = MatRef::new(2, out, &delta_next);
                module.backward(context, values, message, MatMut::new(2, inside, &mut delta));
                (z_next, delta)
            }) {
                assert_eq!(z_next, [&first[..], &second].concat(), "{patches:?} at {level:?}");
                assert_eq!(delta, [&first_delta[..], &second_delta].concat(), "{patches:?} at {level:?}");
            }
        }
    }
}
