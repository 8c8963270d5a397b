//! Several runs in one pass: a gang trains in step, each run on its own parameters.
//!
//! Runs of one seed that differ in optimizers, rates, annealing and penalties draw the same batches, noise on inputs and masks, and
//! begin at the same weights. So these are drawn once, and all runs take each step at once, a run in each lane of a vector
//! (`stepper/lanes.rs`, `engine/reference/gang.rs`). A run that diverges or stops leaves the gang; where too few are left, they go on one
//! by one. Nothing of this changes a bit of any of them.

use super::draws::StepDraws;
use super::orders::Orders;
use super::stepper::{LaneRun, LaneSteps};
use super::{
    After, Curve, DropoutAtTest, Member, RateScale, RegularizeSettings, Settings, TrainError, TrainSpec, Trained,
    Training,
};
use crate::data::{ClassWeights, Part, Prepared};
use crate::engine::reference::GangReference;
use crate::engine::{Batch, Engine, EngineError};
use crate::num::gang::gather_lane;
use crate::num::{MatMut, MatRef, Real};
use crate::optim::Build;
use crate::record::Outcome;
use std::time::{Duration, Instant};

/// A run of a gang to be.
pub struct Ganged<'a, 'e, 'c, R> {
    pub settings: &'a Settings,
    pub member: Member<'a, 'e, 'c, R>,
}

/// Whether runs with these settings can be in a gang, as far as the training decides: those that measure their steps, average, clip or
/// perturb weights are trained alone, as are ensembles.
#[must_use]
pub fn can_be_ganged(train: &TrainSpec, regularize: &RegularizeSettings) -> bool {
    let plain = train.ensemble == 1
        && train.clip <= 0.0
        && train.stop.is_none()
        && train.lr_scale == RateScale::NONE
        && train.average.kind == "none"
        && train.class_weights == ClassWeights::Even;
    let unmeasured = !train.keeps_steps()
        && train.curve == Curve::Epoch
        && train.measures().iter().all(|measure| measure.quantity().is_none());
    let unperturbed = regularize.weight_noise <= 0.0
        && regularize.dropconnect <= 0.0
        && regularize.dropout_at_test == DropoutAtTest::Scaling;
    plain && unmeasured && unperturbed
}

/// Trains runs of one network on one data set as [`super::train`] trains each of them. They can be in a gang ([`can_be_ganged`]), and
/// their settings are the same but for optimizer, annealing and the strengths and forms of penalties. Where fewer than `least` are left,
/// they go on one by one. `None` where an optimizer has no form for lanes: then nothing has been done.
///
/// # Errors
/// As [`super::train`] for any of the runs.
pub fn train_gang<'a, R: Build>(
    runs: Vec<Ganged<'a, '_, '_, R>>,
    data: &'a Prepared<R>,
    engine: &mut GangReference<R>,
    least: usize,
) -> Result<Option<Vec<Trained<R>>>, TrainError> {
    let Some(first) = runs.first() else { return Ok(None) };
    let (settings, network) = (first.settings, first.member.network);
    let draws = StepDraws::new(settings, network, 0);
    let trained = runs.iter().map(|_| None).collect();
    let mut members = Vec::new();
    for (lane, Ganged { settings, member }) in runs.into_iter().enumerate() {
        let training = Training::new(settings, vec![member], data)?;
        members.push(GangRun { lane, training, after: After::GoOn, sum: 0.0 });
    }
    let Some(lanes) = LaneSteps::new(engine, &mut in_lanes(&mut members)) else { return Ok(None) };
    let orders = Orders::new(settings, data.train.samples());
    let outputs = [const { Vec::new() }; 3];
    let is_checked = members.iter().any(|member| member.training.members[0].check.is_some());
    let mut gang = Gang { settings, data, members, trained, draws, orders, lanes, outputs, least, is_checked };
    gang.run()?;
    Ok(gang.trained.into_iter().collect())
}

