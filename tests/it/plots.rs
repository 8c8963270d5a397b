//! Every plot, from results that are random and as extreme as a table can hold: there is a figure or a reason for none, its
//! SVG is whole, and every coordinate is a number.

use crate::support::Sweep;
use burnmark::analysis::{Allowed, OPTIMIZER, View};
use burnmark::num::{Purpose, Stream};
use burnmark::record::{
    CurvePoint, Evaluation, GapRow, Grid, Measurement, Outcome, Regions, RunId, RunRecord, RunResults, SIDE, StepPoint,
};
use burnmark::report::plots::{ENTRIES, FigureDesign, Material, NotDrawn, PlotSources, figures};
use burnmark::store::{Finished, Manifest, Tensor};
use burnmark::value::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers at the ends of what there is.
const LAST: [f64; 12] = [
    0.0,
    -0.0,
    5e-324,
    1e-320,
    2.3e-308,
    1e-200,
    1e308,
    f64::MAX,
    f64::MIN,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

/// Results of one kind.
struct Dice {
    stream: Stream,
    /// Numbers are ordinary ones, extreme ones, any bits, or all one.
    numbers: u32,
    /// Whether every run is done and says what accuracy it has.
    whole: bool,
}

impl Dice {
    fn new(number: u32) -> Self {
        Self { stream: Stream::new(1, Purpose::Data, number.into()), numbers: number % 4, whole: number % 8 < 4 }
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.stream.below(bound)
    }

    fn number(&mut self) -> f64 {
        match self.numbers {
            0 => self.stream.normal(),
            1 => LAST[self.below(12) as usize],
            2 => f64::from_bits(u64::from(self.stream.bits()) << 32 | u64::from(self.stream.bits())),
            _ => 0.25,
        }
    }

    fn positive(&mut self) -> f64 {
        let number = self.number().abs();
        if number > 0.0 && number.is_finite() { number } else { 1e-320 }
    }

    fn count(&mut self) -> u64 {
        match self.below(4) {
            0 => 0,
            1 => u64::MAX,
            _ => self.below(9).into(),
        }
    }

    fn evaluation(&mut self) -> Evaluation {
        Evaluation { loss: self.number(), metric: self.number() }
    }

    /// A run of a sweep over data, methods, rates, penalties and seeds.
    fn run(&mut self, number: u32, settings: &[(&str, Value)]) -> Finished {
        let run = RunId::parse(&format!("{number:032x}")).unwrap();
        let points = if self.whole { 3 } else { self.below(6) };
        let curve = (0..points).map(|epoch| CurvePoint {
            epoch: if self.numbers == 1 { self.count() } else { epoch.into() },
            step: if self.numbers == 1 { self.count() } else { 4 * u64::from(epoch) },
            learning_rate: self.positive(),
            train: Some(self.evaluation()),
            validation: self.evaluation(),
            test: self.evaluation(),
        });
        let curve = curve.collect();
        let steps = (0..self.below(30)).map(|step| StepPoint {
            step: step.into(),
            loss: self.number(),
            learning_rate: self.positive(),
            gradient_norm: self.positive(),
            traced: (0..4).map(|_| self.number()).collect(),
        });
        let steps = steps.collect();
        let outcome = match self.below(8) {
            _ if self.whole => Outcome::Done,
            0 => Outcome::Diverged { step: self.count() },
            1 => Outcome::Unsolved { problem: "separable".to_owned() },
            2 => Outcome::Failed { reason: "x".to_owned() },
            _ => Outcome::Done,
        };
        let traced = ["theta.0", "theta.1", "gradient_norm.layers.0", "gradient_norm.layers.1"];
        let record = RunRecord {
            run,
            settings: settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            data_digest: String::new(),
            numerics_version: burnmark::num::NUMERICS_VERSION,
            stage: None,
            results: RunResults {
                metric: ["accuracy", "r2", "digits", ""][if self.whole { 0 } else { self.below(4) as usize }]
                    .to_owned(),
                outcome,
                curve,
                steps,
                traced: traced.map(str::to_owned).to_vec(),
                ..RunResults::default()
            },
        };
        Finished { record, measurement: Measurement::none(run), parameters: Vec::new() }
    }

    /// Runs over some of everything, or over little.
    fn runs(&mut self) -> Vec<Finished> {
        let [data, methods, rates, penalties, seeds] = [3, 3, 3, 3, 3].map(|most| 1 + self.below(most));
        let names = ["a", "a long name of a method <&>", "\u{1}\u{ffff}☃"];
        let text = |text: &str| Value::text(text);
        let axes = |n: u32, dice: &mut Self| (0..n).map(|_| dice.positive()).collect::<Vec<_>>();
        let (rates, penalties) = (axes(rates, self), axes(penalties, self));
        let mut runs = Vec::new();
        for set in 0..data {
            for method in 0..methods {
                for rate in &rates {
                    for penalty in &penalties {
                        for seed in 0..seeds {
                            let settings = [
                                ("data.set.kind", text(names[set as usize])),
                                ("optimizer.kind", text(names[method as usize])),
                                ("optimizer.lr", Value::Number(*rate)),
                                ("regularize.l1", Value::Number(*penalty)),
                                ("model.kind", text(if set == 0 { "objective" } else { "linear" })),
                                ("seed", Value::Integer(seed.into())),
                            ];
                            runs.push(self.run(u32::try_from(runs.len()).unwrap(), &settings));
                        }
                    }
                }
            }
        }
        match self.below(5) {
            0 if !self.whole => runs.truncate(self.below(3) as usize),
            _ => runs.truncate(250),
        }
        runs
    }

    fn tensors(&mut self) -> Vec<Tensor> {
        let shape = match self.below(5) {
            0 => vec![],
            1 => vec![0],
            2 => vec![2, 2],
            _ => vec![1, 3],
        };
        let count = shape.iter().product();
        let numbers = (0..count).map(|_| self.number()).collect();
        vec![Tensor { name: "layers.0.weight".to_owned(), shape, numbers }]
    }

    fn grid(&mut self, x: [f64; 2], y: [f64; 2]) -> Grid {
        let mut grid = Grid::new(x, y);
        grid.values = (0..SIDE * SIDE).map(|cell| if cell % 7 == 0 { self.number() } else { 1.0 }).collect();
        grid.minimum = Some([self.number(), self.number()]);
        grid
    }
}

/// A manifest without anything that a plot asks for.
fn manifest() -> Manifest {
    Manifest {
        name: "plots".to_owned(),
        question: String::new(),
        spec: Vec::new(),
        plan_digest: String::new(),
        shard: None,
        report_digest: None,
        protocol: None,
        judge: Default::default(),
        runs_planned: 0,
        runs_finished: 0,
        runs_diverged: 0,
        runs_failed: 0,
        numerics_version: burnmark::num::NUMERICS_VERSION,
        revisions: BTreeMap::new(),
        data_digests: BTreeMap::new(),
        origins: BTreeMap::new(),
        data: BTreeMap::new(),
        table_digests: BTreeMap::new(),
        sessions: Vec::new(),
    }
}

/// Whether elements are closed, their attributes hold finite numbers near the sheet, and nothing is endless.
#[track_caller]
fn is_sound(name: &str, svg: &str) {
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{name}: no whole SVG");
    assert!(svg.len() < 20 << 20, "{name}: {} bytes", svg.len());
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{name}: `<{tag}` has no end"));
        let element = tag.split_whitespace().next().unwrap_or_default();
        match element.strip_prefix('/') {
            Some(element) => assert_eq!(open.pop(), Some(element), "{name}"),
            None if tag.ends_with('/') => {}
            None => open.push(element),
        }
        for attribute in tag.split('"').skip(1).step_by(2) {
            for number in
                attribute.split([' ', ',']).filter(|word| word.starts_with(|c: char| "-0123456789".contains(c)))
            {
                let Ok(number) = number.parse::<f64>() else { continue };
                assert!(number.is_finite() && number.abs() < 1e7, "{name}: {number} in `<{tag}>`");
            }
            assert!(!attribute.contains("NaN") && !attribute.contains("inf"), "{name}: `<{tag}>`");
        }
    }
    let is_character = |c: char| (' '..'\u{fffe}').contains(&c) || c > '\u{ffff}' || "\n\t\r".contains(c);
    assert!(svg.chars().all(is_character), "{name}: a character that XML does not have");
    assert!(open.is_empty(), "{name}: {open:?} stay open");
}

