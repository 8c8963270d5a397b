//! The command line: what was typed (`arguments`), and each command as a recipe.
//!
//! Results go to stdout, progress and messages to stderr. Exit code 0: success; 1: the work failed or was stopped, or
//! results differ; 2: the request was wrong and nothing was done.

mod arguments;
mod commands;
mod compare;
mod crosscheck;
mod data;
mod export;
mod fit;
mod list;
mod merge;
mod methods;
mod prospect;
mod protocol;
mod report;
mod show;
mod signals;
mod verify;

use crate::catalogue::Catalogue;
use crate::console;
use crate::record::harmless;
use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// Why a command did not succeed.
enum Failure {
    /// Exit code 1.
    Work(String),
    /// Exit code 2.
    Request(String),
    /// The same for a spec's mistakes, rendered for the terminal: nothing in them is obeyed that is not ours.
    Mistakes(String),
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
        return fail(&harmless(&why.to_string()), 2);
    }
    let catalogue = &catalogue;
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Plan(plan) => commands::plan(plan, catalogue),
        Command::Run(run) => commands::run(run, catalogue),
        Command::Crosscheck(arguments) => crosscheck::crosscheck(arguments, catalogue),
        Command::Merge { results, shards } => merge::merge(results, shards, catalogue),
        Command::Show(arguments) => show::show(arguments, catalogue),
        Command::Verify(arguments) => verify::verify(arguments, catalogue),
        Command::Report(arguments) => report::report(arguments, catalogue),
        Command::Compare(arguments) => compare::compare(arguments),
        Command::Export(arguments) => export::export(arguments),
        Command::List { what: Some(arguments::What::Methods), file: Some(file) } => methods::list(file),
        Command::List { what, file } => list::list(*what, file.as_deref(), catalogue),
        Command::Check { file } => methods::check(file),
        Command::Fit(arguments) => fit::fit(arguments),
        Command::Data { command } => data::data(command, catalogue),
        Command::Worker => crate::harness::serve(catalogue).map_err(|why| Failure::Work(why.to_string())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Work(message)) => fail(&harmless(&message), 1),
        Err(Failure::Request(message)) => fail(&harmless(&message), 2),
        Err(Failure::Mistakes(message)) => fail(&message, 2),
    }
}

/// Writes text for people to stdout.
fn print(text: &str) -> Result<(), Failure> {
    print_data(&harmless(text))
}

/// Writes what programs read to stdout, as it is.
fn print_data(text: &str) -> Result<(), Failure> {
    console::result(text).map_err(|why| Failure::Work(format!("cannot write to stdout: {why}")))
}

fn fail(message: &str, code: u8) -> ExitCode {
    console::rendered(message);
    ExitCode::from(code)
}
