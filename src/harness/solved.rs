//! A run whose `optimizer` is a solver: one iteration after the other on the whole training part, evaluated as a
//! training is.
//!
//! Solvers compute in f64, whatever the run's precision; their answer is rounded to it once, and loss and metric are
//! the engine's. L-BFGS asks the engine for each gradient and works in the run's precision. The check compares both
//! engines' gradients on the way.

use super::batches::Batches;
use super::chosen::chosen;
use super::error::HarnessError;
use crate::data::{Part, Prepared, Targets};
use crate::digest::Digest;
use crate::engine::{Batch, Engine, EngineError, Masks};
use crate::loss::TargetForm;
use crate::measure::TrainingQuantity;
use crate::model::initial::initial_weights;
use crate::model::{Network, Reduction};
use crate::num::Real;
use crate::plan::{RunSpec, probed};
use crate::record::{CurvePoint, Hashes, Outcome, RunResults, StepPoint};
use crate::solve::{
    self, Answers, Design, Iteration, Iterations, LBFGS, Lbfgs, Problem, Searches, SideBySide, SolverEntry, Start,
};
use crate::train::Curve;
use crate::train::{
    CrossCheck, Evaluator, GradientQuestion, KnownQuantities, Probe, Probed, StepProbe, Trace, Trained,
    add_weight_decay, hash_of_numbers, norm, order_digest, penalty,
};
use std::cell::Cell;
use std::ops::Range;
use std::time::{Duration, Instant};

/// What is to be solved.
pub(super) struct Solving<'a, R> {
    pub run: &'a RunSpec,
    pub solver: &'static SolverEntry,
    pub network: &'a Network,
    pub data: &'a Prepared<R>,
}

/// What a solver's iterations took so far, where it asks an engine.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// Gradients of single samples.
    gradient_evaluations: u64,
    searches: Searches,
}

/// How an iteration went.
enum SolverStep<R> {
    /// The parameters after it, the share of its step that was taken, and what all steps so far took.
    Point(Vec<R>, f64, Tally),
    AtRest,
    NoSolution(Problem),
}

