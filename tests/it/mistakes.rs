//! Mistakes in specs that a person is likely to make: the whole message, word by word.

use crate::support::Sweep;
use burnmark::plan::Spec;

/// A good spec to spoil.
const GOOD: &str = r#"name = "x"
data = { set = "iris" }
model = { kind = "mlp", hidden = [4] }
optimizer = { kind = "adam", lr = 0.01 }
[train]
epochs = 3
"#;

/// The good spec with one part replaced is refused by exactly this message.
#[track_caller]
fn says(good: &str, bad: &str, message: &str) {
    assert!(GOOD.contains(good), "{good}");
    let sweep = Sweep::new(GOOD.replacen(good, bad, 1));
    let result = sweep.run(&["plan", "x.toml"]).ended_with(2);
    let here = std::path::absolute(sweep.path("")).unwrap().display().to_string();
    let said = result.stderr.replace(here.trim_end_matches('/'), "HERE");
    assert_eq!((result.stdout.as_str(), said.trim_end()), ("", message.trim()));
}

const TRAIN: &str = "`epochs`, `batch`, `drop_last`, `order`, `reduction`, `clip`, `lr_scale`, `evaluate_every`, `evaluate_train_every`, \
                     `evaluate_steps`, `early_stopping`, `patience`, `stop`, `least_progress`, `strip`, `average`, `ensemble`, `bootstrap`, `class_weights`, `curve`, `measures`, `jackknife`, `start_seed`, `order_seed`, `dropout_seed`";

#[test]
fn what_is_missing_is_said_beside_what_is_wrong() {
    let spoiled = GOOD.replace("optimizer = { kind = \"adam\", lr = 0.01 }", "optimizer = \"adam\"");
    says(
        GOOD,
        &format!("{spoiled}bach = 2\n"),
        &format!(
            r#"
error: `adam` needs `lr`: learning rate η₀, before annealing
 --> x.toml:4:13
  |
4 | optimizer = "adam"
  |             ^^^^^^ expected {{ kind = "adam", lr = … }}, a number greater than 0

error: unknown key in `[train]` `bach`
 --> x.toml:7:1
  |
7 | bach = 2
  | ^^^^ expected one of {TRAIN}
  |
  = help: did you mean `batch`?

2 mistakes found, nothing was run"#
        ),
    );
}

#[test]
fn a_key_of_the_same_name_hides_no_missing_one() {
    says(
        "name = \"x\"\ndata = { set = \"iris\" }",
        "data = { name = \"iris\" }",
        r#"
error: missing `name`
 --> x.toml:1:1
  |
1 | data = { name = "iris" }
  | ^ expected before the first table
  |
  = help: add `name = "…"`: it names the result folder

error: unknown key in `[data]` `name`
 --> x.toml:1:10
  |
1 | data = { name = "iris" }
  |          ^^^^ expected one of `set`, `draw`, `standardize`, `degree`, `copies`, `split`
  |
  = help: did you mean `set`?

2 mistakes found, nothing was run"#,
    );
}

#[test]
fn every_alternative_is_asked_for_what_it_lacks() {
    says(
        "optimizer = { kind = \"adam\", lr = 0.01 }\n[train]\nepochs = 3\n",
        "[train]\nepochs = true\n[sweep]\noptimizer = [{ kind = \"adam\", lr = 0.1 }, \"nesterov\"]\n",
        r#"
error: `true` where a whole number from 1 to 1000000000 belongs
 --> x.toml:5:10
  |
5 | epochs = true
  |          ^^^^ expected a whole number from 1 to 1000000000

error: `nesterov` needs `lr`: learning rate η₀, before annealing
 --> x.toml:7:43
  |
7 | optimizer = [{ kind = "adam", lr = 0.1 }, "nesterov"]
  |                                           ^^^^^^^^^^ expected { kind = "nesterov", lr = … }, a number greater than 0

2 mistakes found, nothing was run"#,
    );
}

