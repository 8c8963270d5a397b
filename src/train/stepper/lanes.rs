//! Steps of several runs side by side (`num/gang/`): θ, gradients and what optimizers keep stay in lanes from step to step.
//!
//! Each pass is that of a run alone, number by number, with coefficients of the run's own; runs to which one does not apply are left as
//! they are. Runs with one optimizer's formula are updated together.

use super::super::draws::StepDraws;
use super::super::regularize::{decayed, shrunk, thresholded};
use super::super::scale::FactorGroup;
use super::Stepper;
use crate::engine::reference::GangReference;
use crate::num::Real;
use crate::num::gang::{PATTERN, Pattern, each_lane, gather_lane, pattern, scatter_lane};
use std::any::TypeId;

/// A run and its lane.
pub struct LaneRun<'s, R> {
    pub lane: usize,
    pub stepper: &'s mut Stepper<R>,
}

/// What the runs of a gang have in lanes.
pub struct LaneSteps<'e, R> {
    engine: &'e mut GangReference<R>,
    /// θ, the point where the gradient is wanted, and the gradient.
    theta: Vec<R>,
    point: Vec<R>,
    gradient: Vec<R>,
    losses: Vec<R>,
    /// Whether some run wants the gradient elsewhere than at θ.
    looks_ahead: bool,
    formulas: Vec<LaneFormula<R>>,
}

/// The runs with one optimizer's formula.
struct LaneFormula<R> {
    formula: TypeId,
    coefficients: Vec<Pattern<R>>,
    kept: Vec<Vec<R>>,
    /// μ of those that look ahead.
    ahead: Pattern<R>,
    on: Pattern<R>,
}

