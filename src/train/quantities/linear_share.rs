//! How much of a network is linear: the share of the variance of its outputs that the best linear model of its inputs explains.
//!
//! 1 − Σ_k ‖s_k − X ŵ_k‖² / Σ_k ‖s_k − s̄_k‖², ŵ_k the least squares solution for output k, X the training part's inputs with a column
//! of ones
//!
//! 1 for a linear model; `None` where the outputs do not vary. Alain & Bengio 2016 call a linear model of a network's numbers a probe.
//! NumPy: `np.linalg.lstsq`. X is factored once for all evaluations, m × (n + 1) numbers.

use super::state::{NetworkState, Which};
use crate::engine::EngineError;
use crate::num::vector::dot;
use crate::num::{Matrix, Qr};

#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
pub fn linear_share(state: &mut NetworkState, theta: &[f64]) -> Result<Option<f64>, EngineError> {
    let s = state.outputs(theta, Which::Train)?;
    let inputs = &state.data.train.inputs;
    let qr = state.inputs.get_or_insert_with(|| factored(inputs));
    let (mut left, mut whole) = (0.0, 0.0);
    for k in 0..s.cols() {
        let mut column: Vec<f64> = s.data().iter().skip(k).step_by(s.cols()).copied().collect();
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        column.iter_mut().for_each(|s| *s -= mean);
        whole += dot(&column, &column);
        qr.apply_transposed(&mut column);
        let rest = &column[qr.rank().min(column.len())..];
        left += dot(rest, rest);
    }
    Ok((whole > 0.0).then(|| 1.0 - left / whole))
}

/// Q and R of [1, X].
fn factored(inputs: &Matrix<f64>) -> Qr {
    let rows = (0..inputs.rows()).flat_map(|row| std::iter::once(1.0).chain(inputs.row(row).iter().copied()));
    let columns = inputs.cols() + 1;
    let x = Matrix::new(inputs.rows(), columns, rows.collect());
    Qr::new(x.view(), &vec![1.0; columns])
}
