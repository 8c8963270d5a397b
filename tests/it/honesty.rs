//! How often an answer names a difference where there is none, by whole experiments on made-up worlds without one
//! (how often it finds one that was planted: promises.rs). The full counts take minutes and are in docs/decisions/0014-answers.md:
//! `BURNMARK_WORLDS=60 cargo test --release --test it honesty -- --nocapture`

use crate::fakes::{Fake, manifest};
use crate::support::Sweep;
use burnmark::analysis::stats::LEVEL;
use burnmark::analysis::{Allowed, Conclusions, Verdict, View, conclude};
use burnmark::num::{Purpose, Stream};
use std::fmt::Write;

/// How many worlds of each kind: few, unless more are asked for.
pub fn worlds() -> u64 {
    std::env::var("BURNMARK_WORLDS").ok().and_then(|count| count.parse().ok()).unwrap_or(8)
}

/// A table of 150 rows, four columns of chance and labels that know nothing of them.
fn random_labels(world: u64) -> String {
    let mut chance = Stream::new(world, Purpose::Data, 1);
    let mut table = "a,b,c,d,label\n".to_owned();
    for _ in 0..150 {
        for _ in 0..4 {
            let _ = write!(table, "{:.4},", chance.normal());
        }
        let _ = writeln!(table, "{}", if chance.normal() > 0.0 { "yes" } else { "no" });
    }
    table
}

/// Whether any method is said to be better than another.
fn names_a_difference(conclusions: &Conclusions) -> bool {
    conclusions.questions.iter().any(|question| {
        let on_data = question.data.iter().flat_map(|on| &on.pairs).any(|(_, _, p)| p.verdict.is_difference());
        let over = question.over_data.as_ref();
        on_data || over.is_some_and(|over| over.pairs.iter().any(|pair| pair.verdict == Verdict::Better))
    })
}

/// Runs an experiment in each world and counts the answers that name a difference. In the spec `DATA` is the world's data.
fn named(kind: &str, spec: &str, files: usize) -> u64 {
    let count = worlds();
    let wrong = (0..count).filter(|world| {
        let path = |file: usize| format!("world-{file}.csv");
        let sets: Vec<String> =
            (0..files).map(|file| format!("{{ csv = \"{}\", target = \"label\" }}", path(file))).collect();
        let sweep = Sweep::new(spec.replace("DATA", &sets.join(", ")));
        for file in 0..files {
            std::fs::write(sweep.path(&path(file)), random_labels(world * 100 + file as u64)).unwrap();
        }
        sweep.run(&["run", "x.toml", "-q", "--no-check", "-o", "r"]).ended_with(0);
        let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
        names_a_difference(&conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default())))
    });
    let wrong = wrong.count() as u64;
    println!("{kind}: {wrong} of {count} answers name a difference where there is none");
    wrong
}

/// More than this many of so many worlds happen less than once in a thousand times where the true share is 5 %.
fn at_most(wrong: u64) {
    let (count, share) = (worlds(), LEVEL);
    // The binomial tail.
    let mut term = (1.0 - share).powi(i32::try_from(count).unwrap());
    let mut tail = 1.0;
    for k in 0..wrong {
        tail -= term;
        term *= (count - k) as f64 / (k + 1) as f64 * share / (1.0 - share);
    }
    assert!(tail > 1e-3, "{wrong} of {count}");
}

const HEAD: &str = r#"
name = "x"
engine = "reference"
seeds = 12
[data]
set = DATA
[train]
epochs = 10
batch = 32
"#;

/// A network of one unit against one of 32: the seeds split the same rows again and again.
#[test]
fn random_labels_have_no_better_model() {
    let spec = format!(
        "{HEAD}\n[model]\nkind = \"mlp\"\n[sweep]\n\"model.hidden\" = [[1], [32]]\noptimizer = [{{ kind = \"adam\", lr = [0.003, 0.03] \
         }}]\n"
    );
    at_most(named("models, tuned alike", &spec, 1));
}

