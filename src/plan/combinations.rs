//! The combinations that a base and its axes make.

use super::finishing::{complete, finish, finish_sections};
use super::run_spec::{RunSpec, Section};
use super::unfit::is_alone;
use crate::catalogue::Catalogue;
use crate::spec::{Distinction, FaultKind, Located, Mistake, RunDraft, Sweep, SweepAxis, find};
use crate::value::Value;

/// Of so many members of a part it is asked what they lack.
const MOST_ASKED: usize = 1000;

/// The combinations that a sweep makes.
#[derive(Clone, Debug)]
pub struct Combinations {
    pub sweep: Sweep,
}

/// Sections that are finished together, and the axes that they depend on: no axis belongs to two parts, so that all
/// combinations of their members are the combinations of the axes.
#[derive(Clone, Debug)]
pub struct SweepPart {
    pub sections: Vec<Section>,
    /// Places in the list of axes, ascending.
    axes: Vec<usize>,
    /// How many combinations of these axes there are.
    pub members: u64,
}

/// Puts the members of a part into runs, one after the other: neighbours differ in one or two axes, and only these are set
/// again.
#[derive(Clone, Debug)]
pub struct Cursor<'c> {
    combinations: &'c Combinations,
    axes: Vec<usize>,
    pub sections: Vec<Section>,
    /// The base with the member that was put last.
    draft: RunDraft,
    picks: Vec<usize>,
}

impl Cursor<'_> {
    /// Puts a member's sections into a run, and leaves its others as they are; or what is missing or wrong.
    pub fn put(&mut self, member: u64, run: &mut RunSpec) -> Result<(), Vec<Mistake>> {
        let picks = self.combinations.picks(self.axes.iter().copied(), member);
        for ((&axis, pick), last) in self.axes.iter().zip(picks).zip(&mut self.picks) {
            if pick != *last {
                self.combinations.sweep.axes[axis].put(pick, &mut self.draft, &self.combinations.sweep.base);
                *last = pick;
            }
        }
        finish_sections(&self.draft, &self.sections, &self.combinations.sweep.end, run)
    }
}

