//! `burnmark fit`: one closed-form or Newton fit of one file, as a statistician expects it.

use super::failure::{CommandResult, Failure};
use super::print::{Schema, print, print_json};
use super::values;
use crate::data::{self, About, Column, DataSet, Features, Labels, Table, Target, listed};
use crate::export::shell_word;
use crate::record::counted;
use crate::report::{Fitted, fitted};
use crate::solve::{self, Fit, FitData, FitMethod, LeftOut, Response, Strength};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Args)]
pub struct FitArguments {
    /// A table with a header: .csv, .tsv or .parquet
    pub data: PathBuf,
    /// The column to predict; for least squares also several, with commas between them
    #[arg(long)]
    pub target: String,
    /// How to fit it
    #[arg(long, value_enum)]
    pub method: Method,
    /// Strength λ for ridge and lasso; for ridge also `leave-one-out` or folds such as `10-fold`, to find it
    #[arg(long, allow_hyphen_values = true)]
    pub lambda: Option<String>,
    /// Standard deviation of the noise, in the target's units, for map
    #[arg(long, value_parser = values::positive, allow_hyphen_values = true)]
    pub sigma: Option<f64>,
    /// Standard deviation of each coefficient before the data, for map
    #[arg(long, value_parser = values::positive, allow_hyphen_values = true)]
    pub prior_sigma: Option<f64>,
    /// The label whose probability is modelled, for logistic-newton [default: the last in ascending order]
    #[arg(long, value_name = "LABEL", allow_hyphen_values = true)]
    pub positive: Option<String>,
    /// The column of how much each row counts, 0 or greater
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,
    /// Standard errors of ridge and lasso by so many draws of rows, such as 1000
    #[arg(long, value_name = "DRAWS", value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    pub bootstrap: Option<u64>,
    /// Leave these columns out; may be given more than once
    #[arg(long, value_name = "COLUMN,…")]
    pub drop: Vec<String>,
    /// No intercept: the model goes through the origin
    #[arg(long)]
    pub no_intercept: bool,
    /// Print JSON at full precision
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Least squares by Cholesky's factorization of XᵀX
    NormalEquations,
    /// Least squares by Householder's QR with column pivoting
    Qr,
    /// The shortest least squares solution, where columns depend on one another
    MinimumNorm,
    /// Least squares with the penalty λ‖w‖²
    Ridge,
    /// The posterior under a Gaussian prior: ridge with λ = σ²/σ₀²
    Map,
    /// Half of least squares with the penalty λ‖w‖₁
    Lasso,
    /// Logistic regression for two classes, by Newton's method
    LogisticNewton,
    /// Softmax regression for classes, by Newton's method
    SoftmaxNewton,
}

impl Method {
    /// As typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::NormalEquations => "normal-equations",
            Self::Qr => "qr",
            Self::MinimumNorm => "minimum-norm",
            Self::Ridge => "ridge",
            Self::Map => "map",
            Self::Lasso => "lasso",
            Self::LogisticNewton => "logistic-newton",
            Self::SoftmaxNewton => "softmax-newton",
        }
    }
}

/// What `--json` prints; what a method does not have is null.
#[derive(Serialize)]
struct FitReport {
    data: String,
    target: String,
    method: &'static str,
    intercept: bool,
    /// In the order in which they count; the first is the reference.
    classes: Option<Vec<String>>,
    /// Columns of the file that are not used.
    left_out: Vec<String>,
    #[serde(flatten)]
    fit: Fit,
    /// What is printed without `--json`.
    printed: Option<String>,
    /// Why there is no fit: its name, and in words.
    problem: Option<&'static str>,
    message: Option<String>,
}

/// What `--json` prints of several targets.
#[derive(Serialize)]
struct FitsDocument<'f> {
    fits: Vec<&'f FitReport>,
}

/// The fit of one target: what is printed of it, and why there is none.
struct TargetFit {
    report: FitReport,
    text: Option<String>,
    failure: Option<String>,
}

