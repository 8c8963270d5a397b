//! `burnmark report`, and what is shown at the end of a `run`.

use super::{Failure, arguments, print};
use crate::analysis::{conclude, configurations_by};
use crate::report::{conclusions, indented, markdown, overview, page, plots};
use crate::store::{self, CURVES, Finished, MANIFEST, MEASUREMENTS, Manifest, PARAMETERS, RUNS, STEPS};
use std::path::{Path, PathBuf};

/// Reads a folder and shows it.
pub fn report(arguments: &arguments::Report) -> Result<(), Failure> {
    let (manifest, runs) = store::read(&arguments.results).map_err(Failure::Request)?;
    let key = arguments.by.as_str();
    if !runs.is_empty() && runs.iter().all(|run| !run.record.settings.contains_key(key)) {
        let message =
            format!("no run has a setting `{key}`; settings are the columns of {RUNS}, such as `annealing.kind`");
        return Err(Failure::Request(message));
    }
    if arguments.markdown {
        return print(&markdown(&manifest, &conclude(&manifest, &runs, key)));
    }
    show(&arguments.results, &manifest, &runs, key)
}

/// What a sweep wrote to a result folder.
pub fn tables(folder: &Path) -> Vec<PathBuf> {
    let names = [RUNS, CURVES, STEPS, MEASUREMENTS, MANIFEST, PARAMETERS];
    names.map(|name| folder.join(name)).into_iter().filter(|file| file.exists()).collect()
}

/// Plots and page to the folder; tables, conclusions and where everything is to stdout. A plot that cannot be written is no
/// reason to keep the tables back.
pub fn show(folder: &Path, manifest: &Manifest, runs: &[Finished], key: &str) -> Result<(), Failure> {
    let configurations = configurations_by(runs, key);
    let mut files = tables(folder);
    let mut missing = Vec::new();
    for plot in plots::ENTRIES {
        let drawn = (plot.draw)(&configurations);
        match drawn.and_then(|svg| store::write_figure(folder, &format!("{}.svg", plot.entry.name), &svg)) {
            Ok(path) => files.push(path),
            Err(why) => missing.push(format!("{} ({why})", plot.entry.name)),
        }
    }
    if !missing.is_empty() {
        eprintln!("not drawn: {}", missing.join("; "));
    }
    let concluded = conclude(manifest, runs, key);
    match store::write_report(folder, &page(manifest, runs, &concluded)) {
        Ok(path) => files.push(path),
        Err(why) => eprintln!("no page: {why}"),
    }
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let said = conclusions(&manifest.question, &concluded);
    print(&format!("{}{said}files\n{}", overview(&configurations), indented(&files.join("\n"))))
}
