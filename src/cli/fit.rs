//! `burnmark fit`: one closed-form or Newton fit of one file, as a statistician expects it.

use super::failure::{CommandResult, Failure};
use super::print::{Schema, print, print_json};
use super::values;
use crate::data::{self, About, Column, DataSet, Features, Labels, Table, Target, listed};
use crate::export::shell_word;
use crate::report::{Fitted, fitted};
use crate::solve::{self, Fit, FitData, FitMethod, LeftOut, Response, Strength};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Args)]
pub struct FitArguments {
    /// A table with a header: .csv, .tsv or .parquet
    pub data: PathBuf,
    /// The column to predict
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
struct FitReport<'a> {
    data: String,
    target: &'a str,
    method: &'static str,
    intercept: bool,
    /// In the order in which they count; the first is the reference.
    classes: Option<&'a [String]>,
    /// Columns of the file that are not used.
    left_out: Vec<&'a str>,
    #[serde(flatten)]
    fit: Fit,
    /// What is printed without `--json`.
    printed: Option<String>,
    /// Why there is no fit: its name, and in words.
    problem: Option<&'static str>,
    message: Option<String>,
}

/// Reads, fits, prints.
pub fn fit(arguments: &FitArguments) -> CommandResult {
    let method = method(arguments)?;
    let data = read(arguments)?;
    let response = match &data.target {
        Target::Values(values) => Response::Values(values),
        Target::Classes { labels, .. } => Response::Classes(labels, &data.about.classes),
        Target::Objective(_) => unreachable!("a table has a target"),
    };
    let (names, intercept) = (data.about.features.as_slice(), !arguments.no_intercept);
    let fit_data = FitData { features: data.features.view(), names, response, intercept };
    let reading = data.reading(data::name_of(&arguments.data));
    let notes = reading.notes.iter().chain(&reading.warnings);
    let mut solved = solve::fit(&fit_data, method);
    if let Ok(fit) = &mut solved {
        fit.notes.extend(notes.cloned());
    }
    let message =
        solved.as_ref().err().map(|p| p.explain(|column| format!("`{}`", solve::column_name(&fit_data, column))));
    let advice = solved.as_ref().err().map(|problem| advice(problem, arguments.method)).unwrap_or_default();
    let classes = if let Response::Classes(_, names) = response { Some(names) } else { None };
    let method = arguments.method.name();
    let in_words = |fit| fitted(&Fitted { fit, method, target: &arguments.target, classes, reading: &reading });
    if arguments.json {
        let problem = solved.as_ref().err().map(solve::Problem::name);
        let empty = || Fit { samples: data.features.rows(), ..Fit::default() };
        let printed = solved.as_ref().ok().map(in_words);
        let answer = FitReport {
            data: arguments.data.display().to_string(),
            target: &arguments.target,
            method,
            intercept,
            classes,
            left_out: reading.left_out.iter().map(|column| column.column.as_str()).collect(),
            fit: solved.unwrap_or_else(|_| empty()),
            printed,
            problem,
            message: message.clone(),
        };
        print_json(Schema::Fit, &answer)?;
    } else if let Ok(fit) = solved {
        print(&in_words(&fit))?;
    }
    message.map_or(Ok(()), |message| Err(Failure::Work(format!("{}: {message}{advice}", arguments.data.display()))))
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
    ];
    for (flag, given, methods) in flags {
        let needed = methods.contains(&chosen) && flag != "--positive";
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

fn read(arguments: &FitArguments) -> CommandResult<DataSet> {
    let table = Table::read(&arguments.data)?;
    let target = table.column(&arguments.target)?;
    let drop: Vec<&str> = arguments.drop.iter().map(String::as_str).collect();
    let features = Features::of(&table, target, &drop)?;
    if features.columns.is_empty() && arguments.no_intercept {
        return Err(Failure::Request(format!(
            "`{}` has no column beside the target, and no intercept is wanted",
            table.path
        )));
    }
    let drop = |names: &[String]| format!("--drop {}", shell_word(&names.join(",")));
    let numbers = features.numbers(true).map_err(|why| why.with_remedy(&drop(&why.columns)))?;
    let mut about = About { target: Some(target.name.clone()), ..About::default() };
    let values = read_target(arguments, &table, target, &mut about)?;
    Ok(data::data_set(&features, &numbers, values, about, drop))
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
