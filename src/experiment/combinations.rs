//! A base and its axes, and the combinations that they make.

use super::draft::Draft;
use super::keys::{KeyKind, find};
use super::problem::{Place, Problem};
use super::run_spec::{RunSpec, Section};
use super::typed::{Key, Located, Partial, Typed};
use super::unfit::is_alone;
use crate::data::Shares;
use crate::record::is_seed;
use crate::registry::{Default, Value};
use std::collections::{BTreeMap, HashSet};

/// A base and its axes.
#[derive(Clone, Debug)]
pub struct Combinations {
    pub base: Draft,
    /// In the order of the file; the first varies slowest.
    pub axes: Vec<Axis>,
    /// Where in the spec what is missing could be added.
    pub end: Place,
}

/// One axis of a sweep: one setting, or several that vary together.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The settings, each once; at least one.
    pub paths: Vec<String>,
    /// At least one, each with a value for each setting; none if that of the base stands.
    pub alternatives: Vec<Vec<Option<Located>>>,
}

/// Sections that are finished together, and the axes that they depend on: no axis belongs to two parts, so that all
/// combinations of their members are the combinations of the axes.
#[derive(Clone, Debug)]
pub struct Part {
    pub sections: Vec<Section>,
    /// Places in the list of axes, ascending.
    axes: Vec<usize>,
    /// How many combinations of these axes there are.
    pub members: u64,
}

/// Puts the members of a part into runs, one after the other: neighbours differ in one or two axes, and only these are set
/// again.
#[derive(Clone, Debug)]
pub struct Putting<'c> {
    combinations: &'c Combinations,
    axes: Vec<usize>,
    pub sections: Vec<Section>,
    /// The base with the member that was put last.
    draft: Draft,
    picks: Vec<usize>,
}

impl Putting<'_> {
    /// Puts a member's sections into a run, and leaves its others as they are; or what is missing or wrong.
    pub fn put(&mut self, member: u64, run: &mut RunSpec) -> Result<(), Vec<Problem>> {
        let picks = self.combinations.picks(self.axes.iter().copied(), member);
        for ((&axis, pick), last) in self.axes.iter().zip(picks).zip(&mut self.picks) {
            if pick != *last {
                self.combinations.axes[axis].put(pick, &mut self.draft, &self.combinations.base);
                *last = pick;
            }
        }
        self.draft.finish_sections(&self.sections, &self.combinations.end, run)
    }
}

impl Axis {
    /// How many values the axis has.
    pub fn values(&self) -> usize {
        self.alternatives.len()
    }

    /// Drops some of its settings, and alternatives that differed by nothing else; whether any setting is left.
    pub fn forget(&mut self, replaced: impl Fn(&str) -> bool, base: &Draft) -> bool {
        let stays: Vec<bool> = self.paths.iter().map(|path| !replaced(path)).collect();
        if stays.contains(&false) {
            retain(&mut self.paths, &stays);
            self.alternatives.iter_mut().for_each(|row| retain(row, &stays));
            self.keep_each_once(base);
        }
        !self.paths.is_empty()
    }

    /// Keeps the first of alternatives that are equal with what the base or a default says where they say nothing.
    pub fn keep_each_once(&mut self, base: &Draft) {
        let whole = |row: &Vec<Option<Located>>| {
            let value = |setting| Some(self.value(row, setting, base)?.key());
            (0..self.paths.len()).map(value).collect()
        };
        let whole: Vec<Vec<Option<Key>>> = self.alternatives.iter().map(whole).collect();
        let (mut whole, mut seen) = (whole.into_iter(), HashSet::new());
        self.alternatives.retain(|_| whole.next().is_some_and(|row| seen.insert(row)));
    }

    /// An alternative's value of a setting, or what its own choice, the base or a default says instead.
    fn value(&self, row: &[Option<Located>], setting: usize, base: &Draft) -> Option<Typed> {
        if let Some(located) = &row[setting] {
            return Some(located.typed.clone());
        }
        let path = &self.paths[setting];
        let within = |owner: &Typed, parameter: &str| match owner {
            Typed::Choice(partial) => partial.given.get(parameter).cloned().map(Typed::Parameter),
            _ => None,
        };
        if let (Some((_, Some(parameter))), Some((owner, _))) = (find(path), path.rsplit_once('.')) {
            let own = self.paths.iter().position(|path| path == owner).and_then(|column| row[column].as_ref());
            let given = base.values.get(path).map(|located| located.typed.clone());
            return given.or_else(|| within(&own.or_else(|| base.values.get(owner))?.typed, parameter));
        }
        base.values.get(path).map(|located| located.typed.clone()).or_else(|| usual(path))
    }

