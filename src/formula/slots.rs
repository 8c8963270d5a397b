//! The places of a sweep's loops: each reads and writes arrays or registers, and a register is given out again once its last
//! reader is done.

use super::graph::{Binary, Id, Operation};
use super::pairs::joined;
use super::program::{
    ArrayPlace, FIRST, Home, Instruction, Kernel, MOST_SCALARS, MOST_SLOTS, MOST_SOURCES, OF_GRADIENT, OF_THETA,
    Scalar, TooWide,
};
use super::schedule::WorkStage;
use super::shape::ValueShape;
use super::sweep::{Draft, LoopOperand, SweepBuilder};
use std::collections::BTreeMap;

impl SweepBuilder<'_, '_> {
    /// Gives every result its place.
    pub(super) fn settle(&mut self, number: usize, stage: &WorkStage) -> Result<(), TooWide> {
        let mut places = self.written_directly(stage);
        for &id in &stage.operations {
            let is_fold = matches!(self.compiler.graph.node(id), Operation::Fold(..));
            let is_read_later = self.compiler.readers[id].iter().any(|reader| *reader > number);
            if is_read_later && !is_fold && !places.contains_key(&id) {
                let place = self.compiler.borrow(id);
                places.insert(id, place);
            }
        }
        self.store(stage, &places);
        self.allocate(&places)
    }

    /// The results that are written to their home as they are computed: nobody reads there later what was there before.
    fn written_directly(&mut self, stage: &WorkStage) -> BTreeMap<Id, ArrayPlace> {
        let mut places = BTreeMap::new();
        for &store in &stage.stores {
            let (id, (home, shape)) = (self.compiler.outputs[store], self.compiler.around.homes[store]);
            let Home::Numbers(place) = home else { continue };
            let Some(computed) = self.drafts.iter().position(|draft| draft.to == Some(LoopOperand::Of(id))) else {
                continue;
            };
            let reads_old = |draft: &Draft| draft.from.iter().any(|key| self.is_old(*key, place));
            let read_later = self.drafts[computed + 1..].iter().any(reads_old);
            if shape == self.shape && !read_later && !places.contains_key(&id) && !places.values().any(|p| *p == place)
            {
                places.insert(id, place);
                self.compiler.homes[id] = Some(home);
            }
        }
        places
    }

    /// Whether a key means what lay at a place before this step.
    fn is_old(&self, key: LoopOperand, place: ArrayPlace) -> bool {
        let LoopOperand::Of(id) = key else { return false };
        !self.here.contains(&id) && self.compiler.place(id) == place
    }

    /// Copies to those homes that are not written directly.
    fn store(&mut self, stage: &WorkStage, places: &BTreeMap<Id, ArrayPlace>) {
        for &store in &stage.stores {
            let (id, (home, _)) = (self.compiler.outputs[store], self.compiler.around.homes[store]);
            let Home::Numbers(place) = home else { continue };
            if places.get(&id) == Some(&place) {
                continue;
            }
            let draft = if self.is_scalar(id) {
                Draft { kernel: Kernel::Fill, to: None, from: Vec::new(), scalars: vec![id], store: Some(store) }
            } else {
                let from = vec![self.key(id)];
                Draft { kernel: Kernel::Copy, to: None, from, scalars: Vec::new(), store: Some(store) }
            };
            self.drafts.push(draft);
        }
    }

    fn allocate(&mut self, places: &BTreeMap<Id, ArrayPlace>) -> Result<(), TooWide> {
        let drafts = std::mem::take(&mut self.drafts);
        let mut last_read: BTreeMap<LoopOperand, usize> = BTreeMap::new();
        for (position, draft) in drafts.iter().enumerate() {
            last_read.extend(draft.from.iter().map(|key| (*key, position)));
        }
        let mut registers: BTreeMap<LoopOperand, usize> = BTreeMap::new();
        let mut free: Vec<usize> = Vec::new();
        let mut code = Vec::new();
        for (position, draft) in drafts.iter().enumerate() {
            let take = |free: &mut Vec<usize>, count: &mut usize| {
                free.pop().unwrap_or_else(|| {
                    *count += 1;
                    *count - 1
                })
            };
            let from: Vec<Spot> = draft.from.iter().map(|key| self.spot(*key, places, &registers)).collect();
            let home = draft.store.and_then(|store| match self.compiler.around.homes[store].0 {
                Home::Numbers(place) => Some(place),
                Home::Scalar(_) => None,
            });
            let direct = home.or_else(|| match draft.to {
                Some(LoopOperand::Of(id)) => places.get(&id).copied(),
                _ => None,
            });
            let to = match (direct, draft.to) {
                (Some(place), _) => Some(Spot::Array(self.array(place))),
                (None, Some(key)) => {
                    let register = take(&mut free, &mut self.sweep.registers);
                    registers.insert(key, register);
                    Some(Spot::Register(register))
                }
                (None, None) => None,
            };
            let scalars: Vec<u8> = draft.scalars.iter().map(|id| self.scalar(*id)).collect::<Result<_, _>>()?;
            let (mut from, mut kernel) = (from, draft.kernel);
            swap_where_it_helps(&mut kernel, &mut from, to);
            // A loop may write over what it reads first, as it goes; else it writes to a register, which is copied.
            let clashes = matches!(to, Some(Spot::Array(_))) && clashes(kernel, &from, to);
            let written = if clashes {
                let register = take(&mut free, &mut self.sweep.registers);
                free.push(register);
                Some(Spot::Register(register))
            } else {
                to
            };
            code.push((kernel, written, from, scalars));
            if clashes {
                code.push((Kernel::Copy, to, written.into_iter().collect(), Vec::new()));
            }
            let dead = |key: &LoopOperand| last_read.get(key).is_none_or(|last| *last <= position);
            let gone: Vec<LoopOperand> = registers.keys().copied().filter(dead).collect();
            for key in gone {
                free.extend(registers.remove(&key));
            }
        }
        self.finish(code)
    }

