//! `[protocol]`: which swept settings are compared, tuned and averaged over, by what the tuned ones are chosen, and on which
//! seeds the choice is run again.

use super::fault::Fault;
use super::mistake::Place;
use super::names::{nearest, nearest_help};
use super::reader::{Node, ValueReader, in_order};
use super::seeds::{self, AskedSeeds};
use crate::record::Criterion;
use toml::de::DeTable;

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const PROTOCOL_KEYS: [(&str, &str); 6] = [
    ("compare", "swept settings whose values are compared, such as `[\"optimizer\"]`: names"),
    ("tune", "swept settings of which each compared value gets its best combination: names"),
    ("average", "swept settings over whose values every figure is a mean: names, default all that are left"),
    (
        "select",
        "what the best combination is best in, mean over `seeds`: a validation column of runs.parquet, default at the state of `judge.at` the measure of `judge.outcome`, else the loss",
    ),
    (
        "report_seeds",
        "seeds on which the choice is run again and tested: a list, or a number that counts on from the largest of `seeds`, default 10",
    ),
    (
        "question",
        "one of several questions over the same runs, each `[[protocol.question]]` with its own `compare`, `tune` and `average`",
    ),
];
/// Those that each question has of its own.
const QUESTION_KEYS: [&str; 3] = ["compare", "tune", "average"];
/// AskedSeeds of the second stage where none are asked for: enough to tell a pair of methods apart among a few.
const USUAL_REPORT_SEEDS: u64 = 10;

/// Their names.
fn keys() -> [&'static str; 6] {
    PROTOCOL_KEYS.map(|(key, _)| key)
}

/// A name of a list, and where it stands.
#[derive(Clone, Debug)]
pub struct Name {
    pub path: String,
    /// The dotted key of the list, such as `protocol.tune`.
    pub key: String,
    pub place: Place,
}

/// The table as it stands in the file.
#[derive(Clone, Debug)]
pub struct AskedProtocol {
    pub place: Place,
    /// At least one, the most important first.
    pub questions: Vec<AskedQuestion>,
    /// The criterion with its place in the file; `None` if the key is missing.
    pub select: Option<(Criterion, Place)>,
    pub report_seeds: (AskedSeeds, Place),
    /// Whether anything of it is wrong and was reported.
    pub spoiled: bool,
}

/// The lists of one question.
#[derive(Clone, Debug, Default)]
pub struct AskedQuestion {
    /// None if the key is missing, or wrong and reported.
    pub compare: Option<Vec<Name>>,
    pub tune: Option<Vec<Name>>,
    pub average: Option<(Vec<Name>, Place)>,
}

/// Reads the table; what is wrong in itself is reported here, what does not fit the sweep by [`crate::protocol`].
pub fn read(reader: &mut ValueReader<'_>, value: &Node<'_>) -> Option<AskedProtocol> {
    let place = Place { source: reader.source, span: value.span() };
    let before = reader.mistakes.len();
    let Some(table) = value.get_ref().as_table() else {
        reader.report(value.span(), Fault::no_table("protocol", "expected a table, `[protocol]`"));
        return None;
    };
    let usual = (AskedSeeds::Count(USUAL_REPORT_SEEDS), place.clone());
    let mut asked = AskedProtocol { place, questions: Vec::new(), select: None, report_seeds: usual, spoiled: false };
    protocol_keys(reader, table, &mut asked);
    match table.iter().find(|(name, _)| name.get_ref() == "question") {
        Some((name, several)) => {
            questions_beside(reader, table);
            reader.within(name.get_ref(), |reader| questions(reader, several, &mut asked));
        }
        None => {
            asked.questions = vec![lists(reader, table)];
            missing_lists(reader, (table, &keys()), value);
        }
    }
    asked.spoiled = reader.mistakes.len() > before;
    Some(asked)
}

fn protocol_keys(reader: &mut ValueReader<'_>, table: &DeTable<'_>, asked: &mut AskedProtocol) {
    for (name, value) in in_order(table) {
        let place = Place { source: reader.source, span: value.span() };
        match name.get_ref().as_ref() {
            "compare" | "tune" | "average" | "question" => {} // see `lists` and `questions`
            key @ "select" => {
                let criterion = reader.within(key, |reader| criterion(reader, value));
                asked.select = criterion.map(|criterion| (criterion, place));
            }
            key @ "report_seeds" => {
                let seeds = reader.within(key, |reader| seeds::read(reader, "protocol.report_seeds", value));
                asked.report_seeds = seeds.map_or(asked.report_seeds.clone(), |seeds| (seeds, place));
            }
            key => reader.within(key, |reader| reader.unknown_key("protocol", name, keys())),
        }
    }
}

