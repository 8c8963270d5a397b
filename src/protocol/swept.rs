//! Which settings take more than one value in a sweep. An axis may vary several: that of `optimizer` the kind and, within a
//! kind, its parameters.

use crate::catalogue::Catalogue;
use crate::record::{Bounds, loss_unit};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::spec::{Key, KeyKind, SPLIT_NAMES, Sweep, SweepAxis, find};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A setting that is swept, by its name in the tables' columns.
#[derive(Clone, Debug)]
pub struct Swept {
    pub setting: String,
    /// Which numbers it can take; none if it is none.
    pub bounds: Option<Bounds>,
    /// The labelled cases that set it: the name of their axis, and whether some label has several values of it.
    pub of_cases: Option<(&'static str, bool)>,
    /// Whether the losses of its values measure different things, as those of `adaline` and `logistic` do.
    pub several_losses: bool,
}

impl Swept {
    fn new<'v>(setting: String, bounds: Option<Bounds>, values: impl IntoIterator<Item = &'v str>) -> Self {
        let unit = |value: &str| loss_unit(&BTreeMap::from([(setting.clone(), Value::text(value))]));
        let units: BTreeSet<String> = values.into_iter().map(unit).collect();
        Self { setting, bounds, of_cases: None, several_losses: units.len() > 1 }
    }

    /// Whether it is a part of what the data set is.
    pub fn is_data(&self) -> bool {
        names_data(&self.setting)
    }
}

/// Whether a name is that of the data set, of a part of it, or of what changes the unit of its losses.
pub fn names_data(name: &str) -> bool {
    name == "data.set" || name.starts_with("data.set.") || ["data.draw", "data.standardize"].contains(&name)
}

/// The swept settings, in the order of the axes, each once.
pub fn swept(sweep: &Sweep) -> Vec<Swept> {
    let mut all: Vec<Swept> = Vec::new();
    for axis in &sweep.axes {
        let labels = axis.names();
        let labelled = axis.is_labelled();
        if labelled {
            all.push(Swept::new(axis.called.to_owned(), None, []));
        }
        for (place, path) in axis.paths.iter().enumerate() {
            let column = sweep.column(axis, place);
            let within: BTreeSet<String> =
                labels.iter().flat_map(|label| of_label(sweep, axis, (path, &column), label)).collect();
            for mut found in of_setting(&sweep.base.catalogue, path, &column) {
                if !all.iter().any(|known| known.setting == found.setting) {
                    let several = within.contains(&found.setting);
                    found.of_cases = labelled.then_some((axis.called, several));
                    all.push(found);
                }
            }
        }
    }
    all
}

/// What one setting of an axis varies among the alternatives of one label.
fn of_label(sweep: &Sweep, axis: &SweepAxis, (path, column): (&str, &[Option<Value>]), label: &str) -> Vec<String> {
    let rows = axis.labels.iter().zip(column).filter(|(name, _)| name.as_deref() == Some(label));
    let values: Vec<Option<Value>> = rows.map(|(_, value)| value.clone()).collect();
    of_setting(&sweep.base.catalogue, path, &values).into_iter().map(|found| found.setting).collect()
}

/// What one setting of an axis varies.
fn of_setting(catalogue: &Catalogue, path: &str, values: &[Option<Value>]) -> Vec<Swept> {
    let Some((key, parameter)) = find(catalogue, path) else { return Vec::new() };
    let one = |bounds| {
        let texts: Vec<String> = values.iter().flatten().map(Value::to_string).collect();
        vec![Swept::new(path.to_owned(), bounds, texts.iter().map(String::as_str))]
    };
    match (key.kind, parameter) {
        (KeyKind::Choice(kind), None) => {
            let given = values.iter().flatten();
            let choices = given.filter_map(|choice| Some((catalogue.entry(kind, choice.kind()?)?, choice)));
            of_choices(path, choices)
        }
        _ if values.iter().all(|value| value == &values[0]) => Vec::new(),
        (KeyKind::Choice(kind) | KeyKind::Entry(kind), Some(parameter)) => {
            let all = catalogue.parameters(kind, parameter);
            one(all.iter().filter_map(|parameter| bounds_of(parameter)).reduce(Bounds::or))
        }
        (KeyKind::Split, _) => {
            let is_there = |name: &&str| values.iter().flatten().any(|split| split.part(name).is_some());
            let swept = |name| Swept::new(format!("{path}.{name}"), None, []);
            SPLIT_NAMES.into_iter().filter(is_there).map(swept).collect()
        }
        _ => one(bounds_of_key(key)),
    }
}

