//! Types of settings with a fixed set of names, as specs and tables write them.

use super::curve::Curve;
use super::regularize::DropoutAtTest;
use crate::data::{Draw, Order};
use crate::engine::EngineKind;
use crate::model::Reduction;
use crate::num::Precision;

/// Types with a fixed set of names.
pub(crate) trait Named: Sized + Copy + 'static {
    fn all() -> &'static [Self];
    fn spec_name(self) -> &'static str;

    fn from_name(name: &str) -> Option<Self> {
        Self::all().iter().copied().find(|value| value.spec_name() == name)
    }
}

macro_rules! named {
    ($($type:ty),*) => {$(
        impl Named for $type {
            fn all() -> &'static [Self] {
                &Self::ALL
            }
            fn spec_name(self) -> &'static str {
                self.name()
            }
        }
    )*};
}
named!(EngineKind, Precision, Reduction, Order, Curve, DropoutAtTest, Draw);

/// Writes and reads such a type by its name.
pub(crate) mod by_name {
    use super::Named;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
    pub fn serialize<T: Named, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.spec_name())
    }

    pub fn deserialize<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let name = String::deserialize(deserializer)?;
        T::from_name(&name).ok_or_else(|| D::Error::custom(format!("unknown name `{name}`")))
    }
}
