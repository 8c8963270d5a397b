//! Published figures beside ours: for the terminal, and as a page.

use super::markdown::{escaped, tabled};
use super::printed::{choice, short};
use super::rivals;
use super::terminal::{aligned, indented};
use crate::analysis::stats::LEVEL;
use crate::analysis::{CellVerdict, ComparedCell, ComparedPairs, ComparedTable};
use crate::record::{Published, counted};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a page says besides the figures.
pub struct Reproduced<'r> {
    pub name: &'r str,
    pub question: &'r str,
    pub published: &'r Published,
    pub tables: &'r [ComparedTable],
    /// Laid against the other reproduction that the spec names.
    pub pairs: &'r [ComparedPairs],
    /// The file of the page's figure, beside the page.
    pub figure: Option<String>,
    /// The command that computes it.
    pub command: String,
    /// Runs, and their time on one core in seconds.
    pub runs: u64,
    pub seconds: f64,
}

/// Everything as lines of a terminal.
#[must_use]
pub fn reproduction(of: &Reproduced<'_>) -> String {
    let mut text = format!("{}: {}\n", of.name, of.published.source);
    for table in of.tables {
        let (head, rows) = cells(of.published, table);
        let title = if table.choice.is_empty() { String::new() } else { format!("\n{}\n", choice(&table.choice)) };
        text += &title;
        text += &indented(&aligned(&[vec![head], rows].concat()));
        text.push('\n');
    }
    for pairs in of.pairs {
        let (head, rows) = rivals::table(of.name, of.published, pairs);
        let _ = write!(
            text,
            "\n{}\n{}",
            rivals::title(of.name, of.published, pairs),
            indented(&aligned(&[vec![head], rows].concat()))
        );
        text.push('\n');
    }
    text.push('\n');
    for said in summary(of).into_iter().chain(rivals::summary(of.name, of.published, of.pairs)) {
        let _ = writeln!(text, "{said}");
    }
    text
}

/// A page in Markdown.
#[must_use]
pub fn reproduction_page(of: &Reproduced<'_>) -> String {
    let mut text = format!("# {}\n\n", escaped(of.name));
    if !of.question.is_empty() {
        let _ = writeln!(text, "{}\n", escaped(of.question));
    }
    let _ = writeln!(text, "Published: {}\n", escaped(&of.published.source));
    for said in summary(of).into_iter().chain(rivals::summary(of.name, of.published, of.pairs)) {
        let _ = writeln!(text, "{}\n", escaped(&said));
    }
    if let Some(figure) = &of.figure {
        let _ = writeln!(text, "![Published and ours]({figure})\n");
    }
    if of.tables.iter().any(|table| quantities(table).len() > 1) {
        for table in of.tables {
            text += &tabled(&titled("by quantity", &table.choice), &by_quantity(table));
        }
    }
    if !of.published.note.is_empty() {
        let _ = writeln!(text, "### Notes\n\n{}\n", escaped(&of.published.note));
    }
    let _ = writeln!(
        text,
        "### Run it\n\n```sh\n{}\n```\n\n{}; {} on one core.\n",
        of.command,
        counted(of.runs, "run"),
        time(of.seconds)
    );
    let _ = writeln!(text, "{}\n", explained(of));
    for pairs in of.pairs {
        text += &tabled(
            &escaped(&rivals::title(of.name, of.published, pairs)),
            &rivals::table(of.name, of.published, pairs),
        );
    }
    for table in of.tables {
        text += &tabled(&titled("all figures", &table.choice), &cells(of.published, table));
    }
    text.trim_end().to_owned() + "\n"
}

fn titled(title: &str, of: &BTreeMap<String, String>) -> String {
    if of.is_empty() { title.to_owned() } else { format!("{title}, {}", escaped(&choice(of))) }
}

/// What the verdicts mean.
#[allow(clippy::float_cmp)] // 1 is 1
fn explained(of: &Reproduced<'_>) -> String {
    let Published { margin, tolerance, .. } = of.published;
    let cells = || of.tables.iter().flat_map(|table| &table.cells);
    let spread = cells().any(|cell| cell.published_sd.is_some());
    let exact = cells().any(|cell| cell.published_sd.is_none());
    let deviations = if *margin == 1.0 { "deviation" } else { "deviations" };
    let within = [
        spread.then(|| format!("{} published standard {deviations}", short(*margin))),
        exact.then(|| match *tolerance {
            0.0 => "what is printed of an exact figure, or its own margin".to_owned(),
            share => format!("{} % of an exact figure, or its own margin", short(100.0 * share)),
        }),
    ];
    format!(
        "*agrees*: the means are the same within {} (two one-sided t tests; of the cells that agree, at most {:.0} % on average do not). \
         *differs*: the means differ (t tests, corrected by Holm: the chance of any false one is at most {:.0} %). *cannot be told*: too few \
         runs for either.",
        within.into_iter().flatten().collect::<Vec<_>>().join(", and "),
        100.0 * LEVEL,
        100.0 * LEVEL,
    )
}

