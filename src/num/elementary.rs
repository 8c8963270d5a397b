//! exp, ln, ln(1 + x) and tanh, the same bits on every CPU and fit for vectors: no branches, no tables, only operations
//! that IEEE 754 rounds exactly.
//!
//! | function | by | error, f32 | error, f64 |
//! |---|---|---|---|
//! | exp | e^x = 2^n e^r, n the integer nearest to x/ln 2; e^r = 1 + r + r² q(r) | 0.99 | 1.06 |
//! | tanh | u/(u + 2) with u = e^{2\|x\|} − 1 = 2^n (r + r² q(r)) + (2^n − 1); x + x³ t(x²) where n < 2 | 1.50 | 1.47 |
//! | ln | x = 2^e m, √½ ≤ m < √2, s = (m−1)/(m+1): ln m = 2 artanh s by its series | 0.83 | 0.75 |
//! | ln(1 + x) | the same of 1 + x, corrected by what its rounding lost | 0.83 | 0.74 |
//!
//! Errors are the largest seen, in units in the last place: in f32 over all 2³² numbers against the `libm` crate in f64,
//! in f64 over 240,000 numbers against 60 digits (`tests/oracles/elementary.py`). q and t are polynomials that interpolate at Chebyshev's points (same
//! script); the artanh's coefficients and the correction are those of fdlibm's `e_log.c` and `s_log1p.c` (Sun
//! Microsystems 1993). Overflow gives ∞, underflow rounds to the subnormal numbers and 0, and not a number stays none.

#![allow(clippy::cast_precision_loss, clippy::cast_lossless)] // powers of two and small whole numbers
#![allow(clippy::excessive_precision)] // the shortest decimals that are read back as the same f32

/// The functions of one type. `$magic` is 1.5 · 2^(digits−1): adding it to a small number leaves the nearest integer in
/// the last bits.
macro_rules! elementary {
    ($float:ident, $bits:ident, $digits:literal, $bias:literal, $magic:literal, $least:literal, $most:literal,
     $far:literal, $ln2_rest:literal, $root_half:literal, $one:literal, $coarse_ln2:literal, $fine_ln2:literal,
     [$first:literal $(, $q:literal)*], [$first_l:literal $(, $l:literal)*],
     [$first_t:literal $(, $t:literal)*]) => {
        pub mod $float {
            use std::$float::consts::{LN_2, LOG2_E};

            /// 2^n for the integer n in the last bits of `magic`, n + bias from 1 to the largest exponent.
            #[inline(always)]
            fn power_of_two(magic: $float) -> $float {
                $float::from_bits(magic.to_bits().wrapping_add($bias) << $digits)
            }

            /// `magic` with the integer n nearest to x/ln 2 in its last bits, n itself, and r = x − n ln 2.
            #[inline(always)]
            fn reduced(x: $float) -> ($float, $float) {
                let n = x.mul_add(LOG2_E, $magic) - $magic;
                let r = n.mul_add(-LN_2, x);
                (n, n.mul_add(-$ln2_rest, r))
            }

            /// r + r² q(r) = e^r − 1.
            #[inline(always)]
            fn exp_less_one(r: $float) -> $float {
                let q: $float = $first;
                $(let q = q.mul_add(r, $q);)*
                (r * r).mul_add(q, r)
            }

            #[inline(always)]
            pub fn exp(x: $float) -> $float {
                let x = if x < $least { $least } else { x };
                let x = if x > $most { $most } else { x };
                let (n, r) = reduced(x);
                // In two steps, since 2^n alone may be too large or too small for a number.
                let half = n.mul_add(0.5, $magic);
                let rest = n - (half - $magic);
                (1.0 + exp_less_one(r)) * power_of_two(half) * power_of_two(rest + $magic)
            }

            #[inline(always)]
            pub fn tanh(x: $float) -> $float {
                let size = x.abs();
                // Beyond, 1 is the nearest number.
                let size = if size > $far { $far } else { size };
                let (n, r) = reduced(size + size);
                let power = power_of_two(n + $magic);
                let u = power.mul_add(exp_less_one(r), power - 1.0);
                // Where n is 0 or 1 the quotient's three roundings would be too many.
                let square = x * x;
                let t: $float = $first_t;
                $(let t = t.mul_add(square, $t);)*
                let near = (x * square).mul_add(t, x);
                (if n <= 1.0 { near } else { u / (u + 2.0) }).copysign(x)
            }

            /// e and m − 1 for x = 2^e m, √½ ≤ m < √2.
            #[inline(always)]
            fn parts(x: $float) -> ($float, $float) {
                const INTEGER: $bits = 1 << $digits;
                let bits = x.to_bits().wrapping_add($one - $root_half);
                let exponent = $float::from_bits((bits >> $digits) | (INTEGER as $float).to_bits());
                let m = $float::from_bits((bits & (INTEGER - 1)).wrapping_add($root_half));
                (exponent - (INTEGER as $float + $bias as $float), m - 1.0)
            }

            /// ln(2^e (1 + f)) + c.
            #[inline(always)]
            fn logarithm(e: $float, f: $float, c: $float) -> $float {
                let s = f / (2.0 + f);
                let z = s * s;
                let series: $float = $first_l;
                $(let series = series.mul_add(z, $l);)*
                let half_square = 0.5 * f * f;
                let rest = s.mul_add(z.mul_add(series, half_square), e.mul_add($fine_ln2, c));
                e.mul_add($coarse_ln2, f - (half_square - rest))
            }

            #[inline(always)]
            pub fn ln(x: $float) -> $float {
                let small = x < $float::MIN_POSITIVE;
                let (e, f) = parts(if small { x * (2.0 / $float::EPSILON) } else { x });
                let e = if small { e - ($digits + 1) as $float } else { e };
                let value = logarithm(e, f, 0.0);
                let value = if x < $float::INFINITY { value } else { x };
                let value = if x == 0.0 { -$float::INFINITY } else { value };
                if x < 0.0 { $float::NAN } else { value }
            }

            #[inline(always)]
            pub fn ln_1p(x: $float) -> $float {
                let sum = 1.0 + x;
                let (e, f) = parts(sum);
                // What was lost in rounding 1 + x, relative to it; of the smaller number, so that it is exact.
                let lost = if x >= 1.0 { 1.0 - (sum - x) } else { x - (sum - 1.0) };
                // Around 0 the logarithm is taken of 1 + x itself.
                let near = e == 0.0;
                let value = logarithm(e, if near { x } else { f }, if near { 0.0 } else { lost / sum });
                let value = if x < $float::INFINITY { value } else { x };
                let value = if x == 0.0 { x } else { value };
                let value = if x == -1.0 { -$float::INFINITY } else { value };
                if x < -1.0 { $float::NAN } else { value }
            }
        }
    };
}

