//! `burnmark plot`: plots of a result folder as files for a paper, a page or a slide.

use super::arguments::Terms;
use super::failure::{CommandResult, Failure};
use super::planes::FolderPlanes;
use super::presets::{LookArguments, MILLIMETRE};
use super::print::print;
use super::report::can_be_compared;
use crate::analysis::{Allowed, View, judged};
use crate::catalogue::Catalogue;
use crate::console;
use crate::export::{FigureFile, FigureFormat, FigureScale, picture};
use crate::report::indented;
use crate::report::plots::{self, Figure, NotDrawn, Plot};
use crate::store;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What stands for every plot.
const ALL: &str = "all";

#[derive(Args)]
pub struct PlotArguments {
    /// Names of plots, such as learning-curves; `burnmark list plots` shows them, and `all` are those that these results have
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// A result folder, such as results/sweep
    #[arg(required = true)]
    results: PathBuf,
    /// Compare the values of this setting, such as annealing.kind [default: the first question of the results]
    #[arg(long, value_name = "KEY")]
    by: Option<String>,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    look: LookArguments,
    /// FigureFormat of the files [default: what `--out` ends with, else svg]
    #[arg(long, value_parser = formats())]
    format: Option<String>,
    /// Where to: a folder, or for a single plot a file that ends with .svg, .pdf or .png [default: the working folder]
    #[arg(short, long, value_name = "PATH", default_value = ".")]
    out: PathBuf,
}

fn formats() -> PossibleValuesParser {
    FigureFormat::ALL.map(|format| PossibleValue::new(format.name())).into()
}

/// The height of a page of A4 in points.
const PAGE: f64 = 297.0 * MILLIMETRE;

/// A plot as a file.
struct Drawn {
    plot: &'static Plot,
    picture: FigureFile,
    /// Width and height in points.
    size: [f64; 2],
    /// What the figure leaves to the text around it.
    caption: Option<String>,
}

/// Draws them, and says where they are.
pub fn plot(arguments: &PlotArguments, catalogue: &Catalogue) -> CommandResult {
    let (plots, all) = named(&arguments.names, catalogue)?;
    let (to, format) = place(arguments, all || plots.len() > 1)?;
    let (mut manifest, runs) = store::read(&arguments.results)?;
    arguments.terms.put(&mut manifest.judge, manifest.protocol.as_ref())?;
    let runs = judged(&mut manifest, runs)?;
    if runs.is_empty() {
        return Err(store::nothing_yet(&arguments.results).into());
    }
    if let Some(key) = &arguments.by {
        can_be_compared(key, &manifest, &runs)?;
        manifest.judge.by = vec![key.clone()];
    }
    let view = View::all_of(&manifest, &runs, Allowed::default()).swap_remove(0);
    known_methods(&arguments.look.method, &view)?;
    let (design, scale) = arguments.look.design();
    let planes = FolderPlanes::new(&arguments.results, &manifest, catalogue);
    let figures = planes.sources(&design, |sources| plots::figures(&plots, &view, sources));
    let (mut drawn, mut missing) = (Vec::new(), Vec::new());
    for Figure { plot, svg } in figures {
        match svg {
            Ok(svg) => drawn.push(converted(plot, &svg, (format, scale))?),
            Err(why) if !all => return Err(not_drawn(plot.name, &why, scale)),
            Err(why) => missing.push(format!("{}: {}", plot.name, in_millimetres(&why, scale))),
        }
    }
    if !missing.is_empty() {
        console::message(&format!("not drawn:\n{}", indented(&missing.join("\n")).trim_end()));
    }
    warn_of_letters(&drawn);
    write(&drawn, &to)
}

/// The plots of these names, and whether all are meant.
fn named(names: &[String], catalogue: &Catalogue) -> CommandResult<(Vec<&'static Plot>, bool)> {
    if names.iter().any(|name| name == ALL) {
        return Ok((catalogue.plots.clone(), true));
    }
    let find = |name: &String| {
        catalogue.plots.iter().copied().find(|plot| plot.name == name).ok_or_else(|| {
            let known: Vec<String> = catalogue.plots.iter().map(|plot| format!("`{}`", plot.name)).collect();
            Failure::Request(format!("unknown plot `{name}`; there are {} and `{ALL}`", known.join(", ")))
        })
    };
    let mut plots: Vec<&'static Plot> = names.iter().map(find).collect::<CommandResult<_>>()?;
    let mut seen = BTreeSet::new();
    plots.retain(|plot| seen.insert(plot.name));
    Ok((plots, false))
}

/// Where files go.
enum PlotPlace {
    File(PathBuf),
    Folder(PathBuf, FigureFormat),
}

