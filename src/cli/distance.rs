//! `burnmark distance`: how far the final parameters of runs are from those of a paired run.

use super::failure::Failure;
use super::print::{Schema, print, print_json};
use super::values;
use crate::analysis::{Distance, NoDistance, distances};
use crate::record::counted;
use crate::report::aligned;
use crate::store;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Args)]
pub struct DistanceArguments {
    /// A result folder whose runs kept their parameters (`output.parameters = true`)
    results: PathBuf,
    /// To which run: each other one is paired with the one that has this setting, on the same data, model and seed, such as
    /// optimizer.kind=ridge
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::assignment)]
    to: (String, String),
    /// Show what is left of the way from the run with this setting, such as regularize.weight_decay=0
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::assignment)]
    from: Option<(String, String)>,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct DistanceDocument<'d> {
    distances: &'d [Distance],
}

/// `burnmark distance`
pub fn distance(arguments: &DistanceArguments) -> Result<(), Failure> {
    let (_, runs) = store::read(&arguments.results)?;
    let side = |of: &(String, String)| (of.0.clone(), of.1.clone());
    let (to, from) = (side(&arguments.to), arguments.from.as_ref().map(side));
    let from = from.as_ref().map(|(key, value)| (key.as_str(), value.as_str()));
    let found = distances(&arguments.results, &runs, (&to.0, &to.1), from).map_err(|why| match why {
        NoDistance::Store(why) => Failure::Store(why),
        other => Failure::Request(other.to_string()),
    })?;
    if arguments.json {
        return print_json(Schema::Distance, &DistanceDocument { distances: &found });
    }
    if found.is_empty() {
        return print("no other run is paired with one of these\n");
    }
    print(&text(&found, from.is_some()))
}

fn text(found: &[Distance], has_share: bool) -> String {
    let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| format!("{number:.3e}"));
    let mut rows = vec![heads(has_share)];
    rows.extend(found.iter().map(|of| {
        let seed = of.seed.map_or_else(String::new, |seed| seed.to_string());
        let numbers = [number(Some(of.distance)), number(of.relative), number(of.largest)];
        let share = has_share.then(|| number(of.share));
        let cells = [of.data.clone(), seed].into_iter().chain(numbers).chain(share);
        cells.chain([of.method.clone()]).collect()
    }));
    let most = |of: fn(&Distance) -> Option<f64>| found.iter().filter_map(of).fold(0.0, f64::max);
    let share = if has_share { format!(", share of the way {:.3e}", most(|of| of.share)) } else { String::new() };
    format!(
        "{}largest of {}: relative {:.3e}, single parameter {:.3e}{share}\n",
        aligned(&rows),
        counted(found.len(), "pair"),
        most(|of| of.relative),
        most(|of| of.largest)
    )
}

fn heads(has_share: bool) -> Vec<String> {
    let numbers = ["data", "seed", "distance", "relative", "largest"];
    let heads = numbers.into_iter().chain(has_share.then_some("share")).chain(["run"]);
    heads.map(str::to_owned).collect()
}
