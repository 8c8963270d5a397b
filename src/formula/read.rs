//! Reads an optimizer from the table of a spec or a file.

use super::canonical;
use super::check::{Checked, DRAWN_GRADIENT};
use super::method::{OptimizerFormula, State};
use super::mistake::FormulaMistake;
use super::names::FormulaPurpose;
use super::optimizer::compiled;
use super::parameters::{self, Declared};
use super::program::TooWide;
use super::reader::DefinitionReader;
use super::shape::ValueShape;
use super::text::{MethodTable, Passage, number, parsed};
use toml::Spanned;
use toml::de::DeValue;

/// The most states of a method.
const MOST_STATES: usize = 16;

/// The keys of a method's table.
pub const KEYS: [&str; 9] = [
    "description",
    "source",
    "parameters",
    "state",
    "update",
    "gradient_at",
    "second_gradient_at",
    "drawn_gradient_when",
    "report",
];

impl OptimizerFormula {
    /// Reads a file that holds one method: its keys, without a table around them.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<FormulaMistake>> {
        let table = parsed(text)?;
        Self::read(name, &MethodTable { text, table: &table, span: 0..0 })
    }

    /// Reads the table of a method.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn read(name: &str, table: &MethodTable<'_>) -> Result<Self, Vec<FormulaMistake>> {
        let mut reader = DefinitionReader::of(table);
        let method = reader.method(name);
        reader.finish(method)
    }
}

impl DefinitionReader<'_, '_> {
    fn method(&mut self, name: &str) -> Option<OptimizerFormula> {
        self.only(&KEYS);
        let (description, source) = self.head();
        let parameters = parameters::read(self.table, FormulaPurpose::Update, &mut self.mistakes);
        if !parameters.iter().any(|declared| declared.name == "lr") && self.mistakes.is_empty() {
            let place = self.table.get("parameters").map_or(self.table.span.clone(), Spanned::span);
            let mistake =
                FormulaMistake::new(place, "missing parameter `lr`", "expected the learning rate among the parameters");
            self.mistakes.push(mistake.with_help("write `parameters = { lr = { above = 0 } }`"));
        }
        let states = self.states(&parameters);
        let known: Vec<(String, ValueShape)> = states.iter().map(|state| (state.name.clone(), state.shape)).collect();
        let update = self.required_formula("update", FormulaPurpose::Update, &parameters, &known);
        let gradient_at = self.formula("gradient_at", FormulaPurpose::Point, &parameters, &known);
        let second_gradient_at = self.formula("second_gradient_at", FormulaPurpose::Second, &parameters, &known);
        let drawn_gradient_when = self.formula("drawn_gradient_when", FormulaPurpose::Drawn, &parameters, &known);
        let report = self.formula("report", FormulaPurpose::Report, &parameters, &known);
        let mut method = OptimizerFormula {
            name: name.to_owned(),
            description: description?,
            source,
            parameters,
            states,
            update: update?,
            gradient_at,
            second_gradient_at,
            drawn_gradient_when,
            report,
            kept: Vec::new(),
            digest: String::new(),
        };
        method.digest = canonical::digest(&method);
        if self.mistakes.is_empty() {
            match compiled(&method, &method.update, None) {
                Ok(programs) => method.kept = programs.kept().to_vec(),
                Err(TooWide) => {
                    let place = self.table.get("update").map_or(self.table.span.clone(), Spanned::span);
                    self.mistakes.push(FormulaMistake::new(
                        place,
                        "the formula needs too many values at once",
                        "expected fewer names that are used far apart",
                    ));
                }
            }
        }
        Some(method)
    }