/// 27 settings against 1.
#[test]
fn more_settings_are_no_better_method() {
    let spec = format!(
        "{HEAD}\n[model]\nkind = \"mlp\"\nhidden = [8]\n[sweep]\noptimizer = [{{ kind = \"gradient-descent\", lr = 0.1 }}, {{ kind = \
         \"momentum\", mu = [0.5, 0.9, 0.95], lr = {{ log = [1e-3, 1.0], points = 9 }} }}]\n"
    );
    at_most(named("1 setting against 27", &spec, 1));
}

/// Chosen on three seeds, tested on twelve others.
#[test]
fn a_protocol_names_nothing() {
    let spec = HEAD.replace("seeds = 12", "seeds = 3")
        + r#"
[model]
kind = "mlp"
hidden = [8]
[protocol]
compare = ["optimizer"]
tune = ["optimizer.lr"]
report_seeds = 12
[sweep]
optimizer = [
  { kind = "gradient-descent", lr = { log = [1e-2, 1.0], points = 5 } },
  { kind = "adam", lr = { log = [1e-3, 1e-1], points = 5 } },
]
"#;
    at_most(named("protocol", &spec, 1));
}

#[test]
fn files_of_random_labels_have_no_best_method() {
    let spec = HEAD.replace("seeds = 12", "seeds = 3").replace("set = DATA", "standardize = true")
        + r#"
[model]
kind = "mlp"
hidden = [8]
[sweep]
"data.set" = [DATA]
optimizer = [
  { kind = "gradient-descent", lr = [0.01, 0.1, 1.0] },
  { kind = "momentum", lr = [0.001, 0.01, 0.1] },
  { kind = "adam", lr = [0.001, 0.01, 0.1] },
]
"regularize.dropout" = [0.0, 0.5]
"#;
    at_most(named("two questions over 8 files", &spec, 8));
}

/// Rates at which some seeds diverge.
#[test]
fn divergence_by_chance_is_no_difference() {
    let count = worlds() * 4;
    let wrong = (0..count).filter(|world| {
        let mut runs =
            Fake { data: vec!["iris"], rates: vec![0.1], world: *world, ..Fake::new(&[("a", 0.0), ("b", 0.0)], 12) }
                .runs();
        let mut chance = Stream::new(*world, Purpose::Data, 2);
        for run in &mut runs {
            if chance.normal() > 0.8 {
                run.record.outcome = burnmark::record::Outcome::Diverged { step: 1 };
            }
        }
        let manifest = manifest(runs.len() as u64);
        names_a_difference(&conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default())))
    });
    let wrong = wrong.count();
    println!("divergence by chance: {wrong} of {count} answers name a difference where there is none");
    // 5 % and three deviations of the count, as a Poisson variable has them.
    assert!(wrong as f64 <= 0.05 * count as f64 + 3.0 * (0.05 * count as f64).sqrt(), "{wrong} of {count}");
}

/// A folder of random shape: data sets, methods with differences that are often none, rates, seeds, and a margin.
struct MadeUp {
    fake: Fake,
    margin: Option<f64>,
    /// Whether seeds are independent, as for a problem without rows.
    independent: bool,
}

impl MadeUp {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small counts
    fn of(world: u64) -> Self {
        const DATA: [&str; 8] =
            ["iris", "wine", "digits", "diabetes", "breast-cancer", "two-moons", "spirals", "blobs"];
        const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
        const BETTER: [f64; 6] = [0.0, 0.0, 0.0, 0.005, 0.02, 0.1];
        let mut chance = Stream::new(world, Purpose::Data, 5);
        let mut below = |count: usize| (chance.uniform() * count as f64) as usize;
        let (sets, methods) = (1 + below(DATA.len()), 2 + below(4));
        let methods: Vec<(&str, f64)> = NAMES[..methods].iter().map(|name| (*name, BETTER[below(6)])).collect();
        let rates = [vec![0.1], vec![0.01, 0.1], vec![0.01, 0.1, 1.0]][below(3)].clone();
        let seeds = 2 + below(19) as u64;
        let margin = [None, Some(0.01), Some(0.05)][below(3)];
        let independent = below(2) == 0;
        let fake = Fake { data: DATA[..sets].to_vec(), rates, world, ..Fake::new(&methods, seeds) };
        Self { fake, margin, independent }
    }

