//! Runs compiled formulas on a network's blocks.

use super::fold::Folded;
use super::graph::Input;
use super::kernel::Piece;
use super::program::{
    ArrayPlace, BlockSweep, FIRST, Home, Kernel, MOST_SCALARS, MOST_SOURCES, ProgramTables, Scalar, ScalarOperation,
    ScalarOrigin, ScalarStep, Work,
};
use super::scalar::{binary, truth, unary};
use super::shape::{BlockSide, Over, ValueShape};
use super::sizes::Sizes;
use crate::num::lanes::vectorized;
use crate::num::{
    BlockRole, Layout, MatMut, MatRef, Matrix, Real, eigenvectors, product, product_transposed_left,
    product_transposed_right, transpose,
};

/// Bytes of all arrays' pieces and registers together, which stay in the first cache, and the least and most of each.
const PIECES_BYTES: usize = 24 << 10;
const LEAST_BYTES: usize = 2 << 10;
const MOST_BYTES: usize = 8 << 10;
/// What a piece is a multiple of: lines of the cache, and several vectors of every width.
const STRIDE_BYTES: usize = 256;
/// Bytes from one register to the next: no two begin at the same place of their pages.
const REGISTER_BYTES: usize = MOST_BYTES + 192;

/// What a run of a program is given.
#[derive(Debug)]
pub struct ProgramInputs<'g, R> {
    pub gradient: &'g [R],
    /// θ where it is only read.
    pub theta: &'g [R],
    pub out: &'g mut [R],
    pub time: f64,
    pub rate: f64,
    pub loss: f64,
}

/// The memory of a method's programs on one network.
pub struct Machine<R> {
    sizes: Sizes,
    tables: ProgramTables,
    arrays: Vec<Vec<R>>,
    network: Vec<f64>,
    /// Number s of block b at s · blocks + b.
    blocks: Vec<f64>,
    /// The factors of the blocks' rates.
    rates: Vec<R>,
    registers: Vec<R>,
    folds: Vec<Folded>,
}

