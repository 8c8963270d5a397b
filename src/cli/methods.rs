//! `burnmark check FILE` and `burnmark list methods FILE`: methods as formulas, without running an experiment.

use super::failure::Failure;
use super::list::entries;
use super::print::print;
use crate::console;
use crate::formula::conformance::findings;
use crate::formula::{Definition, FormulaMistake, parsed};
use crate::guard::file::{self, Links};
use crate::report::{aligned, indented};
use crate::spec::{Fault, Mistake, Mistakes, Place, Source};
use std::fmt::Write;
use std::path::Path;

/// The largest file that is read.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a file's methods and runs the tests of built-in methods on each.
pub fn check(path: &Path) -> Result<(), Failure> {
    let (mut text, mut failed) = (String::new(), 0);
    for definition in definitions(path)? {
        let _ = writeln!(text, "{}  formula {}", definition.name(), &definition.digest()[..16]);
        for finding in findings(&definition) {
            let said = finding.failed.as_ref().map_or("passed".to_owned(), |seen| format!("FAILED: {seen}"));
            failed += usize::from(finding.failed.is_some());
            let _ = writeln!(text, "  {}: {said}", finding.what);
        }
    }
    print(&text)?;
    match failed {
        0 => Ok(()),
        1 => Err(Failure::Work("1 test failed".to_owned())),
        failed => Err(Failure::Work(format!("{failed} tests failed"))),
    }
}

/// Lists a file's methods as `list` lists the built-in ones.
pub fn list(path: &Path) -> Result<(), Failure> {
    let definitions = definitions(path)?;
    let all = definitions.iter().map(|definition| match definition {
        Definition::Optimizer(method) => &method.entry().entry,
        Definition::Annealing(rule) => &rule.entry().entry,
        Definition::Activation(activation) => &activation.entry().entry,
        Definition::Loss(loss) => &loss.entry().entry,
    });
    print(&format!("methods of {}\n{}", path.display(), indented(&aligned(&entries(all)))))
}

/// The methods of a spec, or of a file that holds one.
fn definitions(path: &Path) -> Result<Vec<Definition>, Failure> {
    let name = path.display().to_string();
    let bytes = file::read(path, MOST_BYTES, Links::Followed).map_err(|why| Failure::Request(why.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::Request(format!("`{name}` is not UTF-8 text")))?;
    let read = || {
        let table = parsed(&text)?;
        if table.contains_key("methods") {
            return Definition::all(&text, &table);
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(vec![Definition::parse(&stem, &text)?])
    };
    read().map_err(|mistakes| Failure::Mistakes(rendered(name, text.clone(), mistakes)))
}

fn rendered(name: String, text: String, mistakes: Vec<FormulaMistake>) -> String {
    let mistake = |mistake: FormulaMistake| Mistake {
        place: Place { source: 0, span: mistake.span },
        path: "methods".to_owned(),
        fault: Fault::formula(mistake.message, mistake.expected).or_help(mistake.help),
    };
    let list = mistakes.into_iter().map(mistake).collect();
    Mistakes { sources: vec![Source { name, text }], list }.render(console::has_colours())
}
