//! Seeds by source of randomness: `seeds = { split = 3, start = 5 }`. Those of the split are the seeds of the runs, and each other source
//! is an axis, so that all of them are crossed.

use super::draft::Located;
use super::fault::Fault;
use super::mistake::{Mistake, Place, say};
use super::reader::{ValueReader, in_order};
use super::seeds;
use super::sweep::{Sweep, SweepAxis};
use crate::record::Randomness;
use crate::value::Value;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::DeTable;

/// The seeds of one source of randomness, with the place where they are written.
pub type OfSource = (Randomness, Vec<u64>, Place);

/// `{ split = 3, start = 5 }`: seeds by source, each counted from 0; `None` if some are wrong.
pub fn read(reader: &mut ValueReader<'_>, table: &DeTable<'_>, span: Range<usize>) -> Option<Vec<OfSource>> {
    let known = Randomness::ALL.map(Randomness::name);
    // Each is read, so that each mistake is said.
    let mut sources: Vec<Option<OfSource>> = Vec::new();
    for (name, value) in in_order(table) {
        let Some(source) = Randomness::from_name(name.get_ref()) else {
            reader.unknown("source of randomness", name, known);
            sources.push(None);
            continue;
        };
        let seeds = seeds::read(reader, &format!("seeds.{}", source.name()), value).and_then(|seeds| seeds.from(0));
        let place = Place { source: reader.source, span: value.span() };
        sources.push(seeds.map(|seeds| (source, seeds, place)));
    }
    if table.is_empty() {
        let expected = format!("expected seeds for some of {}", known.map(|name| format!("`{name}`")).join(", "));
        reader.report(span, Fault::missing("no seeds", expected));
        return None;
    }
    sources.into_iter().collect()
}

/// Makes an axis of each source of randomness that has seeds of its own: all of them are crossed.
pub fn cross(sources: Vec<OfSource>, seen: &BTreeSet<String>, sweep: &mut Sweep, mistakes: &mut Vec<Mistake>) {
    for (source, seeds, place) in sources {
        let path = source.setting();
        if seen.contains(path) {
            let message = format!("the seeds of `{}` are given twice, here and as `{path}`", source.name());
            say(mistakes, &place, "seeds", Fault::twice(message, "expected its seeds in one place"));
            continue;
        }
        let one = |seed| vec![Some(Located { value: Value::Integer(seed), place: place.clone() })];
        let alternatives = seeds.into_iter().map(one).collect();
        sweep.axes.push(SweepAxis::new(vec![path.to_owned()], alternatives));
    }
}