impl<R: Real> Machine<R> {
    /// A machine for these programs and blocks; all states are 0.
    pub fn new<'w>(tables: ProgramTables, layout: &Layout, programs: impl IntoIterator<Item = &'w [Work]>) -> Self {
        let sizes = Sizes::of(layout);
        let (mut registers, mut folds) = (0, 0);
        for work in programs.into_iter().flatten() {
            if let Work::Sweep(sweep) = work {
                registers = registers.max(sweep.registers);
                folds = folds.max(sweep.folds.len());
            }
        }
        let arrays = tables.arrays.iter().map(|shape| vec![R::ZERO; sizes.count(*shape)]).collect();
        let most = layout.blocks().iter().map(|block| block.rows.max(block.cols)).max().unwrap_or(0);
        let mut machine = Self {
            arrays,
            network: vec![0.0; tables.network.len()],
            blocks: vec![0.0; tables.blocks.len() * layout.blocks().len()],
            rates: layout.blocks().iter().map(|block| R::from_f64(block.rate)).collect(),
            registers: vec![R::ZERO; registers * Self::REGISTER],
            folds: vec![Folded::with_room(most); folds],
            sizes,
            tables,
        };
        machine.set_constants(layout);
        machine
    }

    /// Numbers from one register to the next.
    const REGISTER: usize = REGISTER_BYTES / size_of::<R>();

    /// Numbers in a piece of a sweep. A loop alone reads nothing twice, and goes over all at once.
    fn piece(sweep: &BlockSweep) -> usize {
        if sweep.is_flat && sweep.code.len() == 1 {
            return usize::MAX;
        }
        let arrays = sweep.arrays.len() + sweep.registers + FIRST;
        let bytes = (PIECES_BYTES / arrays).clamp(LEAST_BYTES, MOST_BYTES);
        bytes / STRIDE_BYTES * STRIDE_BYTES / size_of::<R>()
    }

    fn set_constants(&mut self, layout: &Layout) {
        let count = layout.blocks().len();
        for (index, origin) in self.tables.network.iter().enumerate() {
            self.network[index] = match origin {
                ScalarOrigin::Number(number) => *number,
                ScalarOrigin::Input(Input::Weights) => as_number(layout.count()),
                ScalarOrigin::Input(Input::Blocks) => as_number(count),
                _ => 0.0,
            };
        }
        for (index, origin) in self.tables.blocks.iter().enumerate() {
            for (number, block) in layout.blocks().iter().enumerate() {
                self.blocks[index * count + number] = match origin {
                    ScalarOrigin::Number(number) => *number,
                    ScalarOrigin::Input(Input::Rows) => as_number(block.rows),
                    ScalarOrigin::Input(Input::Columns) => as_number(block.cols),
                    ScalarOrigin::Input(Input::HasRole(role)) => truth(BlockRole::ALL[*role] == block.role),
                    ScalarOrigin::Input(Input::First) => truth(layout.is_first(block)),
                    ScalarOrigin::Input(Input::Last) => truth(layout.is_last(block)),
                    _ => 0.0,
                };
            }
        }
    }

    /// Runs a program.
    pub fn run(&mut self, works: &[Work], mut given: ProgramInputs<'_, R>) {
        for (place, origin) in self.network.iter_mut().zip(&self.tables.network) {
            match origin {
                ScalarOrigin::Input(Input::Time) => *place = given.time,
                ScalarOrigin::Input(Input::Rate) => *place = given.rate,
                ScalarOrigin::Input(Input::Loss) => *place = given.loss,
                _ => {}
            }
        }
        let count = self.sizes.blocks();
        for (index, _) in self.tables.blocks.iter().enumerate().filter(|(_, origin)| is_rate(origin)) {
            for (place, factor) in self.blocks[index * count..][..count].iter_mut().zip(&self.rates) {
                *place = (R::from_f64(given.rate) * *factor).to_f64();
            }
        }
        for work in works {
            match work {
                Work::Network(steps) => steps.iter().for_each(|step| self.scalar(step, 0)),
                Work::Blocks(steps) => {
                    for block in 0..self.sizes.blocks() {
                        steps.iter().for_each(|step| self.scalar(step, block));
                    }
                }
                Work::Sweep(sweep) => self.sweep(sweep, &mut given),
                Work::Product { a, b, to } => self.product(*a, *b, *to, &given),
                Work::Transpose { of, to } => self.transpose(*of, *to, &given),
                Work::Eigenvectors { of, to, when } if self.at(*when, 0) != 0.0 => self.eigenvectors(*of, *to, &given),
                Work::Eigenvectors { .. } => {}
            }
        }
    }

    /// A number of the network.
    pub fn number(&self, scalar: Scalar) -> f64 {
        self.at(scalar, 0)
    }

    /// Gives an array these numbers, one per weight.
    pub fn put(&mut self, array: usize, numbers: &[R]) {
        self.arrays[array].copy_from_slice(numbers);
    }

    fn at(&self, scalar: Scalar, block: usize) -> f64 {
        match scalar {
            Scalar::Network(index) => self.network[index],
            Scalar::Block(index) => self.blocks[index * self.sizes.blocks() + block],
        }
    }

    fn set(&mut self, scalar: Scalar, block: usize, value: f64) {
        match scalar {
            Scalar::Network(index) => self.network[index] = value,
            Scalar::Block(index) => self.blocks[index * self.sizes.blocks() + block] = value,
        }
    }

    fn scalar(&mut self, step: &ScalarStep, block: usize) {
        let at = |scalar| self.at(scalar, block);
        let value = match step.operation {
            ScalarOperation::Copy(a) => at(a),
            ScalarOperation::Unary(function, a) => unary(function, at(a), |x| R::from_f64(x).to_f64()),
            ScalarOperation::Binary(function, a, b) => binary(function, at(a), at(b)),
            ScalarOperation::Where(c, a, b) => {
                if at(c) == 0.0 {
                    at(b)
                } else {
                    at(a)
                }
            }
            ScalarOperation::OverBlocks(fold, a) => {
                (0..self.sizes.blocks()).fold(fold.nothing(), |result, block| fold.joined(result, self.at(a, block)))
            }
        };
        self.set(step.to, block, value);
    }

    fn sweep(&mut self, sweep: &BlockSweep, given: &mut ProgramInputs<'_, R>) {
        if sweep.is_flat {
            let scalars = self.scalars(sweep, 0);
            return self.pieces(sweep, 0, &scalars, given);
        }
        for block in 0..self.sizes.blocks() {
            let scalars = self.scalars(sweep, block);
            let columns = self.sizes.sides(sweep.shape, block).1;
            for (folded, folding) in self.folds.iter_mut().zip(&sweep.folds) {
                folded.begin(folding.fold, folding.over, columns);
            }
            self.pieces(sweep, block, &scalars, given);
            self.finish_folds(sweep, block);
        }
    }

    /// A sweep's single numbers in the run's precision.
    fn scalars(&self, sweep: &BlockSweep, block: usize) -> [R; MOST_SCALARS] {
        let mut scalars = [R::ZERO; MOST_SCALARS];
        for (value, scalar) in scalars.iter_mut().zip(&sweep.scalars) {
            *value = R::from_f64(self.at(*scalar, block));
        }
        scalars
    }

    /// All pieces of a block, in code for this CPU.
    fn pieces(&mut self, sweep: &BlockSweep, block: usize, scalars: &[R], given: &mut ProgramInputs<'_, R>) {
        let Self { sizes, tables, arrays, registers, folds, .. } = self;
        let range =
            if sweep.is_flat { 0..given.out.len().max(given.theta.len()) } else { sizes.range(sweep.shape, block) };
        let width = if sweep.is_flat { range.len().max(1) } else { sizes.sides(sweep.shape, block).1 };
        let mut piece = Piece {
            slots: std::array::from_fn(|_| Default::default()),
            first_register: sweep.arrays.len(),
            inputs: [&[]; FIRST],
            sources: [(&[], false); MOST_SOURCES],
            from: 0,
            length: 0,
            width,
        };
        for (input, all) in piece.inputs.iter_mut().zip([given.gradient, given.theta]) {
            *input = if sweep.shape == ValueShape::WEIGHT && !all.is_empty() { &all[range.clone()] } else { &[] };
        }
        for (index, (array, shape)) in arrays.iter_mut().zip(&tables.arrays).enumerate() {
            let place = ArrayPlace::Array(index);
            if let Some(slot) = sweep.arrays.iter().position(|known| *known == place) {
                piece.slots[slot] = &mut array[range.clone()];
            } else if *shape != sweep.shape {
                let array: &[R] = array;
                for (source, (known, shape)) in piece.sources.iter_mut().zip(&sweep.sources) {
                    if *known == place {
                        let per_row = matches!(shape, ValueShape::Block(_, BlockSide::One));
                        *source = (&array[sizes.range(*shape, block)], per_row);
                    }
                }
            }
        }
        if let Some(slot) = sweep.arrays.iter().position(|known| *known == ArrayPlace::Out) {
            piece.slots[slot] = &mut given.out[range.clone()];
        }
        let behind = &mut piece.slots[sweep.arrays.len()..];
        for (slot, register) in behind.iter_mut().zip(registers.chunks_exact_mut(Self::REGISTER)) {
            *slot = register;
        }
        let (piece, most) = (&mut piece, Self::piece(sweep));
        vectorized(
            #[inline(always)]
            move || {
                while piece.from < range.len() {
                    piece.length = most.min(range.len() - piece.from);
                    for instruction in &sweep.code {
                        if let Kernel::Fold(number) = instruction.kernel {
                            let (number, numbers) = (usize::from(number), piece.read(instruction.from[0]));
                            let folding = sweep.folds[number];
                            folds[number].add(folding.fold, folding.over, piece.from, width, numbers);
                        } else {
                            piece.run(*instruction, scalars);
                        }
                    }
                    piece.from += piece.length;
                }
            },
        );
    }

    fn finish_folds(&mut self, sweep: &BlockSweep, block: usize) {
        for (number, folding) in sweep.folds.iter().enumerate() {
            let over_block = matches!(folding.over, Over::Block | Over::All);
            match folding.to {
                Home::Scalar(scalar) if over_block => self.set(scalar, block, self.folds[number].whole(folding.fold)),
                // One row or one column.
                Home::Scalar(scalar) => {
                    let result = self.folds[number].results.first().copied();
                    self.set(scalar, block, result.unwrap_or(folding.fold.nothing()));
                }
                Home::Numbers(ArrayPlace::Array(array)) => {
                    let range = self.sizes.range(self.tables.arrays[array], block);
                    for (place, result) in self.arrays[array][range].iter_mut().zip(&self.folds[number].results) {
                        *place = R::from_f64(*result);
                    }
                }
                Home::Numbers(_) => {}
            }
        }
    }

    /// A block's numbers at a place, as a matrix.
    fn matrix<'m>(
        &'m self,
        place: ArrayPlace,
        shape: ValueShape,
        block: usize,
        given: &'m ProgramInputs<'_, R>,
    ) -> MatRef<'m, R> {
        let range = self.sizes.range(shape, block);
        let numbers: &[R] = match place {
            ArrayPlace::Gradient => given.gradient,
            ArrayPlace::Theta => given.theta,
            ArrayPlace::Out => given.out,
            ArrayPlace::Array(array) => &self.arrays[array],
        };
        let (rows, columns) = self.sizes.sides(shape, block);
        MatRef::new(rows, columns, &numbers[range])
    }

    fn product(
        &mut self,
        a: (ArrayPlace, ValueShape, bool),
        b: (ArrayPlace, ValueShape, bool),
        to: Home,
        given: &ProgramInputs<'_, R>,
    ) {
        let mut single = vec![R::ZERO];
        for block in 0..self.sizes.blocks() {
            let (mut numbers, range) = match to {
                Home::Numbers(ArrayPlace::Array(array)) => {
                    let range = self.sizes.range(self.tables.arrays[array], block);
                    (std::mem::take(&mut self.arrays[array]), range)
                }
                _ => (std::mem::take(&mut single), 0..1),
            };
            let (left, right) = (self.matrix(a.0, a.1, block, given), self.matrix(b.0, b.1, block, given));
            let rows = if a.2 { left.cols() } else { left.rows() };
            let columns = if b.2 { right.rows() } else { right.cols() };
            let out = MatMut::new(rows, columns, &mut numbers[range]);
            match (a.2, b.2) {
                (true, _) => product_transposed_left(left, right, out),
                (_, true) => product_transposed_right(left, right, out),
                _ => product(left, right, out),
            }
            match to {
                Home::Numbers(ArrayPlace::Array(array)) => self.arrays[array] = numbers,
                Home::Scalar(scalar) => {
                    self.set(scalar, block, numbers[0].to_f64());
                    single = numbers;
                }
                Home::Numbers(_) => single = numbers,
            }
        }
    }

    /// In f64 in every run: a rotation's angle takes differences of large numbers.
    fn eigenvectors(&mut self, of: (ArrayPlace, ValueShape), to: Home, given: &ProgramInputs<'_, R>) {
        for block in 0..self.sizes.blocks() {
            let matrix = self.matrix(of.0, of.1, block, given);
            let numbers: Vec<f64> = matrix.data().iter().map(|x| x.to_f64()).collect();
            let found = eigenvectors(Matrix::new(matrix.rows(), matrix.cols(), numbers));
            if let Home::Numbers(ArrayPlace::Array(array)) = to {
                let range = self.sizes.range(self.tables.arrays[array], block);
                for (place, x) in self.arrays[array][range].iter_mut().zip(found.data()) {
                    *place = R::from_f64(*x);
                }
            }
        }
    }

    fn transpose(&mut self, of: (ArrayPlace, ValueShape), to: usize, given: &ProgramInputs<'_, R>) {
        for block in 0..self.sizes.blocks() {
            let range = self.sizes.range(self.tables.arrays[to], block);
            let mut numbers = std::mem::take(&mut self.arrays[to]);
            let matrix = self.matrix(of.0, of.1, block, given);
            transpose(matrix, MatMut::new(matrix.cols(), matrix.rows(), &mut numbers[range]));
            self.arrays[to] = numbers;
        }
    }
}

/// Whether a number is the learning rate, which each block has its own of where factors are given.
fn is_rate(origin: &ScalarOrigin) -> bool {
    *origin == ScalarOrigin::Input(Input::Rate)
}

/// A count as a number: whole numbers up to 2⁵³ are exact.
#[allow(clippy::cast_precision_loss)]
fn as_number(count: usize) -> f64 {
    count as f64
}
