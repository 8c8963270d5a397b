//! How results are judged: `[judge]` beside the sweep and the protocol.

use super::roles::{choice_of, is_swept, listed};
use super::swept::{Swept, names_data};
use crate::record::{Compared, Contrast, Judge, Protocol, Selection, is_seed};
use crate::spec::{AskedJudge, Fault, Mistake, Name, nearest_help, say};
use std::collections::BTreeSet;

/// The table with what the protocol says of the state, or else what is usual; names that fit no axis go to `mistakes`.
pub fn resolve(asked: &AskedJudge, swept: &[Swept], protocol: Option<&Protocol>, mistakes: &mut Vec<Mistake>) -> Judge {
    let mut by = Vec::new();
    for name in asked.by.iter().flatten() {
        let path = &name.path;
        if path == "seeds" || is_seed(path) || names_data(path) {
            let expected =
                "expected other settings: every figure is a mean over seeds, and data sets are compared over";
            say(mistakes, &name.place, &name.key, Fault::unfit(format!("`{path}` is no question"), expected));
        } else if !is_swept(path, swept) {
            let help = nearest_help(path, swept.iter().map(|swept| swept.setting.as_str()));
            let message = format!("`{path}` is not swept");
            say(
                mistakes,
                &name.place,
                &name.key,
                Fault::unfit(message, format!("expected {}", listed(swept))).or_help(help),
            );
        } else if protocol.is_some() {
            let expected = "expected `compare` in `[protocol]` alone, which names what is compared";
            say(mistakes, &name.place, &name.key, Fault::unfit("`by` beside a protocol".to_owned(), expected));
        } else {
            by.push(choice_of(path).unwrap_or_else(|| path.clone()));
        }
    }
    let target = asked.target.clone().unwrap_or_default();
    let (at, outcome) = (
        protocol.map(|protocol| protocol.select.at).or(asked.at).unwrap_or_default(),
        asked.outcome.as_ref().map(|(outcome, _)| *outcome).unwrap_or_default(),
    );
    let contrasts = contrasts(asked, swept, protocol, mistakes);
    if let (Some((_, place)), true) = (&asked.select, protocol.is_some()) {
        let expected = "expected `select` in `[protocol]`, a validation column of runs.parquet";
        say(mistakes, place, "judge", Fault::unfit("`select` of the judge beside a protocol".to_owned(), expected));
    }
    if let (Some((Selection::Outcome, place)), Compared::Measure(measure)) = (&asked.select, outcome)
        && !measure.is_goal
    {
        let message = format!("settings cannot be chosen by `{}`: it says nothing of the predictions", measure.name());
        say(mistakes, place, "judge", Fault::unfit(message, "expected `select = \"loss\"`, or none"));
    }
    Judge {
        at,
        margin: asked.margin,
        by,
        baseline: asked.baseline.clone(),
        target,
        outcome,
        select: asked.select.as_ref().map(|(select, _)| *select),
        contrasts,
        labels: Vec::new(),
        claim: None,
        certain: BTreeSet::new(),
    }
}

/// Whether a question of the protocol compares all of these settings.
fn compares(protocol: &Protocol, settings: &[&String]) -> bool {
    protocol.questions().iter().any(|question| settings.iter().all(|setting| question.compare.contains(setting)))
}

/// The planned contrasts; what is not swept, or not compared by the protocol, goes to `mistakes`.
fn contrasts(
    asked: &AskedJudge,
    swept: &[Swept],
    protocol: Option<&Protocol>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Contrast> {
    let mut known = |name: &Name| {
        let path = choice_of(&name.path).unwrap_or_else(|| name.path.clone());
        if !is_swept(&path, swept) {
            let help = nearest_help(&name.path, swept.iter().map(|swept| swept.setting.as_str()));
            let message = format!("`{}` is not swept", name.path);
            say(
                mistakes,
                &name.place,
                &name.key,
                Fault::unfit(message, format!("expected {}", listed(swept))).or_help(help),
            );
        } else if let Some(protocol) = protocol.filter(|protocol| !compares(protocol, &[&path])) {
            let message = format!("the protocol does not compare `{}`", name.path);
            let compared: Vec<String> =
                protocol.questions().iter().flat_map(|of| &of.compare).map(|name| format!("`{name}`")).collect();
            let expected = format!("expected what it compares, {}, or this in `compare`", compared.join(", "));
            say(mistakes, &name.place, &name.key, Fault::unfit(message, expected));
        }
        path
    };
    let contrast = |names: &Vec<Name>| match names.as_slice() {
        [effect, by] => Contrast::Interaction { effect: known(effect), by: known(by) },
        one => Contrast::Slope { slope: one.iter().map(&mut known).collect() },
    };
    let contrasts: Vec<Contrast> = asked.contrasts.iter().flatten().map(contrast).collect();
    for (contrast, names) in contrasts.iter().zip(asked.contrasts.iter().flatten()) {
        let no_number = |path: &String| swept.iter().any(|swept| swept.setting == *path && swept.bounds.is_none());
        let (message, expected) = match contrast {
            Contrast::Slope { slope } if no_number(slope) => {
                (format!("a slope of `{slope}`, whose values are no numbers"), "expected a setting that is a number")
            }
            Contrast::Interaction { effect, by } if effect == by => {
                (format!("the effect of `{effect}` by itself"), "expected two settings")
            }
            Contrast::Interaction { effect, by }
                if protocol.is_some_and(|of| {
                    compares(of, &[effect]) && compares(of, &[by]) && !compares(of, &[effect, by])
                }) =>
            {
                let message = format!("no question of the protocol compares both `{effect}` and `{by}`");
                (message, "expected both in one `compare`")
            }
            _ => continue,
        };
        names
            .iter()
            .take(1)
            .for_each(|name| say(mistakes, &name.place, &name.key, Fault::unfit(message.clone(), expected)));
    }
    contrasts
}
