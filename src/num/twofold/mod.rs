//! A sum in about twice the precision of f64, for residuals: y − Xw cancels all but the last digits.
//!
//! A number is kept as the unevaluated sum of two f64, high + low. Sums and products are split exactly into a rounded
//! result and its rounding error, and the errors are added up: a sum of m products has a relative error of about 2⁻⁵³
//! once rounded, plus m² 2⁻¹⁰⁶ of the sum of the products' sizes. Ogita, Rump & Oishi 2005, "Accurate sum and dot
//! product", algorithms 3.1 (TwoSum), 3.5 (TwoProductFMA) and 5.3 (Dot2).

mod rows;

pub use rows::add_dots;

/// Sums of a [`dot`] that run side by side.
const PARTS: usize = 8;

/// high + low.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Twofold {
    high: f64,
    low: f64,
}

impl Twofold {
    /// Exactly this number.
    #[must_use]
    pub const fn of(number: f64) -> Self {
        Self { high: number, low: 0.0 }
    }

    /// This + `number`.
    #[inline(always)]
    #[must_use]
    pub fn plus(self, number: f64) -> Self {
        let (high, error) = two_sum(self.high, number);
        Self { high, low: self.low + error }
    }

    /// This + `a` · `b`.
    #[inline(always)]
    #[must_use]
    pub fn plus_product(self, a: f64, b: f64) -> Self {
        let product = a * b;
        let product_error = a.mul_add(b, -product);
        let (high, error) = two_sum(self.high, product);
        Self { high, low: self.low + (error + product_error) }
    }

    /// The nearest f64.
    #[must_use]
    pub fn value(self) -> f64 {
        self.high + self.low
    }
}

/// start + Σ_i a_i b_i, over the shorter of both: eight sums side by side, high and low parts apart, added in pairs at the
/// end. The definition of what `rows.rs` does in vectors.
#[cfg(test)]
fn dot(start: Twofold, a: &[f64], b: &[f64]) -> Twofold {
    let length = a.len().min(b.len());
    let ((a_blocks, a_rest), (b_blocks, b_rest)) = (a[..length].as_chunks::<PARTS>(), b[..length].as_chunks::<PARTS>());
    let (mut high, mut low) = ([0.0; PARTS], [0.0; PARTS]);
    (high[0], low[0]) = (start.high, start.low);
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for part in 0..PARTS {
            let sum = Twofold { high: high[part], low: low[part] }.plus_product(a[part], b[part]);
            (high[part], low[part]) = (sum.high, sum.low);
        }
    }
    for (part, (&a, &b)) in a_rest.iter().zip(b_rest).enumerate() {
        let sum = Twofold { high: high[part], low: low[part] }.plus_product(a, b);
        (high[part], low[part]) = (sum.high, sum.low);
    }
    // In pairs: half of the sums take in the other half, until one is left.
    for count in [4, 2, 1] {
        for part in 0..count {
            let sum = Twofold { high: high[part], low: low[part] }.plus(high[part + count]);
            (high[part], low[part]) = (sum.high, sum.low + low[part + count]);
        }
    }
    Twofold { high: high[0], low: low[0] }
}

/// Sums side by side, all 0 at first.
#[derive(Clone, Debug)]
pub struct Sums {
    high: Vec<f64>,
    low: Vec<f64>,
}

impl Sums {
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { high: vec![0.0; count], low: vec![0.0; count] }
    }

    /// All sums at 0 again.
    pub fn clear(&mut self) {
        self.high.fill(0.0);
        self.low.fill(0.0);
    }

    /// sum_j ← sum_j + factor · x_j
    #[inline(always)]
    pub fn add_multiple(&mut self, factor: Twofold, x: &[f64]) {
        for ((high, low), &x) in self.high.iter_mut().zip(&mut self.low).zip(x) {
            let sum = Twofold { high: *high, low: *low }.plus_product(factor.high, x);
            (*high, *low) = (sum.high, sum.low + factor.low * x);
        }
    }

    /// The sums in order.
    pub fn iter(&self) -> impl Iterator<Item = Twofold> + '_ {
        self.high.iter().zip(&self.low).map(|(&high, &low)| Twofold { high, low })
    }
}

/// a + b as rounded, and its rounding error, exactly.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_plain_sums_lose_is_kept() {
        let sum = [1e100, 1.0, -1e100].into_iter().fold(Twofold::default(), Twofold::plus);
        assert_eq!(sum.value(), 1.0);
        // (1 + 2⁻³⁰)² = 1 + 2⁻²⁹ + 2⁻⁶⁰, whose last term a product in f64 rounds away.
        let x = 1.0 + (-30.0_f64).exp2();
        let square = Twofold::of(-1.0).plus_product(x, x).plus(-(-29.0_f64).exp2());
        assert_eq!(square.value(), (-60.0_f64).exp2());
        assert_eq!(Twofold::of(1.0).plus_product(1e-20, 1.0).plus(-1.0).value(), 1e-20);
    }

    #[test]
    fn long_sums_keep_what_cancels() {
        let a: Vec<f64> = (0..27).map(|i| if i % 3 == 0 { 1e16 } else { 1.0 }).collect();
        let b: Vec<f64> = (0..27).map(|i| if i % 6 == 3 { -1.0 } else { 1.0 }).collect();
        // Nine large terms, five of them positive, and 18 ones.
        let sum = dot(Twofold::of(-1e16), &a, &b);
        assert_eq!(sum.value(), 18.0);
        let (small, large) = ((-66.0_f64).exp2(), 60.0_f64.exp2());
        let mut sums = Sums::new(2);
        sums.add_multiple(Twofold::of(1.0).plus(small), &[large, 1.0]);
        sums.add_multiple(Twofold::of(-1.0), &[large, 0.5]);
        assert_eq!(sums.iter().map(Twofold::value).collect::<Vec<_>>(), [(-6.0_f64).exp2(), 0.5 + small]);
    }
}
