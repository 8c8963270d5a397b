//! The colours of shapes.

/// Red, green, blue.
pub type Colour = [u8; 3];

/// What a shape is filled with, and its outline.
#[derive(Clone, Debug, PartialEq)]
pub struct Paint {
    pub fill: Option<Colour>,
    pub stroke: Option<Colour>,
    /// Of the outline, in pixels.
    pub width: f64,
    /// The lengths of dashes and of the gaps behind them; empty for a whole line.
    pub dashes: Vec<f64>,
    /// From 0 to 1.
    pub opacity: f64,
}

/// `#RRGGBB`, a name that SVG has and plotters may write, or `none`; `Err` for another one.
pub fn colour(word: &str) -> Result<Option<Colour>, ()> {
    match word {
        "none" | "transparent" => return Ok(None),
        "black" => return Ok(Some([0; 3])),
        "white" => return Ok(Some([255; 3])),
        _ => {}
    }
    let digits = word.strip_prefix('#').filter(|digits| digits.is_ascii()).ok_or(())?;
    let byte = |digits: &str| u8::from_str_radix(digits, 16).map_err(|_| ());
    match digits.len() {
        6 => Ok(Some([byte(&digits[0..2])?, byte(&digits[2..4])?, byte(&digits[4..6])?])),
        3 => {
            let twice = |digit: &str| byte(digit).map(|digit| 17 * digit);
            Ok(Some([twice(&digits[0..1])?, twice(&digits[1..2])?, twice(&digits[2..3])?]))
        }
        _ => Err(()),
    }
}
