//! Why a plot is not drawn.

/// Why a plot is not drawn, as the page says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDrawn {
    /// The results have nothing that the plot shows.
    #[error("{0}")]
    Nothing(&'static str),
    #[error("no axis that is a question has {fewest} to {most} numbers")]
    NoAxis { fewest: usize, most: usize },
    #[error("{0} panels are too many for one figure")]
    TooManyPanels(usize),
    /// Fewer pixels were asked for than the figure takes.
    #[error("{} has to be {needed} pixels or more", if *width { "its width" } else { "its height" })]
    NoRoom { width: bool, needed: i32 },
    /// The titles of those that there are.
    #[error("no panel has such a title; there are {}", listed(.0))]
    NoSuchPanel(Vec<String>),
    #[error("its upright axis has the methods' names and none of its own")]
    NoUprightAxis,
    #[error("it has no axes whose names can be replaced")]
    NoAxisToName,
    #[error("it shows all methods together and cannot leave some out")]
    AllMethods,
    /// The library that draws fails.
    #[error("cannot draw: {0}")]
    Library(String),
}

/// The first ones.
fn listed(titles: &[String]) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = titles.iter().take(MOST).map(|title| format!("`{title}`")).collect();
    let more = if titles.len() > MOST { format!(" and {} more", titles.len() - MOST) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

impl From<&'static str> for NotDrawn {
    fn from(nothing: &'static str) -> Self {
        Self::Nothing(nothing)
    }
}
