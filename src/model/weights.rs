//! Parameters as safetensors files, in the names and shapes that PyTorch's layers have.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `layers.L.weight` | `[outputs, inputs]` | weights of layer L, counted from 0: the transpose of our own inputs × outputs |
//! | `layers.L.bias` | `[outputs]` | its biases, if it has them |
//! | `layers.L.weight` | `[channels out, channels in, k, k]` | of a convolution |
//! | `layers.L.weight` | `[channels out, channels in, k]` | of a convolution over steps |
//! | `layers.L.weight` | `[outputs, channels · h · w]` | of the layer behind the last convolution: inputs channel by channel, as PyTorch's `Flatten` gives them, where θ has them pixel by pixel |
//! | `layers.L.input.weight`, `layers.L.input.bias` | `[hidden, inputs]`, `[hidden]` | of a recurrent layer: PyTorch's `weight_ih`, and the sum of its two biases |
//! | `layers.L.hidden.weight` | `[hidden, hidden]` | PyTorch's `weight_hh` |
//! | `layers.L.input.weight`, `layers.L.hidden.weight` | `[G · hidden, …]` | of a GRU (G = 3) or LSTM (G = 4): PyTorch's `weight_ih` and `weight_hh`, with `layers.L.hidden.bias` its `bias_hh` of a GRU |
//! | `layers.L.weight`, `layers.L.bias` | `[n]` | of a norm: PyTorch's γ and β |
//! | `layers.L.running_mean`, `layers.L.running_var` | `[n]` | of a batch norm |
//! | `layers.L.M.weight`, `NAME.weight` | as above | of layer M within layer L of a model from parts; of layers that share a name |
//! | `theta.weight` | `[n, 1]` | of an `objective` |
//!
//! Tied layers stand once.
//!
//! The metadata hold the digest of names, types, shapes and numbers as `blake3`, by which a damaged file is known; a file
//! without it is read all the same.
//!
//! The numbers are F32 or F64, as the run's precision; either is read into either. An ensemble's networks stand one beside
//! the other, each name behind `networks.J.`. A file is read only if it holds exactly the network's tensors, in their
//! shapes, with finite numbers.

use super::error::WeightsError;
use super::{KernelShape, Layer, Network};
use crate::digest::Digest;
use crate::guard::file::{self, FileError, Links};
use crate::num::{BlockRole, Precision, Real};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

/// One tensor of a file, and where its numbers lie in θ.
struct FileTensor<'n> {
    name: String,
    shape: Vec<usize>,
    place: Range<usize>,
    /// Of weights: θ has them row by input and the file row by output.
    layer: Option<&'n Layer>,
}

/// Every tensor of a network: the one place that knows both layouts.
fn tensors_of(network: &Network) -> Vec<FileTensor<'_>> {
    let of_layer = |layer: &'_ Layer| {
        let shape = match layer.kernel {
            Some(KernelShape::Square(side)) => vec![layer.outputs, layer.inputs / (side * side), side, side],
            Some(KernelShape::Line(length)) => vec![layer.outputs, layer.inputs / length, length],
            None if matches!(layer.role, BlockRole::Gain | BlockRole::Statistic) => vec![layer.outputs],
            None => vec![layer.outputs, layer.inputs],
        };
        let (bias, weight) = layer.names();
        ((weight, shape, layer.weights.clone()), (bias, vec![layer.outputs], layer.bias.clone()))
    };
    let mut blocks = Vec::new();
    for layer in network.layers() {
        let ((name, shape, place), bias) = of_layer(layer);
        blocks.push(FileTensor { name, shape, place, layer: Some(layer) });
        let (name, shape, place) = bias;
        if !place.is_empty() {
            blocks.push(FileTensor { name, shape, place, layer: None });
        }
    }
    blocks
}

impl FileTensor<'_> {
    /// Puts its numbers from a file into θ.
    fn read<R: Real>(&self, file: &SafeTensors<'_>, theta: &mut [R]) -> Result<(), WeightsError> {
        let (name, expected) = (|| self.name.clone(), || self.shape.clone());
        let missing = |_| WeightsError::Missing { name: name(), shape: expected() };
        let tensor = file.tensor(&self.name).map_err(missing)?;
        if tensor.shape() != self.shape {
            return Err(WeightsError::Shape { name: name(), found: tensor.shape().to_vec(), expected: expected() });
        }
        let numbers: Vec<f64> = match tensor.dtype() {
            Dtype::F32 => tensor.data().as_chunks::<4>().0.iter().map(|&b| f64::from(f32::from_le_bytes(b))).collect(),
            Dtype::F64 => tensor.data().as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b)).collect(),
            found => return Err(WeightsError::Type { name: name(), found }),
        };
        for (index, number) in numbers.into_iter().enumerate() {
            let parameter = R::from_f64(number);
            if !parameter.is_finite() {
                return Err(WeightsError::NotFinite { name: name(), number, place: index, precision: R::PRECISION });
            }
            theta[self.place_of(index)] = parameter;
        }
        Ok(())
    }

    /// Where the file's number at `index` lies in θ.
    fn place_of(&self, index: usize) -> usize {
        let within = match self.layer {
            None => index,
            Some(layer) => {
                let (output, input) = (index / layer.inputs, index % layer.inputs);
                // An image's inputs are channel by channel in the file, pixel by pixel in θ.
                let pixels = layer.pixels;
                let input = input % pixels * (layer.inputs / pixels) + input / pixels;
                input * layer.outputs + output
            }
        };
        self.place.start + within
    }
}

