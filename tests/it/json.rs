//! What programs read: documents with a schema, progress line by line, a piece of HTML for notebooks.

use crate::support::{SMALL, Sweep};
use serde_json::Value;

fn events(stderr: &str) -> Vec<Value> {
    let events: Vec<Value> = stderr.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(events.iter().all(|event| event["schema"] == "burnmark.progress.1"), "{stderr}");
    events
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[test]
fn progress_is_lines_of_json() {
    let sweep = Sweep::new(SMALL);
    let run = ["run", "x.toml", "-o", "r", "--progress", "json"];
    let told = events(&sweep.run(&run).ended_with(0).stderr);
    let kinds = kinds(&told);
    let begin = kinds.iter().position(|kind| *kind == "begin").unwrap();
    assert_eq!(told[begin]["runs"], 20);
    let last = told.iter().rfind(|event| event["event"] == "progress").unwrap();
    assert_eq!((&last["done"], &last["runs"]), (&20.into(), &20.into()));
    assert!(last["diverged"].as_u64().unwrap() > 0 && last["failed"] == 0, "{last}");
    let end = told.iter().find(|event| event["event"] == "end").unwrap();
    assert_eq!((&end["folder"], &end["finished"]), (&"r".into(), &20.into()));
    let message = told.iter().find(|event| event["event"] == "message").unwrap();
    assert!(message["text"].as_str().unwrap().contains("samples"), "what was read is said: {message}");
    // All is done already: nothing is carried out, and the end is the same.
    let again = events(&sweep.run(&run).ended_with(0).stderr);
    assert_eq!(again.iter().find(|event| event["event"] == "begin").unwrap()["runs"], 0);
    assert_eq!(again.iter().find(|event| event["event"] == "end").unwrap(), end);
    let verified = events(&sweep.run(&["verify", "r", "--progress", "json"]).ended_with(0).stderr);
    assert_eq!(verified.last().unwrap()["done"], 20);
}

#[test]
fn mistakes_are_an_event_too() {
    let sweep = Sweep::new(SMALL.replace("epochs = 3", "epoch = 3"));
    let told = events(&sweep.run(&["run", "x.toml", "--progress", "json"]).ended_with(2).stderr);
    assert_eq!(kinds(&told), ["error"]);
    assert_eq!(told[0]["exit_code"], 2);
    assert!(told[0]["text"].as_str().unwrap().contains("did you mean `epochs`?"), "{}", told[0]);
    sweep.run(&["run", "x.toml", "--progress", "json", "--quiet"]).ended_with(2);
}

#[test]
fn a_report_is_a_document_that_says_what_the_terminal_says() {
    let sweep = Sweep::new(SMALL);
    let printed = sweep.run(&["run", "x.toml", "-o", "r", "-q"]).ended_with(0).stdout;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let json: Value = serde_json::from_str(&sweep.run(&["report", "r", "--json"]).ended_with(0).stdout).unwrap();
    assert_eq!((&json["schema"], &json["runs_planned"]), (&"burnmark.report.1".into(), &20.into()));
    for said in json["answer"].as_array().unwrap().iter().chain(json["warnings"].as_array().unwrap()) {
        assert!(words(&printed).contains(&words(said.as_str().unwrap())), "{said}");
    }
    let question = &json["questions"][0];
    assert_eq!(question["compared"], "optimizer");
    let ranking = &question["rankings"][0];
    let methods = ranking["methods"].as_array().unwrap();
    let mean = |place: usize| methods[place]["mean"].as_f64().unwrap();
    assert_eq!((methods.len(), ranking["differences"].as_array().unwrap().len()), (3, 3));
    for pair in ranking["differences"].as_array().unwrap() {
        let place = |name: &str| methods.iter().position(|method| method["method"] == pair[name]).unwrap();
        let (first, second) = (place("first"), place("second"));
        assert!(first < second, "the first is ranked higher");
        // The same seeds on both sides, so the mean difference is the difference of the means but for roundings.
        let difference = pair["difference"].as_f64().unwrap();
        assert!((difference - (mean(first) - mean(second))).abs() < 1e-12, "{pair}");
    }
    sweep.run(&["report", "r", "--json", "--markdown"]).ended_with(2);
}

/// A loss is better where it is lower, and its difference is in its own units all the same.
#[test]
fn differences_of_losses_have_their_own_sign() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-o", "r", "-q"]).ended_with(0);
    let json = sweep.run(&["report", "r", "--json", "--outcome", "loss"]).ended_with(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let ranking = &json["questions"][0]["rankings"][0];
    let pair = &ranking["differences"][0];
    let mean = |name: &str| {
        let methods = ranking["methods"].as_array().unwrap();
        methods.iter().find(|method| method["method"] == pair[name]).unwrap()["mean"].as_f64().unwrap()
    };
    assert!(mean("first") <= mean("second"), "the lower loss comes first");
    let difference = pair["difference"].as_f64().unwrap();
    assert!((difference - (mean("first") - mean("second"))).abs() < 1e-12 && difference <= 0.0, "{pair}");
}

#[test]
fn a_notebook_gets_html_without_script_or_style() {
    let sweep = Sweep::new(SMALL.replace("Does everything", "Does <script>x</script> & everything"));
    sweep.run(&["run", "x.toml", "-o", "r", "-q"]).ended_with(0);
    std::fs::remove_dir_all(sweep.path("r/figures")).unwrap();
    let html = sweep.run(&["report", "r", "--html"]).ended_with(0).stdout;
    assert!(html.contains("Does &lt;script&gt;x&lt;/script&gt; &amp; everything"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<style"), "nothing that acts on the notebook");
    assert!(html.contains("<table>") && html.matches("<svg").count() > 3, "rankings and figures");
    assert!(!sweep.path("r/figures").exists(), "nothing is written");
}
