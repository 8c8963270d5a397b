//! Where the results of a program lie: arrays and single numbers, given out and taken back.

use super::graph::{Graph, Id, Input, Operation};
use super::program::{ArrayPlace, Folding, Home, ProgramTables, Scalar, ScalarOrigin};
use super::schedule::{WorkStage, operands};
use super::shape::ValueShape;

/// Where the outputs of a program go, and where it finds what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'s> {
    /// The home of each state.
    pub states: &'s [Home],
    /// The homes of the outputs, in their order, with their shapes.
    pub homes: &'s [(Home, ValueShape)],
    /// Whether the program writes over θ.
    pub in_place: bool,
}

/// A program in the making.
pub struct Compiler<'c> {
    pub graph: &'c Graph,
    pub around: Surroundings<'c>,
    /// The operations whose results are stored.
    pub outputs: Vec<Id>,
    pub tables: &'c mut ProgramTables,
    /// Where the results of operations lie that are read in other stages.
    pub homes: Vec<Option<Home>>,
    /// The stages that read each operation, one entry per reader.
    pub readers: Vec<Vec<usize>>,
    /// Whether an operation's home is an array for results in between.
    pub borrowed: Vec<bool>,
    /// Such arrays that nobody needs any more.
    pub free: Vec<usize>,
}

impl Compiler<'_> {
    pub fn find_readers(&mut self, stages: &[WorkStage]) {
        for (number, stage) in stages.iter().enumerate() {
            let by_operations = stage.operations.iter().flat_map(|id| operands(self.graph, *id));
            let by_stores = stage.stores.iter().map(|store| self.outputs[*store]);
            for read in by_operations.chain(by_stores) {
                self.readers[read].push(number);
            }
        }
    }

    /// Gives back the arrays whose last reader was this stage.
    pub fn release(&mut self, stage: usize) {
        for id in 0..self.graph.count() {
            if self.borrowed[id] && self.readers[id].iter().all(|reader| *reader <= stage) {
                self.borrowed[id] = false;
                if let Some(Home::Numbers(ArrayPlace::Array(array))) = self.homes[id] {
                    self.free.push(array);
                }
            }
        }
    }

    /// An array for an operation's result.
    pub fn borrow(&mut self, id: Id) -> ArrayPlace {
        let shape = self.graph.shape(id);
        let known = self.free.iter().position(|array| self.tables.arrays[*array] == shape);
        let array = known.map_or_else(
            || {
                self.tables.arrays.push(shape);
                self.tables.arrays.len() - 1
            },
            |position| self.free.swap_remove(position),
        );
        self.borrowed[id] = true;
        self.homes[id] = Some(Home::Numbers(ArrayPlace::Array(array)));
        ArrayPlace::Array(array)
    }

    fn new_scalar(&mut self, shape: ValueShape, origin: ScalarOrigin) -> Scalar {
        let (table, make): (_, fn(usize) -> Scalar) = match shape {
            ValueShape::Network => (&mut self.tables.network, Scalar::Network),
            ValueShape::Block(..) => (&mut self.tables.blocks, Scalar::Block),
        };
        let known = table.iter().position(|known| *known == origin && origin != ScalarOrigin::Kept);
        make(known.unwrap_or_else(|| {
            table.push(origin);
            table.len() - 1
        }))
    }

    /// Where a single number lies, or will.
    pub fn scalar(&mut self, id: Id) -> Scalar {
        if let Some(Home::Scalar(scalar)) = self.homes[id] {
            return scalar;
        }
        let origin = match self.graph.node(id) {
            Operation::Number(bits) => ScalarOrigin::Number(f64::from_bits(bits)),
            Operation::Input(input) => ScalarOrigin::Input(input),
            Operation::State(state) => match self.around.states[state] {
                Home::Scalar(scalar) => return scalar,
                Home::Numbers(_) => ScalarOrigin::Kept,
            },
            _ => ScalarOrigin::Kept,
        };
        let scalar = self.new_scalar(self.graph.shape(id), origin);
        self.homes[id] = Some(Home::Scalar(scalar));
        scalar
    }

    /// Where the numbers of an operation lie that other stages read, or that are there from the start.
    pub fn place(&self, id: Id) -> ArrayPlace {
        match (self.graph.node(id), self.homes[id]) {
            (Operation::Input(Input::Gradient | Input::Target), _) => ArrayPlace::Gradient,
            (Operation::Input(_), _) if self.around.in_place => ArrayPlace::Out,
            (Operation::Input(_), _) => ArrayPlace::Theta,
            (Operation::State(state), _) => match self.around.states[state] {
                Home::Numbers(place) => place,
                Home::Scalar(_) => ArrayPlace::Out,
            },
            (_, Some(Home::Numbers(place))) => place,
            (_, _) => ArrayPlace::Out,
        }
    }

    /// The home of a result that is not computed place by place.
    pub fn result(&mut self, id: Id) -> Home {
        if self.graph.shape(id).is_scalar() { Home::Scalar(self.scalar(id)) } else { Home::Numbers(self.borrow(id)) }
    }

    pub fn folding(&mut self, id: Id) -> Option<Folding> {
        let Operation::Fold(fold, over, _) = self.graph.node(id) else { return None };
        Some(Folding { fold, over, to: self.result(id) })
    }
}
