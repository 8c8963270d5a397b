//! PresetSizes and letters of figures for a paper, a page and a slide.

use super::values;
use crate::export::FigureScale;
use crate::report::plots::{FigureDesign, LETTERS};
use clap::{Args, ValueEnum};

/// How a figure is to look.
#[derive(Args)]
pub struct LookArguments {
    /// PresetSizes for a place that a figure is made for; the flags below replace each of them
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// Width of the figure with its unit, such as 88mm; panels are as many beside one another as have room
    #[arg(long, value_name = "LENGTH", value_parser = values::length)]
    width: Option<f64>,
    /// Height of the figure, such as 60mm [default: as its panels need]
    #[arg(long, value_name = "LENGTH", value_parser = values::length)]
    height: Option<f64>,
    /// Size of the numbers on axes in points; all other letters and the markers go with them [default: 8]
    #[arg(long, value_name = "POINTS", value_parser = values::letters)]
    font_size: Option<f64>,
    /// Pixels of a PNG for an inch [default: 300]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(30..=1200))]
    dpi: Option<u16>,
    /// Title of the figure; empty for none [default: that of the plot]
    #[arg(long, value_name = "WORDS")]
    title: Option<String>,
    /// Name of the axis below
    #[arg(long, value_name = "WORDS")]
    x_label: Option<String>,
    /// Name of the upright axis
    #[arg(long, value_name = "WORDS")]
    y_label: Option<String>,
    /// Leave the caption out of the figure: it is printed, for the text around it
    #[arg(long)]
    no_caption: bool,
    /// Show only panels whose title has these words, such as the name of a data set; may be given more than once
    #[arg(long, value_name = "WORDS")]
    panel: Vec<String>,
    /// Show only this method; may be given more than once. What it is compared with stays the same
    #[arg(long, value_name = "NAME")]
    pub method: Vec<String>,
}

/// A place that a figure is made for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Preset {
    /// A column of a paper: 88 mm, letters of 8 pt, title and caption left to the text
    Paper,
    /// The width of a page: 180 mm, letters of 9 pt, title and caption left to the text
    Page,
    /// A slide of 16:9: 960 × 540 pt, letters of 16 pt, caption left to the speaker; 1920 × 1080 pixels as PNG
    Slide,
}

/// What a preset says.
struct PresetSizes {
    width: Option<f64>,
    height: Option<f64>,
    letters: f64,
    dpi: f64,
    has_title: bool,
    has_caption: bool,
}

/// Points of a millimetre.
pub const MILLIMETRE: f64 = 72.0 / 25.4;
/// Points of a pixel where nothing is asked for: 96 pixels are an inch, as in CSS.
const PIXEL: f64 = 0.75;
const USUAL_LETTERS: f64 = 8.0;

impl Preset {
    fn sizes(of: Option<Self>) -> PresetSizes {
        let plain = PresetSizes {
            width: None,
            height: None,
            letters: USUAL_LETTERS,
            dpi: 300.0,
            has_title: true,
            has_caption: true,
        };
        let printed = PresetSizes { has_title: false, has_caption: false, ..plain };
        match of {
            None => plain,
            Some(Self::Paper) => PresetSizes { width: Some(88.0 * MILLIMETRE), ..printed },
            Some(Self::Page) => PresetSizes { width: Some(180.0 * MILLIMETRE), letters: 9.0, ..printed },
            Some(Self::Slide) => {
                let size = (Some(960.0), Some(540.0));
                PresetSizes { width: size.0, height: size.1, letters: 16.0, dpi: 144.0, has_caption: false, ..plain }
            }
        }
    }
}

impl LookArguments {
    /// The design and the scale that follow.
    pub fn design(&self) -> (FigureDesign, FigureScale) {
        let sizes = Preset::sizes(self.preset);
        let (width, height) = (self.width.or(sizes.width), self.height.or(sizes.height));
        let sized = width.is_some() || height.is_some() || self.font_size.is_some();
        let letters = self.font_size.unwrap_or(sizes.letters);
        let points = if sized { letters / LETTERS } else { PIXEL };
        #[allow(clippy::cast_possible_truncation)] // lengths and letters are bounded
        let pixels = |length: f64| (length / points).round() as i32;
        let design = FigureDesign {
            wide: width.map(pixels),
            high: height.map(pixels),
            title: self.title.clone().or((!sizes.has_title).then(String::new)),
            x: self.x_label.clone(),
            y: self.y_label.clone(),
            described: self.no_caption || !sizes.has_caption,
            panels: self.panel.clone(),
            methods: self.method.clone(),
        };
        (design, FigureScale { points, dpi: self.dpi.map_or(sizes.dpi, f64::from) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> LookArguments {
        LookArguments {
            preset: None,
            width: None,
            height: None,
            font_size: None,
            dpi: None,
            title: None,
            x_label: None,
            y_label: None,
            no_caption: false,
            panel: Vec::new(),
            method: Vec::new(),
        }
    }

    #[test]
    fn letters_and_widths_are_those_of_the_preset() {
        assert_eq!(look().design().0, FigureDesign::default());
        let (design, scale) = LookArguments { preset: Some(Preset::Paper), ..look() }.design();
        assert!((LETTERS * scale.points - 8.0).abs() < 1e-12);
        let millimetres = f64::from(design.wide.unwrap()) * scale.points / MILLIMETRE;
        assert!((millimetres - 88.0).abs() < 0.2, "{millimetres}");
        assert!(design.described && design.title.as_deref() == Some(""));
        let (design, scale) = LookArguments { preset: Some(Preset::Slide), ..look() }.design();
        let pixels = |length: Option<i32>| (f64::from(length.unwrap()) * scale.points * scale.dpi / 72.0).round();
        assert!((pixels(design.wide) - 1920.0).abs() < 3.0 && (pixels(design.high) - 1080.0).abs() < 3.0);
    }

    #[test]
    fn flags_replace_what_a_preset_says() {
        let typed = LookArguments {
            preset: Some(Preset::Paper),
            font_size: Some(6.0),
            title: Some("Mine".to_owned()),
            ..look()
        };
        let (design, scale) = typed.design();
        assert!((LETTERS * scale.points - 6.0).abs() < 1e-12 && design.wide > Some(400));
        assert_eq!(design.title.as_deref(), Some("Mine"));
    }
}