    /// Gives a draft one alternative's values; the base's where it has none.
    fn put(&self, pick: usize, draft: &mut Draft, base: &Draft) {
        for (path, value) in self.paths.iter().zip(&self.alternatives[pick]) {
            draft.put(path, value.as_ref(), base);
        }
    }

    /// Whether some of its settings are of this section.
    fn is_of(&self, section: Section) -> bool {
        self.paths.iter().any(|path| path.split('.').next() == Some(section.name()))
    }

    /// One alternative of each class, with how many the class has. Those of a class go together with the same other settings:
    /// nothing looks at a parameter such as β₁ or at a seed beside others, and of a regularizer's strength only whether it is 0 counts.
    /// Of settings that vary together each alternative is a class of its own.
    fn classes(&self) -> Vec<(usize, u64)> {
        let mut classes: Vec<(Option<bool>, usize, u64)> = Vec::new();
        for (place, row) in self.alternatives.iter().enumerate() {
            let class = match (self.paths.as_slice(), row.as_slice()) {
                ([path], [Some(Located { typed, .. })]) => match typed {
                    Typed::Parameter(Value::Number(_) | Value::Integer(_)) if is_alone(path) => Some(true),
                    Typed::Integer(_) if is_seed(path) => Some(true),
                    Typed::Number(strength) if path.starts_with("regularize.") => Some(*strength > 0.0),
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
}

impl Combinations {
    /// How many there are; more than 2⁶⁴ count as 2⁶⁴ − 1.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.axes.iter().fold(1, |product: u64, axis| product.saturating_mul(axis.alternatives.len() as u64))
    }

    /// One combination's run, complete; or what is missing or does not fit.
    pub fn finish(&self, index: u64, seed: u64) -> Result<RunSpec, Vec<Problem>> {
        self.finish_draft(&self.draft(index), seed)
    }

    /// The run of one of these combinations. What the spec names anywhere counts as given, whatever this one has.
    pub fn finish_draft(&self, draft: &Draft, seed: u64) -> Result<RunSpec, Vec<Problem>> {
        let is_axis = |path: &str| self.axes.iter().any(|axis| axis.paths.iter().any(|known| known == path));
        draft.finish(seed, &self.end, |path| self.base.place(path).is_some() || is_axis(path))
    }

    /// The values of one of an axis's settings, where an alternative has none the base's or the default; none if that, too,
    /// is none.
    pub fn column(&self, axis: &Axis, setting: usize) -> Vec<Option<Typed>> {
        axis.alternatives.iter().map(|row| axis.value(row, setting, &self.base)).collect()
    }

    /// The base with one combination of the axes' alternatives.
    pub fn draft(&self, index: u64) -> Draft {
        let mut draft = self.base.clone();
        for (axis, pick) in self.axes.iter().zip(self.picks(0..self.axes.len(), index)) {
            axis.put(pick, &mut draft, &self.base);
        }
        draft
    }

    /// The parts, the data first: what is checked against data then loads each set once.
    pub fn parts(&self) -> Vec<Part> {
        // Where no epochs are given, in some cases at least, a solver in closed form has one.
        let epochs = |axis: &Axis| axis.paths.iter().position(|path| path == "train.epochs");
        let always =
            |axis: &Axis| epochs(axis).is_some_and(|column| axis.alternatives.iter().all(|row| row[column].is_some()));
        let epochs_follow = self.base.place("train.epochs").is_none() && !self.axes.iter().any(always);
        let mut parts: Vec<Vec<Section>> = vec![vec![Section::Data]];
        parts.extend(Section::ALL.into_iter().filter(|section| *section != Section::Data).map(|section| vec![section]));
        if epochs_follow {
            join(&mut parts, |section| matches!(section, Section::Train | Section::Optimizer));
        }
        self.axes.iter().for_each(|axis| join(&mut parts, |section| axis.is_of(section)));
        let part = |sections: Vec<Section>| {
            let is_ours = |axis: &Axis| sections.iter().any(|section| axis.is_of(*section));
            let axes: Vec<usize> = (0..self.axes.len()).filter(|&axis| is_ours(&self.axes[axis])).collect();
            let members = axes.iter().map(|&axis| self.axes[axis].alternatives.len() as u64).product();
            Part { sections, axes, members }
        };
        parts.into_iter().map(part).collect()
    }

    /// Members that stand for all of a part, each for so many: one of each combination of the axes' classes.
    pub fn representatives(&self, part: &Part) -> impl Iterator<Item = (u64, u64)> + use<> {
        let sizes: Vec<u64> = part.axes.iter().map(|&axis| self.axes[axis].values() as u64).collect();
        let classes: Vec<Vec<(usize, u64)>> = part.axes.iter().map(|&axis| self.axes[axis].classes()).collect();
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
    pub fn represented(&self, part: &Part, member: u64) -> Vec<Vec<u64>> {
        let picks = self.picks(part.axes.iter().copied(), member);
        let (mut stride, mut all) = (1, Vec::new());
        for (&axis, pick) in part.axes.iter().zip(picks).rev() {
            let axis = &self.axes[axis];
            if axis.classes().len() < axis.values() {
                let others = 0..axis.values() as u64;
                all.push(others.map(|other| member - pick as u64 * stride + other * stride).collect());
            }
            stride *= axis.values() as u64;
        }
        all
    }

    /// Which member of a part a combination has.
    pub fn member(&self, part: &Part, index: u64) -> u64 {
        let picks = self.picks(0..self.axes.len(), index);
        part.axes
            .iter()
            .fold(0, |member, &axis| member * self.axes[axis].alternatives.len() as u64 + picks[axis] as u64)
    }

    /// The combination that has these members, one of each part.
    pub fn index<'p>(&self, members: impl Iterator<Item = (&'p Part, u64)>) -> u64 {
        let mut picks = vec![0; self.axes.len()];
        for (part, member) in members {
            for (&axis, pick) in part.axes.iter().zip(self.picks(part.axes.iter().copied(), member)) {
                picks[axis] = pick;
            }
        }
        self.axes.iter().zip(picks).fold(0, |index, (axis, pick)| index * axis.alternatives.len() as u64 + pick as u64)
    }

    /// To put the members of a part into runs.
    pub fn putting(&self, part: &Part) -> Putting<'_> {
        let mut draft = self.base.clone();
        for &axis in &part.axes {
            self.axes[axis].put(0, &mut draft, &self.base);
        }
        let picks = vec![0; part.axes.len()];
        Putting { combinations: self, axes: part.axes.clone(), sections: part.sections.clone(), draft, picks }
    }

    /// Which alternative of each of these axes a combination of them has; the first of them varies slowest.
    fn picks(&self, axes: impl DoubleEndedIterator<Item = usize>, mut index: u64) -> Vec<usize> {
        let mut picks: Vec<usize> = axes
            .rev()
            .map(|axis| {
                let count = self.axes[axis].alternatives.len() as u64;
                let pick = usize::try_from(index % count).expect("an axis fits memory");
                index /= count;
                pick
            })
            .collect();
        picks.reverse();
        picks
    }
}

/// A setting's default, where it is one value.
fn usual(path: &str) -> Option<Typed> {
    let (key, _) = find(path)?;
    match (key.kind, key.default?) {
        (KeyKind::Choice(entries), Default::Text(name)) => {
            let entry = entries().into_iter().find(|entry| entry.name == name)?;
            Some(Typed::Choice(Partial { entry, given: BTreeMap::new() }))
        }
        (KeyKind::Shares, _) => Some(Typed::Shares(Shares::USUAL)),
        (_, Default::Number(number)) => Some(Typed::Number(number)),
        (_, Default::Integer(integer)) => Some(Typed::Integer(integer)),
        (_, Default::Flag(flag)) => Some(Typed::Flag(flag)),
        (_, Default::Text(word) | Default::LeftOut(word)) => Some(Typed::Word(word)),
    }
}

/// What tells an alternative apart from others, wherever its values are written.
pub fn keys_of(row: &[Option<Located>]) -> Vec<Option<Key>> {
    row.iter().map(|value| Some(value.as_ref()?.typed.key())).collect()
}

/// Keeps what is to stay, place by place.
fn retain<T>(all: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    all.retain(|_| stays.next().is_some_and(|stays| *stays));
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
