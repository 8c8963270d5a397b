//! What a run's losses measure.

use crate::value::Value;
use std::collections::BTreeMap;

/// What the losses of a run measure, in so far as its settings say it: the loss with its parameters, and whether it is a sum. Losses
/// of two runs on one data set can be compared only where this is the same: an absolute error is no squared error.
#[must_use]
pub fn loss_unit(settings: &BTreeMap<String, Value>) -> String {
    let is = |name: &str, word: &str| settings.get(name).and_then(Value::as_text) == Some(word);
    let named = settings.iter().filter(|(name, _)| name.starts_with("model.loss."));
    let mut parts: Vec<String> = named.map(|(name, value)| format!("{name} {value}")).collect();
    // The one model whose loss is not that of all others on its data.
    parts.extend(is("model.kind", "adaline").then(|| "adaline".to_owned()));
    parts.extend(is("train.reduction", "sum").then(|| "sum".to_owned()));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_sums_and_the_adaline_measure_something_else() {
        let unit = |settings: &[(&str, &str)]| {
            let settings = settings.iter().map(|(name, word)| ((*name).to_owned(), Value::text(*word)));
            loss_unit(&settings.collect())
        };
        let usual = unit(&[("model.kind", "mlp"), ("train.reduction", "mean"), ("model.hidden", "8")]);
        assert_eq!(usual, unit(&[("model.kind", "logistic")]));
        let huber = unit(&[("model.loss.kind", "huber"), ("model.loss.delta", "1")]);
        let others = [
            unit(&[("model.kind", "adaline")]),
            unit(&[("train.reduction", "sum")]),
            unit(&[("model.loss.kind", "absolute-error")]),
            unit(&[("model.loss.kind", "huber"), ("model.loss.delta", "2")]),
            huber.clone(),
        ];
        assert!(others.iter().all(|other| *other != usual));
        assert_eq!(others.iter().filter(|other| **other == huber).count(), 1);
    }
}
