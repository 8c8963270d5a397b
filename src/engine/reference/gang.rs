//! The same network for several runs at once, a run in each lane of a vector (`num/gang/`).
//!
//! Runs of a gang have one network, one batch and one set of masks, and each its own θ. A chain of linear maps, activations and
//! dropout has this form; other networks have none, and their runs are trained one by one. Up to the first linear map all numbers
//! are the same for all runs and are written once.

use super::super::{Batch, Masks};
use super::Maker;
use super::module::Weights;
use crate::activation::Unit;
use crate::loss::{LossFunction, OutputsInLanes};
use crate::model::{Module, Network, Reduction};
use crate::num::gang::{
    GangFactor, gang_product_transposed_left, gang_product_transposed_right, gang_product_with_bias, gang_size,
    gather_lane, scatter_lane,
};
use crate::num::lanes::{turn, vectorized};
use crate::num::{MatMut, MatRef, Real, sum_rows};

/// The reference engine for a gang of runs of one network.
pub struct GangReference<R> {
    /// G
    gang: usize,
    /// From the first to the last.
    links: Vec<GangLink<R>>,
    loss: Box<dyn LossFunction<R>>,
    reduction: Reduction,
    most_samples: usize,
    outputs: usize,
    positions: usize,
    /// δ and δ', in turn.
    deltas: [Vec<R>; 2],
    /// s and δ of one run.
    own: [Vec<R>; 2],
}

/// A module, and what it gave last.
struct GangLink<R> {
    module: GangModule<R>,
    /// Numbers per sample that come out.
    outputs: usize,
    /// Whether they are one for all runs.
    shared: bool,
    values: Vec<R>,
}

enum GangModule<R> {
    Linear { weights: Weights, positions: usize },
    Activation(Box<dyn Unit<R>>),
    Dropout { place: usize },
}

/// Numbers of a batch, a row per sample: one for all runs, or each run's own side by side.
#[derive(Clone, Copy)]
struct GangValues<'a, R> {
    samples: usize,
    /// Per sample and run.
    width: usize,
    shared: bool,
    data: &'a [R],
}

impl<'a, R: Real> GangValues<'a, R> {
    /// A row for each sample and position.
    fn factor(self, gang: usize, positions: usize) -> GangFactor<'a, R> {
        let matrix = |cols| MatRef::new(self.samples, cols, self.data).split_rows(positions);
        if self.shared { GangFactor::Shared(matrix(self.width)) } else { GangFactor::Each(matrix(self.width * gang)) }
    }
}

impl<R: Real> GangReference<R> {
    /// For batches and evaluations of up to `most_samples`; `None` where the network has no such form, or the CPU no vectors.
    #[must_use]
    pub fn new(network: &Network, most_samples: usize) -> Option<Self> {
        let (gang, most_samples) = (gang_size::<R>(), most_samples.max(1));
        let written = vec![false; network.layers().len()];
        let mut maker = Maker { layers: network.layers(), written, most_samples };
        let mut links = Vec::new();
        push_links(&mut maker, network.chain(), &mut links)?;
        links.reverse();
        let first = links.iter().position(|link| matches!(link.module, GangModule::Linear { .. }))?;
        let mut widest = 0;
        for (index, link) in links.iter_mut().enumerate() {
            link.shared = index < first;
            let lanes = if link.shared { 1 } else { gang };
            link.values = vec![R::ZERO; most_samples * link.outputs * lanes];
            widest = widest.max(link.outputs);
        }
        let numbers = most_samples * network.output_width();
        let delta = vec![R::ZERO; most_samples * widest * gang];
        (gang > 1).then(|| Self {
            gang,
            links,
            loss: network.loss().function(most_samples * network.positions() * gang, network.outputs()),
            reduction: network.reduction(),
            most_samples,
            outputs: network.outputs(),
            positions: network.positions(),
            deltas: [delta.clone(), delta],
            own: [vec![R::ZERO; numbers], vec![R::ZERO; numbers]],
        })
    }

    /// G, the most runs at a time.
    #[must_use]
    pub fn size(&self) -> usize {
        self.gang
    }

    /// Numbers per sample that [`Self::outputs`] writes.
    #[must_use]
    pub fn outputs_per_sample(&self) -> usize {
        self.positions * self.outputs * self.gang
    }

    /// Each run's loss of one batch, G of them, and the gradients side by side, from θ of all runs side by side.
    ///
    /// # Panics
    /// Where the lengths do not fit: a mistake in the calling code.
    pub fn losses_and_gradients(
        &mut self,
        parameters: &[R],
        batch: &Batch<'_, R>,
        gradient: &mut [R],
        losses: &mut [R],
    ) {
        let last = self.forward(parameters, batch.inputs, Some(batch.masks));
        self.losses(last, batch.inputs.rows(), batch, losses);
        self.back(parameters, last, batch, gradient);
    }

