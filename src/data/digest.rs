//! A data set's digest.

use super::set::{DataSet, Target};
use crate::digest::Digest;
use crate::num::{Image, Objective, Real, Shape};

/// What the digest is of, and the version of its fields.
const FORM: &str = "burnmark data 1";

impl DataSet {
    /// The BLAKE3 digest of size, shape, features and targets, in hex: two sets with the same digest hold the same bits.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::of(FORM);
        add_shape(self.shape, &mut digest);
        digest.count("rows", self.features.rows());
        digest.count("columns", self.features.cols());
        add_numbers("features", self.features.data(), &mut digest);
        match &self.target {
            Target::Classes { labels, count } => {
                digest.field("target", b"classes");
                digest.count("classes", *count);
                digest.begin("labels", 4 * labels.len());
                labels.iter().for_each(|label| digest.go_on(&label.to_le_bytes()));
            }
            Target::Values(values) => {
                digest.field("target", b"values");
                add_numbers("values", values, &mut digest);
            }
            Target::Objective(objective) => {
                digest.field("target", b"objective");
                add_objective(objective, &mut digest);
            }
        }
        self.rows.add_to(&mut digest);
        self.recipe.iter().for_each(|recipe| recipe.add_to(&mut digest));
        digest.hex()
    }
}

fn add_shape(shape: Shape, digest: &mut Digest) {
    match shape {
        Shape::Flat => digest.field("shape", b"flat"),
        Shape::Sequence { steps, features } => {
            digest.field("shape", b"sequence");
            digest.count("steps", steps);
            digest.count("features of a step", features);
        }
        Shape::Image(Image { height, width, channels }) => {
            digest.field("shape", b"image");
            digest.count("height", height);
            digest.count("width", width);
            digest.count("channels", channels);
        }
    }
}

fn add_objective(objective: &Objective, digest: &mut Digest) {
    match objective {
        Objective::Quadratic(matrix) => {
            digest.field("objective", b"quadratic");
            digest.count("dimensions", matrix.cols());
            add_numbers("matrix", matrix.data(), digest);
        }
        Objective::Rosenbrock { dimensions } => {
            digest.field("objective", b"rosenbrock");
            digest.count("dimensions", *dimensions);
        }
        Objective::Beale => digest.field("objective", b"beale"),
    }
}

/// Numbers row by row, little-endian f64.
fn add_numbers(name: &str, numbers: &[f64], digest: &mut Digest) {
    digest.begin(name, size_of_val(numbers));
    let mut bytes = Vec::new();
    for piece in numbers.chunks(1 << 16) {
        bytes.clear();
        f64::extend_bytes(piece, &mut bytes);
        digest.go_on(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{About, Rows};
    use super::*;
    use crate::num::Matrix;
    use std::sync::Arc;

    fn set(shape: Shape, target: Target) -> DataSet {
        let numbers = [0.5, -1.0, 2.0, 1e-300, 3.25, 0.1];
        DataSet {
            features: Matrix::new(2, 3, numbers.to_vec()),
            shape,
            target,
            gives_back: false,
            about: About::default(),
            rows: Rows::default(),
            recipe: None,
        }
    }

    fn classes() -> Target {
        Target::Classes { labels: vec![0, 2], count: 3 }
    }

    /// Committed; `tests/oracles/digests.py` has them from a second implementation of the bytes. A change here changes the
    /// identity of every run on such data: the form gets the next version.
    #[test]
    fn the_digests_are_the_committed_ones() {
        let image = Shape::Image(Image { height: 3, width: 1, channels: 1 });
        let quadratic = Arc::new(Matrix::new(2, 2, vec![2.0, 0.5, 0.5, 2.0]));
        let sets = [
            (set(Shape::Flat, classes()), "f777ede7470615be0f0c0cbdaaf952d13c7e7fa15d6ab9ce4141bfd2b904b1cb"),
            (
                set(Shape::Sequence { steps: 3, features: 1 }, Target::Values(vec![1.5, -0.0])),
                "e7e994e40c191096ff6659d9a1eab7ae9bc439dd49ef0975142b3111053549e8",
            ),
            (set(image, classes()), "44e89ffec9cb2d973814753e80f82daa92815143949229286806f7c00d812715"),
            (
                set(Shape::Flat, Target::Objective(Objective::Quadratic(quadratic))),
                "59437f316c22a604d4e520f909c9718b843c55d5fb6081dc264c5c4c120dd6b8",
            ),
            (
                set(Shape::Flat, Target::Objective(Objective::Rosenbrock { dimensions: 3 })),
                "565bc4f6dd232bc150fb8ea08422e21b4399cf3df5f34ad5d23010122da30baa",
            ),
            (
                set(Shape::Flat, Target::Objective(Objective::Beale)),
                "a44022bab74f0ea85e32d31b094b47afbfaa8abd0ac38c1f92db94535f68e305",
            ),
        ];
        for (set, digest) in sets {
            assert_eq!(set.digest(), digest, "{:?} {:?}", set.shape, set.target);
        }
    }

    /// One bit of anything changes it.
    #[test]
    fn whatever_differs_is_told_apart() {
        let mut all = vec![set(Shape::Flat, classes())];
        all.push(set(Shape::Sequence { steps: 3, features: 1 }, classes()));
        all.push(set(Shape::Sequence { steps: 1, features: 3 }, classes()));
        all.push(set(Shape::Flat, Target::Classes { labels: vec![0, 2], count: 4 }));
        all.push(set(Shape::Flat, Target::Classes { labels: vec![0, 1], count: 3 }));
        all.push(set(Shape::Flat, Target::Values(vec![0.0, 2.0])));
        all.push(set(Shape::Flat, Target::Values(vec![-0.0, 2.0])));
        all.push(set(Shape::Flat, Target::Objective(Objective::Beale)));
        all.push(set(Shape::Flat, Target::Objective(Objective::Rosenbrock { dimensions: 2 })));
        let mut other = set(Shape::Flat, classes());
        other.features = Matrix::new(3, 2, all[0].features.data().to_vec());
        all.push(other);
        let digests: std::collections::BTreeSet<String> = all.iter().map(DataSet::digest).collect();
        assert_eq!(digests.len(), all.len());
    }
}
