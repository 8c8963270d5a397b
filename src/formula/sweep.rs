//! The loops of one sweep: which, in which order, on which slots.

use super::fuse::{Fuser, Loop, Placement};
use super::graph::{Id, Operation};
use super::places::Compiler;
use super::program::{BlockSweep, Kernel, TooWide};
use super::schedule::WorkStage;
use super::shape::ValueShape;
use std::collections::{BTreeMap, BTreeSet};

/// What a loop reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LoopOperand {
    /// An operation's numbers.
    Of(Id),
    /// Fewer numbers, spread over the sweep's shape.
    Spread(Id),
    /// A single number at every place.
    Filled(Id),
}

/// A loop whose places are not settled.
#[derive(Clone, Debug)]
pub struct Draft {
    pub kernel: Kernel,
    pub to: Option<LoopOperand>,
    pub from: Vec<LoopOperand>,
    pub scalars: Vec<Id>,
    /// The output that it writes, where that is all it does.
    pub store: Option<usize>,
}

/// A sweep in the making.
pub struct SweepBuilder<'b, 'c> {
    pub compiler: &'b mut Compiler<'c>,
    pub shape: ValueShape,
    pub drafts: Vec<Draft>,
    pub here: BTreeSet<Id>,
    spread: BTreeSet<LoopOperand>,
    pub sweep: BlockSweep,
}

impl<'b, 'c> SweepBuilder<'b, 'c> {
    pub fn build(
        compiler: &'b mut Compiler<'c>,
        number: usize,
        stage: &WorkStage,
        shape: ValueShape,
    ) -> Result<BlockSweep, TooWide> {
        let sweep = BlockSweep {
            shape,
            arrays: Vec::new(),
            registers: 0,
            sources: Vec::new(),
            scalars: Vec::new(),
            code: Vec::new(),
            folds: Vec::new(),
            is_flat: false,
        };
        let here = stage.operations.iter().copied().collect();
        let mut builder = SweepBuilder { compiler, shape, drafts: Vec::new(), here, spread: BTreeSet::new(), sweep };
        builder.draft(number, stage);
        builder.settle(number, stage)?;
        let Self { sweep, .. } = builder;
        Ok(sweep)
    }

    fn draft(&mut self, number: usize, stage: &WorkStage) {
        let mut planned = self.plan(number, stage);
        for &id in &stage.operations {
            match planned.remove(&id) {
                Some(Placement::Within) => {}
                Some(Placement::Loop(Loop { kernel, from, scalars })) => {
                    let from = from.into_iter().map(LoopOperand::Of).collect();
                    self.push(kernel, Some(LoopOperand::Of(id)), from, scalars);
                }
                None => self.operation(id),
            }
        }
    }

    /// The fused loops of operations.
    fn plan(&self, number: usize, stage: &WorkStage) -> BTreeMap<Id, Placement> {
        let readers = &self.compiler.readers;
        let reads_here = |id: Id| {
            let is_of_this_sweep = self.here.contains(&id)
                && readers[id].iter().all(|reader| *reader == number)
                && !self.compiler.outputs.contains(&id);
            is_of_this_sweep.then(|| readers[id].len())
        };
        Fuser::new(self.compiler.graph, self.shape, &reads_here).plan(&stage.operations)
    }

    fn push(&mut self, kernel: Kernel, to: Option<LoopOperand>, from: Vec<LoopOperand>, scalars: Vec<Id>) {
        self.drafts.push(Draft { kernel, to, from, scalars, store: None });
    }

    pub fn is_scalar(&self, id: Id) -> bool {
        self.compiler.graph.shape(id).is_scalar()
    }

    /// The numbers of an operand at the places of this sweep.
    pub fn key(&mut self, id: Id) -> LoopOperand {
        let shape = self.compiler.graph.shape(id);
        if shape == self.shape {
            return LoopOperand::Of(id);
        }
        let key = if shape.is_scalar() { LoopOperand::Filled(id) } else { LoopOperand::Spread(id) };
        if self.spread.insert(key) {
            if shape.is_scalar() {
                self.push(Kernel::Fill, Some(key), Vec::new(), vec![id]);
            } else {
                let place = (self.compiler.place(id), shape);
                self.sweep.sources.push(place);
                let source = u8::try_from(self.sweep.sources.len() - 1).unwrap_or(u8::MAX);
                self.push(Kernel::Spread(source), Some(key), Vec::new(), Vec::new());
            }
        }
        key
    }

    fn operation(&mut self, id: Id) {
        let to = Some(LoopOperand::Of(id));
        match self.compiler.graph.node(id) {
            Operation::Unary(function, a) => {
                let from = vec![self.key(a)];
                self.push(Kernel::Unary(function), to, from, Vec::new());
            }
            Operation::Binary(function, a, b) => match (self.is_scalar(a), self.is_scalar(b)) {
                (false, true) => {
                    let from = vec![self.key(a)];
                    self.push(Kernel::WithScalar(function), to, from, vec![b]);
                }
                (true, false) => {
                    let from = vec![self.key(b)];
                    self.push(Kernel::ScalarWith(function), to, from, vec![a]);
                }
                _ => {
                    let from = vec![self.key(a), self.key(b)];
                    self.push(Kernel::Both(function), to, from, Vec::new());
                }
            },
            Operation::Where(condition, yes, no) => self.choice(id, condition, yes, no),
            Operation::Fold(_, _, of) => {
                let from = vec![self.key(of)];
                if let Some(folding) = self.compiler.folding(id) {
                    let fold = u8::try_from(self.sweep.folds.len()).unwrap_or(u8::MAX);
                    self.sweep.folds.push(folding);
                    self.push(Kernel::Fold(fold), None, from, Vec::new());
                }
            }
            _ => {}
        }
    }

    fn choice(&mut self, id: Id, condition: Id, yes: Id, no: Id) {
        let to = Some(LoopOperand::Of(id));
        if self.is_scalar(condition) {
            let from = vec![self.key(yes), self.key(no)];
            return self.push(Kernel::Pick, to, from, vec![condition]);
        }
        let mut from = vec![self.key(condition)];
        let (kernel, scalars) = match (self.is_scalar(yes), self.is_scalar(no)) {
            (false, false) => (Kernel::Where, vec![]),
            (false, true) => (Kernel::WhereElseScalar, vec![no]),
            (true, false) => (Kernel::WhereScalarElse, vec![yes]),
            (true, true) => (Kernel::WhereScalars, vec![yes, no]),
        };
        for of in [yes, no] {
            if !self.is_scalar(of) {
                from.push(self.key(of));
            }
        }
        self.push(kernel, to, from, scalars);
    }
}
