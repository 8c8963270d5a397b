//! Which file of `src/` imports which: paths from `crate::`, `super::`, `self::` and, in a `mod.rs`, from its children.
//!
//! A file imports the file that defines what a path names, also where the path leads through a re-export. A parent imports a child
//! where it uses the child's items itself, by a path or by a name that it hands on; declaring (`mod`), re-exporting (`pub use`) and listing a constant of the child in a
//! registry (`adam::ENTRY`) is not an import. Comments, texts and the tests at the end of a file do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files of `src/`, by module path: `["optim", "adam"]`.
pub struct Imports {
    files: BTreeMap<Vec<String>, String>,
    tokens: BTreeMap<Vec<String>, Vec<String>>,
    /// The names that stand alone, in no path and no `use`.
    free: BTreeMap<Vec<String>, BTreeSet<String>>,
    /// What a module hands on: the path behind each name.
    exported: BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>,
}

/// A path as it is written, and whether a `pub use` writes it.
struct Written {
    segments: Vec<String>,
    /// What it is called from then on.
    name: String,
    re_export: bool,
    /// How many inline modules are around it.
    depth: usize,
}

impl Imports {
    /// Of the files of a folder.
    pub fn read(src: &Path) -> Self {
        let mut found = Vec::new();
        sources(src, &mut found);
        let name = |file: &PathBuf| file.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
        Self::of(found.iter().map(|file| (name(file), fs::read_to_string(file).unwrap())))
    }

    /// Of files with these names and texts.
    pub fn of(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let (mut files, mut tokens) = (BTreeMap::new(), BTreeMap::new());
        for (name, text) in texts {
            let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            if ["mod", "lib"].contains(&module.last().unwrap().as_str()) {
                module.pop();
            }
            tokens.insert(module.clone(), tokens_of(text.split("#[cfg(test)]\nmod").next().unwrap()));
            files.insert(module, name);
        }
        let free = tokens.iter().map(|(module, tokens)| (module.clone(), free(tokens))).collect();
        let mut imports = Self { files, tokens, free, exported: BTreeMap::new() };
        for module in imports.files.keys().cloned().collect::<Vec<_>>() {
            let mut names = BTreeMap::new();
            for Written { segments, name, re_export, depth } in imports.written(&module) {
                if let (true, Some(path)) = (re_export, imports.absolute(&module, &segments, depth)) {
                    names.insert(name, path);
                }
            }
            imports.exported.insert(module, names);
        }
        imports
    }

    /// Each file with the files that it imports.
    pub fn graph(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let of = |module: &Vec<String>| {
            let paths =
                self.written(module).into_iter().filter(|path| !path.re_export && !self.is_listed(module, path));
            let paths = paths.filter_map(|path| self.absolute(module, &path.segments, path.depth));
            let own = self.files[module].as_str();
            let paths = paths.chain(self.handed_on(module).cloned());
            (own, paths.filter_map(|path| self.file(&path)).filter(|file| *file != own).collect())
        };
        self.files.keys().map(of).collect()
    }

    /// What a module uses of the names that it hands on.
    fn handed_on<'s>(&'s self, module: &'s [String]) -> impl Iterator<Item = &'s Vec<String>> {
        let is_used = |name: &str| self.free[module].contains(name);
        self.exported[module].iter().filter(move |(name, _)| is_used(name)).map(|(_, path)| path)
    }

    /// Whether a parent lists a constant of one of its children.
    fn is_listed(&self, module: &[String], path: &Written) -> bool {
        let is_child = self.files.contains_key(&[module, &path.segments[..1]].concat());
        is_child && path.segments.len() == 2 && !path.segments[1].contains(|c: char| c.is_ascii_lowercase())
    }

    /// The file that defines what a path from the crate on names.
    fn file(&self, path: &[String]) -> Option<&str> {
        let module =
            (0..=path.len()).rev().map(|length| &path[..length]).find(|module| self.files.contains_key(*module))?;
        let handed_on = path.get(module.len()).and_then(|name| self.exported[module].get(name));
        match handed_on {
            Some(origin) if origin != path => self.file(origin),
            _ => self.files.get(module).map(String::as_str),
        }
    }

