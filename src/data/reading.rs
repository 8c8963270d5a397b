//! What is said of a data set that was read.

use super::about::{About, short};
use super::entry::{ChosenSet, is_file};
use super::set::{DataSet, Target};
use crate::num::Shape;
use crate::record::{LearningTask, MOST_NAMED, Names, Reading};
use crate::value::Value;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

impl DataSet {
    /// What is said of the set, before it is split.
    #[must_use]
    pub fn reading(&self, name: String) -> Reading {
        let About { target, features, left_out, notes, warnings, .. } = &self.about;
        let answers = self.positions() as u64;
        let task = match &self.target {
            Target::Objective(_) => LearningTask::Objective,
            Target::Values(_) => LearningTask::Regression { answers },
            Target::Classes { labels, count } => {
                LearningTask::Classes { answers, count: *count as u64, first: self.first_classes(labels) }
            }
        };
        Reading {
            name,
            task,
            target: target.as_deref().map(short),
            samples: self.samples() as u64,
            parts: BTreeSet::new(),
            features: Names {
                count: self.features.cols() as u64,
                first: features.iter().take(MOST_NAMED).map(|name| short(name)).collect(),
            },
            shape: shape(self.shape),
            left_out: left_out.clone(),
            notes: notes.clone(),
            warnings: warnings.iter().take(MOST_NAMED).cloned().collect(),
        }
    }

    /// The first classes, each with how often it occurs.
    fn first_classes(&self, labels: &[u32]) -> Vec<(String, u64)> {
        let mut counts: HashMap<u32, u64> = HashMap::new();
        labels.iter().for_each(|label| *counts.entry(*label).or_default() += 1);
        let mut counts: Vec<(u32, u64)> = counts.into_iter().collect();
        counts.sort_unstable();
        counts.truncate(MOST_NAMED);
        let name =
            |class: u32| self.about.classes.get(class as usize).map_or_else(|| class.to_string(), |name| short(name));
        counts.into_iter().map(|(class, count)| (name(class), count)).collect()
    }
}

fn shape(shape: Shape) -> Option<String> {
    match shape {
        Shape::Flat => None,
        Shape::Sequence { steps, features } => Some(format!("sequences of {steps} steps of {features}")),
        Shape::Image(image) if image.channels == 1 => {
            Some(format!("images of {} × {} pixels", image.height, image.width))
        }
        Shape::Image(image) => {
            Some(format!("images of {} × {} pixels with {} channels", image.height, image.width, image.channels))
        }
    }
}

/// What a data set is called where it is spoken of: a file of one's own by its name.
#[must_use]
pub fn name(set: &ChosenSet) -> String {
    let file = set.choice.parameters.iter().find_map(|(parameter, value)| match value {
        Value::Text(path) if is_file(&set.entry.entry, parameter) && parameter != "labels" => Some(path),
        _ => None,
    });
    file.map_or_else(|| set.choice.to_string(), |path| name_of(Path::new(path.as_ref())))
}

/// What a file is called where it is spoken of.
#[must_use]
pub fn name_of(file: &Path) -> String {
    short(&file.file_name().unwrap_or(file.as_os_str()).to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::names_classes;
    use crate::data::{ENTRIES, load};
    use crate::num::Matrix;
    use crate::registry::Chosen;

    #[test]
    fn few_whole_numbers_may_be_labels() {
        assert_eq!(names_classes(&[0.0, 1.0, 1.0, 0.0]), Some(2));
        assert_eq!(names_classes(&[3.0, 4.0, 5.0, 3.0, 4.0, 5.0]), Some(3));
        for others in [&[0.0, 1.0][..], &[0.5, 1.0, 0.5, 1.0], &[1.0, 1.0, 1.0, 1.0]] {
            assert_eq!(names_classes(others), None, "{others:?}");
        }
        let many: Vec<f64> = (0..21_u8).chain(0..21).chain(0..21).map(f64::from).collect();
        assert_eq!(names_classes(&many), None);
    }

    #[test]
    fn every_set_says_what_it_is() {
        for known in ENTRIES {
            let choice = Chosen::of(*known);
            let reading = load(&choice).unwrap().reading(name(&choice));
            assert!(reading.name.starts_with(known.entry.name) && reading.samples > 0, "{reading:?}");
            if let LearningTask::Classes { answers, first, .. } = &reading.task {
                assert_eq!(first.iter().map(|(_, count)| count).sum::<u64>(), reading.samples * answers);
            }
        }
        let iris = load(&Chosen::of(&crate::data::builtin::IRIS)).unwrap().reading("iris".to_owned());
        let first = ["0", "1", "2"].map(|class| (class.to_owned(), 50)).to_vec();
        assert_eq!(iris.task, LearningTask::Classes { answers: 1, count: 3, first });
    }

    #[test]
    fn a_name_of_a_file_is_short() {
        let mut set =
            DataSet::flat(Matrix::new(2, 1, vec![1.0, 2.0]), Target::Classes { labels: vec![1, 0], count: 2 });
        set.about.classes = vec!["x".repeat(1 << 20), "b\n".to_owned()];
        let reading = set.reading("x".to_owned());
        let LearningTask::Classes { first, .. } = reading.task else { panic!("classes") };
        assert_eq!(first, [("x".repeat(40) + "…", 1), ("b\\n".to_owned(), 1)]);
        assert_eq!(set.about.class(1), "class `b\\n`");
    }
}
