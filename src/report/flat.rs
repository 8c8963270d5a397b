//! Where an ordered axis is flat, in words.

use super::importance;
use super::phrases::joined;
use crate::analysis::{Flat, Question};

/// `On digits dropout from 0 to 0.2 is not told apart from the best, 0.2.`, data sets of one range together; none for an axis
/// without an order, or without verdicts on single data sets.
#[must_use]
pub fn ranges(question: &Question, margin: Option<f64>) -> Option<String> {
    let [key] = question.keys.as_slice() else { return None };
    let mut ranges: Vec<(String, Vec<String>)> = Vec::new();
    for (on, flat) in question.data.iter().filter_map(|on| Some((on, on.flat.as_ref()?))) {
        let said = range(&importance::plain(key), flat, margin);
        match ranges.iter_mut().find(|(known, _)| *known == said) {
            Some((_, data)) => data.push(on.data.clone()),
            None => ranges.push((said, vec![on.data.clone()])),
        }
    }
    let said: Vec<String> = ranges.iter().map(|(said, data)| format!("On {} {said}.", joined(data))).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn range(name: &str, flat: &Flat, margin: Option<f64>) -> String {
    let Flat { best, least, greatest, all, same } = flat;
    if least == greatest {
        return format!("the values of {name} beside the best, {best}, are told apart from it");
    }
    let is = match margin {
        Some(margin) if *same => format!("is the same within {margin} as"),
        None if *same => "has the same results as".to_owned(),
        _ => "is not told apart from".to_owned(),
    };
    let every = if *all { ", every value that was tried," } else { "" };
    format!("{name} from {least} to {greatest}{every} {is} the best, {best}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_said_in_plain_words() {
        let flat = |least: f64, greatest: f64, all: bool, same: bool| Flat { best: 0.2, least, greatest, all, same };
        let said = |of: Flat, margin: Option<f64>| range("dropout", &of, margin);
        assert_eq!(
            said(flat(0.0, 0.2, false, false), None),
            "dropout from 0 to 0.2 is not told apart from the best, 0.2"
        );
        assert_eq!(
            said(flat(0.2, 0.2, false, true), None),
            "the values of dropout beside the best, 0.2, are told apart from it"
        );
        assert_eq!(
            said(flat(0.1, 0.5, true, true), Some(0.01)),
            "dropout from 0.1 to 0.5, every value that was tried, is the same within 0.01 as the best, 0.2"
        );
    }
}
