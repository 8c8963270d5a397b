//! The claims of the lecture that come with the program: `experiments/claims/`, one spec or two for each row.

/// A spec's file name and its text.
macro_rules! spec {
    ($name:literal) => {
        (concat!($name, ".toml"), include_str!(concat!("../../../experiments/claims/", $name, ".toml")))
    };
}

/// The specs' file names and texts, in the order of the rows.
pub const SPECS: &[(&str, &str)] = &[
    spec!("C01-rprop-speed"),
    spec!("C02-rprop-batches"),
    spec!("C03-momentum-condition"),
    spec!("C04-nesterov"),
    spec!("C05-adagrad"),
    spec!("C05-rmsprop"),
    spec!("C06-redundant-data"),
    spec!("C07-noise-at-the-end"),
    spec!("C07-noise-escapes"),
    spec!("C08-annealing-exponential"),
    spec!("C08-annealing-hyperbolic"),
    spec!("C08-annealing-step"),
    spec!("C09-vanishing-relu"),
    spec!("C09-vanishing-sigmoid"),
    spec!("C10-dead-units"),
    spec!("C10-sparse"),
    spec!("C11-decay-linear"),
    spec!("C12-newton-minimum"),
    spec!("C12-newton-separable"),
    spec!("C13-ridge-generalizes"),
    spec!("C13-ridge-inversion"),
    spec!("C14-noise-is-decay"),
    spec!("C15-ridge-map-weights"),
    spec!("C15-ridge-map"),
    spec!("C16-dropout-half"),
    spec!("C16-dropout-overfitting"),
    spec!("C16-input-dropout"),
    spec!("C17-scaling"),
    spec!("C18-ensemble-always"),
    spec!("C18-ensemble"),
    spec!("C19-dropconnect"),
    spec!("C19-early-stopping"),
    spec!("C19-input-noise"),
    spec!("C19-l1"),
    spec!("C19-weight-noise"),
    spec!("C20-lbfgs-batches"),
    spec!("C21-bias-correction-loss"),
    spec!("C21-bias-correction"),
    spec!("C22-cross-validation"),
    spec!("C23-relu-fast"),
    spec!("C24-relu-unbounded"),
    spec!("C25-approximation"),
    spec!("C26-memory"),
    spec!("C27-plateaus"),
    spec!("C28-nesterov-convex"),
    spec!("C29-gradient-magnitudes"),
    spec!("C30-adagrad-rates"),
    spec!("C31-newton-cost"),
    spec!("C31-newton-iterations"),
    spec!("C32-more-data"),
    spec!("C33-simpler-model"),
    spec!("C34-prior-small-weights"),
    spec!("C35-different-models"),
    spec!("C36-dropout-cheap"),
    spec!("C37-coadaptation"),
    spec!("C38-few-sampled"),
    spec!("C39-small-start"),
    spec!("C40-falling-rate"),
    spec!("C40-not-too-fast"),
];

/// The number of a row: `C3`, `c03` and `3` are row 3.
pub fn row(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(['C', 'c']).unwrap_or(name);
    if digits.is_empty() || digits.len() > 3 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// The row of a file such as `C03-momentum.toml`.
pub fn row_of(file: &str) -> Option<u32> {
    row(file.split('-').next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbers_after_a_c() {
        assert_eq!([row("C3"), row("c03"), row("12")], [Some(3), Some(3), Some(12)]);
        assert_eq!([row("C03.toml"), row("mine"), row("")], [None; 3]);
        assert_eq!(row_of("C19-early-stopping.toml"), Some(19));
    }

    /// What the program has is what the folder has.
    #[test]
    fn every_file_of_the_folder_is_there() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/experiments/claims");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<String> = files.filter(|file| !file.starts_with('.')).collect();
        files.sort();
        let known: Vec<&str> = SPECS.iter().map(|(file, _)| *file).collect();
        assert_eq!(known, files);
    }
}
