//! Reading `data.split`: shares, rows in their order, folds, or the set's own parts.

use super::fault::Fault;
use super::reader::{Node, ValueReader};
use crate::data::{GIVEN, InOrder, LEAST_FOLDS, MOST_FOLDS, OWN, Shares, Split, TestPart};
use crate::registry::Range;

const EXPECTED: &str = "`{ train = …, validation = …, test = … }`, or `holdout` in the place of `test`";
/// The names in a table of a split.
pub const SPLIT_NAMES: [&str; 6] = Split::NAMES;

/// What a table of a split says.
#[derive(Default)]
struct Said {
    /// Train, validation, test, holdout.
    sizes: [Option<f64>; 4],
    own: bool,
    given: bool,
    folds: Option<u64>,
}

/// A split from its table.
pub fn split(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Split> {
    let said = said(reader, node)?;
    let Said { sizes, own, given, folds } = said;
    if let Some(folds) = folds {
        if sizes.iter().any(Option::is_some) || own || given {
            let fault =
                Fault::unfit("folds take all rows, and say alone which part each is in", "expected `folds` alone");
            reader.report(node.span(), fault);
            return None;
        }
        return Some(Split::Folds(folds));
    }
    match (sizes, own) {
        ([None, None, None, None], true) if !given => Some(Split::Own),
        ([_, _, Some(_), held], own) if own || held.is_some() => {
            let message = "a split has `test` or `holdout`, not both: the held-out rows are the test part";
            reader.report(node.span(), Fault::unfit(message, format!("expected {EXPECTED}")));
            None
        }
        ([Some(train), Some(validation), test, held], own) if test.is_some() || held.is_some() || own => {
            let sizes = PartSizes { train, validation, test, held, own };
            if given { in_order(reader, node, &sizes) } else { shares(reader, node, &sizes) }
        }
        _ => {
            reader.report(node.span(), Fault::missing("a split needs three shares", format!("expected {EXPECTED}")));
            None
        }
    }
}

/// Reads the table's values; `None` where one of them is wrong.
fn said(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Said> {
    let Some(table) = node.get_ref().as_table() else {
        return reader.mismatch(node, EXPECTED);
    };
    let (mut said, before) = (Said::default(), reader.mistakes.len());
    for (name, value) in table {
        match SPLIT_NAMES.iter().position(|known| *known == name.get_ref()) {
            Some(3) if value.get_ref().as_str() == Some(OWN) => said.own = true,
            Some(3) if value.get_ref().as_str().is_some() => {
                return reader.mismatch(value, &format!("a share or `\"{OWN}\"`"));
            }
            Some(4) => said.given = reader.word("order", &[GIVEN], value).is_some(),
            Some(5) => said.folds = reader.integer("folds", LEAST_FOLDS, MOST_FOLDS, value),
            Some(index) => said.sizes[index] = reader.number(SPLIT_NAMES[index], Range::POSITIVE, value),
            None => reader.unknown("share", name, SPLIT_NAMES),
        }
    }
    (reader.mistakes.len() == before).then_some(said)
}

/// What parts take.
struct PartSizes {
    train: f64,
    validation: f64,
    test: Option<f64>,
    held: Option<f64>,
    own: bool,
}

impl PartSizes {
    fn all(&self) -> impl Iterator<Item = f64> {
        [Some(self.train), Some(self.validation), self.test, self.held].into_iter().flatten()
    }
}

fn shares(reader: &mut ValueReader<'_>, node: &Node<'_>, sizes: &PartSizes) -> Option<Split> {
    check_sum(reader, node, sizes)?;
    let test = match (sizes.test, sizes.held) {
        (Some(share), _) => TestPart::Drawn(share),
        (None, Some(share)) => TestPart::Held(share),
        (None, None) => TestPart::Own,
    };
    Some(Split::Drawn(Shares { train: sizes.train, validation: sizes.validation, test }))
}

fn in_order(reader: &mut ValueReader<'_>, node: &Node<'_>, sizes: &PartSizes) -> Option<Split> {
    if sizes.held.is_some() {
        let message = "rows in their order are the same for every seed anyway";
        reader.report(node.span(), Fault::unfit(message, format!("expected `test`, or `holdout = \"{OWN}\"`")));
        return None;
    }
    let is_count = |size: f64| size >= 1.0 && size.fract() == 0.0 && size < 1e15;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked right here
    if sizes.all().all(is_count) {
        let [train, validation] = [sizes.train, sizes.validation].map(|size| size as u64);
        return Some(Split::InOrder(match sizes.test {
            Some(test) => InOrder::Counts([train, validation, test as u64]),
            None => InOrder::CountsOfRest([train, validation]),
        }));
    }
    if sizes.all().any(|size| size >= 1.0) {
        let message = "these sizes are neither shares nor whole numbers of rows";
        let expected = "expected shares, together 1, or counts of rows, such as `train = 350`";
        reader.report(node.span(), Fault::unfit(message, expected));
        return None;
    }
    check_sum(reader, node, sizes)?;
    let (train, validation) = (sizes.train, sizes.validation);
    Some(Split::InOrder(match sizes.test {
        Some(test) => InOrder::Shares([train, validation, test]),
        None => InOrder::SharesOfRest([train, validation]),
    }))
}

/// The sum of decimal shares is off 1 by roundings only.
fn check_sum(reader: &mut ValueReader<'_>, node: &Node<'_>, sizes: &PartSizes) -> Option<()> {
    let sum = sizes.all().sum::<f64>();
    if (sum - 1.0).abs() <= 1e-9 {
        return Some(());
    }
    let of = if sizes.own { " of the rows that are not held out" } else { "" };
    let counts = sizes.all().all(|size| size >= 1.0 && size.fract() == 0.0);
    let help = counts
        .then(|| format!("counts of rows need `order = \"{GIVEN}\"`: the first rows train, the next ones validate"));
    let fault = Fault::unfit(format!("the shares{of} add up to {sum}"), "expected a sum of 1");
    reader.report(node.span(), fault.or_help(help));
    None
}
