//! What is drawn as one: a row, or all rows of a group.

use super::super::set::{DataSet, Target};

/// What is drawn as one, by class: rows, or groups where a set has them.
pub struct DrawnUnits {
    /// Of each class its rows, ascending; without classes, or with groups, all in one.
    pub strata: Vec<Vec<usize>>,
    /// The rows of each group; without groups a unit is a row.
    groups: Option<Vec<Vec<usize>>>,
}

impl DrawnUnits {
    /// The units of the rows that are free to be drawn.
    pub fn of(set: &DataSet, free: impl Fn(usize) -> bool) -> Self {
        let rows = (0..set.samples()).filter(|row| free(*row));
        if let Some(groups) = &set.rows.groups {
            let count = groups.iter().max().map_or(0, |last| *last as usize + 1);
            let mut members = vec![Vec::new(); count];
            rows.for_each(|row| members[groups[row] as usize].push(row));
            let strata = vec![(0..count).filter(|group| !members[*group].is_empty()).collect()];
            return Self { strata, groups: Some(members) };
        }
        let strata = match &set.target {
            Target::Classes { labels, count } if set.positions() == 1 => {
                let mut strata = vec![Vec::new(); *count];
                rows.for_each(|row| strata[labels[row] as usize].push(row));
                strata
            }
            _ => vec![rows.collect()],
        };
        Self { strata, groups: None }
    }

    /// What units are called in messages.
    pub const fn noun(&self) -> &'static str {
        if self.groups.is_some() { "group" } else { "sample" }
    }

    /// The rows of some units.
    pub fn rows(&self, units: Vec<usize>) -> Vec<usize> {
        match &self.groups {
            Some(groups) => units.into_iter().flat_map(|group| groups[group].iter().copied()).collect(),
            None => units,
        }
    }
}
