//! Passes over all numbers of a gang with coefficients that differ from run to run.
//!
//! The sizes of gangs divide [`PATTERN`], so coefficients that are repeated up to it fit every stretch of the numbers that begins with
//! a first lane: one loop for gangs of all sizes, whose body the compiler turns into vectors.

use crate::num::Real;
use crate::num::lanes::{turn, vectorized};

/// Numbers that a pass takes at a time: a multiple of the size of every gang.
pub const PATTERN: usize = 16;

/// One number per run, repeated.
pub type Pattern<R> = [R; PATTERN];

/// Writes a run's number to its lane of a gang of so many.
pub fn pattern<R: Real>(to: &mut Pattern<R>, (gang, lane): (usize, usize), number: R) {
    let mut at = lane;
    while at < PATTERN {
        to[at] = number;
        at += gang;
    }
}

/// Replaces each number x of each run whose `on` is not 0. `update` is given the coefficients of the run, x, M numbers that are only read and N that are
/// replaced too, those of the other runs by anything. All slices are of one length and begin with the first lane. `update` must carry `#[inline(always)]`.
#[inline(always)]
pub fn each_lane<R: Real, const C: usize, const M: usize, const N: usize>(
    on: Pattern<R>,
    coefficients: [Pattern<R>; C],
    numbers: &mut [R],
    read: [&[R]; M],
    mut kept: [&mut [R]; N],
    update: impl Fn([R; C], R, [R; M], [R; N]) -> (R, [R; N]),
) {
    vectorized(
        #[inline(always)]
        move || {
            let (whole, end) = (numbers.len() / PATTERN, numbers.len() / PATTERN * PATTERN);
            // All is read before anything is written, so that the compiler need not fear that one slice is another's.
            let (x, read_whole) = (numbers.as_chunks_mut().0, read.map(|read| &read.as_chunks().0[..whole]));
            let kept_whole = kept.each_mut().map(|kept| &mut kept.as_chunks_mut().0[..whole]);
            for at in 0..whole {
                let at = turn(at);
                let x = &mut x[at];
                let given = read_whole.map(|read| read[at]);
                let mut here = [[R::ZERO; PATTERN]; N];
                for n in 0..N {
                    here[n] = kept_whole[n][at];
                }
                let there = stretch(on, coefficients, (x, given, here), &update);
                for n in 0..N {
                    kept_whole[n][at] = there[n];
                }
            }
            let count = numbers.len() - end;
            if count > 0 {
                let mut x = padded(&numbers[end..]);
                let given = read.map(|read| padded(&read[end..]));
                let mut here = [[R::ZERO; PATTERN]; N];
                for n in 0..N {
                    here[n] = padded(&kept[n][end..]);
                }
                let there = stretch(on, coefficients, (&mut x, given, here), &update);
                numbers[end..].copy_from_slice(&x[..count]);
                for n in 0..N {
                    kept[n][end..].copy_from_slice(&there[n][..count]);
                }
            }
        },
    );
}

/// The same for one stretch of numbers; what is kept then.
#[inline(always)]
fn stretch<R: Real, const C: usize, const M: usize, const N: usize>(
    on: Pattern<R>,
    coefficients: [Pattern<R>; C],
    (x, given, mut here): (&mut Pattern<R>, [Pattern<R>; M], [Pattern<R>; N]),
    update: &impl Fn([R; C], R, [R; M], [R; N]) -> (R, [R; N]),
) -> [Pattern<R>; N] {
    let mut next_x = *x;
    for i in 0..PATTERN {
        let (mut of_run, mut others, mut there) = ([R::ZERO; C], [R::ZERO; M], [R::ZERO; N]);
        for c in 0..C {
            of_run[c] = coefficients[c][i];
        }
        for m in 0..M {
            others[m] = given[m][i];
        }
        for n in 0..N {
            there[n] = here[n][i];
        }
        let (next, there) = update(of_run, next_x[i], others, there);
        next_x[i] = if on[i] == R::ZERO { next_x[i] } else { next };
        for n in 0..N {
            here[n][i] = there[n];
        }
    }
    *x = next_x;
    here
}

/// A few numbers, and zeros behind them.
#[inline(always)]
fn padded<R: Real>(numbers: &[R]) -> Pattern<R> {
    let mut some = [R::ZERO; PATTERN];
    some[..numbers.len()].copy_from_slice(numbers);
    some
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::lanes::levels::at_each;

    #[test]
    fn each_run_has_its_own_coefficients() {
        for gang in [2, 4, 8, 16] {
            for count in [0, 1, 3, 8, 17] {
                at_each(|| {
                    let (mut factor, mut on) = ([0.0; PATTERN], [1.0; PATTERN]);
                    pattern(&mut on, (gang, 1), 0.0);
                    for lane in 0..gang {
                        pattern(&mut factor, (gang, lane), f64::from(u32::try_from(lane + 1).unwrap()));
                    }
                    let given: Vec<f64> = (0..count * gang).map(|i| f64::from(u32::try_from(i).unwrap())).collect();
                    let (mut replaced, mut kept) = (vec![0.5; count * gang], given.clone());
                    each_lane(
                        on,
                        [factor],
                        &mut replaced,
                        [&given],
                        [&mut kept],
                        #[inline(always)]
                        |[factor], sum, [x], [last]| (sum + factor * x, [last + sum]),
                    );
                    for (i, found) in replaced.iter().enumerate() {
                        let factor = if i % gang == 1 { 0.0 } else { f64::from(u32::try_from(i % gang + 1).unwrap()) };
                        assert_eq!(*found, 0.5 + factor * given[i]);
                        assert_eq!(kept[i], given[i] + 0.5);
                    }
                });
            }
        }
    }
}
