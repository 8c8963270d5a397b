//! The hidden units of a network, as networks that end at them: so that every engine tells what they answer.

use super::{Module, Network};
use crate::loss::{Loss, SQUARED_ERROR};

impl Network {
    /// The network up to each activation of hidden units, and up to the states of each recurrent layer, in order: what a unit answers
    /// is one of the outputs. Each has the parameters of the whole, of which it uses some. Empty if there are no hidden units.
    #[must_use]
    pub fn up_to_hidden(&self) -> Vec<Self> {
        let mut found = Vec::new();
        walk(&self.chain, &mut Vec::new(), &mut found);
        let ended = |chain: Vec<Module>| {
            let outputs = chain.last().map_or(0, |last| last.outputs(&self.layers));
            let (chain, loss) = (Module::Chain(chain), Loss::of(&SQUARED_ERROR));
            Self { outputs, positions: 1, chain, loss, ..self.clone() }
        };
        found.into_iter().map(ended).collect()
    }
}

/// Puts a module behind those before it, and finds the chains that end at hidden units in it.
fn walk(module: &Module, before: &mut Vec<Module>, found: &mut Vec<Vec<Module>>) {
    let count = before.len();
    match module {
        Module::Chain(modules) => return modules.iter().for_each(|module| walk(module, before, found)),
        // What is within starts from the same inputs.
        Module::Residual(within) => walk(within, before, found),
        Module::Shortcut(shortcut) => walk(&shortcut.within, before, found),
        _ => {}
    }
    before.truncate(count);
    before.push(module.clone());
    let answers = match module {
        Module::Activation { activation, .. } => !activation.is_identity(),
        Module::Recurrent(_) | Module::Gated(_) => true,
        _ => false,
    };
    if answers {
        found.push(before.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{self, Activation};

    #[test]
    fn a_network_ends_at_each_of_its_hidden_layers() {
        let relu = Activation::of(&activation::RELU);
        let network = Network::new(4, &[3, 2], 1, relu, Loss::of(&SQUARED_ERROR));
        let hidden = network.up_to_hidden();
        assert_eq!(hidden.iter().map(Network::output_width).collect::<Vec<_>>(), [3, 2]);
        assert!(hidden.iter().all(|part| part.parameter_count() == network.parameter_count()));
        let none = Network::new(4, &[], 1, Activation::of(&activation::RELU), Loss::of(&SQUARED_ERROR));
        assert!(none.up_to_hidden().is_empty());
    }
}
