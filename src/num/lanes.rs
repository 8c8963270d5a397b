//! The CPU's vectors, in safe code: a kernel is written once, compiled for each level that `pulp` knows (the baseline,
//! AVX2 with FMA, AVX-512), and one of them is picked at run time.
//!
//! No level may show in a result. Kernels keep to operations that IEEE 754 rounds exactly, let vectors run over
//! independent results only, and write `mul_add` where they mean one rounding; the tests run them at every level that
//! the CPU has and compare bits.

use pulp::{Arch, Simd, WithSimd};
use std::cell::RefCell;

/// Runs work compiled for this CPU.
#[cfg(not(test))]
pub fn dispatch<W: WithSimd>(work: W) -> W::Output {
    Arch::new().dispatch(work)
}

/// Runs work compiled for this CPU, or for the level under test.
#[cfg(test)]
pub fn dispatch<W: WithSimd>(work: W) -> W::Output {
    levels::CURRENT.with(std::cell::Cell::get).unwrap_or_default().dispatch(work)
}

/// Runs plain loops compiled for this CPU: the compiler turns them into vectors.
///
/// The closure must carry `#[inline(always)]`, else it stays outside of what is compiled for the level. It must `move` what
/// it uses, else each number that it reads might have been changed by the last that it wrote; and it must write through
/// what it holds: only closures that are `FnMut` by nature are inlined without a step between.
pub fn vectorized<T>(work: impl FnMut() -> T) -> T {
    dispatch(Loops(work))
}

/// The index of a turn of a loop whose body is made of whole vectors. Compilers learn nothing of it: else they make vectors across several turns, and
/// gather and scatter them number by number.
#[inline(always)]
pub fn turn(index: usize) -> usize {
    std::hint::black_box(index)
}

struct Loops<F>(F);

impl<T, F: FnMut() -> T> WithSimd for Loops<F> {
    type Output = T;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) -> T {
        (self.0)()
    }
}

/// Numbers that come in vectors.
pub trait Lanes: Copy + 'static {
    type Vector<S: Simd>: Copy;

    /// How many a vector holds.
    fn lanes<S: Simd>() -> usize;
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// As many whole vectors as there are.
    fn vectors<S: Simd>(numbers: &[Self]) -> &[Self::Vector<S>];
    /// A vector from up to [`Self::lanes`] numbers, the rest 0.
    fn load<S: Simd>(simd: S, numbers: &[Self]) -> Self::Vector<S>;
    /// As many of a vector's numbers as there is room for.
    fn store<S: Simd>(simd: S, vector: Self::Vector<S>, numbers: &mut [Self]);
    /// a · b + c with one rounding.
    fn vector_mul_add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    /// Lends a buffer of [`SCRATCH`] numbers with anything in it, one per thread. Not to be asked for within `work`.
    fn with_scratch<T>(work: impl FnOnce(&mut [Self; SCRATCH]) -> T) -> T;
}

/// Numbers in a thread's buffer: what the blocks of a product take (`num/product.rs`).
pub const SCRATCH: usize = 256 * (132 + 32);

/// At the start of a cache line, so that no vector lies across two.
#[repr(align(64))]
struct Aligned<T>(T);

macro_rules! lanes {
    ($type:ty, $vector:ident, $lanes:ident, $splat:ident, $vectors:ident, $vectors_mut:ident, $load:ident, $store:ident,
     $mul_add:ident) => {
        impl Lanes for $type {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn lanes<S: Simd>() -> usize {
                S::$lanes
            }
            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> S::$vector {
                simd.$splat(value)
            }
            #[inline(always)]
            fn vectors<S: Simd>(numbers: &[Self]) -> &[S::$vector] {
                S::$vectors(numbers).0
            }
            #[inline(always)]
            fn load<S: Simd>(simd: S, numbers: &[Self]) -> S::$vector {
                if numbers.len() == S::$lanes { S::$vectors(numbers).0[0] } else { simd.$load(numbers) }
            }
            #[inline(always)]
            fn store<S: Simd>(simd: S, vector: S::$vector, numbers: &mut [Self]) {
                if numbers.len() == S::$lanes {
                    S::$vectors_mut(numbers).0[0] = vector;
                } else {
                    simd.$store(numbers, vector);
                }
            }
            #[inline(always)]
            fn vector_mul_add<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$mul_add(a, b, c)
            }
            fn with_scratch<T>(work: impl FnOnce(&mut [Self; SCRATCH]) -> T) -> T {
                thread_local! {
                    static SCRATCH_OF_THREAD: RefCell<Aligned<[$type; SCRATCH]>> =
                        const { RefCell::new(Aligned([0.0; SCRATCH])) };
                }
                SCRATCH_OF_THREAD.with_borrow_mut(|scratch| work(&mut scratch.0))
            }
        }
    };
}

lanes!(
    f32,
    f32s,
    F32_LANES,
    splat_f32s,
    as_simd_f32s,
    as_mut_simd_f32s,
    partial_load_f32s,
    partial_store_f32s,
    mul_add_f32s
);
lanes!(
    f64,
    f64s,
    F64_LANES,
    splat_f64s,
    as_simd_f64s,
    as_mut_simd_f64s,
    partial_load_f64s,
    partial_store_f64s,
    mul_add_f64s
);

/// The levels one by one, for tests.
#[cfg(test)]
pub mod levels {
    use super::{Arch, WithSimd};
    use std::cell::Cell;

    thread_local! {
        pub static CURRENT: Cell<Option<SimdLevel>> = const { Cell::new(None) };
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum SimdLevel {
        #[default]
        Best,
        Baseline,
        /// As many lanes as AVX-512 has, on any CPU.
        Wide,
        #[cfg(target_arch = "x86_64")]
        Avx2,
    }

    impl SimdLevel {
        pub fn dispatch<W: WithSimd>(self, work: W) -> W::Output {
            match self {
                Self::Best => Arch::new().dispatch(work),
                Self::Baseline => Arch::Scalar.dispatch(work),
                Self::Wide => pulp::Simd::vectorize(pulp::Scalar512b, work),
                #[cfg(target_arch = "x86_64")]
                Self::Avx2 => match pulp::x86::V3::try_new() {
                    Some(level) => pulp::Simd::vectorize(level, work),
                    None => Arch::Scalar.dispatch(work),
                },
            }
        }
    }

    /// What comes out at each level; those that the CPU lacks fall back to the baseline.
    pub fn at_each<T>(mut of: impl FnMut() -> T) -> Vec<(SimdLevel, T)> {
        let levels = [
            SimdLevel::Best,
            SimdLevel::Baseline,
            SimdLevel::Wide,
            #[cfg(target_arch = "x86_64")]
            SimdLevel::Avx2,
        ];
        levels
            .map(|level| {
                CURRENT.set(Some(level));
                let result = of();
                CURRENT.set(None);
                (level, result)
            })
            .into()
    }
}
