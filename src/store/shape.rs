//! Which settings runs have, of which kinds, and what their steps keep: what the columns of their tables must be able to hold.

use super::rare::RareColumns;
use crate::record::{RunRecord, asked_measures};
use crate::value::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TableShape {
    /// Settings by name, with the kinds of their values.
    settings: BTreeMap<String, Kinds>,
    /// What steps keep beyond what they always do.
    traced: BTreeSet<String>,
    /// The measures that runs were asked for.
    measures: BTreeSet<String>,
    /// Whether runs belong to the stages of a protocol; said of all of them together.
    staged: bool,
    results: RareColumns,
}

/// Kinds of values that a setting has somewhere, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kinds(u8);

const FLAG: u8 = 1;
const INTEGER: u8 = 2;
const NUMBER: u8 = 4;

/// The narrowest type of a column for some kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Flag,
    Integer,
    Number,
    Text,
}

impl TableShape {
    /// Of some runs.
    pub fn of<'r>(runs: impl Iterator<Item = &'r RunRecord>) -> Self {
        let (mut shapes, mut staged) = (Shapes::default(), false);
        for run in runs {
            shapes.add(&run.settings, &run.traced, RareColumns::of(run));
            staged |= run.stage.is_some();
        }
        shapes.union(0..u32::try_from(shapes.list.len()).unwrap_or(u32::MAX)).with_stages(staged)
    }

    /// The same, with or without a column for the stages of a protocol.
    #[must_use]
    pub fn with_stages(self, staged: bool) -> Self {
        Self { staged, ..self }
    }

    /// Whether there is that column.
    pub fn has_stages(&self) -> bool {
        self.staged
    }

    /// Which results have a column that not all tables have.
    pub fn results(&self) -> RareColumns {
        self.results
    }

    /// Each setting with its column's type, by name.
    pub fn columns(&self) -> impl Iterator<Item = (&str, ColumnType)> {
        self.settings.iter().map(|(name, kinds)| (name.as_str(), kinds.column()))
    }

    /// The measures that some of the runs were asked for, by name.
    pub fn measures(&self) -> impl Iterator<Item = &str> {
        self.measures.iter().map(String::as_str)
    }

    /// The columns that steps have beyond those that they always do, by name.
    pub fn traced(&self) -> impl Iterator<Item = &str> {
        self.traced.iter().map(String::as_str)
    }
}

impl Kinds {
    fn of(setting: &Value) -> Self {
        Self(match setting {
            Value::Flag(_) => FLAG,
            Value::Integer(_) => INTEGER,
            Value::Number(_) => NUMBER,
            Value::Text(_) | Value::List(_) | Value::Table(_) => 8,
        })
    }

    fn column(self) -> ColumnType {
        match self.0 {
            FLAG => ColumnType::Flag,
            INTEGER => ColumnType::Integer,
            kinds if kinds & !(INTEGER | NUMBER) == 0 => ColumnType::Number,
            _ => ColumnType::Text,
        }
    }
}

/// The shapes of many runs, each once: a sweep has a handful.
#[derive(Debug, Default)]
pub struct Shapes {
    list: Vec<TableShape>,
    places: HashMap<TableShape, u32>,
    last: u32,
}

impl Shapes {
    /// The number of the shape of a run's settings, of what its steps keep and of its results.
    pub fn add(&mut self, settings: &BTreeMap<String, Value>, traced: &[String], results: RareColumns) -> u32 {
        let is = |shape: &TableShape| {
            let pairs = || shape.settings.iter().zip(settings);
            let same = |((a, kinds), (b, setting)): ((&String, &Kinds), (&String, &Value))| {
                a == b && *kinds == Kinds::of(setting)
            };
            let same_steps =
                shape.traced.len() == traced.len() && traced.iter().all(|name| shape.traced.contains(name));
            let same_measures = || {
                let mut asked = asked_measures(settings);
                asked.all(|name| shape.measures.contains(name.as_ref()))
                    && asked_measures(settings).count() == shape.measures.len()
            };
            shape.settings.len() == settings.len()
                && shape.results == results
                && same_steps
                && pairs().all(same)
                && same_measures()
        };
        // Neighbours are alike.
        if self.list.get(self.last as usize).is_some_and(is) {
            return self.last;
        }
        let shape = TableShape {
            settings: settings.iter().map(|(name, setting)| (name.clone(), Kinds::of(setting))).collect(),
            traced: traced.iter().cloned().collect(),
            measures: asked_measures(settings).map(Cow::into_owned).collect(),
            staged: false,
            results,
        };
        let next = u32::try_from(self.list.len()).expect("fewer shapes than runs");
        self.last = *self.places.entry(shape.clone()).or_insert(next);
        if self.last == next {
            self.list.push(shape);
        }
        self.last
    }

    /// Everything that some of them have.
    pub fn union(&self, numbers: impl Iterator<Item = u32>) -> TableShape {
        let mut wanted = vec![false; self.list.len()];
        numbers.for_each(|number| wanted[number as usize] = true);
        let mut all = TableShape::default();
        for (shape, _) in self.list.iter().zip(wanted).filter(|(_, wanted)| *wanted) {
            for (name, kinds) in &shape.settings {
                all.settings.entry(name.clone()).or_default().0 |= kinds.0;
            }
            all.traced.extend(shape.traced.iter().cloned());
            all.measures.extend(shape.measures.iter().cloned());
            all.results = all.results.or(shape.results);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RunResults;

    #[test]
    fn a_column_holds_every_kind_that_occurs() {
        let settings = |list: &[(&str, Value)]| list.iter().map(|(n, s)| ((*n).to_owned(), s.clone())).collect();
        let (mut shapes, none) = (Shapes::default(), RareColumns::default());
        let a = shapes.add(&settings(&[("a", Value::Integer(1)), ("b", Value::Flag(true))]), &[], none);
        let b = shapes.add(&settings(&[("a", Value::Number(0.5)), ("c", Value::word("x"))]), &[], none);
        let again = shapes.add(&settings(&[("a", Value::Integer(7)), ("b", Value::Flag(false))]), &[], none);
        assert!(a == again && a != b);
        let columns = |shape: &TableShape| shape.columns().map(|(n, t)| (n.to_owned(), t)).collect::<Vec<_>>();
        let (one, both) = (shapes.union([a].into_iter()), shapes.union([a, b].into_iter()));
        assert_eq!(columns(&one), [("a".to_owned(), ColumnType::Integer), ("b".to_owned(), ColumnType::Flag)]);
        assert_eq!(columns(&both)[0], ("a".to_owned(), ColumnType::Number));
        assert_eq!(columns(&both).len(), 3);
        let ab = settings(&[("a", Value::Integer(1)), ("b", Value::Flag(true))]);
        let traced = shapes.add(&ab, &["norm".to_owned()], none);
        assert!(traced != a);
        let rare = RareColumns::of(&RunResults { held_out: Some(30), ..RunResults::default() });
        let held_out = shapes.add(&ab, &[], rare);
        assert!(held_out != a && shapes.union([a, held_out].into_iter()).results() == rare);
        assert_eq!(shapes.union([a, traced].into_iter()).traced().collect::<Vec<_>>(), ["norm"]);
    }
}
