//! Axes: what they show, where they end, and ticks whose labels are true.

use super::letters::{characters, shortened};
use super::scale::Scale;
use crate::measure::Measure;
use std::ops::Range;

/// An axis of a panel.
#[derive(Clone)]
pub struct PlotAxis {
    /// What it shows, with the unit.
    pub name: String,
    log: bool,
    /// Whether all values are whole numbers.
    whole: bool,
    /// Beyond these there is no value.
    bounds: [f64; 2],
    /// What lies below is drawn here.
    floor: f64,
    /// The ends of what it holds whatever is drawn.
    holds: Option<[f64; 2]>,
    /// Of an axis of names, which stand at 0, 1, 2, …
    names: Vec<String>,
}

/// The size of names below an axis, and what stays free between two.
const NAME: u32 = 13;
const NAME_GAP: i32 = 8;
/// The margin beyond the outermost values, in parts of the axis.
const MARGIN: f64 = 0.04;
/// How far an axis reaches to either side of a single value: of a share or another metric up to 1, of other numbers in
/// parts of themselves, and on a logarithmic axis in decades.
const AROUND_METRIC: f64 = 0.05;
const AROUND_NUMBER: f64 = 0.1;
const AROUND_DECADES: f64 = 0.15;
/// The digits of a logarithmic axis' ticks, the most ticks first.
const DIGITS: [&[f64]; 3] = [&[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];
/// On less than a decade with fewer ticks than this by digits, ticks stand at equal distances of the values.
const FEWEST: usize = 3;
/// The most ticks at equal distances on a logarithmic axis, where they come closer and closer.
const MOST_EQUAL: usize = 5;
/// How many more ticks than there is room for are tried where there would be one.
const MORE: usize = 3;
/// Numbers on an axis are written as powers of ten from here on.
const LARGE: f64 = 1e6;
/// And where they have more decimals than this and begin with some zeros.
const MOST_DECIMALS: i32 = -4;
/// How far a number may be from a whole one by rounding.
const ROUNDING: f64 = 1e-9;
/// No number has more digits than these behind its first.
const MOST_DIGITS: i32 = 17;
/// Values beyond this are drawn here: differences and margins then stay finite.
const FARTHEST: f64 = f64::MAX / 16.0;
/// An axis about a single value reaches at least this far in parts of the value, so that its ends differ from it.
const LEAST_REACH: f64 = 1e-6;

impl PlotAxis {
    pub fn linear(name: impl Into<String>) -> Self {
        let bounds = [f64::NEG_INFINITY, f64::INFINITY];
        Self { name: name.into(), log: false, whole: false, bounds, floor: bounds[0], holds: None, names: Vec::new() }
    }

    /// Of names side by side, the first at 0.
    pub fn names(names: &[String]) -> Self {
        Self { names: names.iter().map(|name| characters(name)).collect(), ..Self::linear("") }
    }

    /// The same with a name made of its own.
    pub fn called(self, name: impl FnOnce(&str) -> String) -> Self {
        Self { name: name(&self.name), ..self }
    }

    /// The same with this name, if there is one.
    pub fn named(self, name: Option<&str>) -> Self {
        Self { name: name.map_or(self.name, str::to_owned), ..self }
    }

    /// The same with an end below: smaller values are drawn there.
    pub fn from(self, floor: Option<f64>) -> Self {
        Self { floor: floor.unwrap_or(f64::NEG_INFINITY), ..self }
    }

    /// The same with room for these values, whatever is drawn.
    pub fn holding(self, values: impl Iterator<Item = f64>) -> Self {
        let values = values.filter(|value| self.has(*value));
        let ends = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| [low.min(x), high.max(x)]);
        Self { holds: (ends[0] <= ends[1]).then_some(ends), ..self }
    }

    /// Whether a value is drawn higher than it is.
    pub fn cuts(&self, value: f64) -> bool {
        value < self.floor
    }

    pub fn log(name: impl Into<String>) -> Self {
        Self { log: true, ..Self::linear(name) }
    }

    /// The same for whole numbers from 0 on: epochs, steps, settings tried.
    pub fn counts(self) -> Self {
        Self { whole: true, bounds: [0.0, f64::INFINITY], ..self }
    }

    /// Of shares, from 0 to 1.
    pub fn shares(name: impl Into<String>) -> Self {
        Self { bounds: [0.0, 1.0], ..Self::linear(name) }
    }

    /// Of a measure, on a part of the data where it is of one: the axis reaches no further than the measure can.
    pub fn measure(measure: &Measure, part: Option<&str>) -> Self {
        Self { bounds: measure.bounds, ..Self::linear(measure.axis(part)) }
    }

    /// Where a value lies on a linear scale; of a value that has no place there, no finite number.
    pub fn place(&self, value: f64) -> f64 {
        match value {
            value if self.log => value.log10(),
            value if value.is_finite() => value.clamp(self.floor.clamp(-FARTHEST, FARTHEST), FARTHEST),
            value => value,
        }
    }

    /// Whether a value can be drawn.
    pub fn has(&self, value: f64) -> bool {
        self.place(value).is_finite()
    }

    /// The value at a place.
    fn value(&self, place: f64) -> f64 {
        if self.log { 10.0_f64.powf(place).min(FARTHEST) } else { place }
    }

    /// Ends and ticks for these values: a tick in every so many pixels at most.
    pub fn scale(&self, values: impl Iterator<Item = f64>, pixels: i32, every: i32) -> Scale {
        if self.names.is_empty() { self.within(self.range(values), pixels, every) } else { self.of_names(pixels) }
    }

    /// Room for each name, and the names as ticks.
    #[allow(clippy::cast_precision_loss)] // a number of names
    fn of_names(&self, pixels: i32) -> Scale {
        let each = pixels / i32::try_from(self.names.len()).unwrap_or(i32::MAX);
        let names = shortened(&self.names, NAME, each - NAME_GAP);
        let ticks = names.into_iter().enumerate().map(|(place, name)| (place as f64, name));
        Scale { range: -0.5..self.names.len() as f64 - 0.5, ticks: ticks.collect() }
    }

    /// Ticks between these ends.
    pub fn within(&self, range: Range<f64>, pixels: i32, every: i32) -> Scale {
        let most = usize::try_from(pixels / every).unwrap_or(0).max(2);
        let ticks = |most| if self.log { self.log_ticks(&range, most) } else { self.equal_ticks(&range, most) };
        // A single tick gives no scale; two closer ones have room where so few are.
        let more = (most..most + MORE).map(ticks).find(|ticks| ticks.len() > 1);
        let ticks = more.unwrap_or_else(|| ticks(most));
        Scale { range, ticks }
    }

    /// The places of these values with a margin; a range around nothing where there are none.
    fn range(&self, values: impl Iterator<Item = f64>) -> Range<f64> {
        let values = values.chain(self.holds.into_iter().flatten());
        let places = values.map(|value| self.place(value)).filter(|place| place.is_finite());
        let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        if low > high {
            return 0.0..1.0;
        }
        let (low, high) = if high > low { (low, high) } else { self.around(low) };
        let margin = MARGIN * (high - low);
        low - margin..high + margin
    }

    /// The ends about a single place.
    fn around(&self, place: f64) -> (f64, f64) {
        let [least, greatest] = self.bounds;
        let reach = match () {
            () if self.log => return (place - AROUND_DECADES, place + AROUND_DECADES),
            () if self.whole => 1.0_f64.max(LEAST_REACH * place.abs()),
            () if greatest.is_finite() => AROUND_METRIC.max(LEAST_REACH * place.abs()),
            () if place == 0.0 => 1.0,
            () => (AROUND_NUMBER * place.abs()).max(f64::MIN_POSITIVE),
        };
        ((place - reach).max(least.min(place)), (place + reach).min(greatest.max(place)))
    }

    /// Ticks at 1, 2 and 5 of each decade, or fewer where those are too many.
    fn log_ticks(&self, range: &Range<f64>, most: usize) -> Vec<(f64, String)> {
        let mut by_digits = DIGITS.iter().map(|digits| self.digit_ticks(range, digits));
        let fits = |ticks: &Vec<(f64, String)>| ticks.len() <= most;
        match by_digits.find(fits) {
            Some(ticks) if ticks.len() >= FEWEST || range.end - range.start > 1.0 => ticks,
            Some(_) => self.equal_ticks(range, most.min(MOST_EQUAL)),
            None => {
                let powers = self.digit_ticks(range, &[1.0]);
                let every = powers.len().div_ceil(most);
                powers.into_iter().step_by(every).collect()
            }
        }
    }

    /// Ticks at these digits of each power of ten.
    #[allow(clippy::cast_possible_truncation)] // powers of ten
    fn digit_ticks(&self, range: &Range<f64>, digits: &[f64]) -> Vec<(f64, String)> {
        let powers = range.start.floor() as i32..=range.end.ceil() as i32;
        let values = powers.flat_map(|power| digits.iter().map(move |digit| (digit * power_of_ten(power), power)));
        let shown = values.filter(|(value, _)| self.shows(*value, range));
        shown.map(|(value, power)| (self.place(value), written(value, power))).collect()
    }

    /// Ticks at equal distances of the values, at most one more than `most`; `None` if no number is such a distance, as on an
    /// axis narrower than the least positive number.
    #[allow(clippy::cast_precision_loss)] // counts of ticks
    fn equal_ticks(&self, range: &Range<f64>, most: usize) -> Vec<(f64, String)> {
        let (start, end) = (self.value(range.start), self.value(range.end));
        let (step, power) = self.step((end - start) / most as f64);
        let first = (start / step).ceil();
        if !(step > 0.0 && first.is_finite()) {
            return Vec::new();
        }
        let values = (0..=most).map(|place| (first + place as f64) * step);
        let shown = values.filter(|value| self.shows(*value, range));
        let mut ticks: Vec<(f64, String)> = shown.map(|value| (self.place(value), written(value, power))).collect();
        ticks.dedup_by(|(a, _), (b, _)| a == b); // where neighbouring numbers lie farther apart than the step
        ticks
    }

    /// The least distance of ticks of at least this: 1, 2 or 5 times a power of ten, with that power.
    #[allow(clippy::cast_possible_truncation)] // a power of ten
    fn step(&self, least: f64) -> (f64, i32) {
        let least = if self.whole { least.max(1.0) } else { least };
        let power = (least.log10() + ROUNDING).floor() as i32;
        let powers = [(1.0, power), (2.0, power), (5.0, power), (1.0, power.saturating_add(1))];
        let steps = powers.map(|(digit, power)| (digit * power_of_ten(power), power));
        steps.into_iter().find(|(step, _)| *step >= least * (1.0 - ROUNDING)).unwrap_or(steps[3])
    }

    /// Whether a value is one of this axis, and between its ends.
    fn shows(&self, value: f64, range: &Range<f64>) -> bool {
        let [least, greatest] = self.bounds;
        let exists = (least..=greatest).contains(&value) && !(self.whole && value.fract() != 0.0);
        exists && (range.start..=range.end).contains(&self.place(value))
    }
}

