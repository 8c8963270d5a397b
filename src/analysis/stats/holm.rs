//! Holm's step-down correction for several tests at once.
//!
//! With p₍₁₎ ≤ … ≤ p₍ₘ₎ the adjusted values are max over i ≤ j of min(1, (m − i + 1) p₍ᵢ₎). Rejecting those below α keeps the
//! chance of any false rejection below α, however the tests depend on one another. All tests that were looked at belong
//! in: leaving out those that came out badly makes it void.
//!
//! Source: Holm 1979. As `statsmodels.stats.multitest.multipletests(method="holm")`.

/// The adjusted p values, in the order given.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of tests
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![0.0; p.len()];
    let mut largest: f64 = 0.0;
    for (place, &index) in order.iter().enumerate() {
        largest = largest.max((p.len() - place) as f64 * p[index]).min(1.0);
        adjusted[index] = largest;
    }
    adjusted
}
