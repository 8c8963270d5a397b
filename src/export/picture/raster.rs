//! Polygons as pixels. What lies inside is counted by windings, in eight lines of each row of pixels; along a line each pixel has exactly the
//! share that is covered. Only the four basic operations are used, which are the same on every machine.

use super::drawing::PlotPoint;
use super::paint::Colour;

/// Lines of a row of pixels.
const LINES: usize = 8;

/// An image of red, green and blue.
pub struct Raster {
    pub width: usize,
    pub height: usize,
    /// height × width × 3
    pub bytes: Vec<u8>,
}

/// A side of a polygon from its upper to its lower end.
struct PolygonSide {
    top: f64,
    bottom: f64,
    /// Where it is at the top, and how far it goes to the right on a way of one downwards.
    x: f64,
    slope: f64,
    /// 1 if the polygon goes down there, −1 if up.
    winding: i32,
}

impl Raster {
    /// A white one.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, bytes: vec![255; 3 * width * height] }
    }

    /// Fills what these polygons, all together, wind around.
    pub fn fill(&mut self, polygons: &[Vec<PlotPoint>], colour: Colour, opacity: f64) {
        let mut sides: Vec<PolygonSide> = polygons.iter().flat_map(|polygon| sides(polygon)).collect();
        sides.sort_by(|a, b| a.top.total_cmp(&b.top));
        let bottom = sides.iter().map(|side| side.bottom).fold(0.0, f64::max);
        let Some(top) = sides.first().map(|side| side.top) else { return };
        let (first, last) = (pixel(top, self.height), pixel(bottom.ceil(), self.height));
        let mut covered = vec![0.0; self.width];
        let (mut next, mut active): (usize, Vec<usize>) = (0, Vec::new());
        for row in first..last {
            let (mut from, mut to) = (self.width, 0);
            for line in 0..LINES {
                #[allow(clippy::cast_precision_loss)] // pixels
                let y = row as f64 + (line as f64 + 0.5) / LINES as f64;
                while next < sides.len() && sides[next].top <= y {
                    active.push(next);
                    next += 1;
                }
                active.retain(|side| sides[*side].bottom > y);
                for [start, end] in spans(&sides, &active, y) {
                    let [a, b] = cover(&mut covered, start, end);
                    (from, to) = (from.min(a), to.max(b));
                }
            }
            for (column, share) in covered.iter_mut().enumerate().take(to).skip(from) {
                self.blend(row * self.width + column, colour, opacity * share.min(1.0));
                *share = 0.0;
            }
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 255
    fn blend(&mut self, place: usize, colour: Colour, share: f64) {
        for (byte, colour) in self.bytes[3 * place..3 * place + 3].iter_mut().zip(colour) {
            let mixed = f64::from(*byte) * (1.0 - share) + f64::from(colour) * share;
            *byte = (mixed + 0.5) as u8;
        }
    }
}

/// The pixel of a place, at most this.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // what is below 0 becomes 0
fn pixel(place: f64, most: usize) -> usize {
    (place.max(0.0) as usize).min(most)
}

fn sides(polygon: &[PlotPoint]) -> impl Iterator<Item = PolygonSide> + '_ {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).filter(|(a, b)| a[1] != b[1]).map(|(a, b)| {
        let (upper, lower, winding) = if a[1] < b[1] { (a, b, 1) } else { (b, a, -1) };
        let slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
        PolygonSide { top: upper[1], bottom: lower[1], x: upper[0], slope, winding }
    })
}

/// Where a line is inside, from the left to the right.
fn spans(sides: &[PolygonSide], active: &[usize], y: f64) -> Vec<[f64; 2]> {
    let mut crossings: Vec<(f64, i32)> = active
        .iter()
        .map(|side| &sides[*side])
        .map(|side| (side.x + side.slope * (y - side.top), side.winding))
        .collect();
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut spans, mut winding, mut start) = (Vec::new(), 0, 0.0);
    for (x, by) in crossings {
        if winding == 0 {
            start = x;
        }
        winding += by;
        if winding == 0 && x > start {
            spans.push([start, x]);
        }
    }
    spans
}

/// Adds what a span covers of a row, and returns the first pixel and the one after the last.
#[allow(clippy::cast_precision_loss)] // pixels
fn cover(covered: &mut [f64], start: f64, end: f64) -> [usize; 2] {
    const SHARE: f64 = 1.0 / LINES as f64;
    let wide = covered.len();
    let (start, end) = (start.max(0.0), end.min(wide as f64));
    if end <= start {
        return [wide, 0];
    }
    let (first, last) = (pixel(start, wide - 1), pixel(end.ceil(), wide));
    for (place, pixel) in covered[first..last].iter_mut().enumerate() {
        let left = (first + place) as f64;
        *pixel += SHARE * (end.min(left + 1.0) - start.max(left));
    }
    [first, last]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grays(polygons: &[Vec<PlotPoint>]) -> Vec<u8> {
        let mut raster = Raster::new(3, 2);
        raster.fill(polygons, [0; 3], 1.0);
        raster.bytes.chunks(3).map(|pixel| pixel[0]).collect()
    }

    fn square([x0, y0]: PlotPoint, [x1, y1]: PlotPoint) -> Vec<PlotPoint> {
        vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    }

    #[test]
    fn pixels_have_the_share_that_is_covered() {
        assert_eq!(grays(&[square([0.5, 0.0], [2.25, 1.0])]), [128, 0, 191, 255, 255, 255]);
        assert_eq!(grays(&[square([0.0, 0.5], [1.0, 2.0])]), [128, 255, 255, 0, 255, 255]);
        assert_eq!(grays(&[square([-9.0, -9.0], [9.0, 9.0])]), [0; 6], "what lies outside is cut off");
        // Half of a pixel below its diagonal.
        let half = grays(&[vec![[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]]])[0];
        assert!((126..=129).contains(&half), "{half}");
    }

    #[test]
    fn what_is_covered_twice_is_covered_once() {
        let square = square([0.5, 0.0], [1.0, 2.0]);
        assert_eq!(grays(&[square.clone(), square]), [128, 255, 255, 128, 255, 255]);
        let hole: Vec<PlotPoint> = self::square([1.0, 0.0], [2.0, 2.0]).into_iter().rev().collect();
        assert_eq!(grays(&[self::square([0.0, 0.0], [3.0, 2.0]), hole]), [0, 255, 0, 0, 255, 0]);
    }

    #[test]
    fn colours_mix() {
        let mut raster = Raster::new(1, 1);
        raster.fill(&[square([0.0, 0.0], [1.0, 1.0])], [255, 0, 55], 0.25);
        assert_eq!(raster.bytes, [255, 191, 205]);
    }
}
