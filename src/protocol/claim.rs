//! What a claim compares: `[claim]` beside the sweep and the protocol.

use super::roles::{choice_of, is_swept};
use super::swept::{Swept, names_data};
use crate::record::{
    Against, Along, Bound, Claim, ClaimContrast, ClaimPair, Compared, ContrastScale, DataPart, Effect, Observed,
    Protocol, Reduce, is_seed,
};
use crate::spec::{AskedClaim, AskedEffect, AskedValue, Fault, Mistake, Name, Place, has_part, nearest_help, say};

/// The claim; none if something is wrong with it, all of which goes to `mistakes`.
pub fn resolve(
    asked: &AskedClaim,
    swept: &[Swept],
    protocol: Option<&Protocol>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Claim> {
    if asked.spoiled {
        return None;
    }
    let before = mistakes.len();
    let mut resolving = Resolving { asked, swept, protocol, mistakes };
    let quantity = resolving.quantity()?;
    let pair = resolving.pair("compare", asked.compare.as_ref(), [("first", &asked.first), ("second", &asked.second)]);
    let by = resolving.pair("by", asked.by.as_ref(), [("under", &asked.under), ("instead", &asked.instead)]);
    let along = asked.along.as_ref().and_then(|(name, logarithms)| {
        let setting = resolving.setting("along", name)?;
        resolving.number("along", name, &setting)?;
        Some(Along { setting, logarithms: *logarithms })
    });
    let scale = asked.scale.as_ref().map(|(scale, _)| *scale).unwrap_or_default();
    let from = match &asked.from {
        Some((AskedValue::Named(from), _)) => Some(from.clone()),
        _ => None,
    };
    let floor = asked.floor.as_ref().map(|(floor, _)| *floor);
    let contrast = ClaimContrast { scale, pair, by, along, reduce: asked.reduce, from, floor };
    resolving.together(&contrast);
    resolving.floor(&quantity, &contrast);
    resolving.of_parameters(&quantity, &contrast);
    let effect = resolving.effect(&contrast);
    let (row, words) = asked.row.clone().zip(asked.words.clone())?;
    (mistakes.len() == before).then_some(Claim {
        row,
        words,
        formula: asked.formula.clone(),
        experiment: asked.experiment.clone(),
        next: asked.next.clone(),
        quantity,
        contrast,
        effect: effect?,
        over: asked.over,
    })
}

struct Resolving<'r> {
    asked: &'r AskedClaim,
    swept: &'r [Swept],
    protocol: Option<&'r Protocol>,
    mistakes: &'r mut Vec<Mistake>,
}

/// A value under its key.
type Keyed<'v> = (&'static str, &'v Option<(AskedValue, Place)>);

