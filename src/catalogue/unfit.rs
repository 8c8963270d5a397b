//! Why a catalogue, or a name in it, cannot be used.

#![allow(missing_docs)] // the message of each kind says what it is

/// A name that no entry of its kind has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {noun} `{name}`")]
pub struct UnknownEntry {
    pub noun: &'static str,
    pub name: String,
}

/// Why a catalogue cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Two entries of a kind have one name.
    #[error("this program has two entries `{name}` of the kind {noun}; give one of them another name")]
    TwiceNamed { noun: &'static str, name: &'static str },
    /// A name that a spec could not write like the others.
    #[error("the {noun} `{name}` has a name that is not of lower-case letters, digits and `-`")]
    BadName { noun: &'static str, name: &'static str },
    /// Two entries of a kind have a parameter of one name, and its values are of different types.
    #[error(
        "the {noun} `{name}` has a parameter `{parameter}` of another type than that of other entries; give it another name"
    )]
    OtherType { noun: &'static str, name: &'static str, parameter: &'static str },
    /// An entry names another one that there is not.
    #[error("the {noun} `{name}` names `{other}`, which this program does not have")]
    NoSuchEntry { noun: &'static str, name: &'static str, other: &'static str },
    /// A kind of layer without a parameter of its own name, so that no key of a spec names it.
    #[error("the kind of layer `{name}` has no parameter `{name}`, by which a spec names it; give it one")]
    NoKey { name: &'static str },
    /// A kind of layer with a key that names another kind.
    #[error("the kind of layer `{name}` has a key `{key}`, which names another kind of layer; give it another name")]
    KeyOfAnother { name: &'static str, key: &'static str },
}
