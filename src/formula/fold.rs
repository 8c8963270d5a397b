//! Sums, maxima and minima over rows, columns and blocks, in one order.
//!
//! A sum over a row or a block runs in 16 parts side by side, part p over the places p, p + 16, …, in f64 in every run; the
//! parts are joined in pairs at the end. A sum over a column adds row after row. So no bit depends on how wide the CPU's
//! vectors are or where a piece begins.

use super::graph::Fold;
use super::shape::Over;
use crate::num::Real;

/// Results side by side.
const PARTS: usize = 16;

/// A fold over one block, while its pieces come in.
#[derive(Clone, Debug)]
pub struct Folded {
    parts: [f64; PARTS],
    /// The results of rows or columns.
    pub results: Vec<f64>,
}

impl Folded {
    /// For blocks with at most so many results.
    #[must_use]
    pub fn with_room(results: usize) -> Self {
        Self { parts: [0.0; PARTS], results: Vec::with_capacity(results) }
    }

    /// Before a block's first piece.
    pub fn begin(&mut self, fold: Fold, over: Over, columns: usize) {
        self.parts = [fold.nothing(); PARTS];
        self.results.clear();
        if over == Over::Column {
            self.results.resize(columns, fold.nothing());
        }
    }

    /// Takes in a piece that begins at this place of a block with so many columns.
    #[inline(always)]
    pub fn add<R: Real>(&mut self, fold: Fold, over: Over, from: usize, columns: usize, numbers: &[R]) {
        match fold {
            Fold::Sum => self.add_by(
                fold,
                over,
                from,
                columns,
                numbers,
                #[inline(always)]
                |sum, x| sum + x,
            ),
            Fold::SumOfSquares => self.add_by(
                fold,
                over,
                from,
                columns,
                numbers,
                #[inline(always)]
                |sum, x| sum + x * x,
            ),
            Fold::Max | Fold::Min => {
                self.add_by(
                    fold,
                    over,
                    from,
                    columns,
                    numbers,
                    #[inline(always)]
                    |best, x| fold.joined(best, x),
                );
            }
        }
    }

    #[inline(always)]
    fn add_by<R: Real>(
        &mut self,
        fold: Fold,
        over: Over,
        from: usize,
        columns: usize,
        numbers: &[R],
        join: impl Fn(f64, f64) -> f64,
    ) {
        if !matches!(over, Over::Row | Over::Column) {
            return side_by_side(&mut self.parts, from, numbers, join);
        }
        let mut column = from % columns;
        let mut rest = numbers;
        while !rest.is_empty() {
            let (segment, behind) = rest.split_at(rest.len().min(columns - column));
            if over == Over::Column {
                let results = &mut self.results[column..column + segment.len()];
                for (result, x) in results.iter_mut().zip(segment) {
                    *result = join(*result, x.to_f64());
                }
            } else {
                side_by_side(&mut self.parts, column, segment, &join);
                if column + segment.len() == columns {
                    let whole = self.whole(fold);
                    self.results.push(whole);
                    self.parts = [fold.nothing(); PARTS];
                }
            }
            (rest, column) = (behind, 0);
        }
    }

    /// The result over what came in.
    #[must_use]
    pub fn whole(&self, fold: Fold) -> f64 {
        let mut parts = self.parts;
        let mut count = PARTS;
        while count > 1 {
            count /= 2;
            for part in 0..count {
                parts[part] = fold.joined(parts[2 * part], parts[2 * part + 1]);
            }
        }
        parts[0]
    }
}

/// Place p goes to part p mod 16.
#[inline(always)]
fn side_by_side<R: Real>(parts: &mut [f64; PARTS], from: usize, numbers: &[R], join: impl Fn(f64, f64) -> f64) {
    let before = numbers.len().min((PARTS - from % PARTS) % PARTS);
    let (before, numbers) = numbers.split_at(before);
    for (part, x) in parts[from % PARTS..].iter_mut().zip(before) {
        *part = join(*part, x.to_f64());
    }
    let (whole, behind) = numbers.as_chunks::<PARTS>();
    for chunk in whole {
        for part in 0..PARTS {
            parts[part] = join(parts[part], chunk[part].to_f64());
        }
    }
    for (part, x) in parts.iter_mut().zip(behind) {
        *part = join(*part, x.to_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole numbers: sums are exact in any order, so every place is taken once and in its row or column.
    #[test]
    fn pieces_of_every_length_give_the_same() {
        let numbers: Vec<f32> = (0..7 * 45_u16).map(|i| f32::from(i * 37 % 101)).collect();
        for piece in [1, 5, 16, 44, 45, 46, 200, 315] {
            for over in [Over::Row, Over::Column, Over::Block] {
                let mut folded = Folded::with_room(45);
                folded.begin(Fold::Sum, over, 45);
                for (index, numbers) in numbers.chunks(piece).enumerate() {
                    folded.add(Fold::Sum, over, index * piece, 45, numbers);
                }
                let total: f64 = numbers.iter().copied().map(f64::from).sum();
                match over {
                    Over::Row => {
                        let row: f64 = numbers[90..135].iter().copied().map(f64::from).sum();
                        assert_eq!((folded.results.len(), folded.results[2]), (7, row), "{piece}");
                    }
                    Over::Column => {
                        let column: f64 = numbers.iter().skip(3).step_by(45).copied().map(f64::from).sum();
                        assert_eq!((folded.results.len(), folded.results[3]), (45, column), "{piece}");
                    }
                    _ => assert_eq!(folded.whole(Fold::Sum), total, "{piece}"),
                }
            }
        }
    }

    #[test]
    fn not_a_number_stays_in_a_maximum() {
        for place in [0, 20, 39] {
            let mut numbers = [1.0_f64; 40];
            numbers[place] = f64::NAN;
            let mut folded = Folded::with_room(0);
            folded.begin(Fold::Max, Over::Block, 40);
            folded.add(Fold::Max, Over::Block, 0, 40, &numbers);
            assert!(folded.whole(Fold::Max).is_nan());
        }
    }
}
