//! MNIST and Fashion-MNIST, fetched by `burnmark data fetch` and read from the data folder.
//!
//! 70,000 images of 28 × 28 pixels from 0 to 255, row by row, 10 classes. The publishers' 60,000 training and 10,000 test
//! images are put together in this order and split as `data.split` says, like every other set. `holdout = "own"` keeps the
//! publishers' test part, as figures from the literature do.
//!
//! The sizes and SHA-256 digests are those of TensorFlow Datasets (`url_checksums/mnist.txt`, `fashion_mnist.txt`);
//! torchvision's `prototype/datasets/_builtin/mnist.py` has the same digests. MNIST's first home, yann.lecun.com, serves it
//! no more; its address here is the mirror that torchvision reads from.

use super::entry::DataEntry;
use super::error::{DataError, DataFault};
use super::fetch::{self, FetchState, Pinned, Remote};
use super::figures::{FigureList, Figures};
use super::idx;
use super::rows::{OwnParts, Rows};
use super::set::{DataSet, Target};
use crate::num::Shape;
use crate::registry::Entry;
use std::path::Path;

const fn file(name: &'static str, bytes: u64, sha256: &'static str) -> Pinned {
    Pinned { name, folder: "", bytes, sha256 }
}

pub(super) const MNIST_FILES: Remote = Remote {
    name: "mnist",
    address: "https://ossci-datasets.s3.amazonaws.com/mnist/",
    files: &[
        file(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        file("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        file(
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        file("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ],
};

pub(super) const FASHION_MNIST_FILES: Remote = Remote {
    name: "fashion-mnist",
    // The publishers' bucket speaks plain HTTP only; the digests make up for it.
    address: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    files: &[
        file(
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        file("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        file(
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        file("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ],
};

pub const MNIST: DataEntry = DataEntry {
    entry: Entry {
        name: "mnist",
        description: "70,000 handwritten digits of 28 × 28 pixels, 10 classes; `burnmark data fetch mnist` gets it",
        revision: 1,
        source: "LeCun, Cortes & Burges 1998, from NIST's special databases 1 and 3",
        parameters: &[],
    },
    licence: "CC BY-SA 3.0 (as stated by the documentation of Keras; the publishers' page is gone)",
    citation: "LeCun, Y., Bottou, L., Bengio, Y. & Haffner, P. (1998). Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11), 2278-2324.",
    load: &|_| load(&MNIST_FILES, &fetch::folder()?),
};

pub const FASHION_MNIST: DataEntry = DataEntry {
    entry: Entry {
        name: "fashion-mnist",
        description: "70,000 pictures of clothes of 28 × 28 pixels, 10 classes; `burnmark data fetch fashion-mnist` gets it",
        revision: 1,
        source: "Xiao, Rasul & Vollgraf 2017",
        parameters: &[],
    },
    licence: "MIT",
    citation: "Xiao, H., Rasul, K. & Vollgraf, R. (2017). Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. arXiv:1708.07747.",
    load: &|_| load(&FASHION_MNIST_FILES, &fetch::folder()?),
};

/// Reads a fetched set: images and labels for training, then images and labels for testing.
///
/// # Errors
/// Where it is not in the data folder, or not as it was fetched.
pub fn load(set: &Remote, folder: &Path) -> Result<DataSet, DataError> {
    let name = set.name;
    if fetch::state(set, folder) == FetchState::Absent {
        return Err(DataFault::NotFetched
            .error(format!("`{name}` is not in `{}`; run `burnmark data fetch {name}`", folder.display())));
    }
    let read = |file: &Pinned| {
        let path = folder.join(name).join(file.name);
        let bytes = fetch::pinned_bytes(&path, file);
        let bytes = bytes.map_err(|why| why.with_help(&format!("; `burnmark data fetch {name}` gets it anew")))?;
        idx::parse(bytes.as_slice()).map_err(|why| why.in_file(&path.display().to_string()))
    };
    let (mut pixels, mut labels, mut size, mut last) = (FigureList::default(), Vec::new(), None, 0);
    for pair in set.files.chunks_exact(2) {
        let (images, digits) = (read(&pair[0])?, read(&pair[1])?);
        let count = images.dimensions[0];
        let here = images.shape();
        if digits.dimensions != [count] || *size.get_or_insert(here) != here {
            return Err(DataFault::NotPinned.error(format!("the files of `{name}` do not go together")));
        }
        last = labels.len();
        pixels.append(&images.values);
        labels.extend(digits.values.into_f64());
    }
    let labels = super::table::Labels::of(&labels);
    let samples = labels.classes.len();
    let features = Figures::new(samples, pixels.len() / samples.max(1), pixels);
    let target = Target::Classes { count: labels.names.len(), labels: labels.classes };
    let rows = Rows { own: Some(OwnParts::Published(last..samples)), ..Rows::default() };
    Ok(DataSet { rows, ..DataSet::shaped(features, size.unwrap_or(Shape::Flat), target) })
}
