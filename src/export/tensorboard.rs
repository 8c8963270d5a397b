//! TensorBoard: a folder with one event file per run, and each run's settings for the HParams dashboard.
//!
//! | tag | step | what |
//! |---|---|---|
//! | `loss/train`, `accuracy/test`, … | training steps so far | the curve: loss, metric and measures of each part after each epoch |
//! | `learning_rate` | the same | of the last step taken |
//! | `step/loss`, `step/gradient_norm`, … | the step, from 0 | the curve by steps, where a run keeps one |
//! | `final/test_accuracy`, … | where it was reached | loss and metric of each part at the state that `[judge] at` names |
//!
//! TensorBoard's scalars are f32: the nearest to each number. Runs keep no times of their own, so all events stand at the
//! start of the first session. Seeds of one setting are one session group.
//!
//! Source: TensorFlow, `core/util/event.proto`, `core/framework/summary.proto`; TensorBoard,
//! `plugins/hparams/plugin_data.proto`. An event file is a sequence of records, each an `Event`.

use super::draft::ExportFolder;
use super::draft::plain;
use super::exporter::Exporter;
use super::protobuf::Message;
use super::records::write_record;
use super::results::StoredResults;
use super::shell::shell_word;
use crate::digest::Digest;
use crate::record::{At, Outcome, RunRecord, counted};
use crate::store::Finished;
use crate::value::Value;
use std::io::{self, Write};

pub const EXPORTER: Exporter = Exporter {
    name: "tensorboard",
    description: "event files for TensorBoard, a folder per run, with settings for its HParams dashboard",
    write: |results, draft| {
        for run in &results.runs {
            let file = format!("events.out.tfevents.{}.burnmark", results.began());
            #[allow(clippy::cast_precision_loss)] // seconds since 1970
            draft.write(&[&folder_name(&run.record), &file], |out| {
                events(out, run, results.manifest.judge.at, results.began() as f64)
            })?;
        }
        Ok(open_with(results, draft))
    },
};

fn open_with(results: &StoredResults, draft: &ExportFolder) -> String {
    let (runs, out) = (results.runs.len(), draft.out().display());
    format!("{out}: {}; open with\n  tensorboard --logdir {}", counted(runs, "run"), shell_word(&out.to_string()))
}

/// `digits_adam_seed-0_0123…`, with a protocol `digits_adam_report_seed-0_0123…`: what tells runs apart at a glance, and the identity, which tells them apart for sure.
fn folder_name(record: &RunRecord) -> String {
    let word = |key: &str| record.settings.get(key).map(ToString::to_string).unwrap_or_default();
    let short = |text: String| text.chars().take(30).collect::<String>();
    let (data, optimizer, seed) = (word("data.set.kind"), word("optimizer.kind"), word("seed"));
    let stage = record.stage.map(|stage| format!("_{}", stage.name())).unwrap_or_default();
    plain(&format!("{}_{}{stage}_seed-{}_{}", short(data), short(optimizer), short(seed), record.run))
}

/// All events of a run, whose state `at` counts; `time` in seconds since 1970.
fn events(out: &mut impl Write, run: &Finished, at: At, time: f64) -> io::Result<()> {
    let record = &run.record;
    write_record(out, Message::new().double(1, time).text(3, "brain.Event:2").encoded())?;
    let begun = Message::new().message(3, &session_start(record, time));
    write_record(out, event(time, 0, &[hparams_value("_hparams_/session_start_info", &begun)]).encoded())?;
    let metric = record.metric.as_str();
    for (place, point) in record.curve.iter().enumerate() {
        let mut values = vec![scalar("learning_rate", point.learning_rate)];
        for (part, evaluation) in point.parts() {
            values.push(scalar(&format!("loss/{part}"), evaluation.loss));
            values.push(scalar(&format!("{metric}/{part}"), evaluation.metric));
        }
        let measured = record.measured_at(place);
        values.extend(measured.map(|(measure, part, number)| scalar(&format!("{measure}/{part}"), number)));
        write_record(out, event(time, point.step, &values).encoded())?;
    }
    for point in &record.steps {
        let always =
            [("loss", point.loss), ("learning_rate", point.learning_rate), ("gradient_norm", point.gradient_norm)];
        let traced = record.traced.iter().map(String::as_str).zip(point.traced.iter().copied());
        let value = |(name, value): (&str, f64)| scalar(&format!("step/{name}"), value);
        let values: Vec<Message> = always.into_iter().chain(traced).map(value).collect();
        write_record(out, event(time, point.step, &values).encoded())?;
    }
    if let Some(counts) = record.at(at) {
        let values = counts.parts().flat_map(|(part, evaluation)| {
            let metric = scalar(&format!("{}/{part}_{metric}", at.name()), evaluation.metric);
            [scalar(&format!("{}/{part}_loss", at.name()), evaluation.loss), metric]
        });
        write_record(out, event(time, counts.step, &values.collect::<Vec<_>>()).encoded())?;
    }
    let ended = Message::new().message(4, &session_end(run, time));
    write_record(out, event(time, 0, &[hparams_value("_hparams_/session_end_info", &ended)]).encoded())
}

/// `Event`: wall time 1, step 2, summary 5 with its values 1.
fn event(time: f64, step: u64, values: &[Message]) -> Message {
    let summary = values.iter().fold(Message::new(), |summary, value| summary.message(1, value));
    Message::new().double(1, time).integer(2, step).message(5, &summary)
}

