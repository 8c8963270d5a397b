//! Ranges of numbers in a spec: `{ log = [from, to], points = n }` and `{ linear = [from, to], points = n }` for a grid, with
//! `draws = n` in the place of `points` for numbers that are drawn.

use super::fault::Fault;
use super::reader::{MOST_ALTERNATIVES, Node, ValueReader, number};
use crate::num::{Purpose, Stream};
use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;

/// What a range's numbers are for.
pub struct Ranged<'a> {
    /// The setting.
    pub path: &'a str,
    /// Whether it takes whole numbers only.
    pub whole: bool,
    /// Whether nothing varies together with it: then each number stands once. Else drawn numbers may come again, and there are
    /// spare ones, of which the reader takes what makes each row of numbers stand once.
    pub alone: bool,
}

/// The most numbers that are drawn besides those that are asked for.
const SPARE: usize = 200_000;

/// A range as it is written.
struct Stretch {
    from: f64,
    to: f64,
    log: bool,
}

/// How many numbers a range asks to be drawn; none if it is something else, or asks for nonsense.
pub fn drawn(node: &Node<'_>) -> Option<usize> {
    let draws = node.get_ref().as_table()?.get("draws")?.get_ref().as_integer()?;
    usize::from_str_radix(draws.as_str(), draws.radix()).ok()
}

/// The first so many different rows; fewer where there are no more.
pub fn different<T: Clone + Eq + Hash>(rows: impl Iterator<Item = Vec<T>>, count: usize) -> Vec<Vec<T>> {
    let mut seen = HashSet::new();
    rows.filter(|row| seen.insert(row.clone())).take(count).collect()
}

/// A range's numbers; the outer `None` if the value is no range at all.
#[allow(clippy::option_option)] // no range at all, a mistaken range, a range
pub fn numbers_if_any(reader: &mut ValueReader<'_>, ranged: &Ranged<'_>, node: &Node<'_>) -> Option<Option<Vec<f64>>> {
    let table = node.get_ref().as_table()?;
    let has = |key: &&str| table.contains_key(*key);
    match (table.get("log"), table.get("linear")) {
        (None, None) if has(&"kind") || !["points", "draws"].iter().any(has) => None,
        (Some(ends), None) => Some(range(reader, ranged, node, true, ends)),
        (None, Some(ends)) => Some(range(reader, ranged, node, false, ends)),
        (log, _) => {
            let what = if log.is_some() { "both `log` and `linear`" } else { "a range without `log` or `linear`" };
            reader.report(node.span(), Fault::twice(what, "expected `log = [from, to]` or `linear = [from, to]`"));
            Some(None)
        }
    }
}

/// Says that there are not so many different numbers.
pub fn too_few<T>(reader: &mut ValueReader<'_>, draws: impl std::fmt::Display, node: &Node<'_>) -> Option<T> {
    let message = format!("{draws} draws, and the range holds fewer distinct values");
    reader.report(node.span(), Fault::unfit(message, "expected fewer draws, a wider range, or `points`"));
    None
}

fn range(
    reader: &mut ValueReader<'_>,
    ranged: &Ranged<'_>,
    node: &Node<'_>,
    log: bool,
    ends: &Node<'_>,
) -> Option<Vec<f64>> {
    const KEYS: [&str; 5] = ["log", "linear", "points", "draws", "seed"];
    let table = node.get_ref().as_table()?;
    let of = |key: &str| table.iter().find(|(name, _)| name.get_ref() == key);
    if let Some((name, _)) = table.iter().find(|(name, _)| !KEYS.contains(&name.get_ref().as_ref())) {
        reader.unknown("key of a range", name, KEYS);
        return None;
    }
    let bounds: Vec<_> = ends.get_ref().as_array().into_iter().flatten().map(|end| number(end.get_ref())).collect();
    let &[Some(from), Some(to)] = bounds.as_slice() else {
        return reader.mismatch(ends, "a list of two numbers, `[from, to]`,");
    };
    let ordered = from.is_finite() && to.is_finite() && from < to && (!log || from > 0.0);
    if !ordered {
        let expected = if log { "expected 0 < from < to" } else { "expected from < to" };
        reader.report(ends.span(), Fault::out_of_range(format!("a range from {from} to {to}"), expected));
        return None;
    }
    let range = Stretch { from, to, log };
    match (of("points"), of("draws"), of("seed")) {
        (Some((_, points)), None, None) => {
            Some(range.grid(reader.integer("points", 2, MOST_ALTERNATIVES as u64, points)?))
        }
        (None, Some((_, draws)), seed) => {
            let count = reader.integer("draws", 1, MOST_ALTERNATIVES as u64, draws)?;
            let seed = seed.map_or(Some(0), |(_, seed)| reader.integer("seed", 0, u64::MAX, seed))?;
            let found = range.draws(usize::try_from(count).ok()?, seed, ranged);
            found.or_else(|| too_few(reader, count, node))
        }
        (Some(_), None, Some((name, _))) => {
            let expected = "expected `draws` in the place of `points`: a grid has no seed";
            reader.report(name.span(), Fault::unfit("a `seed` where nothing is drawn", expected));
            None
        }
        (Some(_), Some((name, _)), _) => {
            reader.report(name.span(), Fault::twice("both `points` and `draws`", "expected one of them"));
            None
        }
        (None, None, _) => {
            let expected = "expected `points = …`, how many values of a grid, or `draws = …`, how many to draw";
            reader.report(node.span(), Fault::missing("a range without `points` or `draws`", expected));
            None
        }
    }
}

