//! `burnmark report`, and what is shown at the end of a `run`.

use super::{Failure, arguments, print};
use crate::analysis::{OPTIMIZER, View, conclude};
use crate::report::{conclusions, indented, markdown, overview, page, plots};
use crate::store::{self, CURVES, Finished, MANIFEST, MEASUREMENTS, Manifest, PARAMETERS, RUNS, STEPS};
use std::path::{Path, PathBuf};

/// Reads a folder and shows it.
pub fn report(arguments: &arguments::Report) -> Result<(), Failure> {
    let (manifest, runs) = store::read(&arguments.results).map_err(Failure::Request)?;
    let key = arguments.by.as_deref().unwrap_or(OPTIMIZER);
    let protocol = manifest.protocol.as_ref().filter(|protocol| arguments.by.is_some() && protocol.compare != [key]);
    if let Some(protocol) = protocol {
        let compared = protocol.compare.join("`, `");
        return Err(Failure::Request(format!("the protocol of these results compares `{compared}`; leave `--by` out")));
    }
    if manifest.protocol.is_none() && !runs.is_empty() && runs.iter().all(|run| !run.record.settings.contains_key(key))
    {
        let message =
            format!("no run has a setting `{key}`; settings are the columns of {RUNS}, such as `annealing.kind`");
        return Err(Failure::Request(message));
    }
    let view = View::of(&manifest, &runs, key, arguments.allow.allowed());
    if arguments.markdown {
        return print(&markdown(&manifest, &conclude(&manifest, &runs, &view)));
    }
    show(&arguments.results, &manifest, &runs, &view)
}

/// Plots and page to the folder; tables, conclusions and where everything is to stdout. A plot that cannot be written is no
/// reason to keep the tables back.
pub fn show(folder: &Path, manifest: &Manifest, runs: &[Finished], view: &View<'_>) -> Result<(), Failure> {
    let mut files: Vec<PathBuf> = [RUNS, CURVES, STEPS, MEASUREMENTS, MANIFEST, PARAMETERS]
        .map(|name| folder.join(name))
        .into_iter()
        .filter(|file| file.exists())
        .collect();
    let mut missing = Vec::new();
    for plot in plots::ENTRIES {
        let drawn = plot.of(view);
        match drawn.and_then(|svg| store::write_figure(folder, &format!("{}.svg", plot.entry.name), &svg)) {
            Ok(path) => files.push(path),
            Err(why) => missing.push(format!("{} ({why})", plot.entry.name)),
        }
    }
    if !missing.is_empty() {
        eprintln!("not drawn: {}", missing.join("; "));
    }
    let concluded = conclude(manifest, runs, view);
    match store::write_report(folder, &page(manifest, runs, view, &concluded)) {
        Ok(path) => files.push(path),
        Err(why) => eprintln!("no page: {why}"),
    }
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let said = conclusions(&manifest.question, &concluded);
    print(&format!("{}{said}files\n{}", overview(view, manifest.protocol.as_ref()), indented(&files.join("\n"))))
}
