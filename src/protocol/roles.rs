//! The names of a protocol beside the sweep's settings: which setting is compared, which tuned, and which averaged over.

use super::swept::{Swept, names_data};
use crate::catalogue::Catalogue;
use crate::record::{At, Criterion, Protocol, Quantity, Roles, Tuned, is_label, is_seed};
use crate::spec::{AskedProtocol, AskedQuestion, Fault, KEYS, KeyKind, Mistake, Name, all_paths, nearest_help, say};
use std::collections::BTreeMap;

/// What a setting is to a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Compared,
    Tuned,
    Averaged,
}

impl Role {
    const fn words(self) -> &'static str {
        match self {
            Self::Compared => "compared",
            Self::Tuned => "tuned",
            Self::Averaged => "averaged over",
        }
    }
}

/// A setting whose values change what the validation part is, so that the best figure of them means nothing.
const SPLIT: &str = "data.split";

/// The protocol, complete but for how many runs its second stage has; none if something is wrong with it, all of which
/// goes to `mistakes`. Without `whole` the sweep itself has mistakes, and what does not fit it may follow from them.
pub fn resolve(
    asked: &AskedProtocol,
    (swept, whole, catalogue): (&[Swept], bool, &Catalogue),
    tuning_seeds: &[u64],
    (judged, by): (Option<At>, Quantity),
    mistakes: &mut Vec<Mistake>,
) -> Option<Protocol> {
    let before = mistakes.len();
    let named: Vec<Vec<(&Name, Role)>> = asked.questions.iter().map(|question| roles(question, mistakes)).collect();
    let report_seeds = report_seeds(asked, tuning_seeds, mistakes);
    let select = select(asked, (judged, by), mistakes);
    for (name, role) in named.iter().flatten() {
        known(name, *role, (swept, whole, catalogue), mistakes);
        if *role == Role::Tuned && select.quantity == Quantity::Loss && !asked.spoiled {
            one_loss(name, swept, mistakes);
        }
    }
    if asked.spoiled || !whole || mistakes.len() > before {
        return None;
    }
    let questions = named.iter().zip(&asked.questions);
    let mut questions =
        questions.map(|(names, question)| assigned(names, question, swept, mistakes)).collect::<Vec<_>>();
    let Roles { compare, tune, average } = questions.remove(0);
    let protocol = Protocol {
        compare,
        tune,
        average,
        select,
        tuning_seeds: tuning_seeds.to_vec(),
        report_seeds: report_seeds?,
        report_runs: 0,
        further: questions,
        tuning_runs: 0,
    };
    (mistakes.len() == before).then_some(protocol)
}

/// What each swept setting is to a question.
fn assigned(names: &[(&Name, Role)], asked: &AskedQuestion, swept: &[Swept], mistakes: &mut Vec<Mistake>) -> Roles {
    let mut assigned = Roles::default();
    let mut used = vec![false; names.len()];
    for Swept { setting, bounds, of_cases, .. } in swept.iter().filter(|swept| !swept.is_data()) {
        // The longest name is the most particular one: `optimizer.lr` beside `optimizer`.
        let named = names.iter().enumerate().filter(|(_, (name, _))| covers(&name.path, setting));
        let named = named.max_by_key(|(_, (name, _))| name.path.len());
        // What cases set follows from their label where that has a role, but for what varies under one label.
        let of_label =
            of_cases.and_then(|(axis, several)| Some((names.iter().find(|(of, _)| of.path == axis)?.1, several)));
        let role = match (named, of_label) {
            (Some((place, (_, role))), _) => {
                used[place] = true;
                *role
            }
            (None, Some((Role::Compared, false))) => continue,
            (None, Some((Role::Compared, true))) => Role::Tuned,
            (None, Some((role, _))) => role,
            (None, None) => Role::Averaged,
        };
        if is_label(setting) && (named.is_none() || role != Role::Compared) {
            continue; // its settings stand for it
        }
        let left = named.is_none() && of_label.is_none();
        match (role, &asked.average) {
            (Role::Compared, _) => assigned.compare.push(setting.clone()),
            (Role::Tuned, _) => assigned.tune.push(Tuned { setting: setting.clone(), bounds: *bounds }),
            (Role::Averaged, Some((_, place))) if left => {
                let message = format!("`{setting}` is swept, and neither compared, tuned nor averaged over");
                let expected = "expected it here, or no `average` at all, to average over what is left";
                say(mistakes, place, "protocol.average", Fault::unfit(message, expected));
            }
            (Role::Averaged, _) => assigned.average.push(setting.clone()),
        }
    }
    for ((name, role), _) in names.iter().zip(used).filter(|(_, used)| !used) {
        nothing_left(name, *role, swept, mistakes);
    }
    assigned
}

