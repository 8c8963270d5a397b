//! A data set's digest.

use super::figures::FigureList;
use super::set::{DataSet, Target};
use crate::digest::Digest;
use crate::num::{Image, Objective, Real, Shape};

/// What the digest is of, and the version of its fields.
const FORM: &str = "burnmark data 1";
/// The same of a set's mark.
const MARK: &str = "burnmark mark of data 1";

impl DataSet {
    /// The BLAKE3 digest of size, shape, features and targets, in hex: two sets with the same digest hold the same bits.
    #[must_use]
    pub fn digest(&self) -> String {
        self.by_features(FORM, |digest| {
            digest.begin("features", size_of::<f64>() * self.features.rows() * self.features.cols());
            let mut bytes = Vec::new();
            for piece in self.features.pieces() {
                bytes.clear();
                f64::extend_bytes(&piece, &mut bytes);
                digest.go_on(&bytes);
            }
        })
    }

    /// The same over the features as they are kept, where that is narrower than f64, and so the faster: sets with the same mark
    /// have the same digest. Nothing keeps it.
    #[must_use]
    pub fn mark(&self) -> Option<String> {
        let narrow = self.features.narrow()?;
        Some(self.by_features(MARK, |digest| match narrow {
            FigureList::Bytes(numbers) => digest.field("bytes", numbers),
            FigureList::Short(numbers) => add_numbers("short", numbers, digest),
            FigureList::Full(numbers) => add_numbers("full", numbers, digest),
        }))
    }

    fn by_features(&self, form: &str, add_features: impl FnOnce(&mut Digest)) -> String {
        let mut digest = Digest::of(form);
        add_shape(self.shape, &mut digest);
        digest.count("rows", self.features.rows());
        digest.count("columns", self.features.cols());
        add_features(&mut digest);
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
            Target::Columns(columns) => {
                digest.field("target", b"columns");
                digest.count("columns of the target", columns.cols());
                add_numbers("values", columns.data(), &mut digest);
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

/// Numbers row by row, little-endian.
fn add_numbers<R: Real>(name: &str, numbers: &[R], digest: &mut Digest) {
    digest.begin(name, size_of_val(numbers));
    let mut bytes = Vec::new();
    for piece in numbers.chunks(1 << 16) {
        bytes.clear();
        R::extend_bytes(piece, &mut bytes);
        digest.go_on(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{About, Figures, Rows};
    use super::*;
    use crate::num::Matrix;
    use std::sync::Arc;

    fn set(shape: Shape, target: Target) -> DataSet {
        let numbers = [0.5, -1.0, 2.0, 1e-300, 3.25, 0.1];
        DataSet {
            features: Matrix::new(2, 3, numbers.to_vec()).into(),
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

    /// One number or its type changes the mark; the target does, too.
    #[test]
    fn marks_tell_apart_what_digests_do() {
        let of = |numbers: &[f64], label| {
            let features = Figures::new(2, 2, FigureList::from(numbers));
            DataSet::flat(features, Target::Classes { labels: vec![0, label], count: 3 })
        };
        let sets = [
            of(&[0.0, 1.0, 2.0, 3.0], 1),
            of(&[0.0, 1.0, 2.0, 4.0], 1),
            of(&[0.0, 1.0, 2.0, 3.0], 2),
            of(&[0.5, 1.0, 2.0, 3.0], 1),
            of(&[-0.0, 1.0, 2.0, 3.0], 1),
        ];
        for (at, one) in sets.iter().enumerate() {
            for (other_at, other) in sets.iter().enumerate() {
                assert_eq!(one.mark() == other.mark(), at == other_at);
                assert_eq!(one.digest() == other.digest(), at == other_at);
            }
        }
        assert_eq!(of(&[0.1, 1.0, 2.0, 3.0], 1).mark(), None, "as wide as the digest's numbers");
        let wide = Figures::from(Matrix::new(2, 2, vec![0.0, 1.0, 2.0, 3.0]));
        assert_eq!(DataSet { features: wide, ..sets[0].clone() }.digest(), sets[0].digest());
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
        other.features = Matrix::new(3, 2, all[0].features.data().to_vec()).into();
        all.push(other);
        let digests: std::collections::BTreeSet<String> = all.iter().map(DataSet::digest).collect();
        assert_eq!(digests.len(), all.len());
    }
}
