//! burnmark with an optimizer, an annealing rule, an activation, a data set, a measure and a plot of its own.

mod best_losses;
mod geometric_mean;
mod parabola;
mod rings;
mod sign_momentum;
mod softsign;

use burnmark::Catalogue;
use std::process::ExitCode;

/// What burnmark has, and the entries of this package.
fn catalogue() -> Catalogue {
    Catalogue::standard()
        .of_package(burnmark::package!())
        .optimizer(&sign_momentum::ENTRY)
        .annealing(&parabola::ENTRY)
        .activation(&softsign::ENTRY)
        .data_set(&rings::ENTRY)
        .measure(&geometric_mean::MEASURE)
        .plot(&best_losses::PLOT)
}

fn main() -> ExitCode {
    burnmark::main_with(catalogue())
}
