//! One test for all entries of all registries, and one conformance test for all optimizers.

use burnmark::registry::{Choice, Default, Entry, ParameterKind, Value};
use burnmark::report::plots;
use burnmark::{data, model, optim, schedule};
use std::collections::BTreeSet;

fn registries() -> Vec<Vec<&'static Entry>> {
    vec![
        data::entries().map(|e| &e.entry).collect(),
        model::ENTRIES.iter().map(|e| &e.entry).collect(),
        model::activation::ENTRIES.to_vec(),
        model::initial::ENTRIES.to_vec(),
        optim::ENTRIES.iter().map(|e| &e.entry).collect(),
        schedule::ENTRIES.iter().map(|e| &e.entry).collect(),
        plots::ENTRIES.iter().map(|e| &e.entry).collect(),
    ]
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
                let fits = match (parameter.kind, parameter.default) {
                    (_, None) | (ParameterKind::Text, Some(Default::Text(_))) => true,
                    (ParameterKind::Number(range), Some(Default::Number(number))) => range.contains(number),
                    (ParameterKind::Integer { least, most }, Some(Default::Integer(i))) => (least..=most).contains(&i),
                    (ParameterKind::OneOf(words), Some(Default::Text(word))) => words.contains(&word),
                    _ => false,
                };
                assert!(fits, "{}: the default of `{}` lies in its range", entry.name, parameter.name);
                assert_ne!(parameter.name, "kind", "{}", entry.name);
            }
        }
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
    for entry in data::entries() {
        assert!(!entry.licence.is_empty() && !entry.citation.is_empty(), "{}", entry.entry.name);
    }
}

/// ∇ of ½ Σ_i c_i θ_i², minimum 0 at θ = 0.
const CURVATURES: [f64; 3] = [1.0, 4.0, 0.25];

fn gradient(theta: &[f64]) -> Vec<f64> {
    theta.iter().zip(CURVATURES).map(|(t, c)| c * t).collect()
}

fn loss(theta: &[f64]) -> f64 {
    theta.iter().zip(CURVATURES).map(|(t, c)| 0.5 * c * t * t).sum()
}

/// The end of 2000 steps whose rate falls to nothing: methods with steps of a fixed size could not settle otherwise.
fn trained(choice: &Choice) -> Vec<f64> {
    let mut optimizer = optim::build::<f64>(choice, 3).unwrap();
    let (mut theta, mut point) = (vec![1.0, -2.0, 3.0], vec![0.0; 3]);
    for step in 0..2000 {
        let at = if optimizer.look_ahead(&theta, &mut point) { &point } else { &theta };
        let g = gradient(at);
        optimizer.step(choice.number("lr") * (1.0 - f64::from(step) / 2000.0), &mut theta, &g);
    }
    theta
}

#[test]
fn every_optimizer_solves_a_quadratic_and_replays_identically() {
    for entry in optim::ENTRIES {
        // Adagrad's and Adadelta's steps are small by nature; the others need none above 0.1 on curvatures up to 4.
        let rate = if ["adagrad", "adadelta"].contains(&entry.entry.name) { 1.0 } else { 0.1 };
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(rate));
        let theta = trained(&choice);
        // From 9.6 at the start to what steps of 1e-4 and less leave.
        assert!(loss(&theta) < 1e-6, "{}: {theta:?}", entry.entry.name);
        assert_eq!(theta, trained(&choice), "{}", entry.entry.name);
    }
}

#[test]
fn no_optimizer_moves_at_a_zero_gradient_from_a_fresh_state() {
    for entry in optim::ENTRIES {
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.1));
        let mut optimizer = optim::build::<f32>(&choice, 2).unwrap();
        let (mut theta, mut point) = (vec![1.0, -2.0], vec![0.0; 2]);
        if optimizer.look_ahead(&theta, &mut point) {
            assert_eq!(point, theta, "{}", entry.entry.name);
        }
        optimizer.step(0.1, &mut theta, &[0.0, 0.0]);
        assert_eq!(theta, [1.0, -2.0], "{}", entry.entry.name);
    }
}