    fn states(&mut self, parameters: &[Declared]) -> Vec<State> {
        let mut states = Vec::new();
        if let Some(declared) = self.table.table("state", &mut self.mistakes) {
            if declared.table.len() > MOST_STATES {
                self.mistakes.push(FormulaMistake::new(
                    declared.span,
                    "too many states",
                    format!("expected at most {MOST_STATES}"),
                ));
                return states;
            }
            for (key, node) in declared.table {
                let name = key.get_ref().as_ref();
                if parameters.iter().any(|declared| declared.name == name) {
                    let message = format!("`{name}` is a parameter and a state");
                    self.mistakes.push(FormulaMistake::new(key.span(), message, "expected another name"));
                } else if parameters::check_name(name, key.span(), FormulaPurpose::Update, &mut self.mistakes)
                    && let Some((shape, start)) = self.state(parameters, node)
                {
                    states.push(State { name: name.to_owned(), shape, start });
                }
            }
        }
        // Before the first step: the parameters, and no gradient yet.
        for (name, first, wanted) in [
            ("start", "theta", self.names("start")),
            (DRAWN_GRADIENT, "0", self.table.get("drawn_gradient_when").is_some()),
        ] {
            let passage = Passage::unplaced(first, self.table.span.clone());
            if wanted && let Some(start) = self.checked(&passage, FormulaPurpose::Start, parameters, &[]) {
                states.push(State { name: name.to_owned(), shape: ValueShape::WEIGHT, start });
            }
        }
        states
    }

    /// Whether a formula of a step names this.
    fn names(&self, name: &str) -> bool {
        let texts = ["update", "gradient_at", "second_gradient_at", "report"]
            .iter()
            .filter_map(|key| self.table.get(key)?.get_ref().as_str());
        texts.into_iter().any(|text| {
            let tokens = super::lex::tokens(text, &mut Vec::new());
            tokens.iter().any(|placed| placed.token == super::lex::Token::Name(name.to_owned()))
        })
    }

    /// `0`, `"theta"` or `{ per = "row", start = 0 }`
    fn state(&mut self, parameters: &[Declared], node: &Spanned<DeValue<'_>>) -> Option<(ValueShape, Checked)> {
        let Some(table) = node.get_ref().as_table() else {
            return Some((ValueShape::WEIGHT, self.start(parameters, node, ValueShape::WEIGHT)?));
        };
        let table = MethodTable { text: self.table.text, table, span: node.span() };
        table.only(&["per", "start"], &mut self.mistakes);
        let shape = match table.passage("per", &mut self.mistakes) {
            None => ValueShape::WEIGHT,
            Some(word) => match ValueShape::WORDS.iter().find(|(known, _)| *known == word.text) {
                Some((_, shape)) => *shape,
                None => {
                    let known: Vec<&str> = ValueShape::WORDS.iter().map(|(word, _)| *word).collect();
                    let mistake = FormulaMistake::new(
                        0..0,
                        format!("no state is per `{}`", word.text),
                        format!("expected one of {}", known.join(", ")),
                    );
                    let mistake = FormulaMistake { span: table.get("per")?.span(), ..mistake };
                    self.mistakes.push(mistake.with_nearest(&word.text, known));
                    return None;
                }
            },
        };
        match table.get("start") {
            Some(start) => Some((shape, self.start(parameters, start, shape)?)),
            None => Some((
                shape,
                self.checked(&Passage::unplaced("0", node.span()), FormulaPurpose::Start, parameters, &[])?,
            )),
        }
    }

    fn start(&mut self, parameters: &[Declared], node: &Spanned<DeValue<'_>>, shape: ValueShape) -> Option<Checked> {
        let passage = match (node.get_ref().as_str(), number(node.get_ref())) {
            (Some(text), _) => Passage::new(self.table.text, node, text),
            (None, Some(number)) => Passage::unplaced(&format!("{number:?}"), node.span()),
            (None, None) => {
                let expected = "expected `0`, `\"theta\"` or `{ per = \"row\", start = 0 }`";
                self.mistakes.push(FormulaMistake::new(node.span(), "no value for a state", expected));
                return None;
            }
        };
        let checked = self.checked(&passage, FormulaPurpose::Start, parameters, &[])?;
        let found = checked.graph.shape(checked.outputs[0].1);
        if found.join(shape) != Some(shape) {
            let message = format!("the state is {shape}, and its start is {found}");
            self.mistakes.push(FormulaMistake::new(node.span(), message, format!("expected {shape}")));
            return None;
        }
        Some(checked)
    }
}