    fn conclusions(&self) -> Conclusions {
        let mut runs = self.fake.runs();
        for run in runs.iter_mut().filter(|_| self.independent) {
            let objective = burnmark::value::Value::word("objective");
            run.record.settings.insert("model.kind".to_owned(), objective);
        }
        let mut manifest = manifest(runs.len() as u64);
        manifest.judge.margin = self.margin;
        conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default()))
    }

    /// By how much a method is truly better than another.
    fn truly(&self, first: &str, second: &str) -> f64 {
        let of = |name: &str| self.fake.methods.iter().find(|(known, _)| *known == name).unwrap().1;
        of(first) - of(second)
    }

    /// Whether a verdict on first − second is true.
    fn is_true(&self, verdict: Verdict, first: &str, second: &str) -> bool {
        let truly = self.truly(first, second);
        match verdict {
            Verdict::Better => truly > 0.0,
            Verdict::Worse => truly < 0.0,
            Verdict::SameWithinMargin => truly.abs() < self.margin.unwrap(),
            Verdict::Same => truly == 0.0,
            _ => true,
        }
    }
}

/// A hundred folders of all shapes: each claim of an answer is held against the truth that was planted. At most 5 of 100 answers may have
/// a false one; and claims are made.
#[test]
fn answers_about_made_up_folders_are_true() {
    let (mut wrong, mut claims, mut differences) = (0, 0, 0);
    for world in 0..100 {
        let folder = MadeUp::of(world);
        let conclusions = folder.conclusions();
        let mut said: Vec<(Verdict, String, String)> = Vec::new();
        for question in &conclusions.questions {
            for on in &question.data {
                let name = |place: usize| on.methods[place].method.clone();
                said.extend(on.pairs.iter().map(|(i, j, pair)| (pair.verdict, name(*i), name(*j))));
            }
            let over = question.over_data.iter().flat_map(|over| &over.pairs);
            said.extend(over.map(|pair| (pair.verdict, pair.first.clone(), pair.second.clone())));
        }
        claims += said.iter().filter(|(v, ..)| v.is_difference() || *v == Verdict::SameWithinMargin).count();
        differences += said.iter().filter(|(verdict, ..)| verdict.is_difference()).count();
        wrong += u64::from(said.iter().any(|(verdict, a, b)| !folder.is_true(*verdict, a, b)));
    }
    println!(
        "made-up folders: {wrong} of 100 answers have a false claim; {claims} claims, {differences} of them differences"
    );
    assert!(wrong <= 12, "{wrong} of 100: less than once in a thousand times where the true share is 5 %");
    assert!(differences > 100 && claims > differences + 100, "{claims} {differences}");
}

/// A method under two names, trained alike, and problems on which all seeds train the same: nothing is left to chance.
#[test]
fn what_is_the_same_is_said_to_be_the_same() {
    for world in 0..worlds() {
        let mut runs = Fake { data: vec!["iris"], world, ..Fake::new(&[("a", 0.0)], 8) }.runs();
        let twin = |run: &burnmark::store::Finished| {
            let mut run = run.clone();
            run.record.settings.insert("optimizer.kind".to_owned(), burnmark::value::Value::word("b"));
            run
        };
        runs.extend(runs.iter().map(twin).collect::<Vec<_>>());
        let mut manifest = manifest(runs.len() as u64);
        for margin in [None, Some(0.01)] {
            manifest.judge.margin = margin;
            let conclusions = conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default()));
            let [(_, _, pair)] = conclusions.questions[0].data[0].pairs.as_slice() else { panic!("one pair") };
            assert_eq!(pair.verdict, Verdict::Same);
            let speed = conclusions.questions[0].sooner.targets.iter().flat_map(|target| &target.pairs);
            assert!(speed.into_iter().all(|pair| pair.paired.verdict == Verdict::Same));
        }
    }
}

/// A problem without data, noise and random weights: the mean over one point x of ½ (θ − x)ᵀ Q (θ − x), in files of its own.
struct Valley {
    /// Of Q, in each direction.
    curvatures: [f64; 2],
}

const TWO_RATES: [f64; 2] = [0.9, 1.1];
const VALLEY_EPOCHS: i32 = 3;

impl Valley {
    /// Curvatures about 1, as often above as below: the rates 0.9 and 1.1 are ahead equally often and by nearly the same.
    fn of(world: u64, number: u64) -> Self {
        let mut chance = Stream::new(world, Purpose::Data, 20 + number);
        let curvature = 1.0 + 0.06 * (2.0 * chance.uniform() - 1.0);
        Self { curvatures: [curvature; 2] }
    }

