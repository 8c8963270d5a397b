//! Decision boundaries: what a classifier of points in the plane answers where.

use super::captions::{caption, of_each};
use super::not_drawn::NotDrawn;
use super::palette::{INK, tint};
use super::plane::{PlaneLayout, draw_plane};
use super::plot::{Material, Plot, Shows};
use super::sheet::{LegendKey, marker};
use crate::analysis::Selected;
use crate::record::Regions;

pub const PLOT: Plot = Plot {
    name: "decision-boundary",
    description: "what classifiers of points in the plane answer where; needs `output.parameters`",
    source: "report/plots/boundary.rs",
    shows: Shows::Compared,
    asks: false,
    draw: plot,
};

/// More panels than this are no figure any more.
const MOST_PANELS: usize = 16;
/// The most samples of a panel that are drawn: evenly chosen ones.
const MOST_SAMPLES: usize = 300;

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let panel = |row: &Selected<'_, '_>| {
        let run = row.best?.runs.first()?;
        // Cheaper than to make the experiment again: only a network of two inputs is asked.
        let tensors = (material.parameters)(run.record.run)?;
        tensors.iter().find(|tensor| tensor.name == "layers.0.weight" && tensor.shape.len() == 2)?;
        Some((format!("{}: {}", row.data, row.optimizer), (material.regions)(run.record.run)?))
    };
    let design = material.design;
    let shown = material.selected.iter().filter(|row| design.shows(&row.optimizer));
    let panels: Vec<(String, Regions)> = shown.filter_map(panel).collect();
    if panels.is_empty() {
        return Err("no classifier of points in the plane whose parameters were kept by `output.parameters`".into());
    }
    let panels = design.panels(panels, |(title, _)| title)?;
    if panels.len() > MOST_PANELS {
        return Err(NotDrawn::TooManyPanels(panels.len()));
    }
    let classes = panels.iter().map(|(_, regions)| regions.classes).max().unwrap_or(0);
    let classes: Vec<String> = (0..classes).map(|class| format!("class {class}")).collect();
    let each = of_each(material.configurations);
    let what = format!(
        "{each}, its first seed. Shades: the class that the network answers; \
         markers: the training part, at most {MOST_SAMPLES} samples of it."
    );
    let titles: Vec<String> = panels.iter().map(|(title, _)| title.clone()).collect();
    let caption = caption(&what, material.configurations);
    let legend = LegendKey::of(&classes, &classes);
    let names = (design.x.as_deref().unwrap_or("x₁"), design.y.as_deref().unwrap_or("x₂"));
    let words = ("Decision boundaries", caption.as_str());
    PlaneLayout::of(design, &titles)?.draw(design, words, (&legend, panels.len()), |area, place| {
        let (_, regions) = &panels[place];
        let values = &regions.grid.values;
        draw_plane(
            area,
            names,
            &regions.grid,
            |cell| tint(class(values[cell])),
            |plane| {
                let every = regions.samples.len().div_ceil(MOST_SAMPLES).max(1);
                for (point, class) in regions.samples.iter().step_by(every) {
                    marker(plane.area, usize::try_from(*class)?, plane.pixel(*point))?;
                }
                #[allow(clippy::float_cmp)] // classes
                plane.borders(&regions.grid, INK, |a, b| values[a] != values[b])
            },
        )
    })
}

/// A class is a whole number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn class(value: f64) -> usize {
    value as usize
}
