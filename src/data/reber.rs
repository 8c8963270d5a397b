//! The Reber grammar: strings from a small automaton, one behind another; at each step the next letter is asked for.
//!
//! | state | letters, each with probability ½ |
//! |---|---|
//! | 0 | B → 1 (certain) |
//! | 1 | T → 2, P → 3 |
//! | 2 | S → 2, X → 4 |
//! | 3 | T → 3, V → 5 |
//! | 4 | X → 3, S → 6 |
//! | 5 | P → 4, V → 6 |
//! | 6 | E → 0 (certain) |
//!
//! A sample has T steps of 7 features, the letters B T S X P V E as one-hot vectors, from the start of a string. Classes:
//! the letters. Strings have 8 letters on average, of which only B and E are certain and the others one of two, so the best
//! accuracy over many strings is 5/8.
//!
//! Source: Reber 1967; as a task of prediction: Cleeremans, Servan-Schreiber & McClelland 1989.

use super::entry::{DataEntry, SEED, check_size, samples};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Shape, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "reber",
        description: "strings of the Reber grammar: predict each next letter (generated, an answer per step)",
        revision: 1,
        source: "Reber 1967; Cleeremans et al. 1989; data/reber.rs",
        parameters: &[
            samples(300),
            Parameter::with_default(
                "steps",
                "length T",
                ParameterKind::Integer { least: 1, most: 1000 },
                Value::Integer(20),
            )
            .in_unit("steps"),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

const LETTERS: [char; 7] = ['B', 'T', 'S', 'X', 'P', 'V', 'E'];

/// What can follow in each state, and where it leads.
const GRAMMAR: [&[(char, usize)]; 7] = [
    &[('B', 1)],
    &[('T', 2), ('P', 3)],
    &[('S', 2), ('X', 4)],
    &[('T', 3), ('V', 5)],
    &[('X', 3), ('S', 6)],
    &[('P', 4), ('V', 6)],
    &[('E', 0)],
];

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, steps) = (choice.count("samples"), choice.count("steps"));
    check_size(m, 7 * steps)?;
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let mut data = Vec::with_capacity(m * 7 * steps);
    let mut labels = Vec::with_capacity(m * steps);
    for _ in 0..m {
        let string = letters(steps + 1, &mut stream);
        for pair in string.windows(2) {
            data.extend((0..7).map(|letter| if letter == pair[0] { 1.0 } else { 0.0 }));
            labels.push(u32::try_from(pair[1]).expect("seven letters"));
        }
    }
    let target = Target::Classes { labels, count: 7 };
    Ok(DataSet::shaped(Matrix::new(m, 7 * steps, data), Shape::Sequence { steps, features: 7 }, target))
}

/// The first letters of strings one behind another, by their numbers.
fn letters(count: usize, stream: &mut Stream) -> Vec<usize> {
    let mut state = 0;
    let mut next = || {
        let follows = GRAMMAR[state];
        let chosen = if follows.len() == 1 { 0 } else { stream.below(2) as usize };
        let (letter, to) = follows[chosen];
        state = to;
        LETTERS.iter().position(|known| *known == letter).expect("a letter of the grammar")
    };
    (0..count).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_follow_the_grammar() {
        let mut stream = Stream::new(1, Purpose::Data, 0);
        let letters: String = letters(2000, &mut stream).into_iter().map(|letter| LETTERS[letter]).collect();
        let strings: Vec<&str> = letters.split_inclusive('E').collect();
        // From Cleeremans et al. 1989 and by hand: every path's beginning and end.
        assert!(strings.len() > 150);
        for string in &strings[..strings.len() - 1] {
            assert!(["BT", "BP"].iter().any(|start| string.starts_with(start)), "{string}");
            assert!(["SE", "VE"].iter().any(|end| string.ends_with(end)), "{string}");
            for never in ["BB", "BS", "TX".repeat(2).as_str(), "PP", "EE", "BX", "BV", "XP"] {
                assert!(!string.contains(never), "{string}");
            }
        }
        for known in ["BTXSE", "BPVVE", "BTXXVVE", "BPVPSE"] {
            assert!(strings.contains(&known), "{known}");
        }
    }

    #[test]
    fn each_answer_is_the_next_input() {
        let set = load(&Choice::of(&ENTRY.entry)).unwrap();
        let Target::Classes { labels, count: 7 } = &set.target else { panic!("seven letters") };
        assert_eq!(set.positions(), 20);
        for sample in 0..set.samples() {
            for step in 0..19 {
                let next = &set.features.row(sample)[(step + 1) * 7..(step + 2) * 7];
                assert_eq!(next[labels[sample * 20 + step] as usize], 1.0);
            }
        }
    }
}
