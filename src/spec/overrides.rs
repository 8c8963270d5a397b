//! Settings from the command line, which replace what stands in the file.

use super::document::DocumentReader;
use super::draft::Located;
use super::fault::Fault;
use super::judge::{self, JUDGE_KEYS};
use super::keys::{all_paths, find, sections};
use super::mistake::Place;
use super::names::meant_path;
use super::seeds;
use super::sweep::Sweep;
use crate::value::Value;
use toml::Spanned;
use toml::de::DeValue;

/// A setting from the command line: replaces the key's value and its axis.
#[derive(Clone, Debug)]
pub struct Override {
    pub path: String,
    /// TOML; what is none is taken as text.
    pub value: String,
}

/// What the name of an override's source begins with.
pub const SET: &str = "--set ";

/// The key of `[judge]` that a path names.
fn judge_key(path: &str) -> Option<&str> {
    let key = path.strip_prefix("judge.")?;
    JUDGE_KEYS.iter().any(|(known, _)| *known == key).then_some(key)
}

/// Puts one in the place of what it replaces; its text is the source of this number.
pub fn apply(reading: &mut DocumentReader<'_>, source: usize, given: &Override) {
    let text = given.value.as_str();
    let value = match DeValue::parse(text) {
        Ok(value) => value,
        Err(error) if text.starts_with(['{', '[', '"', '\'']) => {
            let span = error.span().unwrap_or(0..text.len());
            let message = format!("not valid TOML: {}", error.message().replace('\n', ", "));
            reading.reader(source, &given.path).report(span, Fault::syntax(message, "unexpected here"));
            return;
        }
        Err(_) => Spanned::new(0..text.len(), DeValue::String(std::borrow::Cow::Borrowed(text))),
    };
    if given.path == "seeds" {
        reading.seeds(source, &value);
        return;
    }
    if given.path == "protocol.report_seeds" {
        report_seeds(reading, source, &value);
        return;
    }
    if let Some(key) = judge_key(&given.path) {
        let mut asked = std::mem::take(&mut reading.document.judge);
        judge::read_key(&mut reading.reader(source, "judge"), key, &value, &mut asked);
        reading.document.judge = asked;
        return;
    }
    if given.path == "output.parameters" {
        reading.keep_parameters(source, &value);
        return;
    }
    if given.path == "name" {
        reading.name(source, &value);
        return;
    }
    if given.path == "protocol" || given.path.starts_with("protocol.") {
        let message = format!("`{}` can be set in the file only", given.path);
        reading
            .reader(source, &given.path)
            .report(0..text.len(), Fault::unfit(message, "expected protocol.report_seeds, or a key of a run"));
        return;
    }
    if sections().contains(&given.path.as_str()) {
        let section = &given.path;
        let message = format!("`{section}` is a table, whose keys are set one by one");
        let first = all_paths(&reading.document.sweep.base.catalogue)
            .into_iter()
            .find(|path| path.starts_with(&format!("{section}.")))
            .unwrap_or_default();
        let expected = format!("expected KEY=VALUE, such as {first}=…");
        reading.reader(source, &given.path).report(0..text.len(), Fault::unfit(message, expected));
        return;
    }
    let catalogue = reading.document.sweep.base.catalogue.clone();
    if find(&catalogue, &given.path).is_none() {
        let fault = Fault::unknown_key(&given.path, "expected KEY=VALUE, such as train.epochs=5")
            .meaning(meant_path(&catalogue, &given.path));
        reading.reader(source, &given.path).report(0..text.len(), fault);
        return;
    }
    let whole = format!("{}.", given.path);
    let replaced = |path: &str| path == given.path || path.starts_with(&whole);
    reading.document.sweep.base.forget(&whole);
    reading.base_value(source, &given.path, &value);
    forget_parameter(reading, &given.path);
    let Sweep { base, axes, .. } = &mut reading.document.sweep;
    axes.retain_mut(|axis| axis.forget(replaced, base));
}

/// Other seeds for the second stage; the rest of a protocol is told by the file alone.
fn report_seeds(reading: &mut DocumentReader<'_>, source: usize, value: &Spanned<DeValue<'_>>) {
    let place = Place { source, span: value.span() };
    let seeds = seeds::read(&mut reading.reader(source, "protocol.report_seeds"), "protocol.report_seeds", value);
    match (&mut reading.document.protocol, seeds) {
        (Some(asked), Some(seeds)) => asked.report_seeds = (seeds, place),
        (Some(asked), None) => asked.spoiled = true,
        (None, _) => {
            let message = "`protocol.report_seeds` without a protocol";
            reading
                .reader(source, "protocol")
                .report(value.span(), Fault::missing(message, "expected a `[protocol]` in the spec"));
        }
    }
}

/// A parameter that is overridden takes its values in choices with it, and choices of an axis that differed by nothing else
/// become one.
fn forget_parameter(reading: &mut DocumentReader<'_>, path: &str) {
    let Some((key, Some(parameter))) = find(&reading.document.sweep.base.catalogue, path) else { return };
    let forget = |located: &mut Located| {
        if let Value::Table(parts) = &mut located.value {
            parts.remove(parameter);
        }
    };
    let Sweep { base, axes, .. } = &mut reading.document.sweep;
    base.values.get_mut(key.path).into_iter().for_each(forget);
    for axis in axes {
        if let Some(column) = axis.paths.iter().position(|path| path == key.path) {
            axis.alternatives.iter_mut().filter_map(|row| row[column].as_mut()).for_each(forget);
            axis.keep_each_once(base);
        }
    }
}
