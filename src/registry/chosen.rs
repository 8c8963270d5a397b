//! Registries as values, and an entry chosen from one with values for its parameters.

use super::{Choice, Entry};
use crate::value::Value;
use std::fmt;

/// An entry with what its room makes of it.
pub trait Registered: 'static {
    /// Its name, description, parameters …
    fn entry(&self) -> &Entry;
}

impl Registered for Entry {
    fn entry(&self) -> &Entry {
        self
    }
}

/// Entries of one kind, in the order in which `burnmark list` shows them. Entries live as long as the program.
pub struct Registry<E: 'static>(Vec<&'static E>);

impl<E: Registered> Registry<E> {
    /// A registry of these entries.
    #[must_use]
    pub fn new(entries: &[&'static E]) -> Self {
        Self(entries.to_vec())
    }

    /// Puts an entry behind the others.
    pub fn add(&mut self, entry: &'static E) {
        self.0.push(entry);
    }

    /// The entry of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static E> {
        self.iter().find(|known| known.entry().name == name)
    }

    /// Every entry in order.
    pub fn iter(&self) -> impl Iterator<Item = &'static E> + '_ {
        self.0.iter().copied()
    }

    /// What all entries say of themselves.
    pub fn entries(&self) -> impl Iterator<Item = &'static Entry> + '_ {
        self.iter().map(E::entry)
    }

    /// The entry that a choice names, with the choice.
    #[must_use]
    pub fn chosen(&self, choice: &Choice) -> Option<Chosen<E>> {
        self.find(&choice.kind).map(|entry| Chosen { entry, choice: choice.clone() })
    }
}

impl<E> Clone for Registry<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// An entry, with a value for each of its parameters: complete, no default is applied later.
pub struct Chosen<E: 'static> {
    /// The entry.
    pub entry: &'static E,
    /// Names the entry.
    pub choice: Choice,
}

impl<E: Registered> Chosen<E> {
    /// The entry with its defaults.
    #[must_use]
    pub fn of(entry: &'static E) -> Self {
        Self { entry, choice: Choice::of(entry.entry()) }
    }

    /// The same with one parameter at another value.
    #[must_use]
    pub fn with(self, name: &str, value: Value) -> Self {
        Self { choice: self.choice.with(name, value), ..self }
    }

    /// The entry's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.entry.entry().name
    }
}

impl<E> Clone for Chosen<E> {
    fn clone(&self) -> Self {
        Self { entry: self.entry, choice: self.choice.clone() }
    }
}

impl<E> PartialEq for Chosen<E> {
    fn eq(&self, other: &Self) -> bool {
        self.choice == other.choice
    }
}

impl<E> fmt::Display for Chosen<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.choice.fmt(f)
    }
}

impl<E> fmt::Debug for Chosen<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.choice.fmt(f)
    }
}