/// The bytes of a file with the parameters of one network, or of an ensemble's networks. The same numbers give the same
/// bytes.
///
/// # Errors
/// Where they cannot be put into such a file.
pub fn to_bytes<R: Real>(network: &Network, parameters: &[Vec<R>]) -> Result<Vec<u8>, WeightsError> {
    to_bytes_of(std::slice::from_ref(network), parameters)
}

/// The same, where an ensemble takes these networks in turn.
///
/// # Errors
/// As [`to_bytes`].
pub fn to_bytes_of<R: Real>(networks: &[Network], parameters: &[Vec<R>]) -> Result<Vec<u8>, WeightsError> {
    let mut tensors = Vec::new();
    for ((number, theta), network) in parameters.iter().enumerate().zip(networks.iter().cycle()) {
        let prefix = if parameters.len() > 1 { format!("networks.{number}.") } else { String::new() };
        for block in tensors_of(network) {
            let numbers: Vec<R> = (0..block.place.len()).map(|index| theta[block.place_of(index)]).collect();
            let mut bytes = Vec::new();
            R::extend_bytes(&numbers, &mut bytes);
            tensors.push((format!("{prefix}{}", block.name), block.shape, bytes));
        }
    }
    let dtype = match R::PRECISION {
        Precision::F32 => Dtype::F32,
        Precision::F64 => Dtype::F64,
    };
    let mut views = Vec::new();
    for (name, shape, bytes) in &tensors {
        views.push((name.as_str(), TensorView::new(dtype, shape.clone(), bytes).map_err(WeightsError::Unwritten)?));
    }
    let digest = digest_of_tensors(views.iter().map(|(name, view)| (*name, view)));
    let metadata = digest.map(|digest| std::iter::once((DIGEST.to_owned(), digest)).collect());
    safetensors::serialize(views, metadata).map_err(WeightsError::Unwritten)
}

/// The key of the tensors' digest in a file's metadata.
const DIGEST: &str = "blake3";

/// What that digest is of, and the version of its fields.
const FORM: &str = "burnmark tensors 1";

/// The digest of all names, types, shapes and numbers, by name; `None` where a tensor is of a type that we do not write.
fn digest_of_tensors<'t, 'd: 't>(tensors: impl Iterator<Item = (&'t str, &'t TensorView<'d>)>) -> Option<String> {
    let sorted: BTreeMap<&str, &TensorView<'_>> = tensors.collect();
    let mut digest = Digest::of(FORM);
    for (name, tensor) in sorted {
        let precision = match tensor.dtype() {
            Dtype::F32 => Precision::F32,
            Dtype::F64 => Precision::F64,
            _ => return None,
        };
        digest.field("tensor", name.as_bytes());
        digest.field("type", precision.name().as_bytes());
        tensor.shape().iter().for_each(|length| digest.count("length", *length));
        digest.field("numbers", tensor.data());
    }
    Some(digest.hex())
}

/// Whether these are the bytes that [`to_bytes`] once wrote, to the last bit.
#[must_use]
pub fn is_whole(bytes: &[u8]) -> bool {
    let (Ok((_, metadata)), Ok(file)) = (SafeTensors::read_metadata(bytes), SafeTensors::deserialize(bytes)) else {
        return false;
    };
    let tensors = file.tensors();
    let digest = digest_of_tensors(tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)));
    let said = metadata.metadata().clone();
    if digest.is_none() || said.as_ref().and_then(|said| said.get(DIGEST)) != digest.as_ref() {
        return false;
    }
    // What the digest leaves out, such as the space between the parts of the header.
    safetensors::serialize(tensors, said).is_ok_and(|again| again == bytes)
}

