//! Why a plot has no file of a format.

/// Why a plot has no file of this format.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// A plot of a package may draw with more of SVG than those here do.
    #[error("its SVG has {0}, of which PDF and PNG cannot be made; write it as SVG")]
    Unknown(String),
    #[error("a PNG of {width} × {height} pixels is too large; give a smaller `--width` or `--dpi`")]
    TooLarge { width: u64, height: u64 },
    #[error("cannot pack it: {0}")]
    Unpacked(String),
}
