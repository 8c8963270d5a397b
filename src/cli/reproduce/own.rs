//! The reproductions that come with the program: `experiments/reproductions/`, specs with their figures, their small data, and a list of
//! how long each takes.

use crate::formula::parsed;
use std::fs;
use std::io;
use std::path::Path;

/// Files of the folder by name, with their bytes.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../experiments/reproductions/", $name)))),*]
    };
}

/// The list of all, with what each takes.
const LIST: &str = include_str!("../../../experiments/reproductions/list.csv");

/// What the specs are and need.
const FILES: &[(&str, &str)] = files![
    "bishop1995-data.csv",
    "bishop1995.csv",
    "bishop1995.toml",
    "deepobs2019.csv",
    "deepobs2019.toml",
    "hastie2019-curve.csv",
    "hastie2019.csv",
    "hastie2019.toml",
    "krogh1991-curve.csv",
    "krogh1991.csv",
    "krogh1991.toml",
    "mnist1d.csv",
    "mnist1d.toml",
    "nist-filip.csv",
    "nist-linear-figures.csv",
    "nist-linear.toml",
    "nist-longley.csv",
    "nist-noint1.csv",
    "nist-noint2.csv",
    "nist-norris.csv",
    "nist-pontius.csv",
    "nist-wampler1.csv",
    "nist-wampler2.csv",
    "nist-wampler3.csv",
    "nist-wampler4.csv",
    "nist-wampler5.csv",
    "proben1-10.csv",
    "proben1-10.toml",
    "proben1-11.csv",
    "proben1-11.toml",
    "proben1-3.csv",
    "proben1-3.toml",
    "proben1-4.csv",
    "proben1-4.toml",
    "proben1-8.csv",
    "proben1-8.toml",
    "proben1-9.csv",
    "proben1-9.toml",
    "reddi2018-losses.csv",
    "reddi2018.csv",
    "reddi2018.toml",
    "sphere.csv",
    "sphere.toml",
    "wilson2017.csv",
    "wilson2017.toml",
];

/// What one of them takes.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnReproduction {
    pub name: String,
    pub runs: u64,
    /// On one core, as it was measured when its results were published.
    pub seconds: f64,
    /// The set that `burnmark data fetch` gets for it, where it needs one.
    pub data: Option<String>,
}

/// All of them by name.
pub fn list() -> Vec<OwnReproduction> {
    LIST.lines().skip(1).filter_map(listed).collect()
}

/// A row of the list.
fn listed(row: &str) -> Option<OwnReproduction> {
    let [name, runs, seconds, data] = row.split(',').collect::<Vec<_>>().try_into().ok()?;
    let data = Some(data.to_owned()).filter(|data| !data.is_empty());
    Some(OwnReproduction { name: name.to_owned(), runs: runs.parse().ok()?, seconds: seconds.parse().ok()?, data })
}

/// The text of a spec.
pub fn spec(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(file, _)| file.strip_suffix(".toml") == Some(name)).map(|(_, text)| *text)
}

/// The paper whose figures a spec has.
pub fn source(name: &str) -> Option<String> {
    let table = parsed(spec(name)?).ok()?;
    Some(table.get("published")?.get_ref().as_table()?.get("source")?.get_ref().as_str()?.to_owned())
}

/// Writes all files into a folder; what is there already as it should be stays untouched.
///
/// # Errors
/// Where a file cannot be written.
pub fn unpack(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, text) in FILES {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|bytes| bytes == text.as_bytes()) {
            continue;
        }
        // A file that another process reads is whole at each moment.
        let half = folder.join(format!(".{name}.{}", std::process::id()));
        fs::write(&half, text)?;
        fs::rename(&half, &path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/experiments/reproductions");

    /// What the program has is what the folder has.
    #[test]
    fn every_file_of_the_folder_is_there() {
        let files = fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<String> = files.filter(|file| !file.starts_with('.') && file != "list.csv").collect();
        files.sort();
        assert_eq!(FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), files);
    }

    #[test]
    fn the_list_has_each_spec() {
        let specs: Vec<&str> = FILES.iter().filter_map(|(name, _)| name.strip_suffix(".toml")).collect();
        let listed = list();
        assert_eq!(listed.iter().map(|of| of.name.as_str()).collect::<Vec<_>>(), specs);
        assert_eq!(listed.len(), LIST.lines().count() - 1, "no row was passed over");
        assert!(listed.iter().all(|of| spec(&of.name).is_some_and(|text| text.contains("[published]"))));
        assert!(listed.iter().all(|of| of.data.is_some() == spec(&of.name).unwrap().contains("kind = \"proben1\"")));
    }

    #[test]
    fn files_are_written_once() {
        let folder = std::env::temp_dir().join(format!("burnmark-own-{}", std::process::id()));
        unpack(&folder).unwrap();
        fs::write(folder.join("sphere.csv"), "old").unwrap();
        unpack(&folder).unwrap();
        for (name, text) in FILES {
            assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), *text, "{name}");
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), FILES.len());
        fs::remove_dir_all(&folder).unwrap();
    }
}