    /// The outputs s of all runs side by side, m × (positions · K · G), without dropout.
    ///
    /// # Panics
    /// Where `outputs` has not the room for exactly these.
    pub fn outputs(&mut self, parameters: &[R], inputs: MatRef<'_, R>, outputs: &mut [R]) {
        let width = self.outputs_per_sample();
        assert_eq!(outputs.len(), inputs.rows() * width, "room for the outputs");
        for (piece, outputs) in outputs.chunks_mut(self.most_samples * width).enumerate() {
            let (start, samples) = (piece * self.most_samples, outputs.len() / width);
            let last = self.forward(parameters, inputs.rows_between(start, start + samples), None);
            outputs.copy_from_slice(&self.links[last].values[..outputs.len()]);
        }
    }

    /// From the inputs to the outputs, in training by these masks; the link whose values those are.
    fn forward(&mut self, parameters: &[R], inputs: MatRef<'_, R>, masks: Option<Masks<'_, R>>) -> usize {
        let Self { links, gang, .. } = self;
        let samples = inputs.rows();
        let mut before = None;
        for index in 0..links.len() {
            let (earlier, rest) = links.split_at_mut(index);
            let link = &mut rest[0];
            if !link.module.acts(masks) {
                continue;
            }
            let z = values_before(*gang, earlier, before, inputs);
            let lanes = if link.shared { 1 } else { *gang };
            let to = &mut link.values[..samples * link.outputs * lanes];
            link.module.forward(*gang, parameters, z, masks, to);
            before = Some(index);
        }
        before.expect("a linear map")
    }

    /// Each run's loss, and δ of the outputs. A loss without a form for lanes sees the outputs of one run at a time.
    fn losses(&mut self, last: usize, samples: usize, batch: &Batch<'_, R>, losses: &mut [R]) {
        let (answers, outputs) = (samples * self.positions, self.outputs);
        let numbers = answers * outputs;
        let s = &self.links[last].values[..numbers * self.gang];
        let delta = &mut self.deltas[0][..numbers * self.gang];
        let share = self.reduction.share(answers);
        let of_lanes = OutputsInLanes { lanes: self.gang, outputs, s };
        if self.loss.losses_and_deltas(of_lanes, batch.targets, share, delta, losses) {
            return;
        }
        let [own_s, own_delta] = self.own.each_mut().map(|own| &mut own[..numbers]);
        for (lane, loss) in losses.iter_mut().enumerate() {
            gather_lane(s, (self.gang, lane), own_s);
            let (s, message) = (MatRef::new(answers, outputs, own_s), MatMut::new(answers, outputs, own_delta));
            *loss = self.loss.loss_and_delta(s, batch.targets, share, message);
            scatter_lane(own_delta, delta, (self.gang, lane));
        }
    }

    /// From δ of the outputs to the gradient.
    fn back(&mut self, parameters: &[R], last: usize, batch: &Batch<'_, R>, gradient: &mut [R]) {
        let Self { links, gang, deltas, .. } = self;
        let (samples, masks) = (batch.inputs.rows(), Some(batch.masks));
        let [mut behind, mut here] = deltas.each_mut();
        for index in (0..=last).rev() {
            let (earlier, rest) = links.split_at_mut(index);
            let link = &rest[0];
            if !link.module.acts(masks) {
                continue;
            }
            let before = earlier.iter().rposition(|link| link.module.acts(masks));
            let z = values_before(*gang, earlier, before, batch.inputs);
            let next = &link.values[..samples * link.outputs * *gang];
            let delta_next = &behind[..next.len()];
            if let GangModule::Linear { weights, positions } = &link.module {
                weights.gang_parameter(*gang, z, *positions, delta_next, gradient);
            }
            // What is the same for all runs has no parameters before it.
            if z.shared {
                return;
            }
            let delta = &mut here[..z.data.len()];
            link.module.backward(*gang, parameters, (z, next), masks, delta_next, delta);
            std::mem::swap(&mut behind, &mut here);
        }
    }
}

/// The links of a description from the last to the first; `None` where a module has no form for a gang.
fn push_links<R: Real>(maker: &mut Maker<'_>, module: &Module, links: &mut Vec<GangLink<R>>) -> Option<()> {
    let made = match module {
        Module::Chain(modules) => {
            return modules.iter().rev().try_for_each(|module| push_links(maker, module, links));
        }
        Module::Linear { layer, positions } => {
            GangModule::Linear { weights: maker.weights(*layer), positions: *positions }
        }
        Module::Activation { activation, .. } => GangModule::Activation(activation.unit::<R>()),
        Module::Dropout { place, .. } => GangModule::Dropout { place: *place },
        _ => return None,
    };
    let outputs = module.outputs(maker.layers);
    links.push(GangLink { module: made, outputs, shared: false, values: Vec::new() });
    Some(())
}

/// What a link is given: the values of the last one before it that acts, or the inputs.
fn values_before<'a, R: Real>(
    gang: usize,
    earlier: &'a [GangLink<R>],
    before: Option<usize>,
    inputs: MatRef<'a, R>,
) -> GangValues<'a, R> {
    let samples = inputs.rows();
    let Some(before) = before else {
        return GangValues { samples, width: inputs.cols(), shared: true, data: inputs.data() };
    };
    let GangLink { outputs: width, shared, ref values, .. } = earlier[before];
    let lanes = if shared { 1 } else { gang };
    GangValues { samples, width, shared, data: &values[..samples * width * lanes] }
}

