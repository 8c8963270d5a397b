//! Recurrent cells with gates, unrolled through time: GRU and LSTM in the equations of PyTorch. a_t = b + x_t W, s_t = b' + h_{t−1} W',
//! both in G parts of H numbers; h_{−1} = c_{−1} = 0.
//!
//! | cell | G | forward | backward, from the last step to the first |
//! |---|---|---|---|
//! | GRU | r, u, n | r = σ(a_r + s_r), u = σ(a_u + s_u), n = tanh(a_n + r s_n), h_t = n + u (h_{t−1} − n) | δa_n = δh (1 − u)(1 − n²), δa_u = δh (h_{t−1} − n) u (1 − u), δa_r = δa_n s_n r (1 − r); δs = δa but δs_n = δa_n r; h_{t−1} gets δh u |
//! | LSTM | i, f, g, o | i, f, o = σ(a + s), g = tanh(a_g + s_g), c_t = f c_{t−1} + i g, h_t = o tanh(c_t) | δc += δh o (1 − tanh²c_t); δa_i = δc g i (1 − i), δa_f = δc c_{t−1} f (1 − f), δa_g = δc i (1 − g²), δa_o = δh tanh(c_t) o (1 − o); δs = δa; c_{t−1} gets δc f |
//!
//! - backward: δh_{t−1} = δ'_{t−1} + what h_{t−1} gets + δs_t W'ᵀ; δx_t = δa_t Wᵀ
//! - parameter: ∂L/∂W = Σ_t x_tᵀ δa_t, ∂L/∂b = Σ_t δa_t, ∂L/∂W' = Σ_t h_{t−1}ᵀ δs_t, ∂L/∂b' = Σ_t δs_t
//!
//! z is m × (T·n), z' is m × (T·H), step after step. Within, all is ordered by time first, as in `recurrent.rs`.

use super::module::{Context, ForwardValues, ReferenceModule, Weights};
use crate::model::{self, GatedCell};
use crate::num::lanes::vectorized;
use crate::num::stable::softplus_and_sigmoid;
use crate::num::{MatMut, MatRef, Real, add_product, swap_order, transpose};

pub struct GatedModule<R> {
    cell: GatedCell,
    input: Weights,
    hidden: Weights,
    steps: usize,
    /// x, T × m × n.
    x: Vec<R>,
    /// a, then the gates; T × m × G·H.
    gates: Vec<R>,
    /// s, T × m × G·H.
    fed_back: Vec<R>,
    /// h and (of an LSTM) c, T + 1 states with the zeros before the first step, m × H each.
    states: Vec<R>,
    cells: Vec<R>,
    /// δa and δs, T × m × G·H; of an LSTM both are δa.
    delta_a: Vec<R>,
    delta_s: Vec<R>,
    /// δh and δc of one step, m × H.
    delta_h: Vec<R>,
    delta_c: Vec<R>,
    /// δx, T × m × n.
    delta_x: Vec<R>,
    /// W'ᵀ, G·H × H.
    transposed: Vec<R>,
}

/// One step's numbers for one sample, H or G·H each.
struct GateStep<'a, R> {
    gates: &'a mut [R],
    fed_back: &'a [R],
    before: &'a [R],
    state: &'a mut [R],
    cell_before: &'a [R],
    cell: &'a mut [R],
}

/// The same on the way back.
struct GateStepBack<'a, R> {
    gates: &'a [R],
    fed_back: &'a [R],
    before: &'a [R],
    cell_before: &'a [R],
    cell: &'a [R],
    delta_a: &'a mut [R],
    delta_s: &'a mut [R],
    /// Of h_t, then what h_{t−1} gets by itself.
    delta_h: &'a mut [R],
    /// Of c_t, then of c_{t−1}.
    delta_c: &'a mut [R],
}

#[inline(always)]
fn sigmoid<R: Real>(s: R) -> R {
    softplus_and_sigmoid(s).1
}

