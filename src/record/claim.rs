//! `[claim]`: a sentence about methods, and the rule by which runs support or contradict it, fixed before the first of them.

use super::Compared;
use serde::{Deserialize, Serialize};

/// A claim with its rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Where the sentence comes from, such as `C1`.
    pub row: String,
    /// The sentence.
    pub words: String,
    /// The formula that it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub formula: String,
    /// What is done, in a few lines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub experiment: String,
    /// What to try next.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub next: String,
    /// The number that each run yields.
    pub quantity: Observed,
    /// What is made of the numbers of one problem.
    pub contrast: ClaimContrast,
    /// Where the contrast has to lie.
    pub effect: Effect,
    /// What the contrast is averaged over, and so what the claim is about.
    #[serde(default)]
    pub over: AveragedOver,
}

/// The number that a run yields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Observed {
    /// A metric, loss or measure of one part of the data, at the state that counts or before the first step.
    Of {
        what: Compared,
        part: DataPart,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        untrained: bool,
    },
    /// Whether such a number is at least (or at most) a bound: 1 or 0.
    Passes { what: Compared, part: DataPart, bound: Bound },
    /// A column of the steps.
    Steps { column: String, take: Take, window: Window },
    /// What it takes to reach the target: steps, or what targets count.
    ToTarget,
    /// Whether the target is reached: 1 or 0.
    Reached,
    /// Whether the run diverged: 1 or 0.
    Diverged,
    /// Whether a run ended with a solution: 1, or 0 where it diverged or there is no solution or minimum.
    Solved,
    /// Whether a solver came to rest: 1 or 0.
    AtRest,
    /// Seconds per training step: depends on the machine.
    StepSeconds,
    /// Steps of the training, or iterations of a solver.
    Taken,
    /// The final parameters, which only distances compare.
    Parameters,
}

/// A part of the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataPart {
    Train,
    Validation,
    #[default]
    Test,
}

impl DataPart {
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// The name in specs and columns.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// A bound that a number passes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Bound {
    #[must_use]
    pub fn holds(self, number: f64) -> bool {
        match self {
            Self::AtLeast(least) => number >= least,
            Self::AtMost(most) => number <= most,
        }
    }
}

/// What is made of a column of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Take {
    #[default]
    Mean,
    /// The slope of ln(column) along ln(step), by least squares.
    LogSlope,
    Last,
    /// The slope of ln(column) per step, by least squares: a rate of convergence.
    Rate,
    /// The share of steps at which it is greater than at the step before.
    Rises,
}

impl Take {
    pub const ALL: [Self; 5] = [Self::Mean, Self::LogSlope, Self::Last, Self::Rate, Self::Rises];

    /// The name in specs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::LogSlope => "log-slope",
            Self::Last => "last",
            Self::Rate => "rate",
            Self::Rises => "rises",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// Which steps count, as shares of all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    pub from: f64,
    pub to: f64,
}

impl Default for Window {
    fn default() -> Self {
        Self { from: 0.0, to: 1.0 }
    }
}

/// What is made of the numbers of one problem and seed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimContrast {
    pub scale: ContrastScale,
    /// Two values of one setting; none for the number itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<ClaimPair>,
    /// The same under one value of another setting, minus that under another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<ClaimPair>,
    /// Its slope along a setting that is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub along: Option<Along>,
    /// What several runs of one seed make.
    #[serde(default, skip_serializing_if = "Reduce::is_mean")]
    pub reduce: Reduce,
    /// Of a distance the value whose distance from the second is its unit; none for the size of the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Of a ratio of losses, metrics or measures: a run's number below this counts as this, in its own unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<f64>,
}

impl ClaimContrast {
    /// The settings whose values are compared.
    #[must_use]
    pub fn settings(&self) -> Vec<&str> {
        let pairs = [&self.pair, &self.by].into_iter().flatten().map(|pair| pair.setting.as_str());
        pairs.chain(self.along.iter().map(|along| along.setting.as_str())).collect()
    }

    /// A run's number as it counts.
    #[must_use]
    pub fn floored(&self, number: f64) -> f64 {
        self.floor.map_or(number, |floor| number.max(floor))
    }