#[test]
fn every_plot_ends_whatever_the_numbers() {
    let count = std::env::var("BURNMARK_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(120);
    let (manifest, mut drawn) = (manifest(), BTreeSet::new());
    for number in 0..count {
        let dice = RefCell::new(Dice::new(number));
        let runs = dice.borrow_mut().runs();
        let view = View::of(&manifest, &runs, OPTIMIZER, Allowed::default());
        let regions = |_: RunId| {
            let mut dice = dice.borrow_mut();
            let ([a, b], [c, d]) = ([dice.number(), dice.number()], [dice.number(), dice.number()]);
            let ends = |a: f64, b: f64| if a < b { [a, b] } else { [0.0, 1.0] };
            let grid = dice.grid(ends(a, b), ends(c, d));
            let samples = (0..5).map(|class| ([dice.number(), dice.number()], class)).collect();
            Some(Regions { classes: 3, samples, grid })
        };
        let design = FigureDesign::default();
        let sources = PlotSources {
            parameters: &|_| Some(dice.borrow_mut().tensors()),
            objective: &|_, x, y| {
                assert!(
                    [x, y].iter().flatten().all(|end| end.is_finite()) && x[0] < x[1] && y[0] < y[1],
                    "{x:?} {y:?}"
                );
                Some(dice.borrow_mut().grid(x, y))
            },
            regions: &regions,
            features: &|_| vec!["<age>".to_owned(), "\u{1}".to_owned()],
            design: &design,
            units: &|_| Some("<unit>"),
        };
        for figure in figures(ENTRIES, &view, &sources) {
            match figure.svg {
                Ok(svg) => {
                    is_sound(figure.plot.name, &svg);
                    drawn.insert(figure.plot.name);
                }
                Err(why) => assert!(!matches!(why, NotDrawn::Library(_)), "{}: {why}", figure.plot.name),
            }
        }
    }
    for plot in ENTRIES {
        assert!(drawn.contains(plot.name), "no results here have the plot `{}`", plot.name);
    }
}

/// The plots of a cross-check, which no registry has.
#[test]
fn gaps_of_all_sizes_are_drawn() {
    for number in 0..40 {
        let mut dice = Dice::new(number);
        let words = |dice: &mut Dice| ["f32", "f64", "<&>\u{1}"][dice.below(3) as usize].to_owned();
        let gaps: Vec<GapRow> = (0..dice.below(20))
            .map(|_| GapRow {
                run: "r".to_owned(),
                leading: "a".to_owned(),
                other: "b".to_owned(),
                precision: words(&mut dice),
                step: dice.count(),
                quantity: words(&mut dice),
                gap: dice.number(),
            })
            .collect();
        let bounds = BTreeMap::from([("f32".to_owned(), dice.number()), ("f64".to_owned(), dice.positive())]);
        if let Ok(svg) = burnmark::report::plots::gaps(&gaps, &bounds) {
            is_sound("gaps", &svg);
        }
    }
}

/// A random search has as many values on both axes as it has settings, and still one pass over them.
#[test]
fn heat_maps_of_random_searches_end() {
    let mut dice = Dice::new(0);
    let mut settings = |number: u32| {
        let settings = [
            ("data.set.kind", Value::word("iris")),
            ("optimizer.kind", Value::word("adam")),
            ("optimizer.lr", Value::Number(f64::from(number) + 0.5)),
            ("regularize.weight_decay", Value::Number(1.0 / f64::from(number + 1))),
            ("seed", Value::Integer(0)),
        ];
        let mut run = dice.run(number, &settings);
        run.record.steps.clear();
        run
    };
    let runs: Vec<Finished> = (0..4000).map(&mut settings).collect();
    let manifest = manifest();
    let view = View::of(&manifest, &runs, OPTIMIZER, Allowed::default());
    let plot = ENTRIES.iter().find(|plot| plot.name == "heat-map").unwrap();
    let material = Material {
        configurations: view.tried(),
        selected: &[],
        questions: 1,
        goal: (view.goal(), view.at()),
        parameters: &|_| None,
        objective: &|_, _, _| None,
        regions: &|_| None,
        features: &|_| Vec::new(),
        units: &|_| None,
        design: &FigureDesign::default(),
    };
    is_sound("heat-map", &(plot.draw)(&material).unwrap());
}

/// A sweep over a learning rate that is next to nothing came to no end.
#[test]
fn a_learning_rate_that_is_next_to_nothing_is_drawn() {
    let figure = |rates: &str| {
        let base =
            "name = \"x\"\nengine = \"reference\"\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\ntrain.epochs = 2\n";
        let sweep = crate::support::Sweep::new(format!(
            "{base}[sweep]\n\"optimizer.lr\" = [{rates}]\noptimizer = [\"momentum\"]\n"
        ));
        sweep.run(&["run", "x.toml", "--quiet", "--out", "r"]).ended_with(0);
        sweep.run(&["report", "r"]).ended_with(0);
        String::from_utf8(sweep.bytes("r/figures/learning-rate.svg")).unwrap()
    };
    assert!(figure("1e-320, 1e-319").contains("e-320"));
    is_sound("learning-rate", &figure("5e-324, 1e-3, 1e300"));
}

/// A setting that counts something says what.
#[test]
fn axes_of_settings_have_units() {
    let sweep = Sweep::new(
        "name = \"units\"\nengine = \"reference\"\nseeds = 2\ndata = { set = \"iris\" }\nmodel = { kind = \"mlp\", hidden = [4] }\n\
         train = { epochs = 2 }\n[sweep]\n\
         optimizer = [{ kind = \"adam\", lr = [0.01, 0.1] }, { kind = \"momentum\", lr = [0.01, 0.1] }]\n\"train.batch\" = [16, 32]\n",
    );
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    for figure in ["heat-map", "parallel"] {
        let svg = std::fs::read_to_string(sweep.path(&format!("results/units/figures/{figure}.svg"))).unwrap();
        assert!(svg.contains("batch (samples)"), "{figure}: {svg}");
    }
}