/// How many cells agree under each choice, and under which the table fits best.
fn summary(of: &Reproduced<'_>) -> Vec<String> {
    let counts = |table: &ComparedTable| {
        let [agree, differ, open] =
            [CellVerdict::Agrees, CellVerdict::Differs, CellVerdict::CannotBeTold].map(|verdict| table.count(verdict));
        let middle = table
            .median_difference()
            .map_or(String::new(), |middle| format!("; the median difference is {middle:.2} {}", unit(table)));
        let cells = counted(table.cells.len() as u64, "cell");
        let [agree, differ] = [(agree, "agree"), (differ, "differ")]
            .map(|(count, verb)| if count == 1 { format!("1 {verb}s") } else { format!("{count} {verb}") });
        format!("Of {cells} {agree}, {differ}, {open} cannot be told{middle}.")
    };
    let mut said: Vec<String> = of
        .tables
        .iter()
        .map(|table| {
            let with =
                if table.choice.is_empty() { String::new() } else { format!("With {}: ", choice(&table.choice)) };
            with + &counts(table)
        })
        .collect();
    if of.tables.len() > 1 {
        said.extend(best(of.tables).map(|table| format!("The figures fit best with {}.", choice(&table.choice))));
    }
    let without: u64 = of.tables.iter().flat_map(|table| &table.cells).map(|cell| cell.without).sum();
    if without > 0 {
        said.push(format!("Some runs lack a number ({without} in all cells), since they diverged or failed; such cells have no verdict."));
    }
    said
}

/// The only table with the fewest cells that differ, if its typical difference is also the smallest.
fn best(tables: &[ComparedTable]) -> Option<&ComparedTable> {
    let differ = |table: &&ComparedTable| table.count(CellVerdict::Differs);
    let least = tables.iter().min_by_key(differ)?;
    let is_only = tables.iter().filter(|table| differ(table) == differ(&least)).count() == 1;
    let middle = |table: &ComparedTable| table.median_difference().unwrap_or(f64::INFINITY);
    (is_only && tables.iter().all(|table| middle(table) >= middle(least))).then_some(least)
}

/// What differences are measured in.
fn unit(table: &ComparedTable) -> &'static str {
    if table.cells.iter().any(|cell| cell.published_sd.is_some()) { "published sd" } else { "margins" }
}

/// The quantities in the order of the figures.
fn quantities(table: &ComparedTable) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for cell in &table.cells {
        if !names.contains(&cell.quantity.as_str()) {
            names.push(&cell.quantity);
        }
    }
    names
}

fn by_quantity(table: &ComparedTable) -> (Vec<String>, Vec<Vec<String>>) {
    let median = format!("median difference in {}", unit(table));
    let head = ["quantity", "agree", "differ", "cannot be told", &median].map(str::to_owned).to_vec();
    let row = |name: &str| {
        let cells: Vec<ComparedCell> = table.cells.iter().filter(|cell| cell.quantity == name).cloned().collect();
        let of = ComparedTable { choice: BTreeMap::new(), cells };
        let count = |verdict| of.count(verdict).to_string();
        vec![
            name.to_owned(),
            count(CellVerdict::Agrees),
            count(CellVerdict::Differs),
            count(CellVerdict::CannotBeTold),
            of.median_difference().map_or("–".to_owned(), |middle| format!("{middle:.2}")),
        ]
    };
    (head, quantities(table).into_iter().map(row).collect())
}

/// A row for each cell.
fn cells(published: &Published, table: &ComparedTable) -> (Vec<String>, Vec<Vec<String>>) {
    let keys: Vec<&String> = published.keys.keys().collect();
    let difference = format!("in {}", unit(table));
    let fixed = ["quantity", "published", "runs", "ours", "runs", difference.as_str(), "verdict"];
    let head = keys.iter().map(|key| (*key).clone()).chain(fixed.map(str::to_owned)).collect();
    let row = |cell: &ComparedCell| {
        let own = cell.ours;
        let ours = own.map_or("–".to_owned(), |ours| with_spread(ours.mean, ours.sd));
        let fixed = [
            cell.quantity.clone(),
            with_spread(cell.published, cell.published_sd),
            if cell.published_sd.is_some() { cell.published_runs.to_string() } else { String::new() },
            ours,
            own.map_or("0".to_owned(), |ours| ours.runs.to_string()),
            cell.in_sd.map_or("–".to_owned(), signed),
            verdict(cell),
        ];
        keys.iter().map(|key| cell.keys[*key].clone()).chain(fixed).collect()
    };
    (head, table.cells.iter().map(row).collect())
}

fn verdict(cell: &ComparedCell) -> String {
    match cell.verdict {
        CellVerdict::Agrees => "agrees".to_owned(),
        CellVerdict::Differs if cell.p_differs < 0.001 => "differs, p < 0.001".to_owned(),
        CellVerdict::Differs => format!("differs, p = {:.3}", cell.p_differs),
        CellVerdict::CannotBeTold => "cannot be told".to_owned(),
    }
}

fn with_spread(mean: f64, sd: Option<f64>) -> String {
    match sd {
        Some(sd) => format!("{} ± {}", short(mean), short(sd)),
        None => short(mean),
    }
}

fn signed(number: f64) -> String {
    match number.abs() {
        size if size >= 1000.0 => format!("{number:+.1e}"),
        _ => format!("{number:+.2}"),
    }
}

/// A time in words.
#[must_use]
pub fn time(seconds: f64) -> String {
    if seconds < 99.5 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}
