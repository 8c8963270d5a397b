//! The command line: a file for each command, with its arguments and its recipe.
//!
//! Results go to stdout, progress and messages to stderr. Exit code 0: success; 1: the work failed or was stopped, or
//! results differ; 2: the request was wrong and nothing was done. `failure.rs` says which failure has which.

mod arguments;
mod bundle;
mod cite;
mod claims;
mod compare;
mod crosscheck;
mod data;
mod distance;
mod drawing;
mod export;
mod failure;
mod finish;
mod fit;
mod list;
mod manual;
mod merge;
mod methods;
mod plan;
mod planes;
mod plot;
mod presets;
mod print;
mod prospect;
mod protocol;
mod report;
mod reproduce;
mod run;
mod show;
mod signals;
mod status;
mod submit;
mod title;
mod values;
mod verify;

use crate::catalogue::Catalogue;
use crate::console;
use crate::harness::{WORKER_COMMAND, serve};
use crate::record::harmless;
use bundle::BundleArguments;
use claims::ClaimsArguments;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use compare::CompareArguments;
use crosscheck::CrosscheckArguments;
use data::DataCommand;
use distance::DistanceArguments;
use export::ExportArguments;
use failure::Failure;
use fit::FitArguments;
use list::What;
use merge::MergeArguments;
use plan::PlanArguments;
use plot::PlotArguments;
use report::ReportArguments;
use reproduce::ReproduceArguments;
use run::RunArguments;
use show::ShowArguments;
use status::StatusArguments;
use std::path::PathBuf;
use std::process::ExitCode;
use submit::SubmitCommand;
use verify::VerifyArguments;

/// Trains neural networks by many methods, compares them, and makes every result reproducible bit for bit.
#[derive(Parser)]
#[command(name = "burnmark", version = manual::VERSION.as_str(), about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what an experiment would run, how much and for how long
    Plan(PlanArguments),
    /// Run an experiment, or continue it
    Run(RunArguments),
    /// Merge the shards of an experiment into one result, byte for byte that of a single run
    Merge(MergeArguments),
    /// Run an experiment on a cluster, in shards: write the jobs, submit them, or what is missing of them
    Submit {
        #[command(subcommand)]
        command: SubmitCommand,
    },
    /// Show how far an experiment is: runs and shards done, running, stopped, and the time left
    Status(StatusArguments),
    /// Show where results come from, or one run: its settings, its results, a spec that runs it alone
    Show(ShowArguments),
    /// Rerun a result folder from its manifest and compare every bit
    Verify(VerifyArguments),
    /// Compute every step of an experiment's runs with two engines, and show how far they differ
    Crosscheck(CrosscheckArguments),
    /// Print a result folder's tables and answer; redraw its plots and its page, report.html
    Report(ReportArguments),
    /// Run reproductions of published figures, and lay paper and runs side by side
    Reproduce(ReproduceArguments),
    /// Compare result folders with the first one, or the values of a setting within one folder
    Compare(CompareArguments),
    /// Put claims to the test: run what is missing, and print a verdict on each
    Claims(ClaimsArguments),
    /// Print how far the final parameters of runs are from those of a paired run
    Distance(DistanceArguments),
    /// Print BibTeX entries of the methods, data sets and statistics that results use
    Cite {
        /// A result folder, such as results/sweep
        results: PathBuf,
    },
    /// Draw plots of results as SVG, PDF or PNG, in the size and with the words that a paper or a slide needs
    Plot(PlotArguments),
    /// Pack a result folder into one file that `verify` takes
    Bundle(BundleArguments),
    /// Write a result folder's tables for other programs: CSV, JSON lines, TensorBoard, MLflow
    Export(ExportArguments),
    /// List what specs can name: engines, data sets, models, optimizers, annealing rules, plots and all keys
    List {
        /// List only this
        #[arg(value_enum)]
        what: Option<What>,
        /// With `methods`: the spec or file whose methods are listed
        file: Option<PathBuf>,
    },
    /// Check methods as formulas: read them, then run the tests of the built-in methods on them
    Check {
        /// A spec with `[methods.NAME]`, or a file with the keys of one method
        file: PathBuf,
    },
    /// Fit one linear, logistic or softmax regression to a file: coefficients, standard errors, intervals
    Fit(FitArguments),
    /// List, fetch and check data sets
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Print what completes commands and flags in a shell, such as bash
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Write the manual pages, one for each command, such as burnmark-run.1
    Man {
        /// Where to: a folder, which is made if it is missing
        folder: PathBuf,
    },
    #[command(name = WORKER_COMMAND, hide = true)]
    Worker,
}

/// Runs the command line of this process with what burnmark itself has.
#[must_use]
pub fn main() -> ExitCode {
    main_with(Catalogue::standard())
}

/// Runs the command line of this process with this catalogue. The program's workers are the program itself, started with a hidden
/// command; so `main` has to call this before it does anything else.
#[must_use]
#[allow(clippy::needless_pass_by_value)] // the whole program works with it
pub fn main_with(catalogue: Catalogue) -> ExitCode {
    if let Err(why) = catalogue.check() {
        console::rendered(&harmless(&why.to_string()));
        return ExitCode::from(2);
    }
    let catalogue = &catalogue;
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Plan(arguments) => plan::plan(arguments, catalogue),
        Command::Run(arguments) => run::run(arguments, catalogue),
        Command::Crosscheck(arguments) => crosscheck::crosscheck(arguments, catalogue),
        Command::Merge(arguments) => merge::merge(arguments, catalogue),
        Command::Submit { command } => submit::submit_to(command, catalogue),
        Command::Status(arguments) => status::show(arguments),
        Command::Show(arguments) => show::show(arguments, catalogue),
        Command::Verify(arguments) => verify::verify(arguments, catalogue),
        Command::Report(arguments) => report::report(arguments, catalogue),
        Command::Reproduce(arguments) => reproduce::reproduce(arguments, catalogue),
        Command::Compare(arguments) => compare::compare(arguments),
        Command::Claims(arguments) => claims::claims(arguments, catalogue),
        Command::Distance(arguments) => distance::distance(arguments),
        Command::Cite { results } => cite::cite(results),
        Command::Plot(arguments) => plot::plot(arguments, catalogue),
        Command::Bundle(arguments) => bundle::bundle(arguments),
        Command::Export(arguments) => export::export(arguments),
        Command::List { what: Some(What::Methods), file: Some(file) } => methods::list(file),
        Command::List { what, file } => list::list(*what, file.as_deref(), catalogue),
        Command::Check { file } => methods::check(file),
        Command::Fit(arguments) => fit::fit(arguments),
        Command::Data { command } => data::data(command, catalogue),
        Command::Completions { shell } => manual::completions(*shell, &Arguments::command()),
        Command::Man { folder } => manual::pages(folder, &Arguments::command()),
        Command::Worker => serve(catalogue).map_err(Failure::Worker),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.to_string();
            let is_rendered = matches!(failure, Failure::Mistakes(_));
            let said = if is_rendered { message } else { harmless(&message).into_owned() };
            console::failed(&said, failure.exit_code());
            ExitCode::from(failure.exit_code())
        }
    }
}
