//! Which draw of a generated set a seed sees: the same one for all seeds, or a new one for each.
//!
//! With one draw, seeds split the same rows again and again, and answers are about these rows. With new draws, seeds are
//! independent samples of the generator, and answers are about the generator.

use super::entry::SEED;
use crate::num::{Purpose, Stream};
use crate::registry::Choice;
use crate::value::Value;
use std::borrow::Cow;

/// How often a generated set is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draw {
    /// One draw for all seeds, by the set's own `seed`.
    #[default]
    Once,
    /// A new draw for each seed.
    EachSeed,
}

impl Draw {
    pub const ALL: [Self; 2] = [Self::Once, Self::EachSeed];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::EachSeed => "each-seed",
        }
    }

    /// The set that a run's seed sees. A new draw takes the first 64 bits of a stream of its own in place of the set's `seed`,
    /// which is that stream's index; a set that nothing draws is as it is.
    #[must_use]
    pub fn of(self, set: &Choice, seed: u64) -> Cow<'_, Choice> {
        match (self, set.parameters.get(SEED.name)) {
            (Self::EachSeed, Some(Value::Integer(index))) => {
                let mut stream = Stream::new(seed, Purpose::Draw, *index);
                let drawn = u64::from(stream.bits()) << 32 | u64::from(stream.bits());
                Cow::Owned(set.clone().with(SEED.name, Value::Integer(drawn)))
            }
            _ => Cow::Borrowed(set),
        }
    }
}

/// Whether the rows of a set are drawn, so that a seed can have a draw of its own.
#[must_use]
pub fn is_drawn(set: &Choice) -> bool {
    matches!(set.parameters.get(SEED.name), Some(Value::Integer(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ENTRIES, load};
    use crate::registry::Chosen;

    #[test]
    fn each_seed_has_a_draw_of_its_own() {
        for known in ENTRIES.iter().filter(|known| is_drawn(&Choice::of(&known.entry))) {
            let set = Choice::of(&known.entry);
            let digest = |draw: Draw, seed| {
                let choice = draw.of(&set, seed).into_owned();
                load(&Chosen { entry: *known, choice }).unwrap().digest()
            };
            let name = known.entry.name;
            assert_eq!(digest(Draw::Once, 1), digest(Draw::Once, 2), "{name}");
            assert_eq!(digest(Draw::EachSeed, 1), digest(Draw::EachSeed, 1), "{name}");
            assert_ne!(digest(Draw::EachSeed, 1), digest(Draw::EachSeed, 2), "{name}");
            assert_ne!(digest(Draw::EachSeed, 1), digest(Draw::Once, 1), "{name}");
            let other = set.clone().with(SEED.name, Value::Integer(1));
            assert_ne!(Draw::EachSeed.of(&other, 1), Draw::EachSeed.of(&set, 1), "{name}");
        }
    }

    /// By `tests/oracles/streams.py`. A change here is another draw for every seed of every experiment with new draws.
    #[test]
    fn draws_are_the_committed_ones() {
        let moons = ENTRIES.iter().find(|known| known.entry.name == "two-moons").unwrap();
        let seeds = [0, 1].map(|seed| Draw::EachSeed.of(&Choice::of(&moons.entry), seed).integer("seed"));
        assert_eq!(seeds, [8_649_494_580_640_843_393, 18_017_885_109_680_141_640]);
    }

    #[test]
    fn fixed_sets_are_never_drawn() {
        for name in ["iris", "csv", "parquet", "idx", "quadratic-csv", "mnist", "rosenbrock", "beale"] {
            let known = ENTRIES.iter().chain(crate::data::OUTSIDE).find(|known| known.entry.name == name).unwrap();
            assert!(!is_drawn(&Choice::of(&known.entry)), "{name}");
        }
        let iris = Choice::of(&ENTRIES[0].entry);
        assert_eq!(*Draw::EachSeed.of(&iris, 7), iris);
    }
}
