//! Sums over vectors of f64 in one fixed order, for the factorizations.
//!
//! Every sum runs in 8 parts side by side, part p over the places p, p + 8, …, and the parts are added in pairs at the
//! end; products are rounded before they are added. So the bits do not depend on how wide the CPU's vectors are.

/// Sums side by side: enough to keep one AVX-512 or two AVX2 registers busy.
pub const PARTS: usize = 8;

/// Σ_i a_i b_i, over the shorter of both.
#[inline(always)]
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let length = a.len().min(b.len());
    let whole = length - length % PARTS;
    let [[sums]] = whole_blocks([&a[..whole]], [&b[..whole]]);
    with_rest(sums, &a[whole..length], &b[whole..length])
}

/// The parts of [`dot`] of each a with each b, as far as whole blocks go: side by side, since a single sum waits for each
/// of its additions. All are of one length.
#[inline(always)]
#[must_use]
pub fn whole_blocks<const M: usize, const N: usize>(a: [&[f64]; M], b: [&[f64]; N]) -> [[[f64; PARTS]; N]; M] {
    let mut sums = [[[0.0; PARTS]; N]; M];
    let (a, b) = (a.map(|a| a.as_chunks::<PARTS>().0), b.map(|b| b.as_chunks::<PARTS>().0));
    let blocks = a.iter().chain(&b).map(|blocks| blocks.len()).min().unwrap_or(0);
    let (a, b) = (a.map(|a| &a[..blocks]), b.map(|b| &b[..blocks]));
    for block in 0..blocks {
        for m in 0..M {
            for n in 0..N {
                for part in 0..PARTS {
                    sums[m][n][part] += a[m][block][part] * b[n][block][part];
                }
            }
        }
    }
    sums
}

/// [`dot`] from its whole blocks' parts and the places behind, fewer than [`PARTS`].
#[inline(always)]
#[must_use]
pub fn with_rest(mut sums: [f64; PARTS], a: &[f64], b: &[f64]) -> f64 {
    for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
        *sum += a * b;
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// y ← y + factor · x
#[inline(always)]
pub fn add_multiple(factor: f64, x: &[f64], y: &mut [f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += factor * x);
}

/// ‖x‖, without overflow on the way.
#[must_use]
pub fn norm(x: &[f64]) -> f64 {
    let largest = x.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    let scale = power_of_two(largest);
    let scaled: Vec<f64> = x.iter().map(|x| x * scale).collect();
    dot(&scaled, &scaled).sqrt() / scale
}

/// The power of two that brings a finite number greater than 0 into [1, 2): multiplying by it is exact, as far as the
/// range of f64 allows.
#[must_use]
pub fn power_of_two(number: f64) -> f64 {
    let exponent = libm::ilogb(number).clamp(-1000, 1000);
    libm::scalbn(1.0, -exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_take_every_place_once() {
        for length in [0, 1, 7, 8, 9, 16, 31] {
            let ones = vec![1.0; length];
            let numbers: Vec<f64> = (0..length).map(|i| f64::from(u32::try_from(i).unwrap())).collect();
            let sum: f64 = numbers.iter().sum(); // small whole numbers: exact in any order
            assert_eq!(dot(&ones, &numbers), sum, "{length}");
        }
    }

    #[test]
    fn norms_neither_overflow_nor_vanish() {
        let rounding = 1e-15; // a few units in the last place
        assert!((norm(&[3e200, -4e200]) / 5e200 - 1.0).abs() < rounding);
        assert!((norm(&[3e-200, 4e-200]) / 5e-200 - 1.0).abs() < rounding);
        assert_eq!(norm(&[]), 0.0);
        assert_eq!(power_of_two(6.0), 0.25);
        assert_eq!(power_of_two(0.75), 2.0);
    }
}
