//! How often the network with which a run ended takes each class of the test part for each, from its kept parameters or else by
//! training it again.

use super::Planes;
use super::error::HarnessError;
use super::execute::trained;
use super::prepare::prepared;
use crate::data::{self, Prepared, Target, Targets};
use crate::engine::{self, EngineReal};
use crate::measure::{Confused, Confusion};
use crate::model::{Network, weights};
use crate::num::{MatMut, Precision};
use crate::optim::Build;
use crate::plan::{RunSpec, network};
use crate::record::Outcome;
use crate::store::{self, Finished};
use crate::train::{DropoutAtTest, hash_of_numbers};

impl Planes {
    /// Which classes of its test part the final network of a run takes for which. A run that took longer than so many seconds is not
    /// trained again.
    ///
    /// # Errors
    /// Where the run was not done, predicts no classes or by several networks, or its network is not available.
    pub fn confusion(&self, run: &Finished, most_seconds: f64) -> Result<Confused, HarnessError> {
        let (spec, set) = self.run(run.record.run)?;
        let Target::Classes { count, .. } = &set.target else {
            return Err(HarnessError::NoNetwork("it predicts no classes"));
        };
        let thinned = spec.regularize.dropout_at_test != DropoutAtTest::Scaling;
        if run.record.outcome != Outcome::Done {
            return Err(HarnessError::NoNetwork("it did not end with a network"));
        }
        if spec.train.ensemble > 1 || thinned {
            return Err(HarnessError::NoNetwork("several networks predict together"));
        }
        let name = |class: usize| set.about.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
        let names = (0..*count).map(name).collect();
        let confusion = match spec.precision {
            Precision::F32 => self.count::<f32>((run, most_seconds), &spec, &set),
            Precision::F64 => self.count::<f64>((run, most_seconds), &spec, &set),
        };
        Ok(Confused { names, confusion: confusion? })
    }

    fn count<R: Build + EngineReal>(
        &self,
        (run, most_seconds): (&Finished, f64),
        spec: &RunSpec,
        set: &data::DataSet,
    ) -> Result<Confusion, HarnessError> {
        let ready = data::ready(set, spec.data.split, spec.data.degree, spec.seed)?;
        let network = network(spec, ready.set.as_ref())?;
        let data = prepared::<R>(spec, &ready.set, &ready.parts)?;
        let theta = self.parameters((run, most_seconds), spec, &network, &data)?;
        let (test, width) = (&data.test, network.output_width());
        let Targets::Classes(truth) = &test.targets else {
            return Err(HarnessError::NoNetwork("it predicts no classes"));
        };
        let mut outputs = vec![R::ZERO; test.samples() * width];
        let mut engine = engine::build::<R>(spec.engine, &network, test.samples());
        engine.outputs(&theta, test.inputs.view(), MatMut::new(test.samples(), width, &mut outputs))?;
        let rows = outputs.chunks_exact(network.outputs());
        let said: Vec<u32> = rows.map(|s| network.loss().class_of(s)).collect();
        Ok(Confusion::of(network.outputs().max(2), truth, &said))
    }

    /// The parameters with which a run ended, by their recorded digest.
    fn parameters<R: Build + EngineReal>(
        &self,
        (run, most_seconds): (&Finished, f64),
        spec: &RunSpec,
        network: &Network,
        prepared: &Prepared<R>,
    ) -> Result<Vec<R>, HarnessError> {
        let hash = run.record.hashes.as_ref().map(|hashes| hashes.final_parameters.as_str());
        let is_recorded = |theta: &[R]| hash == Some(hash_of_numbers([theta].into_iter()).as_str());
        if let Some(bytes) = store::kept_parameters(&store::parameters_path(self.results(), run.record.run))? {
            let theta = weights::from_bytes::<R>(&bytes, network)?;
            let why = "the kept parameters are not those that it ended with; `burnmark verify` says more";
            return if is_recorded(&theta) { Ok(theta) } else { Err(HarnessError::NoNetwork(why)) };
        }
        let seconds = run.measurement.most_seconds_alone();
        if seconds > most_seconds {
            return Err(HarnessError::NotKept { seconds });
        }
        let trained = trained(spec, std::slice::from_ref(network), prepared, false)?;
        let theta = trained.parameters.into_iter().next().filter(|theta| is_recorded(theta));
        theta.ok_or(HarnessError::NoNetwork(
            "training it again ends with other parameters here, as Burn's engine may on another processor; `parameters = true` in `[output]` \
             keeps them",
        ))
    }
}
