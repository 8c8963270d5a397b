//! Parameters of generated sets that only scale features, so that standardization undoes them: sets that differ by nothing else
//! are the same data then.

use super::linear;
use crate::registry::Choice;

/// Whether standardized data are the same, but for roundings, whatever this parameter of a set is.
#[must_use]
pub fn only_scales(set: &Choice, parameter: &str) -> bool {
    set.kind == linear::ENTRY.entry.name && parameter == "condition" && linear::is_scaled(set)
}

/// The set with such parameters at their defaults: one for all sets that are the same data once they are standardized.
#[must_use]
pub fn without_scales(set: &Choice) -> Choice {
    let scales = linear::ENTRY.entry.parameters.iter().filter(|parameter| only_scales(set, parameter.name));
    let usual = scales.filter_map(|parameter| Some((parameter.name, parameter.default()?.clone())));
    usual.fold(set.clone(), |set, (name, value)| set.with(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ENTRIES, Prepared, Shares, Target, Targets, is_drawn, load, split};
    use crate::num::Objective;
    use crate::registry::{Chosen, Parameter, ParameterKind, Range};
    use crate::value::Value;

    /// Another value that a parameter can take, beside its usual one.
    fn other(parameter: &Parameter, usual: &Value) -> Value {
        match (parameter.kind, usual) {
            (ParameterKind::Number(Range { high, .. }), Value::Number(usual)) if high <= 1.0 => {
                Value::Number(usual / 2.0)
            }
            (ParameterKind::Number(_), Value::Number(usual)) => Value::Number(2.0 * usual + 1.0),
            (ParameterKind::Integer { .. }, Value::Integer(usual)) => Value::Integer(usual + 1),
            (ParameterKind::OneOf(words), Value::Text(usual)) => {
                Value::word(words.iter().find(|word| *word != usual).unwrap())
            }
            (kind, usual) => panic!("{} {kind}: {usual}", parameter.name),
        }
    }

    /// All numbers of a standardized set, or `None` if the parameter makes a set that there is not.
    fn standardized(set: &Choice) -> Option<Vec<f64>> {
        let entry = ENTRIES.iter().find(|known| known.entry.name == set.kind).unwrap();
        let set = load(&Chosen { entry: *entry, choice: set.clone() }).ok()?;
        let train = Prepared::<f64>::new(&set, &split(&set, Shares::USUAL, 0).ok()?, true).train;
        let targets = match (train.targets, set.target) {
            (Targets::Values(values), _) => values.data().to_vec(),
            (Targets::Classes(classes), _) => classes.into_iter().map(f64::from).collect(),
            (Targets::None, Target::Objective(Objective::Quadratic(matrix))) => matrix.data().to_vec(),
            (Targets::None, _) => panic!("another problem without data"),
        };
        Some([train.inputs.data().to_vec(), targets].concat())
    }

    /// Each parameter of each generated set is tried: those that are said to only scale do so, and no others do.
    #[test]
    fn what_standardization_undoes_is_known() {
        let mut found = Vec::new();
        for known in ENTRIES.iter().filter(|known| is_drawn(&Choice::of(&known.entry))) {
            let usual = Choice::of(&known.entry);
            // One point of a quadratic has no noise.
            let several = usual.parameters.get("samples") == Some(&Value::Integer(1));
            let usual = if several { usual.with("samples", Value::Integer(5)) } else { usual };
            for parameter in known.entry.parameters {
                let value = usual.parameters.get(parameter.name).cloned();
                let value = value.unwrap_or_else(|| parameter.default().unwrap().clone());
                let changed = usual.clone().with(parameter.name, other(parameter, &value));
                let Some((before, after)) = standardized(&usual).zip(standardized(&changed)) else { continue };
                let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
                let same = before.len() == after.len() && before.iter().zip(&after).all(near);
                assert_eq!(same, only_scales(&usual, parameter.name), "{} {}", known.entry.name, parameter.name);
                if same {
                    found.push((known.entry.name, parameter.name));
                    assert_eq!(without_scales(&changed), without_scales(&usual));
                    let digest =
                        |choice: &Choice| load(&Chosen { entry: *known, choice: choice.clone() }).unwrap().digest();
                    assert_ne!(digest(&usual), digest(&changed));
                }
            }
        }
        assert_eq!(found, [("linear", "condition")]);
        let collinear = Choice::of(&linear::ENTRY.entry).with("columns", Value::word("collinear"));
        let other = collinear.clone().with("condition", Value::Number(1e5));
        assert_ne!(without_scales(&other), without_scales(&collinear));
    }
}
