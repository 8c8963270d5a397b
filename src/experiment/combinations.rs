//! A base and its axes, and the combinations that they make.

use super::draft::Draft;
use super::labels::labels;
use super::problem::{Place, Problem};
use super::run_spec::{RunSpec, Section};
use super::typed::{Located, Typed};
use super::unfit::is_alone;
use crate::registry::Value;

/// A base and its axes.
#[derive(Clone, Debug)]
pub struct Combinations {
    pub base: Draft,
    /// In the order of the file; the first varies slowest.
    pub axes: Vec<Axis>,
    /// Where in the spec what is missing could be added.
    pub end: Place,
}

/// One axis of a sweep.
#[derive(Clone, Debug)]
pub struct Axis {
    pub path: String,
    /// At least one.
    pub alternatives: Vec<Located>,
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
                let Axis { path, alternatives } = &self.combinations.axes[axis];
                self.draft.set(path, alternatives[pick].clone());
                *last = pick;
            }
        }
        self.draft.finish_sections(&self.sections, &self.combinations.end, run)
    }
}

impl Axis {
    /// How many values the axis has.
    #[must_use]
    pub fn values(&self) -> usize {
        self.alternatives.len()
    }

    /// One alternative of each class, with how many the class has. Those of a class go together with the same other settings:
    /// nothing looks at a parameter such as β₁ beside others, and of a regularizer's strength only whether it is 0 counts.
    fn classes(&self) -> Vec<(usize, u64)> {
        let mut classes: Vec<(Option<bool>, usize, u64)> = Vec::new();
        for (place, located) in self.alternatives.iter().enumerate() {
            let class = match &located.typed {
                Typed::Parameter(Value::Number(_) | Value::Integer(_)) if is_alone(&self.path) => Some(true),
                Typed::Number(strength) if self.path.starts_with("regularize.") => Some(*strength > 0.0),
                _ => None,
            };
            match classes.iter_mut().find(|(known, ..)| class.is_some() && *known == class) {
                Some((.., count)) => *count += 1,
                None => classes.push((class, place, 1)),
            }
        }
        classes.into_iter().map(|(_, place, count)| (place, count)).collect()
    }

    /// The values as lines of text.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        labels(&self.alternatives)
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
        self.draft(index).finish(seed, &self.end)
    }

    /// The base with one combination of the axes' alternatives.
    pub fn draft(&self, index: u64) -> Draft {
        let mut draft = self.base.clone();
        for (axis, pick) in self.axes.iter().zip(self.picks(0..self.axes.len(), index)) {
            draft.set(&axis.path, axis.alternatives[pick].clone());
        }
        draft
    }

    /// The parts, the data first: what is checked against data then loads each set once.
    pub fn parts(&self) -> Vec<Part> {
        let is_axis = |path: &str| self.axes.iter().any(|axis| axis.path == path);
        // Where no epochs are given, a solver in closed form has one.
        let epochs_follow = self.base.place("train.epochs").is_none() && !is_axis("train.epochs");
        let mut parts: Vec<Vec<Section>> = vec![vec![Section::Data]];
        for section in Section::ALL {
            match section {
                Section::Data => {}
                Section::Optimizer if epochs_follow => {}
                Section::Train if epochs_follow => parts.push(vec![section, Section::Optimizer]),
                _ => parts.push(vec![section]),
            }
        }
        let part = |sections: Vec<Section>| {
            let is_ours = |axis: &Axis| {
                let section = axis.path.split('.').next();
                sections.iter().any(|known| Some(known.name()) == section)
            };
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
            draft.set(&self.axes[axis].path, self.axes[axis].alternatives[0].clone());
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