impl<R: Real> Solving<'_, R> {
    /// Solves, evaluating at the start and after each iteration.
    pub(super) fn run(
        &self,
        engine: &mut dyn Engine<R>,
        check: Option<CrossCheck<'_, R>>,
    ) -> Result<Trained<R>, HarnessError> {
        let initial = chosen(&self.run.catalogue.initial, &self.run.model.initial)?;
        let start = initial_weights::<R>(&initial, self.network, self.run.start_seed())?;
        let of = probed(self.run, self.network);
        let probe = Probe::new(&self.run.train, &of, (self.run.engine, self.data));
        let mut course = SolverPath {
            evaluator: Evaluator::new(self.network, self.data, &self.run.train)?.probed(probe),
            probe: StepProbe::new(&self.run.train, &of, &self.data.train),
            tally: Tally::default(),
            condition: self.asked_condition(&of),
            curve: Vec::new(),
            trace: (self.run.train.curve == Curve::Step).then(|| Trace::new(self.network)),
            steps: Vec::new(),
            batch_order: order_digest(), // stays as it is without batches
            theta: start.clone(),
            at_rest: None,
            evaluation_time: Duration::ZERO,
        };
        let began = Instant::now();
        let mut outcome = match self.visit(&mut course, (start.clone(), 1.0), engine)? {
            None => self.iterate(start.clone(), &mut course, engine)?,
            Some(diverged) => diverged,
        };
        let problem = if outcome == Outcome::Done { self.no_minimum(&course) } else { None };
        let mut no_minimum = problem.map(|problem| problem.name().to_owned());
        if !self.is_lbfgs()
            && let Some(problem) = no_minimum.take()
        {
            outcome = Outcome::Unsolved { problem }; // as it is where the iterations end at rest
        }
        let at_rest = course.at_rest.filter(|_| outcome == Outcome::Done);
        let train_time = began.elapsed().saturating_sub(course.evaluation_time);
        let check = check.map(|check| self.check(&start, &course.theta, engine, check)).transpose()?;
        let hashes = Hashes {
            initial_weights: hash_of_numbers([start.as_slice()].into_iter()),
            batch_order: course.batch_order.hex(),
            final_parameters: hash_of_numbers([course.theta.as_slice()].into_iter()),
        };
        let steps = (course.curve.len() as u64).saturating_sub(1);
        let results = RunResults {
            outcome,
            at_rest,
            no_minimum,
            curve: course.curve,
            measured: course.evaluator.into_measured(),
            steps: course.steps,
            hashes: Some(hashes),
            ..RunResults::default()
        };
        Ok(Trained {
            results,
            parameters: vec![course.theta],
            steps,
            train_time,
            evaluation_time: course.evaluation_time,
            check,
        })
    }

    fn iterate(
        &self,
        start: Vec<R>,
        course: &mut SolverPath<'_, R>,
        engine: &mut dyn Engine<R>,
    ) -> Result<Outcome, HarnessError> {
        if self.is_lbfgs() {
            return self.iterate_lbfgs(start, course, engine);
        }
        let (design, answers) = (self.design(), self.answers());
        let columns = answers.iter().enumerate().map(|(column, of_column)| {
            let theta = start.iter().skip(column).step_by(answers.len()).copied().collect::<Vec<R>>();
            solve::begin(self.solver, &self.run.optimizer, self.start(&design, of_column, &theta))
        });
        let mut solver = match columns.collect() {
            Ok(columns) => SideBySide::of(columns),
            Err(problem) => return Ok(Outcome::Unsolved { problem: Problem::name(&problem).to_owned() }),
        };
        self.follow(course, engine, |_| Ok(next(&mut solver)))
    }

    fn iterate_lbfgs(
        &self,
        start: Vec<R>,
        course: &mut SolverPath<'_, R>,
        engine: &mut dyn Engine<R>,
    ) -> Result<Outcome, HarnessError> {
        let (choice, weights) = (&self.run.optimizer, self.weights());
        let gradients = Cell::new(0);
        let oracle = |part: &Part<R>, theta: &[R], gradient: &mut [R], engine: &mut dyn Engine<R>| {
            gradients.set(gradients.get() + part.samples() as u64);
            self.loss_and_gradient(part, &weights, theta, gradient, engine)
        };
        let (memory, tolerance) = (choice.count("memory"), choice.number("tolerance"));
        let mut order = order_digest();
        let mut batches = Batches::new(self.run, &self.data.train, &mut order);
        let mut lbfgs = Lbfgs::new(memory, tolerance, start, &mut |theta, gradient| {
            oracle(batches.part(), theta, gradient, engine)
        })?;
        let outcome = self.follow(course, engine, |engine| {
            if batches.advance(&mut order) {
                lbfgs.go_on_with(&mut |theta, gradient| oracle(batches.part(), theta, gradient, engine))?;
            }
            let step = lbfgs.step(&mut |theta, gradient| oracle(batches.part(), theta, gradient, engine))?;
            let tally = Tally { gradient_evaluations: gradients.get(), searches: lbfgs.searches() };
            let point = |alpha: f64| SolverStep::Point(lbfgs.theta().to_vec(), alpha, tally);
            Ok(match step {
                Iteration::Stepped => point(lbfgs.alpha()),
                Iteration::AtRest if batches.are_several() => point(0.0), // on this batch; others follow
                Iteration::AtRest => SolverStep::AtRest,
            })
        });
        course.batch_order = order;
        outcome
    }

    /// Takes iterations until there is none to take, or all epochs are through.
    fn follow(
        &self,
        course: &mut SolverPath<'_, R>,
        engine: &mut dyn Engine<R>,
        mut next: impl FnMut(&mut dyn Engine<R>) -> Result<SolverStep<R>, HarnessError>,
    ) -> Result<Outcome, HarnessError> {
        // A closed form is at rest after its one step.
        course.at_rest = Some(!self.solver.iterates);
        for _ in 0..if self.solver.iterates { self.run.train.epochs } else { 1 } {
            match next(engine)? {
                SolverStep::AtRest => {
                    course.at_rest = Some(true);
                    break;
                }
                SolverStep::NoSolution(problem) => return Ok(Outcome::Unsolved { problem: problem.name().to_owned() }),
                SolverStep::Point(theta, step_length, tally) => {
                    course.tally = tally;
                    if let Some(diverged) = self.visit(course, (theta, step_length), engine)? {
                        return Ok(diverged);
                    }
                }
            }
        }
        Ok(Outcome::Done)
    }

    /// Evaluates at these parameters, and keeps a row of the curve by steps where that is asked for: of a solver the state before its
    /// first iteration and after each.
    fn visit(
        &self,
        course: &mut SolverPath<'_, R>,
        (theta, step_length): (Vec<R>, f64),
        engine: &mut dyn Engine<R>,
    ) -> Result<Option<Outcome>, HarnessError> {
        let diverged = course.add(theta, step_length, engine)?;
        let began = Instant::now();
        if let (None, Some(trace)) = (&diverged, &mut course.trace) {
            let mut gradient = vec![R::ZERO; course.theta.len()];
            let loss = engine.loss_and_gradient(&course.theta, &self.batch(), &mut gradient)?;
            trace.take(&gradient, &course.theta);
            let point = StepPoint {
                step: course.steps.len() as u64,
                loss: loss.to_f64(),
                learning_rate: step_length,
                gradient_norm: norm(&gradient),
                traced: [trace.numbers(), course.probe.as_ref().map_or(&[], StepProbe::numbers)].concat(),
            };
            course.steps.extend(Some(point).filter(StepPoint::is_finite));
        }
        course.evaluation_time += began.elapsed();
        Ok(diverged)
    }

    fn start<'d>(&self, design: &'d Design, answers: &'d Answers, theta: &[R]) -> Start<'d> {
        #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
        let share = match self.network.reduction() {
            Reduction::Mean => 1.0 / self.data.train.samples() as f64,
            Reduction::Sum => 1.0,
        };
        let (theta, weight_decay) = (theta.iter().map(|t| t.to_f64()).collect(), self.run.regularize.weight_decay);
        Start { design, answers, theta, share, weight_decay }
    }

    fn is_lbfgs(&self) -> bool {
        self.solver.entry.name == LBFGS.entry.name
    }

    /// Why the likelihood has no maximum, of a run that ended all the same. Newton's method has asked where it is at rest, but not
    /// where the epochs ended before; L-BFGS never asks, since it minimizes any function.
    fn no_minimum(&self, course: &SolverPath<'_, R>) -> Option<Problem> {
        let has_asked = course.at_rest == Some(true) && !self.is_lbfgs();
        if has_asked
            || !self.network.loss().falls_for_ever()
            || self.network.layers().len() != 1
            || self.data.train.inputs.rows() != self.targets()
        {
            return None;
        }
        let (design, answers) = (self.design(), self.answers());
        self.start(&design, answers.first()?, &course.theta).no_minimum()
    }

    fn targets(&self) -> usize {
        if let Targets::Classes(classes) = &self.data.train.targets { classes.len() } else { 0 }
    }

    /// The training part as X; a layer of one unit or of K units, with or without biases.
    fn design(&self) -> Design {
        let biased = !self.network.layers()[0].bias.is_empty();
        let train = &self.data.train;
        if train.weights.is_empty() {
            return Design::new(train.inputs.cast::<f64>().view(), biased);
        }
        let inputs = train.inputs.gather(&self.counting()).cast::<f64>();
        let weights = self.counting().into_iter().map(|row| train.weights[row].to_f64()).collect();
        Design::new(inputs.view(), biased).weighted(weights)
    }

    /// The training rows that count at all.
    fn counting(&self) -> Vec<usize> {
        let weights = &self.data.train.weights;
        (0..self.data.train.samples()).filter(|row| weights.get(*row).is_none_or(|weight| *weight > R::ZERO)).collect()
    }

    /// What is to be predicted; of several columns of numbers each by itself.
    fn answers(&self) -> Vec<Answers> {
        match (&self.data.train.targets, self.network.loss().entry.targets) {
            (Targets::Classes(classes), TargetForm::Signs) => {
                let sign = |row: usize| if classes[row] == 1 { 1.0 } else { -1.0 };
                vec![Answers::Values(self.counting().into_iter().map(sign).collect())]
            }
            (Targets::Classes(classes), _) => {
                vec![Answers::Classes(self.counting().into_iter().map(|row| classes[row]).collect())]
            }
            (Targets::Values(values), _) => {
                let of_column = |k: usize| self.counting().into_iter().map(move |row| values.row(row)[k].to_f64());
                (0..values.cols()).map(|k| Answers::Values(of_column(k).collect())).collect()
            }
            (Targets::None, _) => unreachable!("an objective is no model of a solver with targets"),
        }
    }

    /// Where the weights lie that penalties act on.
    fn weights(&self) -> Vec<Range<usize>> {
        self.network.weights()
    }

    fn batch(&self) -> Batch<'_, R> {
        whole(&self.data.train)
    }

    /// The condition number of what is solved, where it is asked for: the same at all iterations.
    fn asked_condition(&self, of: &Probed<'_>) -> Option<f64> {
        let is_asked =
            self.run.train.measures().iter().any(|measure| measure.quantity() == Some(TrainingQuantity::Condition));
        if !is_asked || of.unfit(TrainingQuantity::Condition).is_some() {
            return None;
        }
        let answers = self.answers();
        let Answers::Values(y) = answers.first()? else { return None };
        solve::condition(&self.run.optimizer, &self.design(), y)
    }

    /// Of a part, with the penalty of weight decay.
    fn loss_and_gradient(
        &self,
        part: &Part<R>,
        weights: &[Range<usize>],
        theta: &[R],
        gradient: &mut [R],
        engine: &mut dyn Engine<R>,
    ) -> Result<R, EngineError> {
        let loss = engine.loss_and_gradient(theta, &whole(part), gradient)?;
        let decay = R::from_f64(self.run.regularize.weight_decay);
        add_weight_decay(decay, weights, theta, gradient);
        Ok(loss + penalty(decay, weights, theta))
    }

    /// Both engines at the start and halfway to the end: at the end itself the gradient is 0 but for rounding.
    fn check(
        &self,
        start: &[R],
        end: &[R],
        engine: &mut dyn Engine<R>,
        mut check: CrossCheck<'_, R>,
    ) -> Result<crate::record::Check, HarnessError> {
        let half = R::from_f64(0.5);
        let middle: Vec<R> = start.iter().zip(end).map(|(&start, &end)| half * start + half * end).collect();
        let (batch, mut gradient) = (self.batch(), vec![R::ZERO; start.len()]);
        for point in [start, &middle] {
            let loss = engine.loss_and_gradient(point, &batch, &mut gradient)?;
            check.compare(&GradientQuestion { point, batch, gradient: &gradient, loss })?;
        }
        Ok(check.result())
    }
}

