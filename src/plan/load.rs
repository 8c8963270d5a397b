//! From a spec file to a checked experiment: read, resolved, and every combination checked.

use super::check::check;
use super::combinations::Combinations;
use super::files::Files;
use super::idle_seeds::idle_seeds;
use super::space::Space;
use super::spec::Spec;
use crate::guard::file::{self, Links};
use crate::protocol::{Design, resolve};
use crate::record::Judge;
use crate::spec::{Document, Override, Place, Problem, Problems, SET, Source, parse, say};
use std::path::Path;

/// The largest spec file that is read.
const MOST_BYTES: u64 = 1 << 20;
/// What a spec from a pipe is called.
const PIPE: &str = "pipe";

impl Spec {
    /// Reads and checks a spec file, or what comes from standard input (`-`) or another pipe. Paths in a spec start in the
    /// folder of its file; those of a spec from a pipe start in the working folder.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(path: &Path, overrides: &[Override]) -> Result<Self, Problems> {
        let piped = file::is_piped(path);
        let name = if piped { PIPE.to_owned() } else { path.display().to_string() };
        let failed = |message: String, expected: &str| Problems {
            sources: vec![Source { name: name.clone(), text: String::new() }],
            list: vec![Problem {
                place: Place { source: 0, span: 0..0 },
                message,
                expected: expected.to_owned(),
                help: None,
            }],
        };
        let expected = "expected a spec: a file of at most 1 MiB";
        let read =
            if piped { file::read_piped(path, MOST_BYTES) } else { file::read(path, MOST_BYTES, Links::Followed) };
        let bytes = read.map_err(|why| failed(why, expected))?;
        let text = String::from_utf8(bytes).map_err(|why| {
            let at = why.utf8_error().valid_up_to();
            failed(format!("`{name}` is not UTF-8 text, from byte {at} on"), "expected a TOML file")
        })?;
        let files = Files::beside(&name);
        let folder = if piped { Path::new("") } else { path.parent().unwrap_or(path) };
        Self::parse_in(folder, files, name, text, overrides)
    }

    /// Checks the text of a spec; `name` is its file, for messages and for the paths in it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(name: String, text: String, overrides: &[Override]) -> Result<Self, Problems> {
        let folder = Path::new(&name).parent().unwrap_or(Path::new("")).to_owned();
        Self::parse_in(&folder, Files::beside(&name), name, text, overrides)
    }

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

    fn parse_in(
        folder: &Path,
        mut files: Files,
        name: String,
        text: String,
        overrides: &[Override],
    ) -> Result<Self, Problems> {
        let mut sources = vec![Source { name, text }];
        sources.extend(
            overrides.iter().map(|given| Source {
                name: format!("{SET}{}={}", given.path, given.value),
                text: given.value.clone(),
            }),
        );
        let mut problems = Vec::new();
        let document = parse(&sources, overrides, &mut problems);
        let (protocol, judge) =
            if document.is_toml { resolve(&document, &mut problems) } else { (None, Judge::default()) };
        if document.is_toml {
            report_missing_name(&document, &mut problems);
            report_missing_keys(&document, &mut problems);
        }
        if let (Some(name), true) = (document.name, problems.is_empty()) {
            let combinations = Combinations { sweep: document.sweep };
            let seeds = document.seeds.unwrap_or_else(|| vec![0]);
            let report_seeds = protocol.as_ref().map(|(protocol, _)| protocol.report_seeds.as_slice());
            let all_seeds = (seeds.as_slice(), report_seeds.unwrap_or_default());
            let sets = check(&combinations, all_seeds, folder, &mut files, &mut problems);
            let space = Space::new(combinations, files, sets.digests);
            let design = protocol
                .filter(|_| problems.is_empty())
                .and_then(|(protocol, place)| Design::of(protocol, &space, &place, &mut problems));
            if problems.is_empty() {
                problems.extend(idle_seeds(&space.combinations, seeds[0]));
            }
            if problems.is_empty() {
                let (question, folder) = (document.question, folder.to_owned());
                let (keep_parameters, readings) = (document.keep_parameters, sets.readings);
                return Ok(Self {
                    name,
                    question,
                    seeds,
                    sources,
                    folder,
                    keep_parameters,
                    judge,
                    space,
                    design,
                    readings,
                });
            }
        }
        problems.sort_by_key(|problem| (problem.place.source, problem.place.span.start));
        Err(Problems { sources, list: problems })
    }
}

fn report_missing_name(document: &Document, problems: &mut Vec<Problem>) {
    let said = problems.iter().any(|problem| problem.message.contains("`name`"));
    if document.name.is_none() && !said {
        let help = Some("add `name = \"…\"`: it names the result folder".to_owned());
        say(
            problems,
            &Place { source: 0, span: 0..0 },
            "missing `name`".to_owned(),
            "expected before the first table",
            help,
        );
    }
}

/// Reports what is missing beside what is wrong, unless the missing thing itself stands there and is wrong, or is
/// what a misspelled name was meant to be. Without other mistakes the combinations are checked as a whole later.
fn report_missing_keys(document: &Document, problems: &mut Vec<Problem>) {
    if problems.is_empty() {
        return;
    }
    let missing = Combinations { sweep: document.sweep.clone() }.finish(0, 0).err().unwrap_or_default();
    // Whether epochs are needed is told by an optimizer that can be read.
    let unread = document.seen.contains("optimizer") && missing.iter().any(|p| p.message == "missing `optimizer`");
    for problem in missing {
        let names: Vec<&str> = problem.message.split('`').skip(1).step_by(2).collect();
        let path = match names.as_slice() {
            [name, section] => format!("{}.{name}", section.trim_matches(['[', ']'])),
            names => names.concat(),
        };
        let section = path.split('.').next().unwrap_or_default();
        let meant = |known: &Problem| {
            let help = known.help.as_deref().unwrap_or_default();
            names.first().is_some_and(|name| help.contains(&format!("`{name}`")))
                || help.contains(&format!("`{section}`"))
        };
        let said = (unread && path == "train.epochs")
            || document.seen.contains(&path)
            || document.seen.contains(section)
            || problems.iter().any(meant);
        if problem.message.starts_with("missing") && !said {
            problems.push(problem);
        }
    }
}