/// Whether a name is that of the setting, or of the choice that it is a part of.
fn covers(name: &str, setting: &str) -> bool {
    setting.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// All names with their roles, in the order of the lists; a name that is given twice is reported.
fn roles<'a>(asked: &'a AskedQuestion, mistakes: &mut Vec<Mistake>) -> Vec<(&'a Name, Role)> {
    let average = asked.average.as_ref().map(|(names, _)| names);
    let lists =
        [(asked.compare.as_ref(), Role::Compared), (asked.tune.as_ref(), Role::Tuned), (average, Role::Averaged)];
    let all = lists.into_iter().flat_map(|(list, role)| list.into_iter().flatten().map(move |name| (name, role)));
    let mut first: BTreeMap<&str, Role> = BTreeMap::new();
    let mut names = Vec::new();
    for (name, role) in all {
        match first.insert(&name.path, role) {
            None => names.push((name, role)),
            Some(other) => {
                let path = &name.path;
                let message = if other == role {
                    format!("`{path}` is given twice")
                } else {
                    format!("`{path}` is both {} and {}", other.words(), role.words())
                };
                say(mistakes, &name.place, &name.key, Fault::twice(message, "expected each setting in one list"));
            }
        }
    }
    names
}

/// Reports a name that no setting has, that no protocol takes, or that a sweep without mistakes of its own has nothing for.
fn known(
    name: &Name,
    role: Role,
    (swept, whole, catalogue): (&[Swept], bool, &Catalogue),
    mistakes: &mut Vec<Mistake>,
) {
    let path = name.path.as_str();
    if path == "seed" || path == "seeds" || (is_seed(path) && role != Role::Averaged) {
        let expected = "expected it left out: every figure is a mean over seeds";
        say(mistakes, &name.place, &name.key, Fault::unfit(format!("`{path}` cannot be {}", role.words()), expected));
    } else if names_data(path) {
        let message = format!("the data set cannot be {}", role.words());
        let expected = "expected it left out: each data set has a choice of its own, and ranks go over all of them";
        say(mistakes, &name.place, &name.key, Fault::unfit(message, expected));
    } else if role == Role::Tuned && covers(SPLIT, path) {
        let expected = "expected it compared, averaged over, or left out";
        let message = format!("`{path}` cannot be tuned: another split is another validation part");
        say(mistakes, &name.place, &name.key, Fault::unfit(message, expected));
    } else if !is_setting(catalogue, path) && !swept.iter().any(|swept| swept.setting == path) {
        let kinds = all_paths(catalogue).into_iter().chain(choices().map(|choice| format!("{choice}.kind")));
        let owners = swept.iter().filter_map(|swept| Some(swept.setting.rsplit_once('.')?.0));
        let here: Vec<&str> = swept.iter().map(|swept| swept.setting.as_str()).chain(owners).collect();
        let all: Vec<String> = kinds.collect();
        let help = nearest_help(path, here).or_else(|| nearest_help(path, all.iter().map(String::as_str)));
        let expected = format!("expected {}", listed(swept));
        say(mistakes, &name.place, &name.key, Fault::unknown_axis(path, expected).or_help(help));
    } else if whole && !swept.iter().any(|swept| covers(path, &swept.setting)) {
        let message = format!("`{path}` is not swept: it has one value, and cannot be {}", role.words());
        say(mistakes, &name.place, &name.key, Fault::unfit(message, format!("expected {}", listed(swept))));
    }
}

/// Reports a name that is tuned by the loss though its values change what the loss is: the lowest of them means nothing.
fn one_loss(name: &Name, swept: &[Swept], mistakes: &mut Vec<Mistake>) {
    let Some(of) = swept.iter().find(|swept| swept.several_losses && covers(&name.path, &swept.setting)) else {
        return;
    };
    let path = &of.setting;
    let message = format!(
        "`{path}` cannot be tuned by the loss: its values have different losses, and the value of one says nothing of another"
    );
    let metric = Criterion { at: At::default(), quantity: Quantity::Metric };
    let expected = format!("expected `select = \"{}\"`, or it compared, averaged over, or left out", metric.name());
    say(mistakes, &name.place, &name.key, Fault::unfit(message, expected));
}

