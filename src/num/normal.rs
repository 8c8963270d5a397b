//! Φ(x) = ½ erfc(−x/√2) and φ(x) = e^{−x²/2}/√(2π) of the standard normal distribution, the same bits on every CPU and fit for
//! vectors.
//!
//! With z = |x|/√2, t = 1/(1 + z/2) and u = 2t − 1: erfc(z) = t e^{−z²} g(u), g a polynomial that interpolates at Chebyshev's
//! points (`tests/oracles/elementary.py`); its largest error is 5e-9 in f32 and 1.4e-17 in f64, of values from 0.28 to 1. The sum of
//! the sizes of its coefficients is 1.03, so that Horner's scheme loses nothing. Errors of Φ: below 3 units in the last place of 1
//! in f32, below 2 in f64; in the lower tail relative errors grow like x² times the roundoff.

use super::{Precision, Real};

/// Of g, the highest power first.
const SINGLE: [f64; 12] = [
    -1.327_395_517_676_192e-06,
    4.216_119_719_638_780_5e-05,
    -3.295_153_927_018_533e-05,
    -0.000_299_382_712_071_564_5,
    0.000_427_020_150_762_249_9,
    0.001_529_157_160_763_692,
    -0.003_241_854_895_367_504_3,
    -0.010_751_626_186_584_588,
    0.018_221_384_245_757_106,
    0.139_735_733_521_929_14,
    0.343_580_332_970_096_4,
    0.510_791_356_915_945_2,
];
const DOUBLE: [f64; 27] = [
    1.205_166_599_588_363_7e-09,
    -1.059_033_314_357_18e-09,
    -9.744_756_625_932_259e-09,
    1.321_632_551_763_264_9e-08,
    2.904_198_544_420_908_6e-08,
    -6.965_842_943_409_138e-08,
    -1.698_272_401_293_566_7e-09,
    1.786_722_947_916_853_3e-07,
    -2.855_481_823_834_117e-07,
    -1.375_450_823_318_594_5e-08,
    1.000_918_586_265_41e-06,
    -1.815_035_508_054_166_5e-06,
    -5.628_166_935_192_924e-07,
    8.057_875_867_147_34e-06,
    -1.084_805_726_889_109_6e-05,
    -1.707_378_113_381_891_4e-05,
    7.223_535_061_438_543e-05,
    -1.718_583_187_488_975_2e-05,
    -0.000_331_536_747_619_460_43,
    0.000_418_648_043_279_111_1,
    0.001_545_306_029_057_643_6,
    -0.003_239_592_534_582_067_3,
    -0.010_755_330_944_716_365,
    0.018_221_115_753_459_04,
    0.139_736_046_278_026_88,
    0.343_580_342_206_905_14,
    0.510_791_352_621_011_5,
];

#[inline(always)]
fn polynomial<R: Real>(coefficients: &[f64], u: R) -> R {
    coefficients.iter().fold(R::ZERO, |sum, &c| sum.mul_add(u, R::from_f64(c)))
}

/// Φ(x) and φ(x), by one exponential: for loops that run in vectors.
#[inline(always)]
pub fn normal<R: Real>(x: R) -> (R, R) {
    let half = R::from_f64(0.5);
    let bell = (-(half * x * x)).exp();
    let z = x.abs() * R::from_f64(std::f64::consts::FRAC_1_SQRT_2);
    let t = R::ONE / half.mul_add(z, R::ONE);
    let u = t + t - R::ONE;
    let g = match R::PRECISION {
        Precision::F32 => polynomial(&SINGLE, u),
        Precision::F64 => polynomial(&DOUBLE, u),
    };
    let tail = half * t * g * bell;
    let below = if x < R::ZERO { tail } else { R::ONE - tail };
    (below, bell * R::from_f64(0.398_942_280_401_432_7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::lanes::levels::at_each;
    use crate::num::lanes::vectorized;

    fn values<R: Real>(at: &[R]) -> Vec<(R, R)> {
        let mut values = vec![(R::ZERO, R::ZERO); at.len()];
        vectorized(
            #[inline(always)]
            || values.iter_mut().zip(at).for_each(|(value, &x)| *value = normal(x)),
        );
        values
    }

    fn points() -> impl Iterator<Item = f64> {
        (-4000..4000).map(|i| f64::from(i) / 256.0)
    }

    /// libm's `erfc` is within 1 unit in the last place; the bounds are those of the head.
    #[test]
    fn the_distribution_is_that_of_libm() {
        for x in points() {
            let (exact, bell) =
                (0.5 * libm::erfc(-x / 2.0_f64.sqrt()), 0.398_942_280_401_432_7 * libm::exp(-0.5 * x * x));
            let (below, density) = normal(x);
            assert!((below - exact).abs() <= 2.0 * f64::EPSILON, "Φ({x}): {below} for {exact}");
            assert!((below - exact).abs() <= (4.0 + x * x) * f64::EPSILON * exact, "Φ({x}): {below} for {exact}");
            assert!((density - bell).abs() <= (3.0 + x * x) * f64::EPSILON * bell, "φ({x})");
            #[allow(clippy::cast_possible_truncation)]
            let (below, density) = normal(x as f32); // these points are exact
            assert!(
                (f64::from(below) - exact).abs() <= 3.0 * f64::from(f32::EPSILON),
                "Φ({x}) in f32: {below} for {exact}"
            );
            assert!((f64::from(density) - bell).abs() <= 2.0 * f64::from(f32::EPSILON), "φ({x}) in f32");
        }
    }

    /// 50 digits of mpmath, rounded.
    #[test]
    fn known_values() {
        let near = |value: f64, exact: f64| assert!((value / exact - 1.0).abs() < 1e-14, "{value} for {exact}");
        near(normal(1.0).0, 0.841_344_746_068_542_9);
        near(normal(-3.0).0, 0.001_349_898_031_630_094_5);
        near(normal(-10.0).0, 7.619_853_024_160_526e-24);
        assert_eq!(normal(0.0).0, 0.5);
    }

    #[test]
    fn ends_are_exact_and_nan_stays() {
        for large in [40.0_f64, 1e200, f64::INFINITY] {
            assert_eq!((normal(large), normal(-large)), ((1.0, 0.0), (0.0, 0.0)), "{large}");
        }
        assert!(normal(f32::NAN).0.is_nan() && normal(f64::NAN).1.is_nan());
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let double: Vec<f64> = points().collect();
        #[allow(clippy::cast_possible_truncation)]
        let single: Vec<f32> = double.iter().map(|&x| x as f32).collect();
        let bits = || {
            let double = values(&double).into_iter().map(|(below, density)| [below.to_bits(), density.to_bits()]);
            let single = values(&single).into_iter().map(|(b, d)| [b.to_bits().into(), d.to_bits().into()]);
            double.chain(single).collect::<Vec<[u64; 2]>>()
        };
        let all = at_each(bits);
        assert!(all.iter().all(|(_, bits)| *bits == all[0].1));
    }
}
