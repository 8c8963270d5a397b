//! How much each setting explains: the formula against brute force, and what is said of whole folders.

use crate::fakes::{Fake, manifest};
use crate::support::Sweep;
use burnmark::analysis::stats::{Factor, functional_anova, random_effects};
use burnmark::analysis::{Allowed, Conclusions, Unexplained, VarianceShares, View, conclude};
use burnmark::record::Outcome;
use burnmark::report::markdown;
use burnmark::store::Finished;
use burnmark::value::Value;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    functional_anova: Vec<Grid>,
    random_effects: Vec<Cross>,
}

#[derive(Deserialize)]
struct Cross {
    levels: Vec<Vec<usize>>,
    values: Vec<f64>,
    components: Vec<(Vec<usize>, f64)>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../oracles/importance.json")).unwrap()
}

#[derive(Deserialize)]
struct Grid {
    factors: Vec<Levels>,
    values: Vec<f64>,
    main: Vec<f64>,
    pairs: Vec<((usize, usize), f64)>,
    rest: f64,
}

#[derive(Deserialize)]
struct Levels {
    levels: Vec<usize>,
    within: Vec<usize>,
}

/// `tests/oracles/importance.py` makes every effect a function on the whole grid, and takes its variance; both sides sum some hundred
/// numbers of size 1.
#[test]
fn effects_are_those_of_brute_force() {
    let grids = golden().functional_anova;
    let close = |ours: f64, theirs: f64| assert!((ours - theirs).abs() < 1e-13, "{ours} for {theirs}");
    for Grid { factors, values, main, pairs, rest } in grids {
        let factor = |Levels { levels, within }| Factor { levels, within };
        let factors: Vec<Factor> = factors.into_iter().map(factor).collect();
        let found = functional_anova(&values, &factors).unwrap();
        found.main.iter().zip(&main).for_each(|(ours, theirs)| close(*ours, *theirs));
        assert_eq!(found.main.len(), main.len());
        assert_eq!(
            found.pairs.iter().map(|(of, _)| *of).collect::<Vec<_>>(),
            pairs.iter().map(|(of, _)| *of).collect::<Vec<_>>()
        );
        found.pairs.iter().zip(&pairs).for_each(|((_, ours), (_, theirs))| close(*ours, *theirs));
        close(found.rest, rest);
    }
}

/// The script solves the linear system of expected mean squares, each the trace of a matrix; here they have a closed form. Some of its
/// components are negative.
#[test]
fn components_are_those_of_expected_mean_squares() {
    let crosses = golden().random_effects;
    assert!(crosses.iter().flat_map(|cross| &cross.components).any(|(_, variance)| *variance < 0.0));
    for Cross { levels, values, components } in crosses {
        let factor = |levels| Factor { levels, within: Vec::new() };
        let factors: Vec<Factor> = levels.into_iter().map(factor).collect();
        let found = random_effects(&values, &factors).unwrap();
        assert_eq!(found.len(), components.len());
        for (ours, (of, variance)) in found.iter().zip(&components) {
            assert_eq!(ours.of, *of);
            assert!((ours.variance - variance).abs() < 1e-12, "{} for {variance}", ours.variance);
        }
    }
}

/// Two methods, three rates and two strengths of dropout on one data set; the validation metric is what `of` makes of the number of
/// method, rate and dropout, without chance.
fn grid(of: impl Fn([usize; 3]) -> f64) -> Vec<Finished> {
    let once = Fake { data: vec!["iris"], ..Fake::new(&[("a", 0.0), ("b", 0.0)], 2) }.runs();
    let mut runs = Vec::new();
    for (number, dropout) in [0.0, 0.5].into_iter().enumerate() {
        for (place, run) in once.iter().enumerate() {
            let mut run = run.clone();
            run.record.settings.insert("regularize.dropout".to_owned(), Value::Number(dropout));
            let metric = of([place / 6, place / 2 % 3, number]);
            run.record.curve.last_mut().unwrap().validation.metric = metric;
            runs.push(run);
        }
    }
    runs
}

fn concluded(runs: &[Finished]) -> Conclusions {
    let manifest = manifest(runs.len() as u64);
    conclude(&manifest, runs, &View::all_of(&manifest, runs, Allowed::default()))
}