impl Resolving<'_> {
    fn say(&mut self, place: &Place, key: &str, fault: Fault) {
        say(self.mistakes, place, &format!("claim.{key}"), fault);
    }

    /// The number of a run, of the part of the data that is asked for and with the bound that it has to pass.
    fn quantity(&mut self) -> Option<Observed> {
        let (quantity, place) = self.asked.quantity.clone()?;
        if let Some((_, at)) = self.asked.part.as_ref().filter(|_| !has_part(&quantity)) {
            let fault = Fault::unfit("`part` beside a quantity of the whole run", "expected it left out");
            self.say(&at.clone(), "part", fault);
        }
        let part = self.asked.part.as_ref().map_or(DataPart::default(), |(part, _)| *part);
        let untrained = self.asked.untrained.as_ref().is_some_and(|(untrained, _)| *untrained);
        let bounds: Vec<(Bound, Place)> = self.asked.bounds.clone();
        if let Some((_, at)) =
            self.asked.untrained.as_ref().filter(|_| !matches!(quantity, Observed::Of { .. }) || !bounds.is_empty())
        {
            let fault = Fault::unfit("`untrained` beside a quantity of the whole run", "expected it left out");
            self.say(&at.clone(), "untrained", fault);
        }
        match (quantity, bounds.as_slice()) {
            (Observed::Of { what, .. }, []) => Some(Observed::Of { what, part, untrained }),
            (Observed::Of { what, .. }, [(bound, _)]) => Some(Observed::Passes { what, part, bound: *bound }),
            (quantity, []) => Some(quantity),
            (Observed::Of { .. }, [.., (_, second)]) => {
                self.say(second, "at_most", Fault::unfit("two bounds of one number", "expected one of them"));
                None
            }
            (_, [(_, bound), ..]) => {
                let expected = "expected `metric`, `loss` or a measure as its quantity";
                self.say(bound, "quantity", Fault::unfit("a bound of a number that has none", expected));
                let _ = place;
                None
            }
        }
    }

    /// The swept setting of a name.
    fn setting(&mut self, key: &str, name: &Name) -> Option<String> {
        let path = choice_of(&name.path).unwrap_or_else(|| name.path.clone());
        let fault = if is_seed(&path) || path == "seeds" {
            let expected = "expected another setting: every figure is a mean over seeds";
            Fault::unfit(format!("`{}` cannot be compared", name.path), expected)
        } else if !is_swept(&path, self.swept) {
            let names: Vec<&str> = self.swept.iter().map(|swept| swept.setting.as_str()).collect();
            let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let expected = match listed.as_slice() {
                [] => "expected axes in `[sweep]` first".to_owned(),
                listed => format!("expected one of those that are swept: {}", listed.join(", ")),
            };
            let message = format!("`{}` is not swept", name.path);
            Fault::unfit(message, expected).or_help(nearest_help(&name.path, names))
        } else if self.protocol.is_some_and(|protocol| !names_data(&path) && !compares(protocol, &[path.as_str()])) {
            let message = format!("the protocol does not compare `{}`", name.path);
            Fault::unfit(message, "expected it in `compare` of `[protocol]`, too")
        } else {
            return Some(path);
        };
        self.say(&name.place, key, fault);
        None
    }

    fn number(&mut self, key: &str, name: &Name, setting: &str) -> Option<()> {
        let is_number = self.swept.iter().any(|swept| swept.setting == setting && swept.bounds.is_some());
        if !is_number {
            let message = format!("a slope along `{}`, whose values are no numbers", name.path);
            self.say(&name.place, key, Fault::unfit(message, "expected a setting that is a number"));
        }
        is_number.then_some(())
    }

    /// Two values of a setting: all three are there, or none.
    fn pair(&mut self, key: &'static str, name: Option<&Name>, values: [Keyed<'_>; 2]) -> Option<ClaimPair> {
        let [(first_key, first), (second_key, second)] = values;
        match (name, first, second) {
            (None, None, None) => None,
            (Some(name), Some((AskedValue::Named(first), _)), Some((second, place))) => {
                let setting = self.setting(key, name)?;
                let second = match second {
                    AskedValue::Named(second) if second == first => {
                        let message = format!("`{first}` is compared with itself");
                        self.say(place, second_key, Fault::unfit(message, "expected two values"));
                        return None;
                    }
                    AskedValue::Named(second) => Against::Value(second.clone()),
                    AskedValue::Least => Against::Least,
                    AskedValue::Greatest => Against::Greatest,
                };
                Some(ClaimPair { setting, first: first.clone(), second })
            }
            _ => {
                let missing: Vec<String> =
                    [(key, name.is_none()), (first_key, first.is_none()), (second_key, second.is_none())]
                        .into_iter()
                        .filter(|(_, missing)| *missing)
                        .map(|(key, _)| format!("`{key}`"))
                        .collect();
                let message = format!("a comparison without {}", missing.join(" and "));
                let expected = format!("expected `{key}`, `{first_key}` and `{second_key}` together");
                let place = self.asked.place.clone();
                self.say(&place, key, Fault::missing(message, expected));
                None
            }
        }
    }

    /// What does not go together.
    fn together(&mut self, contrast: &ClaimContrast) {
        let scale = self.asked.scale.as_ref().map(|(_, place)| place.clone());
        let place = scale.unwrap_or_else(|| self.asked.place.clone());
        let alone = contrast.by.is_none() && contrast.along.is_none();
        if contrast.scale == ContrastScale::Smaller && (contrast.pair.is_none() || !alone) {
            let expected = "expected `compare`, `first` and `second`, and neither `by` nor `along`";
            self.say(&place, "scale", Fault::unfit("`smaller` says which of two numbers is smaller", expected));
        }
        let settings = contrast.settings();
        if let Some(twice) = settings.iter().enumerate().find(|(place, name)| settings[..*place].contains(name)) {
            let message = format!("`{}` is named twice", twice.1);
            self.say(&place, "compare", Fault::unfit(message, "expected each setting once"));
        }
        let compared: Vec<&str> = settings.iter().copied().filter(|name| !names_data(name)).collect();
        if let Some(protocol) = self.protocol.filter(|protocol| !compares(protocol, &compared)) {
            let all_known = compared.iter().all(|name| compares(protocol, &[name]));
            if all_known {
                let message = format!("no question of the protocol compares {} together", compared.join(" and "));
                self.say(&place, "compare", Fault::unfit(message, "expected all of them in one `compare`"));
            }
        }
        let varied = |name: &str| self.swept.iter().any(|swept| swept.setting == name);
        if self.protocol.is_none()
            && !settings.contains(&"optimizer.kind")
            && settings.is_empty()
            && varied("optimizer.kind")
        {
            let expected = "expected `compare = \"optimizer\"`, or one optimizer";
            self.say(&place, "compare", Fault::unfit("several optimizers, and the claim compares none", expected));
        }
        if contrast.reduce == Reduce::Spread && contrast.scale != ContrastScale::Difference {
            let expected = "expected `scale = \"difference\"`, or none";
            self.say(&place, "reduce", Fault::unfit("a spread is no number to divide by", expected));
        }
    }

    /// A floor is for numbers that can be 0 or next to it and are divided; an identity has to hold for small ones, too.
    fn floor(&mut self, quantity: &Observed, contrast: &ClaimContrast) {
        let Some((_, place)) = self.asked.floor.clone() else { return };
        let exactly = matches!(self.asked.effect, Some((AskedEffect::Fixed(Effect::Exactly(_)), _)));
        let (message, expected) = if contrast.scale != ContrastScale::Ratio {
            ("`floor` without a ratio", "expected `scale = \"ratio\"`: only a ratio has no number at 0")
        } else if !matches!(quantity, Observed::Of { .. }) {
            let expected = "expected `metric`, `loss` or a measure as its quantity, without `at_least` and `at_most`";
            ("`floor` of a number that is no loss, metric or measure", expected)
        } else if exactly {
            ("`floor` beside `exactly`", "expected it left out: an identity holds for small numbers, too")
        } else {
            return;
        };
        self.say(&place, "floor", Fault::unfit(message, expected));
    }

    /// Distances are of parameters, and parameters have nothing else to compare.
    fn of_parameters(&mut self, quantity: &Observed, contrast: &ClaimContrast) {
        let place = self.asked.scale.as_ref().map_or(&self.asked.place, |(_, place)| place).clone();
        let is_of_parameters = contrast.scale.is_of_parameters();
        let pair = contrast.pair.as_ref().is_some_and(|pair| matches!(pair.second, Against::Value(_)));
        if is_of_parameters != (*quantity == Observed::Parameters) {
            let expected =
                "expected `quantity = \"parameters\"` together with `scale = \"distance\"` or `\"largest-gap\"`";
            self.say(&place, "scale", Fault::unfit("only parameters have a distance, and nothing else", expected));
        } else if is_of_parameters && (!pair || contrast.by.is_some() || contrast.along.is_some()) {
            let expected = "expected `compare`, `first` and `second`, and neither `by` nor `along`";
            self.say(&place, "scale", Fault::unfit("a distance is that between two values", expected));
        } else if let Some((_, at)) = self.asked.from.clone().filter(|_| contrast.scale != ContrastScale::Distance) {
            self.say(&at, "from", Fault::unfit("`from` without a distance", "expected `scale = \"distance\"` with it"));
        }
    }

    fn effect(&mut self, contrast: &ClaimContrast) -> Option<Effect> {
        let (asked, place) = self.asked.effect.clone()?;
        let is_factor = contrast.is_factor();
        let effect = match asked {
            AskedEffect::Within(within) if is_factor => {
                Effect::Between { least: Some(1.0 / (1.0 + within)), most: Some(1.0 + within) }
            }
            AskedEffect::Within(within) => Effect::Between { least: Some(-within), most: Some(within) },
            AskedEffect::Fixed(effect) => effect,
        };
        let bounds = match effect {
            Effect::Between { least, most } => [least, most],
            Effect::Exactly(_) => [None, None],
        };
        if is_factor && bounds.into_iter().flatten().any(|bound| bound <= 0.0) {
            let message = "the effect of a ratio is a factor, and not 0 or less";
            self.say(&place, "effect", Fault::out_of_range(message, "expected numbers greater than 0"));
            return None;
        }
        Some(effect)
    }
}

/// Whether a question of the protocol compares all of these settings.
fn compares(protocol: &Protocol, settings: &[&str]) -> bool {
    protocol
        .questions()
        .iter()
        .any(|question| settings.iter().all(|setting| question.compare.iter().any(|compared| compared == setting)))
}

/// The measure that a claim needs its runs to be asked for.
#[must_use]
pub fn observed(claim: &Claim) -> Option<Compared> {
    match claim.quantity {
        Observed::Of { what, .. } | Observed::Passes { what, .. } => Some(what),
        _ => None,
    }
}