elementary!(
    f32,
    u32,
    23,
    127,
    12_582_912.0,
    -104.0,
    89.0,
    10.0,
    -1.904_654_3e-9,
    0x3f35_04f3,
    0x3f80_0000,
    0.693_138_12,
    9.058_000_6e-6,
    [0.000_198_910_31, 0.001_393_368_6, 0.008_333_311, 0.041_666_465, 0.166_666_67, 0.5],
    [0.242_790_79, 0.284_987_87, 0.400_009_72, 0.666_666_6],
    [0.002_617_648_6, -0.008_585_346, 0.021_831_665, -0.053_965_893, 0.133_333_28, -0.333_333_34]
);
elementary!(
    f64,
    u64,
    52,
    1023,
    6_755_399_441_055_744.0,
    -746.0,
    710.0,
    20.0,
    2.319_046_813_846_299_6e-17,
    0x3fe6_a09e_667f_3bcd,
    0x3ff0_0000_0000_0000,
    0.693_147_180_369_123_8,
    1.908_214_929_270_587_7e-10,
    [
        2.510_042_415_700_506_7e-8,
        2.762_013_871_973_399_4e-7,
        2.755_726_837_868_419_2e-6,
        2.480_152_119_021_773e-5,
        0.000_198_412_698_631_059_68,
        0.001_388_888_891_728_179_4,
        0.008_333_333_333_330_051,
        0.041_666_666_666_623_99,
        0.166_666_666_666_666_69,
        0.5
    ],
    [
        0.147_981_986_051_165_86,
        0.153_138_376_992_093_73,
        0.181_835_721_616_180_5,
        0.222_221_984_321_497_84,
        0.285_714_287_436_623_9,
        0.399_999_999_994_094_2,
        0.666_666_666_666_673_5
    ],
    [
        0.000_001_249_508_328_837_17,
        -0.000_005_451_567_730_623_02,
        0.000_015_455_539_744_952_96,
        -0.000_039_133_703_818_157_57,
        0.000_096_883_917_382_062_16,
        -0.000_239_124_270_696_796_53,
        0.000_590_026_912_933_703_8,
        -0.001_455_834_346_800_546_9,
        0.003_592_128_034_484_758_4,
        -0.008_863_235_529_831_917,
        0.021_869_488_536_153_784,
        -0.053_968_253_968_253_95,
        0.133_333_333_333_333_33,
        -0.333_333_333_333_333_3
    ]
);

#[cfg(test)]
mod tests {
    use super::{f32 as single, f64 as double};
    use crate::num::lanes::levels::at_each;
    use crate::num::lanes::vectorized;

    /// What f32 may be off, in units in the last place.
    const BOUND: f64 = 2.0;

    /// How far y is from what is exact, in units in the last place of f32.
    fn ulps(y: f32, exact: f64) -> f64 {
        #[allow(clippy::cast_possible_truncation)]
        let rounded = exact as f32;
        if rounded.is_nan() || rounded.is_infinite() || !y.is_finite() {
            return if y.to_bits() == rounded.to_bits() || (y.is_nan() && rounded.is_nan()) {
                0.0
            } else {
                f64::INFINITY
            };
        }
        let exponent = i32::try_from(exact.abs().to_bits() >> 52).unwrap() - 1023;
        (f64::from(y) - exact).abs() / 2.0_f64.powi(exponent.max(-126) - 23)
    }

