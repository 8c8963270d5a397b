//! The recurrent module (lecture L13), unrolled through time: one linear cell, used at every step with the same weights.
//!
//! - forward: a_t = b + x_t W_x + h_{t−1} W_h, h_t = f(a_t), h_{−1} = 0
//! - backward: δh_t = δ'_t + δa_{t+1} W_hᵀ, δa_t = f'(a_t) ∘ δh_t, δx_t = δa_t W_xᵀ, from the last step to the first
//! - parameter: ∂L/∂W_x = Σ_t x_tᵀ δa_t, ∂L/∂W_h = Σ_{t≥1} h_{t−1}ᵀ δa_t, ∂L/∂b = Σ_t δa_t
//!
//! z is m × (T·n), step after step. z' is m × (T·H), or m × H where only the last h goes on; δ'_t is then 0 before the
//! last step. Within, all is ordered by time first, so that each step is one matrix and the sums over time are single
//! products.

use super::{Context, ForwardValues, ReferenceModule, Weights, activation};
use crate::engine::Masks;
use crate::model;
use crate::num::{MatMut, MatRef, Real, add_product, swap_order, transpose};

pub struct RecurrentModule<R> {
    input: Weights,
    hidden: Weights,
    f: Box<dyn ReferenceModule<R>>,
    steps: usize,
    every_step: bool,
    /// x, T × m × n.
    x: Vec<R>,
    /// a, h and δa, T × m × H.
    a: Vec<R>,
    h: Vec<R>,
    delta_a: Vec<R>,
    /// δh of one step, m × H.
    delta_h: Vec<R>,
    /// δx, T × m × n.
    delta_x: Vec<R>,
    /// W_hᵀ, H × H.
    transposed: Vec<R>,
}

impl<R: Real> RecurrentModule<R> {
    pub fn new(description: &model::Recurrent, input: Weights, hidden: Weights, most_samples: usize) -> Self {
        let (n, width, steps) = (input.layer.inputs, hidden.layer.outputs, description.steps);
        let zeros = |numbers: usize| vec![R::ZERO; numbers];
        let states = || zeros(steps * most_samples * width);
        Self {
            f: activation::module(&description.activation),
            steps,
            every_step: description.every_step,
            x: zeros(steps * most_samples * n),
            a: states(),
            h: states(),
            delta_a: states(),
            delta_h: zeros(most_samples * width),
            delta_x: zeros(steps * most_samples * n),
            transposed: zeros(width * width),
            input,
            hidden,
        }
    }
}

/// What f looks at: nothing.
const fn nothing<'a, R>() -> Context<'a, R> {
    Context { parameters: &[], masks: Masks(&[]), training: true }
}

impl<R: Real> ReferenceModule<R> for RecurrentModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let (m, steps) = (z.rows(), self.steps);
        let (n, width) = (self.input.layer.inputs, self.hidden.layer.outputs);
        let (x, a) = (&mut self.x[..steps * m * n], &mut self.a[..steps * m * width]);
        let h = &mut self.h[..steps * m * width];
        swap_order(z.data(), m, steps, n, x);
        self.input.forward(context.parameters, MatRef::new(steps * m, n, x), MatMut::new(steps * m, width, a));
        let hidden = self.hidden.matrix(context.parameters);
        for t in 0..steps {
            let (before, now) = h.split_at_mut(t * m * width);
            let a_t = &mut a[t * m * width..][..m * width];
            if t > 0 {
                let h_before = MatRef::new(m, width, &before[(t - 1) * m * width..]);
                add_product(h_before, hidden, MatMut::new(m, width, a_t));
            }
            let h_t = MatMut::new(m, width, &mut now[..m * width]);
            self.f.forward(nothing(), MatRef::new(m, width, a_t), h_t);
        }
        if self.every_step {
            swap_order(h, steps, m, width, z_next.data());
        } else {
            z_next.data().copy_from_slice(&h[(steps - 1) * m * width..]);
        }
    }

    fn back(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: Option<MatMut<'_, R>>,
        gradient: &mut [R],
    ) {
        let (m, steps) = (values.z.rows(), self.steps);
        let (n, width) = (self.input.layer.inputs, self.hidden.layer.outputs);
        let of_step = |data: &[R], t: usize| -> std::ops::Range<usize> {
            debug_assert!(data.len() >= (t + 1) * m * width);
            t * m * width..(t + 1) * m * width
        };
        let hidden_transposed = &mut self.transposed[..width * width];
        transpose(self.hidden.matrix(context.parameters), MatMut::new(width, width, hidden_transposed));
        let hidden_transposed = MatRef::new(width, width, hidden_transposed);
        for t in (0..steps).rev() {
            let delta_h = &mut self.delta_h[..m * width];
            if self.every_step {
                for (row, to) in delta_h.chunks_exact_mut(width).enumerate() {
                    to.copy_from_slice(&delta_next.row(row)[t * width..(t + 1) * width]);
                }
            } else if t + 1 == steps {
                delta_h.copy_from_slice(delta_next.data());
            } else {
                delta_h.fill(R::ZERO);
            }
            if t + 1 < steps {
                let later = MatRef::new(m, width, &self.delta_a[of_step(&self.delta_a, t + 1)]);
                add_product(later, hidden_transposed, MatMut::new(m, width, delta_h));
            }
            let place = of_step(&self.a, t);
            let [z, z_next] = [&self.a, &self.h].map(|of| MatRef::new(m, width, &of[place.clone()]));
            let delta_a = MatMut::new(m, width, &mut self.delta_a[place]);
            let delta_h = MatRef::new(m, width, delta_h);
            self.f.back(nothing(), ForwardValues { z, z_next }, delta_h, Some(delta_a), &mut []);
        }
        let all = steps * m;
        let delta_a = MatRef::new(all, width, &self.delta_a[..all * width]);
        self.input.parameter(MatRef::new(all, n, &self.x[..all * n]), delta_a, gradient);
        let later = all - m;
        let h_before = MatRef::new(later, width, &self.h[..later * width]);
        self.hidden.parameter(h_before, delta_a.rows_between(m, all), gradient);
        if let Some(mut delta) = delta {
            let delta_x = &mut self.delta_x[..all * n];
            self.input.backward(context.parameters, delta_a, MatMut::new(all, n, delta_x));
            swap_order(delta_x, steps, m, n, delta.data());
        }
    }

    fn has_parameters(&self) -> bool {
        true
    }

    fn is_identity(&self, _context: Context<'_, R>) -> bool {
        false
    }
}
