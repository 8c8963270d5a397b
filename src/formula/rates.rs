//! A method with a learning rate for each block, as `train.lr_scale` asks for.

use super::check::{Checked, OutputTarget};
use super::graph::{Graph, Id, Input, Operation};
use super::method::OptimizerFormula;
use super::mistake::FormulaError;
use super::shape::ValueShape;

impl OptimizerFormula {
    /// Whether each block can have a rate of its own.
    ///
    /// # Errors
    /// Where a number for the network follows from the rate.
    pub fn takes_rates_of_blocks(&self) -> Result<(), FormulaError> {
        let one = || FormulaError::OneRate { method: self.name.clone() };
        self.with_rates_of_blocks().map(drop).ok_or_else(one)
    }

    /// The update where `lr` is a number per block: so is all that follows from it. `None` where a state that is one number for the
    /// network follows from it.
    #[must_use]
    pub fn with_rates_of_blocks(&self) -> Option<Checked> {
        let old = &self.update.graph;
        let (mut graph, mut renamed): (Graph, Vec<Id>) = (Graph::default(), Vec::new());
        for id in 0..old.count() {
            let node = old.node(id).with(|operand| renamed[operand]);
            let shape = match node {
                Operation::Input(Input::Rate) => ValueShape::BLOCK,
                Operation::Unary(..) | Operation::Binary(..) | Operation::Where(..) => {
                    let shapes = node.operands().into_iter().map(|operand| graph.shape(operand));
                    shapes.into_iter().try_fold(old.shape(id), ValueShape::join)?
                }
                _ => old.shape(id),
            };
            renamed.push(graph.add(node, shape));
        }
        let outputs: Vec<(OutputTarget, Id)> =
            self.update.outputs.iter().map(|(target, id)| (*target, renamed[*id])).collect();
        let fits = |(target, id): &(OutputTarget, Id)| match target {
            OutputTarget::State(state) => {
                let home = self.states[*state].shape;
                graph.shape(*id).join(home) == Some(home)
            }
            OutputTarget::Value => true,
        };
        outputs.iter().all(fits).then_some(Checked { graph, outputs })
    }
}
