//! Conclusions in words: the same on the terminal, the page and in Markdown. The plain sentence comes first, its statistics in
//! brackets after it.

use super::claims::words;
use super::contrasts;
use super::flat;
use super::holds::{conditions, scope};
use super::importance;
use super::on_data::on_data;
use super::on_several::on_several;
use super::over_data::over_data;
use super::protocol::{compared, tuned};
use super::sooner::sooner;
use super::sources;
use crate::analysis::{Account, Conclusions, Judged, Question};

/// The answers to the experiment's questions, a paragraph each, and what they hold for.
#[must_use]
pub fn answers(conclusions: &Conclusions) -> Vec<String> {
    if let Some(account) = conclusions.accounts.iter().find(|account| account.pending) {
        let so = if account.untuned { "So nothing is compared." } else { "Nothing is compared before that." };
        return vec![format!("{} {so}", tuned(account))];
    }
    let several = conclusions.questions.len() > 1;
    let asked = !conclusions.judge.target.is_usual();
    let of = |(place, question): (usize, &Question)| {
        let speed = if place == 0 { sooner(&question.sooner, asked) } else { None };
        let said = answer(question, conclusions.judge.margin, speed);
        if several { format!("{}: {said}", compared(&question.keys)) } else { said }
    };
    let claim = conclusions.claim.iter().map(claimed);
    let mut all: Vec<String> = claim.chain(conclusions.questions.iter().enumerate().map(of)).collect();
    all.extend(contrasts::sentences(&conclusions.contrasts, conclusions.judge.margin));
    let of_question = |account: &Account| {
        if several { format!("{}: {}", compared(&account.protocol.compare), tuned(account)) } else { tuned(account) }
    };
    all.extend(conclusions.accounts.iter().map(of_question));
    all.extend(importance::sentences(&conclusions.importance));
    all.extend(sources::sentences(&conclusions.sources));
    all.extend(scope(conclusions));
    all
}

/// The claim and what the runs say of it.
fn claimed(claim: &Judged) -> String {
    let of = &claim.estimated.claim;
    let end = if of.words.ends_with('.') { "" } else { "." };
    format!("{}: {}{end} {}", of.row, of.words, words::answer(claim))
}

/// What the test part shows, then speed, and last what both hold for.
fn answer(question: &Question, margin: Option<f64>, speed: Option<String>) -> String {
    let mut sentences: Vec<String> = question.over_data.iter().map(|over| over_data(over, margin)).collect();
    match question.data.as_slice() {
        [] => sentences.push("There are no runs.".to_owned()),
        [on] => sentences.push(on_data(on, margin)),
        data => sentences.extend(on_several(data, question.over_data.as_ref(), margin)),
    }
    sentences.extend(flat::ranges(question, margin));
    sentences.extend(speed);
    sentences.extend(conditions(&question.data));
    sentences.join(" ")
}