/// All samples of a part as one batch.
fn whole<R: Real>(part: &Part<R>) -> Batch<'_, R> {
    Batch { inputs: part.inputs.view(), targets: part.targets.view(), weights: &part.weights, masks: Masks(&[]) }
}

fn next<R: Real>(solver: &mut dyn Iterations) -> SolverStep<R> {
    match solver.step() {
        Ok(true) => SolverStep::Point(solver.theta().into_iter().map(R::from_f64).collect(), 1.0, Tally::default()),
        Ok(false) => SolverStep::AtRest,
        Err(problem) => SolverStep::NoSolution(problem),
    }
}

/// Where a solver has been.
struct SolverPath<'a, R> {
    evaluator: Evaluator<'a, R>,
    curve: Vec<CurvePoint>,
    trace: Option<Trace>,
    /// Where quantities of the steps are asked for.
    probe: Option<StepProbe<R>>,
    tally: Tally,
    condition: Option<f64>,
    steps: Vec<StepPoint>,
    batch_order: Digest,
    theta: Vec<R>,
    at_rest: Option<bool>,
    evaluation_time: Duration,
}

impl<R: Real> SolverPath<'_, R> {
    /// Measures the step from these parameters, but not the way to the start.
    fn take_step(&mut self, before: &[R]) {
        let Some(probe) = self.probe.as_mut().filter(|_| !self.curve.is_empty()) else { return };
        probe.begin(before, 0);
        probe.took(self.tally.gradient_evaluations);
        probe.end(&self.theta, f64::NAN); // no step along a gradient
    }

    /// What is known of the steps so far.
    #[allow(clippy::cast_precision_loss)] // counts below 2⁵³
    fn known(&self) -> KnownQuantities {
        let Searches { all, failed } = self.tally.searches;
        let failed = (all > 0).then(|| (TrainingQuantity::FailedSearches, failed as f64 / all as f64));
        let condition = self.condition.map(|condition| (TrainingQuantity::Condition, condition));
        let of_steps = self.probe.iter().flat_map(StepProbe::known);
        of_steps.chain(failed).chain(condition).collect()
    }

    /// Adds the point of these parameters, unless they or it are no finite numbers: then tells that the run diverged.
    fn add(
        &mut self,
        theta: Vec<R>,
        step_length: f64,
        engine: &mut dyn Engine<R>,
    ) -> Result<Option<Outcome>, HarnessError> {
        let before = std::mem::replace(&mut self.theta, theta);
        self.take_step(&before);
        let known = self.known();
        let began = Instant::now();
        let iterations = self.curve.len() as u64;
        let finite = self.theta.iter().all(|theta| theta.is_finite());
        let point = if finite {
            self.evaluator.point_of(&self.theta, (iterations, step_length), &known, engine)?
        } else {
            None
        };
        self.evaluation_time += began.elapsed();
        Ok(match point {
            Some(point) => {
                self.curve.push(point);
                None
            }
            None => Some(Outcome::Diverged { step: iterations.saturating_sub(1) }),
        })
    }
}
