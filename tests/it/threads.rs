//! How many threads compute a run changes no bit of it; its measurement says how many there were.

use crate::engines::{SAMPLES, models, outputs_of_samples, plain_answer};
use crate::support::Sweep;
use burnmark::engine::EngineReal;
use burnmark::num::crew::{share_any_work, threads_taken};

/// Loss, gradient and outputs.
type AnswerOf<R> = (R, Vec<R>, Vec<R>);

/// Those of every kind of model with work of any size shared by so many threads, and the most that took part.
fn answers<R: EngineReal>(threads: usize) -> (Vec<AnswerOf<R>>, usize) {
    let of_models = move || {
        share_any_work(threads);
        let models = models();
        let answers = models.iter().map(|network| {
            let (loss, gradient) = plain_answer::<R>(network);
            (loss, gradient, outputs_of_samples::<R>(network, 5 * SAMPLES))
        });
        (answers.collect(), threads_taken())
    };
    std::thread::scope(|scope| scope.spawn(of_models).join().unwrap())
}

fn same_bits_by_any_number_of_threads<R: EngineReal>() {
    let (alone, taken) = answers::<R>(1);
    assert_eq!(taken, 1);
    for threads in [2, 3, 8] {
        let (several, taken) = answers::<R>(threads);
        assert_eq!(taken, threads);
        for ((network, one), other) in models().iter().zip(&alone).zip(&several) {
            assert!(one == other, "{threads} threads: {network:?}");
        }
    }
}

#[test]
fn every_model_has_the_same_bits_by_any_number_of_threads() {
    same_bits_by_any_number_of_threads::<f32>();
    same_bits_by_any_number_of_threads::<f64>();
}

/// One run of a network that is large enough, and its twin with another rate.
const SPEC: &str = r#"
name = "threads"
engine = "reference"
seeds = 1
data.set = "digits"
model = { kind = "mlp", hidden = [320, 320] }
train = { epochs = 1, batch = 128 }
[sweep]
optimizer = [{ kind = "adam", lr = [0.001, 0.002] }]
"#;

#[test]
fn threads_change_no_byte_and_are_recorded() {
    let sweep = Sweep::new(SPEC);
    for threads in ["1", "3"] {
        let run = ["run", "x.toml", "-q", "--keep-parameters", "--no-check", "--jobs", "1", "--threads", threads];
        sweep.run(&[&run[..], &["-o", threads]].concat()).ended_with(0);
    }
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("1/{table}")) == sweep.bytes(&format!("3/{table}")), "{table}");
    }
    let of = |folder: &str| burnmark::store::read(&sweep.path(folder)).unwrap().1;
    let (alone, several) = (of("1"), of("3"));
    assert_eq!(alone.len(), 2);
    assert!(alone.iter().all(|run| run.measurement.threads == 1));
    assert!(several.iter().all(|run| run.measurement.threads == 3));
    // Times by one and by three threads are not compared.
    let compared = sweep.run(&["compare", "1", "3"]).ended_with(0).stdout;
    assert!(compared.contains("runs taken with 1 and 3 threads; use the same `--threads`"), "{compared}");
    let shown = sweep.run(&["show", "3", &several[0].record.run.to_string()]).ended_with(0).stdout;
    assert!(shown.contains(", by 3 threads"), "{shown}");
}

/// Nothing of a small network is worth a second thread, so its measurement is one of a single thread.
#[test]
fn small_networks_stay_with_one_thread() {
    let sweep = Sweep::new(SPEC.replace("[320, 320]", "[32]"));
    sweep.run(&["run", "x.toml", "-q", "--no-check", "--jobs", "1", "--threads", "2", "-o", "two"]).ended_with(0);
    let runs = burnmark::store::read(&sweep.path("two")).unwrap().1;
    assert!(runs.iter().all(|run| run.measurement.threads == 1));
}