/// θ from a file's bytes.
///
/// # Errors
/// Where the file is damaged, or does not hold exactly this network's parameters.
pub fn from_bytes<R: Real>(bytes: &[u8], network: &Network) -> Result<Vec<R>, WeightsError> {
    let file = SafeTensors::deserialize(bytes).map_err(WeightsError::Damaged)?;
    let blocks = tensors_of(network);
    let known: BTreeSet<&str> = blocks.iter().map(|block| block.name.as_str()).collect();
    let mut names = file.names();
    names.sort_unstable();
    if let Some(extra) = names.into_iter().find(|name| !known.contains(name)) {
        let known = blocks.iter().map(|block| block.name.clone()).collect();
        return Err(WeightsError::Extra { name: extra.to_owned(), known });
    }
    let mut theta = vec![R::ZERO; network.parameter_count()];
    for block in &blocks {
        block.read(&file, &mut theta)?;
    }
    Ok(theta)
}

/// Puts the numbers of a file into θ: those of these layers, or of all layers of which the file has a tensor where none is named. The file
/// may hold others.
///
/// # Errors
/// Where the file is damaged, a layer is not the network's or not the file's, shapes differ, or nothing is taken.
pub fn put_from_bytes<R: Real>(
    bytes: &[u8],
    network: &Network,
    layers: &[&str],
    theta: &mut [f64],
) -> Result<(), WeightsError> {
    let file = SafeTensors::deserialize(bytes).map_err(WeightsError::Damaged)?;
    let of = |block: &FileTensor<'_>, name: &str| {
        block.name.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '_']))
    };
    let blocks = tensors_of(network);
    if let Some(name) = layers.iter().find(|name| !blocks.iter().any(|block| of(block, name))) {
        let known = network.layers().iter().map(|layer| layer.name.clone()).collect();
        return Err(WeightsError::NoLayer { name: (*name).to_owned(), known });
    }
    let mut taken = vec![R::ZERO; theta.len()];
    let wanted = |block: &&FileTensor<'_>| match layers {
        [] => file.tensor(&block.name).is_ok(),
        layers => layers.iter().any(|name| of(block, name)),
    };
    let wanted: Vec<_> = blocks.iter().filter(wanted).collect();
    if wanted.is_empty() {
        let known = blocks.iter().map(|block| block.name.clone()).collect();
        return Err(WeightsError::NothingShared { known });
    }
    for block in wanted {
        block.read(&file, &mut taken)?;
        for at in block.place.clone() {
            theta[at] = taken[at].to_f64();
        }
    }
    Ok(())
}

/// The largest file: as many numbers as the largest network has, in f64, and a header.
const MOST_BYTES: u64 = 900_000_000;

/// The bytes of a file of parameters that a spec names.
///
/// # Errors
/// Where it cannot be read or is too large.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    file::read(path, MOST_BYTES, Links::Followed)
}

/// The digest of a file of parameters, by which it is known.
///
/// # Errors
/// As [`read`].
pub fn digest(path: &Path) -> Result<String, FileError> {
    Ok(digest_of(&read(path)?))
}

