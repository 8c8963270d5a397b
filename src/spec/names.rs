//! What an unknown name was meant to be: the nearest known one, or one of another section.

use super::fault::Meant;
use super::key::{Key, KeyKind};
use super::keys::{KEYS, all_paths};
use crate::catalogue::Catalogue;
use std::path::Path;

/// The keys before the first table.
pub const TOP: [&str; 3] = ["name", "question", "seeds"];

/// Names of other programs for a key, by section.
const ALIASES: [(&str, &str); 4] = [
    ("data.name", "data.set"),
    ("data.dataset", "data.set"),
    ("model.name", "model.kind"),
    ("train.steps", "train.epochs"),
];

/// The known name nearest to what was typed, if it is near enough to be a slip, or has it as one of its words.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let known: Vec<&str> = known.into_iter().collect();
    let alike = |name: &&str| typed.len().min(name.len()) * 3 >= typed.len().max(name.len());
    let near = |name: &&'a str| (*name, strsim::jaro_winkler(&typed, name));
    let best = known.iter().filter(|name| alike(name)).map(near).max_by(|(_, a), (_, b)| a.total_cmp(b));
    let slip = best.filter(|(_, similarity)| *similarity > 0.7).map(|(name, _)| name);
    let has = |text: &str, word: &str| word.len() > 2 && text.split(['-', '_', '.', ' ']).any(|part| part == word);
    slip.or_else(|| known.into_iter().find(|name| has(name, &typed) || has(&typed, name)))
}

/// The question after the nearest name.
fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// The nearest of these names, as help.
pub fn nearest_help<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(typed, known).map(did_you_mean)
}

/// What an unknown key of a section was meant to be; of the keys before the first table where the section is empty.
pub fn meant<'a>(
    catalogue: &Catalogue,
    section: &str,
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<Meant> {
    let within = |name: &str| if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
    let other = ALIASES.iter().find(|(name, _)| *name == within(typed)).map(|(_, path)| *path);
    if let Some(path) = other {
        let name = path.rsplit('.').next().unwrap_or(path);
        return Some(Meant { path: path.to_owned(), help: did_you_mean(name) });
    }
    if let Some(found) = elsewhere(catalogue, section, typed) {
        return Some(found);
    }
    let name = nearest(typed, known)?;
    Some(Meant { path: within(name), help: did_you_mean(name) })
}

/// What an unknown dotted name was meant to be.
pub fn meant_path(catalogue: &Catalogue, path: &str) -> Option<Meant> {
    let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
    let is_section = section.is_empty() || Key::of(section).next().is_some();
    let near = || {
        let paths = all_paths(catalogue);
        let near = nearest(path, paths.iter().map(String::as_str))?;
        Some(Meant { path: near.to_owned(), help: did_you_mean(near) })
    };
    let belongs = is_section.then(|| meant(catalogue, section, name, [])).flatten();
    belongs.or_else(near)
}

/// Where a key belongs that is written in a section which does not have it.
fn elsewhere(catalogue: &Catalogue, section: &str, typed: &str) -> Option<Meant> {
    let belongs = |path: String, to: String| Some(Meant { path, help: format!("`{typed}` belongs {to}") });
    if ["kind", "seed"].contains(&typed) {
        return None;
    }
    if TOP.contains(&typed) && !section.is_empty() {
        return belongs(typed.to_owned(), "before the first table".to_owned());
    }
    let is_named = |path: &&str| path.split_once('.').map_or(*path, |(_, name)| name) == typed;
    if let Some(path) = KEYS.iter().map(|key| key.path).find(is_named) {
        let to = match path.split_once('.') {
            Some((owner, _)) => format!("in `[{owner}]`"),
            None => "before the first table".to_owned(),
        };
        return belongs(path.to_owned(), to);
    }
    // Parameters of the optimizer before those of others: `lr` is looked for there.
    let has = |path: &str| {
        let key = KEYS.iter().find(|key| key.path == path)?;
        let KeyKind::Choice(kind) = key.kind else { return None };
        (!catalogue.parameters(kind, typed).is_empty()).then_some(key.path)
    };
    let owner = ["optimizer", "annealing"].into_iter().find_map(has)?;
    belongs(format!("{owner}.{typed}"), format!("to `{owner}`: `{owner} = {{ kind = \"…\", {typed} = … }}`"))
}

/// Where a file was looked for that is not there.
pub fn looked_for_in(folder: &Path) -> String {
    let whole = std::path::absolute(folder).ok().or_else(|| std::env::current_dir().ok());
    format!("it was looked for in `{}`", whole.as_deref().unwrap_or(folder).display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognized_and_strangers_are_not() {
        assert_eq!(nearest("adma", ["adam", "momentum"]), Some("adam"));
        assert_eq!(nearest("batch_size", ["batch", "epochs"]), Some("batch"));
        assert_eq!(nearest("moons", ["iris", "two-moons"]), Some("two-moons"));
        assert_eq!(nearest("zzz", ["adam", "momentum"]), None);
        assert_eq!(nearest("lr", ["evaluate_train_every"]), None);
    }

    #[test]
    fn a_key_of_another_section_is_told_where_it_belongs() {
        let told = |section: &str, typed: &str| {
            meant(&Catalogue::standard(), section, typed, []).map(|meant| meant.help).unwrap_or_default()
        };
        assert_eq!(told("model", "dropout"), "`dropout` belongs in `[regularize]`");
        assert_eq!(told("train", "lr"), "`lr` belongs to `optimizer`: `optimizer = { kind = \"…\", lr = … }`");
        assert_eq!(told("", "epochs"), "`epochs` belongs in `[train]`");
        assert_eq!(told("train", "name"), "`name` belongs before the first table");
        assert_eq!(told("data", "name"), "did you mean `set`?");
        assert_eq!(told("train", "kind"), "");
    }
}