    /// Whether it is the logarithm of a factor, which words and bounds give as the factor.
    #[must_use]
    pub fn is_factor(&self) -> bool {
        self.scale == ContrastScale::Ratio && !self.along.as_ref().is_some_and(|along| along.logarithms)
    }
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContrastScale {
    /// The first minus the second.
    #[default]
    Difference,
    /// The first divided by the second; averages are those of logarithms.
    Ratio,
    /// 1 where the first is smaller, ½ where both are equal, else 0.
    Smaller,
    /// Of parameters ‖a − b‖/‖c − b‖, with c those of [`ClaimContrast::from`]; without it ‖a − b‖/‖b‖.
    Distance,
    /// Of parameters max |a − b|/max |b|.
    LargestGap,
}

impl ContrastScale {
    pub const ALL: [Self; 5] = [Self::Difference, Self::Ratio, Self::Smaller, Self::Distance, Self::LargestGap];

    /// The name in specs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Difference => "difference",
            Self::Ratio => "ratio",
            Self::Smaller => "smaller",
            Self::Distance => "distance",
            Self::LargestGap => "largest-gap",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether it compares parameters, and not numbers.
    #[must_use]
    pub const fn is_of_parameters(self) -> bool {
        matches!(self, Self::Distance | Self::LargestGap)
    }
}

/// Two values of a setting, as answers name them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimPair {
    pub setting: String,
    pub first: String,
    pub second: Against,
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    Value(String),
    /// The value with the least mean over the seeds of the problem: known only afterwards.
    Least,
    /// The one with the greatest.
    Greatest,
}

/// A slope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Along {
    pub setting: String,
    /// Whether along the setting's logarithm.
    pub logarithms: bool,
}

/// What several runs of one seed make, such as those with several initial weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reduce {
    #[default]
    Mean,
    /// The greatest minus the least.
    Spread,
}

impl Reduce {
    pub const ALL: [Self; 2] = [Self::Mean, Self::Spread];

    /// The name in specs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Spread => "spread",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
    fn is_mean(&self) -> bool {
        *self == Self::Mean
    }
}

/// Where the mean contrast has to lie, in the contrast's own unit: a factor where it is one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// Between these; one of both may be missing.
    Between {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<f64>,
    },
    /// At most so far from no effect, on every problem and seed: a statement of an identity, which is no matter of chance.
    Exactly(f64),
}

impl Effect {
    /// The range of the mean contrast as it is computed: the logarithms of factors.
    #[must_use]
    pub fn range(self, contrast: &ClaimContrast) -> (f64, f64) {
        let own = |number: f64| if contrast.is_factor() { number.ln() } else { number };
        match self {
            Self::Between { least, most } => (least.map_or(f64::NEG_INFINITY, own), most.map_or(f64::INFINITY, own)),
            Self::Exactly(most) => (-most, most),
        }
    }
}

/// What the contrast is averaged over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AveragedOver {
    /// Families of data sets: the claim is about other data like these.
    #[default]
    Families,
    /// Seeds: the claim is about these problems.
    Seeds,
}

impl AveragedOver {
    pub const ALL: [Self; 2] = [Self::Families, Self::Seeds];

    /// The name in specs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Families => "families",
            Self::Seeds => "seeds",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_a_factor_are_its_logarithms() {
        let along = |logarithms| Some(Along { setting: "a".to_owned(), logarithms });
        let ratio = ClaimContrast { scale: ContrastScale::Ratio, ..ClaimContrast::default() };
        let effect = Effect::Between { least: Some(10.0), most: None };
        assert_eq!(effect.range(&ratio), (10.0_f64.ln(), f64::INFINITY));
        assert_eq!(effect.range(&ClaimContrast { along: along(false), ..ratio.clone() }).0, 10.0_f64.ln());
        // A slope of logarithms along a logarithm is an exponent.
        assert_eq!(effect.range(&ClaimContrast { along: along(true), ..ratio }).0, 10.0);
        assert_eq!(effect.range(&ClaimContrast::default()).0, 10.0);
    }
}
