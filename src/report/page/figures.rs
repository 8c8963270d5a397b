//! Figures on the page, with what a dark screen makes of their colours.

use super::html::with_code;
use crate::report::plots::{Figure, dark_rules};
use std::fmt::Write;

/// Figures do not become smaller than this on a narrow screen: their letters are small as they are.
const LEAST_SCALE: f64 = 0.9;

/// What the page's style sheet says of figures in the dark; on paper they are as in their files.
pub fn style() -> String {
    format!("@media screen and (prefers-color-scheme: dark) {{\n{}}}", dark_rules("figure svg"))
}

/// Every plot that the runs allow, and why not the others; those of the first question are files too.
pub fn shown(figures: &[Figure], first: bool) -> String {
    let mut html = String::new();
    let mut missing = Vec::new();
    for Figure { plot, svg } in figures {
        match svg {
            Ok(svg) => html += &figure(plot.name, svg, first),
            Err(why) => missing.push(format!("{}: {why}", plot.name)),
        }
    }
    if !missing.is_empty() {
        let _ = write!(html, "<p class=\"counts\">Not drawn: {}.</p>", with_code(&missing.join("; ")));
    }
    html
}

/// A figure that scrolls by itself where there is less room than its letters need, named by its own title.
fn figure(name: &str, svg: &str, is_file: bool) -> String {
    let title = title(svg).unwrap_or(name);
    let label = title.replace('"', "&quot;");
    let least = LEAST_SCALE * width(svg).unwrap_or(0.0);
    let attributes = format!("<svg role=\"img\" aria-label=\"{label}\" style=\"min-width:{least:.0}px\" ");
    let svg = svg.replacen("<svg ", &attributes, 1);
    let file = if is_file { format!(" (figures/{name}.svg)") } else { String::new() };
    format!(
        "<figure><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">{svg}</div>\
         <figcaption>{title}{file}</figcaption></figure>"
    )
}

/// The title of a drawing, its first text, as it stands in the SVG.
pub fn title(svg: &str) -> Option<&str> {
    let text = svg.split("<text").nth(1)?.split_once('>')?.1;
    text.split("</text>").next().map(str::trim)
}

/// The width of a drawing in pixels.
fn width(svg: &str) -> Option<f64> {
    svg.split_once("width=\"")?.1.split('"').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn figures_are_named_by_their_titles_and_stay_legible() {
        let svg = "<svg width=\"500\" height=\"9\"><rect/><text x=\"1\" y=\"2\">\nLoss &amp; \"rate\"\n</text><text>no</text></svg>";
        let figure = |is_file| super::figure("rate", svg, is_file);
        let file = figure(true);
        assert!(file.contains("<figcaption>Loss &amp; \"rate\" (figures/rate.svg)</figcaption>"), "{file}");
        assert!(file.contains("tabindex=\"0\" role=\"group\" aria-label=\"Loss &amp; &quot;rate&quot;\""), "{file}");
        assert!(file.contains("style=\"min-width:450px\" width=\"500\""), "{file}");
        assert!(figure(false).contains("<figcaption>Loss &amp; \"rate\"</figcaption>"), "no file has it");
    }
}
