//! Ranges of numbers in a spec: `{ log = [from, to], points = n }` and `{ linear = [from, to], points = n }`.

use super::read::{MOST_ALTERNATIVES, Node, Reader, number};

impl Reader<'_> {
    /// `{ log = [from, to], points = n }` or `{ linear = [from, to], points = n }` as its numbers; the outer `None`
    /// where the value is no range at all.
    #[allow(clippy::option_option)] // no range at all, a mistaken range, a range
    pub fn range_if_any(&mut self, node: &Node<'_>) -> Option<Option<Vec<f64>>> {
        let table = node.get_ref().as_table()?;
        let ends = table.iter().find(|(name, _)| ["log", "linear"].contains(&name.get_ref().as_ref()))?;
        Some(self.range(node, ends.0.get_ref() == "log", ends.1))
    }

    #[allow(clippy::cast_precision_loss)]
    fn range(&mut self, node: &Node<'_>, log: bool, ends: &Node<'_>) -> Option<Vec<f64>> {
        let table = node.get_ref().as_table()?;
        for (name, _) in table {
            if !["log", "linear", "points"].contains(&name.get_ref().as_ref()) {
                self.unknown("key of a range", name, ["log", "linear", "points"]);
                return None;
            }
        }
        let bounds: Vec<_> = ends.get_ref().as_array().into_iter().flatten().map(|end| number(end.get_ref())).collect();
        let &[Some(from), Some(to)] = bounds.as_slice() else {
            return self.mismatch(ends, "a list of two numbers, `[from, to]`,");
        };
        let ordered = from.is_finite() && to.is_finite() && from < to && (!log || from > 0.0);
        if !ordered {
            let expected = if log { "expected 0 < from < to" } else { "expected from < to" };
            self.report(ends.span(), format!("a range from {from} to {to}"), expected, None);
            return None;
        }
        let Some((_, points)) = table.iter().find(|(name, _)| name.get_ref() == "points") else {
            self.report(node.span(), "a range without `points`", "expected `points = …`, how many values", None);
            return None;
        };
        let points = self.integer("points", 2, MOST_ALTERNATIVES as u64, points)?;
        let at = |digits: usize, index: u64| {
            let share = index as f64 / (points - 1) as f64;
            match index {
                0 => from,
                _ if index == points - 1 => to,
                _ if log => {
                    rounded(libm::pow(10.0, libm::log10(from) * (1.0 - share) + libm::log10(to) * share), digits)
                }
                _ => rounded(from * (1.0 - share) + to * share, digits),
            }
        };
        let all = |digits| (0..points).map(|index| at(digits, index)).collect::<Vec<f64>>();
        let short = all(3);
        Some(if short.is_sorted_by(|a, b| a < b) { short } else { all(15) })
    }
}

/// A number to some significant digits: three are enough for a grid (0.0316, and 0.01 instead of its neighbour), and
/// more are kept only where points lie closer together.
fn rounded(number: f64, digits: usize) -> f64 {
    format!("{number:.*e}", digits - 1).parse().unwrap_or(number)
}
