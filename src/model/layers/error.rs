//! Why a list of layers is no network on some data.

#![allow(missing_docs)] // the message of each kind says what it is

/// Why a layer does not go behind those before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    /// A layer by its place, with what is wrong there.
    #[error("`{place}` (`{kind}`): {why}")]
    At { place: String, kind: &'static str, why: Box<LayerError> },
    #[error(
        "what comes out must have the shape of what goes in, {inputs}, and has {outputs}; make its last layer as wide"
    )]
    NotResidual { inputs: String, outputs: String },
    #[error("what comes out, {outputs}, does not go beside what goes in, {inputs}; both need the same steps or pixels")]
    NotBeside { inputs: String, outputs: String },
    #[error("`{name}` names weights of {known}, and here {wanted} are needed; give one of the two layers another name")]
    Shared { name: String, known: String, wanted: String },
    #[error("takes a sequence or an image, and gets {got}")]
    NeedsPositions { got: String },
    #[error("takes a sequence, and gets {got}")]
    NeedsSequence { got: String },
    #[error(
        "{padding} zeros on each side of a kernel of {kernel}: some patches would hold nothing else; pad by less than the kernel"
    )]
    PadsTooMuch { kernel: usize, padding: usize },
    #[error("gets {got}: too few for a size of {size}")]
    TooSmall { got: String, size: usize },
    #[error("a batch norm has running averages of its own and shares nothing; leave out its `name`")]
    OwnStatistics,
    #[error("looks up whole numbers, so it has to be the first layer of the network")]
    NotFirst,
    #[error("an image needs no `flatten`: `dense` takes all its pixels; leave it out")]
    FlattensImage,
    #[error("gets {got} and needs a sequence")]
    FlattensNothing { got: String },
    #[error("makes the network too large: {what}; expected at most {most}")]
    TooLarge { what: String, most: usize },
    #[error("more than {most} layers, those of each repetition counted")]
    TooMany { most: usize },
    #[error(
        "the last layer gives {shape} for one answer; put `{{ pool = \"last\" }}`, `{{ pool = \"mean\" }}` or `{{ flatten = true }}` \
         behind it"
    )]
    OneAnswer { shape: String },
    #[error(
        "each sample has {answers} answers, and the last layer gives {shape}; put `{{ flatten = true }}` behind it"
    )]
    ManyAnswers { answers: usize, shape: String },
}

impl LayerError {
    /// What is wrong, at a layer's place; the innermost place counts.
    #[must_use]
    pub fn at(self, place: &str, kind: &'static str) -> Self {
        match self {
            placed @ Self::At { .. } => placed,
            why => Self::At { place: place.to_owned(), kind, why: Box::new(why) },
        }
    }
}