    fn finish(&mut self, code: Vec<PlacedLoop>) -> Result<(), TooWide> {
        let arrays = self.sweep.arrays.len();
        if arrays + self.sweep.registers > MOST_SLOTS
            || self.sweep.sources.len() > MOST_SOURCES
            || self.sweep.folds.len() > MOST_SLOTS
        {
            return Err(TooWide);
        }
        let slot = |spot: Spot| match spot {
            Spot::Gradient => OF_GRADIENT,
            Spot::Theta => OF_THETA,
            Spot::Array(array) => u8::try_from(FIRST + array).unwrap_or(u8::MAX),
            Spot::Register(register) => u8::try_from(FIRST + arrays + register).unwrap_or(u8::MAX),
        };
        for (kernel, to, from, scalars) in code {
            let mut instruction =
                Instruction { kernel, to: to.map_or(OF_GRADIENT, slot), from: [0; 3], scalars: [0; 5] };
            instruction.from.iter_mut().zip(from).for_each(|(to, from)| *to = slot(from));
            instruction.scalars.iter_mut().zip(scalars).for_each(|(to, from)| *to = from);
            self.sweep.code.push(instruction);
        }
        self.sweep.code = joined(std::mem::take(&mut self.sweep.code));
        let of_blocks = self.sweep.scalars.iter().any(|scalar| matches!(scalar, Scalar::Block(_)));
        self.sweep.is_flat = self.shape == ValueShape::WEIGHT
            && self.sweep.sources.is_empty()
            && self.sweep.folds.is_empty()
            && !of_blocks;
        Ok(())
    }

    fn array(&mut self, place: ArrayPlace) -> usize {
        let known = self.sweep.arrays.iter().position(|known| *known == place);
        known.unwrap_or_else(|| {
            self.sweep.arrays.push(place);
            self.sweep.arrays.len() - 1
        })
    }

    fn scalar(&mut self, id: Id) -> Result<u8, TooWide> {
        let scalar = self.compiler.scalar(id);
        let known = self.sweep.scalars.iter().position(|known| *known == scalar);
        let position = known.unwrap_or_else(|| {
            self.sweep.scalars.push(scalar);
            self.sweep.scalars.len() - 1
        });
        u8::try_from(position).ok().filter(|_| position < MOST_SCALARS).ok_or(TooWide)
    }

    fn spot(
        &mut self,
        key: LoopOperand,
        places: &BTreeMap<Id, ArrayPlace>,
        registers: &BTreeMap<LoopOperand, usize>,
    ) -> Spot {
        if let Some(register) = registers.get(&key) {
            return Spot::Register(*register);
        }
        let LoopOperand::Of(id) = key else { return Spot::Gradient };
        match places.get(&id).copied().unwrap_or_else(|| self.compiler.place(id)) {
            ArrayPlace::Gradient => Spot::Gradient,
            ArrayPlace::Theta => Spot::Theta,
            place => Spot::Array(self.array(place)),
        }
    }
}

/// A loop with its places: what it writes, reads and takes of single numbers.
type PlacedLoop = (Kernel, Option<Spot>, Vec<Spot>, Vec<u8>);

/// A place that a loop reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    Gradient,
    Theta,
    Array(usize),
    Register(usize),
}

/// A sum or product whose second operand is written over takes it first.
fn swap_where_it_helps(kernel: &mut Kernel, from: &mut [Spot], to: Option<Spot>) {
    if matches!(kernel, Kernel::Both(Binary::Add | Binary::Multiply)) && from[0] != from[1] && Some(from[1]) == to {
        from.swap(0, 1);
    }
}

/// Whether a loop would write where it still has to read. A loop that computes place by place may write over its first operand, and with
/// two different operands over either.
fn clashes(kernel: Kernel, from: &[Spot], to: Option<Spot>) -> bool {
    let by_place = matches!(
        kernel,
        Kernel::Unary(_) | Kernel::Both(_) | Kernel::WithScalar(_) | Kernel::ScalarWith(_) | Kernel::Fused(_)
    );
    let read = |from: &[Spot]| from.iter().filter(|spot| Some(**spot) == to).count();
    match from {
        [first, second] if by_place => first == second && read(from) > 0,
        [_, others @ ..] if by_place => read(others) > 0,
        _ => read(from) > 0,
    }
}
