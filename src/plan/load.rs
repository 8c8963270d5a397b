//! From a spec file to a checked experiment: read, resolved, and every combination checked.

use super::check::check;
use super::claimed;
use super::combinations::Combinations;
use super::files::Files;
use super::idle_seeds::idle_seeds;
use super::space::Space;
use super::spec::Spec;
use crate::catalogue::Catalogue;
use crate::formula::{InFile, parsed};
use crate::guard::file::{self, Links};
use crate::protocol::{ProtocolDesign, observed, resolve};
use crate::record::{CaseLabel, Judge, Protocol, in_words, with_usual};
use crate::spec::{
    Document, Fault, METHODS, Mistake, Mistakes, Override, Place, SET, Source, looked_for_in, method_files, parse, say,
};
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
    pub fn load(path: &Path, overrides: &[Override], catalogue: &Catalogue) -> Result<Self, Mistakes> {
        let piped = file::is_piped(path);
        let name = if piped { PIPE.to_owned() } else { path.display().to_string() };
        let failed = |fault: Fault| alone(&name, fault);
        let expected = "expected a spec: a file of at most 1 MiB";
        let read =
            if piped { file::read_piped(path, MOST_BYTES) } else { file::read(path, MOST_BYTES, Links::Followed) };
        let bytes = read.map_err(|why| {
            let fault = Fault::unreadable(why.to_string(), expected);
            failed(if path.exists() { fault } else { fault.help(looked_for_in(Path::new(""))) })
        })?;
        let text = String::from_utf8(bytes).map_err(|why| {
            let at = why.utf8_error().valid_up_to();
            failed(Fault::syntax(format!("`{name}` is not UTF-8 text, from byte {at} on"), "expected a TOML file"))
        })?;
        let files = Files::beside(&name);
        let folder = if piped { Path::new("") } else { path.parent().unwrap_or(path) };
        Self::parse_in((folder, files), name, text, overrides, catalogue)
    }

    /// Checks the text of a spec that uses what burnmark itself has; `name` is its file, for messages and for the paths in it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(name: String, text: String, overrides: &[Override]) -> Result<Self, Mistakes> {
        Self::parse_with(&Catalogue::standard(), name, text, overrides)
    }

    /// The same for a spec that uses the entries of this catalogue.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse_with(
        catalogue: &Catalogue,
        name: String,
        text: String,
        overrides: &[Override],
    ) -> Result<Self, Mistakes> {
        let folder = Path::new(&name).parent().unwrap_or(Path::new("")).to_owned();
        Self::parse_in((&folder, Files::beside(&name)), name, text, overrides, catalogue)
    }

    /// Checks the texts of a spec and of its overrides again, as [`Spec::sources`] had them. Paths in it start in
    /// `folder`, or else where the spec file lay.
    ///
    /// # Errors
    /// Everything that is wrong with it, here and now: a data file may be gone.
    pub fn again(sources: &[Source], folder: Option<&Path>, catalogue: &Catalogue) -> Result<Self, Mistakes> {
        let refused = |message: &str| {
            alone("manifest.json", Fault::unreadable(message, "expected the text of a spec and its overrides"))
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
        Self::parse_in((folder, Files::in_folder(folder)), name, text, &overrides, catalogue)
    }

    fn parse_in(
        (folder, mut files): (&Path, Files),
        name: String,
        text: String,
        overrides: &[Override],
        catalogue: &Catalogue,
    ) -> Result<Self, Mistakes> {
        let overrides = &with_methods(&text, folder, overrides);
        let mut sources = vec![Source { name, text }];
        sources.extend(overrides.iter().map(|given| {
            let value = if given.path.starts_with(METHODS) { "…" } else { &given.value };
            Source { name: format!("{SET}{}={value}", given.path), text: given.value.clone() }
        }));
        let mut mistakes = Vec::new();
        let document = parse(&sources, overrides, catalogue, &mut mistakes);
        let (protocol, judge) = if document.is_toml && document.unread_methods.is_empty() {
            resolve(&document, &mut mistakes)
        } else {
            (None, Judge::default())
        };
        if document.is_toml {
            report_missing(&document, &mut mistakes);
        }
        let outcome_place = document.judge.outcome.as_ref().map(|(_, place)| place.clone());
        let select = document.protocol.as_ref().and_then(|asked| asked.select.clone());
        if let (Some(name), true) = (document.name, mistakes.is_empty()) {
            let combinations = Combinations { sweep: document.sweep };
            let seeds = document.seeds.unwrap_or_else(|| vec![0]);
            let report_seeds = protocol.as_ref().map(|(protocol, _)| protocol.report_seeds.as_slice());
            let all_seeds = (seeds.as_slice(), report_seeds.unwrap_or_default());
            let sets = check(&combinations, all_seeds, folder, &mut files, &mut mistakes);
            let mut space = Space::new(combinations, files, sets.digests);
            space.marks = sets.marks;
            if mistakes.is_empty() {
                space.labels = labels(&space, seeds[0]);
            }
            let protocol = protocol.filter(|_| mistakes.is_empty());
            let (protocol, designs) = protocol
                .and_then(|(protocol, place)| designs(protocol, (&space, seeds.len()), &place, &mut mistakes))
                .map_or((None, Vec::new()), |(protocol, designs)| (Some(protocol), designs));
            if mistakes.is_empty() {
                mistakes.extend(idle_seeds(&space.combinations, seeds[0]));
                let (outcome, select) = ((judge.outcome, outcome_place.as_ref()), select.as_ref());
                let select = select.map(|(criterion, place)| (criterion.quantity, place));
                let claimed = judge.claim.as_ref().zip(document.claim.as_ref());
                let measured = claimed.and_then(|(claim, asked)| Some((observed(claim)?, &asked.quantity.as_ref()?.1)));
                mistakes.extend(sets.measures.mistakes(&space.combinations, outcome, select, measured));
                mistakes.extend(
                    claimed
                        .into_iter()
                        .flat_map(|(claim, asked)| claimed::mistakes(claim, asked, &space, document.keep_parameters)),
                );
            }
            if mistakes.is_empty() {
                let (question, folder) = (document.question, folder.to_owned());
                let (keep_parameters, readings) = (document.keep_parameters, sets.readings);
                let judge = Judge { labels: space.labels.clone(), ..judge };
                let published = document.published;
                let mut spec = Self {
                    name,
                    question,
                    seeds,
                    sources,
                    folder,
                    keep_parameters,
                    judge,
                    published,
                    space,
                    protocol,
                    designs,
                    readings,
                };
                spec.judge.certain = spec.without_chance();
                return Ok(spec);
            }
        }
        mistakes.sort_by_key(|mistake| (mistake.place.source, mistake.place.span.start));
        Err(Mistakes { sources, list: mistakes })
    }
}

