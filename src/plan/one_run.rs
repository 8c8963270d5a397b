//! A spec that runs one run alone.

use super::run_spec::RunSpec;
use crate::data;
use crate::formula::WrittenMethod;
use crate::model::layers::WrittenLayer;
use crate::registry::{Choice, Entry};
use crate::spec::{KEYS, KeyKind};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

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
            KeyKind::Choice(kind) => choice(value, &run.catalogue.entries(kind)),
            KeyKind::Layers => literal(&in_spec(&run.model.layers)),
            KeyKind::LayerLists => literal(&run.model.others.iter().map(|layers| in_spec(layers)).collect()),
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
                if key.path == "model.kind" {
                    for (name, value) in &run.model.own {
                        let _ = writeln!(sections, "{name} = {}", literal(&serde_json::json!(value)));
                    }
                }
            }
        }
    }
    top + &sections + &methods(&run)
}

/// A list of layers as a spec writes it.
fn in_spec(layers: &[WrittenLayer]) -> Value {
    layers.iter().map(WrittenLayer::as_in_spec).collect()
}

/// The methods as formulas that the run uses, each as a table of its own.
fn methods(run: &RunSpec) -> String {
    let table = |written: &WrittenMethod| {
        let text = DeTable::parse(&written.text).ok()?;
        let own = text.get_ref().get("methods").and_then(|all| all.get_ref().get(written.name.as_str()));
        let keys = own.and_then(|own| own.get_ref().as_table()).unwrap_or(text.get_ref());
        let line = |(key, value): (&Spanned<Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
            format!("{} = {}\n", bare_or_quoted(key.get_ref()), literal(&json(value.get_ref())))
        };
        Some(format!("\n[methods.{}]\n{}", bare_or_quoted(&written.name), keys.iter().map(line).collect::<String>()))
    };
    run.formulas().iter().filter_map(table).collect()
}

/// A value of TOML as one of JSON; a time, which no method has, as its text.
fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(fields) => {
            let field = |(key, value): (&Spanned<Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
                (key.get_ref().to_string(), json(value.get_ref()))
            };
            Value::Object(fields.iter().map(field).collect())
        }
        DeValue::Datetime(time) => Value::from(time.to_string()),
    }
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