    type Single = (&'static str, fn(&mut [f32]), fn(f64) -> f64);
    macro_rules! in_place {
        ($function:path) => {
            |numbers| {
                vectorized(
                    #[inline(always)]
                    move || numbers.iter_mut().for_each(|x| *x = $function(*x)),
                );
            }
        };
    }
    const SINGLE: [Single; 4] = [
        ("exp", in_place!(single::exp), libm::exp),
        ("tanh", in_place!(single::tanh), libm::tanh),
        ("ln", in_place!(single::ln), libm::log),
        ("ln_1p", in_place!(single::ln_1p), libm::log1p),
    ];

    /// The largest error over every `stride`-th number of all 2³².
    fn worst(function: &Single, stride: usize) -> f64 {
        let mut worst = 0.0_f64;
        let mut bits = (0..=u32::MAX).step_by(stride).peekable();
        while bits.peek().is_some() {
            let given: Vec<f32> = bits.by_ref().take(1 << 16).map(f32::from_bits).collect();
            let mut values = given.clone();
            (function.1)(&mut values);
            for (&x, &y) in given.iter().zip(&values) {
                worst = worst.max(ulps(y, (function.2)(f64::from(x))));
            }
        }
        worst
    }

    #[test]
    fn errors_are_as_stated_over_a_sample_of_all_numbers() {
        for function in &SINGLE {
            let worst = worst(function, 4099);
            assert!(worst <= BOUND, "{}: {worst}", function.0);
        }
    }

    #[test]
    #[ignore = "minutes: every number there is"]
    fn errors_are_as_stated_over_all_numbers() {
        for function in &SINGLE {
            let worst = worst(function, 1);
            println!("{}: {worst:.3}", function.0);
            assert!(worst <= BOUND, "{}: {worst}", function.0);
        }
    }

    /// libm's own functions are within 1 unit in the last place, ours within 2; each rounding of the difference is less.
    #[test]
    fn in_f64_they_agree_with_libm() {
        type Double = (fn(f64) -> f64, fn(f64) -> f64);
        let all: [Double; 4] = [
            (|x| double::exp(x), libm::exp),
            (|x| double::tanh(x), libm::tanh),
            (|x| double::ln(x), libm::log),
            (|x| double::ln_1p(x), libm::log1p),
        ];
        let mut stream = crate::num::Stream::new(1, crate::num::Purpose::Data, 0);
        for _ in 0..20_000 {
            let size = 2.0_f64.powf(60.0 * stream.uniform() - 50.0);
            let x = stream.normal() * size;
            for (ours, libms) in all {
                let (y, expected) = (ours(x), libms(x));
                let near = (y - expected).abs() <= 3.0 * f64::EPSILON * expected.abs();
                assert!(near || y == expected || (y.is_nan() && expected.is_nan()), "{x}: {y} for {expected}");
            }
        }
    }

    #[test]
    fn edges_are_as_ieee_754_recommends() {
        macro_rules! edges {
            ($of:ident, $real:ident) => {
                let (inf, nan, least) = ($real::INFINITY, $real::NAN, $real::from_bits(1));
                assert_eq!([$of::exp(-inf), $of::exp(inf), $of::exp(0.0)], [0.0, inf, 1.0]);
                assert_eq!([$of::exp($real::MAX), $of::exp($real::MIN)], [inf, 0.0]);
                assert_eq!([$of::tanh(-inf), $of::tanh(inf), $of::tanh(least)], [-1.0, 1.0, least]);
                assert_eq!([$of::ln(0.0), $of::ln(inf), $of::ln(1.0)], [-inf, inf, 0.0]);
                assert_eq!([$of::ln_1p(-1.0), $of::ln_1p(inf), $of::ln_1p(least)], [-inf, inf, least]);
                assert!($of::tanh(-0.0).is_sign_negative() && $of::ln_1p(-0.0).is_sign_negative());
                assert!($of::ln(-1.0).is_nan() && $of::ln_1p(-2.0).is_nan());
                for function in [$of::exp, $of::tanh, $of::ln, $of::ln_1p] {
                    assert!(function(nan).is_nan());
                }
            };
        }
        edges!(single, f32);
        edges!(double, f64);
    }

    /// Vectors of every width give the bits that single numbers give.
    #[test]
    fn every_level_gives_the_same_bits() {
        let given: Vec<f32> = (0..=u32::MAX).step_by(65_537).map(f32::from_bits).collect();
        for function in &SINGLE {
            let all = at_each(|| {
                let mut values = given.clone();
                (function.1)(&mut values);
                values.iter().map(|y| if y.is_nan() { 0 } else { y.to_bits() }).collect::<Vec<_>>()
            });
            assert!(all.iter().all(|(_, bits)| *bits == all[0].1), "{}", function.0);
        }
    }
}