fn place(arguments: &PlotArguments, several: bool) -> CommandResult<(PlotPlace, FigureFormat)> {
    let of = |name: &str| FigureFormat::ALL.into_iter().find(|format| format.name() == name);
    let asked = arguments.format.as_deref().and_then(of);
    let out = &arguments.out;
    let ending = out.extension().and_then(|ending| ending.to_str()).and_then(of).filter(|_| !out.is_dir());
    let Some(ending) = ending else {
        let format = asked.unwrap_or(FigureFormat::Svg);
        return Ok((PlotPlace::Folder(out.clone(), format), format));
    };
    if several {
        return Err(Failure::Request(format!("several plots need a folder, and `{}` is a file", out.display())));
    }
    if let Some(asked) = asked.filter(|asked| *asked != ending) {
        let why = format!("`--format {}` and the file `{}` differ; leave one out", asked.name(), out.display());
        return Err(Failure::Request(why));
    }
    Ok((PlotPlace::File(out.clone()), ending))
}

fn known_methods(asked: &[String], view: &View<'_>) -> CommandResult {
    let known: BTreeSet<&str> = view.all().map(|c| c.optimizer.as_str()).collect();
    let Some(unknown) = asked.iter().find(|name| !known.contains(name.as_str())) else { return Ok(()) };
    let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
    Err(Failure::Request(format!("these results compare no `{unknown}`; there are {}", known.join(", "))))
}

fn converted(plot: &'static Plot, svg: &str, (format, scale): (FigureFormat, FigureScale)) -> CommandResult<Drawn> {
    let picture = picture(svg, format, scale).map_err(|why| Failure::Request(format!("{}: {why}", plot.name)))?;
    let size = plots::size(svg).unwrap_or_default().map(|pixels| pixels * scale.points);
    Ok(Drawn { plot, picture, size, caption: plots::description(svg) })
}

/// A figure that cannot be as it was asked for is a wrong request; results that have none are not.
fn not_drawn(name: &str, why: &NotDrawn, scale: FigureScale) -> Failure {
    let said = format!("`{name}` is not drawn: {}", in_millimetres(why, scale));
    match why {
        NotDrawn::NoRoom { .. }
        | NotDrawn::NoSuchPanel(_)
        | NotDrawn::NoAxisToName
        | NotDrawn::NoUprightAxis
        | NotDrawn::AllMethods => Failure::Request(said),
        _ => Failure::Work(said),
    }
}

fn in_millimetres(why: &NotDrawn, scale: FigureScale) -> String {
    let NotDrawn::NoRoom { width, needed } = why else { return why.to_string() };
    let needed = (f64::from(*needed) * scale.points / MILLIMETRE).ceil();
    let letters = plots::number(plots::LETTERS * scale.points);
    let (side, instead) = match width {
        true => ("width", "give a larger `--width` or a smaller `--font-size`"),
        false => ("height", "give a larger `--height` or a smaller `--font-size`, or fewer panels by `--panel`"),
    };
    format!("with letters of {letters} pt it needs a {side} of {needed} mm; {instead}")
}

fn warn_of_letters(drawn: &[Drawn]) {
    let missing: BTreeSet<char> = drawn.iter().flat_map(|drawn| drawn.picture.missing.iter().copied()).collect();
    if !missing.is_empty() {
        let letters: Vec<String> = missing.iter().map(char::to_string).collect();
        let letters = letters.join(" ");
        console::message(&format!("the font of PDF and PNG lacks {letters} and draws boxes there; SVG has them"));
    }
}

fn write(drawn: &[Drawn], to: &PlotPlace) -> CommandResult {
    let tall: Vec<&str> = drawn.iter().filter(|drawn| drawn.size[1] > PAGE).map(|drawn| drawn.plot.name).collect();
    if !tall.is_empty() {
        let names = tall.join(", ");
        console::message(&format!(
            "higher than a page: {names}; `--panel` chooses panels, `--width` has more beside one another"
        ));
    }
    let mut said = String::new();
    for Drawn { plot, picture, size: [width, height], caption } in drawn {
        let path = match to {
            PlotPlace::File(path) => path.clone(),
            PlotPlace::Folder(folder, format) => folder.join(format!("{}.{}", plot.name, format.name())),
        };
        put(&path, &picture.bytes)?;
        let millimetres = |points: f64| points / MILLIMETRE;
        let (width, height) = (millimetres(*width), millimetres(*height));
        let _ = writeln!(said, "{}  {width:.0} × {height:.0} mm", path.display());
        if let Some(caption) = caption {
            let _ = writeln!(said, "  caption: {caption}");
        }
    }
    print(&said)
}

/// Writes a file that is there whole or not at all; one that was there is replaced.
fn put(path: &Path, bytes: &[u8]) -> CommandResult {
    let failed = |why: std::io::Error| Failure::Work(format!("cannot write `{}`: {why}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}.unfinished", std::process::id()));
    let written = std::fs::write(&unfinished, bytes).and_then(|()| std::fs::rename(&unfinished, path));
    written.map_err(|why| {
        let _ = std::fs::remove_file(&unfinished);
        failed(why)
    })
}
