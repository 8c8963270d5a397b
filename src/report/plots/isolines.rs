//! Lines along which numbers over the plane have one height: marching squares (Lorensen & Cline 1987, in two dimensions), joined
//! to long lines.

use crate::record::{Grid, SIDE};
use std::collections::BTreeMap;

/// The lines of one height between the middles of a grid's cells; `heights` are the cells', none of them NaN.
pub fn isolines(grid: &Grid, heights: &[f64], height: f64) -> Vec<Vec<[f64; 2]>> {
    let mut neighbours: BTreeMap<SquareEdge, Vec<SquareEdge>> = BTreeMap::new();
    for row in 0..SIDE - 1 {
        for column in 0..SIDE - 1 {
            for [a, b] in crossings(heights, (row, column), height) {
                neighbours.entry(a).or_default().push(b);
                neighbours.entry(b).or_default().push(a);
            }
        }
    }
    // Open lines begin where an edge has one neighbour; what is left then is closed.
    let open: Vec<SquareEdge> = neighbours.iter().filter(|(_, next)| next.len() == 1).map(|(edge, _)| *edge).collect();
    let all: Vec<SquareEdge> = neighbours.keys().copied().collect();
    let mut lines = Vec::new();
    for start in open.into_iter().chain(all) {
        let line = follow(&mut neighbours, start);
        if line.len() > 1 {
            lines.push(line.into_iter().map(|edge| point(grid, heights, edge, height)).collect());
        }
    }
    lines
}

/// Between the middles of two neighbouring cells.
type SquareEdge = (usize, usize);

/// Which edges of the square above and right of a cell's middle a line joins.
fn crossings(heights: &[f64], (row, column): (usize, usize), height: f64) -> Vec<[SquareEdge; 2]> {
    let cell = row * SIDE + column;
    let corners = [cell, cell + 1, cell + SIDE + 1, cell + SIDE]; // counter-clockwise
    let above = corners.map(|corner| heights[corner] >= height);
    let edges = [0, 1, 2, 3].map(|side| {
        let (from, to) = (corners[side], corners[(side + 1) % 4]);
        (from.min(to), from.max(to))
    });
    let crossed: Vec<SquareEdge> =
        (0..4).filter(|&side| above[side] != above[(side + 1) % 4]).map(|side| edges[side]).collect();
    match crossed.as_slice() {
        [a, b] => vec![[*a, *b]],
        // At a saddle the mean decides which corners belong together.
        [a, b, c, d] => {
            let mean = corners.iter().map(|corner| 0.25 * heights[*corner]).sum::<f64>();
            if above[0] == (mean >= height) { vec![[*a, *b], [*c, *d]] } else { vec![[*d, *a], [*b, *c]] }
        }
        _ => Vec::new(),
    }
}

/// A line from an edge on, taken out of the neighbours.
fn follow(neighbours: &mut BTreeMap<SquareEdge, Vec<SquareEdge>>, start: SquareEdge) -> Vec<SquareEdge> {
    let mut line = vec![start];
    let mut here = start;
    while let Some(next) = neighbours.get_mut(&here).and_then(Vec::pop) {
        if let Some(back) = neighbours.get_mut(&next) {
            back.retain(|edge| *edge != here);
        }
        line.push(next);
        here = next;
    }
    line
}

/// Where a line crosses an edge.
fn point(grid: &Grid, heights: &[f64], (from, to): SquareEdge, height: f64) -> [f64; 2] {
    let (a, b) = (heights[from], heights[to]);
    let share = ((height - a) / (b - a)).clamp(0.0, 1.0);
    let share = if share.is_finite() { share } else { 0.5 };
    let (a, b) = (grid.middle(from), grid.middle(to));
    [0, 1].map(|axis| a[axis] + share * (b[axis] - a[axis]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(f: impl Fn([f64; 2]) -> f64) -> (Grid, Vec<f64>) {
        let grid = Grid::new([-2.0, 2.0], [-2.0, 2.0]);
        let heights = (0..SIDE * SIDE).map(|cell| f(grid.middle(cell))).collect();
        (grid, heights)
    }

    #[test]
    fn a_circle_is_one_closed_line() {
        let (grid, heights) = over(|[x, y]| x * x + y * y);
        let lines = isolines(&grid, &heights, 1.0);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last(), "it ends where it began");
        assert!(lines[0].iter().all(|[x, y]| (x.hypot(*y) - 1.0).abs() < 1e-3));
        assert!(isolines(&grid, &heights, 9.0).is_empty());
    }

    #[test]
    fn lines_that_leave_the_grid_are_open() {
        let (grid, heights) = over(|[x, y]| x * y);
        let lines = isolines(&grid, &heights, 0.5);
        assert_eq!(lines.len(), 2, "both arms of a hyperbola");
        assert!(lines.iter().all(|line| line.len() > 50 && line.first() != line.last()));
        let (grid, saddle) = over(|[x, y]| (20.0 * x).sin() * (20.0 * y).sin());
        let points: usize = isolines(&grid, &saddle, 0.0).iter().map(Vec::len).sum();
        assert!(points > 1000, "saddles end: {points}");
    }
}
