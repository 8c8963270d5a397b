//! The order of work: operations become stages, and a stage is one sweep over all blocks.
//!
//! Operations of one shape that need nothing from one another but the number at the same place share a sweep, so that the
//! numbers in between stay in the first cache. Whatever needs a whole row, column, block or matrix waits for the next stage.

use super::check::{Checked, OutputTarget};
use super::graph::{Graph, Id, Input, Operation};
use super::shape::ValueShape;
use std::collections::BTreeMap;

/// What a stage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// Single numbers of the network, or of each block.
    Scalars(ValueShape),
    /// Numbers of one shape, place by place.
    Sweep(ValueShape),
    /// A product, a transpose or eigenvectors.
    Alone(Id),
}

/// Operations that are computed together, in this order, then the results that are stored.
#[derive(Clone, Debug)]
pub struct WorkStage {
    pub domain: Domain,
    pub operations: Vec<Id>,
    /// Numbers of outputs.
    pub stores: Vec<usize>,
}

/// Who needs whom, and when.
struct StageOrder<'g> {
    graph: &'g Graph,
    needed: Vec<bool>,
    level: Vec<usize>,
}

/// Where an operation is computed; `None` for what is there from the start.
#[must_use]
pub fn domain(graph: &Graph, id: Id) -> Option<Domain> {
    let shape = graph.shape(id);
    match graph.node(id) {
        Operation::Unary(..) | Operation::Binary(..) | Operation::Where(..) if shape.is_scalar() => {
            Some(Domain::Scalars(shape))
        }
        Operation::Unary(..) | Operation::Binary(..) | Operation::Where(..) => Some(Domain::Sweep(shape)),
        Operation::OverBlocks(..) => Some(Domain::Scalars(ValueShape::Network)),
        Operation::Fold(_, _, of) => Some(Domain::Sweep(graph.shape(of))),
        Operation::Product(..) | Operation::Transpose(_) | Operation::Eigenvectors(..) => Some(Domain::Alone(id)),
        _ => None,
    }
}

/// The domain in which a result of this shape is stored.
fn domain_of_home(shape: ValueShape) -> Domain {
    if shape.is_scalar() { Domain::Scalars(shape) } else { Domain::Sweep(shape) }
}

/// What an operation reads: of a product, behind a transpose on one side of it.
#[must_use]
pub fn operands(graph: &Graph, id: Id) -> Vec<Id> {
    match graph.node(id) {
        Operation::Product(..) => product_operands(graph, id).map(|(of, _)| of).to_vec(),
        node => node.operands(),
    }
}

/// A product's two operands, and whether each is meant transposed; at most one is.
#[must_use]
pub fn product_operands(graph: &Graph, id: Id) -> [(Id, bool); 2] {
    let Operation::Product(a, b) = graph.node(id) else { return [(id, false), (id, false)] };
    match (graph.node(a), graph.node(b)) {
        (Operation::Transpose(a), _) => [(a, true), (b, false)],
        (_, Operation::Transpose(b)) => [(a, false), (b, true)],
        _ => [(a, false), (b, false)],
    }
}

/// The stages of a program; `homes` are the shapes of what its outputs are stored in. `in_place`: the value takes the place
/// of θ.
#[must_use]
pub fn schedule(checked: &Checked, homes: &[ValueShape], in_place: bool) -> Vec<WorkStage> {
    let graph = &checked.graph;
    let mut needed = vec![false; graph.count()];
    checked.outputs.iter().for_each(|(_, id)| needed[*id] = true);
    for id in (0..graph.count()).rev() {
        if needed[id] {
            operands(graph, id).into_iter().for_each(|operand| needed[operand] = true);
        }
    }
    let mut order = StageOrder { graph, needed, level: vec![0; graph.count()] };
    order.as_soon_as_possible();
    let stores: Vec<Store> = checked
        .outputs
        .iter()
        .zip(homes)
        .map(|((target, id), home)| {
            let domain = domain_of_home(*home);
            Store { id: *id, domain, readers: order.readers(*target, in_place) }
        })
        .collect();
    order.as_late_as_possible(&stores);
    order.stages(&stores)
}

