//! What a run's model says all over the plane, where its inputs or its parameters are a point in it: for figures.
//!
//! The experiment is made again from its manifest, as `verify` does it; the engine is `reference` in f64.

use super::error::HarnessError;
use super::prepare::prepared;
use super::verify::spec_of;
use crate::catalogue::Catalogue;
use crate::data::{self, DataSet, Indices, Prepared, Target, split};
use crate::engine::{self, Batch, EngineKind, Masks};
use crate::model::weights;
use crate::num::{MatMut, Matrix, Shape};
use crate::plan::{RunSpec, Spec, network};
use crate::record::{Grid, Regions, RunId, SIDE};
use crate::store::{self, Manifest};
use std::path::{Path, PathBuf};

/// The runs of a folder, as far as they can be made again here.
pub struct Planes {
    results: PathBuf,
    spec: Spec,
}

impl Planes {
    /// # Errors
    /// Where the experiment cannot be made again, as where its data are gone.
    pub fn of(results: &Path, manifest: &Manifest, catalogue: &Catalogue) -> Result<Self, HarnessError> {
        Ok(Self { results: results.to_owned(), spec: spec_of(manifest, None, catalogue)? })
    }

    /// The experiment, made again.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The folder of the results.
    pub(super) fn results(&self) -> &Path {
        &self.results
    }

    pub(super) fn run(&self, id: RunId) -> Result<(RunSpec, DataSet), HarnessError> {
        let run = self.spec.find(id).ok_or(HarnessError::NoPlane("the run cannot be made again"))?;
        let set = data::load(&run.set_in(&self.spec.folder)?)?;
        Ok((run, set))
    }

    /// The objective of a run over a rectangle of its θ: the mean over all points.
    ///
    /// # Errors
    /// Where the run has no objective of two parameters, or cannot be made again.
    pub fn objective(&self, id: RunId, x: [f64; 2], y: [f64; 2]) -> Result<Grid, HarnessError> {
        let (run, set) = self.run(id)?;
        let network = network(&run, &set)?;
        if network.objective().is_none() || network.parameter_count() != 2 {
            return Err(HarnessError::NoPlane("no objective of two parameters"));
        }
        let part = prepared::<f64>(&run, &set, &split(&set, run.data.split, run.seed)?)?.train;
        let mut engine = engine::build::<f64>(EngineKind::Reference, &network, part.samples());
        let batch = Batch {
            inputs: part.inputs.view(),
            targets: part.targets.view(),
            weights: &part.weights,
            masks: Masks(&[]),
        };
        let mut grid = Grid::new(x, y);
        let values: Result<Vec<f64>, _> =
            (0..SIDE * SIDE).map(|cell| engine.loss_and_gradient(&grid.middle(cell), &batch, &mut [0.0; 2])).collect();
        grid.values = values?;
        let minimizer = network.objective().map(|objective| objective.minimizer(part.inputs.view()));
        grid.minimum = minimizer.map(|theta| [theta[0], theta[1]]);
        Ok(grid)
    }

    /// What the final network of a run answers over the plane of its two inputs, with the samples that it learned from.
    ///
    /// # Errors
    /// Where the run is no classifier of points in the plane, kept no parameters, predicts by several networks, or cannot be
    /// made again.
    pub fn regions(&self, id: RunId) -> Result<Regions, HarnessError> {
        let (run, set) = self.run(id)?;
        let Target::Classes { labels, count } = &set.target else { return Err(HarnessError::NoPlane("no classes")) };
        if set.recipe.is_some() || set.features.cols() != 2 || set.shape != Shape::Flat || run.train.ensemble > 1 {
            return Err(HarnessError::NoPlane("no single network of two inputs"));
        }
        let indices = split(&set, run.data.split, run.seed)?;
        let (x, y) = (range(&set, 0), range(&set, 1));
        let mut grid = Grid::new(x, y);
        let inputs = inputs(&run, &set, &indices, &grid)?;
        let network = network(&run, set.polynomial(run.data.degree)?.as_ref())?;
        let bytes = store::kept_parameters(&store::parameters_path(&self.results, id))?;
        let bytes = bytes.ok_or(HarnessError::NoPlane("its final parameters were not kept"))?;
        let theta = weights::from_bytes::<f64>(&bytes, &network)?;
        let (cells, width) = (SIDE * SIDE, network.output_width());
        let mut outputs = Matrix::zeros(cells, width);
        let mut engine = engine::build::<f64>(EngineKind::Reference, &network, cells);
        engine.outputs(&theta, inputs.view(), MatMut::new(cells, width, outputs.data_mut()))?;
        grid.values = (0..SIDE * SIDE).map(|cell| f64::from(network.loss().class_of(outputs.row(cell)))).collect();
        let sample = |&row: &usize| ([set.features.row(row)[0], set.features.row(row)[1]], labels[row]);
        Ok(Regions { classes: *count, samples: indices.train.iter().map(sample).collect(), grid })
    }
}

/// The inputs of a network at the middles of a grid's cells: scaled as those of the training part, with the same powers.
fn inputs(run: &RunSpec, set: &DataSet, indices: &Indices, grid: &Grid) -> Result<Matrix<f64>, HarnessError> {
    let samples = set.samples();
    let mut numbers = set.features.data().to_vec();
    numbers.extend((0..SIDE * SIDE).flat_map(|cell| grid.middle(cell)));
    let Target::Classes { labels, count } = &set.target else { return Err(HarnessError::NoPlane("no classes")) };
    let mut labels = labels.clone();
    labels.resize(samples + SIDE * SIDE, 0);
    let all = DataSet::flat(Matrix::new(labels.len(), 2, numbers), Target::Classes { labels, count: *count });
    let indices = Indices {
        train: indices.train.clone(),
        validation: Vec::new(),
        test: (samples..samples + SIDE * SIDE).collect(),
    };
    let all = all.polynomial(run.data.degree)?.into_owned();
    Ok(Prepared::new(&all, &indices, run.data.standardize).test.inputs)
}

/// Where the samples lie, with a margin.
fn range(set: &DataSet, column: usize) -> [f64; 2] {
    let values = || (0..set.samples()).map(|row| set.features.row(row)[column]);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let margin = if high > low { 0.08 * (high - low) } else { 1.0 };
    [low - margin, high + margin]
}
