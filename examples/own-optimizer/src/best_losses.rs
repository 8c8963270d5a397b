//! Plot: one bar per method, as long as its mean test loss.

use burnmark::plots::{Material, NotDrawn, Plot, Shows};
use std::fmt::Write;

pub const PLOT: Plot = Plot {
    name: "best-losses",
    description: "a bar per method: the mean test loss of its best setting",
    source: "examples/own-optimizer",
    shows: Shows::Compared,
    asks: false,
    draw,
};

#[allow(clippy::cast_precision_loss)] // a few bars
fn draw(material: &Material<'_>) -> Result<String, NotDrawn> {
    let rows = material.selected.iter().filter_map(|row| {
        let points = row.best?.points()?;
        let mean = points.iter().map(|point| point.test.loss).sum::<f64>() / points.len() as f64;
        Some((format!("{}, {}", row.data, row.optimizer), mean))
    });
    let rows: Vec<(String, f64)> = rows.collect();
    let most = rows.iter().map(|(_, loss)| *loss).fold(0.0, f64::max);
    if most <= 0.0 {
        return Err(NotDrawn::Nothing("no method has a loss above 0"));
    }
    let mut svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {}\">", 30 * rows.len() + 10);
    for (place, (name, loss)) in rows.iter().enumerate() {
        let (y, width) = (30 * place + 10, 300.0 * loss / most);
        let _ = write!(svg, "<rect x=\"10\" y=\"{y}\" width=\"{width:.1}\" height=\"20\" fill=\"#4477aa\"/>");
        let _ = write!(svg, "<text x=\"320\" y=\"{}\" font-size=\"14\">{name}: {loss:.4}</text>", y + 15);
    }
    Ok(svg + "</svg>\n")
}
