//! Modules that lead what goes in around others.
//!
//! | module | forward | backward |
//! |---|---|---|
//! | residual | z' = z + f(z) | δ = δ' + δ of f |
//! | shortcut | z' = (z, f(z)), at each position | δ = the first part of δ' + δ of f, whose δ' is the second part |
//!
//! The parameter messages are those of f. Shapes: z is m × (p·n), f(z) m × (p·k), p positions of each sample.

use super::module::{Context, ForwardValues, ReferenceModule};
use crate::num::{MatMut, MatRef, Real};

/// f, with room for what it gave and for the messages around it.
struct Within<R> {
    module: Box<dyn ReferenceModule<R>>,
    /// f(z).
    values: Vec<R>,
    /// δ of f.
    delta: Vec<R>,
}

impl<R: Real> Within<R> {
    fn new(module: Box<dyn ReferenceModule<R>>, outputs: usize, inputs: usize, most_samples: usize) -> Self {
        let zeros = |numbers: usize| vec![R::ZERO; numbers * most_samples];
        Self { module, values: zeros(outputs), delta: zeros(inputs) }
    }

    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, outputs: usize) -> &[R] {
        let values = &mut self.values[..z.rows() * outputs];
        self.module.forward(context, z, MatMut::new(z.rows(), outputs, values));
        values
    }

    /// Leaves δ of f in `delta` where it is wanted.
    fn back(
        &mut self,
        context: Context<'_, R>,
        z: MatRef<'_, R>,
        delta_next: MatRef<'_, R>,
        wanted: bool,
        gradient: &mut [R],
    ) {
        let z_next = MatRef::new(z.rows(), delta_next.cols(), &self.values[..delta_next.data().len()]);
        let delta = wanted.then(|| MatMut::new(z.rows(), z.cols(), &mut self.delta[..z.data().len()]));
        self.module.back(context, ForwardValues { z, z_next }, delta_next, delta, gradient);
    }
}

pub struct ResidualModule<R>(Within<R>);

impl<R: Real> ResidualModule<R> {
    pub fn new(module: Box<dyn ReferenceModule<R>>, width: usize, most_samples: usize) -> Self {
        Self(Within::new(module, width, width, most_samples))
    }
}

impl<R: Real> ReferenceModule<R> for ResidualModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let values = self.0.forward(context, z, z.cols());
        z_next.data().iter_mut().zip(z.data()).zip(values).for_each(|((sum, &z), &f)| *sum = z + f);
    }

    fn back(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: Option<MatMut<'_, R>>,
        gradient: &mut [R],
    ) {
        self.0.back(context, values.z, delta_next, delta.is_some(), gradient);
        if let Some(mut delta) = delta {
            let parts = delta_next.data().iter().zip(&self.0.delta);
            delta.data().iter_mut().zip(parts).for_each(|(sum, (&next, &of_f))| *sum = next + of_f);
        }
    }

    fn has_parameters(&self) -> bool {
        self.0.module.has_parameters()
    }

    fn is_identity(&self, _context: Context<'_, R>) -> bool {
        false
    }
}

pub struct ShortcutModule<R> {
    within: Within<R>,
    positions: usize,
    /// n and k.
    width: usize,
    more: usize,
    /// δ' of f.
    delta_next: Vec<R>,
}

impl<R: Real> ShortcutModule<R> {
    /// Of a module that takes `width` numbers and gives `more` at each position.
    pub fn new(
        module: Box<dyn ReferenceModule<R>>,
        positions: usize,
        (width, more): (usize, usize),
        most_samples: usize,
    ) -> Self {
        let within = Within::new(module, positions * more, positions * width, most_samples);
        Self { within, positions, width, more, delta_next: vec![R::ZERO; most_samples * positions * more] }
    }
}

impl<R: Real> ReferenceModule<R> for ShortcutModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let (width, more) = (self.width, self.more);
        let values = self.within.forward(context, z, self.positions * more);
        let rows = z.data().chunks_exact(width).zip(values.chunks_exact(more));
        for (to, (z, f)) in z_next.data().chunks_exact_mut(width + more).zip(rows) {
            to[..width].copy_from_slice(z);
            to[width..].copy_from_slice(f);
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
        let (m, width, more) = (values.z.rows(), self.width, self.more);
        let of_f = &mut self.delta_next[..m * self.positions * more];
        for (to, from) in of_f.chunks_exact_mut(more).zip(delta_next.data().chunks_exact(width + more)) {
            to.copy_from_slice(&from[width..]);
        }
        let of_f = MatRef::new(m, self.positions * more, of_f);
        self.within.back(context, values.z, of_f, delta.is_some(), gradient);
        if let Some(mut delta) = delta {
            let around = delta_next.data().chunks_exact(width + more).zip(self.within.delta.chunks_exact(width));
            for (sum, (next, of_f)) in delta.data().chunks_exact_mut(width).zip(around) {
                sum.iter_mut().zip(next).zip(of_f).for_each(|((sum, &next), &of_f)| *sum = next + of_f);
            }
        }
    }

    fn has_parameters(&self) -> bool {
        self.within.module.has_parameters()
    }

    fn is_identity(&self, _context: Context<'_, R>) -> bool {
        false
    }
}