/// The values of a parameter within one kind, and what it can take.
type SweptValues = (BTreeSet<String>, Option<Bounds>);

/// The kind where there are several, and each parameter that has several values within one kind.
fn of_choices<'v>(path: &str, choices: impl Iterator<Item = (&'static Entry, &'v Value)>) -> Vec<Swept> {
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    let mut values: BTreeMap<(String, &str), SweptValues> = BTreeMap::new();
    for (entry, choice) in choices {
        kinds.insert(entry.name);
        let given = choice.parameters();
        let complete = given.fold(Choice::of(entry), |choice, (name, value)| choice.with(name, value.clone()));
        for (name, value) in complete.parameters {
            let bounds = entry.parameter(&name).and_then(bounds_of);
            let known = values.entry((name, entry.name)).or_insert((BTreeSet::new(), bounds));
            known.0.insert(value.to_string());
        }
    }
    let several = values.iter().filter(|(_, (values, _))| values.len() > 1);
    let mut parameters: BTreeMap<&str, (Vec<&str>, Vec<Bounds>)> = BTreeMap::new();
    several.for_each(|((name, _), (texts, own))| {
        let (values, bounds) = parameters.entry(name).or_default();
        values.extend(texts.iter().map(String::as_str));
        bounds.extend(*own);
    });
    let kind = (kinds.len() > 1).then(|| Swept::new(format!("{path}.kind"), None, kinds));
    let parameter = |(name, (values, bounds)): (&str, (Vec<&str>, Vec<Bounds>))| {
        Swept::new(format!("{path}.{name}"), bounds.into_iter().reduce(Bounds::or), values)
    };
    kind.into_iter().chain(parameters.into_iter().map(parameter)).collect()
}

fn bounds_of(parameter: &Parameter) -> Option<Bounds> {
    match parameter.kind {
        ParameterKind::Number(range) => Some(Bounds::of(range)),
        ParameterKind::Integer { least, most } => Some(Bounds::whole(least, most)),
        _ => None,
    }
}

fn bounds_of_key(key: &Key) -> Option<Bounds> {
    match key.kind {
        KeyKind::Number(range) => Some(Bounds::of(range)),
        KeyKind::Integer { least, most } | KeyKind::IntegerOr { least, most, .. } => Some(Bounds::whole(least, most)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Spec;

    #[test]
    fn an_axis_varies_what_differs_within_a_kind() {
        let text = r#"
            name = "x"
            data.set = "iris"
            model = { kind = "mlp", hidden = [2] }
            train = { epochs = 1 }
            [sweep]
            optimizer = [
              { kind = "momentum", mu = [0.5, 0.9], lr = [0.1, 1.0] },
              { kind = "adam", lr = 0.01, beta1 = 0.8 },
            ]
            annealing = ["constant"]
            "regularize.dropout" = [0.0, 0.5]
            "train.batch" = [8, 16]
        "#;
        let spec = Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).unwrap();
        let found = swept(spec.sweep());
        let names: Vec<&str> = found.iter().map(|swept| swept.setting.as_str()).collect();
        assert_eq!(names, ["optimizer.kind", "optimizer.lr", "optimizer.mu", "regularize.dropout", "train.batch"]);
        assert_eq!(found[1].bounds.unwrap(), Bounds::POSITIVE);
        assert!(found[3].bounds.unwrap().contains(0.0) && !found[3].bounds.unwrap().contains(1.0));
        assert!(found[4].bounds.unwrap().whole && found[0].bounds.is_none());
    }
}
