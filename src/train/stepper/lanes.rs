//! Steps of several runs side by side (`num/gang/`): θ, gradients and what optimizers keep stay in lanes from step to step.
//!
//! Each pass is that of a run alone, number by number, with coefficients of the run's own; runs to which one does not apply are left as
//! they are. Runs with one optimizer's formula are updated together. All passes of a step go over a block of weights before the next
//! block has its turn, so that the numbers of all runs are fetched once.

use super::super::draws::StepDraws;
use super::super::regularize::{decayed as decayed_gradient, shrunk, thresholded as thresholded_weight};
use super::super::scale::FactorGroup;
use super::Stepper;
use crate::engine::reference::GangReference;
use crate::num::Real;
use crate::num::gang::{PATTERN, Pattern, each_lane, gather_lane, pattern, scatter_lane};
use std::any::TypeId;
use std::ops::Range;

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
    blocks: Vec<LaneBlock>,
    passes: LanePasses<R>,
    /// The coefficients of one run.
    own: Vec<R>,
}

/// The runs with one optimizer's formula.
struct LaneFormula<R> {
    formula: TypeId,
    coefficients: Vec<Pattern<R>>,
    kept: Vec<Vec<R>>,
    /// μ of those that look ahead, and which they are.
    ahead: Option<[Pattern<R>; 2]>,
    on: Pattern<R>,
    /// The first of them.
    first: Option<usize>,
}

/// Numbers that a whole step updates before the next ones have their turn: they lie in a core's first cache, with those that the optimizer keeps.
const BLOCK: usize = 2048;

/// Such numbers, and where in them decay and threshold act: places by the number of their group.
struct LaneBlock {
    place: Range<usize>,
    decayed: Vec<(usize, Range<usize>)>,
    thresholded: Vec<(usize, Range<usize>)>,
}

/// Which runs a pass applies to, and its coefficient of each.
type LanePass<R> = Option<[Pattern<R>; 2]>;

/// The passes besides the optimizers', by group.
struct LanePasses<R> {
    /// How many runs there were when they were made; runs only leave.
    runs: usize,
    /// The formula of each run.
    formulas: Vec<usize>,
    coupled: Vec<LanePass<R>>,
    decoupled: Vec<LanePass<R>>,
    threshold: Vec<LanePass<R>>,
    /// Whether some run has such a one.
    any_decoupled: bool,
    any_threshold: bool,
}

