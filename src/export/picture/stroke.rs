//! Outlines of lines: what is filled where a line of some width is drawn.

use super::drawing::{PlotPoint, circle};

/// Straight lines in the place of each quarter of a circle.
const PIECES: u8 = 8;

/// The polygon of a circle.
pub fn disc(middle: PlotPoint, radius: f64) -> Vec<PlotPoint> {
    let (mut from, curves) = circle(middle, radius);
    let mut points = vec![from];
    for [a, b, end] in curves {
        for piece in 1..=PIECES {
            let t = f64::from(piece) / f64::from(PIECES);
            let s = 1.0 - t;
            let at =
                |k: usize| s * s * s * from[k] + 3.0 * s * s * t * a[k] + 3.0 * s * t * t * b[k] + t * t * t * end[k];
            points.push([at(0), at(1)]);
        }
        from = end;
    }
    points.pop();
    points
}

/// The polygons that together are a line through these points, all turning one way: a rectangle for each stretch and a disc where two
/// meet. A closed line has a disc at each corner.
pub fn stroke(points: &[PlotPoint], width: f64, closed: bool) -> Vec<Vec<PlotPoint>> {
    let half = width / 2.0;
    let last = if closed { points.first() } else { None };
    let all: Vec<PlotPoint> = points.iter().chain(last).copied().collect();
    let stretches = all.windows(2).filter_map(|two| rectangle(two[0], two[1], half));
    let inner = if closed { &all[..points.len()] } else { all.get(1..all.len().saturating_sub(1)).unwrap_or_default() };
    // Discs of a hair's width are less than what a pixel shows.
    let joints = inner.iter().filter(|_| half > 0.5).map(|joint| disc(*joint, half));
    stretches.chain(joints).collect()
}

fn rectangle([x0, y0]: PlotPoint, [x1, y1]: PlotPoint, half: f64) -> Option<Vec<PlotPoint>> {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length = (dx * dx + dy * dy).sqrt();
    let (nx, ny) = (-dy / length * half, dx / length * half);
    let corners = vec![[x0 - nx, y0 - ny], [x1 - nx, y1 - ny], [x1 + nx, y1 + ny], [x0 + nx, y0 + ny]];
    (length > 0.0).then_some(corners)
}

/// The most dashes of a line.
const MOST_DASHES: usize = 100_000;

/// The stretches of a line that are drawn where it is dashed.
pub fn dashed(points: &[PlotPoint], dashes: &[f64]) -> Vec<Vec<PlotPoint>> {
    let total: f64 = dashes.iter().sum();
    if total.is_nan() || total <= 0.0 || dashes.iter().any(|dash| *dash < 0.0) {
        return vec![points.to_vec()];
    }
    let mut stretches: Vec<Vec<PlotPoint>> = Vec::new();
    let (mut place, mut left, mut begun) = (0, dashes[0], false);
    for two in points.windows(2) {
        let ([x0, y0], [x1, y1]) = (two[0], two[1]);
        let length = ((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)).sqrt();
        let at = |way: f64| [x0 + (x1 - x0) * (way / length), y0 + (y1 - y0) * (way / length)];
        let mut way = 0.0;
        while way < length && stretches.len() < MOST_DASHES {
            let drawn = place % 2 == 0;
            if drawn && !begun {
                stretches.push(vec![at(way)]);
                begun = true;
            }
            let step = left.min(length - way);
            (way, left) = (way + step, left - step);
            if let (true, Some(last)) = (drawn, stretches.last_mut()) {
                last.push(if way < length { at(way) } else { [x1, y1] });
            }
            if left <= 0.0 {
                place += 1;
                (left, begun) = (dashes[place % dashes.len()], false);
            }
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_go_on_around_corners() {
        let line = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]];
        let found = dashed(&line, &[7.0, 2.0]);
        assert_eq!(found[0], [[0.0, 0.0], [7.0, 0.0]]);
        assert_eq!(found[1], [[9.0, 0.0], [10.0, 0.0], [10.0, 6.0]]);
        assert_eq!(dashed(&line, &[]), [line.to_vec()]);
    }

    #[test]
    fn a_disc_is_round() {
        for [x, y] in disc([1.0, 2.0], 3.0) {
            let radius = ((x - 1.0) * (x - 1.0) + (y - 2.0) * (y - 2.0)).sqrt();
            assert!((radius - 3.0).abs() < 1e-3, "{radius}");
        }
    }

    #[test]
    fn all_parts_of_a_line_turn_one_way() {
        let area = |polygon: &Vec<PlotPoint>| {
            let next = polygon.iter().cycle().skip(1);
            polygon.iter().zip(next).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>()
        };
        for line in [[[0.0, 0.0], [5.0, 0.0], [9.0, 9.0]], [[9.0, 9.0], [5.0, 0.0], [0.0, 3.0]]] {
            assert!(stroke(&line, 2.0, false).iter().all(|polygon| area(polygon) > 0.0));
        }
    }
}