impl<R: Real> GangModule<R> {
    /// Whether it changes something now.
    fn acts(&self, masks: Option<Masks<'_, R>>) -> bool {
        match self {
            Self::Dropout { .. } => masks.is_some_and(|masks| !masks.0.is_empty()),
            _ => true,
        }
    }

    /// z' = f(z)
    fn forward(
        &self,
        gang: usize,
        parameters: &[R],
        z: GangValues<'_, R>,
        masks: Option<Masks<'_, R>>,
        z_next: &mut [R],
    ) {
        match self {
            Self::Linear { weights, positions } => weights.gang_forward(gang, parameters, z, *positions, z_next),
            Self::Activation(unit) => unit.forward(z.data, z_next),
            Self::Dropout { place } => mask(gang, masks, *place, z, z_next),
        }
    }

    /// δ from δ', z and z'.
    fn backward(
        &self,
        gang: usize,
        parameters: &[R],
        (z, z_next): (GangValues<'_, R>, &[R]),
        masks: Option<Masks<'_, R>>,
        delta_next: &[R],
        delta: &mut [R],
    ) {
        match self {
            Self::Linear { weights, positions } => {
                let rows = z.samples * positions;
                let of = |data, width| MatRef::new(rows, width * gang, data);
                let weights_of = weights.gang_matrix(gang, parameters);
                let to = MatMut::new(rows, weights.layer.inputs * gang, delta);
                gang_product_transposed_right(gang, of(delta_next, weights.layer.outputs), weights_of, to);
            }
            Self::Activation(unit) => unit.backward(delta_next, z.data, z_next, delta),
            Self::Dropout { place } => mask(gang, masks, *place, GangValues { data: delta_next, ..z }, delta),
        }
    }
}

impl Weights {
    /// W of all runs, n × (K · G).
    fn gang_matrix<'a, R>(&self, gang: usize, parameters: &'a [R]) -> MatRef<'a, R> {
        let place = self.layer.weights.start * gang..self.layer.weights.end * gang;
        MatRef::new(self.layer.inputs, self.layer.outputs * gang, &parameters[place])
    }

    fn gang_forward<R: Real>(
        &self,
        gang: usize,
        parameters: &[R],
        z: GangValues<'_, R>,
        positions: usize,
        z_next: &mut [R],
    ) {
        let bias = &parameters[self.layer.bias.start * gang..self.layer.bias.end * gang];
        let to = MatMut::new(z.samples * positions, self.layer.outputs * gang, z_next);
        let bias = (!bias.is_empty()).then_some(bias);
        gang_product_with_bias(gang, z.factor(gang, positions), bias, self.gang_matrix(gang, parameters), to);
    }

    fn gang_parameter<R: Real>(
        &self,
        gang: usize,
        z: GangValues<'_, R>,
        positions: usize,
        delta_next: &[R],
        gradient: &mut [R],
    ) {
        let delta_next = MatRef::new(z.samples * positions, self.layer.outputs * gang, delta_next);
        if !self.layer.bias.is_empty() {
            let place = self.layer.bias.start * gang..self.layer.bias.end * gang;
            sum_rows(delta_next, self.adds, &mut gradient[place]);
        }
        let place = self.layer.weights.start * gang..self.layer.weights.end * gang;
        let to = MatMut::new(self.layer.inputs, self.layer.outputs * gang, &mut gradient[place]);
        gang_product_transposed_left(gang, z.factor(gang, positions), delta_next, self.adds, to);
    }
}

/// Each number times that of the mask, the same for all runs.
fn mask<R: Real>(gang: usize, masks: Option<Masks<'_, R>>, place: usize, from: GangValues<'_, R>, to: &mut [R]) {
    let Some(mask) = masks.and_then(|masks| masks.at(place, from.samples, from.width)) else {
        to.copy_from_slice(from.data);
        return;
    };
    let (lanes, mask, from) = (if from.shared { 1 } else { gang }, mask.data(), from.data);
    match lanes {
        16 => masked::<R, 16>(mask, from, to),
        8 => masked::<R, 8>(mask, from, to),
        4 => masked::<R, 4>(mask, from, to),
        2 => masked::<R, 2>(mask, from, to),
        _ => masked::<R, 1>(mask, from, to),
    }
}

fn masked<R: Real, const G: usize>(mask: &[R], from: &[R], to: &mut [R]) {
    vectorized(
        #[inline(always)]
        move || {
            let (to, from) = (&mut to.as_chunks_mut::<G>().0[..mask.len()], &from.as_chunks::<G>().0[..mask.len()]);
            for at in 0..mask.len() {
                let at = turn(at);
                let (mask, from) = (mask[at], from[at]);
                to[at] = from.map(
                    #[inline(always)]
                    |from| mask * from,
                );
            }
        },
    );
}