impl<'e, R: Real> LaneSteps<'e, R> {
    /// Of runs at step 0 in lanes 0, 1, …; `None` where one of them has no form for lanes.
    pub fn new(engine: &'e mut GangReference<R>, runs: &mut [LaneRun<'_, R>]) -> Option<Self> {
        let gang = engine.size();
        let count = runs.first()?.stepper.parameters.len() * gang;
        let (mut theta, mut formulas) = (vec![R::ZERO; count], Vec::<LaneFormula<R>>::new());
        for run in &mut *runs {
            scatter_lane(&run.stepper.parameters, &mut theta, (gang, run.lane));
            let own = run.stepper.optimizer.lanes()?;
            if formulas.iter().all(|known| known.formula != own.formula()) {
                formulas.push(LaneFormula {
                    formula: own.formula(),
                    coefficients: Vec::new(),
                    kept: vec![vec![R::ZERO; count]; own.kept()],
                    ahead: None,
                    on: [R::ZERO; PATTERN],
                    first: None,
                });
            }
        }
        let first = &runs.first()?.stepper;
        let within = |groups: &[FactorGroup], block: &Range<usize>| {
            let of = |(group, of): (usize, &FactorGroup)| {
                let places = of.places.iter().map(|place| place.start * gang..place.end * gang);
                let here = places.map(|place| place.start.max(block.start)..place.end.min(block.end));
                here.filter(|here| !here.is_empty()).map(|here| (group, here)).collect::<Vec<_>>()
            };
            groups.iter().enumerate().flat_map(of).collect()
        };
        let blocks = (0..count).step_by(BLOCK).map(|start| {
            let place = start..count.min(start + BLOCK);
            let (decayed, thresholded) = (within(&first.decayed, &place), within(&first.thresholded, &place));
            LaneBlock { place, decayed, thresholded }
        });
        let passes = LanePasses {
            runs: 0,
            formulas: Vec::new(),
            coupled: Vec::new(),
            decoupled: Vec::new(),
            threshold: Vec::new(),
            any_decoupled: false,
            any_threshold: false,
        };
        Some(Self {
            blocks: blocks.collect(),
            losses: vec![R::ZERO; gang],
            engine,
            theta,
            point: vec![R::ZERO; count],
            gradient: vec![R::ZERO; count],
            looks_ahead: false,
            formulas,
            passes,
            own: Vec::new(),
        })
    }

    /// The engine, and θ of all runs.
    pub fn engine(&mut self) -> (&mut GangReference<R>, &[R]) {
        (self.engine, &self.theta)
    }

    /// The first half of a step: asks for loss and gradient of what was drawn. Each run is told its loss.
    pub fn ask(&mut self, runs: &mut [LaneRun<'_, R>], draws: &StepDraws<R>) {
        if self.passes.runs != runs.len() {
            self.prepare(runs);
        }
        self.look_ahead();
        let point = if self.looks_ahead { &self.point } else { &self.theta };
        self.engine.losses_and_gradients(point, &draws.batch(), &mut self.gradient, &mut self.losses);
        runs.iter_mut().for_each(|run| run.stepper.loss = self.losses[run.lane]);
    }

    /// What stays from step to step as long as the runs do.
    fn prepare(&mut self, runs: &mut [LaneRun<'_, R>]) {
        let gang = self.engine.size();
        self.passes.runs = runs.len();
        self.passes.formulas.clear();
        for of in &mut self.formulas {
            (of.on, of.ahead, of.first) = ([R::ZERO; PATTERN], None, None);
        }
        for (number, LaneRun { lane, stepper }) in runs.iter_mut().enumerate() {
            let Some(own) = stepper.optimizer.lanes() else { continue };
            let Some(index) = self.formulas.iter().position(|of| of.formula == own.formula()) else { continue };
            self.passes.formulas.push(index);
            let of = &mut self.formulas[index];
            of.first.get_or_insert(number);
            pattern(&mut of.on, (gang, *lane), R::ONE);
            if let Some(mu) = own.ahead() {
                let [on, ahead] = of.ahead.get_or_insert([[R::ZERO; PATTERN]; 2]);
                pattern(on, (gang, *lane), R::ONE);
                pattern(ahead, (gang, *lane), mu);
            }
        }
        self.looks_ahead = self.formulas.iter().any(|of| of.ahead.is_some() && !of.kept.is_empty());
        let Some(first) = runs.first() else { return };
        let coupled = first.stepper.decayed.iter().map(|&FactorGroup { factor, .. }| {
            of_runs(gang, runs, |stepper| {
                let regularize = stepper.regularize;
                let lambda = R::from_f64(if regularize.decoupled { 0.0 } else { regularize.weight_decay } * factor);
                (lambda != R::ZERO).then_some(lambda)
            })
        });
        self.passes.coupled = coupled.collect();
        self.passes.decoupled = vec![None; first.stepper.decayed.len()];
        self.passes.threshold = vec![None; first.stepper.thresholded.len()];
        let regularize = || runs.iter().map(|run| run.stepper.regularize);
        self.passes.any_decoupled = regularize().any(|of| of.decoupled && of.weight_decay > 0.0);
        self.passes.any_threshold = regularize().any(|of| of.l1 > 0.0);
    }

    /// The point: θ, or θ + μv of the runs that look ahead.
    fn look_ahead(&mut self) {
        if !self.looks_ahead {
            return;
        }
        for LaneBlock { place, .. } in &self.blocks {
            let point = &mut self.point[place.clone()];
            point.copy_from_slice(&self.theta[place.clone()]);
            for LaneFormula { kept, ahead, .. } in &self.formulas {
                let (Some([on, ahead]), Some(velocity)) = (ahead, kept.first()) else { continue };
                each_lane(
                    *on,
                    [*ahead],
                    point,
                    [&velocity[place.clone()]],
                    [],
                    #[inline(always)]
                    |[mu], theta, [v], []| (theta + mu * v, []),
                );
            }
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
        self.set_coefficients(runs, epoch);
        let Self { theta, point, gradient, formulas, blocks, passes, .. } = self;
        for LaneBlock { place, decayed, thresholded } in blocks {
            for (group, place) in &*decayed {
                let Some([on, lambda]) = passes.coupled[*group] else { continue };
                let point = if self.looks_ahead { &*point } else { &*theta };
                each_lane(
                    on,
                    [lambda],
                    &mut gradient[place.clone()],
                    [&point[place.clone()]],
                    [],
                    #[inline(always)]
                    |[lambda], g, [w], []| (decayed_gradient(lambda, w, g), []),
                );
            }
            for (group, place) in &*decayed {
                let Some([on, share]) = passes.decoupled[*group] else { continue };
                each_lane(
                    on,
                    [share],
                    &mut theta[place.clone()],
                    [],
                    [],
                    #[inline(always)]
                    |[share], w, [], []| (shrunk(share, w), []),
                );
            }
            for LaneFormula { coefficients, kept, on, first, .. } in &mut *formulas {
                let optimizer = first.and_then(|first| runs[first].stepper.optimizer.lanes());
                if let Some(optimizer) = optimizer {
                    optimizer.step_lanes(coefficients, on, place.clone(), theta, gradient, kept);
                }
            }
            for (group, place) in &*thresholded {
                let Some([on, share]) = passes.threshold[*group] else { continue };
                each_lane(
                    on,
                    [share],
                    &mut theta[place.clone()],
                    [],
                    [],
                    #[inline(always)]
                    |[share], w, [], []| (thresholded_weight(share, w), []),
                );
            }
        }
        runs.iter_mut().for_each(|run| run.stepper.steps += 1);
    }

    /// The rates of a step, and what follows from them.
    fn set_coefficients(&mut self, runs: &mut [LaneRun<'_, R>], epoch: u64) {
        let Self { formulas, passes, own, .. } = self;
        let gang = self.engine.size();
        for (LaneRun { lane, stepper }, formula) in runs.iter_mut().zip(&passes.formulas) {
            stepper.learning_rate = stepper.schedule.learning_rate(stepper.steps, epoch);
            let Some(optimizer) = stepper.optimizer.lanes() else { continue };
            optimizer.coefficients(R::from_f64(stepper.learning_rate), own);
            let to = &mut formulas[*formula].coefficients;
            to.resize(own.len(), [R::ZERO; PATTERN]);
            to.iter_mut().zip(&*own).for_each(|(to, own)| pattern(to, (gang, *lane), *own));
        }
        let Some(first) = runs.first() else { return };
        if passes.any_decoupled {
            for (pass, &FactorGroup { factor, .. }) in passes.decoupled.iter_mut().zip(&first.stepper.decayed) {
                *pass = of_runs(gang, runs, |stepper| {
                    let regularize = stepper.regularize;
                    let share = stepper.learning_rate * regularize.weight_decay * factor;
                    (regularize.decoupled && regularize.weight_decay > 0.0).then(|| R::from_f64(share))
                });
            }
        }
        if passes.any_threshold {
            for (pass, &FactorGroup { factor, .. }) in passes.threshold.iter_mut().zip(&first.stepper.thresholded) {
                *pass = of_runs(gang, runs, |stepper| {
                    let l1 = stepper.regularize.l1;
                    (l1 > 0.0).then(|| R::from_f64(stepper.learning_rate * l1 * factor))
                });
            }
        }
    }

    /// Gives each run its θ, block after block, so that what lies in lanes is fetched once.
    pub fn gather_all(&self, runs: &mut [LaneRun<'_, R>]) {
        let gang = self.engine.size();
        for LaneBlock { place, .. } in &self.blocks {
            for LaneRun { lane, stepper } in &mut *runs {
                let own = &mut stepper.parameters[place.start / gang..place.end / gang];
                gather_lane(&self.theta[place.clone()], (gang, *lane), own);
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
