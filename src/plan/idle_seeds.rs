//! Seeds of single sources of randomness from which no run draws.

use super::combinations::Combinations;
use super::run_spec::{RunSpec, Section};
use crate::model::initial::InitialEntry;
use crate::record::Randomness;
use crate::spec::{Fault, Mistake, SweepAxis};

/// What is wrong with seeds that change nothing: several of a source from which no run draws. Every combination was checked.
pub fn idle_seeds(combinations: &Combinations, seed: u64) -> Vec<Mistake> {
    let several = |axis: &&SweepAxis| axis.alternatives.len() > 1;
    let of = |axis: &SweepAxis| Randomness::ALL.into_iter().find(|source| axis.paths == [source.setting()]);
    let axes = combinations.sweep.axes.iter().filter(several).filter_map(|axis| Some((axis, of(axis)?)));
    let idle = axes.filter(|(_, source)| !is_drawn(*source, combinations, seed));
    let mistake = |(axis, source): (&SweepAxis, Randomness)| {
        let (name, why) = (source.name(), why_idle(source));
        Mistake {
            place: axis.alternatives[0][0].as_ref().map_or(&combinations.sweep.end, |value| &value.place).clone(),
            path: format!("seeds.{name}"),
            fault: Fault::unfit(
                format!("the seeds of `{name}` change nothing: {why}"),
                format!("expected one seed of `{name}`, or none"),
            ),
        }
    };
    idle.map(mistake).collect()
}

/// Whether some run draws from a source.
fn is_drawn(source: Randomness, combinations: &Combinations, seed: u64) -> bool {
    let (section, drawn): (Section, fn(&RunSpec) -> bool) = match source {
        Randomness::Split => return true,
        Randomness::Start => (Section::Model, |run| {
            run.catalogue.initial.find(&run.model.initial.kind).is_some_and(InitialEntry::is_drawn)
        }),
        Randomness::Order => (Section::Train, |run| run.train.draws_samples()),
        Randomness::Dropout => (Section::Regularize, |run| run.regularize.is_drawn()),
    };
    let Ok(mut run) = combinations.finish(0, seed) else { return true };
    combinations.parts().iter().filter(|part| part.sections.contains(&section)).any(|part| {
        let mut cursor = combinations.cursor(part);
        combinations.representatives(part).any(|(member, _)| cursor.put(member, &mut run).is_err() || drawn(&run))
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
