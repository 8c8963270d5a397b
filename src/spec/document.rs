//! A spec's text as values by key: what is in the file and in the overrides, read and collected, not yet put together.

use super::by_source::{self, OfSource};
use super::claim::AskedClaim;
use super::draft::Located;
use super::draft::RunDraft;
use super::fault::Fault;
use super::judge::AskedJudge;
use super::keys::find;
use super::mistake::{Mistake, Place};
use super::protocol::AskedProtocol;
use super::read;
use super::reader::ValueReader;
use super::seeds;
use super::sweep::Sweep;
use crate::catalogue::Catalogue;
use crate::record::{Published, Randomness};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::DeValue;

/// What a spec's text holds.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each says something else
pub struct Document {
    pub name: Option<String>,
    pub question: String,
    pub seeds: Option<Vec<u64>>,
    /// Whether final parameters are kept; no setting of a run, since it changes none.
    pub keep_parameters: bool,
    pub sweep: Sweep,
    pub protocol: Option<AskedProtocol>,
    pub judge: AskedJudge,
    pub claim: Option<AskedClaim>,
    pub published: Option<Published>,
    /// The paths that are set somewhere, well or wrong.
    pub seen: BTreeSet<String>,
    /// Those of them, sections too, whose values could not be read.
    pub unread: BTreeSet<String>,
    /// Whether the text is TOML at all.
    pub is_toml: bool,
    /// The methods of the spec's own, where some are wrong: the rest can name them, and they are not there.
    pub unread_methods: BTreeSet<String>,
    /// Whether something is wrong with the axes, or with the seeds.
    pub sweep_spoiled: bool,
    pub seeds_spoiled: bool,
}

impl Document {
    /// Of a text that says nothing; what is missing in it could be added at `end`.
    pub fn empty(end: Place, catalogue: Catalogue) -> Self {
        Self {
            name: None,
            question: String::new(),
            seeds: None,
            keep_parameters: false,
            sweep: Sweep { base: RunDraft { values: BTreeMap::new(), catalogue }, axes: Vec::new(), end },
            protocol: None,
            judge: AskedJudge::default(),
            claim: None,
            published: None,
            seen: BTreeSet::new(),
            unread: BTreeSet::new(),
            is_toml: true,
            unread_methods: BTreeSet::new(),
            sweep_spoiled: false,
            seeds_spoiled: false,
        }
    }
}

/// A spec while it is read.
pub struct DocumentReader<'p> {
    pub mistakes: &'p mut Vec<Mistake>,
    pub document: Document,
    /// The seeds of single sources of randomness, beside the split's.
    pub sources: Vec<OfSource>,
}

impl DocumentReader<'_> {
    /// A reader of one setting in one source.
    pub fn reader(&mut self, source: usize, path: &str) -> ValueReader<'_> {
        ValueReader {
            source,
            path: path.to_owned(),
            varies: true,
            hint: None,
            mistakes: self.mistakes,
            unread_methods: &self.document.unread_methods,
            catalogue: self.document.sweep.base.catalogue.clone(),
        }
    }

    pub fn name(&mut self, source: usize, value: &Spanned<DeValue<'_>>) {
        const EXPECTED: &str = "expected 1 to 64 letters, digits, `-`, `_` or `.`, the first no `.` or `-`";
        let fits = |name: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            (1..=64).contains(&name.len()) && name.chars().all(plain) && !name.starts_with(['.', '-'])
        };
        match value.get_ref().as_str().filter(fits) {
            Some(name) => self.document.name = Some(name.to_owned()),
            None => {
                self.document.unread.insert("name".to_owned());
                let fault = Fault::out_of_range("`name` cannot name a result folder", EXPECTED);
                self.reader(source, "name").report(value.span(), fault);
            }
        }
    }

    /// A number of seeds, counted from 0, or a list of seeds; or such for each source of randomness.
    pub fn seeds(&mut self, source: usize, value: &Spanned<DeValue<'_>>) {
        let mut reader = self.reader(source, "seeds");
        let by_source = match value.get_ref().as_table() {
            Some(table) => by_source::read(&mut reader, table, value.span()),
            None => seeds::read(&mut reader, "seeds", value)
                .and_then(|seeds| seeds.from(0))
                .map(|seeds| vec![(Randomness::Split, seeds, Place { source, span: value.span() })]),
        };
        let Some(by_source) = by_source else {
            self.document.seeds_spoiled = true;
            return;
        };
        let (split, others): (Vec<OfSource>, _) =
            by_source.into_iter().partition(|(source, ..)| *source == Randomness::Split);
        self.document.seeds = split.into_iter().next().map(|(_, seeds, _)| seeds);
        self.sources = others;
    }

    pub fn keep_parameters(&mut self, source: usize, value: &Spanned<DeValue<'_>>) {
        match value.get_ref().as_bool() {
            Some(keep) => self.document.keep_parameters = keep,
            None => {
                self.reader(source, "output.parameters").mismatch::<()>(value, "`true` or `false`");
            }
        }
    }

    pub fn base_value(&mut self, source: usize, path: &str, value: &Spanned<DeValue<'_>>) {
        let Some((key, parameter)) = find(&self.document.sweep.base.catalogue, path) else { return };
        self.document.seen.insert(path.to_owned());
        match read::value(&mut self.reader(source, path), key, parameter, value) {
            Some(read) => {
                let place = Place { source, span: value.span() };
                self.document.sweep.base.set(path, Located { value: read, place });
            }
            None => drop(self.document.unread.insert(path.to_owned())),
        }
    }
}
