//! How much room words take, and how to fit them into less.

use std::collections::BTreeSet;

/// The widths of the letters from the space to `~`, in hundredths of the font's size, rounded up: those of DejaVu Sans,
/// which is wider than most other fonts that `sans-serif` may mean.
const WIDTHS: [u8; 95] = [
    32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
    84, 84, 54, 100, 69, 69, 70, 77, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64, 62, 74, 69, 99, 69,
    62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64,
    60, 82, 60, 60, 53, 64, 34, 64, 84,
];
/// Every other letter counts as wide as it is high, as Chinese ones are.
const OTHER: u8 = 100;
/// What plotters calls a size is 1.24 times the font's; a twentieth of the width is to spare.
const SIZE_OF_FONT: i64 = 118;
/// Wider than any sheet: a text of millions of letters is no wider, so that pixels can be added up.
const WIDEST: i32 = 1_000_000;
/// How many tenths of what is kept of a text come from its beginning, if nothing speaks for another part.
pub const BEGINNING: i32 = 5;
/// All that are tried.
const BEGINNINGS: [i32; 7] = [BEGINNING, 7, 3, 9, 1, 10, 0];

/// How wide a text is at most, in pixels.
pub fn width(words: &str, size: u32) -> i32 {
    let hundredths: i64 = words.chars().map(|letter| i64::from(hundredths(letter))).sum();
    let pixels = (hundredths * i64::from(size) + SIZE_OF_FONT - 1) / SIZE_OF_FONT;
    i32::try_from(pixels).unwrap_or(WIDEST).min(WIDEST)
}

fn hundredths(letter: char) -> u8 {
    let place = (letter as usize).checked_sub(' ' as usize);
    place.and_then(|place| WIDTHS.get(place)).copied().unwrap_or(OTHER)
}

/// A text without what XML has no way to write: a path or a name may have it.
pub fn characters(words: &str) -> String {
    words.replace(|letter: char| letter.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&letter), "\u{fffd}")
}

/// Names no wider than this, different where they were: one that is too wide loses its middle, or another part where the
/// middle is what tells it from the others.
pub fn shortened(names: &[String], size: u32, most: i32) -> Vec<String> {
    let by = |beginning: i32| names.iter().map(|name| cut(name, size, most, beginning)).collect::<Vec<_>>();
    let different = |names: &[String]| names.iter().collect::<BTreeSet<_>>().len();
    let told_apart = |short: &Vec<String>| different(short) == different(names);
    BEGINNINGS.into_iter().map(by).find(told_apart).unwrap_or_else(|| numbered(names, size, most))
}

/// Names that nothing short tells apart, by their places.
fn numbered(names: &[String], size: u32, most: i32) -> Vec<String> {
    let place = |name: &String| names.iter().position(|other| other == name).unwrap_or(0) + 1;
    let short = |name: &String| {
        let place = format!(" ({})", place(name));
        cut(name, size, most - width(&place, size), BEGINNING) + &place
    };
    names.iter().map(|name| if width(name, size) <= most { name.clone() } else { short(name) }).collect()
}

/// A text that is no wider than this; where it was, `beginning` tenths of what is left come from its beginning.
pub fn cut(words: &str, size: u32, most: i32, beginning: i32) -> String {
    if width(words, size) <= most {
        return words.to_owned();
    }
    let room = most - width("…", size);
    let begin: String = fitting(words.chars(), size, room * beginning / 10);
    let end: String = fitting(words.chars().rev(), size, room - room * beginning / 10);
    begin.chars().chain(['…']).chain(end.chars().rev()).collect()
}

/// As many letters as have room.
fn fitting(letters: impl Iterator<Item = char>, size: u32, most: i32) -> String {
    let mut kept = String::new();
    for letter in letters {
        kept.push(letter);
        if width(&kept, size) > most {
            kept.pop();
            break;
        }
    }
    kept
}

/// How much of a width lines take that begin at its left: what is left over is for wider fonts, which nothing else catches.
pub fn most_of(wide: i32) -> i32 {
    wide * 5 / 6
}

/// A text in lines no wider than this; a word that is wider is broken.
pub fn wrapped(words: &str, size: u32, most: i32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace().flat_map(|word| broken(word, size, most)) {
        let last = lines.last_mut().expect("there is one");
        let longer = if last.is_empty() { word.clone() } else { format!("{last} {word}") };
        if width(&longer, size) <= most || last.is_empty() {
            *last = longer;
        } else {
            lines.push(word);
        }
    }
    lines
}

/// A word in pieces no wider than this, of one letter at least.
fn broken(word: &str, size: u32, most: i32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let last = pieces.last_mut().expect("there is one");
        last.push(letter);
        if width(last, size) > most && last.chars().count() > 1 {
            last.pop();
            pieces.push(letter.to_string());
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned<const N: usize>(names: [&str; N]) -> Vec<String> {
        names.map(str::to_owned).to_vec()
    }

    #[test]
    fn narrow_letters_take_less_room_than_wide_ones() {
        assert!(width("illicit", 17) < width("MMMMMMM", 17) / 2);
        assert!(width("日本", 17) > width("ab", 17));
        assert_eq!(width("", 17), 0);
        // A data set's name has 410 pixels in DejaVu Sans.
        let spirals = width("spirals (classes 2, noise 0.02, samples 300, seed 0, turns 1)", 17);
        assert!((410..440).contains(&spirals), "{spirals}");
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(shortened(&owned(["short"]), 17, 560), ["short"]);
        let title = &shortened(&[format!("csv (path {}): adam", "x".repeat(200))], 17, 528)[0];
        assert!(title.starts_with("csv (path") && title.contains('…') && title.ends_with("): adam"), "{title}");
        assert!((500..=528).contains(&width(title, 17)));
    }

    #[test]
    fn different_names_stay_different() {
        let with = |middle: &str, before: usize, after: usize| "a".repeat(before) + middle + &"z".repeat(after);
        for (before, after) in [(10, 40), (15, 35), (25, 25), (35, 15), (0, 50), (50, 0), (500, 500)] {
            let names = ["0.02", "0.2", "0.02"].map(|middle| with(middle, before, after));
            let short = shortened(&names, 14, 220);
            assert!(short.iter().all(|name| width(name, 14) <= 220), "{short:?}");
            assert!(short[0] != short[1] && short[0] == short[2], "{short:?}");
        }
    }

    #[test]
    fn long_texts_get_more_lines() {
        assert_eq!(wrapped("one two three four", 10, 50), ["one two", "three four"]);
        assert_eq!(wrapped("", 10, 60), [""]);
        let path = wrapped(&format!("csv {}", "x".repeat(300)), 14, 500);
        assert!(path.len() > 3 && path.iter().all(|line| width(line, 14) <= 500), "{path:?}");
        assert_eq!(path.concat().replace("csv", "").len(), 300);
    }
}
