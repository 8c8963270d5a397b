//! `{ repeat = 3, layers = [ … ] }`: the same layers several times, each time with weights of their own.
//!
//! Layers with a name share them, so that the same weights are used again and again.

use super::chosen::{LayerEntry, put_all};
use super::kind::{Takes, count};
use crate::registry::Entry;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "repeat",
        description: "the layers within, so many times; those with a name share their weights",
        revision: 1,
        source: "lecture L14",
        parameters: &[count("repeat", "how many times", 1000)],
    },
    takes: Takes { layers: Some("layers"), ..Takes::NOTHING },
    build: &|layer, assembly| assembly.repeated(layer.count("repeat"), |assembly| put_all(&layer.within, assembly)),
};