    fn write(&self, sweep: &Sweep, number: u64) {
        let [a, b] = self.curvatures;
        std::fs::write(sweep.path(&format!("q{number}.csv")), format!("a,b\n{a},0\n0,{b}\n")).unwrap();
        std::fs::write(sweep.path(&format!("x{number}.csv")), "a,b\n1,-1\n").unwrap();
    }

    /// The digits of the answer that gradient descent has in the end, by the closed form |1 − η λ|ᵗ.
    fn digits(&self, rate: f64) -> f64 {
        -(1.0 - rate * self.curvatures[0]).abs().powi(VALLEY_EPOCHS).log10()
    }
}

/// Two methods on so many random problems on which the seeds change nothing; the conclusions and the problems.
fn on_valleys(world: u64, count: u64, methods: &str) -> (Conclusions, Vec<Valley>) {
    let set =
        |number: u64| format!("{{ kind = \"quadratic-csv\", matrix = \"q{number}.csv\", points = \"x{number}.csv\" }}");
    let sets: Vec<String> = (0..count).map(set).collect();
    let sweep = Sweep::new(format!(
        "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\nseeds = 2\n[model]\nkind = \"objective\"\ninitial = {{ kind = \"zero\" }}\n[train]\nepochs = \
         {VALLEY_EPOCHS}\nbatch = \"full\"\norder = \"given\"\n{methods}\n\"data.set\" = [{}]\n",
        sets.join(", ")
    ));
    let valleys: Vec<Valley> = (0..count).map(|number| Valley::of(world, number)).collect();
    (0..).zip(&valleys).for_each(|(number, valley)| valley.write(&sweep, number));
    sweep.run(&["run", "x.toml", "-q", "--no-check", "-o", "r"]).ended_with(0);
    let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    (conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default())), valleys)
}

/// One method under two names, as itself and as a formula: no random problem tells them apart.
#[test]
fn one_method_under_two_names_is_the_same_on_deterministic_problems() {
    let twice = "[methods.twin]\ndescription = \"gradient descent once more\"\nparameters = { lr = { above = 0 } }\nupdate = \"theta = theta - lr*g\"\n[sweep]\noptimizer = [{ \
                 kind = \"gradient-descent\", lr = 0.9 }, { kind = \"twin\", lr = 0.9 }]";
    for world in 0..worlds() {
        let (conclusions, _) = on_valleys(world, 3, twice);
        assert!(!names_a_difference(&conclusions));
        for on in &conclusions.questions[0].data {
            assert_eq!(on.pairs[0].2.verdict, Verdict::Same, "{world}");
        }
    }
}

/// Two rates that are equally good on average over random problems: on each one the answer says for certain which is ahead there,
/// and it is so; over eight of them at most 5 % of answers name a better one.
#[test]
fn equal_methods_on_deterministic_problems_have_no_better_one_over_them() {
    let count = worlds();
    let rates =
        "[judge]\nby = [\"optimizer.lr\"]\n[sweep]\noptimizer = [{ kind = \"gradient-descent\", lr = [0.9, 1.1] }]";
    let wrong = (0..count).filter(|world| {
        let (conclusions, valleys) = on_valleys(*world, 8, rates);
        let question = &conclusions.questions[0];
        assert_eq!(question.data.len(), 8);
        for (on, valley) in question.data.iter().zip(&valleys) {
            let (first, second, pair) = &on.pairs[0];
            let digits = |place: usize| {
                let rate = TWO_RATES.into_iter().find(|rate| on.methods[place].method == format!("lr {rate}")).unwrap();
                valley.digits(rate)
            };
            assert!(pair.certain && pair.verdict == Verdict::Better, "{world}: {pair:?}");
            assert!(digits(*first) > digits(*second), "{world}: a certain sentence is true");
        }
        question.over_data.as_ref().unwrap().pairs.iter().any(|pair| pair.verdict == Verdict::Better)
    });
    let wrong = wrong.count() as u64;
    println!("deterministic problems: {wrong} of {count} answers name a difference over them where there is none");
    at_most(wrong);
}