#[test]
fn an_unclosed_brace_is_one_mistake() {
    says(
        "lr = 0.01 }",
        "lr = 0.01",
        r#"
error: this `{` is never closed
 --> x.toml:4:13
  |
4 | optimizer = { kind = "adam", lr = 0.01
  |             ^ expected `}` after its last value

1 mistake found, nothing was run"#,
    );
    says(
        "[4]",
        "[4",
        r#"
error: this `[` is never closed
 --> x.toml:3:34
  |
3 | model = { kind = "mlp", hidden = [4 }
  |                                  ^ expected `]` after its last value

1 mistake found, nothing was run"#,
    );
}

#[test]
fn a_list_in_a_section_is_told_how_to_vary_it() {
    says(
        "epochs = 3",
        "epochs = [3, 5]",
        r#"
error: a list of 2 where a whole number from 1 to 1000000000 belongs
 --> x.toml:6:10
  |
6 | epochs = [3, 5]
  |          ^^^^^^ expected a whole number from 1 to 1000000000
  |
  = help: to vary it, list its values in `[sweep]`: `"train.epochs" = [3, 5]`

1 mistake found, nothing was run"#,
    );
}

#[test]
fn a_key_in_the_wrong_section_is_told_where_it_belongs() {
    says(
        "hidden = [4] }",
        "hidden = [4], dropout = 0.5 }",
        r#"
error: unknown key in `[model]` `dropout`
 --> x.toml:3:39
  |
3 | model = { kind = "mlp", hidden = [4], dropout = 0.5 }
  |                                       ^^^^^^^ expected one of `kind`, `hidden`, `activation`, `bias`, `tied`, `channels`, `kernel`, `pooling`, `pool`, `layers`, `others`, `initial`, `loss`
  |
  = help: `dropout` belongs in `[regularize]`

1 mistake found, nothing was run"#,
    );
    says(
        "epochs = 3",
        "epochs = 3\nlr = 0.1",
        &format!(
            r#"
error: unknown key in `[train]` `lr`
 --> x.toml:7:1
  |
7 | lr = 0.1
  | ^^ expected one of {TRAIN}
  |
  = help: `lr` belongs to `optimizer`: `optimizer = {{ kind = "…", lr = … }}`

1 mistake found, nothing was run"#
        ),
    );
}

#[test]
fn a_decimal_comma_is_asked_about() {
    says(
        "epochs = 3",
        "epochs = 3\n[regularize]\ndropout = 0,2",
        r"
error: `0,2` is not a number
 --> x.toml:8:11
  |
8 | dropout = 0,2
  |           ^^^ expected a decimal point
  |
  = help: did you mean `0.2`?

1 mistake found, nothing was run",
    );
    says(
        "0.01",
        "0,01",
        r#"
error: `0,01` is not a number
 --> x.toml:4:35
  |
4 | optimizer = { kind = "adam", lr = 0,01 }
  |                                   ^^^^ expected a decimal point
  |
  = help: did you mean `0.01`?

1 mistake found, nothing was run"#,
    );
    says(
        "epochs = 3",
        "epochs = 3\nclip = \"0,5\"",
        r#"
error: the text "0,5" where a number at least 0 belongs
 --> x.toml:7:8
  |
7 | clip = "0,5"
  |        ^^^^^ expected a number at least 0
  |
  = help: did you mean `0.5`? A number has a decimal point, and no quotes

1 mistake found, nothing was run"#,
    );
}

#[test]
fn two_tables_of_one_choice_are_told_how_to_compare_two() {
    says(
        "optimizer = { kind = \"adam\", lr = 0.01 }\n[train]\nepochs = 3\n",
        "[train]\nepochs = 3\n[optimizer]\nkind = \"adam\"\nlr = 0.1\n[optimizer]\nkind = \"momentum\"\nlr = 0.1\n",
        r#"
error: the table `[optimizer]` is given twice
 --> x.toml:9:2
  |
9 | [optimizer]
  |  ^^^^^^^^^ expected it once
  |
  = help: to compare two, list them in `[sweep]`: `optimizer = [{ kind = "…", … }, { kind = "…", … }]`

1 mistake found, nothing was run"#,
    );
}

#[test]
fn a_part_of_a_name_finds_the_whole() {
    let sweep = Sweep::new(GOOD.replacen("iris", "moons", 1));
    let result = sweep.run(&["plan", "x.toml"]).ended_with(2);
    let sets: Vec<String> =
        burnmark::catalogue::Catalogue::standard().data_sets.entries().map(|set| format!("`{}`", set.name)).collect();
    let message = format!(
        r#"error: unknown data set `moons`
 --> x.toml:2:16
  |
2 | data = {{ set = "moons" }}
  |                ^^^^^^^ expected one of {}
  |
  = help: did you mean `two-moons`?

1 mistake found, nothing was run"#,
        sets.join(", ")
    );
    assert_eq!(result.stderr.trim_end(), message);
}

#[test]
fn a_missing_file_says_where_it_was_looked_for() {
    says(
        "\"iris\"",
        "{ csv = \"mine.csv\", target = \"y\" }",
        r#"
error: cannot read `mine.csv`: No such file or directory (os error 2)
 --> x.toml:2:16
  |
2 | data = { set = { csv = "mine.csv", target = "y" } }
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected a set that can be made
  |
  = help: it was looked for in `HERE`

1 mistake found, nothing was run"#,
    );
    let sweep = Sweep::new(GOOD);
    let result = sweep.run(&["plan", "none.toml"]).ended_with(2);
    assert!(result.stderr.contains("it was looked for in `/"), "{}", result.stderr);
}

/// The keys of all mistakes of a spec, in the order of the file.
fn keys(text: &str) -> Vec<String> {
    let mistakes = Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).unwrap_err();
    mistakes.list.into_iter().map(|mistake| mistake.path).collect()
}

#[test]
fn a_mistake_in_a_table_has_the_key_inside() {
    let spec = |tables: &str| {
        let sweep = "[sweep]\noptimizer = [\"momentum\", \"adam\"]\n\"optimizer.lr\" = [0.1, 0.01]\n";
        format!("{}{sweep}{tables}", GOOD.replace("optimizer = { kind = \"adam\", lr = 0.01 }\n", ""))
    };
    let judge = "[judge]\nat = \"and\"\nmargin = -1\ncontrasts = [{ slope = 1 }]\ntarget = \"x\"\nmarign = 1\n";
    assert_eq!(
        keys(&spec(judge)),
        ["judge.at", "judge.margin", "judge.contrasts.slope", "judge.target", "judge.marign"]
    );
    let protocol = "[protocol]\ncompare = [1]\ntune = [\"optimizer.lr\"]\nselect = \"best\"\nreport_seeds = 0\n";
    assert_eq!(keys(&spec(protocol)), ["protocol.compare", "protocol.select", "protocol.report_seeds"]);
    // What does not fit the sweep is looked for once the tables are right by themselves.
    assert_eq!(keys(&spec("[judge]\nby = [\"train.batch\"]\n")), ["judge.by"]);
    let tuned = "[protocol]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lrr\"]\n";
    assert_eq!(keys(&spec(tuned)), ["protocol.tune"]);
    let question = "[[protocol.question]]\ncompare = [\"optimizer\"]\ntnue = [\"optimizer.lr\"]\naverage = 1\n";
    assert_eq!(keys(&spec(question)), ["protocol.question.tnue", "protocol.question.average"]);
}

#[test]
fn a_wrong_method_hides_no_other_mistake() {
    let text = format!(
        "{}bach = 2\n[sweep]\noptimizer = [{{ kind = \"own\", lr = 0.1, pull = 2 }}, \"adma\"]\n\"optimizer.push\" = [1, 2]\n\
         [methods.own]\ndescription = \"d\"\nparameters.lr = {{ above = 0 }}\nparameters.pull = 1.0\nparameters.push = 1.0\nupdate = \"theta = thta - lr*(pull + push)*g\"\n",
        GOOD.replace("optimizer = { kind = \"adam\", lr = 0.01 }\n", "")
    );
    // What only follows from the method is no mistake: `own` and its parameters.
    assert_eq!(keys(&text), ["train.bach", "optimizer", "methods"]);
}
