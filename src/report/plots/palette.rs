//! The colours of figures: on white, as files have them, and on a dark screen, as the page shows them there.
//!
//! A figure names each colour by its role, and each role has a colour of its own, so that the page's style sheet finds it by its
//! value. The shades of heat maps stand for numbers; they are the same everywhere, with the ink on them.

use plotters::prelude::RGBColor;
use std::fmt::Write;

pub const INK: RGBColor = RGBColor(0, 0, 0);
pub const SOFT: RGBColor = RGBColor(70, 70, 70);
pub const PAPER: RGBColor = RGBColor(255, 255, 255);
/// Of what is there for comparison only.
pub const FAINT: RGBColor = RGBColor(178, 178, 178);
/// Of contour lines.
pub const CONTOUR: RGBColor = RGBColor(145, 145, 145);
/// On a shade that a dark screen does not change.
pub const INK_ON_SHADE: RGBColor = RGBColor(1, 1, 1);
pub const PAPER_ON_SHADE: RGBColor = RGBColor(254, 254, 254);

/// Of methods: Okabe & Ito 2008, readable by the colour-blind, in an order that also differs in lightness; yellow is left out,
/// it is too light for a line. On a dark screen the same hues, lighter.
const METHODS: [(RGBColor, RGBColor); 7] = [
    (RGBColor(0, 114, 178), RGBColor(73, 158, 224)),
    (RGBColor(213, 94, 0), RGBColor(240, 124, 40)),
    (RGBColor(0, 158, 115), RGBColor(38, 190, 145)),
    (RGBColor(204, 121, 167), RGBColor(226, 152, 195)),
    (RGBColor(86, 180, 233), RGBColor(160, 215, 248)),
    (RGBColor(230, 159, 0), RGBColor(246, 196, 66)),
    (INK, DARK_INK),
];
/// How many colours methods have; further ones have them again, with other markers.
pub const COLOURS: usize = METHODS.len();

/// What the page's own ink and paper are in the dark.
const DARK_INK: RGBColor = RGBColor(232, 232, 232);
const DARK_PAPER: RGBColor = RGBColor(22, 24, 28);

/// Levels of a contour plot.
pub const LEVELS: usize = 12;
/// The shades of the lowest and of the highest level: every line stands out of both.
const SHADES: [[u8; 2]; 2] = [[252, 205], [66, 26]];

/// A method's colour by its place among all.
pub fn colour(style: usize) -> RGBColor {
    METHODS[style % COLOURS].0
}

/// A class's colour, so light that markers and borders stand out.
pub fn tint(class: usize) -> RGBColor {
    mixed(colour(class), PAPER, 4)
}

/// The shade of a level, darker for higher ones.
pub fn shade(level: usize) -> RGBColor {
    gray(SHADES[0], level)
}

fn gray([lowest, highest]: [u8; 2], level: usize) -> RGBColor {
    let way = usize::from(lowest - highest) * level.min(LEVELS - 1) / (LEVELS - 1);
    let light = lowest - u8::try_from(way).unwrap_or(0);
    RGBColor(light, light, light)
}

/// One part of a colour and the rest of another.
fn mixed(colour: RGBColor, with: RGBColor, of: u16) -> RGBColor {
    let mix = |a: u8, b: u8| u8::try_from((u16::from(a) + (of - 1) * u16::from(b)) / of).unwrap_or(b);
    RGBColor(mix(colour.0, with.0), mix(colour.1, with.1), mix(colour.2, with.2))
}

/// Every role's colour on white, and on a dark screen.
fn roles() -> Vec<(RGBColor, RGBColor)> {
    let plain = [
        (SOFT, RGBColor(171, 171, 171)),
        (PAPER, DARK_PAPER),
        (FAINT, RGBColor(95, 99, 106)),
        (CONTOUR, RGBColor(108, 108, 108)),
    ];
    let tints = METHODS.iter().enumerate().map(|(class, (_, dark))| (tint(class), mixed(*dark, DARK_PAPER, 3)));
    let levels = (0..LEVELS).map(|level| (shade(level), gray(SHADES[1], level)));
    METHODS.into_iter().chain(plain).chain(tints).chain(levels).collect()
}

/// The rules of a style sheet that give the figures below `selector` their colours for a dark screen.
pub fn dark_rules(selector: &str) -> String {
    let mut rules = String::new();
    for (light, dark) in roles() {
        let (light, dark) = (hex(light), hex(dark));
        for attribute in ["fill", "stroke"] {
            let _ = writeln!(rules, "{selector} [{attribute}=\"{light}\"] {{ {attribute}: {dark} }}");
        }
    }
    rules
}

/// As plotters writes it.
fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_role_has_a_colour_of_its_own() {
        let mut seen = BTreeSet::new();
        assert!(roles().iter().all(|(light, _)| seen.insert(hex(*light))));
        for on_shade in [INK_ON_SHADE, PAPER_ON_SHADE] {
            assert!(!dark_rules("svg").contains(&hex(on_shade)));
        }
    }

    #[test]
    fn lines_stand_out_of_the_dark() {
        let light = |RGBColor(r, g, b): RGBColor| 2 * u32::from(r) + 5 * u32::from(g) + u32::from(b);
        for (_, dark) in METHODS {
            assert!(light(dark) > light(gray(SHADES[1], 0)) + 500, "{}", hex(dark));
        }
        assert_eq!([shade(0), shade(LEVELS - 1)].map(hex), ["#FCFCFC", "#CDCDCD"]);
        let dark = (0..LEVELS).map(|level| gray(SHADES[1], level).0).collect::<Vec<_>>();
        assert!(dark.windows(2).all(|two| two[0] > two[1]), "darker is higher in the dark too: {dark:?}");
    }
}
