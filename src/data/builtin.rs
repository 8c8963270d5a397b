//! The data sets that the binary holds; `datasets/README.md` tells where each comes from and how its file was made.

use super::entry::DataEntry;
use super::error::{DataError, DataFault};
use super::set::{DataSet, Target};
use crate::num::{Image, Matrix, Shape};
use crate::registry::Entry;

macro_rules! builtin {
    ($constant:ident, $name:literal, $shape:expr, $description:literal, $source:literal, $licence:literal, $citation:literal) => {
        pub const $constant: DataEntry = DataEntry {
            entry: Entry { name: $name, description: $description, revision: 1, source: $source, parameters: &[] },
            licence: $licence,
            citation: $citation,
            load: &|_| {
                let set = parse(include_str!(concat!("../../datasets/", $name, ".csv")));
                let set = set.map_err(|why| why.reworded(|why| format!("built-in data set `{}`: {why}", $name)))?;
                Ok(DataSet { shape: $shape, ..set })
            },
        };
    };
}

builtin!(
    IRIS,
    "iris",
    Shape::Flat,
    "150 flowers, 4 features, 3 species",
    "Anderson's measurements, in Fisher 1936; UCI set 53",
    "CC BY 4.0 (as stated by UCI)",
    "Fisher, R. (1936). Iris [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C56C76"
);
builtin!(
    WINE,
    "wine",
    Shape::Flat,
    "178 wines, 13 features, 3 cultivars",
    "Forina et al., given to UCI by Aeberhard; UCI set 109",
    "CC BY 4.0 (as stated by UCI)",
    "Aeberhard, S. & Forina, M. (1992). Wine [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C5PC7J"
);
builtin!(
    BREAST_CANCER,
    "breast-cancer",
    Shape::Flat,
    "569 biopsies, 30 features, malignant or benign",
    "Wolberg, Street & Mangasarian; UCI set 17",
    "CC BY 4.0 (as stated by UCI)",
    "Wolberg, W., Mangasarian, O., Street, N. & Street, W. (1993). Breast Cancer Wisconsin (Diagnostic) [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C5DW2B"
);
builtin!(
    DIGITS,
    "digits",
    Shape::Image(Image { height: 8, width: 8, channels: 1 }),
    "1797 handwritten digits of 8 × 8 pixels, 10 classes",
    "Alpaydin & Kaynak; test part of UCI set 80",
    "CC BY 4.0 (as stated by UCI)",
    "Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C50P49"
);
builtin!(
    DIABETES,
    "diabetes",
    Shape::Flat,
    "442 patients, 10 features, progression after a year (regression)",
    "Efron, Hastie, Johnstone & Tibshirani 2004",
    "none stated by the authors; see datasets/README.md",
    "Efron, B., Hastie, T., Johnstone, I. & Tibshirani, R. (2004). Least angle regression. The Annals of Statistics 32(2), 407-499."
);

/// What the features of a built-in set are called; empty for other sets.
#[must_use]
pub fn feature_names(kind: &str) -> Vec<String> {
    let text = FILES.iter().find(|(name, _)| *name == kind).map_or("", |(_, text)| *text);
    let mut names: Vec<String> = text.lines().next().unwrap_or_default().split(',').map(str::to_owned).collect();
    names.pop(); // the target
    names
}

/// Reads a file of numbers with a header, the target in the last column, called `class` or `target`.
fn parse(text: &str) -> Result<DataSet, DataError> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let features = header.len() - 1;
    let (mut data, mut targets) = (Vec::new(), Vec::new());
    for (index, line) in lines.enumerate() {
        let before = data.len();
        for field in line.split(',') {
            let no_number = |_| DataFault::Format.error(format!("line {}: `{field}` is no number", index + 2));
            data.push(field.parse::<f64>().map_err(no_number)?);
        }
        if data.len() - before != header.len() {
            return Err(DataFault::Format.error(format!(
                "line {}: {} fields, expected {}",
                index + 2,
                data.len() - before,
                header.len()
            )));
        }
        targets.extend(data.pop());
    }
    let target = match header[features] {
        "class" => classes(&targets)?,
        "target" => Target::Values(targets),
        other => return Err(DataFault::Format.error(format!("last column `{other}`, expected `class` or `target`"))),
    };
    let samples = data.len() / features.max(1);
    Ok(DataSet::flat(Matrix::new(samples, features, data), target))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked right behind
fn classes(targets: &[f64]) -> Result<Target, DataError> {
    let labels: Vec<u32> = targets.iter().map(|&target| target as u32).collect();
    match labels.iter().zip(targets).find(|(label, target)| f64::from(**label) != **target) {
        Some((_, target)) => Err(DataFault::Format.error(format!("class `{target}` is not a whole number from 0"))),
        None => Ok(Target::Classes { count: labels.iter().max().map_or(0, |&last| last as usize + 1), labels }),
    }
}

/// The files in the binary.
const FILES: &[(&str, &str)] = &[
    ("iris", include_str!("../../datasets/iris.csv")),
    ("wine", include_str!("../../datasets/wine.csv")),
    ("breast-cancer", include_str!("../../datasets/breast-cancer.csv")),
    ("digits", include_str!("../../datasets/digits.csv")),
    ("diabetes", include_str!("../../datasets/diabetes.csv")),
];

/// Whether a built-in set's bytes have the digest that stands in `datasets/README.md`; `None` for other sets.
#[must_use]
pub fn check(name: &str) -> Option<bool> {
    let register = include_str!("../../datasets/README.md");
    let (name, text) = FILES.iter().find(|(known, _)| *known == name)?;
    let digest = blake3::hash(text.as_bytes()).to_hex();
    Some(register.contains(&format!("| `{name}.csv` | `{digest}` |")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The binary holds the files that `datasets/make.py` made.
    #[test]
    fn files_are_those_of_the_register() {
        for (name, _) in FILES {
            assert_eq!(check(name), Some(true), "{name}");
        }
        assert_eq!(check("two-moons"), None);
    }

    #[test]
    fn damaged_figures_are_named() {
        assert_eq!(parse("a,class\n1,0\nx,1").unwrap_err().to_string(), "line 3: `x` is no number");
        assert_eq!(parse("a,class\n1,0,2").unwrap_err().to_string(), "line 2: 3 fields, expected 2");
        assert_eq!(parse("a,class\n1,0.5").unwrap_err().to_string(), "class `0.5` is not a whole number from 0");
        assert!(parse("a,b\n1,0").unwrap_err().to_string().contains("last column `b`"));
    }
}
