//! How a figure is laid out where it is not as its plot usually is: its size, its words, and what of it is shown.

use super::not_drawn::NotDrawn;

/// What is asked for of a figure; by default nothing. Lengths are in pixels of the plot, in which the numbers on axes have letters of
/// [`LETTERS`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureDesign {
    /// Of the whole figure; panels are then as many beside one another as have room.
    pub wide: Option<i32>,
    /// Of the whole figure.
    pub high: Option<i32>,
    /// In the place of the plot's own title; empty for none.
    pub title: Option<String>,
    /// In the place of the axes' names.
    pub x: Option<String>,
    pub y: Option<String>,
    /// Whether the caption is a description of the figure instead of a part of it.
    pub described: bool,
    /// The panels to show: those whose title has one of these words in it; all if there are none.
    pub panels: Vec<String>,
    /// The methods to show; all if there are none. What they are compared with stays the same.
    pub methods: Vec<String>,
}

/// The height of an em of the numbers on axes, in pixels of the plot.
pub const LETTERS: f64 = 13.0 / 1.24; // what plotters calls 13

impl FigureDesign {
    /// How many panels stand beside one another and how wide each is; `usual` where nothing is asked for.
    pub fn columns(&self, usual: (usize, i32), least: i32) -> (usize, i32) {
        let Some(wide) = self.wide else { return usual };
        let most = i32::try_from(usual.0).unwrap_or(i32::MAX);
        let columns = (wide / least).clamp(1, most.max(1));
        (usize::try_from(columns).unwrap_or(1), wide / columns)
    }

    /// The panels that are asked for.
    ///
    /// # Errors
    /// If there are none of them.
    pub fn panels<P>(&self, panels: Vec<P>, title: impl Fn(&P) -> &str) -> Result<Vec<P>, NotDrawn> {
        if self.panels.is_empty() {
            return Ok(panels);
        }
        let words: Vec<String> = self.panels.iter().map(|words| words.to_lowercase()).collect();
        let is_asked = |panel: &P| words.iter().any(|words| title(panel).to_lowercase().contains(words));
        let titles = panels.iter().map(|panel| title(panel).to_owned()).collect();
        let asked: Vec<P> = panels.into_iter().filter(is_asked).collect();
        if asked.is_empty() { Err(NotDrawn::NoSuchPanel(titles)) } else { Ok(asked) }
    }

    /// Whether a method is shown.
    pub fn shows(&self, method: &str) -> bool {
        self.methods.is_empty() || self.methods.iter().any(|known| known == method)
    }

    /// Rejects a name for an upright axis where rows stand in its place.
    ///
    /// # Errors
    /// If one was asked for.
    pub fn without_upright(&self) -> Result<(), NotDrawn> {
        if self.y.is_some() { Err(NotDrawn::NoUprightAxis) } else { Ok(()) }
    }

    /// Rejects words and choices that this plot has no place for: names of axes, or methods.
    ///
    /// # Errors
    /// If one was asked for.
    pub fn without(&self, axes: bool, methods: bool) -> Result<(), NotDrawn> {
        match () {
            () if axes && (self.x.is_some() || self.y.is_some()) => Err(NotDrawn::NoAxisToName),
            () if methods && !self.methods.is_empty() => Err(NotDrawn::AllMethods),
            () => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_stand_beside_one_another_where_they_have_room() {
        let of = |wide| FigureDesign { wide, ..FigureDesign::default() }.columns((4, 330), 260);
        assert_eq!([of(None), of(Some(316)), of(Some(600)), of(Some(9000))], [(4, 330), (1, 316), (2, 300), (4, 2250)]);
        assert_eq!(of(Some(100)), (1, 100));
    }

    #[test]
    fn panels_are_chosen_by_words_of_their_titles() {
        let chosen = |words: &[&str]| {
            let design =
                FigureDesign { panels: words.iter().map(|&word| word.to_owned()).collect(), ..FigureDesign::default() };
            design.panels(vec!["iris: adam", "wine: adam", "wine: momentum"], |title| title)
        };
        assert_eq!(chosen(&[]).unwrap().len(), 3);
        assert_eq!(chosen(&["WINE"]).unwrap(), ["wine: adam", "wine: momentum"]);
        assert_eq!(chosen(&["iris", "momentum"]).unwrap(), ["iris: adam", "wine: momentum"]);
        assert!(chosen(&["digits"]).unwrap_err().to_string().contains("`iris: adam`, `wine: adam`"));
    }
}
