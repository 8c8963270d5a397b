//! The identities of all runs of an experiment, in their order, made from the digests of their sections: each section of
//! each part is finished and digested once, not once for each combination.

use super::combinations::{Cursor, SweepPart};
use super::identity::{SectionDigest, identity_of, revision};
use super::run_spec::{RunSpec, Section};
use super::space::Space;
use crate::data::Draw;
use crate::record::RunId;
use std::collections::BTreeMap;

/// The members of a part whose digests are kept; of a larger part, each member's are made when it comes.
const MOST_KEPT: u64 = 1 << 16;

/// Makes identities one combination after the other, on some seeds.
pub struct Identities<'s> {
    space: &'s Space,
    /// All that are asked for.
    seeds: Vec<u64>,
    parts: Vec<Digests<'s>>,
    /// Holds the sections that were finished last.
    run: RunSpec,
}

struct Digests<'s> {
    part: SweepPart,
    cursor: Cursor<'s>,
    kept: Vec<Option<SweptMember>>,
    current: Option<(u64, SweptMember)>,
}

/// The digests of a part's sections, in their order, and those of the data, by seed, if they are among them.
#[derive(Clone)]
struct SweptMember {
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
    fn of(run: &RunSpec, space: &Space, seeds: &[u64]) -> Self {
        let digest = |seed| space.data_digest(&RunSpec { seed, ..run.clone() }).to_owned();
        match run.data.draw {
            Draw::Once => Self::Same(digest(run.seed)),
            Draw::EachSeed => Self::EachSeed(seeds.iter().map(|&seed| (seed, digest(seed))).collect()),
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
    pub fn new(space: &'s Space, seeds: &[u64]) -> Self {
        let digests = |part: SweepPart| {
            let kept = if part.members <= MOST_KEPT { usize::try_from(part.members).unwrap_or_default() } else { 0 };
            let cursor = space.combinations.cursor(&part);
            Digests { part, cursor, kept: vec![None; kept], current: None }
        };
        let parts = space.combinations.parts().into_iter().map(digests).collect();
        let seed = seeds.first().copied().unwrap_or_default();
        Self { space, seeds: seeds.to_vec(), parts, run: space.finish(0, seed) }
    }

    /// The identities of a combination's runs on these seeds.
    pub fn of(&mut self, combination: u64, seeds: &[u64]) -> Vec<RunId> {
        for digests in &mut self.parts {
            digests.go_to(combination, (self.space, &self.seeds), &mut self.run);
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
    fn go_to(&mut self, combination: u64, (space, seeds): (&Space, &[u64]), run: &mut RunSpec) {
        let number = space.combinations.member(&self.part, combination);
        if self.current.as_ref().is_some_and(|(current, _)| *current == number) {
            return;
        }
        let place = usize::try_from(number).ok().filter(|place| *place < self.kept.len());
        let known = place.and_then(|place| self.kept[place].clone());
        let member = known.unwrap_or_else(|| {
            space.put(&mut self.cursor, number, run);
            let revision_of = |setting: &str, name: &str| revision(&run.catalogue, setting, name);
            let sections =
                self.part.sections.iter().map(|section| run.section_digest(*section, &revision_of)).collect();
            let has_data = self.part.sections.contains(&Section::Data);
            SweptMember { sections, data: has_data.then(|| DataDigests::of(run, space, seeds)) }
        });
        if let Some(place) = place {
            self.kept[place] = Some(member.clone());
        }
        self.current = Some((number, member));
    }

    fn member(&self) -> &SweptMember {
        &self.current.as_ref().expect("set for each combination").1
    }
}