    /// A path as one from the crate on; `None` if it is of another crate, or of a name that a `use` brought.
    fn absolute(&self, module: &[String], written: &[String], depth: usize) -> Option<Vec<String>> {
        let supers = written.iter().take_while(|segment| *segment == "super").count();
        let start = match written[0].as_str() {
            "crate" => Vec::new(),
            // Out of the inline modules first.
            "super" => module[..module.len() - supers.saturating_sub(depth)].to_vec(),
            "self" => module.to_vec(),
            child if self.files.contains_key(&[module, &[child.to_owned()]].concat()) => {
                return Some([module, written].concat());
            }
            _ => return None,
        };
        let rest = &written[supers.max(1)..];
        Some([start.as_slice(), rest].concat())
    }

    /// All paths of a file.
    fn written(&self, module: &[String]) -> Vec<Written> {
        let (tokens, mut all, mut at) = (&self.tokens[module], Vec::new(), 0);
        let (mut braces, mut inline) = (0, Vec::new());
        while at < tokens.len() {
            match tokens[at].as_str() {
                "mod" if tokens.get(at + 2).is_some_and(|next| next == "{") => inline.push(braces),
                "{" => braces += 1,
                "}" => {
                    braces -= 1;
                    inline.pop_if(|open| *open == braces);
                }
                "use" => {
                    let re_export = at > 0 && ["pub", ")"].contains(&tokens[at - 1].as_str());
                    let mut paths = Vec::new();
                    at = tree(tokens, at + 1, &[], &mut paths);
                    let written = |(segments, name)| Written { segments, name, re_export, depth: inline.len() };
                    all.extend(paths.into_iter().map(written));
                    continue;
                }
                first if is_name(first) && tokens.get(at + 1).is_some_and(|next| next == "::") => {
                    let mut segments = vec![first.to_owned()];
                    while tokens.get(at + 1).is_some_and(|next| next == "::")
                        && tokens.get(at + 2).is_some_and(|next| is_name(next))
                    {
                        segments.push(tokens[at + 2].clone());
                        at += 2;
                    }
                    let name = String::new();
                    all.push(Written { segments, name, re_export: false, depth: inline.len() });
                }
                _ => {}
            }
            at += 1;
        }
        all
    }
}

/// Reads one tree of a `use`: paths, each with the name that it gets; returns the place behind it.
fn tree(tokens: &[String], mut at: usize, before: &[String], paths: &mut Vec<(Vec<String>, String)>) -> usize {
    let (mut path, mut alias) = (before.to_vec(), None);
    loop {
        match tokens[at].as_str() {
            "{" => {
                while tokens[at] != "}" {
                    at = tree(tokens, at + 1, &path, paths);
                }
                return at + 1;
            }
            "::" => at += 1,
            "as" => {
                alias = Some(tokens[at + 1].clone());
                at += 2;
            }
            "," | "}" | ";" => {
                if path.len() > before.len() {
                    // `{self}` names the module itself.
                    path.truncate(if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                        path.len() - 1
                    } else {
                        path.len()
                    });
                    let name = alias.unwrap_or_else(|| path.last().unwrap().clone());
                    paths.push((path, name));
                }
                return at;
            }
            segment => {
                path.push(segment.to_owned());
                at += 1;
            }
        }
    }
}

/// The names of a file that are neither in a `use` nor behind `::`.
fn free(tokens: &[String]) -> BTreeSet<String> {
    let (mut names, mut at) = (BTreeSet::new(), 0);
    while at < tokens.len() {
        if tokens[at] == "use" {
            at = tree(tokens, at + 1, &[], &mut Vec::new());
            continue;
        }
        let is_behind = at > 0 && ["::", "fn", "mod", "."].contains(&tokens[at - 1].as_str());
        if is_name(&tokens[at]) && !is_behind {
            names.insert(tokens[at].clone());
        }
        at += 1;
    }
    names
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The names and signs of a text, without comments and texts in quotes.
fn tokens_of(text: &str) -> Vec<String> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            'r' if rest.starts_with("r#\"") => rest.find("\"#").map_or(rest.len(), |end| end + 2),
            '"' => quoted(rest),
            '\'' if rest.starts_with("'\\") => 2 + rest[3..].find('\'').unwrap() + 2,
            '\'' if rest.chars().nth(2) == Some('\'') => 2 + rest.chars().nth(1).unwrap().len_utf8(),
            ':' if rest.starts_with("::") => 2,
            c if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        if !token.starts_with(['"', '\'', ' ', '\n']) && !token.starts_with("//") && !token.starts_with("r#") {
            tokens.push(token.to_owned());
        }
        rest = behind;
    }
    tokens
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
