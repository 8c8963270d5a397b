//! Shades of a scale from light to dark, and what is written on them.

use super::palette::{INK_ON_SHADE, PAPER_ON_SHADE};
use plotters::prelude::RGBColor;

/// The least contrast of a number with its cell (WCAG 2, criterion 1.4.3).
const CONTRAST: f64 = 4.5;

/// From nearly white to dark blue: the lightness falls all the way, so it reads without colour too.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 255
pub fn shade(share: f64) -> RGBColor {
    let mix = |light: f64, dark: f64| (light + share.clamp(0.0, 1.0) * (dark - light)).round() as u8;
    RGBColor(mix(240.0, 8.0), mix(246.0, 48.0), mix(252.0, 107.0))
}

/// White on what is dark enough for it, else black.
pub fn ink(shade: RGBColor) -> RGBColor {
    if contrast(shade, PAPER_ON_SHADE) >= CONTRAST { PAPER_ON_SHADE } else { INK_ON_SHADE }
}

/// How much lighter one colour is than another: from 1 to 21 (WCAG 2).
fn contrast(one: RGBColor, other: RGBColor) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance of a colour (WCAG 2, from sRGB).
fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::super::palette::INK;
    use super::*;

    #[test]
    fn numbers_stand_out_of_every_shade() {
        assert!((contrast(RGBColor(255, 255, 255), INK) - 21.0).abs() < 1e-9);
        for share in (0..=100).map(|i| f64::from(i) / 100.0) {
            assert!(contrast(shade(share), ink(shade(share))) >= CONTRAST, "{share}");
        }
        assert!(luminance(shade(0.2)) > luminance(shade(0.3)));
    }
}
