//! One fit as text: coefficients with their errors, then the figures of the whole.

use super::reading::{classes, left_out};
use super::terminal::{aligned, indented};
use crate::record::{Reading, counted};
use crate::solve::{Around, Coefficient, Fit};
use std::fmt::Write;

/// A fit and what it is of.
#[derive(Clone, Copy, Debug)]
pub struct Fitted<'a> {
    pub fit: &'a Fit,
    pub method: &'a str,
    pub target: &'a str,
    /// The labels of classes; the first is the reference.
    pub classes: Option<&'a [String]>,
    /// What was read of the file.
    pub reading: &'a Reading,
}

/// The table that a statistician expects.
#[must_use]
pub fn fitted(fitted: &Fitted<'_>) -> String {
    let fit = fitted.fit;
    let of = match fitted.classes {
        Some([_, positive]) => format!("the probability of `{}` = `{positive}`", fitted.target),
        Some(classes) => format!("the probabilities of the {} classes of `{}`", classes.len(), fitted.target),
        None => format!("`{}`", fitted.target),
    };
    let (samples, features) = (fitted.reading.samples, fitted.reading.features.count);
    let mut text =
        format!("{of} by {}, {}, {}\n", fitted.method, counted(samples, "sample"), counted(features, "feature"));
    [classes(fitted.reading), left_out(fitted.reading)].into_iter().flatten().for_each(|line| text += &indented(&line));
    text.push('\n');
    for block in fit.coefficients.chunk_by(|a, b| a.class == b.class) {
        if let Some(class) = &block[0].class {
            let _ = writeln!(text, "  class `{class}`");
        }
        text += &indented(&aligned(&table(block, fit.statistic)));
        if block.iter().any(|coefficient| coefficient.odds_ratio.is_some()) {
            text.push('\n');
            text += &indented(&aligned(&odds(block)));
        }
        text.push('\n');
    }
    text += &indented(&aligned(&figures(fit)));
    for note in &fit.notes {
        let _ = writeln!(text, "\nnote: {note}");
    }
    text
}

fn table(coefficients: &[Coefficient], statistic: Option<&str>) -> Vec<Vec<String>> {
    let or_none = |number: Option<f64>| number.map_or("–".to_owned(), significant);
    let Some(statistic) = statistic else {
        let errors = coefficients.iter().any(|c| c.standard_error.is_some());
        let row = |c: &Coefficient| {
            let error = errors.then(|| or_none(c.standard_error));
            [c.name.clone(), significant(c.estimate)].into_iter().chain(error).collect()
        };
        let head = ["", "estimate", "std. error"].iter().take(if errors { 3 } else { 2 }).map(ToString::to_string);
        return std::iter::once(head.collect()).chain(coefficients.iter().map(row)).collect();
    };
    let p = format!("p (two-sided {statistic})");
    let head = ["", "estimate", "std. error", statistic, &p, "95 % interval"].map(str::to_owned).to_vec();
    let row = |c: &Coefficient| {
        let interval =
            c.interval.map_or("–".to_owned(), |[a, b]| format!("{} to {}", significant(a), significant(b)));
        let p = c.p_value.map_or("–".to_owned(), probability);
        let short =
            |statistic: f64| if statistic.abs() < 1e5 { format!("{statistic:.3}") } else { format!("{statistic:.2e}") };
        let statistic = c.statistic.map_or("–".to_owned(), short);
        vec![c.name.clone(), significant(c.estimate), or_none(c.standard_error), statistic, p, interval]
    };
    [head].into_iter().chain(coefficients.iter().map(row)).collect()
}

/// What the coefficients say of odds: p / (1 − p), or of more classes p over that of the first class.
fn odds(coefficients: &[Coefficient]) -> Vec<Vec<String>> {
    let head = ["greater by 1", "multiplies the odds by", "95 % interval"].map(str::to_owned).to_vec();
    let row = |c: &Coefficient| {
        let ratio = c.odds_ratio?;
        let [low, high] = ratio.interval;
        let interval = format!("{} to {}", significant(low), significant(high));
        Some(vec![c.name.clone(), significant(ratio.estimate), interval])
    };
    [head].into_iter().chain(coefficients.iter().filter_map(row)).collect()
}

fn figures(fit: &Fit) -> Vec<Vec<String>> {
    let number = |name: &str, value: Option<f64>| Some(vec![name.to_owned(), significant(value?)]);
    let count = |name: &str, value: Option<String>| Some(vec![name.to_owned(), value?]);
    let rows = [
        number("λ", fit.lambda),
        number("effective parameters", fit.effective_parameters),
        number("residual sum of squares", fit.rss),
        number("residual standard error", fit.residual_standard_error),
        count("degrees of freedom", fit.degrees_of_freedom.map(|d| d.to_string())),
        number(
            if fit.r_squared_around == Some(Around::Zero) { "R² (around 0)" } else { "R² (around the mean)" },
            fit.r_squared,
        ),
        number("log-likelihood", fit.log_likelihood),
        number("deviance", fit.deviance),
        number("deviance of the empty model", fit.null_deviance),
        count("iterations", fit.iterations.map(|i| i.to_string())),
        count("gradient norm", fit.gradient_norm.map(|g| if g == 0.0 { "0".to_owned() } else { format!("{g:.1e}") })),
        number("condition number of X", fit.condition_number),
        number("the same with columns of length 1", fit.scaled_condition_number),
    ];
    rows.into_iter().flatten().collect()
}

/// Four decimals, or a power of ten where they would show nothing.
fn probability(p: f64) -> String {
    match p {
        p if p < 1e-16 => "< 1e-16".to_owned(),
        p if p < 1e-3 => format!("{p:.1e}"),
        p => format!("{p:.4}"),
    }
}

/// Six significant digits, as a power of ten where the number is large or small.
fn significant(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e6).contains(&size) {
        return format!("{number:.5e}");
    }
    // Of the number as it is rounded: 0.9999999 has the power of ten of 1.
    let written = format!("{number:.5e}");
    let power: i32 = written.split('e').nth(1).and_then(|power| power.parse().ok()).unwrap_or(0);
    let decimals = usize::try_from(5 - power).unwrap_or(0);
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn numbers_have_six_digits() {
        assert_eq!(significant(0.999_999_97), "1.00000");
        let numbers = [0.0, 1.0, -12.345_678_9, 123_456.7, 1_234_567.0, 0.000_123_456_78, 1.5e-9];
        let shown = ["0", "1.00000", "-12.3457", "123457", "1.23457e6", "0.000123457", "1.50000e-9"];
        assert_eq!(numbers.map(significant), shown);
    }
}
