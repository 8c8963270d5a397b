//! What exists once for each precision, such as the constructor of something that computes in it.

use super::Real;

/// A family of types, one for each precision.
pub trait PerPrecision {
    type Of<R: Real>: ?Sized + 'static;
}

/// A value of each type of such a family.
pub struct ByPrecision<P: PerPrecision> {
    pub f32: &'static P::Of<f32>,
    pub f64: &'static P::Of<f64>,
}

impl<P: PerPrecision> ByPrecision<P> {
    /// The one for a precision.
    #[must_use]
    pub fn of<R: Real>(&self) -> &'static P::Of<R> {
        R::of(self)
    }
}