/// BLAKE3 of a file's bytes.
#[must_use]
pub fn digest_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{self, Activation};
    use crate::loss::{Loss, SQUARED_ERROR};
    use crate::model::{Answer, Architecture, Pooling, Task};
    use crate::num::{Image, Shape};

    fn network() -> Network {
        Network::new(3, &[2], 1, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR))
    }

    #[allow(clippy::cast_precision_loss)]
    fn theta() -> Vec<f64> {
        (0..network().parameter_count()).map(|i| i as f64 / 8.0).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = to_bytes(&network(), &[theta()]).unwrap();
        assert_eq!(from_bytes::<f64>(&bytes, &network()).unwrap(), theta());
        let small: Vec<f32> = from_bytes(&bytes, &network()).unwrap();
        assert_eq!(to_bytes(&network(), std::slice::from_ref(&small)).unwrap().len() % 4, 0);
        assert_eq!(
            from_bytes::<f32>(&to_bytes(&network(), std::slice::from_ref(&small)).unwrap(), &network()).unwrap(),
            small
        );
    }

    /// Committed; `tests/oracles/digests.py` has them from a second implementation of the bytes.
    #[test]
    fn the_digests_are_the_committed_ones() {
        let digest = |bytes: &[u8]| {
            let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
            metadata.metadata().clone().unwrap()[DIGEST].clone()
        };
        assert_eq!(
            digest(&to_bytes(&network(), &[theta()]).unwrap()),
            "4da09b8bf86513272b93b125bb80080002c185210f7fb14927e96016fcc2216a"
        );
        let small: Vec<f32> = from_bytes(&to_bytes(&network(), &[theta()]).unwrap(), &network()).unwrap();
        assert_eq!(
            digest(&to_bytes(&network(), &[small]).unwrap()),
            "d36e5b894e8bd87c6af0acb06705fafdc2853ca36a48feb6879c68f5ec136640"
        );
    }

    #[test]
    fn no_bit_of_a_file_changes_unseen() {
        let bytes = to_bytes(&network(), &[theta()]).unwrap();
        assert!(is_whole(&bytes));
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            assert!(!is_whole(&flipped) && !is_whole(&bytes[..at]), "byte {at}");
        }
        assert!(!is_whole(&[&bytes[..], b"\0"].concat()));
    }

    /// Weight (j, i) of the file is ours from input i to output j; the biases come first in θ.
    #[test]
    fn matrices_are_transposed() {
        let bytes = to_bytes(&network(), &[theta()]).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let tensor = file.tensor("layers.0.weight").unwrap();
        assert_eq!(tensor.shape(), [2, 3]);
        let numbers: Vec<f64> = tensor.data().as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b) * 8.0).collect();
        assert_eq!(numbers, [2.0, 4.0, 6.0, 3.0, 5.0, 7.0]);
    }

    /// Two channels of 3 × 2 patches of 1 pixel, then one output from 2 · 3 · 2 numbers. θ: biases of the convolution, its
    /// weights (one input, two outputs), the output's bias, then its weights by pixel and channel: p0c0 p0c1 p1c0 …; the
    /// file has them by channel: p0c0 p1c0 … p5c0 p0c1 …, as PyTorch flattens [channels, 3, 2].
    #[test]
    fn the_layer_behind_convolutions_is_as_flatten_gives_it() {
        let architecture = Architecture {
            hidden: Vec::new(),
            activation: Activation::of(&activation::RELU),
            bias: true,
            tied: false,
            channels: vec![2],
            kernel: 1,
            pooling: Pooling::Max,
            pool: 1,
            loss: None,
            layers: Vec::new(),
            own: crate::registry::Choice::of(&crate::model::convolutional::ENTRY.entry),
        };
        let shape = Shape::Image(Image { height: 3, width: 2, channels: 1 });
        let task = Task { inputs: 6, shape, answer: Answer::Numbers(1), positions: 1 };
        let network = crate::model::convolutional::ENTRY.network(&architecture, &task).unwrap();
        let theta: Vec<f64> = (0..17_u8).map(f64::from).collect();
        let bytes = to_bytes(&network, std::slice::from_ref(&theta)).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let tensor = file.tensor("layers.1.weight").unwrap();
        assert_eq!(tensor.shape(), [1, 12]);
        let numbers: Vec<f64> = tensor.data().as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b)).collect();
        assert_eq!(numbers, [5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0]);
        assert_eq!(from_bytes::<f64>(&bytes, &network).unwrap(), theta);
    }

    #[test]
    fn an_ensemble_has_a_prefix_per_network() {
        let bytes = to_bytes(&network(), &[theta(), theta()]).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.len(), 8);
        assert!(file.tensor("networks.1.layers.1.bias").is_ok());
    }

    #[test]
    fn what_is_not_this_networks_is_refused() {
        let bytes = to_bytes(&network(), &[theta()]).unwrap();
        let says = |bytes: &[u8], network: &Network| from_bytes::<f32>(bytes, network).unwrap_err().to_string();
        let other = |hidden: &[usize], outputs| {
            Network::new(3, hidden, outputs, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR))
        };
        assert_eq!(says(&bytes, &other(&[4], 1)), "`layers.0.weight` has the shape [2, 3], expected [4, 3]");
        assert_eq!(says(&bytes, &other(&[2, 1], 1)), "no tensor `layers.2.weight` of shape [1, 1]");
        assert_eq!(
            says(&bytes, &other(&[], 2)),
            "a tensor `layers.1.bias` that the network has not; it has `layers.0.weight`, `layers.0.bias`"
        );
        for damaged in [&bytes[..5], &bytes[..bytes.len() - 1], b"not a file of tensors at all", &[0xff; 64], b""] {
            assert!(says(damaged, &network()).contains("no safetensors, or damaged"), "{damaged:?}");
        }
        let mut infinite = theta();
        infinite[3] = f64::INFINITY;
        let message = says(&to_bytes(&network(), &[infinite]).unwrap(), &network());
        assert_eq!(message, "`layers.0.weight` holds inf at place 3, no finite number in f32");
        let mut large = theta();
        large[0] = 1e300;
        let bytes = to_bytes(&network(), &[large]).unwrap();
        assert!(says(&bytes, &network()).contains("no finite number in f32"));
        assert!(from_bytes::<f64>(&bytes, &network()).is_ok());
    }
}
