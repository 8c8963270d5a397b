//! A layer as a spec writes it: a kind, values for its parameters, layers within.

use super::kind::{ACTIVATION, FLAGS, LayerKind};
use crate::registry::Choice;
use crate::value::Value;
use serde::{Serialize, Serializer};
use serde_json::Map;
use std::fmt;

/// One layer of a list. `A`: its activation, a choice as a spec has it or an entry of the registry.
#[derive(Clone)]
pub struct WrittenLayer<A> {
    pub kind: &'static LayerKind,
    /// Names the kind; complete.
    pub choice: Choice,
    pub activation: Option<A>,
    /// Layers of one name share their weights.
    pub name: Option<String>,
    pub within: Vec<WrittenLayer<A>>,
}

impl<A> WrittenLayer<A> {
    /// A layer of a kind with its defaults.
    #[must_use]
    pub fn of(kind: &'static LayerKind) -> Self {
        Self { kind, choice: Choice::of(&kind.entry), activation: None, name: None, within: Vec::new() }
    }

    /// The same layer, and those within, with each activation turned into another form.
    ///
    /// # Errors
    /// What `turn` returns.
    pub fn try_map<B, E>(&self, turn: &impl Fn(&A) -> Result<B, E>) -> Result<WrittenLayer<B>, E> {
        Ok(WrittenLayer {
            kind: self.kind,
            choice: self.choice.clone(),
            activation: self.activation.as_ref().map(turn).transpose()?,
            name: self.name.clone(),
            within: self.within.iter().map(|layer| layer.try_map(turn)).collect::<Result<_, E>>()?,
        })
    }

    /// This layer and all within, from the outside.
    pub fn each<'l>(&'l self, take: &mut impl FnMut(&'l Self)) {
        take(self);
        self.within.iter().for_each(|layer| layer.each(take));
    }

    /// Whether a parameter that is `true` or `false` is `true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.choice.text(name) == FLAGS[0]
    }

    /// The parameters that do not have their default, with their values.
    fn said(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.kind.entry.parameters.iter().filter_map(|parameter| {
            let value = self.choice.parameters.get(parameter.name)?;
            (parameter.default() != Some(value)).then_some((parameter.name, value))
        })
    }
}

impl<A: PartialEq> PartialEq for WrittenLayer<A> {
    fn eq(&self, other: &Self) -> bool {
        (&self.choice, &self.activation, &self.name, &self.within)
            == (&other.choice, &other.activation, &other.name, &other.within)
    }
}

impl<A: fmt::Debug> fmt::Debug for WrittenLayer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrittenLayer")
            .field("choice", &self.choice)
            .field("activation", &self.activation)
            .field("name", &self.name)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}

impl<A: fmt::Display> WrittenLayer<A> {
    /// `dense 32 gelu`, `norm layer`: what the layer itself says, without those within. No two different layers read the same.
    #[must_use]
    pub fn alone_in_words(&self) -> String {
        let kind = self.kind.entry.name;
        let mut words = if kind == ACTIVATION { Vec::new() } else { vec![kind.to_owned()] };
        let main = self.choice.parameters.get(kind).map(ToString::to_string);
        words.extend(main.filter(|value| value != FLAGS[0]));
        words.extend(self.activation.as_ref().map(ToString::to_string));
        for (name, value) in self.said().filter(|(name, _)| *name != kind) {
            // `frozen`, not `frozen true`.
            let is_true = value.as_text() == Some(FLAGS[0]);
            words.push(if is_true { name.to_owned() } else { format!("{name} {value}") });
        }
        words.extend(self.name.as_ref().map(|name| format!("name {name}")));
        words.join(" ")
    }
}

impl<A: fmt::Display> fmt::Display for WrittenLayer<A> {
    /// With those within: `residual (norm layer · dense 32 gelu)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.alone_in_words())?;
        if self.kind.takes.layers.is_some() { write!(f, " ({})", in_words(&self.within)) } else { Ok(()) }
    }
}

/// A list of layers on one line: how tables and plots show it, and what counts for a run's identity.
#[must_use]
pub fn in_words<A: fmt::Display>(layers: &[WrittenLayer<A>]) -> String {
    layers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · ")
}

impl Serialize for WrittenLayer<Choice> {
    /// As a spec writes it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = |value: &Value| match value {
            Value::Text(text) if FLAGS.contains(&text.as_ref()) => (text == FLAGS[0]).into(),
            value => serde_json::json!(value),
        };
        let (mut fields, kind) = (Map::new(), self.kind.entry.name);
        fields.extend(self.choice.parameters.get(kind).map(|value| (kind.to_owned(), json(value))));
        fields.extend(self.activation.iter().map(|activation| (ACTIVATION.to_owned(), serde_json::json!(activation))));
        let others = self.said().filter(|(name, _)| *name != kind);
        fields.extend(others.map(|(name, value)| (name.to_owned(), json(value))));
        fields.extend(self.name.iter().map(|name| ("name".to_owned(), name.as_str().into())));
        fields.extend(self.kind.takes.layers.map(|key| (key.to_owned(), serde_json::json!(self.within))));
        fields.serialize(serializer)
    }
}
