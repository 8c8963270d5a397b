//! A spec from the texts that a result folder keeps, and a spec that runs one run alone.

use super::files::Files;
use super::keys::{KEYS, KeyKind};
use super::overrides::Override;
use super::problem::{Place, Problem, Problems, Source};
use super::run_spec::RunSpec;
use super::spec::{MOST_BYTES, Spec};
use crate::data;
use crate::registry::{Choice, Entry};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// What the name of an override's source begins with.
pub(super) const SET: &str = "--set ";

impl Spec {
    /// Checks the texts of a spec and of its overrides again, as [`Spec::sources`] had them. Paths in it start in
    /// `folder`, or else where the spec file lay.
    ///
    /// # Errors
    /// Everything that is wrong with it, here and now: a data file may be gone.
    pub fn again(sources: &[Source], folder: Option<&Path>) -> Result<Self, Problems> {
        let refused = |message: &str| Problems {
            sources: vec![Source { name: "manifest.json".to_owned(), text: String::new() }],
            list: vec![Problem {
                place: Place { source: 0, span: 0..0 },
                message: message.to_owned(),
                expected: "expected the text of a spec and its overrides".to_owned(),
                help: None,
            }],
        };
        let (first, rest) = sources.split_first().ok_or_else(|| refused("no spec"))?;
        if sources.iter().map(|source| source.text.len() as u64).sum::<u64>() > MOST_BYTES {
            return Err(refused("a spec of more than 1 MiB"));
        }
        let read = |source: &Source| {
            let (path, _) = source.name.strip_prefix(SET)?.split_once('=')?;
            Some(Override { path: path.to_owned(), value: source.text.clone() })
        };
        let overrides: Option<Vec<Override>> = rest.iter().map(read).collect();
        let overrides = overrides.ok_or_else(|| refused("an override without a key"))?;
        let (name, text) = (first.name.clone(), first.text.clone());
        let beside = Path::new(&name).parent().unwrap_or(Path::new("")).to_owned();
        let folder = folder.unwrap_or(&beside);
        Self::parse_in(folder, Files::in_folder(folder), name, text, &overrides)
    }
}

/// A spec whose only run is this one: every setting written out, paths as they lead from the working folder when those
/// of the run start in `folder`.
#[must_use]
pub fn spec_of_one(run: &RunSpec, name: &str, question: &str, folder: &Path) -> String {
    let mut run = run.clone();
    if let Ok(set) = run.catalogue.chosen_set(&run.data.set) {
        run.data.set = data::located(&set, folder).choice;
    }
    let settings = serde_json::to_value(&run).expect("settings are plain data");
    let text = |text: &str| literal(&Value::String(text.to_owned()));
    let mut top = format!("name = {}\nquestion = {}\nseeds = [{}]\n", text(name), text(question), run.seed);
    let mut sections = String::new();
    let mut present = "";
    for key in KEYS {
        let Some(value) = key.path.split('.').try_fold(&settings, |value, name| value.get(name)) else { continue };
        let value = match key.kind {
            KeyKind::Choice(entries) => choice(value, &entries()),
            _ => literal(value),
        };
        match key.path.split_once('.') {
            None => {
                let _ = writeln!(top, "{} = {value}", key.path);
            }
            Some((section, name)) => {
                if section != present {
                    let _ = writeln!(sections, "\n[{section}]");
                    present = section;
                }
                let _ = writeln!(sections, "{name} = {value}");
            }
        }
    }
    top + &sections
}

/// A choice without what is no parameter of its entry: what a check has added.
fn choice(value: &Value, entries: &[&Entry]) -> String {
    let Ok(mut choice) = serde_json::from_value::<Choice>(value.clone()) else { return literal(value) };
    if let Some(entry) = entries.iter().find(|entry| entry.name == choice.kind) {
        choice.parameters.retain(|name, _| entry.parameter(name).is_some());
    }
    literal(&serde_json::to_value(&choice).expect("a choice is plain data"))
}

/// A value as TOML writes it, on one line. Numbers have every digit that tells them apart.
fn literal(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| format!("{} = {}", bare_or_quoted(name), literal(value));
            // `kind` first, as a person writes it.
            let (kind, others): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| *name == "kind");
            let fields: Vec<String> = kind.into_iter().chain(others).map(field).collect();
            if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
        }
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        // JSON's escapes are TOML's, but for the one control character that JSON lets stand.
        Value::String(_) => value.to_string().replace('\u{7f}', "\\u007F"),
        other => other.to_string(),
    }
}

fn bare_or_quoted(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if bare { name.to_owned() } else { literal(&Value::String(name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_toml() {
        let value = serde_json::json!({ "b c": "q\"\\\n\u{7f}é", "kind": [1, 1.0, 1e-300, true] });
        let text = format!("x = {}", literal(&value));
        assert_eq!(text, "x = { kind = [1, 1.0, 1e-300, true], \"b c\" = \"q\\\"\\\\\\n\\u007Fé\" }");
        assert!(toml::de::DeTable::parse(&text).is_ok());
    }
}
