//! A starting point of one's own for a problem without data.
//!
//! - `at`: θ, a number for each dimension with commas between them.

use super::{InitialEntry, InitialRule};
use crate::model::Network;
use crate::model::error::InitialError;
use crate::registry::{Entry, Parameter, ParameterKind};

/// A starting point of one's own for a problem without data.
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "point",
        description: "a starting point of one's own for a problem without data, for `objective` only",
        revision: 1,
        source: "model/initial/point.rs",
        parameters: &[Parameter::new(
            "at",
            "θ, a number for each dimension with commas between them, such as `\"-1.5, 2\"`",
            ParameterKind::Text,
        )],
    },
    rule: InitialRule::Given(&|choice, network, _| point(choice.text("at"), network)),
};

/// The numbers of a point, one for each dimension of the network's objective.
fn point(text: &str, network: &Network) -> Result<Vec<f64>, InitialError> {
    let objective = network.objective().ok_or(InitialError::NoPoint)?;
    let number = |word: &str| {
        let number = word.trim().parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| InitialError::NotFinite(word.trim().to_owned()))
    };
    let theta: Vec<f64> = text.split(',').map(number).collect::<Result<_, _>>()?;
    match (theta.len(), objective.dimensions()) {
        (given, wanted) if given != wanted => Err(InitialError::Dimensions { given, wanted }),
        _ => Ok(theta),
    }
}
