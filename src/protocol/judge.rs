//! How results are judged: `[judge]` beside the sweep and the protocol.

use super::roles::{choice_of, is_swept, listed};
use super::swept::{Swept, names_data};
use crate::record::{At, Judge, is_seed};
use crate::spec::{AskedJudge, Problem, nearest, say};

/// The table with what the protocol says of the state, or else what is usual; names that fit no axis go to `problems`.
pub fn resolve(asked: &AskedJudge, swept: &[Swept], protocol: Option<At>, problems: &mut Vec<Problem>) -> Judge {
    let mut by = Vec::new();
    for name in asked.by.iter().flatten() {
        let path = &name.path;
        if path == "seeds" || is_seed(path) || names_data(path) {
            let expected =
                "expected other settings: every figure is a mean over seeds, and data sets are compared over";
            say(problems, &name.place, format!("`{path}` is no question"), expected, None);
        } else if !is_swept(path, swept) {
            let help = nearest(path, swept.iter().map(|swept| swept.setting.as_str()));
            let message = format!("`{path}` is not swept");
            say(problems, &name.place, message, &format!("expected {}", listed(swept)), help);
        } else if protocol.is_some() {
            let expected = "expected `compare` in `[protocol]` alone, which names what is compared";
            say(problems, &name.place, "`by` beside a protocol".to_owned(), expected, None);
        } else {
            by.push(choice_of(path).unwrap_or_else(|| path.clone()));
        }
    }
    let target = asked.target.clone().unwrap_or_default();
    let (at, outcome) = (protocol.or(asked.at).unwrap_or_default(), asked.outcome.unwrap_or_default());
    Judge { at, margin: asked.margin, by, baseline: asked.baseline.clone(), target, outcome }
}
