//! MNIST-1D: ten short curves, one for each digit, each drawn out, scaled, moved and buried in noise: 40 numbers, 10 classes.
//!
//! A sample of class c, with u uniform on [0, 1) drawn anew at each place:
//!
//! 1. The curve of c, 12 heights, standardized, begun at 0 and divided by 6, is followed by 36 to 60 zeros and drawn out to 72 points.
//! 2. All is multiplied by 1 + 0.4 (u − ½) and turned round by 0 to 47 points.
//! 3. Where there is no curve there is noise: normal numbers of deviation 0.25, smoothed by a Gaussian window of deviation 2 that is
//!    mirrored at both ends. Everywhere there is noise of deviation 0.02.
//! 4. A slope falls from it, of height 0.75 (u − ½), and 40 points are left. Points between others lie on the straight lines between them.
//!
//! All numbers of the set together are standardized at the end. The classes are equally frequent, up to one sample, and the rows in a drawn order. The draws
//! are ours, so that no sample is one of the published file.
//!
//! Source: Greydanus & Kobak 2020, "Scaling down deep learning with MNIST-1D", section 2 and its repository's description.

use super::entry::{DataEntry, SEED, check_size, samples};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Shape, Stream};
use crate::registry::{Choice, Entry};

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "mnist-1d",
        description: "curves of ten digits, drawn out, moved and noisy: sequences of 40 numbers, 10 classes (generated)",
        revision: 1,
        source: "Greydanus & Kobak 2020; data/mnist1d.rs",
        parameters: &[samples(5000), SEED],
    },
    licence: "generated",
    citation: "Greydanus & Kobak 2020",
    load: &load,
};

/// The heights of the curves.
const CURVES: [[f64; POINTS]; 10] = [
    [5.0, 6.0, 6.5, 6.75, 7.0, 7.0, 7.0, 7.0, 6.75, 6.5, 6.0, 5.0],
    [5.0, 3.0, 3.0, 3.4, 3.8, 4.2, 4.6, 5.0, 5.4, 5.8, 5.0, 5.0],
    [5.0, 6.0, 6.5, 6.5, 6.0, 5.25, 4.75, 4.0, 3.5, 3.5, 4.0, 5.0],
    [5.0, 6.0, 6.5, 6.5, 6.0, 5.0, 5.0, 6.0, 6.5, 6.5, 6.0, 5.0],
    [5.0, 4.4, 3.8, 3.2, 2.6, 2.6, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0],
    [5.0, 3.0, 3.0, 3.0, 3.0, 5.0, 6.0, 6.5, 6.5, 6.0, 4.5, 5.0],
    [5.0, 4.0, 3.5, 3.25, 3.0, 3.0, 3.0, 3.0, 3.25, 3.5, 4.0, 5.0],
    [5.0, 7.0, 7.0, 6.6, 6.2, 5.8, 5.4, 5.0, 4.6, 4.2, 5.0, 5.0],
    [5.0, 4.0, 3.5, 3.5, 4.0, 5.0, 5.0, 4.0, 3.5, 3.5, 4.0, 5.0],
    [5.0, 4.0, 3.5, 3.5, 4.0, 5.0, 5.0, 5.0, 5.0, 4.7, 4.3, 5.0],
];
/// Points of a curve, of what it is drawn out to, and of a sample.
const POINTS: usize = 12;
const LONG: usize = 72;
const LENGTH: usize = 40;
/// Zeros behind a curve, at least, and how many counts of them there are.
const ZEROS: (usize, u32) = (36, 25);
/// The smoothing window reaches so far to either side: four deviations.
const REACH: usize = 8;

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let m = choice.count("samples");
    check_size(m, LENGTH)?;
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let mut labels: Vec<u32> = (0..10).cycle().take(m).collect();
    stream.shuffle(&mut labels);
    let curves = CURVES.map(|heights| curve(&heights));
    let window = window();
    let mut data: Vec<f64> =
        labels.iter().flat_map(|&class| sample(&curves[class as usize], &window, &mut stream)).collect();
    let (mean, deviation) = moments(&data);
    data.iter_mut().for_each(|x| *x = (*x - mean) / deviation);
    let shape = Shape::Sequence { steps: LENGTH, features: 1 };
    Ok(DataSet::shaped(Matrix::new(m, LENGTH, data), shape, Target::Classes { labels, count: 10 }))
}