/// Reads, fits, prints: of several targets one after the other.
pub fn fit(arguments: &FitArguments) -> CommandResult {
    let method = method(arguments)?;
    let table = Table::read(&arguments.data)?;
    let targets = targets(arguments, &table)?;
    let of_target = |target: &&Column| fit_target(arguments, method, &table, (target, &targets));
    let fits: Vec<TargetFit> = targets.iter().map(of_target).collect::<CommandResult<_>>()?;
    match &fits[..] {
        [only] if arguments.json => print_json(Schema::Fit, &only.report)?,
        all if arguments.json => {
            print_json(Schema::Fit, &FitsDocument { fits: all.iter().map(|fit| &fit.report).collect() })?;
        }
        all => {
            let texts: Vec<&str> = all.iter().filter_map(|fit| fit.text.as_deref()).collect();
            if !texts.is_empty() {
                print(&texts.join("\n"))?;
            }
        }
    }
    fits.into_iter().find_map(|fit| fit.failure).map_or(Ok(()), |failure| Err(Failure::Work(failure)))
}

/// The columns to predict.
fn targets<'t>(arguments: &FitArguments, table: &'t Table) -> CommandResult<Vec<&'t Column>> {
    let columns = table.named(&arguments.target)?;
    if columns.is_empty() {
        return Ok(vec![table.column(&arguments.target)?]);
    }
    let is_of_classes = matches!(arguments.method, Method::LogisticNewton | Method::SoftmaxNewton);
    if columns.len() > 1 && is_of_classes {
        let (name, count) = (arguments.method.name(), columns.len());
        return Err(Failure::Request(format!("`--method {name}` takes one target, and `--target` names {count}")));
    }
    Ok(columns)
}

fn fit_target(
    arguments: &FitArguments,
    method: FitMethod,
    table: &Table,
    (target, targets): (&Column, &[&Column]),
) -> CommandResult<TargetFit> {
    let data = read(arguments, table, (target, targets))?;
    let (data, weights, weighing) = weighted(arguments, table, data)?;
    let response = match &data.target {
        Target::Values(values) => Response::Values(values),
        Target::Classes { labels, .. } => Response::Classes(labels, &data.about.classes),
        Target::Columns(_) | Target::Objective(_) => unreachable!("one column is fitted at a time"),
    };
    let (names, intercept) = (data.about.features.as_slice(), !arguments.no_intercept);
    let fit_data = FitData { features: data.features.view(), names, response, intercept, weights: &weights };
    let reading = data.reading(data::name_of(&arguments.data));
    let notes = reading.notes.iter().chain(&reading.warnings);
    let mut solved = solve::fit(&fit_data, method, arguments.bootstrap);
    if let Ok(fit) = &mut solved {
        fit.notes.extend(notes.cloned().chain(weighing));
    }
    let message =
        solved.as_ref().err().map(|p| p.explain(|column| format!("`{}`", solve::column_name(&fit_data, column))));
    let advice = solved.as_ref().err().map(|problem| advice(problem, arguments.method)).unwrap_or_default();
    let classes = if let Response::Classes(_, names) = response { Some(names) } else { None };
    let (method, target) = (arguments.method.name(), target.name.as_str());
    let text = solved.as_ref().ok().map(|fit| fitted(&Fitted { fit, method, target, classes, reading: &reading }));
    let problem = solved.as_ref().err().map(solve::Problem::name);
    let empty = || Fit { samples: data.features.rows(), ..Fit::default() };
    let report = FitReport {
        data: arguments.data.display().to_string(),
        target: target.to_owned(),
        method,
        intercept,
        classes: classes.map(<[String]>::to_vec),
        left_out: reading.left_out.iter().map(|column| column.column.clone()).collect(),
        fit: solved.unwrap_or_else(|_| empty()),
        printed: text.clone(),
        problem,
        message: message.clone(),
    };
    let failure = message.map(|message| format!("{}: {message}{advice}", arguments.data.display()));
    Ok(TargetFit { report, text, failure })
}