/// The names of labelled cases, each with the settings that the axis gives its runs; cases without a name have their values as one.
fn labels(space: &Space, seed: u64) -> Vec<CaseLabel> {
    let axes = &space.combinations.sweep.axes;
    let mut all = Vec::new();
    for (place, axis) in axes.iter().enumerate().filter(|(_, axis)| axis.labels.iter().any(Option::is_some)) {
        let stride: u64 = axes[place + 1..].iter().map(|axis| axis.values() as u64).product();
        let covers = |path: &String, name: &str| {
            name.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        // Another axis may vary a parameter of a choice in a case.
        let others = || axes.iter().enumerate().filter(|(other, _)| *other != place).flat_map(|(_, axis)| &axis.paths);
        let owns = |name: &String| {
            axis.paths.iter().any(|path| covers(path, name)) && !others().any(|path| covers(path, name))
        };
        for (pick, label) in (0..).zip(&axis.labels) {
            let mut settings = with_usual(&space.finish(pick * stride, seed).settings());
            settings.retain(|name, _| owns(name));
            let label = label.clone().unwrap_or_else(|| in_words(&settings, &settings.keys().collect()));
            all.push(CaseLabel { axis: axis.called.to_owned(), label, settings });
        }
    }
    all
}

/// The overrides, and the texts of methods that the spec takes from files, where they can be read and are not given.
fn with_methods(text: &str, folder: &Path, overrides: &[Override]) -> Vec<Override> {
    let named = parsed(text).map(|table| method_files(&table, overrides)).unwrap_or_default();
    let given = |path: &str| overrides.iter().any(|given| given.path == path);
    let read = |(_, file): (usize, InFile)| {
        let path = format!("{METHODS}{}", file.name);
        let bytes = file::read(&folder.join(&file.path), MOST_BYTES, Links::Followed).ok().filter(|_| !given(&path))?;
        Some(Override { path, value: String::from_utf8(bytes).ok()? })
    };
    overrides.iter().cloned().chain(named.into_iter().filter_map(read)).collect()
}

/// A protocol that knows how many runs its stages have, and what the runs are to each of its questions.
fn designs(
    mut protocol: Protocol,
    (space, seeds): (&Space, usize),
    place: &Place,
    mistakes: &mut Vec<Mistake>,
) -> Option<(Protocol, Vec<ProtocolDesign>)> {
    let questions = protocol.questions().into_iter();
    let designs: Vec<ProtocolDesign> =
        questions.map(|question| ProtocolDesign::of(question, space, place, mistakes)).collect::<Option<_>>()?;
    protocol.report_runs = designs.iter().map(|design| design.protocol.report_runs).sum();
    if designs.len() > 1 {
        protocol.tuning_runs = space.combinations.len() * seeds as u64;
    }
    Some((protocol, designs))
}

/// One mistake of a text that is not there.
fn alone(name: &str, fault: Fault) -> Mistakes {
    let mut list = Vec::new();
    say(&mut list, &Place { source: 0, span: 0..0 }, "", fault);
    Mistakes { sources: vec![Source { name: name.to_owned(), text: String::new() }], list }
}

/// Reports what is missing beside what is wrong, unless the missing thing itself is there and wrong, or is what a misspelled
/// name was meant to be. Without other mistakes the combinations are checked as a whole later.
fn report_missing(document: &Document, mistakes: &mut Vec<Mistake>) {
    let mut missing = Vec::new();
    if document.name.is_none() {
        let fault = Fault::missing("missing `name`", "expected before the first table");
        let fault = fault.help("add `name = \"…\"`: it names the result folder");
        say(&mut missing, &Place { source: 0, span: 0..0 }, "name", fault);
    }
    if !(mistakes.is_empty() && missing.is_empty()) {
        missing.extend(Combinations { sweep: document.sweep.clone() }.missing());
    }
    let is_in =
        |path: &str, owner: &str| path.strip_prefix(owner).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let unread = |path: &str| document.unread.iter().any(|owner| is_in(path, owner));
    let meant: Vec<&str> = mistakes.iter().filter_map(|mistake| mistake.fault.meant.as_deref()).collect();
    let said = |path: &str| {
        // Whether epochs are needed is told by an optimizer that can be read.
        unread(path) || (path == "train.epochs" && unread("optimizer")) || meant.iter().any(|owner| is_in(path, owner))
    };
    missing.retain(|mistake| !said(&mistake.path));
    mistakes.extend(missing);
}
