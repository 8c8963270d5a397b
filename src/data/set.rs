//! A data set as loaded, and what is to be predicted.

use super::about::About;
use super::figures::Figures;
use super::recipe::Recipe;
use super::rows::Rows;
use crate::num::{Matrix, Objective, Shape};

/// A data set as loaded: m samples of n features, each with its target.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// m × n, in the set's own units.
    pub features: Figures,
    /// What a row of features is.
    pub shape: Shape,
    pub target: Target,
    /// Whether the targets are the features, so that they are scaled as these are.
    pub gives_back: bool,
    /// What its file says besides the numbers; not part of the digest.
    pub about: About,
    /// What is known of its rows besides.
    pub rows: Rows,
    /// How its columns become inputs; `None` if they are inputs already.
    pub recipe: Option<Recipe>,
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A class for each answer, counted from 0; `count` classes. A sample has one answer, or one per step of a sequence.
    Classes { labels: Vec<u32>, count: usize },
    /// A number for each answer.
    Values(Vec<f64>),
    /// Several numbers for each sample, a column each.
    Columns(Matrix<f64>),
    /// Nothing: the rows are points of a function that is to be minimized.
    Objective(Objective),
}

impl Target {
    /// The numbers to be predicted, answer by answer; none of classes and objectives.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        match self {
            Self::Values(values) => values,
            Self::Columns(columns) => columns.data(),
            Self::Classes { .. } | Self::Objective(_) => &[],
        }
    }

    /// How many numbers an answer has.
    #[must_use]
    pub fn columns(&self) -> usize {
        if let Self::Columns(columns) = self { columns.cols() } else { 1 }
    }
}

impl DataSet {
    /// A set whose rows are numbers without neighbours.
    #[must_use]
    pub fn flat(features: impl Into<Figures>, target: Target) -> Self {
        Self {
            features: features.into(),
            shape: Shape::Flat,
            target,
            gives_back: false,
            about: About::default(),
            rows: Rows::default(),
            recipe: None,
        }
    }

    /// A set whose rows are of some shape.
    #[must_use]
    pub fn shaped(features: impl Into<Figures>, shape: Shape, target: Target) -> Self {
        Self { shape, ..Self::flat(features, target) }
    }

    /// m
    #[must_use]
    pub fn samples(&self) -> usize {
        self.features.rows()
    }

    /// Answers per sample: 1, or the steps of sequences that are answered at each step.
    #[must_use]
    pub fn positions(&self) -> usize {
        let answers = match &self.target {
            Target::Classes { labels, .. } => labels.len(),
            Target::Values(values) => values.len(),
            Target::Columns(_) | Target::Objective(_) => self.samples(),
        };
        answers / self.samples().max(1)
    }
}
