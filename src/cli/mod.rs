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
mod failure;
mod fit;
mod list;
mod merge;
mod prospect;
mod protocol;
mod report;
mod show;
mod signals;
mod verify;

use crate::console;
use crate::record::harmless;
use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Plan(plan) => commands::plan(plan),
        Command::Run(run) => commands::run(run),
        Command::Crosscheck(arguments) => crosscheck::crosscheck(arguments),
        Command::Merge { results, shards } => merge::merge(results, shards),
        Command::Show(arguments) => show::show(arguments),
        Command::Verify(arguments) => verify::verify(arguments),
        Command::Report(arguments) => report::report(arguments),
        Command::Compare(arguments) => compare::compare(arguments),
        Command::Export(arguments) => export::export(arguments),
        Command::List { what } => list::list(*what),
        Command::Fit(arguments) => fit::fit(arguments),
        Command::Data { command } => data::data(command),
        Command::Worker => crate::harness::serve().map_err(Failure::Worker),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.to_string();
            let is_rendered = matches!(failure, Failure::Mistakes(_));
            console::rendered(&if is_rendered { message } else { harmless(&message).into_owned() });
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Writes text for people to stdout.
fn print(text: &str) -> Result<(), Failure> {
    print_data(&harmless(text))
}

/// Writes what programs read to stdout, as it is.
fn print_data(text: &str) -> Result<(), Failure> {
    console::result(text).map_err(Failure::Stdout)
}