type Alone = Vec<(String, f64)>;
type Pairs = Vec<(String, f64, bool)>;

/// The shares alone by the names of their settings, and those of pairs.
fn shares(runs: &[Finished]) -> Result<(Alone, Pairs), Unexplained> {
    let VarianceShares { alone, pairs, .. } = concluded(runs).importance.remove(0).shares?;
    let rounded = |share: f64| (1e6 * share).round() / 1e6;
    let alone = alone.iter().map(|(axis, share)| (axis.names.join("+"), rounded(*share)));
    let pairs = pairs.iter().map(|pair| {
        let [a, b] = &pair.of;
        (format!("{} {}", a.names[0], b.names[0]), rounded(pair.share), pair.best_depends)
    });
    Ok((alone.collect(), pairs.filter(|(_, share, _)| *share > 0.0).collect()))
}

#[test]
fn a_rate_that_explains_all_is_named() {
    let runs = grid(|[_, rate, _]| [0.5, 0.7, 0.6][rate]);
    let (alone, pairs) = shares(&runs).unwrap();
    assert_eq!((&alone[0], pairs.len()), (&("optimizer.lr".to_owned(), 1.0), 0));
    let said = markdown(&manifest(runs.len() as u64), &concluded(&runs));
    for says in [
        "On iris the learning rate explains 100 % of the differences between settings, the optimizer under 1 % and dropout under 1 %.",
        "mean of 2 seeds, over 12 settings.)",
        "### importance\n\n| share of the variance | iris |\n|---|---|\n| learning rate | 100.0 % |\n",
    ] {
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
}

/// Each method has another best rate: neither explains anything alone, both together explain all.
#[test]
fn what_depends_on_another_setting_is_said() {
    let runs = grid(|[method, rate, _]| [[0.5, 0.6, 0.7], [0.7, 0.6, 0.5]][method][rate]);
    let (_, pairs) = shares(&runs).unwrap();
    assert_eq!(pairs, [("optimizer.lr optimizer.kind".to_owned(), 1.0, true)]);
    let said = markdown(&manifest(runs.len() as u64), &concluded(&runs));
    assert!(said.contains("The best learning rate depends on the optimizer (100 % more)."), "{said}");
    // The same best rate for both, of another height.
    let runs = grid(|[method, rate, _]| [[0.5, 0.6, 0.7], [0.5, 0.65, 0.9]][method][rate]);
    let said = markdown(&manifest(runs.len() as u64), &concluded(&runs));
    assert!(said.contains("The effect of the learning rate depends on the optimizer"), "{said}");
}

/// The untrained metric is 0.3: by hand, a grid whose third rate reaches nothing, whether by divergence or by ending below.
#[test]
fn what_diverged_counts_as_untrained() {
    let value = |[_, rate, _]: [usize; 3]| [0.3, 0.6, 0.7][rate];
    let expected = shares(&grid(value)).unwrap();
    let below = grid(|of| if of[1] == 0 { -7.0 } else { value(of) });
    assert_eq!(shares(&below).unwrap(), expected);
    let mut diverged = grid(value);
    for run in diverged.iter_mut().filter(|run| run.record.settings["optimizer.lr"].as_number() == Some(0.01)) {
        run.record.outcome = Outcome::Diverged { step: 3 };
        run.record.curve.truncate(2);
    }
    assert_eq!(shares(&diverged).unwrap(), expected);
    let said = markdown(&manifest(24), &concluded(&diverged));
    assert!(said.contains("8 runs that diverged or ended below the untrained state count as that"), "{said}");
}

/// An R² below 0 is worse than that of a constant answer, whatever the untrained network has.
#[test]
fn a_constant_answer_is_the_floor_of_r_squared() {
    let r_squared = |low: f64| {
        let mut runs = grid(|[_, rate, _]| [low, 0.6, 0.7][rate]);
        for run in &mut runs {
            "r2".clone_into(&mut run.record.metric);
            run.record.curve[0].validation.metric = -3.0;
        }
        runs
    };
    let expected = shares(&r_squared(0.0)).unwrap();
    assert_eq!(shares(&r_squared(-2.5)).unwrap(), expected);
    let said = markdown(&manifest(24), &concluded(&r_squared(-2.5)));
    assert!(said.contains("ended below the untrained state, or below an R² of 0, count as that"), "{said}");
}

/// Nothing is said on the terminal; the page says why.
#[test]
fn without_a_full_grid_there_are_no_shares() {
    let runs = grid(|[method, rate, dropout]| 0.5 + 0.01 * (method + rate + dropout) as f64);
    let dropped = |count: usize| runs.iter().take(count).cloned();
    let why = |runs: Vec<Finished>| shares(&runs).unwrap_err();
    assert_eq!(why(dropped(22).collect()), Unexplained::NoGrid);
    assert_eq!(why(dropped(23).collect()), Unexplained::Unfinished);
    assert_eq!(why(Fake::new(&[("a", 0.0)], 3).runs()), Unexplained::OneAxis);
    assert_eq!(why(grid(|_| 0.5)), Unexplained::NoDifference);
    let said = markdown(&manifest(24), &concluded(&dropped(22).collect::<Vec<_>>()));
    assert!(!said.contains("differences between settings") && !said.contains("importance"), "{said}");
}

/// Five strengths of dropout on one data set with twelve seeds, each with a chance of its own, deviation 0.02; `of` is what each
/// costs of the test metric.
fn strengths(of: [f64; 5]) -> Vec<Finished> {
    let once = |strength: usize| {
        let world = strength as u64;
        let mut runs =
            Fake { data: vec!["iris"], rates: vec![0.1], world, ..Fake::new(&[("a", -of[strength])], 12) }.runs();
        for run in &mut runs {
            let dropout = Value::Number([0.0, 0.1, 0.2, 0.5, 0.8][strength]);
            run.record.settings.insert("regularize.dropout".to_owned(), dropout);
            // A problem without rows: 12 seeds are 12 samples.
            run.record.settings.insert("model.kind".to_owned(), Value::word("objective"));
        }
        runs
    };
    (0..5).flat_map(once).collect()
}

#[test]
fn the_flat_part_of_an_ordered_axis_is_named() {
    let said = |of: [f64; 5]| {
        let runs = strengths(of);
        markdown(&manifest(runs.len() as u64), &concluded(&runs))
    };
    let flat = said([0.3, 0.005, 0.0, 0.005, 0.3]);
    assert!(flat.contains("On iris dropout from 0.1 to 0.5 is not told apart from the best, 0."), "{flat}");
    // A value beyond one that is told apart is not part of the range, though no verdict tells it apart.
    let hole = said([0.005, 0.3, -0.05, 0.3, 0.3]);
    assert!(hole.contains("it is not told apart from dropout 0") || hole.contains("better than dropout 0 "), "{hole}");
    assert!(hole.contains("On iris the values of dropout beside the best, 0.2, are told apart from it."), "{hole}");
    let all = said([0.0; 5]);
    assert!(
        all.contains("dropout from 0 to 0.8, every value that was tried, is not told apart from the best"),
        "{all}"
    );
    // Too few seeds for a verdict: nothing is said.
    let few: Vec<Finished> = strengths([0.0; 5]).into_iter().filter(|run| run.record.seed() < Some(4)).collect();
    let few = markdown(&manifest(20), &concluded(&few));
    assert!(!few.contains("the best, 0"), "{few}");
}

/// The lines of a figure of the folder of these results.
fn figure(fake: &Fake, name: &str) -> String {
    let sweep = Sweep::new("");
    fake.write(&sweep.path("out"), |_| ());
    sweep.run(&["report", "out"]).ended_with(0);
    String::from_utf8(sweep.bytes(&format!("out/figures/{name}.svg"))).unwrap()
}

/// One line for each of 12 settings; of more than 3000 a sample, in which each rank is as likely, and which is said.
#[test]
fn parallel_coordinates_stay_light() {
    let mut fake = Fake { data: vec!["iris"], ..Fake::new(&[("a", 0.0), ("b", 0.1)], 1) };
    let lines = |svg: &str| svg.matches("<polyline").count();
    let (axes, few) = (3, figure(&fake, "parallel"));
    assert_eq!(lines(&few), axes + 2 * fake.rates.len());
    for words in ["optimizer", "learning rate", "validation accuracy", "0.01", "\nb\n"] {
        assert!(few.contains(words), "`{words}` is missing");
    }
    fake.rates = (1..=1510).map(|i| 1e-4 * f64::from(i)).collect();
    let many = figure(&fake, "parallel");
    assert_eq!(lines(&many), axes + 3000);
    assert!(many.len() < 700_000, "{} bytes", many.len());
    let words: Vec<&str> =
        many.split('<').filter_map(|tag| tag.split_once('>')).flat_map(|(_, text)| text.split_whitespace()).collect();
    assert!(words.join(" ").contains("Of 3020 settings 3000 are drawn, evenly by rank."), "{words:?}");
}

/// A rate at which a seed diverges has no mean but a sign.
#[test]
fn an_ordered_axis_has_a_curve() {
    let fake = Fake { data: vec!["iris"], ..Fake::new(&[("a", 0.0)], 5) };
    let whole = figure(&fake, "ordered-axes");
    assert!(whole.contains("iris: learning rate") && whole.matches("<circle").count() == 3, "{whole}");
    let diverged = figure(&Fake { diverges_from: 1.0, ..fake }, "ordered-axes");
    assert!(diverged.contains("\n∞\n") && diverged.matches("<circle").count() == 2, "{diverged}");
}

/// The strengths of a regularizer are a curve by themselves: no other regularizer stands for the value that switches it off.
#[test]
fn strengths_of_a_regularizer_are_a_curve_of_their_own() {
    let sweep = Sweep::new(
        "name = \"x\"\nengine = \"reference\"\nseeds = 3\ndata.set = \"iris\"\nmodel = { kind = \"mlp\", hidden = [4] }\ntrain = { epochs = 2, batch \
         = 16 }\noptimizer = { kind = \"adam\", lr = 0.01 }\n[sweep]\nregularize = [\"none\", { dropout = [0.2, 0.5] }, { weight_decay = [0.001, 0.01, \
         0.1] }]\n",
    );
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let svg = String::from_utf8(sweep.bytes("out/figures/ordered-axes.svg")).unwrap();
    assert!(svg.contains("iris: weight decay\n") && !svg.contains("iris: dropout"), "{svg}");
    assert_eq!(svg.matches("<circle").count(), 3, "no point for a weight decay of 0: {svg}");
}

/// The mean of each method is marked, whatever its colour and however few points a line has.
#[test]
fn every_method_has_its_mean_beside_its_seeds() {
    let methods = [("adam", 0.0), ("lion", 0.05), ("mine", 0.1), ("zeta", 0.1)];
    let svg = figure(&Fake { data: vec!["iris"], rates: vec![0.1], ..Fake::new(&methods, 8) }, "paired-seeds");
    let means = svg.split("<polyline ").skip(1).filter_map(|line| {
        let points = line.split("points=\"").nth(1)?.split('"').next()?;
        (points.trim().split(' ').count() == 1).then(|| line.split("stroke=\"").nth(1)?.split('"').next())?
    });
    let means: Vec<&str> = means.collect();
    assert_eq!(means.len(), methods.len(), "{svg}");
    for colour in means {
        assert!(svg.matches(colour).count() > 1, "a line of one point shows nothing: {colour} in {svg}");
    }
}
/// Equal settings differ by chance alone, and chance has no shares: at most in 5 of 100 worlds something is said to be explained.
#[test]
fn chance_is_not_divided_among_settings() {
    let explained = |better: f64| {
        let of = |world: u64| {
            let methods = [("a", 0.0), ("b", better)];
            let runs = Fake { data: vec!["iris"], world, ..Fake::new(&methods, 10) }.runs();
            let manifest = manifest(runs.len() as u64);
            let found = conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default())).importance;
            match &found[0].shares {
                Ok(_) => 1,
                Err(why) => {
                    assert_eq!(*why, Unexplained::Chance);
                    0
                }
            }
        };
        (0..60).map(of).sum::<u32>()
    };
    let (by_chance, truly) = (explained(0.0), explained(0.03));
    assert!(by_chance <= 7, "{by_chance} of 60, 3 expected");
    assert_eq!(truly, 60);
}
