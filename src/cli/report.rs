//! `burnmark report`, and what is shown at the end of a `run`.

use super::arguments::{Allow, Terms};
use super::failure::Failure;
use super::planes::FolderPlanes;
use super::print::{Schema, print, print_json};
use super::show::alone;
use crate::analysis::{Conclusions, NotComparable, View, conclude, judged, not_compared};
use crate::catalogue::Catalogue;
use crate::console;
use crate::record::{RunId, is_seed};
use crate::report::plots::{self, Figure, FigureDesign};
use crate::report::{Contents, conclusions, document, fragment, indented, latex, markdown, overview, page};
use crate::store::{
    self, CURVES, Finished, MANIFEST, MEASUREMENTS, Manifest, PARAMETERS, RUNS, ReportFiles, STEPS, StoreError,
};
use clap::Args;
use std::path::{Path, PathBuf};

/// A run that took longer is not trained again for the page.
const MOST_SECONDS: f64 = 0.5;

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // flags, of which one is given
pub struct ReportArguments {
    /// A result folder, such as results/sweep
    pub results: PathBuf,
    /// Compare the values of this setting only, such as annealing.kind; may be given more than once [default: what the spec says,
    /// else every axis, each a question of its own]
    #[arg(long, value_name = "KEY")]
    pub by: Vec<String>,
    #[command(flatten)]
    pub terms: Terms,
    #[command(flatten)]
    pub allow: Allow,
    /// Write the page and the figures to this folder, and leave those of the results as they are
    #[arg(short, long, value_name = "FOLDER", conflicts_with = "printed")]
    pub out: Option<PathBuf>,
    /// Print a summary in Markdown and write nothing
    #[arg(long, group = "printed")]
    pub markdown: bool,
    /// Print tables and macros for LaTeX and write nothing
    #[arg(long, group = "printed")]
    pub latex: bool,
    /// Print everything that is said as one JSON document and write nothing
    #[arg(long, group = "printed")]
    pub json: bool,
    /// Print the summary, rankings and figures as a piece of HTML for a notebook, and write nothing
    #[arg(long, group = "printed")]
    pub html: bool,
}

/// Reads a folder and shows it.
pub fn report(arguments: &ReportArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    let (mut manifest, runs) = store::read(&arguments.results)?;
    arguments.terms.put(&mut manifest.judge, manifest.protocol.as_ref())?;
    let runs = judged(&mut manifest, runs)?;
    for key in &arguments.by {
        can_be_compared(key, &manifest, &runs)?;
    }
    if !arguments.by.is_empty() {
        manifest.judge.by.clone_from(&arguments.by);
    }
    let views = View::all_of(&manifest, &runs, arguments.allow.allowed());
    let concluded = || conclude(&manifest, &runs, &views);
    if arguments.markdown {
        return print(&markdown(&manifest, &concluded()));
    }
    if arguments.latex {
        return print(&latex(&manifest, &concluded()));
    }
    if arguments.json {
        return print_json(Schema::Report, &document(&manifest, &concluded()));
    }
    if arguments.html {
        let planes = FolderPlanes::new(&arguments.results, &manifest, catalogue);
        let design = FigureDesign::default();
        let figures = planes.sources(&design, |sources| plots::figures(&catalogue.plots, &views[0], sources));
        return print(&fragment(&manifest, &concluded(), &figures));
    }
    let to = match &arguments.out {
        None => &arguments.results,
        Some(out) => made(out)?,
    };
    show((&arguments.results, to), &manifest, &runs, &views, (false, catalogue))
}

/// A folder for a page: made where it is missing, and none of results, which have a page of their own.
fn made(folder: &Path) -> Result<&Path, Failure> {
    if folder.join(MANIFEST).exists() {
        let expected = "expected another folder for the page and its figures, or no `--out`";
        return Err(Failure::Request(format!("`{}` holds results: {expected}", folder.display())));
    }
    let why = |why: std::io::Error| Failure::Request(format!("cannot make the folder `{}`: {why}", folder.display()));
    std::fs::create_dir_all(folder).map_err(why)?;
    Ok(folder)
}