/// The lists of one question.
fn lists(reader: &mut ValueReader<'_>, table: &DeTable<'_>) -> AskedQuestion {
    let mut asked = AskedQuestion::default();
    for (name, value) in in_order(table) {
        let place = Place { source: reader.source, span: value.span() };
        match name.get_ref().as_ref() {
            key @ "compare" => asked.compare = names(reader, key, value),
            key @ "tune" => asked.tune = names(reader, key, value),
            key @ "average" => asked.average = names(reader, key, value).map(|names| (names, place)),
            _ => {}
        }
    }
    asked
}

/// With several questions the protocol itself has no lists.
fn questions_beside(reader: &mut ValueReader<'_>, table: &DeTable<'_>) {
    for (name, _) in table.iter().filter(|(name, _)| QUESTION_KEYS.contains(&name.get_ref().as_ref())) {
        let message = format!("`{}` beside `[[protocol.question]]`", name.get_ref());
        let fault = Fault::unfit(message, "expected it in one of the questions");
        reader.within(name.get_ref(), |reader| reader.report(name.span(), fault));
    }
}

/// Several questions, `[[protocol.question]]`.
fn questions(reader: &mut ValueReader<'_>, several: &Node<'_>, asked: &mut AskedProtocol) {
    let Some(tables) = several.get_ref().as_array().filter(|list| !list.is_empty()) else {
        reader.report(several.span(), Fault::missing("no question", "expected tables, `[[protocol.question]]`"));
        return;
    };
    for value in tables {
        let Some(own) = value.get_ref().as_table() else {
            reader.report(value.span(), Fault::no_table("question", "expected a table, `[[protocol.question]]`"));
            continue;
        };
        for (name, _) in own.iter().filter(|(name, _)| !QUESTION_KEYS.contains(&name.get_ref().as_ref())) {
            let unknown =
                |reader: &mut ValueReader<'_>| reader.unknown("key in `[[protocol.question]]`", name, QUESTION_KEYS);
            reader.within(name.get_ref(), unknown);
        }
        asked.questions.push(lists(reader, own));
        missing_lists(reader, (own, &QUESTION_KEYS), value);
    }
}

/// Says what must be there and is not; a slip in its name was said already.
fn missing_lists(reader: &mut ValueReader<'_>, (table, keys): (&DeTable<'_>, &[&'static str]), value: &Node<'_>) {
    let slips = |of: &str| {
        let typed = table.iter().map(|(name, _)| name.get_ref().as_ref()).filter(|typed| !keys.contains(typed));
        typed.filter_map(|typed| nearest(typed, keys.iter().copied())).any(|meant| meant == of)
    };
    for (key, message, expected) in [
        ("compare", "nothing is compared", "expected `compare = [\"optimizer\"]`, or another swept setting"),
        ("tune", "nothing is tuned", "expected `tune = [\"optimizer.lr\"]`, or other swept settings"),
    ] {
        if !table.contains_key(key) && !slips(key) {
            let help = (key == "tune").then(|| "without tuning there is no need for a protocol".to_owned());
            let fault = Fault::missing(message, expected).or_help(help);
            reader.within(key, |reader| reader.report(value.span(), fault));
        }
    }
}

/// A list of names, or one name, under this key.
pub fn names(reader: &mut ValueReader<'_>, key: &str, node: &Node<'_>) -> Option<Vec<Name>> {
    reader.within(key, |reader| names_of(reader, key, node))
}

fn names_of(reader: &mut ValueReader<'_>, key: &str, node: &Node<'_>) -> Option<Vec<Name>> {
    let items: Vec<&Node<'_>> = node.get_ref().as_array().map_or(vec![node], |list| list.iter().collect());
    if items.is_empty() && key != "average" {
        let message = if key == "compare" { "nothing is compared" } else { "nothing is tuned" };
        reader.report(
            node.span(),
            Fault::missing(message, "expected the names of swept settings, such as `[\"optimizer\"]`"),
        );
        return None;
    }
    let name = |item: &&Node<'_>| match item.get_ref().as_str() {
        Some(path) => {
            let place = Place { source: reader.source, span: item.span() };
            Some(Name { path: path.to_owned(), key: reader.path.clone(), place })
        }
        None => reader.mismatch(item, "the name of a swept setting, such as `\"optimizer.lr\"`"),
    };
    let names: Vec<Option<Name>> = items.iter().map(name).collect();
    names.into_iter().collect()
}

fn criterion(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Criterion> {
    let known: Vec<String> = Criterion::usual().into_iter().map(Criterion::name).collect();
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let Some(typed) = node.get_ref().as_str() else {
        return reader.mismatch(node, &format!("one of {listed}"));
    };
    let found = Criterion::from_name(typed);
    if found.is_none() {
        let help = if typed.contains("test") {
            Some("settings are chosen on the validation part; the test part is for the report only".to_owned())
        } else {
            let all: Vec<String> = Criterion::all().map(Criterion::name).collect();
            nearest_help(typed, all.iter().map(String::as_str))
        };
        reader.report(node.span(), Fault::unknown("criterion", typed, known.iter().map(String::as_str)).or_help(help));
    }
    found
}