impl<'e, R: Real> LaneSteps<'e, R> {
    /// Of runs at step 0 in lanes 0, 1, …; `None` where one of them has no form for lanes.
    pub fn new(engine: &'e mut GangReference<R>, runs: &mut [LaneRun<'_, R>]) -> Option<Self> {
        let gang = engine.size();
        let count = runs.first()?.stepper.parameters.len() * gang;
        let (mut theta, mut formulas) = (vec![R::ZERO; count], Vec::<LaneFormula<R>>::new());
        for run in runs {
            scatter_lane(&run.stepper.parameters, &mut theta, (gang, run.lane));
            let own = run.stepper.optimizer.lanes()?;
            if formulas.iter().all(|known| known.formula != own.formula()) {
                formulas.push(LaneFormula {
                    formula: own.formula(),
                    coefficients: Vec::new(),
                    kept: vec![vec![R::ZERO; count]; own.kept()],
                    ahead: [R::ZERO; PATTERN],
                    on: [R::ZERO; PATTERN],
                });
            }
        }
        let (point, gradient) = (vec![R::ZERO; count], vec![R::ZERO; count]);
        Some(Self { losses: vec![R::ZERO; gang], engine, theta, point, gradient, looks_ahead: false, formulas })
    }

    /// The engine, and θ of all runs.
    pub fn engine(&mut self) -> (&mut GangReference<R>, &[R]) {
        (self.engine, &self.theta)
    }

    /// The first half of a step: asks for loss and gradient of what was drawn. Each run is told its loss.
    pub fn ask(&mut self, runs: &mut [LaneRun<'_, R>], draws: &StepDraws<R>) {
        self.look_ahead(runs);
        let point = if self.looks_ahead { &self.point } else { &self.theta };
        self.engine.losses_and_gradients(point, &draws.batch(), &mut self.gradient, &mut self.losses);
        runs.iter_mut().for_each(|run| run.stepper.loss = self.losses[run.lane]);
    }

    /// The point: θ, or θ + μv of the runs that look ahead.
    fn look_ahead(&mut self, runs: &mut [LaneRun<'_, R>]) {
        let gang = self.engine.size();
        self.looks_ahead = false;
        for LaneFormula { formula, kept, ahead, on, .. } in &mut self.formulas {
            *on = [R::ZERO; PATTERN];
            for LaneRun { lane, stepper } in &mut *runs {
                let own = stepper.optimizer.lanes().filter(|own| own.formula() == *formula);
                if let Some(mu) = own.and_then(|own| own.ahead()) {
                    pattern(on, (gang, *lane), R::ONE);
                    pattern(ahead, (gang, *lane), mu);
                }
            }
            let Some(velocity) = kept.first().filter(|_| on.contains(&R::ONE)) else { continue };
            if !self.looks_ahead {
                self.point.copy_from_slice(&self.theta);
                self.looks_ahead = true;
            }
            each_lane(
                *on,
                [*ahead],
                &mut self.point,
                [velocity],
                [],
                #[inline(always)]
                |[mu], theta, [v], []| (theta + mu * v, []),
            );
        }
    }

    /// Gives a run what was asked last and answered, for a check of it.
    pub fn show(&self, run: &mut LaneRun<'_, R>) {
        let (of, point) = ((self.engine.size(), run.lane), if self.looks_ahead { &self.point } else { &self.theta });
        gather_lane(point, of, &mut run.stepper.point);
        gather_lane(&self.gradient, of, &mut run.stepper.gradient);
        run.stepper.looks_ahead = true;
    }

    /// The second half: from the engine's answer to the next parameters.
    pub fn update(&mut self, runs: &mut [LaneRun<'_, R>], epoch: u64) {
        let gang = self.engine.size();
        for LaneRun { stepper, .. } in &mut *runs {
            stepper.learning_rate = stepper.schedule.learning_rate(stepper.steps, epoch);
        }
        self.decay(runs);
        let mut own = Vec::new();
        for LaneFormula { formula, coefficients, kept, on, .. } in &mut self.formulas {
            *on = [R::ZERO; PATTERN];
            for LaneRun { lane, stepper } in &mut *runs {
                let rate = R::from_f64(stepper.learning_rate);
                let Some(optimizer) = stepper.optimizer.lanes().filter(|own| own.formula() == *formula) else {
                    continue;
                };
                optimizer.coefficients(rate, &mut own);
                coefficients.resize(own.len(), [R::ZERO; PATTERN]);
                pattern(on, (gang, *lane), R::ONE);
                coefficients.iter_mut().zip(&own).for_each(|(to, own)| pattern(to, (gang, *lane), *own));
            }
            let of = |own: &&mut LaneRun<'_, R>| on[own.lane] != R::ZERO;
            let optimizer = runs.iter_mut().find(of).and_then(|run| run.stepper.optimizer.lanes());
            if let Some(optimizer) = optimizer {
                optimizer.step_lanes(coefficients, on, &mut self.theta, &self.gradient, kept);
            }
        }
        self.threshold(runs);
        runs.iter_mut().for_each(|run| run.stepper.steps += 1);
    }

    /// Weight decay of both forms.
    fn decay(&mut self, runs: &[LaneRun<'_, R>]) {
        let Some(first) = runs.first() else { return };
        let (gang, point) = (self.engine.size(), if self.looks_ahead { &self.point } else { &self.theta });
        for FactorGroup { factor, places } in &first.stepper.decayed {
            let coupled = of_runs(gang, runs, |stepper| {
                let regularize = stepper.regularize;
                let lambda = R::from_f64(if regularize.decoupled { 0.0 } else { regularize.weight_decay } * factor);
                (lambda != R::ZERO).then_some(lambda)
            });
            let Some([on, lambda]) = coupled else { continue };
            for place in places.iter().map(|place| place.start * gang..place.end * gang) {
                each_lane(
                    on,
                    [lambda],
                    &mut self.gradient[place.clone()],
                    [&point[place]],
                    [],
                    #[inline(always)]
                    |[lambda], g, [w], []| (decayed(lambda, w, g), []),
                );
            }
        }
        for FactorGroup { factor, places } in &first.stepper.decayed {
            let decoupled = of_runs(gang, runs, |stepper| {
                let regularize = stepper.regularize;
                let share = stepper.learning_rate * regularize.weight_decay * factor;
                (regularize.decoupled && regularize.weight_decay > 0.0).then(|| R::from_f64(share))
            });
            let Some([on, share]) = decoupled else { continue };
            for place in places.iter().map(|place| place.start * gang..place.end * gang) {
                each_lane(
                    on,
                    [share],
                    &mut self.theta[place],
                    [],
                    [],
                    #[inline(always)]
                    |[share], w, [], []| (shrunk(share, w), []),
                );
            }
        }
    }

    /// The L1 threshold.
    fn threshold(&mut self, runs: &[LaneRun<'_, R>]) {
        let (Some(first), gang) = (runs.first(), self.engine.size()) else { return };
        for FactorGroup { factor, places } in &first.stepper.thresholded {
            let shares = of_runs(gang, runs, |stepper| {
                let l1 = stepper.regularize.l1;
                (l1 > 0.0).then(|| R::from_f64(stepper.learning_rate * l1 * factor))
            });
            let Some([on, share]) = shares else { continue };
            for place in places.iter().map(|place| place.start * gang..place.end * gang) {
                each_lane(
                    on,
                    [share],
                    &mut self.theta[place],
                    [],
                    [],
                    #[inline(always)]
                    |[share], w, [], []| (thresholded(share, w), []),
                );
            }
        }
    }

    /// Gives a run its θ.
    pub fn gather(&self, run: &mut LaneRun<'_, R>) {
        gather_lane(&self.theta, (self.engine.size(), run.lane), &mut run.stepper.parameters);
    }

    /// Gives a run all that it needs to go on alone.
    pub fn release(&self, run: &mut LaneRun<'_, R>) {
        self.gather(run);
        let Some(own) = run.stepper.optimizer.lanes() else { return };
        let Some(of) = self.formulas.iter().find(|of| of.formula == own.formula()) else { return };
        for (own, kept) in own.own().iter_mut().zip(&of.kept) {
            gather_lane(kept, (self.engine.size(), run.lane), own);
        }
    }
}

/// The runs that have a coefficient, and what it is; `None` where none has.
fn of_runs<R: Real>(
    gang: usize,
    runs: &[LaneRun<'_, R>],
    of: impl Fn(&Stepper<R>) -> Option<R>,
) -> Option<[Pattern<R>; 2]> {
    let [mut on, mut coefficients] = [[R::ZERO; PATTERN]; 2];
    let mut any = false;
    for LaneRun { lane, stepper } in runs {
        let Some(coefficient) = of(stepper) else { continue };
        any = true;
        pattern(&mut on, (gang, *lane), R::ONE);
        pattern(&mut coefficients, (gang, *lane), coefficient);
    }
    any.then_some([on, coefficients])
}
