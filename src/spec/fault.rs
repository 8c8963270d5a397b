//! What is wrong with a setting: a kind, on which decisions are made, and the words that say it.

/// The kind of a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is not TOML.
    Syntax,
    /// A file cannot be read.
    Unreadable,
    /// Something has to be there and is not.
    Missing,
    /// Nothing has this name.
    Unknown,
    WrongType,
    OutOfRange,
    /// The same is given more than once.
    Twice,
    TooMany,
    /// A formula is wrong.
    Formula,
    /// A value that is possible by itself does not go together with others, or with the data.
    Unfit,
}

/// What is wrong. Its words are for people: nothing decides by them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// The dotted key that an unknown name is taken for.
    pub meant: Option<String>,
    message: String,
    expected: String,
    help: Option<String>,
}

impl Fault {
    fn of(kind: FaultKind, message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { kind, meant: None, message: message.into(), expected: expected.into(), help: None }
    }

    pub fn syntax(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Syntax, message, expected)
    }

    pub fn unreadable(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Unreadable, message, expected)
    }

    pub fn missing(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Missing, message, expected)
    }

    /// A name that none of the known ones is.
    pub fn unknown<'k>(what: &str, name: &str, known: impl IntoIterator<Item = &'k str>) -> Self {
        let listed: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
        let expected =
            if listed.is_empty() { "nothing here".to_owned() } else { format!("one of {}", listed.join(", ")) };
        Self::of(FaultKind::Unknown, format!("unknown {what} `{name}`"), format!("expected {expected}"))
    }

    /// A value that a setting does not take.
    pub fn unknown_value(setting: &str, value: &str, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Unknown, format!("`{setting}` is never `{value}`"), expected)
    }

    /// A dotted key that nothing has.
    pub fn unknown_key(path: &str, expected: &str) -> Self {
        Self::of(FaultKind::Unknown, format!("unknown key `{path}`"), expected)
    }

    /// An axis that no setting is.
    pub fn unknown_axis(path: &str, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Unknown, format!("unknown axis `{path}`"), expected)
    }

    /// A value of a type that does not belong here.
    pub fn wrong_type(found: &str, expected: &str) -> Self {
        let alone = expected.trim_end_matches(',');
        Self::of(FaultKind::WrongType, format!("{found} where {expected} belongs"), format!("expected {alone}"))
    }

    /// The same, in other words.
    pub fn wrong_type_in_words(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::WrongType, message, expected)
    }

    /// A value that is no table where one is expected.
    pub fn no_table(name: &str, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::WrongType, format!("`{name}` is no table"), expected)
    }

    pub fn out_of_range(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::OutOfRange, message, expected)
    }

    pub fn twice(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Twice, message, expected)
    }

    pub fn too_many(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::TooMany, message, expected)
    }

    pub fn formula(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Formula, message, expected)
    }

    pub fn unfit(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::of(FaultKind::Unfit, message, expected)
    }

    /// With the nearest name, or what to do instead.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        self.or_help(Some(help.into()))
    }

    /// With help, if there is some.
    #[must_use]
    pub fn or_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// An unknown name that is taken for another one: the key that is meant, and how to say so.
    #[must_use]
    pub fn meaning(mut self, meant: Option<Meant>) -> Self {
        if let Some(Meant { path, help }) = meant {
            self.meant = Some(path);
            self.help = Some(help);
        }
        self
    }

    /// What is wrong, lower case, without a full stop, values in backticks.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What was expected, to be shown beside the underlined place.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The nearest name, or what to do instead.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// What an unknown name is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The dotted key.
    pub path: String,
    pub help: String,
}
