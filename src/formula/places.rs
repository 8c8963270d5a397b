//! Where the results of a program lie: arrays and single numbers, given out and taken back.

use super::graph::{Graph, Id, Input, Node};
use super::program::{Folding, Home, Origin, Place, Scalar, Tables};
use super::schedule::{Stage, operands};
use super::shape::Shape;

/// Where the outputs of a program go, and where it finds what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'s> {
    /// The home of each state.
    pub states: &'s [Home],
    /// The homes of the outputs, in their order, with their shapes.
    pub homes: &'s [(Home, Shape)],
    /// Whether the program writes over θ.
    pub in_place: bool,
}

/// A program in the making.
pub struct Compiler<'c> {
    pub graph: &'c Graph,
    pub around: Surroundings<'c>,
    /// The operations whose results are stored.
    pub outputs: Vec<Id>,
    pub tables: &'c mut Tables,
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
    pub fn find_readers(&mut self, stages: &[Stage]) {
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
                if let Some(Home::Numbers(Place::Array(array))) = self.homes[id] {
                    self.free.push(array);
                }
            }
        }
    }

    /// An array for an operation's result.
    pub fn borrow(&mut self, id: Id) -> Place {
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
        self.homes[id] = Some(Home::Numbers(Place::Array(array)));
        Place::Array(array)
    }

    fn new_scalar(&mut self, shape: Shape, origin: Origin) -> Scalar {
        let (table, make): (_, fn(usize) -> Scalar) = match shape {
            Shape::Network => (&mut self.tables.network, Scalar::Network),
            Shape::Block(..) => (&mut self.tables.blocks, Scalar::Block),
        };
        let known = table.iter().position(|known| *known == origin && origin != Origin::Kept);
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
            Node::Number(bits) => Origin::Number(f64::from_bits(bits)),
            Node::Input(input) => Origin::Input(input),
            Node::State(state) => match self.around.states[state] {
                Home::Scalar(scalar) => return scalar,
                Home::Numbers(_) => Origin::Kept,
            },
            _ => Origin::Kept,
        };
        let scalar = self.new_scalar(self.graph.shape(id), origin);
        self.homes[id] = Some(Home::Scalar(scalar));
        scalar
    }

    /// Where the numbers of an operation lie that other stages read, or that are there from the start.
    pub fn place(&self, id: Id) -> Place {
        match (self.graph.node(id), self.homes[id]) {
            (Node::Input(Input::Gradient), _) => Place::Gradient,
            (Node::Input(_), _) if self.around.in_place => Place::Out,
            (Node::Input(_), _) => Place::Theta,
            (Node::State(state), _) => match self.around.states[state] {
                Home::Numbers(place) => place,
                Home::Scalar(_) => Place::Out,
            },
            (_, Some(Home::Numbers(place))) => place,
            (_, _) => Place::Out,
        }
    }

    /// The home of a result that is not computed place by place.
    pub fn result(&mut self, id: Id) -> Home {
        if self.graph.shape(id).is_scalar() { Home::Scalar(self.scalar(id)) } else { Home::Numbers(self.borrow(id)) }
    }

    pub fn folding(&mut self, id: Id) -> Option<Folding> {
        let Node::Fold(fold, over, _) = self.graph.node(id) else { return None };
        Some(Folding { fold, over, to: self.result(id) })
    }
}