#[inline(always)]
fn gru<R: Real>(width: usize, step: GateStep<'_, R>) {
    let GateStep { gates, fed_back, before, state, .. } = step;
    let (r, rest) = gates.split_at_mut(width);
    let (u, n) = rest.split_at_mut(width);
    let (s_r, rest) = fed_back.split_at(width);
    let (s_u, s_n) = rest.split_at(width);
    r.iter_mut().zip(s_r).for_each(|(r, &s)| *r = sigmoid(*r + s));
    u.iter_mut().zip(s_u).for_each(|(u, &s)| *u = sigmoid(*u + s));
    n.iter_mut().zip(&*r).zip(s_n).for_each(|((n, &r), &s)| *n = (*n + r * s).tanh());
    for (((h, &before), &u), &n) in state.iter_mut().zip(before).zip(&*u).zip(&*n) {
        *h = n + u * (before - n);
    }
}

#[inline(always)]
fn gru_back<R: Real>(width: usize, step: GateStepBack<'_, R>) {
    let GateStepBack { gates, fed_back, before, delta_a, delta_s, delta_h, .. } = step;
    let (r, rest) = gates.split_at(width);
    let (u, n) = rest.split_at(width);
    let s_n = &fed_back[2 * width..];
    let (delta_r, rest) = delta_a.split_at_mut(width);
    let (delta_u, delta_n) = rest.split_at_mut(width);
    let values = u.iter().zip(n).zip(before);
    for (((delta_n, delta_u), delta_h), ((&u, &n), &before)) in
        delta_n.iter_mut().zip(delta_u.iter_mut()).zip(delta_h.iter_mut()).zip(values)
    {
        *delta_n = *delta_h * (R::ONE - u) * (R::ONE - n * n);
        *delta_u = *delta_h * (before - n) * (u * (R::ONE - u));
        *delta_h *= u;
    }
    for ((delta_r, &delta_n), (&r, &s)) in delta_r.iter_mut().zip(&*delta_n).zip(r.iter().zip(s_n)) {
        *delta_r = delta_n * s * (r * (R::ONE - r));
    }
    delta_s.copy_from_slice(delta_a);
    delta_s[2 * width..].iter_mut().zip(r).for_each(|(delta, &r)| *delta *= r);
}

#[inline(always)]
fn lstm<R: Real>(width: usize, step: GateStep<'_, R>) {
    let GateStep { gates, fed_back, state, cell_before, cell, .. } = step;
    gates.iter_mut().zip(fed_back).for_each(|(gate, &s)| *gate += s);
    let (i, rest) = gates.split_at_mut(width);
    let (f, rest) = rest.split_at_mut(width);
    let (g, o) = rest.split_at_mut(width);
    i.iter_mut().for_each(|i| *i = sigmoid(*i));
    f.iter_mut().for_each(|f| *f = sigmoid(*f));
    g.iter_mut().for_each(|g| *g = g.tanh());
    o.iter_mut().for_each(|o| *o = sigmoid(*o));
    let kept = f.iter().zip(cell_before);
    for ((c, (&f, &before)), (&i, &g)) in cell.iter_mut().zip(kept).zip(i.iter().zip(&*g)) {
        *c = f.mul_add(before, i * g);
    }
    state.iter_mut().zip(&*o).zip(&*cell).for_each(|((h, &o), &c)| *h = o * c.tanh());
}