/// What to do about a problem.
fn advice(problem: &solve::Problem, method: Method) -> &'static str {
    match (problem, method) {
        (solve::Problem::RankDeficient { .. }, Method::LogisticNewton | Method::SoftmaxNewton) => {
            "; leave columns out with `--drop`"
        }
        (solve::Problem::RankDeficient { .. }, Method::NormalEquations) => {
            "; `--method qr` tells dependent columns from nearly dependent ones; else leave columns out with `--drop`, or take \
             `--method ridge` or, for the shortest of them, `--method minimum-norm`"
        }
        (solve::Problem::RankDeficient { .. }, Method::Ridge) => {
            "; so small a penalty does not choose among them: give `--lambda` a larger number, leave columns out with `--drop`, or \
             take `--method minimum-norm`"
        }
        (solve::Problem::RankDeficient { .. }, Method::Map) => {
            "; so wide a prior does not choose among them: give `--prior-sigma` a smaller number, leave columns out with `--drop`, \
             or take `--method minimum-norm`"
        }
        (solve::Problem::RankDeficient { .. }, _) => {
            "; leave columns out with `--drop`, or take `--method ridge` or, for the shortest of them, `--method minimum-norm`"
        }
        _ => "",
    }
}

/// The method with its parameters; a flag that it does not have is refused.
fn method(arguments: &FitArguments) -> CommandResult<FitMethod> {
    let chosen = arguments.method;
    let flags = [
        ("--lambda", arguments.lambda.is_some(), &[Method::Ridge, Method::Lasso][..]),
        ("--sigma", arguments.sigma.is_some(), &[Method::Map]),
        ("--prior-sigma", arguments.prior_sigma.is_some(), &[Method::Map]),
        ("--positive", arguments.positive.is_some(), &[Method::LogisticNewton]),
        ("--bootstrap", arguments.bootstrap.is_some(), &[Method::Ridge, Method::Lasso]),
    ];
    for (flag, given, methods) in flags {
        let needed = methods.contains(&chosen) && !["--positive", "--bootstrap"].contains(&flag);
        let name = chosen.name();
        if given && !methods.contains(&chosen) {
            let having: Vec<_> = methods.iter().map(|method| format!("`{}`", method.name())).collect();
            let message = format!("`{flag}` is no flag of `--method {name}`, only of {}", having.join(" and "));
            return Err(Failure::Request(message));
        }
        if needed && !given {
            return Err(Failure::Request(format!("`--method {name}` needs `{flag}`: see `burnmark fit --help`")));
        }
    }
    Ok(match chosen {
        Method::NormalEquations => FitMethod::NormalEquations,
        Method::Qr => FitMethod::Qr,
        Method::MinimumNorm => FitMethod::MinimumNorm,
        Method::Ridge => FitMethod::Ridge(strength(arguments.lambda.as_deref().unwrap_or_default())?),
        Method::Lasso => match strength(arguments.lambda.as_deref().unwrap_or_default())? {
            Strength::Given(lambda) => FitMethod::Lasso(lambda),
            Strength::CrossValidated(_) => {
                return Err(Failure::Request(
                    "`--method lasso` needs a number for `--lambda`, 0 or greater".to_owned(),
                ));
            }
        },
        Method::Map => FitMethod::Map {
            sigma: arguments.sigma.unwrap_or_default(),
            prior_sigma: arguments.prior_sigma.unwrap_or_default(),
        },
        Method::LogisticNewton => FitMethod::LogisticNewton,
        Method::SoftmaxNewton => FitMethod::SoftmaxNewton,
    })
}

/// A number, `leave-one-out`, or `10-fold`.
fn strength(text: &str) -> CommandResult<Strength> {
    let folds = text.strip_suffix("-fold").and_then(|folds| folds.parse().ok()).filter(|&folds: &usize| folds >= 2);
    match (text, folds, text.parse::<f64>()) {
        ("generalized", ..) => Ok(Strength::CrossValidated(LeftOut::Generalized)),
        ("leave-one-out", ..) => Ok(Strength::CrossValidated(LeftOut::One)),
        (_, Some(folds), _) => Ok(Strength::CrossValidated(LeftOut::Fold(folds))),
        (_, _, Ok(lambda)) if lambda >= 0.0 && lambda.is_finite() => Ok(Strength::Given(lambda)),
        _ => Err(Failure::Request(format!(
            "`--lambda {text}`: expected a number, 0 or greater, `leave-one-out`, `generalized`, or folds such as `10-fold`"
        ))),
    }
}

