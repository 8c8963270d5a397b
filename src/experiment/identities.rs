//! The identities of all runs of an experiment, in their order, made from the digests of their sections: each section of
//! each part is finished and digested once, not once for each combination.

use super::combinations::{Part, Putting};
use super::identity::{SectionDigest, identity_of, revision};
use super::run_spec::{RunSpec, Section};
use super::spec::Spec;
use crate::data::Draw;
use crate::record::RunId;
use std::collections::BTreeMap;

/// The members of a part whose digests are kept; of a larger part, each member's are made when it comes.
const MOST_KEPT: u64 = 1 << 16;

/// Makes identities one combination after the other.
pub struct Identities<'s> {
    spec: &'s Spec,
    parts: Vec<Digests<'s>>,
    /// Holds the sections that were finished last.
    run: RunSpec,
}

struct Digests<'s> {
    part: Part,
    putting: Putting<'s>,
    kept: Vec<Option<Member>>,
    current: Option<(u64, Member)>,
}

/// The digests of a part's sections, in their order, and those of the data, by seed, if they are among them.
#[derive(Clone)]
struct Member {
    sections: Vec<SectionDigest>,
    data: Option<DataDigests>,
}

/// The digests of the data as seeds see them.
#[derive(Clone)]
enum DataDigests {
    Same(String),
    EachSeed(BTreeMap<u64, String>),
}

impl DataDigests {
    fn of(run: &RunSpec, spec: &Spec) -> Self {
        let digest = |seed| spec.data_digest(&RunSpec { seed, ..run.clone() }).to_owned();
        match run.data.draw {
            Draw::Once => Self::Same(digest(run.seed)),
            Draw::EachSeed => Self::EachSeed(spec.all_seeds().map(|seed| (seed, digest(seed))).collect()),
        }
    }

    fn of_seed(&self, seed: u64) -> &str {
        match self {
            Self::Same(digest) => digest,
            Self::EachSeed(digests) => digests.get(&seed).map_or("", String::as_str),
        }
    }
}

impl<'s> Identities<'s> {
    pub fn new(spec: &'s Spec) -> Self {
        let digests = |part: Part| {
            let kept = if part.members <= MOST_KEPT { usize::try_from(part.members).unwrap_or_default() } else { 0 };
            let putting = spec.combinations().putting(&part);
            Digests { part, putting, kept: vec![None; kept], current: None }
        };
        Self { spec, parts: spec.combinations().parts().into_iter().map(digests).collect(), run: spec.run(0) }
    }

    /// The identities of a combination's runs on these seeds.
    pub fn of(&mut self, combination: u64, seeds: &[u64]) -> Vec<RunId> {
        for digests in &mut self.parts {
            digests.go_to(combination, self.spec, &mut self.run);
        }
        let (mut sections, mut data) = ([SectionDigest::default(); 8], None);
        for digests in &self.parts {
            let member = digests.member();
            for (section, digest) in digests.part.sections.iter().zip(&member.sections) {
                sections[*section as usize] = *digest;
            }
            data = data.or(member.data.as_ref());
        }
        let digest = |seed| data.map_or("", |data| data.of_seed(seed));
        let of_seed = |seed: &u64| identity_of(digest(*seed), *seed, &sections);
        seeds.iter().map(of_seed).collect()
    }
}

impl Digests<'_> {
    fn go_to(&mut self, combination: u64, spec: &Spec, run: &mut RunSpec) {
        let number = spec.combinations().member(&self.part, combination);
        if self.current.as_ref().is_some_and(|(current, _)| *current == number) {
            return;
        }
        let place = usize::try_from(number).ok().filter(|place| *place < self.kept.len());
        let known = place.and_then(|place| self.kept[place].clone());
        let member = known.unwrap_or_else(|| {
            spec.put(&mut self.putting, number, run);
            let sections = self.part.sections.iter().map(|section| run.section_digest(*section, &revision)).collect();
            let has_data = self.part.sections.contains(&Section::Data);
            Member { sections, data: has_data.then(|| DataDigests::of(run, spec)) }
        });
        if let Some(place) = place {
            self.kept[place] = Some(member.clone());
        }
        self.current = Some((number, member));
    }

    fn member(&self) -> &Member {
        &self.current.as_ref().expect("set for each combination").1
    }
}