/// Reports a name of which every part has another, more particular one.
fn nothing_left(name: &Name, role: Role, swept: &[Swept], mistakes: &mut Vec<Mistake>) {
    let path = &name.path;
    let parts: Vec<String> =
        swept.iter().filter(|swept| covers(path, &swept.setting)).map(|s| format!("`{}`", s.setting)).collect();
    let have = if parts.len() == 1 { "has" } else { "have" };
    let message = format!("nothing of `{path}` is {}: {} {have} another place", role.words(), parts.join(", "));
    say(mistakes, &name.place, &name.key, Fault::unfit(message, format!("expected {}", listed(swept))));
}

/// The settings that a protocol or a judge can name.
pub fn listed(swept: &[Swept]) -> String {
    let names: Vec<String> =
        swept.iter().filter(|swept| !swept.is_data()).map(|swept| format!("`{}`", swept.setting)).collect();
    match names.as_slice() {
        [] => "axes in `[sweep]` first: nothing but data sets is swept".to_owned(),
        [one] => format!("{one}, which is swept"),
        _ => format!("one of those that are swept: {}", names.join(", ")),
    }
}

/// Whether a name is that of a swept setting, or of a choice of which a part is swept.
pub fn is_swept(name: &str, swept: &[Swept]) -> bool {
    swept.iter().any(|swept| covers(name, &swept.setting))
}

/// The setting that says which entry a choice of this name is: `optimizer.kind` of `optimizer`.
pub fn choice_of(name: &str) -> Option<String> {
    choices().any(|choice| choice == name).then(|| format!("{name}.kind"))
}

fn choices() -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(|key| matches!(key.kind, KeyKind::Choice(_))).map(|key| key.path)
}

fn is_setting(catalogue: &Catalogue, path: &str) -> bool {
    all_paths(catalogue).iter().any(|known| known == path)
        || path.strip_suffix(".kind").is_some_and(|owner| choices().any(|choice| choice == owner))
}

/// What the choice is made by: at the state that is judged, and unless the protocol says otherwise by what is judged.
fn select(asked: &AskedProtocol, (judged, by): (Option<At>, Quantity), mistakes: &mut Vec<Mistake>) -> Criterion {
    match (&asked.select, judged) {
        (None, at) => Criterion { at: at.unwrap_or_default(), quantity: by },
        (Some((criterion, place)), Some(at)) if criterion.at != at => {
            let message = format!("`{}` is not of the state that is judged, `{}`", criterion.name(), at.spec_name());
            let same = Criterion { at, ..*criterion };
            let expected = format!("expected `{}`: what is tuned on is what is tested", same.name());
            say(mistakes, place, "protocol.select", Fault::unfit(message, expected));
            *criterion
        }
        (Some((criterion, _)), _) => *criterion,
    }
}

/// The seeds of the second stage: a number of them counts on from the largest tuning seed.
fn report_seeds(asked: &AskedProtocol, tuning: &[u64], mistakes: &mut Vec<Mistake>) -> Option<Vec<u64>> {
    let (seeds, place) = &asked.report_seeds;
    let largest = tuning.iter().copied().max().unwrap_or(0);
    let Some(seeds) = seeds.from(largest + 1) else {
        let message = format!("there are not so many seeds above {largest}, the largest tuning seed");
        say(mistakes, place, "protocol.report_seeds", Fault::unfit(message, "expected a list, `report_seeds = [ … ]`"));
        return None;
    };
    let tuning: std::collections::BTreeSet<u64> = tuning.iter().copied().collect();
    let shared: Vec<String> = seeds.iter().filter(|seed| tuning.contains(seed)).map(ToString::to_string).collect();
    if let Some(first) = shared.first() {
        let which = if shared.len() == 1 { format!("seed {first}") } else { format!("seeds {}", shared.join(", ")) };
        let verb = if shared.len() == 1 { "is" } else { "are" };
        let message = format!("{which} of the report {verb} in `seeds` too, on which settings are tuned");
        let help = format!("a number counts on from the largest tuning seed: `report_seeds = {}`", seeds.len());
        say(
            mistakes,
            place,
            "protocol.report_seeds",
            Fault::unfit(message, "expected other seeds than those of `seeds`").help(help),
        );
        return None;
    }
    Some(seeds)
}