#[inline(always)]
fn lstm_back<R: Real>(width: usize, step: GateStepBack<'_, R>) {
    let GateStepBack { gates, cell_before, cell, delta_a, delta_h, delta_c, .. } = step;
    let (i, rest) = gates.split_at(width);
    let (f, rest) = rest.split_at(width);
    let (g, o) = rest.split_at(width);
    let (delta_i, rest) = delta_a.split_at_mut(width);
    let (delta_f, rest) = rest.split_at_mut(width);
    let (delta_g, delta_o) = rest.split_at_mut(width);
    let deltas = delta_o.iter_mut().zip(delta_c.iter_mut());
    for ((delta_o, delta_c), (delta_h, (&o, &c))) in deltas.zip(delta_h.iter_mut().zip(o.iter().zip(cell))) {
        let squashed = c.tanh();
        *delta_o = *delta_h * squashed * (o * (R::ONE - o));
        *delta_c += *delta_h * o * (R::ONE - squashed * squashed);
        *delta_h = R::ZERO;
    }
    for ((delta_i, delta_g), (&delta_c, (&i, &g))) in
        delta_i.iter_mut().zip(delta_g.iter_mut()).zip(delta_c.iter().zip(i.iter().zip(g)))
    {
        *delta_i = delta_c * g * (i * (R::ONE - i));
        *delta_g = delta_c * i * (R::ONE - g * g);
    }
    for ((delta_f, delta_c), (&f, &before)) in delta_f.iter_mut().zip(delta_c.iter_mut()).zip(f.iter().zip(cell_before))
    {
        *delta_f = *delta_c * before * (f * (R::ONE - f));
        *delta_c *= f;
    }
}

impl<R: Real> GatedModule<R> {
    pub fn new(description: model::Gated, input: Weights, hidden: Weights, most_samples: usize) -> Self {
        let model::Gated { cell, steps, .. } = description;
        let (n, width, gated) = (input.layer.inputs, hidden.layer.inputs, hidden.layer.outputs);
        let zeros = |numbers: usize| vec![R::ZERO; numbers];
        let of_cell = |numbers: usize| zeros(if cell == GatedCell::Lstm { numbers } else { 0 });
        let gates = || zeros(steps * most_samples * gated);
        Self {
            cell,
            steps,
            x: zeros(steps * most_samples * n),
            gates: gates(),
            fed_back: gates(),
            states: zeros((steps + 1) * most_samples * width),
            cells: of_cell((steps + 1) * most_samples * width),
            delta_a: gates(),
            delta_s: if cell == GatedCell::Gru { gates() } else { Vec::new() },
            delta_h: zeros(most_samples * width),
            delta_c: of_cell(most_samples * width),
            delta_x: zeros(steps * most_samples * n),
            transposed: zeros(gated * width),
            input,
            hidden,
        }
    }

    /// Numbers of x at a step, of a state, and of its gates.
    fn widths(&self) -> (usize, usize, usize) {
        (self.input.layer.inputs, self.hidden.layer.inputs, self.hidden.layer.outputs)
    }

    /// Gates and state of a step, from a and s.
    fn step(&mut self, t: usize, m: usize) {
        let (_, width, gated) = self.widths();
        let (here, now, next) = (t * m * gated, t * m * width, (t + 1) * m * width);
        let (before, state) = self.states.split_at_mut(next);
        let (before, state) = (&before[now..], &mut state[..m * width]);
        let gates = &mut self.gates[here..here + m * gated];
        let fed_back = &self.fed_back[here..here + m * gated];
        let cell = self.cell;
        let (cells_before, cells) = match cell {
            GatedCell::Lstm => {
                let (before, cells) = self.cells.split_at_mut(next);
                (&before[now..], &mut cells[..m * width])
            }
            GatedCell::Gru => (&[][..], &mut [][..]),
        };
        vectorized(
            #[inline(always)]
            move || {
                for row in 0..m {
                    let (of_gates, of_state) = (row * gated..(row + 1) * gated, row * width..(row + 1) * width);
                    let of_cell = if cell == GatedCell::Lstm { of_state.clone() } else { 0..0 };
                    let step = GateStep {
                        gates: &mut gates[of_gates.clone()],
                        fed_back: &fed_back[of_gates],
                        before: &before[of_state.clone()],
                        state: &mut state[of_state],
                        cell_before: &cells_before[of_cell.clone()],
                        cell: &mut cells[of_cell],
                    };
                    match cell {
                        GatedCell::Gru => gru(width, step),
                        GatedCell::Lstm => lstm(width, step),
                    }
                }
            },
        );
    }

