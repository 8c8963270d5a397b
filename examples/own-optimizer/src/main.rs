//! burnmark with one of each kind of entry of its own.

mod best_losses;
mod conjugate_gradients;
mod epoch_mean;
mod funnel;
mod geometric_mean;
mod isru;
mod lecun;
mod low_loss;
mod parabola;
mod prelu;
mod rings;
mod sign_momentum;
mod squared_hinge;

use burnmark::Catalogue;
use std::process::ExitCode;

/// What burnmark has, and the entries of this package.
fn catalogue() -> Catalogue {
    Catalogue::standard()
        .of_package(burnmark::package!())
        .optimizer(&sign_momentum::ENTRY)
        .annealing(&parabola::ENTRY)
        .activation(&isru::ENTRY)
        .loss(&squared_hinge::ENTRY)
        .initial(&lecun::ENTRY)
        .model(&funnel::ENTRY)
        .layer(&prelu::ENTRY)
        .solver(&conjugate_gradients::ENTRY)
        .average(&epoch_mean::ENTRY)
        .stop(&low_loss::ENTRY)
        .data_set(&rings::ENTRY)
        .measure(&geometric_mean::MEASURE)
        .plot(&best_losses::PLOT)
}

fn main() -> ExitCode {
    burnmark::main_with(catalogue())
}
