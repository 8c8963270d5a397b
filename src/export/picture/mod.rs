//! Figures as SVG, PDF and PNG. Plots are drawn as SVG; the other two are made of it by what is in this folder, with a font of its own, so
//! the same figure gives the same bytes on every machine.

mod drawing;
mod error;
mod font;
mod paint;
mod pdf;
mod png;
mod raster;
mod read;
mod scale;
mod stroke;

pub use error::PictureError;
pub use scale::FigureScale;

use drawing::Drawing;
use std::collections::BTreeSet;

/// A file format of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureFormat {
    Svg,
    Pdf,
    Png,
}

impl FigureFormat {
    /// Every one, the first is the default.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Pdf, Self::Png];

    /// As typed, and as a file's ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }
}

/// A file's content.
pub struct FigureFile {
    pub bytes: Vec<u8>,
    /// The letters that the font of PDF and PNG does not have: they are drawn as boxes.
    pub missing: BTreeSet<char>,
}

/// A plot's SVG as a file of this format.
///
/// # Errors
/// For PDF and PNG, where the SVG has more in it than rectangles, lines, polygons, circles and texts, or the PNG would be too large.
pub fn picture(svg: &str, format: FigureFormat, scale: FigureScale) -> Result<FigureFile, PictureError> {
    if format == FigureFormat::Svg {
        return Ok(FigureFile { bytes: sized(svg, scale.points).into_bytes(), missing: BTreeSet::new() });
    }
    let drawing = Drawing::read(svg)?;
    let missing = font::missing(drawing.texts());
    let bytes = match format {
        FigureFormat::Png => png::png(&drawing, scale)?,
        _ => pdf::pdf(&drawing, scale.points)?,
    };
    Ok(FigureFile { bytes, missing })
}

/// The same SVG with its size in points; its pixels stay what its shapes count in.
fn sized(svg: &str, points: f64) -> String {
    let Some((head, rest)) = svg.split_once('>').filter(|(head, _)| head.trim_start().starts_with("<svg")) else {
        return svg.to_owned();
    };
    let mut head = head.to_owned();
    for name in ["width", "height"] {
        let Some(value) = read::attribute(&head, name).and_then(|value| value.parse::<f64>().ok()) else { continue };
        let now = format!(" {name}=\"{:.3}pt\"", value * points);
        head = head.replacen(&format!(" {name}=\"{value}\""), &now, 1);
    }
    format!("{head}>{rest}")
}