    /// δa and δs of a step from δh and δc, which become those that the step before gets by itself.
    fn step_back(&mut self, t: usize, m: usize) {
        let (_, width, gated) = self.widths();
        let (here, now, next) = (t * m * gated..(t + 1) * m * gated, t * m * width, (t + 1) * m * width);
        let (gates, fed_back) = (&self.gates[here.clone()], &self.fed_back[here.clone()]);
        let before = &self.states[now..next];
        let cell = self.cell;
        let (cells_before, cells, delta_s) = match cell {
            GatedCell::Lstm => (&self.cells[now..next], &self.cells[next..next + m * width], &mut [][..]),
            GatedCell::Gru => (&[][..], &[][..], &mut self.delta_s[here.clone()]),
        };
        let delta_a = &mut self.delta_a[here];
        let (delta_h, delta_c) = (&mut self.delta_h[..m * width], &mut self.delta_c[..]);
        vectorized(
            #[inline(always)]
            move || {
                for row in 0..m {
                    let (of_gates, of_state) = (row * gated..(row + 1) * gated, row * width..(row + 1) * width);
                    let (of_cell, of_fed) = match cell {
                        GatedCell::Lstm => (of_state.clone(), 0..0),
                        GatedCell::Gru => (0..0, of_gates.clone()),
                    };
                    let step = GateStepBack {
                        gates: &gates[of_gates.clone()],
                        fed_back: &fed_back[of_gates.clone()],
                        before: &before[of_state.clone()],
                        cell_before: &cells_before[of_cell.clone()],
                        cell: &cells[of_cell.clone()],
                        delta_a: &mut delta_a[of_gates],
                        delta_s: &mut delta_s[of_fed],
                        delta_h: &mut delta_h[of_state],
                        delta_c: &mut delta_c[of_cell],
                    };
                    match cell {
                        GatedCell::Gru => gru_back(width, step),
                        GatedCell::Lstm => lstm_back(width, step),
                    }
                }
            },
        );
    }
}

impl<R: Real> ReferenceModule<R> for GatedModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let (m, steps) = (z.rows(), self.steps);
        let (n, width, gated) = self.widths();
        let x = &mut self.x[..steps * m * n];
        swap_order(z.data(), m, steps, n, x);
        let a = MatMut::new(steps * m, gated, &mut self.gates[..steps * m * gated]);
        self.input.forward(context.parameters, MatRef::new(steps * m, n, x), a);
        self.states[..m * width].fill(R::ZERO);
        if self.cell == GatedCell::Lstm {
            self.cells[..m * width].fill(R::ZERO);
        }
        for t in 0..steps {
            let before = MatRef::new(m, width, &self.states[t * m * width..(t + 1) * m * width]);
            let s = MatMut::new(m, gated, &mut self.fed_back[t * m * gated..(t + 1) * m * gated]);
            self.hidden.forward(context.parameters, before, s);
            self.step(t, m);
        }
        swap_order(&self.states[m * width..(steps + 1) * m * width], steps, m, width, z_next.data());
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
        let (n, width, gated) = self.widths();
        transpose(self.hidden.matrix(context.parameters), MatMut::new(gated, width, &mut self.transposed));
        self.delta_h[..m * width].fill(R::ZERO);
        self.delta_c.fill(R::ZERO);
        for t in (0..steps).rev() {
            if t + 1 < steps {
                let later = (t + 1) * m * gated..(t + 2) * m * gated;
                let delta_s = if self.cell == GatedCell::Gru { &self.delta_s[later] } else { &self.delta_a[later] };
                let delta_h = MatMut::new(m, width, &mut self.delta_h[..m * width]);
                add_product(MatRef::new(m, gated, delta_s), MatRef::new(gated, width, &self.transposed), delta_h);
            }
            for (row, delta_h) in self.delta_h[..m * width].chunks_exact_mut(width).enumerate() {
                let next = &delta_next.row(row)[t * width..(t + 1) * width];
                delta_h.iter_mut().zip(next).for_each(|(sum, &next)| *sum += next);
            }
            self.step_back(t, m);
        }
        let all = steps * m;
        let delta_a = MatRef::new(all, gated, &self.delta_a[..all * gated]);
        let delta_s = if self.cell == GatedCell::Gru { &self.delta_s } else { &self.delta_a };
        let delta_s = MatRef::new(all, gated, &delta_s[..all * gated]);
        self.input.parameter(MatRef::new(all, n, &self.x[..all * n]), delta_a, gradient);
        self.hidden.parameter(MatRef::new(all, width, &self.states[..all * width]), delta_s, gradient);
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

