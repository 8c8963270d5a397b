//! Seeds by source of randomness: `seeds = { split = 3, start = 5 }`. Those of the split are the seeds of the runs, and each other source
//! is an axis, so that all of them are crossed.

use super::combinations::{Axis, Combinations};
use super::document::{Reading, in_order};
use super::problem::{Place, Problem};
use super::read::Reader;
use super::run_spec::{RunSpec, Section};
use super::typed::{Located, Typed};
use crate::data::Order;
use crate::model::initial::InitialEntry;
use crate::record::Randomness;
use std::ops::Range;
use toml::de::DeTable;

/// The seeds of one source of randomness, with the place where they are written.
pub type OfSource = (Randomness, Vec<u64>, Place);

impl Reader<'_> {
    /// `{ split = 3, start = 5 }`: seeds by source, each counted from 0; `None` if some are wrong.
    pub fn seeds_by_source(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<Vec<OfSource>> {
        let known = Randomness::ALL.map(Randomness::name);
        // Each is read, so that each mistake is said.
        let mut sources: Vec<Option<OfSource>> = Vec::new();
        for (name, value) in in_order(table) {
            let Some(source) = Randomness::from_name(name.get_ref()) else {
                self.unknown("source of randomness", name, known);
                sources.push(None);
                continue;
            };
            let seeds = self.seeds(&format!("seeds.{}", source.name()), value).and_then(|seeds| seeds.from(0));
            let place = Place { source: self.source, span: value.span() };
            sources.push(seeds.map(|seeds| (source, seeds, place)));
        }
        if table.is_empty() {
            let expected = format!("expected seeds for some of {}", known.map(|name| format!("`{name}`")).join(", "));
            self.report(span, "no seeds", expected, None);
            return None;
        }
        sources.into_iter().collect()
    }
}

impl Reading<'_> {
    /// Makes an axis of each source of randomness that has seeds of its own: all of them are crossed.
    pub fn cross_seeds(&mut self) {
        for (source, seeds, place) in std::mem::take(&mut self.sources) {
            let path = source.setting();
            if self.seen.contains(path) {
                let (name, expected) = (source.name(), "expected its seeds in one place");
                let message = format!("the seeds of `{name}` are given twice, here and as `{path}`");
                self.reader(place.source).report(place.span, message, expected, None);
                continue;
            }
            let one = |seed| vec![Some(Located { typed: Typed::Integer(seed), place: place.clone() })];
            let alternatives = seeds.into_iter().map(one).collect();
            self.document.combinations.axes.push(Axis { paths: vec![path.to_owned()], alternatives });
        }
    }
}

/// What is wrong with seeds that change nothing: several of a source from which no run draws. Every combination was checked.
pub fn idle_seeds(combinations: &Combinations, seed: u64) -> Vec<Problem> {
    let several = |axis: &&Axis| axis.alternatives.len() > 1;
    let of = |axis: &Axis| Randomness::ALL.into_iter().find(|source| axis.paths == [source.setting()]);
    let axes = combinations.axes.iter().filter(several).filter_map(|axis| Some((axis, of(axis)?)));
    let idle = axes.filter(|(_, source)| !is_drawn(*source, combinations, seed));
    let problem = |(axis, source): (&Axis, Randomness)| {
        let (name, why) = (source.name(), why_idle(source));
        Problem {
            place: axis.alternatives[0][0].as_ref().map_or(&combinations.end, |value| &value.place).clone(),
            message: format!("the seeds of `{name}` change nothing: {why}"),
            expected: format!("expected one seed of `{name}`, or none"),
            help: None,
        }
    };
    idle.map(problem).collect()
}

/// Whether some run draws from a source.
fn is_drawn(source: Randomness, combinations: &Combinations, seed: u64) -> bool {
    let (section, drawn): (Section, fn(&RunSpec) -> bool) = match source {
        Randomness::Split => return true,
        Randomness::Start => (Section::Model, |run| {
            run.catalogue.initial.find(&run.model.initial.kind).is_some_and(InitialEntry::is_drawn)
        }),
        Randomness::Order => (Section::Train, |run| run.train.order != Order::Given),
        Randomness::Dropout => (Section::Regularize, |run| run.regularize.is_drawn()),
    };
    let Ok(mut run) = combinations.finish(0, seed) else { return true };
    combinations.parts().iter().filter(|part| part.sections.contains(&section)).any(|part| {
        let mut putting = combinations.putting(part);
        combinations.representatives(part).any(|(member, _)| putting.put(member, &mut run).is_err() || drawn(&run))
    })
}

fn why_idle(source: Randomness) -> &'static str {
    match source {
        Randomness::Split => "nothing is split",
        Randomness::Start => "no run draws its initial weights",
        Randomness::Order => "every run takes the samples in the order of the data",
        Randomness::Dropout => "no run has dropout, DropConnect or noise",
    }
}
