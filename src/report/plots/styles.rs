//! One style per method, by its name: a method has its colour and marker in every figure of every folder.
//!
//! Methods differ by colour and by marker, readable in black and white. The built-in methods have fixed styles. Any other name has
//! a colour that follows from its letters; where another method of the folder has that colour, it takes the next free one.

use super::palette::COLOURS;

/// The built-in methods, in the order of their styles: those that are compared most have different colours.
pub const KNOWN: [&str; 25] = [
    "gradient-descent",
    "momentum",
    "nesterov",
    "adam",
    "rmsprop",
    "adagrad",
    "lion",
    "rprop",
    "rprop-plus",
    "irprop-plus",
    "irprop-minus",
    "adadelta",
    "adamax",
    "amsgrad",
    "nadam",
    "normal-equations",
    "qr",
    "minimum-norm",
    "ridge",
    "ridge-cv",
    "map",
    "lasso",
    "newton",
    "lbfgs",
    "perceptron",
];

/// The style of a method among these: its colour is the style's remainder by the number of colours, and a style of a later
/// round has another marker.
pub fn style(methods: &[String], method: &str) -> usize {
    if let Some(style) = known(method) {
        return style;
    }
    let mut taken: Vec<usize> = methods.iter().filter_map(|name| known(name)).collect();
    let mut others: Vec<&str> = methods.iter().map(String::as_str).filter(|name| known(name).is_none()).collect();
    others.sort_unstable(); // not by their order in a folder
    others.dedup();
    for name in others {
        let style = free(colour_of(name), &taken);
        if name == method {
            return style;
        }
        taken.push(style);
    }
    colour_of(method)
}

fn known(method: &str) -> Option<usize> {
    KNOWN.iter().position(|name| *name == method)
}

/// The colour that a name would have: by the hash FNV-1a of its letters.
fn colour_of(name: &str) -> usize {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash as usize % COLOURS
}

/// The first style from this colour on whose colour fewest of the others have.
fn free(colour: usize, taken: &[usize]) -> usize {
    let uses = |colour: usize| taken.iter().filter(|style| **style % COLOURS == colour).count();
    let colours = (0..COLOURS).map(|next| (colour + next) % COLOURS);
    let colour = colours.min_by_key(|colour| uses(*colour)).unwrap_or(colour);
    let rounds = (0..).map(|round| colour + round * COLOURS);
    rounds.into_iter().find(|style| !taken.contains(style)).unwrap_or(colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn styles(methods: &[&str]) -> Vec<usize> {
        let all: Vec<String> = methods.iter().map(|&name| name.to_owned()).collect();
        methods.iter().map(|name| style(&all, name)).collect()
    }

    #[test]
    fn a_method_keeps_its_style_whoever_is_there() {
        assert_eq!(styles(&["adam", "momentum"]), [3, 1]);
        assert_eq!(styles(&["mine", "momentum", "adam"])[1..], [1, 3]);
        let (alone, beside) = (styles(&["mine"]), styles(&["other", "mine"]));
        assert!(beside[1] == alone[0] || beside[0] % COLOURS == alone[0], "only a colour that is taken moves it");
        let (one, other) = (styles(&["dropout 0", "dropout 0.2", "x"]), styles(&["x", "dropout 0.2", "dropout 0"]));
        assert_eq!([one[0], one[1], one[2]], [other[2], other[1], other[0]], "their order is no matter");
    }

    #[test]
    fn styles_differ_and_colours_as_long_as_there_are_any() {
        let names: Vec<String> = (0..30).map(|number| format!("value {number}")).collect();
        for count in [2, 5, 7, 8, 30] {
            let names: Vec<&str> = names[..count].iter().map(String::as_str).collect();
            let styles = styles(&names);
            assert_eq!(styles.iter().collect::<BTreeSet<_>>().len(), count, "{styles:?}");
            let colours: BTreeSet<usize> = styles.iter().map(|style| style % COLOURS).collect();
            assert_eq!(colours.len(), count.min(COLOURS), "{styles:?}");
        }
        let beside = styles(&["adam", "momentum", "nesterov", "gradient-descent", "a", "b", "c"]);
        let colours: BTreeSet<usize> = beside.iter().map(|style| style % COLOURS).collect();
        assert_eq!(colours.len(), 7, "{beside:?}");
    }
}
