//! How near the machine's limit the products are: one thread, f32, data in memory, for the shapes of docs/performance.md.
//!
//! A line per product: the shape, the share of the peak that ours reaches, and that of the crate `gemm` (Burn's own way to
//! multiply on burn-flex). The peak is what a loop of independent multiply-adds reaches in the same milliseconds, and its
//! least and largest figure stand at the end: other work on the machine moves the shares little.

#![allow(clippy::cast_precision_loss)] // small numbers

use burnmark::num::lanes::{Lanes, dispatch};
use burnmark::num::{MatMut, Matrix, Purpose, Stream, product, product_transposed_left, product_transposed_right};
use gemm::{Parallelism, gemm};
use pulp::{Simd, WithSimd};
use std::hint::black_box;
use std::time::Instant;

/// m, k, n: of steps in docs/performance.md, forward.
const SHAPES: [(usize, usize, usize); 9] = [
    (32, 8, 32),
    (32, 32, 32),
    (32, 64, 10),
    (32, 64, 64),
    (128, 64, 256),
    (128, 256, 256),
    (128, 784, 512),
    (128, 512, 512),
    (1437, 64, 64),
];
const ROUNDS: usize = 60;

fn main() {
    let mut peaks = Vec::new();
    for (m, k, n) in SHAPES {
        // Forward A·B, the gradient of the weights Aᵀ·B, and the backward message A·Bᵀ, of one layer.
        let (x, w, d) = (random(m, k), random(k, n), random(m, n));
        let (mut y, mut g, mut b) = (Matrix::zeros(m, n), Matrix::zeros(k, n), Matrix::zeros(m, k));
        let flops = (2 * m * k * n) as f64;
        let mut row = |name: &str, of: &mut dyn FnMut(), by_gemm: &mut dyn FnMut()| {
            let (mut ours, mut theirs, mut peak) = (0.0_f64, 0.0_f64, 0.0_f64);
            for _ in 0..ROUNDS {
                ours = ours.max(flops / seconds(flops, of));
                theirs = theirs.max(flops / seconds(flops, by_gemm));
                peak = peak.max(self::peak());
            }
            peaks.push(peak);
            println!("{name:5} {m:5} x {k:4} x {n:4}   ours {:.2}   gemm {:.2}", ours / peak, theirs / peak);
        };
        row("A·B", &mut || product(black_box(x.view()), w.view(), MatMut::new(m, n, y.data_mut())), &mut {
            let mut y = vec![0.0; m * n];
            let (x, w) = (x.clone(), w.clone());
            move || by_gemm([m, k, n], &x, [k, 1], &w, [n, 1], &mut y)
        });
        row(
            "Aᵀ·B",
            &mut || product_transposed_left(black_box(x.view()), d.view(), MatMut::new(k, n, g.data_mut())),
            &mut {
                let mut g = vec![0.0; k * n];
                let (x, d) = (x.clone(), d.clone());
                move || by_gemm([k, m, n], &x, [1, k], &d, [n, 1], &mut g)
            },
        );
        row(
            "A·Bᵀ",
            &mut || product_transposed_right(black_box(d.view()), w.view(), MatMut::new(m, k, b.data_mut())),
            &mut {
                let mut b = vec![0.0; m * k];
                let (d, w) = (d.clone(), w.clone());
                move || by_gemm([m, n, k], &d, [n, 1], &w, [1, n], &mut b)
            },
        );
    }
    let (least, most) =
        peaks.iter().fold((f64::MAX, 0.0_f64), |(least, most), &peak| (least.min(peak), most.max(peak)));
    println!("peak {:.0} to {:.0} GFLOP/s", least / 1e9, most / 1e9);
}

fn random(rows: usize, cols: usize) -> Matrix<f32> {
    let mut stream = Stream::new(1, Purpose::Data, 0);
    #[allow(clippy::cast_possible_truncation)]
    Matrix::new(rows, cols, (0..rows * cols).map(|_| stream.normal() as f32).collect())
}

/// Seconds of one call, in a block of some 50 µs.
fn seconds(flops: f64, of: &mut dyn FnMut()) -> f64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let calls = (5e6 / flops).ceil() as u32;
    let start = Instant::now();
    (0..calls).for_each(|_| of());
    start.elapsed().as_secs_f64() / f64::from(calls)
}

/// C = A · B by the crate `gemm`, where number (i, j) of a factor lies at i · `at`[0] + j · `at`[1].
#[allow(unsafe_code, clippy::cast_possible_wrap)] // its interface is of pointers; the sizes are those of the matrices
fn by_gemm([m, k, n]: [usize; 3], a: &Matrix<f32>, a_at: [usize; 2], b: &Matrix<f32>, b_at: [usize; 2], c: &mut [f32]) {
    assert!(c.len() == m * n && a.data().len() == m * k && b.data().len() == k * n);
    let [a_row, a_col] = a_at.map(|at| at as isize);
    let [b_row, b_col] = b_at.map(|at| at as isize);
    // SAFETY: all places i · row + j · column lie within the matrices, whose lengths are checked above.
    unsafe {
        gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            1,
            n as isize,
            false,
            a.data().as_ptr(),
            a_col,
            a_row,
            b.data().as_ptr(),
            b_col,
            b_row,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
    black_box(c);
}

/// Floating-point operations per second of multiply-adds that wait for nothing.
fn peak() -> f64 {
    struct Sums;
    impl WithSimd for Sums {
        type Output = f64;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> f64 {
            const SUMS: usize = 12;
            const TIMES: usize = 4000;
            let mut sums = [f32::splat(simd, 0.0); SUMS];
            let (a, b) = (f32::splat(simd, black_box(0.5)), f32::splat(simd, black_box(0.25)));
            let start = Instant::now();
            for _ in 0..TIMES {
                for sum in &mut sums {
                    *sum = f32::vector_mul_add(simd, a, b, *sum);
                }
            }
            let seconds = start.elapsed().as_secs_f64();
            black_box(sums);
            (2 * TIMES * SUMS * f32::lanes::<S>()) as f64 / seconds
        }
    }
    dispatch(Sums)
}