/// 10 to this power, correctly rounded where `powi` goes by way of numbers that are too large.
fn power_of_ten(power: i32) -> f64 {
    if (-300..=300).contains(&power) { 10.0_f64.powi(power) } else { format!("1e{power}").parse().unwrap_or(0.0) }
}

/// A multiple of this power of ten, with all its digits.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // digits
fn written(value: f64, power: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.abs() < LARGE && (power >= MOST_DECIMALS || value.abs() > 0.1) {
        return format!("{value:.*}", -power.clamp(-MOST_DIGITS, 0) as usize);
    }
    let digits = ((value.abs().log10() + ROUNDING).floor() as i32).saturating_sub(power);
    format!("{value:.*e}", digits.clamp(0, MOST_DIGITS) as usize)
}

/// A number with two significant digits, or as a power of ten where it is very small or large: `0.0032`, `20`, `1e-6`.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e5).contains(&value.abs()) {
        return format!("{value:.0e}");
    }
    let decimals = (1.0 - value.abs().log10().floor()).clamp(0.0, 8.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 8
    let text = format!("{value:.*}", decimals as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{ACCURACY, R2};
    use plotters::coord::ranged1d::{Ranged, ValueFormatter};

    /// The labels of an axis from one value to another, ten ticks at most.
    fn labels(axis: &PlotAxis, ends: [f64; 2]) -> Vec<String> {
        let scale = axis.within(axis.place(ends[0])..axis.place(ends[1]), 100, 10);
        for (place, label) in &scale.ticks {
            let (value, said) = (axis.value(*place), label.parse::<f64>().unwrap());
            assert!((value - said).abs() <= 1e-12 * value.abs().max(1e-3), "{label} stands at {value}");
        }
        scale.ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn logarithmic_ticks_are_true() {
        let axis = PlotAxis::log("x");
        assert_eq!(labels(&axis, [0.9, 110.0]), ["1", "2", "5", "10", "20", "50", "100"]);
        assert_eq!(
            labels(&axis, [0.9e-4, 1.1]),
            ["0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1"]
        );
        assert_eq!(labels(&axis, [0.9e-7, 1.1]), ["1e-7", "1e-6", "1e-5", "0.0001", "0.001", "0.01", "0.1", "1"]);
        assert_eq!(labels(&axis, [0.9e-12, 1.1e8]).len(), 7, "every third power");
        assert_eq!(labels(&axis, [11.0, 17.0]), ["12", "14", "16"], "no digit alone lies between");
        assert!(labels(&axis, [0.3, 0.31]).len() >= 4);
    }

    #[test]
    fn linear_ticks_are_true() {
        let axis = PlotAxis::linear("x");
        assert_eq!(labels(&axis, [0.899, 1.001]), ["0.90", "0.92", "0.94", "0.96", "0.98", "1.00"]);
        assert_eq!(
            labels(&axis, [-1.0, 1.0]),
            ["-1.0", "-0.8", "-0.6", "-0.4", "-0.2", "0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(labels(&axis, [0.0, 4e6])[..2], ["0", "500000"]);
        assert_eq!(labels(&axis, [0.9e-7, 5e-7])[0], "1.0e-7");
        assert_eq!(labels(&axis, [3e9, 3.1e9])[1], "3.01e9");
    }

    #[test]
    fn what_is_cut_off_lies_at_the_end() {
        let axis = PlotAxis::measure(&R2, Some("test")).from(Some(-0.25));
        assert_eq!([axis.place(-1e6), axis.place(0.5)], [-0.25, 0.5]);
        assert!(axis.cuts(-1.0) && !axis.cuts(-0.25) && !axis.cuts(f64::NAN) && axis.place(f64::NAN).is_nan());
        let range = axis.range([-1e6, 0.9].into_iter());
        assert!((-0.3..-0.25).contains(&range.start) && (0.9..1.0).contains(&range.end), "{range:?}");
        assert!(!axis.has(f64::NEG_INFINITY));
    }

    #[test]
    fn names_stand_side_by_side() {
        let names = ["adam", "a name of such a length that it has no room"].map(str::to_owned).to_vec();
        let scale = PlotAxis::names(&names).scale([0.0, 1.0].into_iter(), 200, 50);
        assert_eq!((scale.range.clone(), scale.ticks.len()), (-0.5..1.5, 2));
        assert!(scale.format_ext(&0.0) == "adam" && scale.format_ext(&1.0).contains('…'), "{}", scale.format_ext(&1.0));
        assert_eq!(PlotAxis::names(&["a\u{1}".to_owned()]).names, ["a\u{fffd}"], "XML has no such character");
    }

    #[test]
    fn counts_have_whole_ticks() {
        assert_eq!(labels(&PlotAxis::linear("epochs").counts(), [-0.1, 3.1]), ["0", "1", "2", "3"]);
        assert_eq!(labels(&PlotAxis::linear("epochs").counts(), [-4.0, 104.0])[..3], ["0", "20", "40"]);
        assert_eq!(labels(&PlotAxis::log("steps").counts(), [0.7, 1.4]), ["1"]);
        assert_eq!(labels(&PlotAxis::log("steps").counts(), [0.3, 9.0]), ["1", "2", "5"]);
    }

    #[test]
    fn metrics_stay_in_their_bounds() {
        let axis = PlotAxis::measure(&ACCURACY, Some("test"));
        let ends = |axis: &PlotAxis, values: &[f64]| {
            let Range { start, end } = axis.range(values.iter().copied());
            [start, end]
        };
        let [low, high] = ends(&axis, &[1.0]);
        assert!((low - 0.948).abs() < 1e-9 && (high - 1.002).abs() < 1e-9, "{low} {high}");
        assert!(labels(&axis, ends(&axis, &[1.0])).iter().all(|label| label.parse::<f64>().unwrap() <= 1.0));
        assert_eq!(labels(&PlotAxis::shares("share"), ends(&axis, &[0.0, 1.0])).last().unwrap(), "1.0");
        assert!(ends(&PlotAxis::measure(&R2, Some("test")), &[1.0])[1] < 1.01);
        assert!((ends(&PlotAxis::linear("x"), &[3.0])[0] - 2.676).abs() < 1e-9);
        assert_eq!(ends(&PlotAxis::linear("x"), &[]), [0.0, 1.0]);
        let [low, high] = ends(&PlotAxis::log("x"), &[100.0]);
        assert!(low > 1.8 && high < 2.2);
    }

    /// Every number of a random sign and exponent, and the last ones of each kind.
    fn extremes(dice: &mut crate::num::Stream) -> f64 {
        const LAST: [f64; 12] = [
            0.0,
            -0.0,
            5e-324,
            1e-320,
            2.3e-308,
            1e308,
            f64::MAX,
            f64::MIN,
            1.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        match dice.below(20) {
            last @ 0..12 => LAST[last as usize],
            12..16 => f64::from_bits(u64::from(dice.bits()) << 32 | u64::from(dice.bits())),
            _ => 1.0 + f64::EPSILON * f64::from(dice.below(4)),
        }
    }

    #[test]
    fn axes_end_for_all_numbers() {
        let mut dice = crate::num::Stream::new(1, crate::num::Purpose::Data, 0);
        let axes =
            [PlotAxis::linear("x"), PlotAxis::log("x"), PlotAxis::linear("n").counts(), PlotAxis::log("n").counts()];
        let axes = axes.into_iter().chain([
            PlotAxis::shares("s"),
            PlotAxis::measure(&ACCURACY, Some("test")),
            PlotAxis::measure(&R2, Some("test")),
        ]);
        for axis in axes {
            for _ in 0..20_000 {
                let values: Vec<f64> = (0..dice.below(5)).map(|_| extremes(&mut dice)).collect();
                let Scale { range, ticks } = axis.scale(values.iter().copied(), 500, 50);
                assert!(
                    range.start.is_finite() && range.end.is_finite() && range.start < range.end,
                    "{values:?}: {range:?}"
                );
                assert!(ticks.len() <= 11, "{values:?}: {} ticks", ticks.len());
                assert!(ticks.windows(2).all(|two| two[0].0 < two[1].0), "{values:?}: {ticks:?}");
                let scale = Scale { range, ticks };
                for value in values {
                    let pixel = scale.map(&axis.place(value), (0, 500));
                    assert!((-1..=501).contains(&pixel), "{value} at {pixel}");
                }
            }
        }
        // A learning rate that is the smallest of numbers has a label, and it is true.
        assert!(labels(&PlotAxis::log("η₀"), [1e-321, 1e-319]).iter().any(|label| label.starts_with("1e-320")));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 20.0, 0.0032, 1e-6].map(number), ["0", "20", "0.0032", "1e-6"]);
    }
}
