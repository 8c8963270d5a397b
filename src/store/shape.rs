//! Which settings runs have, of which kinds, and what their steps keep: what the columns of their tables must be able to hold.

use crate::record::{RunRecord, Setting};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Settings by name, with the kinds of their values.
    settings: BTreeMap<String, Kinds>,
    /// What steps keep beyond what they always do.
    traced: BTreeSet<String>,
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

impl Shape {
    /// Of some runs.
    pub fn of<'r>(runs: impl Iterator<Item = &'r RunRecord>) -> Self {
        let mut shapes = Shapes::default();
        for run in runs {
            shapes.add(&run.settings, &run.traced);
        }
        shapes.union(0..u32::try_from(shapes.list.len()).unwrap_or(u32::MAX))
    }

    /// Each setting with its column's type, by name.
    pub fn columns(&self) -> impl Iterator<Item = (&str, ColumnType)> {
        self.settings.iter().map(|(name, kinds)| (name.as_str(), kinds.column()))
    }

    /// The columns that steps have beyond those that they always do, by name.
    pub fn traced(&self) -> impl Iterator<Item = &str> {
        self.traced.iter().map(String::as_str)
    }
}

impl Kinds {
    fn of(setting: &Setting) -> Self {
        Self(match setting {
            Setting::Flag(_) => FLAG,
            Setting::Integer(_) => INTEGER,
            Setting::Number(_) => NUMBER,
            Setting::Text(_) => 8,
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
    list: Vec<Shape>,
    places: HashMap<Shape, u32>,
    last: u32,
}

impl Shapes {
    /// The number of the shape of a run's settings and of what its steps keep.
    pub fn add(&mut self, settings: &BTreeMap<String, Setting>, traced: &[String]) -> u32 {
        let is = |shape: &Shape| {
            let pairs = || shape.settings.iter().zip(settings);
            let same = |((a, kinds), (b, setting)): ((&String, &Kinds), (&String, &Setting))| {
                a == b && *kinds == Kinds::of(setting)
            };
            let same_steps =
                shape.traced.len() == traced.len() && traced.iter().all(|name| shape.traced.contains(name));
            shape.settings.len() == settings.len() && same_steps && pairs().all(same)
        };
        // Neighbours are alike.
        if self.list.get(self.last as usize).is_some_and(is) {
            return self.last;
        }
        let shape = Shape {
            settings: settings.iter().map(|(name, setting)| (name.clone(), Kinds::of(setting))).collect(),
            traced: traced.iter().cloned().collect(),
        };
        let next = u32::try_from(self.list.len()).expect("fewer shapes than runs");
        self.last = *self.places.entry(shape.clone()).or_insert(next);
        if self.last == next {
            self.list.push(shape);
        }
        self.last
    }

    /// Everything that some of them have.
    pub fn union(&self, numbers: impl Iterator<Item = u32>) -> Shape {
        let mut wanted = vec![false; self.list.len()];
        numbers.for_each(|number| wanted[number as usize] = true);
        let mut all = Shape::default();
        for (shape, _) in self.list.iter().zip(wanted).filter(|(_, wanted)| *wanted) {
            for (name, kinds) in &shape.settings {
                all.settings.entry(name.clone()).or_default().0 |= kinds.0;
            }
            all.traced.extend(shape.traced.iter().cloned());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_holds_every_kind_that_occurs() {
        let settings = |list: &[(&str, Setting)]| list.iter().map(|(n, s)| ((*n).to_owned(), s.clone())).collect();
        let mut shapes = Shapes::default();
        let a = shapes.add(&settings(&[("a", Setting::Integer(1)), ("b", Setting::Flag(true))]), &[]);
        let b = shapes.add(&settings(&[("a", Setting::Number(0.5)), ("c", Setting::Text("x".to_owned()))]), &[]);
        let again = shapes.add(&settings(&[("a", Setting::Integer(7)), ("b", Setting::Flag(false))]), &[]);
        assert!(a == again && a != b);
        let columns = |shape: &Shape| shape.columns().map(|(n, t)| (n.to_owned(), t)).collect::<Vec<_>>();
        let (one, both) = (shapes.union([a].into_iter()), shapes.union([a, b].into_iter()));
        assert_eq!(columns(&one), [("a".to_owned(), ColumnType::Integer), ("b".to_owned(), ColumnType::Flag)]);
        assert_eq!(columns(&both)[0], ("a".to_owned(), ColumnType::Number));
        assert_eq!(columns(&both).len(), 3);
        let traced =
            shapes.add(&settings(&[("a", Setting::Integer(1)), ("b", Setting::Flag(true))]), &["norm".to_owned()]);
        assert!(traced != a);
        assert_eq!(shapes.union([a, traced].into_iter()).traced().collect::<Vec<_>>(), ["norm"]);
    }
}