/// A result on its way to its home.
struct Store {
    id: Id,
    domain: Domain,
    /// Who reads what was there before.
    readers: Vec<Id>,
}

impl StageOrder<'_> {
    fn operations(&self) -> impl DoubleEndedIterator<Item = (Id, Domain)> {
        (0..self.graph.count()).filter(|id| self.needed[*id]).filter_map(|id| Some((id, domain(self.graph, id)?)))
    }

    /// Whether an operation's result can be read by others of the same domain within one stage.
    fn is_there_at_once(&self, id: Id, within: Domain) -> bool {
        domain(self.graph, id) == Some(within)
            && !matches!(self.graph.node(id), Operation::Fold(..))
            && !matches!(within, Domain::Alone(_))
    }

    /// The first level at which an operation's result can be read.
    fn ready(&self, id: Id, within: Domain) -> usize {
        match domain(self.graph, id) {
            None => 0,
            Some(_) if self.is_there_at_once(id, within) => self.level[id],
            Some(_) => self.level[id] + 1,
        }
    }

    fn as_soon_as_possible(&mut self) {
        let all: Vec<_> = self.operations().collect();
        for (id, domain) in all {
            let ready = operands(self.graph, id).into_iter().map(|operand| self.ready(operand, domain)).max();
            self.level[id] = ready.unwrap_or(0);
        }
    }

    fn readers(&self, target: OutputTarget, in_place: bool) -> Vec<Id> {
        let old = match target {
            OutputTarget::State(state) => Operation::State(state),
            OutputTarget::Value if in_place => Operation::Input(Input::Theta),
            OutputTarget::Value => return Vec::new(),
        };
        let reads = |id: &Id| operands(self.graph, *id).into_iter().any(|operand| self.graph.node(operand) == old);
        self.operations().map(|(id, _)| id).filter(reads).collect()
    }

    /// Where a result is stored: once it is there and nobody needs what was there before.
    fn level_of(&self, store: &Store) -> usize {
        let behind = |reader: &Id| self.level[*reader] + usize::from(domain(self.graph, *reader) != Some(store.domain));
        store.readers.iter().map(behind).max().unwrap_or(0).max(self.ready(store.id, store.domain))
    }

    /// Moves operations to the last stage of their kind where their results are still in time, so that few sweeps are left.
    fn as_late_as_possible(&mut self, stores: &[Store]) {
        let mut last: BTreeMap<Domain, usize> = BTreeMap::new();
        for store in stores {
            let level = self.level_of(store);
            last.entry(store.domain).and_modify(|last| *last = level.max(*last)).or_insert(level);
        }
        let mut most = vec![usize::MAX; self.graph.count()];
        for store in stores {
            let level = last[&store.domain];
            let in_time = level
                - usize::from(domain(self.graph, store.id).is_some() && !self.is_there_at_once(store.id, store.domain));
            most[store.id] = most[store.id].min(in_time);
            for &reader in &store.readers {
                let in_time = level - usize::from(domain(self.graph, reader) != Some(store.domain));
                most[reader] = most[reader].min(in_time);
            }
        }
        let all: Vec<_> = self.operations().collect();
        for (id, domain) in all.into_iter().rev() {
            self.level[id] = self.level[id].max(most[id].min(self.graph.count()));
            for operand in operands(self.graph, id) {
                let in_time = self.level[id] - usize::from(!self.is_there_at_once(operand, domain)).min(self.level[id]);
                most[operand] = most[operand].min(in_time);
            }
        }
    }

    fn stages(&self, stores: &[Store]) -> Vec<WorkStage> {
        let mut stages: BTreeMap<(usize, Domain), WorkStage> = BTreeMap::new();
        let empty = |domain| WorkStage { domain, operations: Vec::new(), stores: Vec::new() };
        for (id, domain) in self.operations() {
            let stage = stages.entry((self.level[id], domain)).or_insert_with(|| empty(domain));
            stage.operations.push(id);
        }
        for (number, store) in stores.iter().enumerate() {
            let key = (self.level_of(store), store.domain);
            stages.entry(key).or_insert_with(|| empty(store.domain)).stores.push(number);
        }
        stages.into_values().collect()
    }
}
