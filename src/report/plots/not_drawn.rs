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
    /// The library that draws fails.
    #[error("cannot draw: {0}")]
    Library(String),
}

impl From<&'static str> for NotDrawn {
    fn from(nothing: &'static str) -> Self {
        Self::Nothing(nothing)
    }
}
