//! From a run's numbers to its lane, and back.

use crate::num::Real;

/// One run's numbers to its lane of a gang of so many.
pub fn scatter_lane<R: Real>(run: &[R], lanes: &mut [R], (gang, lane): (usize, usize)) {
    lanes.iter_mut().skip(lane).step_by(gang).zip(run).for_each(|(to, from)| *to = *from);
}

/// One lane's numbers of a gang of so many.
pub fn gather_lane<R: Real>(lanes: &[R], (gang, lane): (usize, usize), run: &mut [R]) {
    run.iter_mut().zip(lanes.iter().skip(lane).step_by(gang)).for_each(|(to, from)| *to = *from);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_nothing_is_lost() {
        for gang in [2, 4, 8, 16] {
            let runs: Vec<Vec<f64>> = (0..gang).map(|run| (0..7).map(|n| f64::from(run * 100 + n)).collect()).collect();
            let gang = runs.len();
            let mut lanes = vec![0.0; 7 * gang];
            runs.iter().enumerate().for_each(|(lane, run)| scatter_lane(run, &mut lanes, (gang, lane)));
            assert_eq!(lanes[gang + 1], 101.0, "number 1 of run 1");
            let mut back = vec![0.0; 7];
            for (lane, run) in runs.iter().enumerate() {
                gather_lane(&lanes, (gang, lane), &mut back);
                assert_eq!(&back, run);
            }
        }
    }
}