/// A gang in training.
struct Gang<'a, 'e, 'c, 'l, R> {
    /// Of the first run; what the gang looks at is the same for all.
    settings: &'a Settings,
    data: &'a Prepared<R>,
    /// Those that are still in it.
    members: Vec<GangRun<'a, 'e, 'c, R>>,
    /// What came of each run, by its lane.
    trained: Vec<Option<Trained<R>>>,
    draws: StepDraws<R>,
    orders: Orders,
    lanes: LaneSteps<'l, R>,
    /// The outputs of the three parts, all runs side by side.
    outputs: [Vec<R>; 3],
    least: usize,
    /// Whether the other engine checks them.
    is_checked: bool,
}

/// A run in a gang.
struct GangRun<'a, 'e, 'c, R> {
    lane: usize,
    training: Training<'a, 'e, 'c, R>,
    after: After,
    /// Of the losses of the samples of the epoch in hand.
    sum: f64,
}

fn in_lanes<'s, R: Real>(members: &'s mut [GangRun<'_, '_, '_, R>]) -> Vec<LaneRun<'s, R>> {
    let run = |member: &'s mut GangRun<'_, '_, '_, R>| LaneRun {
        lane: member.lane,
        stepper: &mut member.training.steppers[0],
    };
    members.iter_mut().map(run).collect()
}

impl<R: Real> Gang<'_, '_, '_, '_, R> {
    fn run(&mut self) -> Result<(), EngineError> {
        self.evaluate(0)?;
        for epoch in 0..self.settings.train.epochs {
            self.leave(|member| (member.after != After::GoOn).then(|| member.outcome()));
            if self.members.len() < self.least {
                return self.part(epoch);
            }
            self.train_epoch(epoch)?;
            if self.settings.train.is_evaluated_after(epoch + 1) {
                self.evaluate(epoch + 1)?;
            }
        }
        self.leave(|member| Some(member.outcome()));
        Ok(())
    }

    /// Lets those that are left go on one by one from an epoch on.
    fn part(&mut self, epoch: u64) -> Result<(), EngineError> {
        in_lanes(&mut self.members).iter_mut().for_each(|run| self.lanes.release(run));
        for GangRun { lane, mut training, after, .. } in self.members.drain(..) {
            training.orders = self.orders.clone();
            let outcome = training.go_on(epoch, after)?;
            self.trained[lane] = Some(training.finish(outcome));
        }
        Ok(())
    }

    /// Takes out the runs that end with an outcome.
    fn leave(&mut self, outcome: impl Fn(&GangRun<'_, '_, '_, R>) -> Option<Outcome>) {
        let mut at = 0;
        while at < self.members.len() {
            let Some(outcome) = outcome(&self.members[at]) else {
                at += 1;
                continue;
            };
            self.lanes.gather(&mut in_lanes(&mut self.members[at..=at])[0]);
            let GangRun { lane, mut training, .. } = self.members.remove(at);
            training.orders = self.orders.clone();
            self.trained[lane] = Some(training.finish(outcome));
        }
    }

    fn train_epoch(&mut self, epoch: u64) -> Result<(), EngineError> {
        self.orders.draw(0, epoch);
        self.members.iter_mut().for_each(|member| member.sum = 0.0);
        let orders = self.orders.clone();
        let mut count = 0.0;
        for samples in orders.batches(self.settings) {
            let mut start = Instant::now();
            let Some(step) = self.members.first().map(|member| member.training.steppers[0].steps()) else { break };
            self.draws.draw(&self.data.train, samples, step);
            let mut runs = in_lanes(&mut self.members);
            self.lanes.ask(&mut runs, &self.draws);
            let mut asked = Duration::ZERO;
            if self.is_checked {
                asked = start.elapsed();
                self.check()?;
                start = Instant::now();
                runs = in_lanes(&mut self.members);
            }
            self.lanes.update(&mut runs, epoch);
            let share = share(asked + start.elapsed(), self.members.len());
            #[allow(clippy::cast_precision_loss)] // samples of a batch
            let weight = samples.len() as f64;
            count += weight;
            let mut all_finite = true;
            for GangRun { training, sum, .. } in &mut self.members {
                training.clock.training += share;
                let loss = training.steppers[0].loss();
                *sum += weight * loss.to_f64();
                all_finite &= loss.is_finite();
            }
            if !all_finite {
                self.leave(|member| {
                    let stepper = &member.training.steppers[0];
                    (!stepper.loss().is_finite()).then(|| Outcome::Diverged { step: stepper.steps() - 1 })
                });
            }
        }
        self.members.iter_mut().for_each(|member| member.training.course.add_training(member.sum / count));
        Ok(())
    }

    /// Lets the other engine check the runs whose turn it is.
    fn check(&mut self) -> Result<(), EngineError> {
        for GangRun { lane, training, .. } in &mut self.members {
            let Training { members, steppers, .. } = training;
            let Some(check) = members[0].check.as_mut().filter(|check| check.is_due(&steppers[0])) else { continue };
            self.lanes.show(&mut LaneRun { lane: *lane, stepper: &mut steppers[0] });
            check.compare(&steppers[0].question_of(self.draws.batch()))?;
        }
        Ok(())
    }

    /// Evaluates each run: all of them compute their outputs at once.
    fn evaluate(&mut self, epochs: u64) -> Result<(), EngineError> {
        let Self { data, members, outputs, lanes, .. } = self;
        let start = Instant::now();
        let Some(first) = members.first() else { return Ok(()) };
        let train = Some(&data.train).filter(|_| first.training.is_train_due(epochs));
        let parts = [train, Some(&data.validation), Some(&data.test)];
        let (engine, theta) = lanes.engine();
        let gang = engine.size();
        for (part, outputs) in parts.iter().zip(&mut *outputs) {
            let Some(part) = part else { continue };
            outputs.resize(engine.outputs_per_sample() * part.samples(), R::ZERO);
            engine.outputs(theta, part.inputs.view(), outputs);
        }
        lanes.gather_all(&mut in_lanes(members));
        let share = share(start.elapsed(), members.len());
        for GangRun { lane, training, after, .. } in members {
            training.clock.evaluation += share;
            let computed =
                parts.iter().zip(&*outputs).filter_map(|(part, outputs)| Some(((*part)?, outputs.as_slice())));
            let mut computed = ComputedOutputs { parts: computed.collect(), lane: (gang, *lane) };
            *after = training.evaluate(epochs, Some(&mut computed))?;
        }
        Ok(())
    }
}

impl<R: Real> GangRun<'_, '_, '_, R> {
    /// How the run ends if it ends after its last evaluation.
    fn outcome(&self) -> Outcome {
        if self.after == After::Diverged { self.training.diverged() } else { Outcome::Done }
    }
}

/// A run's share of the time that so many took together.
fn share(time: Duration, runs: usize) -> Duration {
    time / u32::try_from(runs.max(1)).unwrap_or(u32::MAX)
}

/// What a run of a gang would be answered about its outputs: it has been computed.
struct ComputedOutputs<'o, R> {
    parts: Vec<(&'o Part<R>, &'o [R])>,
    /// How many lanes there are, and which one is the run's.
    lane: (usize, usize),
}

impl<R: Real> Engine<R> for ComputedOutputs<'_, R> {
    fn loss_and_gradient(&mut self, _: &[R], _: &Batch<'_, R>, _: &mut [R]) -> Result<R, EngineError> {
        unreachable!("an evaluation asks for no gradient")
    }

    fn outputs(&mut self, _parameters: &[R], inputs: MatRef<'_, R>, outputs: MatMut<'_, R>) -> Result<(), EngineError> {
        let of_part = self.parts.iter().find(|(part, _)| std::ptr::eq(part.inputs.data(), inputs.data()));
        let (_, computed) = of_part.expect("a part of the data");
        gather_lane(computed, self.lane, outputs.into_data());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
