//! The head of what is printed of an experiment.

/// An experiment's name and question in one line.
pub fn title(name: &str, question: &str) -> String {
    let question: Vec<&str> = question.split_whitespace().collect();
    if question.is_empty() { name.to_owned() } else { format!("{name}: {}", question.join(" ")) }
}
