//! The order in which runs are taken.

/// 0 .. count in an order that takes long and short runs in turn, so that the time left can be told from the runs done:
/// steps of the golden section, made coprime to the count.
pub fn scattered(count: usize) -> impl Iterator<Item = usize> {
    fn gcd(a: usize, b: usize) -> usize {
        if b == 0 { a } else { gcd(b, a % b) }
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // any start will do
    let section = (count as f64 * 0.618) as usize;
    let stride = (section.max(1)..=count).find(|&stride| gcd(stride, count) == 1).unwrap_or(1);
    (0..count).scan(0, move |place, _| {
        let here = *place;
        *place = (here + stride) % count;
        Some(here)
    })
}

#[cfg(test)]
mod tests {
    use super::scattered;

    #[test]
    fn scattering_misses_nothing() {
        for count in [0, 1, 2, 3, 10, 36, 97] {
            let mut all: Vec<usize> = scattered(count).collect();
            all.sort_unstable();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
        }
    }
}