fn read(arguments: &FitArguments, table: &Table, (target, targets): (&Column, &[&Column])) -> CommandResult<DataSet> {
    let drop: Vec<&str> = arguments.drop.iter().map(String::as_str).collect();
    let features = Features::of(table, targets, &drop)?;
    let weights: Vec<&str> = arguments.weights.iter().map(String::as_str).collect();
    let features = features.without(&weights)?;
    if features.columns.is_empty() && arguments.no_intercept {
        return Err(Failure::Request(format!(
            "`{}` has no column beside the target, and no intercept is wanted",
            table.path
        )));
    }
    let drop = |names: &[String]| format!("--drop {}", shell_word(&names.join(",")));
    let numbers = features.numbers(true).map_err(|why| why.with_remedy(&drop(&why.columns)))?;
    let mut about = About { target: Some(target.name.clone()), ..About::default() };
    let values = read_target(arguments, table, target, &mut about)?;
    Ok(data::data_set(&features, &numbers, values, about, drop))
}

/// The data without rows that count nothing, how much each of the others counts, and what to say of that.
fn weighted(
    arguments: &FitArguments,
    table: &Table,
    data: DataSet,
) -> CommandResult<(DataSet, Vec<f64>, Option<String>)> {
    let Some(name) = &arguments.weights else { return Ok((data, Vec::new(), None)) };
    let column = table.column(name)?;
    let weights = table.numbers(column).map_err(|why| why.with_help("; a weight is a number, 0 or greater"))?;
    if let Some(row) = weights.iter().position(|weight| *weight < 0.0) {
        let message = format!("`{}` is no weight: weights are 0 or greater", weights[row]);
        return Err(Failure::Request(table.at(row, column, &message)));
    }
    let rows: Vec<usize> = (0..weights.len()).filter(|row| weights[*row] > 0.0).collect();
    if rows.is_empty() {
        return Err(Failure::Request(format!("`{}`: all weights in column `{}` are 0", table.path, column.shown())));
    }
    let of_rows = rows.iter().map(|row| weights[*row]).collect();
    let target = match data.target {
        Target::Values(values) => Target::Values(rows.iter().map(|row| values[*row]).collect()),
        Target::Classes { labels, count } => {
            Target::Classes { labels: rows.iter().map(|row| labels[*row]).collect(), count }
        }
        other => other,
    };
    let shown = column.shown();
    let note = match weights.len() - rows.len() {
        0 => format!("rows count by their weights in column `{shown}`"),
        left => {
            format!("rows count by their weights in column `{shown}`; {} of weight 0 left out", counted(left, "row"))
        }
    };
    Ok((DataSet { features: data.features.gather(&rows).into(), target, ..data }, of_rows, Some(note)))
}

fn read_target(arguments: &FitArguments, table: &Table, target: &Column, about: &mut About) -> CommandResult<Target> {
    let of = || format!("`{}`: column `{}`", table.path, target.shown());
    if !matches!(arguments.method, Method::LogisticNewton | Method::SoftmaxNewton) {
        let hint = if target.has_numbers() {
            "fix or fill the cell, or leave the row out"
        } else {
            "for classes take `--method logistic-newton` or `softmax-newton`"
        };
        let values = table.numbers(target).map_err(|why| why.with_help(&format!("; {hint}")))?.into_owned();
        if data::names_classes(&values) == Some(2) {
            about.notes.push(
                "the target has 2 different whole numbers, which are predicted as numbers; for their probability take \
                 `--method logistic-newton`"
                    .to_owned(),
            );
        }
        return Ok(Target::Values(values));
    }
    let Labels { mut classes, mut names } = table.labels(target)?;
    let name = arguments.method.name();
    let listed = listed(&names);
    match (arguments.method, names.len()) {
        (_, 1) => return Err(Failure::Request(format!("{} has one label only, {listed}", of()))),
        (Method::LogisticNewton, count) if count != 2 => {
            let why = format!("{} has {count} labels, {listed}; `{name}` needs two, `softmax-newton` takes more", of());
            return Err(Failure::Request(why));
        }
        _ => {}
    }
    if let Some(positive) = &arguments.positive {
        match names.iter().position(|name| name == positive) {
            None => {
                return Err(Failure::Request(format!("{} has no label `{positive}`; it has {listed}", of())));
            }
            Some(1) => {}
            Some(_) => {
                names.reverse();
                classes.iter_mut().for_each(|class| *class = 1 - *class);
            }
        }
    }
    about.classes = names;
    Ok(Target::Classes { count: about.classes.len(), labels: classes })
}
