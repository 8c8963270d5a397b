//! From stages to a program.

use super::check::Checked;
use super::graph::{Id, Operation};
use super::places::{Compiler, Surroundings};
use super::program::{ArrayPlace, Home, ProgramTables, ScalarOperation, ScalarStep, TooWide, Work};
use super::schedule::{Domain, WorkStage, product_operands, schedule};
use super::shape::ValueShape;
use super::sweep::SweepBuilder;

/// Compiles a specialized formula.
///
/// # Errors
/// Where a sweep needs too many places.
pub fn compile(checked: &Checked, around: Surroundings<'_>, tables: &mut ProgramTables) -> Result<Vec<Work>, TooWide> {
    let shapes: Vec<ValueShape> = around.homes.iter().map(|(_, shape)| *shape).collect();
    let stages = schedule(checked, &shapes, around.in_place);
    let mut compiler = Compiler {
        graph: &checked.graph,
        around,
        outputs: checked.outputs.iter().map(|(_, id)| *id).collect(),
        tables,
        homes: vec![None; checked.graph.count()],
        readers: vec![Vec::new(); checked.graph.count()],
        borrowed: vec![false; checked.graph.count()],
        free: Vec::new(),
    };
    compiler.find_readers(&stages);
    let mut works = Vec::new();
    for (number, stage) in stages.iter().enumerate() {
        works.push(compiler.stage(number, stage)?);
        compiler.release(number);
    }
    Ok(works)
}

impl Compiler<'_> {
    fn stage(&mut self, number: usize, stage: &WorkStage) -> Result<Work, TooWide> {
        Ok(match stage.domain {
            Domain::Scalars(ValueShape::Network) => Work::Network(self.scalars(stage)),
            Domain::Scalars(ValueShape::Block(..)) => Work::Blocks(self.scalars(stage)),
            Domain::Sweep(shape) => Work::Sweep(SweepBuilder::build(self, number, stage, shape)?),
            Domain::Alone(id) => self.alone(id),
        })
    }

    fn scalars(&mut self, stage: &WorkStage) -> Vec<ScalarStep> {
        let mut steps = Vec::new();
        for &id in &stage.operations {
            let operation = match self.graph.node(id) {
                Operation::Unary(function, a) => ScalarOperation::Unary(function, self.scalar(a)),
                Operation::Binary(function, a, b) => ScalarOperation::Binary(function, self.scalar(a), self.scalar(b)),
                Operation::Where(c, a, b) => ScalarOperation::Where(self.scalar(c), self.scalar(a), self.scalar(b)),
                Operation::OverBlocks(fold, a) => ScalarOperation::OverBlocks(fold, self.scalar(a)),
                _ => continue,
            };
            steps.push(ScalarStep { to: self.scalar(id), operation });
        }
        for &store in &stage.stores {
            if let Home::Scalar(to) = self.around.homes[store].0 {
                steps.push(ScalarStep { to, operation: ScalarOperation::Copy(self.scalar(self.outputs[store])) });
            }
        }
        steps
    }

    fn alone(&mut self, id: Id) -> Work {
        if let Operation::Transpose(of) = self.graph.node(id) {
            let of = (self.place(of), self.graph.shape(of));
            let to = match self.borrow(id) {
                ArrayPlace::Array(array) => array,
                _ => 0,
            };
            return Work::Transpose { of, to };
        }
        if let Operation::Eigenvectors(of, when) = self.graph.node(id) {
            let (of, when) = ((self.place(of), self.graph.shape(of)), self.scalar(when));
            return Work::Eigenvectors { of, to: self.result(id), when };
        }
        let [a, b] =
            product_operands(self.graph, id).map(|(of, transposed)| (self.place(of), self.graph.shape(of), transposed));
        Work::Product { a, b, to: self.result(id) }
    }
}