/// Mean and standard deviation of all.
#[allow(clippy::cast_precision_loss)] // counts
fn moments(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    (mean, (numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt())
}

/// Heights with mean 0 and deviation 1, moved so that the first is 0, and divided by 6.
fn curve(heights: &[f64; POINTS]) -> [f64; POINTS] {
    let (_, deviation) = moments(heights);
    heights.map(|height| (height - heights[0]) / deviation / 6.0)
}

/// The weights of the smoothing window, from the farthest on the left to the farthest on the right.
#[allow(clippy::cast_precision_loss)] // a few points
fn window() -> [f64; 2 * REACH + 1] {
    let weights: [f64; 2 * REACH + 1] = std::array::from_fn(|place| {
        let distance = place as f64 - REACH as f64;
        libm::exp(-distance * distance / 8.0)
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

#[allow(clippy::cast_precision_loss)] // a few points
fn sample(curve: &[f64; POINTS], window: &[f64; 2 * REACH + 1], stream: &mut Stream) -> Vec<f64> {
    let zeros = ZEROS.0 + stream.below(ZEROS.1) as usize;
    let long = drawn_out(&[curve.as_slice(), &vec![0.0; zeros]].concat(), LONG);
    // Behind the last point of the curve and the step down to the zeros there is nothing.
    let end = (POINTS as f64) * (LONG - 1) as f64 / (POINTS + zeros - 1) as f64;
    let scale = 1.0 + 0.4 * (stream.uniform() - 0.5);
    let turn = stream.below(48) as usize;
    let noise: Vec<f64> = (0..LONG).map(|_| 0.25 * stream.normal()).collect();
    let noise = smoothed(&noise, window);
    let slope = 0.75 * (stream.uniform() - 0.5);
    let point = |place: usize| {
        let from = (place + LONG - turn) % LONG;
        let height = if (from as f64) < end { scale * long[from] } else { noise[place] };
        height - slope * (place as f64 / (LONG - 1) as f64 - 0.5)
    };
    let noisy: Vec<f64> = (0..LONG).map(|place| point(place) + 0.02 * stream.normal()).collect();
    drawn_out(&noisy, LENGTH)
}

/// So many points at equal distances on the straight lines between these.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few points
fn drawn_out(points: &[f64], count: usize) -> Vec<f64> {
    let step = (points.len() - 1) as f64 / (count - 1) as f64;
    let at = |place: usize| {
        let x = place as f64 * step;
        let left = (x as usize).min(points.len() - 2);
        points[left] + (x - left as f64) * (points[left + 1] - points[left])
    };
    (0..count).map(at).collect()
}

/// The numbers under a window, mirrored at both ends.
fn smoothed(numbers: &[f64], window: &[f64; 2 * REACH + 1]) -> Vec<f64> {
    let n = numbers.len();
    let mirrored = |place: usize| match place {
        place if place < REACH => numbers[REACH - 1 - place],
        place if place - REACH >= n => numbers[2 * n - 1 - (place - REACH)],
        place => numbers[place - REACH],
    };
    let at =
        |middle: usize| window.iter().enumerate().map(|(place, weight)| weight * mirrored(middle + place)).sum::<f64>();
    (0..n).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn lines_are_straight_between_points() {
        assert_eq!(drawn_out(&[0.0, 2.0, 0.0], 5), [0.0, 1.0, 2.0, 1.0, 0.0]);
        assert_eq!(drawn_out(&[1.0, 2.0, 3.0, 4.0], 2), [1.0, 4.0]);
    }

    /// As SciPy's `gaussian_filter([1, 0, …], 2)`: mirrored, the first point counts twice at the end.
    #[test]
    fn a_window_is_mirrored_at_the_ends() {
        let mut first = vec![0.0; LONG];
        first[0] = 1.0;
        let found = smoothed(&first, &window());
        for (place, expected) in [(0, 0.375_510_407), (1, 0.297_023_249), (2, 0.185_747_426), (8, 6.691_628_96e-5)] {
            assert!((found[place] - expected).abs() < 1e-8, "{place}: {}", found[place]);
        }
        assert!((smoothed(&vec![3.0; LONG], &window()).iter().sum::<f64>() - 216.0).abs() < 1e-10);
    }

    #[test]
    fn curves_begin_at_zero_with_one_sixth_of_deviation() {
        for heights in &CURVES {
            let curve = curve(heights);
            assert!(curve[0] == 0.0 && (moments(&curve).1 - 1.0 / 6.0).abs() < 1e-15);
        }
    }

    #[test]
    fn the_set_is_standardized_and_has_each_class_alike() {
        let set = load(&Choice::of(&ENTRY.entry).with("samples", Value::Integer(1000))).unwrap();
        let (mean, deviation) = moments(set.features.data());
        assert!(mean.abs() < 1e-12 && (deviation - 1.0).abs() < 1e-12, "sums of 40,000 numbers");
        let Target::Classes { labels, count: 10 } = &set.target else { panic!("ten classes") };
        assert!((0..10).all(|class| labels.iter().filter(|label| **label == class).count() == 100));
        assert_eq!(set.shape, Shape::Sequence { steps: 40, features: 1 });
    }
}
