//! How many times sooner one method reaches a target than another, on the same seeds, misses counted.
//!
//! A seed's time is what its run spent. A miss costs more: one starts again, so to what it spent comes the method's expected time,
//! see [`super::time_to_target`]; the mean of these times over seeds is the expected time itself. The factor is the geometric mean
//! over seeds of (time of the first / time of the second).
//!
//! Since the expected time is of all seeds, the logarithms are no independent values. So the error comes from the jackknife: with ℓ
//! the mean logarithm of all n seeds and ℓ₍₋ᵢ₎ that without seed i, the pseudo-values n ℓ − (n − 1) ℓ₍₋ᵢ₎ are treated as n
//! observations. Without a miss they are the seeds' logarithms. tests/it/targets.rs has how often a verdict is wrong.
//!
//! A method without a hit has no expected time. Its misses count as hits with their last step, the least that they can have taken:
//! the factor is a lower bound then, if it says that this method is the later one, and else says nothing.
//!
//! Source: restarts and the expected time by Hansen et al. 2021 (COCO); pseudo-values with Student's t by Tukey 1958 and Miller
//! 1974, "The jackknife: a review", section 3.

/// What one seed did: what it spent, and how many of its runs hit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    pub time: f64,
    pub hits: usize,
    pub runs: usize,
}

/// One value per seed, whose mean is ln(time of the first / time of the second): positive where the second is sooner; and whether
/// both methods hit. `None` for fewer than 2 seeds, without any hit, for times of 0, and if a method without a hit would be the sooner
/// one.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of seeds
pub fn log_speedups(seeds: &[(Spent, Spent)]) -> Option<(Vec<f64>, bool)> {
    let (first, second): (Vec<Spent>, Vec<Spent>) = seeds.iter().copied().unzip();
    let hit = [&first, &second].map(|seeds| seeds.iter().any(|seed| seed.hits > 0));
    if seeds.len() < 2 || hit == [false, false] {
        return None;
    }
    let ratio = |without: usize| mean_log_time(&first, without) - mean_log_time(&second, without);
    let (n, all) = (seeds.len() as f64, ratio(seeds.len()));
    let pseudo: Vec<f64> = (0..seeds.len()).map(|seed| n * all - (n - 1.0) * ratio(seed)).collect();
    let bound = match hit {
        [false, _] => all > 0.0,
        [_, false] => all < 0.0,
        _ => true,
    };
    (bound && pseudo.iter().all(|value| value.is_finite())).then_some((pseudo, hit == [true, true]))
}

/// Mean over seeds, one left out, of the logarithm of a run's time, each miss with the expected time of these seeds on top.
#[allow(clippy::cast_precision_loss)] // counts of runs
fn mean_log_time(seeds: &[Spent], without: usize) -> f64 {
    let kept = || seeds.iter().enumerate().filter(|(place, _)| *place != without).map(|(_, seed)| seed);
    let (time, hits) = kept().fold((0.0, 0), |(time, hits), seed| (time + seed.time, hits + seed.hits));
    let expected = if hits > 0 { time / hits as f64 } else { 0.0 };
    let of = |seed: &Spent| ((seed.time + (seed.runs - seed.hits) as f64 * expected) / seed.runs as f64).ln();
    kept().map(of).sum::<f64>() / kept().count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(time: f64) -> Spent {
        Spent { time, hits: 1, runs: 1 }
    }

    fn miss(time: f64) -> Spent {
        Spent { time, hits: 0, runs: 1 }
    }

    fn are(values: &[f64], expected: &[f64]) -> bool {
        values.len() == expected.len() && values.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-13)
    }

    #[test]
    fn without_a_miss_they_are_the_logarithms_of_each_seed() {
        let (values, exact) =
            log_speedups(&[(hit(100.0), hit(40.0)), (hit(200.0), hit(60.0)), (hit(7.0), hit(7.0))]).unwrap();
        assert!(exact && are(&values, &[2.5_f64.ln(), (200.0_f64 / 60.0).ln(), 0.0]), "{values:?}");
    }

    /// By hand: two hits of three in 300 steps expect 150, so the miss counts with 100 + 150. Without seed 0 or 2 one hit of two in
    /// 200 expects 200, and the miss 300; without the miss all took 100.
    #[test]
    fn a_miss_costs_a_new_start() {
        let (values, _) = log_speedups(&[hit(100.0), miss(100.0), hit(100.0)].map(|seed| (seed, hit(100.0)))).unwrap();
        let (all, with) = (2.5_f64.ln() / 3.0, 3.0_f64.ln() / 2.0);
        assert!(are(&values, &[3.0 * all - 2.0 * with, 3.0 * all, 3.0 * all - 2.0 * with]), "{values:?}");
    }

    #[test]
    fn what_never_hits_has_a_bound() {
        let (values, exact) = log_speedups(&[(miss(500.0), hit(100.0)), (miss(500.0), hit(100.0))]).unwrap();
        assert!(!exact && are(&values, &[5.0_f64.ln(); 2]));
        assert_eq!(log_speedups(&[(miss(1.0), miss(1.0)), (miss(1.0), miss(1.0))]), None);
        // Two hits of eight cost many new starts, and yet who never hits is not the sooner one.
        let rare = |place: usize| if place < 2 { hit(100.0) } else { miss(500.0) };
        let seeds: Vec<(Spent, Spent)> = (0..8).map(|place| (rare(place), miss(500.0))).collect();
        assert_eq!(log_speedups(&seeds), None);
        assert_eq!(log_speedups(&[(hit(1.0), hit(1.0))]), None);
    }
}
