//! A compiled formula: what is done in which order, with every number's place settled but the sizes of the blocks.

use super::graph::{Binary, Fold, Input, Unary};
use super::shape::{Over, ValueShape};

/// Where numbers of a block lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArrayPlace {
    Gradient,
    /// θ where it is only read.
    Theta,
    /// What the program gives: the next θ, written over the old, or the point that is asked for.
    Out,
    /// A state, or a result that a later stage reads.
    Array(usize),
}

/// Where a single number lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    Network(usize),
    /// One per block.
    Block(usize),
}

/// Where a single number comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarOrigin {
    Number(f64),
    Input(Input),
    /// An operation, or a state.
    Kept,
}

/// The places of all programs of a method.
#[derive(Clone, Debug, Default)]
pub struct ProgramTables {
    /// The shapes of the arrays: states first.
    pub arrays: Vec<ValueShape>,
    pub network: Vec<ScalarOrigin>,
    pub blocks: Vec<ScalarOrigin>,
}

/// A stage, compiled.
#[derive(Clone, Debug)]
pub enum Work {
    Network(Vec<ScalarStep>),
    Blocks(Vec<ScalarStep>),
    Sweep(BlockSweep),
    Product {
        a: (ArrayPlace, ValueShape, bool),
        b: (ArrayPlace, ValueShape, bool),
        to: Home,
    },
    Transpose {
        of: (ArrayPlace, ValueShape),
        to: usize,
    },
    /// Of symmetric matrices, where a number of the network is not 0.
    Eigenvectors {
        of: (ArrayPlace, ValueShape),
        to: Home,
        when: Scalar,
    },
}

/// Where a result of any shape lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Numbers(ArrayPlace),
    Scalar(Scalar),
}

/// An operation on single numbers.
#[derive(Clone, Copy, Debug)]
pub struct ScalarStep {
    pub to: Scalar,
    pub operation: ScalarOperation,
}

#[derive(Clone, Copy, Debug)]
pub enum ScalarOperation {
    Copy(Scalar),
    Unary(Unary, Scalar),
    Binary(Binary, Scalar, Scalar),
    Where(Scalar, Scalar, Scalar),
    OverBlocks(Fold, Scalar),
}

/// One pass over all numbers of a shape, piece by piece.
#[derive(Clone, Debug)]
pub struct BlockSweep {
    pub shape: ValueShape,
    /// The arrays of this shape that it reads or writes: slots from [`FIRST`] on. Registers have the slots behind.
    pub arrays: Vec<ArrayPlace>,
    pub registers: usize,
    /// Arrays of smaller shapes that are spread over this one.
    pub sources: Vec<(ArrayPlace, ValueShape)>,
    /// Single numbers that it uses.
    pub scalars: Vec<Scalar>,
    pub code: Vec<Instruction>,
    pub folds: Vec<Folding>,
    /// Whether blocks do not matter, so that it runs over θ as a whole.
    pub is_flat: bool,
}

/// The slots of what is only read: the gradient and θ.
pub const OF_GRADIENT: u8 = 0;
pub const OF_THETA: u8 = 1;
/// The first slot of the arrays.
pub const FIRST: usize = 2;
/// How many arrays and registers a sweep can have.
pub const MOST_SLOTS: usize = 64;
/// How many single numbers, spread arrays and sums a sweep can have.
pub const MOST_SCALARS: usize = 128;
pub const MOST_SOURCES: usize = 16;

/// One loop over a piece.
#[derive(Clone, Copy, Debug)]
pub struct Instruction {
    pub kernel: Kernel,
    pub to: u8,
    /// Slots that are read.
    pub from: [u8; 3],
    /// Single numbers, by their place among the sweep's.
    pub scalars: [u8; 5],
}

/// What a loop does with a, b, c (slots) and p, q, r, s, t (single numbers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// f(a)
    Unary(Unary),
    /// f(a, b), f(a, p), f(p, a)
    Both(Binary),
    WithScalar(Binary),
    ScalarWith(Binary),
    /// b where a holds, else c; p or q in the place of one or both.
    Where,
    WhereElseScalar,
    WhereScalarElse,
    WhereScalars,
    /// a where p holds, else b
    Pick,
    /// p
    Fill,
    Copy,
    /// The number of the source that belongs to the place.
    Spread(u8),
    /// Into the sum of this number.
    Fold(u8),
    Fused(Fused),
    /// x is written as all results are; a is y, b is z.
    Pair(Pair),
}

/// Loops that do what two to six others would do, with the same roundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fused {
    /// p a + q b
    SumOfScaled,
    /// p a − q b
    DifferenceOfScaled,
    /// p a + (q b) b
    ScaledPlusSquare,
    /// p a + q (b b)
    ScaledPlusScaledSquare,
    /// a + b b
    PlusSquare,
    /// a + p b
    PlusScaled,
    /// a − p b
    MinusScaled,
    /// a − (p b) / c
    MinusScaledOver,
    /// (p a) / b
    ScaledOver,
    /// (p a) b
    ScaledTimes,
    /// √(p a) + q
    RootOfScaledPlus,
    /// √a + p
    RootPlus,
    /// √(a + p)
    RootOfSum,
    /// a − (p b) / (√(q c) + r)
    MinusScaledOverRoot,
    /// a − p (b / c)
    MinusScaledQuotient,
    /// a − p sign(b)
    MinusScaledSign,
    /// a − p sign(q b + r c)
    MinusScaledSignOfSum,
    /// a − b c
    MinusProduct,
    /// a − sign(b) c
    MinusSignTimes,
    /// −(sign(a) b)
    NegativeSignTimes,
    /// √(a + p) / √(b + q) · c
    RootOverRootTimes,
    /// a sign(b)
    TimesSign,
    /// min(p a, q)
    MinScaled,
    /// max(p a, q)
    MaxScaled,
    /// max(p a, |b| + q)
    MaxScaledAbsPlus,
    /// b where a > p, else c
    WhereGreater,
    /// b where a < p, else c
    WhereLess,
    /// q where a < p, else b
    WhereLessScalar,
    /// b where a < p and q, else c
    WhereLessAnd,
    /// a where b < p, else a + c
    PlusUnlessLess,
    /// min(p a, q) where b > 0, max(r a, s) where b < 0, else a
    StepBySign,
    /// The same with sign(b) sign(c) in the place of b
    StepBySigns,
}

/// Two loops in one pass, which write x and y and read z besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    /// x ← p x + q z, then y ← y + x
    SumThenPlus,
    /// x ← p x − q z, then y ← y + x
    DifferenceThenPlus,
    /// x ← p x + q z, then y ← y − r x
    SumThenMinusScaled,
    /// x ← p x + q z, then y ← r y + (s z) z
    SumAndSquare,
    /// x ← x − p sign(q y + r z), then y ← s y + t z
    SignOfSumAndSum,
}

/// A sum or the like over a part of each block.
#[derive(Clone, Copy, Debug)]
pub struct Folding {
    pub fold: Fold,
    pub over: Over,
    pub to: Home,
}

/// The formula needs more places at once than a sweep has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooWide;
