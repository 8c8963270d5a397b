//! `[protocol]`: which swept settings are compared, tuned and averaged over, by what the tuned ones are chosen, and on which
//! seeds the choice is run again.

use super::problem::{Place, nearest};
use super::reader::{Node, Reader, in_order};
use super::seeds::{self, Seeds};
use crate::record::Criterion;
use toml::de::DeTable;

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const PROTOCOL_KEYS: [(&str, &str); 5] = [
    ("compare", "swept settings whose values are compared, such as `[\"optimizer\"]`: names"),
    ("tune", "swept settings of which each compared value gets its best combination: names"),
    ("average", "swept settings over whose values every figure is a mean: names, default all that are left"),
    (
        "select",
        "what the best combination is best in, mean over `seeds`: a validation column of runs.parquet, default the loss at the state of `judge.at`",
    ),
    (
        "report_seeds",
        "seeds on which the choice is run again and tested: a list, or a number that counts on from the largest of `seeds`, default 10",
    ),
];
/// Seeds of the second stage where none are asked for: enough to tell a pair of methods apart among a few.
const USUAL_REPORT_SEEDS: u64 = 10;

/// Their names.
fn keys() -> [&'static str; 5] {
    PROTOCOL_KEYS.map(|(key, _)| key)
}

/// A name of a list, and where it stands.
#[derive(Clone, Debug)]
pub struct Name {
    pub path: String,
    pub place: Place,
}

/// The table as it stands in the file.
#[derive(Clone, Debug)]
pub struct AskedProtocol {
    pub place: Place,
    /// None if the key is missing, or wrong and reported.
    pub compare: Option<Vec<Name>>,
    pub tune: Option<Vec<Name>>,
    pub average: Option<(Vec<Name>, Place)>,
    /// The criterion with its place in the file; `None` if the key is missing.
    pub select: Option<(Criterion, Place)>,
    pub report_seeds: (Seeds, Place),
    /// Whether anything of it is wrong and was reported.
    pub spoiled: bool,
}

/// Reads the table; what is wrong in itself is reported here, what does not fit the sweep by [`crate::protocol`].
pub fn read(reader: &mut Reader<'_>, value: &Node<'_>) -> Option<AskedProtocol> {
    let place = Place { source: reader.source, span: value.span() };
    let before = reader.problems.len();
    let Some(table) = value.get_ref().as_table() else {
        reader.report(value.span(), "`protocol` is no table", "expected a table, `[protocol]`", None);
        return None;
    };
    let usual = (Seeds::Count(USUAL_REPORT_SEEDS), place.clone());
    let mut asked = AskedProtocol {
        place,
        compare: None,
        tune: None,
        average: None,
        select: None,
        report_seeds: usual,
        spoiled: false,
    };
    protocol_keys(reader, table, &mut asked);
    missing_lists(reader, table, value);
    asked.spoiled = reader.problems.len() > before;
    Some(asked)
}

fn protocol_keys(reader: &mut Reader<'_>, table: &DeTable<'_>, asked: &mut AskedProtocol) {
    for (name, value) in in_order(table) {
        let place = Place { source: reader.source, span: value.span() };
        match name.get_ref().as_ref() {
            "compare" => asked.compare = names(reader, "compare", value),
            "tune" => asked.tune = names(reader, "tune", value),
            "average" => asked.average = names(reader, "average", value).map(|names| (names, place)),
            "select" => asked.select = criterion(reader, value).map(|criterion| (criterion, place)),
            "report_seeds" => {
                if let Some(seeds) = seeds::read(reader, "protocol.report_seeds", value) {
                    asked.report_seeds = (seeds, place);
                }
            }
            _ => reader.unknown("key in `[protocol]`", name, keys()),
        }
    }
}

/// Says what must be there and is not; a slip in its name was said already.
fn missing_lists(reader: &mut Reader<'_>, table: &DeTable<'_>, value: &Node<'_>) {
    let slips = |of: &str| {
        let typed = table.iter().map(|(name, _)| name.get_ref().as_ref()).filter(|typed| !keys().contains(typed));
        typed.filter_map(|typed| nearest(typed, keys())).any(|help| help.contains(&format!("`{of}`")))
    };
    for (key, message, expected) in [
        ("compare", "nothing is compared", "expected `compare = [\"optimizer\"]`, or another swept setting"),
        ("tune", "nothing is tuned", "expected `tune = [\"optimizer.lr\"]`, or other swept settings"),
    ] {
        if !table.contains_key(key) && !slips(key) {
            let help = (key == "tune").then(|| "without tuning there is no need for a protocol".to_owned());
            reader.report(value.span(), message, expected, help);
        }
    }
}

/// A list of names, or one name.
pub fn names(reader: &mut Reader<'_>, key: &str, node: &Node<'_>) -> Option<Vec<Name>> {
    let items: Vec<&Node<'_>> = node.get_ref().as_array().map_or(vec![node], |list| list.iter().collect());
    if items.is_empty() && key != "average" {
        let message = if key == "compare" { "nothing is compared" } else { "nothing is tuned" };
        reader.report(node.span(), message, "expected the names of swept settings, such as `[\"optimizer\"]`", None);
        return None;
    }
    let name = |item: &&Node<'_>| match item.get_ref().as_str() {
        Some(path) => Some(Name { path: path.to_owned(), place: Place { source: reader.source, span: item.span() } }),
        None => reader.mismatch(item, "the name of a swept setting, such as `\"optimizer.lr\"`"),
    };
    let names: Vec<Option<Name>> = items.iter().map(name).collect();
    names.into_iter().collect()
}

fn criterion(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Criterion> {
    let known = Criterion::ALL.map(Criterion::name);
    let listed = known.map(|name| format!("`{name}`")).join(", ");
    let Some(typed) = node.get_ref().as_str() else {
        return reader.mismatch(node, &format!("one of {listed}"));
    };
    let found = Criterion::ALL.into_iter().find(|criterion| criterion.name() == typed);
    if found.is_none() {
        let help = if typed.contains("test") {
            Some("settings are chosen on the validation part; the test part is for the report only".to_owned())
        } else {
            nearest(typed, known)
        };
        reader.report(node.span(), format!("unknown criterion `{typed}`"), format!("expected one of {listed}"), help);
    }
    found
}
