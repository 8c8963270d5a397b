//! One test for all entries of all registries.

use burnmark::catalogue::{Catalogue, EntryKind};
use burnmark::registry::{Entry, ParameterKind};
use burnmark::report::plots;
use burnmark::schedule;
use burnmark::value::Value;
use std::collections::BTreeSet;

/// Optimizers and solvers are one kind: one axis takes both, so their names must differ, too.
fn registries() -> Vec<Vec<&'static Entry>> {
    EntryKind::ALL.map(|kind| Catalogue::standard().entries(kind)).to_vec()
}

#[test]
fn entries_have_unique_names_one_line_descriptions_and_sources() {
    for entries in registries() {
        let names: BTreeSet<_> = entries.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), entries.len(), "{names:?}");
        for entry in entries {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!entry.name.is_empty() && entry.name.chars().all(plain), "{}", entry.name);
            for text in [entry.description, entry.source] {
                assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{}: {text}", entry.name);
            }
            for parameter in entry.parameters {
                let fits = match (parameter.kind, parameter.default()) {
                    (_, None)
                    | (ParameterKind::Text | ParameterKind::Columns, Some(Value::Text(_)))
                    | (ParameterKind::Flag, Some(Value::Flag(_))) => true,
                    (ParameterKind::File, Some(Value::Text(path))) => path.is_empty(),
                    (ParameterKind::Number(range), Some(Value::Number(number))) => range.contains(*number),
                    (ParameterKind::Integer { least, most }, Some(Value::Integer(i))) => (least..=most).contains(i),
                    (ParameterKind::OneOf(words), Some(Value::Text(word))) => words.contains(&word.as_ref()),
                    _ => false,
                };
                assert!(fits, "{}: the default of `{}` lies in its range", entry.name, parameter.name);
                assert_ne!(parameter.name, "kind", "{}", entry.name);
            }
        }
    }
}

#[test]
fn plots_have_unique_names_and_say_what_they_show() {
    let names: BTreeSet<_> = plots::ENTRIES.iter().map(|plot| plot.name).collect();
    assert_eq!(names.len(), plots::ENTRIES.len(), "{names:?}");
    for plot in plots::ENTRIES {
        assert!(
            !plot.description.is_empty() && !plot.description.ends_with('.') && !plot.source.is_empty(),
            "{names:?}"
        );
    }
}

/// The guide's tables are what `burnmark list` prints; `burnmark list > docs/guide/list.txt` renews them.
#[test]
fn the_guide_lists_what_there_is() {
    let printed = crate::support::Sweep::new("").run(&["list"]).ended_with(0).stdout;
    assert!(
        include_str!("../../docs/guide/list.txt") == printed,
        "docs/guide/list.txt is not what `burnmark list` prints"
    );
}

#[test]
fn every_data_set_says_where_it_comes_from() {
    for entry in Catalogue::standard().data_sets.iter() {
        assert!(!entry.licence.is_empty() && !entry.citation.is_empty(), "{}", entry.entry.name);
    }
}

/// What the analysis takes for no learning rate is what the optimizers' registry calls a first step.
#[test]
fn optimizers_without_a_rate_are_known() {
    let without = burnmark::optim::ENTRIES.iter().filter(|known| known.rate == burnmark::optim::Rate::FirstStep);
    let without: BTreeSet<_> = without.map(|known| known.entry.name).collect();
    assert_eq!(without, BTreeSet::from(burnmark::analysis::WITHOUT_RATE));
}

/// An axis `annealing.k` is checked within one annealed kind: its parameters of one name take the same in all.
#[test]
fn parameters_of_annealing_take_the_same_under_one_name() {
    let mut known: std::collections::BTreeMap<&str, String> = std::collections::BTreeMap::new();
    for parameter in schedule::ENTRIES.iter().flat_map(|known| known.entry.parameters) {
        let kind = format!("{:?}", parameter.kind);
        assert_eq!(*known.entry(parameter.name).or_insert(kind.clone()), kind, "{}", parameter.name);
    }
}

/// Every built-in method has a style of its own, so that its colour and marker do not depend on a folder.
#[test]
fn every_method_has_a_fixed_style() {
    let optimizers = burnmark::optim::ENTRIES.iter().map(|entry| entry.entry.name);
    let solvers = burnmark::solve::ENTRIES.iter().map(|entry| entry.entry.name);
    for name in optimizers.chain(solvers) {
        assert!(burnmark::report::plots::KNOWN.contains(&name), "{name} has no place in report/plots/styles.rs");
    }
}