#[cfg(test)]
mod tests {
    use crate::engine::reference::Reference;
    use crate::engine::{Batch, Engine, Masks};
    use crate::loss::{Loss, SQUARED_ERROR, TargetsRef};
    use crate::model::{BatchNorm, Builder, Gated, GatedCell, LayerNorm, Module, Network};
    use crate::num::lanes::levels::at_each;
    use crate::num::{BlockRole, MatRef, Real};

    const STEPS: usize = 5;

    /// Both cells and both norms, on widths that fill no vector.
    fn network() -> Network {
        let mut builder = Builder::new(STEPS * 3);
        for (number, (cell, features)) in [(GatedCell::Gru, 3), (GatedCell::Lstm, 7)].into_iter().enumerate() {
            let gates = cell.gates() * 7;
            let input = builder.layer(format!("{number}.input"), features, gates, true);
            let hidden = builder.layer(format!("{number}.hidden"), 7, gates, cell == GatedCell::Gru);
            builder.push(Module::Gated(Gated { cell, input, hidden, steps: STEPS }));
            let [layer, statistics] =
                ["norm", "running"].map(|name| builder.layer(format!("{number}.{name}"), 1, 7, true));
            builder.has_role(statistics, BlockRole::Statistic);
            let (positions, width, epsilon) = (STEPS, 7, 1e-5);
            builder.push(match cell {
                GatedCell::Gru => Module::LayerNorm(LayerNorm { layer, positions, width, epsilon }),
                GatedCell::Lstm => Module::BatchNorm(BatchNorm { layer, statistics, positions, width, epsilon }),
            });
        }
        let layer = builder.layer("last".to_owned(), 7, 1, true);
        builder.push(Module::Linear { layer, positions: STEPS });
        builder.finish(1, STEPS, Loss::of(&SQUARED_ERROR))
    }

    fn bits<R: Real>() -> Vec<u8> {
        let (network, samples) = (network(), 9);
        let number = |i: usize| R::from_f64(libm::sin(1.0 + 0.7 * f64::from(u32::try_from(i).unwrap())));
        let theta: Vec<R> = (0..network.parameter_count()).map(number).collect();
        let [inputs, targets] = [3, 1].map(|width| (0..samples * STEPS * width).map(number).collect::<Vec<R>>());
        let inputs = MatRef::new(samples, STEPS * 3, &inputs);
        let targets = TargetsRef::Values(MatRef::new(samples * STEPS, 1, &targets));
        let mut answer = vec![R::ZERO; theta.len()];
        let batch = Batch { inputs, targets, weights: &[], masks: Masks(&[]) };
        let loss = Reference::new(&network, samples).loss_and_gradient(&theta, &batch, &mut answer).unwrap();
        answer.push(loss);
        let mut bytes = Vec::new();
        R::extend_bytes(&answer, &mut bytes);
        bytes
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let all = at_each(|| [bits::<f32>(), bits::<f64>()]);
        assert!(all.iter().all(|(_, bits)| *bits == all[0].1));
    }
}