impl Stretch {
    /// Points at equal distances, the ends among them.
    #[allow(clippy::cast_precision_loss)] // at most 100,000 points
    fn grid(&self, points: u64) -> Vec<f64> {
        let &Self { from, to, .. } = self;
        let at = |digits: usize, index: u64| {
            let share = index as f64 / (points - 1) as f64;
            match index {
                0 => from,
                _ if index == points - 1 => to,
                _ => rounded(self.at(from, to, share), digits),
            }
        };
        let all = |digits| (0..points).map(|index| at(digits, index)).collect::<Vec<f64>>();
        let short = all(3);
        if short.is_sorted_by(|a, b| a < b) { short } else { all(15) }
    }

    /// Numbers drawn from the range, uniform or uniform in their logarithms: more of them begin with the same ones. None
    /// if there are not so many different ones.
    fn draws(&self, count: usize, seed: u64, ranged: &Ranged<'_>) -> Option<Vec<f64>> {
        let &Self { from, to, .. } = self;
        let (from, to) = if ranged.whole { (from.ceil(), to.floor()) } else { (from, to) };
        if from > to || (ranged.whole && ranged.alone && to - from + 1.0 < usize_to_f64(count)) {
            return None;
        }
        let digest = blake3::hash(ranged.path.as_bytes());
        let index = u64::from_le_bytes(digest.as_bytes()[..8].try_into().expect("8 bytes"));
        let mut stream = Stream::new(seed, Purpose::Setting, index);
        let count = if ranged.alone { count } else { count + SPARE.min(1000 + 20 * count) };
        let (mut all, mut seen) = (Vec::with_capacity(count), BTreeSet::new());
        for _ in 0..1000 + 20 * count {
            let share = stream.uniform();
            // With more digits where one of few was there before; a whole number has none.
            let digits: &[usize] = if ranged.whole { &[0] } else { &[0, 4, 15] };
            let drawn = |&more: &usize| {
                let number = if ranged.whole {
                    self.at(from, to + 1.0, share).floor()
                } else {
                    self.rounded(self.at(from, to, share), more) + 0.0 // no −0
                };
                number.clamp(from, to)
            };
            let fresh = |number: &f64| !ranged.alone || seen.insert(number.to_bits());
            all.extend(digits.iter().map(drawn).find(fresh));
            if all.len() == count {
                return Some(all);
            }
        }
        None
    }

    /// The number that has this share of a range below it.
    fn at(&self, from: f64, to: f64, share: f64) -> f64 {
        if self.log {
            libm::pow(10.0, libm::log10(from) * (1.0 - share) + libm::log10(to) * share)
        } else {
            from * (1.0 - share) + to * share
        }
    }

    /// As few digits as leave a thousand different numbers in the narrowest stretch of the range, and so many more.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 340
    fn rounded(&self, number: f64, more: usize) -> f64 {
        let &Self { from, to, log } = self;
        let beyond_point = |width: f64| (3.0 - libm::log10(width)).ceil().clamp(0.0, 340.0) as usize + more;
        if log {
            rounded(number, (1 + beyond_point((to / from - 1.0).min(1.0))).min(17))
        } else {
            format!("{number:.*}", beyond_point(to - from)).parse().unwrap_or(number)
        }
    }
}

#[allow(clippy::cast_precision_loss)] // at most 100,000
fn usize_to_f64(count: usize) -> f64 {
    count as f64
}

/// A number to some significant digits: three are enough for a grid (0.0316, and 0.01 instead of its neighbour), and
/// more are kept only where points lie closer together.
fn rounded(number: f64, digits: usize) -> f64 {
    format!("{number:.*e}", digits - 1).parse().unwrap_or(number)
}
