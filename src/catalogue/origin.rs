//! Where entries come from that burnmark does not have itself.

/// The package that entries come from; [`crate::package!`] is the one that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// Such as `own-optimizer`.
    pub name: &'static str,
    /// Such as `0.1.0`.
    pub version: &'static str,
}

/// The package in whose source this stands, as [`Catalogue::of_package`](super::Catalogue::of_package) takes it.
#[macro_export]
macro_rules! package {
    () => {
        $crate::catalogue::Package { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    };
}

/// Where an entry comes from that burnmark does not have itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryOrigin {
    /// Is part of a run's identity: the name of a package, or a digest of what defines the entry.
    pub identity: String,
    /// For people: the package with its version, or where the definition stands.
    pub description: String,
}

impl From<Package> for EntryOrigin {
    fn from(Package { name, version }: Package) -> Self {
        Self { identity: name.to_owned(), description: format!("{name} {version}") }
    }
}
