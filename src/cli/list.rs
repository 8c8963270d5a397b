//! `burnmark list`: the registries, as they are.

use super::failure::Failure;
use super::print::print;
use crate::catalogue::Catalogue;
use crate::data::{BALANCED, DataEntry, EVEN};
use crate::engine::EngineKind;
use crate::loss::LossEntry;
use crate::model::ModelEntry;
use crate::model::layers::{LayerEntry, Takes};
use crate::registry::{Entry, ParameterKind, in_unit};
use crate::report::plots::Plot;
use crate::report::{aligned, indented};
use crate::solve::SolverEntry;
use crate::spec::{CLAIM_KEYS, JUDGE_KEYS, KEYS, KeyKind, PROTOCOL_KEYS, PUBLISHED_KEYS};
use crate::value::Value;
use clap::ValueEnum;
use std::path::Path;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    Engines,
    Data,
    Models,
    Layers,
    Activations,
    Losses,
    Initial,
    Optimizers,
    Solvers,
    Annealing,
    Averages,
    Stops,
    Methods,
    Measures,
    Plots,
    Keys,
}

/// Prints one registry or all.
pub fn list(what: Option<What>, file: Option<&Path>, catalogue: &Catalogue) -> Result<(), Failure> {
    if what == Some(What::Methods) || file.is_some() {
        let usage = "`list methods FILE` lists the methods that a spec or a file defines".to_owned();
        return Err(Failure::Request(usage));
    }
    let sections: [(What, &str, Vec<Vec<String>>); 15] = [
        (What::Engines, "engines", engines()),
        (What::Data, "data sets", entries(catalogue.data_sets.entries())),
        (What::Models, "models", models(catalogue)),
        (What::Layers, "layers, for the model `layers`", layers(catalogue)),
        (What::Activations, "activations", entries(catalogue.activations.entries())),
        (What::Losses, "losses", losses(catalogue)),
        (What::Initial, "initial weights", entries(catalogue.initial.entries())),
        (What::Optimizers, "optimizers", entries(catalogue.optimizers.entries())),
        (What::Solvers, "solvers, as values of `optimizer`", solvers(catalogue)),
        (What::Annealing, "annealing rules", entries(catalogue.annealing.entries())),
        (What::Averages, "averages of the parameters along a run", entries(catalogue.averages.entries())),
        (What::Stops, "rules that end a training, as values of `train.stop`", entries(catalogue.stops.entries())),
        (What::Measures, "measures", entries(catalogue.measures.entries())),
        (What::Plots, "plots", plots(catalogue)),
        (
            What::Keys,
            "keys of a spec, beside `name`, `question`, `seeds`, `output.parameters` and `[sweep]`",
            keys(catalogue),
        ),
    ];
    let wanted = sections.into_iter().filter(|(section, ..)| what.is_none_or(|what| what == *section));
    let texts: Vec<String> = wanted.map(|(_, title, rows)| format!("{title}\n{}", indented(&aligned(&rows)))).collect();
    let mut text = texts.join("\n");
    if matches!(what, Some(What::Data)) {
        let fixed = |e: &&'static DataEntry| e.licence != "generated" && e.entry.parameters.is_empty();
        let licences = catalogue.data_sets.iter().filter(fixed);
        let rows: Vec<_> =
            licences.map(|e| [e.entry.name, e.licence, e.citation].map(str::to_owned).to_vec()).collect();
        text += "\nlicence and citation\n";
        text += &indented(&aligned(&rows));
    }
    print(&text)
}

fn engines() -> Vec<Vec<String>> {
    EngineKind::ALL.map(|kind| vec![kind.name().to_owned(), kind.description()]).to_vec()
}

fn plots(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let row = |plot: &&Plot| vec![plot.name.to_owned(), format!("{} [{}]", plot.description, plot.source)];
    catalogue.plots.iter().map(row).collect()
}

/// One row per model, with its keys.
fn models(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let row = |model: &'static ModelEntry| {
        let keys: Vec<_> = model.keys.iter().map(|key| format!("`{key}`")).collect();
        let keys = if keys.is_empty() { String::new() } else { format!("; {}", keys.join(", ")) };
        let Entry { name, description, source, .. } = model.entry;
        vec![name.to_owned(), format!("{description}{keys} [{source}]")]
    };
    catalogue.models.iter().map(row).collect()
}

