//! What a module of this engine is: three messages, or modules within.

use super::super::Masks;
use crate::model::Layer;
use crate::num::{MatMut, MatRef, Real};

/// What a module may look at while it works: all parameters are given from outside, as are the drawn masks.
#[derive(Clone, Copy)]
pub struct Context<'a, R> {
    /// θ
    pub parameters: &'a [R],
    pub masks: Masks<'a, R>,
    pub training: bool,
}

/// What went in and came out at the forward message.
#[derive(Clone, Copy)]
pub struct ForwardValues<'a, R> {
    pub z: MatRef<'a, R>,
    pub z_next: MatRef<'a, R>,
}

/// A module that does its work itself: three messages.
pub trait Messages<R: Real> {
    /// z' = f(z)
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>);

    /// δ_i = Σ_j δ'_j ∂z'_j/∂z_i
    fn backward(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    );

    /// ∂L/∂w_i = Σ_j δ'_j ∂z'_j/∂w_i, written to this module's places in `gradient` (all of θ), or added to them where
    /// another module has written there before.
    fn parameter(
        &mut self,
        _context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        _delta_next: MatRef<'_, R>,
        _gradient: &mut [R],
    ) {
    }

    fn has_parameters(&self) -> bool {
        false
    }

    /// Whether it changes nothing now, so that its neighbours are joined directly.
    fn is_identity(&self, _context: Context<'_, R>) -> bool {
        false
    }
}

/// Any module: one with three messages, or one that hands them on to modules within.
pub trait ReferenceModule<R: Real> {
    /// z' = f(z)
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>);

    /// The parameter message, and the backward message where `delta` is wanted.
    fn back(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: Option<MatMut<'_, R>>,
        gradient: &mut [R],
    );

    fn has_parameters(&self) -> bool;

    /// Whether it changes nothing now.
    fn is_identity(&self, context: Context<'_, R>) -> bool;
}

/// A module with three messages as any module.
pub struct Simple<M>(pub M);

impl<R: Real, M: Messages<R>> ReferenceModule<R> for Simple<M> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        self.0.forward(context, z, z_next);
    }

    fn back(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: Option<MatMut<'_, R>>,
        gradient: &mut [R],
    ) {
        self.0.parameter(context, values, delta_next, gradient);
        if let Some(delta) = delta {
            self.0.backward(context, values, delta_next, delta);
        }
    }

    fn has_parameters(&self) -> bool {
        self.0.has_parameters()
    }

    fn is_identity(&self, context: Context<'_, R>) -> bool {
        self.0.is_identity(context)
    }
}

/// A layer as a module sees it.
#[derive(Clone)]
pub struct Weights {
    pub layer: Layer,
    /// Whether the parameter message adds to what a module behind has written.
    pub adds: bool,
}