/// `Summary.Value`: tag 1, simple value 2.
#[allow(clippy::cast_possible_truncation)] // the nearest f32 is what is wanted
fn scalar(tag: &str, value: f64) -> Message {
    Message::new().text(1, tag).float(2, value as f32)
}

/// `Summary.Value` of a plugin: tag 1, tensor 8, metadata 9 with its plugin data 1 of name 1 and content 2.
fn hparams_value(tag: &str, content: &Message) -> Message {
    // The tensor that TensorBoard takes for nothing: DT_FLOAT with one dimension of size 0.
    let nothing = Message::new().integer(1, 1).message(2, &Message::new().message(2, &Message::new()));
    let plugin = Message::new().text(1, "hparams").bytes(2, content.encoded());
    Message::new().text(1, tag).message(8, &nothing).message(9, &Message::new().message(1, &plugin))
}

/// `SessionStartInfo`: a map 1 from names 1 to values 2, group name 4, start 5. The seed is no setting here: it tells the
/// sessions of a group apart.
fn session_start(record: &RunRecord, time: f64) -> Message {
    let mut group = Digest::of("burnmark group 1");
    let mut info = Message::new();
    // The stages of a protocol are kept apart: the seeds that a setting was chosen on say nothing of how good it is.
    let stage = record.stage.map(|stage| ("stage".to_owned(), Value::word(stage.name())));
    let settings = record.settings.iter().filter(|(name, _)| *name != "seed");
    for (name, setting) in settings.chain(stage.iter().map(|(name, stage)| (name, stage))) {
        group.field(name, &setting.bytes());
        info = info.message(1, &Message::new().text(1, name).message(2, &value(setting)));
    }
    info.text(4, &group.hex()[..32]).double(5, time)
}

/// `google.protobuf.Value`: number 2, text 3, bool 4.
#[allow(clippy::cast_precision_loss)] // the type has no whole numbers
fn value(setting: &Value) -> Message {
    match setting {
        Value::Flag(flag) => Message::new().integer(4, u64::from(*flag)),
        Value::Integer(integer) => Message::new().double(2, *integer as f64),
        Value::Number(number) => Message::new().double(2, *number),
        other => Message::new().text(3, &other.to_string()),
    }
}

/// `SessionEndInfo`: status 1 (1 success, 2 failure), end 2. Divergence is a result, not a failure.
fn session_end(run: &Finished, time: f64) -> Message {
    let failed = matches!(run.record.outcome, Outcome::Failed { .. } | Outcome::TimedOut);
    Message::new().integer(1, if failed { 2 } else { 1 }).double(2, time + run.measurement.wall_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{RunId, RunResults};
    use std::collections::BTreeMap;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    }

    /// Bytes by tensorboard 2.21.0: `Event(…).SerializeToString()` and its own `RecordWriter`.
    #[test]
    fn events_are_tensorboards_own() {
        let first = Message::new().double(1, 1_700_000_000.0).text(3, "brain.Event:2");
        assert_eq!(hex(first.encoded()), "0900000040fc54d9411a0d627261696e2e4576656e743a32");
        let event = event(1_700_000_000.5, 300, &[scalar("loss/train", 0.25), scalar("loss/test", 0.1)]);
        let expected = "0900002040fc54d94110ac022a250a110a0a6c6f73732f747261696e150000803e0a100a096c6f73732f74657374\
                        15cdcccc3d";
        assert_eq!(hex(event.encoded()), expected);
        let mut record = Vec::new();
        write_record(&mut record, event.encoded()).unwrap();
        assert_eq!(hex(&record), format!("33000000000000000ca72056{expected}18c610d2"));
    }

    /// `HParamsPluginData(version=0, session_start_info=…)` by tensorboard 2.21.0, with a group of another name.
    #[test]
    fn settings_are_what_the_hparams_dashboard_reads() {
        let settings = [
            ("optimizer.kind", Value::word("adam")),
            ("optimizer.lr", Value::Number(0.1)),
            ("seed", Value::Integer(7)),
            ("train.drop_last", Value::Flag(true)),
        ];
        let record = RunRecord {
            run: RunId::of(&Digest::of("a run 1")),
            settings: settings
                .map(|(name, setting)| (name.to_owned(), setting))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            data_digest: String::new(),
            numerics_version: 1,
            stage: None,
            results: RunResults::default(),
        };
        let expected = "0a180a0e6f7074696d697a65722e6b696e6412061a046164616d0a190a0c6f7074696d697a65722e6c721209119a99\
                        99999999b93f0a150a0f747261696e2e64726f705f6c61737412022001";
        let start = hex(session_start(&record, 1_700_000_000.0).encoded());
        assert!(start.starts_with(expected) && start.ends_with("2900000040fc54d941"), "{start}");
        let other = RunRecord { settings: BTreeMap::from([("seed".to_owned(), Value::Integer(8))]), ..record.clone() };
        assert_ne!(hex(session_start(&other, 1_700_000_000.0).encoded()), start);
        let (id, kind) = (record.run, Value::word("../../x"));
        assert_eq!(folder_name(&record), format!("_adam_seed-7_{id}"));
        let mut record = record;
        record.settings.insert("data.set.kind".to_owned(), kind);
        assert_eq!(folder_name(&record), format!("_..-..-x_adam_seed-7_{id}"));
    }
}
