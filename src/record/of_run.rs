//! A number of one run, from its curve: what published tables have a mean and a standard deviation of.

use super::{CurvePoint, Measured, Outcome, Pick, RunRecord};
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// Which number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunQuantity {
    pub of: QuantityOf,
    /// The number is multiplied by this, divided by [`Self::per`], and then `offset` is added.
    pub scale: f64,
    pub offset: f64,
    /// A column of the figures by which the number is divided, such as the outputs of each data set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum QuantityOf {
    /// `loss`, `metric` or a measure that the runs were asked for, of a part of the data at a state.
    Part { part: QuantityPart, of: String, at: QuantityAt },
    /// Of the training as a whole.
    Course(CourseQuantity),
}

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuantityPart {
    Train,
    Validation,
    Test,
}

impl QuantityPart {
    /// Their names in specs.
    pub const NAMES: [&'static str; 3] = ["train", "validation", "test"];

    /// The part of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        Some([Self::Train, Self::Validation, Self::Test][place])
    }
}

/// A state of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuantityAt {
    /// At the lowest validation loss.
    Best,
    /// At the last evaluation, whatever was kept.
    End,
    /// Where the number itself is lowest; the untrained state does not count.
    Least,
}

impl QuantityAt {
    /// Their names in specs.
    pub const NAMES: [&'static str; 3] = ["best", "end", "least"];

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        Some([Self::Best, Self::End, Self::Least][place])
    }
}

/// A number of a training as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CourseQuantity {
    /// 100 · (E_va / min E_va − 1) at the last evaluation, in per cent (Prechelt 1994, section 3.3).
    GeneralizationLoss,
    /// Epochs of the whole training.
    Epochs,
    /// Epochs up to the lowest validation loss, the relevant ones (Prechelt 1994).
    EpochsToBest,
    /// Epochs of a training that the rule `learned` ended; none of one that learned nothing.
    EpochsToLearn,
}

impl CourseQuantity {
    /// Their names in specs.
    pub const NAMES: [&'static str; 4] = ["generalization-loss", "epochs", "epochs-to-best", "epochs-to-learn"];

    /// The quantity of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        Some([Self::GeneralizationLoss, Self::Epochs, Self::EpochsToBest, Self::EpochsToLearn][place])
    }
}

impl RunRecord {
    /// The number, divided by `per`; `None` where the run has none: it was not done, or not asked for the measure.
    #[must_use]
    pub fn quantity(&self, quantity: &RunQuantity, per: f64) -> Option<f64> {
        if self.outcome != Outcome::Done {
            return None;
        }
        let number = match &quantity.of {
            QuantityOf::Part { part, of, at } => self.of_part(*part, of, *at),
            QuantityOf::Course(course) => self.of_course(*course),
        };
        number.map(|number| number * quantity.scale / per + quantity.offset).filter(|number| number.is_finite())
    }

    fn of_part(&self, part: QuantityPart, of: &str, at: QuantityAt) -> Option<f64> {
        let number = |place: usize| -> Option<f64> {
            let point = self.curve.get(place)?;
            let evaluation = match part {
                QuantityPart::Train => point.train,
                QuantityPart::Validation => Some(point.validation),
                QuantityPart::Test => Some(point.test),
            };
            match of {
                "loss" => Some(evaluation?.loss),
                _ if of == "metric" || of == self.metric => Some(evaluation?.metric),
                _ => {
                    let measured: &Measured = self.measured.iter().find(|measured| measured.name == of)?;
                    let (_, number) = measured.points.get(place)?.parts()[part as usize];
                    number
                }
            }
        };
        match at {
            QuantityAt::Best => number(Pick::Best.place(&self.curve)?),
            QuantityAt::End => number(self.curve.len().checked_sub(1)?),
            QuantityAt::Least => {
                (self.curve.len().min(2).saturating_sub(1)..self.curve.len()).filter_map(number).reduce(f64::min)
            }
        }
    }

    #[allow(clippy::cast_precision_loss)] // epochs
    fn of_course(&self, course: CourseQuantity) -> Option<f64> {
        let (last, best): (&CurvePoint, &CurvePoint) = (self.curve.last()?, Pick::Best.of(&self.curve)?);
        match course {
            CourseQuantity::GeneralizationLoss => Some(100.0 * (last.validation.loss / best.validation.loss - 1.0)),
            CourseQuantity::Epochs => Some(last.epoch as f64),
            CourseQuantity::EpochsToBest => Some(best.epoch as f64),
            CourseQuantity::EpochsToLearn => self.learned_after().map(|epochs| epochs as f64),
        }
    }

    /// The epochs after which a rule ended the training; `None` of one that went on to its last epoch.
    fn learned_after(&self) -> Option<u64> {
        let budget = match self.settings.get("train.epochs") {
            Some(Value::Integer(epochs)) => *epochs,
            _ => return None,
        };
        let last = self.curve.last()?.epoch;
        (last < budget).then_some(last)
    }
}
