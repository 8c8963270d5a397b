//! PQ_α: the generalization loss is large beside the progress of the training loss.
//!
//! GL(t) / P_k(t) > α at the end of a strip of k epochs, with P_k(t) = 1000 · (Σ E_tr / (k · min E_tr) − 1) over the strip
//!
//! - `alpha` (α): greater than 0, default 1. GL is in per cent and P_k in per mille.
//!
//! Without progress any generalization loss ends the training. Prechelt 1998, criterion PQ.

use super::{Course, StopEntry};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: StopEntry = StopEntry {
    entry: Entry {
        name: "quotient",
        description: "PQ: ends a training whose generalization loss is more than `alpha` times the progress over a strip",
        revision: 1,
        source: "Prechelt 1998, criterion PQ",
        parameters: &[Parameter::with_default(
            "alpha",
            "largest quotient α of generalization loss (%) and progress (‰)",
            ParameterKind::Number(Range::POSITIVE),
            Value::Number(1.0),
        )],
    },
    is_over,
};

fn is_over(choice: &Choice, course: &Course, strip: u64) -> bool {
    let both = course.generalization_loss().zip(course.progress(strip));
    // A product, since the progress may be 0.
    both.is_some_and(|(loss, progress)| loss > choice.number("alpha") * progress)
}
