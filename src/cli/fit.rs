//! `burnmark fit`: one closed-form or Newton fit of one file, as a statistician expects it.

use super::arguments::{Fit as Arguments, Method};
use super::{Failure, print, print_data};
use crate::data::{Column, Table};
use crate::num::Matrix;
use crate::report::{Fitted, fitted};
use crate::solve::{self, Fit, FitMethod, LeftOut, Question, Response, Strength};
use serde::Serialize;

type Result<T = ()> = std::result::Result<T, Failure>;

/// The features and the target of a file.
struct Data {
    names: Vec<String>,
    features: Matrix<f64>,
    target: Target,
}

enum Target {
    Values(Vec<f64>),
    Classes(Vec<u32>, Vec<String>),
}

/// What `--json` prints; what a method does not have is null.
#[derive(Serialize)]
struct Answer<'a> {
    data: String,
    target: &'a str,
    method: &'static str,
    intercept: bool,
    /// In the order in which they count; the first is the reference.
    classes: Option<&'a [String]>,
    #[serde(flatten)]
    fit: Fit,
    /// Why there is no fit: its name, and in words.
    problem: Option<&'static str>,
    message: Option<String>,
}

/// Reads, fits, prints.
pub fn fit(arguments: &Arguments) -> Result {
    let method = method(arguments)?;
    let data = read(arguments)?;
    let response = match &data.target {
        Target::Values(values) => Response::Values(values),
        Target::Classes(classes, names) => Response::Classes(classes, names),
    };
    let (names, intercept) = (data.names.as_slice(), !arguments.no_intercept);
    let question = Question { features: data.features.view(), names, response, intercept };
    let solved = solve::fit(&question, method);
    let message =
        solved.as_ref().err().map(|p| p.explain(|column| format!("`{}`", solve::column_name(&question, column))));
    let advice = solved.as_ref().err().map(|problem| advice(problem, arguments.method)).unwrap_or_default();
    let classes = if let Response::Classes(_, names) = response { Some(names) } else { None };
    let method = arguments.method.name();
    if arguments.json {
        let problem = solved.as_ref().err().map(solve::Problem::name);
        let empty = || Fit { samples: data.features.rows(), ..Fit::default() };
        let answer = Answer {
            data: arguments.data.display().to_string(),
            target: &arguments.target,
            method,
            intercept,
            classes,
            fit: solved.unwrap_or_else(|_| empty()),
            problem,
            message: message.clone(),
        };
        let json = serde_json::to_string_pretty(&answer).map_err(|why| Failure::Work(why.to_string()))?;
        print_data(&format!("{json}\n"))?;
    } else if let Ok(fit) = solved {
        print(&fitted(&Fitted { fit: &fit, method, target: &arguments.target, classes }))?;
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
fn method(arguments: &Arguments) -> Result<FitMethod> {
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
    let lambda = |text: &str| strength(text).map_err(Failure::Request);
    Ok(match chosen {
        Method::NormalEquations => FitMethod::NormalEquations,
        Method::Qr => FitMethod::Qr,
        Method::MinimumNorm => FitMethod::MinimumNorm,
        Method::Ridge => FitMethod::Ridge(lambda(arguments.lambda.as_deref().unwrap_or_default())?),
        Method::Lasso => match lambda(arguments.lambda.as_deref().unwrap_or_default())? {
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
fn strength(text: &str) -> std::result::Result<Strength, String> {
    let folds = text.strip_suffix("-fold").and_then(|folds| folds.parse().ok()).filter(|&folds: &usize| folds >= 2);
    match (text, folds, text.parse::<f64>()) {
        ("leave-one-out", ..) => Ok(Strength::CrossValidated(LeftOut::One)),
        (_, Some(folds), _) => Ok(Strength::CrossValidated(LeftOut::Fold(folds))),
        (_, _, Ok(lambda)) if lambda >= 0.0 && lambda.is_finite() => Ok(Strength::Given(lambda)),
        _ => Err(format!(
            "`--lambda {text}`: expected a number, 0 or greater, `leave-one-out`, or folds such as `10-fold`"
        )),
    }
}

fn read(arguments: &Arguments) -> Result<Data> {
    let table = Table::read(&arguments.data).map_err(Failure::Request)?;
    let refused = |why: String| Failure::Request(why);
    let target = table.column(&arguments.target).map_err(refused)?;
    let mut dropped = Vec::new();
    for given in &arguments.drop {
        // A name that holds commas is a column's, if there is such a column.
        let whole = table.columns.iter().any(|column| column.name == *given);
        for name in if whole { vec![given.as_str()] } else { given.split(',').map(str::trim).collect() } {
            let column = table.column(name).map_err(refused)?;
            if column.name == target.name {
                return Err(Failure::Request(format!("`{}`: the target `{name}` cannot be dropped", table.path)));
            }
            dropped.push(column.name.as_str());
        }
    }
    let wanted = |column: &&Column| column.name != target.name && !dropped.contains(&column.name.as_str());
    let columns: Vec<&Column> = table.columns.iter().filter(wanted).collect();
    if columns.is_empty() && arguments.no_intercept {
        return Err(Failure::Request(format!(
            "`{}` has no column beside the target, and no intercept is wanted",
            table.path
        )));
    }
    let mut numbers = Vec::with_capacity(columns.len());
    for column in &columns {
        let hint = |why| {
            Failure::Request(format!("{why}; give numbers for its values, or leave it out: --drop {}", column.name))
        };
        numbers.push(table.numbers(column).map_err(hint)?);
    }
    let rows = table.rows();
    let data = (0..rows).flat_map(|row| numbers.iter().map(move |column| column[row])).collect();
    let features = Matrix::new(rows, columns.len(), data);
    let names = columns.iter().map(|column| column.name.clone()).collect();
    Ok(Data { names, features, target: read_target(arguments, &table, target)? })
}

fn read_target(arguments: &Arguments, table: &Table, target: &Column) -> Result<Target> {
    let of = || format!("`{}`: column `{}`", table.path, target.name);
    let listed = |names: &[String]| {
        let more = if names.len() > 5 { ", …" } else { "" };
        format!("{}{more}", names.iter().take(5).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
    };
    if !matches!(arguments.method, Method::LogisticNewton | Method::SoftmaxNewton) {
        let hint =
            |why| Failure::Request(format!("{why}; for classes take `--method logistic-newton` or `softmax-newton`"));
        return table.numbers(target).map(|values| Target::Values(values.into_owned())).map_err(hint);
    }
    let labels = table.labels(target).map_err(Failure::Request)?;
    let (mut classes, mut names) = (labels.classes, labels.names);
    let name = arguments.method.name();
    match (arguments.method, names.len()) {
        (_, 1) => return Err(Failure::Request(format!("{} has one label only, {}", of(), listed(&names)))),
        (Method::LogisticNewton, count) if count != 2 => {
            let why = format!(
                "{} has {count} labels, {}; `{name}` needs two, `softmax-newton` takes more",
                of(),
                listed(&names)
            );
            return Err(Failure::Request(why));
        }
        _ => {}
    }
    if let Some(positive) = &arguments.positive {
        match names.iter().position(|name| name == positive) {
            None => {
                return Err(Failure::Request(format!("{} has no label `{positive}`; it has {}", of(), listed(&names))));
            }
            Some(1) => {}
            Some(_) => {
                names.reverse();
                classes.iter_mut().for_each(|class| *class = 1 - *class);
            }
        }
    }
    Ok(Target::Classes(classes, names))
}