/// Whether the values of a setting can be compared in this folder, or why not.
pub fn can_be_compared(key: &str, manifest: &Manifest, runs: &[Finished]) -> Result<(), NotComparable> {
    if is_seed(key) {
        return Err(NotComparable::Seeds);
    }
    match &manifest.protocol {
        Some(protocol) => match not_compared(protocol, key) {
            Some(compared) => Err(NotComparable::Protocol { compared, instead: "leave `--by` out" }),
            None => Ok(()),
        },
        None if !runs.is_empty() && runs.iter().all(|run| !run.record.settings.contains_key(key)) => {
            Err(NotComparable::NoSetting { key: key.to_owned(), example: "annealing.kind" })
        }
        _ => Ok(()),
    }
}

/// What a sweep wrote to a result folder.
pub fn tables(folder: &Path) -> Vec<PathBuf> {
    let names = [RUNS, CURVES, STEPS, MEASUREMENTS, MANIFEST, PARAMETERS];
    names.map(|name| folder.join(name)).into_iter().filter(|file| file.exists()).collect()
}

/// What a folder's page and figures came to.
pub struct WrittenReport {
    /// The tables, figures and the page.
    pub files: Vec<PathBuf>,
    /// Plots that the runs do not allow.
    missing: Vec<&'static str>,
    unwritten: Vec<StoreError>,
    concluded: Conclusions,
}

impl WrittenReport {
    /// Whether all of it could be written.
    pub fn complete(&self) -> Result<(), Failure> {
        if self.unwritten.is_empty() { Ok(()) } else { Err(Failure::Work(lines(&self.unwritten))) }
    }
}

/// Plots of the first view and the page of all to the second folder, which may be that of the results; tables, conclusions and where everything is to stdout. A plot or page that cannot be written
/// is a failure, and no reason to keep the tables and conclusions back.
pub fn show(
    (folder, to): (&Path, &Path),
    manifest: &Manifest,
    runs: &[Finished],
    views: &[View<'_>],
    (quiet, catalogue): (bool, &Catalogue),
) -> Result<(), Failure> {
    let written = written((folder, to), manifest, runs, views, catalogue);
    if !written.missing.is_empty() && !quiet {
        console::message(&format!("not drawn: {}; report.html says why", written.missing.join(", ")));
    }
    match store::waiting(folder).len() {
        0 => {}
        runs => console::message(&store::waiting_in_words(runs)),
    }
    let files: Vec<String> = written.files.iter().map(|file| file.display().to_string()).collect();
    let said = conclusions(&manifest.question, &written.concluded);
    let view = &views[0];
    print(&format!("{}{said}files\n{}", overview(view, view.protocol()), indented(&files.join("\n"))))?;
    written.complete()
}

/// Writes the plots of the first view and the page of all to the second folder.
pub fn written(
    (folder, to): (&Path, &Path),
    manifest: &Manifest,
    runs: &[Finished],
    views: &[View<'_>],
    catalogue: &Catalogue,
) -> WrittenReport {
    let mut files = tables(folder);
    let (mut missing, mut unwritten) = (Vec::new(), Vec::new());
    let planes = FolderPlanes::new(folder, manifest, catalogue);
    let (view, mut drawn) = (&views[0], ReportFiles::new(to));
    let figures = planes.sources(&FigureDesign::default(), |sources| {
        let mut figures = vec![plots::figures(&catalogue.plots, view, sources)];
        figures.extend(views[1..].iter().map(|view| plots::figures_of_another(&catalogue.plots, view, sources)));
        figures
    });
    for Figure { plot, svg } in &figures[0] {
        match svg {
            Ok(svg) => unwritten.extend(drawn.figure(&format!("{}.svg", plot.name), svg).err()),
            Err(_) => missing.push(plot.name),
        }
    }
    let concluded = conclude(manifest, runs, views);
    let specs = |ids: &[RunId]| planes.get().map(|planes| alone(planes.spec(), ids)).unwrap_or_default();
    let confused = |run: &Finished| planes.get()?.confusion(run, MOST_SECONDS).ok();
    let contents = Contents {
        manifest,
        runs,
        view,
        conclusions: &concluded,
        figures: &figures,
        specs: &specs,
        confused: &confused,
    };
    if let Some(Ok(svg)) = concluded.claim.as_ref().map(plots::claim) {
        unwritten.extend(drawn.figure("claim.svg", &svg).err());
    }
    unwritten.extend(drawn.page(&page(&contents)).err());
    match drawn.publish() {
        Ok(written) => files.extend(written),
        Err(why) => unwritten.push(why),
    }
    WrittenReport { files, missing, unwritten, concluded }
}

fn lines(errors: &[StoreError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
