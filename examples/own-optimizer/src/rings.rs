//! Data set: points of the plane in two classes, within a circle and around it.

use burnmark::data::{DataEntry, DataError, DataSet, SEED, Target, samples};
use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::registry::{Choice, Entry};

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "rings",
        description: "points of the plane, within a circle and around it",
        revision: 1,
        source: "examples/own-optimizer",
        parameters: &[samples(300), SEED],
    },
    licence: "generated",
    citation: "examples/own-optimizer",
    load: &load,
};

#[allow(clippy::unnecessary_wraps)] // the form that all data sets have
fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let (mut numbers, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..choice.count("samples") {
        let [x, y] = [stream.normal(), stream.normal()];
        numbers.extend([x, y]);
        labels.push(u32::from(x * x + y * y > 2.0 * std::f64::consts::LN_2)); // half of them
    }
    Ok(DataSet::flat(Matrix::new(labels.len(), 2, numbers), Target::Classes { labels, count: 2 }))
}
