//! Claims in made-up worlds: how often a table of claims without any effect has a verdict, and how often a planted effect is found.

use crate::fakes::{Fake, manifest};
use burnmark::analysis::{Allowed, ClaimVerdict, Estimated, estimate, judge_claims};
use burnmark::num::{Purpose, Stream};
use burnmark::record::{
    Against, AveragedOver, Claim, ClaimContrast, ClaimPair, Compared, ContrastScale, DataPart, Effect, Observed,
};

/// As many families as the lecture's claims have.
const FAMILIES: [&str; 13] = [
    "iris",
    "wine",
    "breast-cancer",
    "diabetes",
    "digits",
    "two-moons",
    "spirals",
    "blobs",
    "linear",
    "wilson",
    "delayed-recall",
    "adding",
    "parity",
];
/// Claims of a table.
const CLAIMS: u64 = 5;
const WORLDS: u64 = 60;

/// `a` has at least the metric of `b`.
fn claim() -> Claim {
    let pair = ClaimPair {
        setting: "optimizer.kind".to_owned(),
        first: "a".to_owned(),
        second: Against::Value("b".to_owned()),
    };
    Claim {
        row: "T3".to_owned(),
        words: "a is at least as good as b.".to_owned(),
        formula: String::new(),
        experiment: String::new(),
        next: String::new(),
        quantity: Observed::Of { what: Compared::Metric, part: DataPart::Test, untrained: false },
        contrast: ClaimContrast { pair: Some(pair), ..ClaimContrast::default() },
        effect: Effect::Between { least: Some(0.0), most: None },
        over: AveragedOver::Families,
    }
}

/// A claim of which `a` is better by this mean; families differ by a deviation of 0.01, seeds and runs as [`Fake`] has them.
fn in_a_world(number: u64, mean: f64) -> Estimated {
    let mut chance = Stream::new(number, Purpose::Data, 1);
    let of_family = |(place, family): (u64, &&'static str)| {
        let better = mean + 0.01 * chance.normal();
        let fake = Fake::new(&[("a", better), ("b", 0.0)], 4);
        Fake { data: vec![family], rates: vec![0.1], epochs: 1, world: number * 100 + place, ..fake }.runs()
    };
    let runs: Vec<_> = (0..).zip(&FAMILIES).flat_map(of_family).collect();
    let mut manifest = manifest(runs.len() as u64);
    manifest.judge.claim = Some(claim());
    estimate(&manifest, &runs, Allowed::default()).unwrap()
}

fn verdicts(world: u64, means: [f64; 5]) -> Vec<ClaimVerdict> {
    let claims = (0..CLAIMS).zip(means).map(|(place, mean)| in_a_world(world * CLAIMS + place, mean)).collect();
    judge_claims(claims).into_iter().map(|judged| judged.verdict).collect()
}

/// Where no claim has an effect, which is the edge of what each expects, 5 % of all tables may have a verdict: more than 8 of 60 would
/// have a chance of 0.3 %.
#[test]
fn claims_without_an_effect_have_no_verdict() {
    let is_wrong = |world: &u64| verdicts(*world, [0.0; 5]).iter().any(|verdict| *verdict != ClaimVerdict::Undecided);
    let wrong = (0..WORLDS).filter(is_wrong).count();
    assert!(wrong <= 8, "{wrong} of {WORLDS} tables have a verdict");
}

/// The same of a ratio of losses with a floor: `b` has the loss 0.002 and `a` that loss times this factor, with 5 % of scatter in
/// the factor from family to family. In every third family both losses are next to 0 or 0, far below the floor, and say nothing: there the factor
/// is anything from 1e-6 to 1e6.
fn with_floor(number: u64, factor: f64) -> Estimated {
    let mut chance = Stream::new(number, Purpose::Data, 2);
    let mut runs = Vec::new();
    for (place, family) in (0..).zip(&FAMILIES) {
        let of_family = factor * (0.05 * chance.normal()).exp();
        let fake = Fake::new(&[("a", 0.0), ("b", 0.0)], 4);
        let fake = Fake { data: vec![*family], rates: vec![0.1], epochs: 1, world: number * 100 + place, ..fake };
        for mut run in fake.runs() {
            let is_a = run.record.settings["optimizer.kind"].to_string() == "a";
            let loss = match (place % 3, is_a) {
                (0, true) => 1e-12 * 10.0_f64.powf(6.0 * chance.normal().clamp(-1.0, 1.0)),
                (0, false) => 0.0,
                _ => 0.002 * if is_a { of_family } else { 1.0 } * (0.05 * chance.normal()).exp(),
            };
            for point in &mut run.record.results.curve {
                point.test.loss = loss;
            }
            runs.push(run);
        }
    }
    let mut manifest = manifest(runs.len() as u64);
    let mut claim = claim();
    claim.quantity = Observed::Of { what: Compared::Loss, part: DataPart::Test, untrained: false };
    claim.contrast.scale = ContrastScale::Ratio;
    claim.contrast.floor = Some(1e-3);
    claim.effect = Effect::Between { least: Some(1.0), most: None };
    manifest.judge.claim = Some(claim);
    estimate(&manifest, &runs, Allowed::default()).unwrap()
}

/// Of the first four claims of a table, two are true and two false in turn: nine of ten verdicts say so, and none says the opposite.
fn assert_found(table: impl Fn(u64) -> Vec<ClaimVerdict>) {
    let (mut found, mut all) = (0, 0);
    for world in 0..WORLDS {
        for (place, verdict) in table(world).iter().take(4).enumerate() {
            let (truth, opposite) = match place % 2 {
                0 => (ClaimVerdict::Supported, ClaimVerdict::Contradicted),
                _ => (ClaimVerdict::Contradicted, ClaimVerdict::Supported),
            };
            assert_ne!(*verdict, opposite, "world {world}, claim {place}");
            found += usize::from(*verdict == truth);
            all += 1;
        }
    }
    assert!(10 * found >= 9 * all, "{found} of {all}");
}

/// A floor keeps the level: without an effect at most 8 of 60 tables have a verdict, as above; and the power, since families in which
/// nothing matters have no effect instead of a huge one: a factor of 1.3 is found nine times of ten either way, and never as its opposite.
#[test]
fn a_floor_keeps_level_and_power() {
    let table = |world: u64, factors: [f64; 5]| -> Vec<ClaimVerdict> {
        let claims =
            (0..CLAIMS).zip(factors).map(|(place, factor)| with_floor(world * CLAIMS + place, factor)).collect();
        judge_claims(claims).into_iter().map(|judged| judged.verdict).collect()
    };
    let is_wrong = |world: &u64| table(*world, [1.0; 5]).iter().any(|verdict| *verdict != ClaimVerdict::Undecided);
    let wrong = (0..WORLDS).filter(is_wrong).count();
    assert!(wrong <= 8, "{wrong} of {WORLDS} tables have a verdict");
    assert_found(|world| table(2_000 + world, [1.3, 1.0 / 1.3, 1.3, 1.0 / 1.3, 1.0]));
}

/// An effect of three deviations between families is found nine times of ten, either way, and never as its opposite.
#[test]
fn planted_claims_are_found() {
    assert_found(|world| verdicts(1_000 + world, [0.03, -0.03, 0.03, -0.03, 0.0]));
}