impl Combinations {
    /// How many there are; more than 2⁶⁴ count as 2⁶⁴ − 1.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.sweep.axes.iter().fold(1, |product: u64, axis| product.saturating_mul(axis.alternatives.len() as u64))
    }

    /// One combination's run, complete; or what is missing or does not fit.
    pub fn finish(&self, index: u64, seed: u64) -> Result<RunSpec, Vec<Mistake>> {
        self.finish_draft(&self.draft(index), seed)
    }

    /// The run of a combination that was checked, without a further look at what goes together.
    pub fn complete(&self, index: u64, seed: u64) -> Result<RunSpec, Vec<Mistake>> {
        complete(&self.draft(index), seed, &self.sweep.end)
    }

    /// The run of one of these combinations. What the spec names anywhere counts as given, whatever this one has.
    pub fn finish_draft(&self, draft: &RunDraft, seed: u64) -> Result<RunSpec, Vec<Mistake>> {
        let is_axis = |path: &str| self.sweep.axes.iter().any(|axis| axis.paths.iter().any(|known| known == path));
        finish(draft, seed, &self.sweep.end, |path| self.sweep.base.place(path).is_some() || is_axis(path))
    }

    /// What is missing in some combination, as far as one of each class shows it.
    pub fn missing(&self) -> Vec<Mistake> {
        let mut found: Vec<Mistake> = Vec::new();
        for part in self.parts() {
            for (member, _) in self.representatives(&part).take(MOST_ASKED) {
                let wrong = self.finish(self.index([(&part, member)].into_iter()), 0).err().unwrap_or_default();
                for mistake in wrong.into_iter().filter(|mistake| mistake.fault.kind == FaultKind::Missing) {
                    if !found.contains(&mistake) {
                        found.push(mistake);
                    }
                }
            }
        }
        found
    }

    /// The base with one combination of the axes' alternatives.
    pub fn draft(&self, index: u64) -> RunDraft {
        let mut draft = self.sweep.base.clone();
        for (axis, pick) in self.sweep.axes.iter().zip(self.picks(0..self.sweep.axes.len(), index)) {
            axis.put(pick, &mut draft, &self.sweep.base);
        }
        draft
    }

    /// The parts, the data first: what is checked against data then loads each set once.
    pub fn parts(&self) -> Vec<SweepPart> {
        // Where no epochs are given, in some cases at least, a solver in closed form has one.
        let epochs = |axis: &SweepAxis| axis.paths.iter().position(|path| path == "train.epochs");
        let always = |axis: &SweepAxis| {
            epochs(axis).is_some_and(|column| axis.alternatives.iter().all(|row| row[column].is_some()))
        };
        let epochs_follow = self.sweep.base.place("train.epochs").is_none() && !self.sweep.axes.iter().any(always);
        let mut parts: Vec<Vec<Section>> = vec![vec![Section::Data]];
        parts.extend(Section::ALL.into_iter().filter(|section| *section != Section::Data).map(|section| vec![section]));
        if epochs_follow {
            join(&mut parts, |section| matches!(section, Section::Train | Section::Optimizer));
        }
        self.sweep.axes.iter().for_each(|axis| join(&mut parts, |section| is_of(axis, section)));
        let part = |sections: Vec<Section>| {
            let is_ours = |axis: &SweepAxis| sections.iter().any(|section| is_of(axis, *section));
            let axes: Vec<usize> = (0..self.sweep.axes.len()).filter(|&axis| is_ours(&self.sweep.axes[axis])).collect();
            let members = axes.iter().map(|&axis| self.sweep.axes[axis].alternatives.len() as u64).product();
            SweepPart { sections, axes, members }
        };
        parts.into_iter().map(part).collect()
    }

    fn catalogue(&self) -> &Catalogue {
        &self.sweep.base.catalogue
    }

    /// Members that stand for all of a part, each for so many: one of each combination of the axes' classes.
    pub fn representatives(&self, part: &SweepPart) -> impl Iterator<Item = (u64, u64)> + use<> {
        let sizes: Vec<u64> = part.axes.iter().map(|&axis| self.sweep.axes[axis].values() as u64).collect();
        let classes: Vec<Vec<(usize, u64)>> =
            part.axes.iter().map(|&axis| classes(&self.sweep.axes[axis], self.catalogue())).collect();
        let all: usize = classes.iter().map(Vec::len).product();
        (0..all).map(move |mut number| {
            let (mut member, mut stands_for, mut stride) = (0, 1, 1);
            for (classes, size) in classes.iter().zip(&sizes).rev() {
                let (place, count) = classes[number % classes.len()];
                number /= classes.len();
                member += place as u64 * stride;
                stands_for *= count;
                stride *= size;
            }
            (member, stands_for)
        })
    }

    /// For each axis whose alternatives are represented by fewer: the members that differ from this one in it alone.
    pub fn represented(&self, part: &SweepPart, member: u64) -> Vec<Vec<u64>> {
        let picks = self.picks(part.axes.iter().copied(), member);
        let (mut stride, mut all) = (1, Vec::new());
        for (&axis, pick) in part.axes.iter().zip(picks).rev() {
            let axis = &self.sweep.axes[axis];
            if classes(axis, self.catalogue()).len() < axis.values() {
                let others = 0..axis.values() as u64;
                all.push(others.map(|other| member - pick as u64 * stride + other * stride).collect());
            }
            stride *= axis.values() as u64;
        }
        all
    }

    /// Which member of a part a combination has.
    pub fn member(&self, part: &SweepPart, index: u64) -> u64 {
        let picks = self.picks(0..self.sweep.axes.len(), index);
        part.axes
            .iter()
            .fold(0, |member, &axis| member * self.sweep.axes[axis].alternatives.len() as u64 + picks[axis] as u64)
    }

    /// The combination that has these members, one of each part.
    pub fn index<'p>(&self, members: impl Iterator<Item = (&'p SweepPart, u64)>) -> u64 {
        let mut picks = vec![0; self.sweep.axes.len()];
        for (part, member) in members {
            for (&axis, pick) in part.axes.iter().zip(self.picks(part.axes.iter().copied(), member)) {
                picks[axis] = pick;
            }
        }
        self.sweep
            .axes
            .iter()
            .zip(picks)
            .fold(0, |index, (axis, pick)| index * axis.alternatives.len() as u64 + pick as u64)
    }

    /// To put the members of a part into runs.
    pub fn cursor(&self, part: &SweepPart) -> Cursor<'_> {
        let mut draft = self.sweep.base.clone();
        for &axis in &part.axes {
            self.sweep.axes[axis].put(0, &mut draft, &self.sweep.base);
        }
        let picks = vec![0; part.axes.len()];
        Cursor { combinations: self, axes: part.axes.clone(), sections: part.sections.clone(), draft, picks }
    }

    /// Which alternative of each of these axes a combination of them has; the first of them varies slowest.
    fn picks(&self, axes: impl DoubleEndedIterator<Item = usize>, mut index: u64) -> Vec<usize> {
        let mut picks: Vec<usize> = axes
            .rev()
            .map(|axis| {
                let count = self.sweep.axes[axis].alternatives.len() as u64;
                let pick = usize::try_from(index % count).expect("an axis fits memory");
                index /= count;
                pick
            })
            .collect();
        picks.reverse();
        picks
    }
}

/// Makes one of all parts that have such a section, in the place of the first of them.
fn join(parts: &mut Vec<Vec<Section>>, is_one: impl Fn(Section) -> bool) {
    let Some(first) = parts.iter().position(|part| part.iter().any(|section| is_one(*section))) else { return };
    for place in (first + 1..parts.len()).rev() {
        if parts[place].iter().any(|section| is_one(*section)) {
            let sections = parts.remove(place);
            parts[first].extend(sections);
        }
    }
}

/// Whether some of its settings are of this section.
fn is_of(axis: &SweepAxis, section: Section) -> bool {
    axis.paths.iter().any(|path| path.split('.').next() == Some(section.name()))
}

/// One alternative of each class, with how many the class has. Those of a class go together with the same other settings:
/// [`Distinction`] says which values of a key those are, and [`is_alone`] which parameters of optimizers.
/// Of settings that vary together each alternative is a class of its own.
fn classes(axis: &SweepAxis, catalogue: &Catalogue) -> Vec<(usize, u64)> {
    let mut classes: Vec<(Option<bool>, usize, u64)> = Vec::new();
    let key = |path: &str| Some(find(catalogue, path)?.0);
    for (place, row) in axis.alternatives.iter().enumerate() {
        let class = match (axis.paths.as_slice(), row.as_slice()) {
            ([path], [Some(Located { value, .. })]) => match (value, key(path).map(|key| (key.apart, &key.default))) {
                (Value::Number(_) | Value::Integer(_), _) if is_alone(catalogue, path) => Some(true),
                (_, Some((Distinction::Never, _))) => Some(true),
                (Value::Number(_), Some((Distinction::Used, Some(usual)))) => Some(value != usual),
                _ => None,
            },
            _ => None,
        };
        match classes.iter_mut().find(|(known, ..)| class.is_some() && *known == class) {
            Some((.., count)) => *count += 1,
            None => classes.push((class, place, 1)),
        }
    }
    classes.into_iter().map(|(_, place, count)| (place, count)).collect()
}