/// As entries, each with its targets as a formula names them.
fn losses(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let of = |loss: &'static LossEntry| {
        let mut rows = entries([&loss.entry].into_iter());
        let Entry { description, source, .. } = loss.entry;
        rows[0][1] = format!("{description}; targets {} [{source}]", loss.targets.name());
        rows
    };
    catalogue.losses.iter().flat_map(of).collect()
}

/// As entries, with what they take besides their parameters.
fn layers(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let of = |kind: &'static LayerEntry| {
        let mut rows = entries([&kind.entry].into_iter());
        let mut also = |key: &str, said: &str| rows.push(vec![format!("  {key}"), format!("  {said}")]);
        let Takes { activation, name, layers } = kind.takes;
        if activation {
            also("activation", "a name, or a table with `kind` and parameters; without it none");
        }
        if name {
            also("name", "layers of one name share their weights");
        }
        if let Some(key) = layers {
            also(key, "the layers within");
        }
        rows
    };
    catalogue.layers.iter().flat_map(of).collect()
}

/// As entries, each with the models that it solves.
fn solvers(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let of = |solver: &'static SolverEntry| {
        let mut rows = entries([&solver.entry].into_iter());
        let models = if solver.models.is_empty() { "any model".to_owned() } else { solver.models.join(", ") };
        rows[0][1] = format!("{}; for {models} [{}]", solver.entry.description, solver.entry.source);
        rows
    };
    catalogue.solvers.iter().flat_map(of).collect()
}

/// One row per entry and one per parameter.
pub fn entries<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for entry in entries {
        rows.push(vec![entry.name.to_owned(), format!("{} [{}]", entry.description, entry.source)]);
        for parameter in entry.parameters {
            let default = parameter.default();
            let default = default.map_or("has to be given".to_owned(), |default| format!("default {}", usual(default)));
            let text = format!("{}: {}{}, {default}", parameter.description, parameter.kind, in_unit(parameter.unit));
            rows.push(vec![format!("  {}", parameter.name), format!("  {text}")]);
        }
    }
    rows
}

/// A default as a spec could write it, without quotes.
fn usual(default: &Value) -> String {
    match default {
        Value::Number(number) => format!("{number:?}"),
        default if default.as_text() == Some("") => "none".to_owned(),
        default => default.to_string(),
    }
}

fn keys(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let row = |key: &crate::spec::Key| {
        let kind = match key.kind {
            KeyKind::Word(words) => ParameterKind::OneOf(words).to_string(),
            KeyKind::Entry(_) => "a name".to_owned(),
            KeyKind::Number(range) => range.to_string(),
            KeyKind::Integer { least, .. } => format!("a whole number, {least} or more"),
            KeyKind::IntegerOr { least, word, .. } => format!("a whole number, {least} or more, or `{word}`"),
            KeyKind::Flag => "`true` or `false`".to_owned(),
            KeyKind::Layers => "a list of tables".to_owned(),
            KeyKind::LayerLists => "a list of lists of tables".to_owned(),
            KeyKind::ClassWeights => format!("`{EVEN}`, `{BALANCED}`, or numbers greater than 0 in a list or table"),
            KeyKind::Widths => "a list of whole numbers".to_owned(),
            KeyKind::Names(kind) => {
                let names: Vec<_> = catalogue.entries(kind).iter().map(|entry| format!("`{}`", entry.name)).collect();
                format!("a list of {}, default none", names.join(", "))
            }
            KeyKind::Split => "a table of three shares, or of counts or folds".to_owned(),
            KeyKind::Choice(_) => "a name, or a table with `kind` and parameters".to_owned(),
        };
        let default = key.default.as_ref().map(|default| format!(", default {}", usual(default))).unwrap_or_default();
        vec![key.path.to_owned(), format!("{}: {kind}{}{default}", key.description, in_unit(key.unit))]
    };
    let protocol = PROTOCOL_KEYS.iter().map(|(key, said)| vec![format!("protocol.{key}"), (*said).to_owned()]);
    let judge = JUDGE_KEYS.iter().map(|(key, said)| vec![format!("judge.{key}"), (*said).to_owned()]);
    let claim = CLAIM_KEYS.iter().map(|(key, said)| vec![format!("claim.{key}"), (*said).to_owned()]);
    let published = PUBLISHED_KEYS.iter().map(|(key, said)| vec![format!("published.{key}"), (*said).to_owned()]);
    KEYS.iter().map(row).chain(judge).chain(protocol).chain(claim).chain(published).collect()
}
