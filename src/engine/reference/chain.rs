//! A module made of modules, one after another (lecture L14): z' of one is z of the next.
//!
//! - forward: from the first to the last
//! - backward and parameter: from the last to the first; δ of one is δ' of the one before
//!
//! It is a module like any other, so chains stand within chains.

use super::{Context, ForwardValues, ReferenceModule};
use crate::num::{MatMut, MatRef, Real};

pub struct Chain<R> {
    links: Vec<Link<R>>,
    /// δ and δ', in turn.
    deltas: [Vec<R>; 2],
}

/// A module, how many numbers per sample it gives, and what it gave last (empty for the last one, whose go out).
struct Link<R> {
    module: Box<dyn ReferenceModule<R>>,
    outputs: usize,
    values: Vec<R>,
}

impl<R: Real> Chain<R> {
    /// A chain of modules, each with its numbers per sample.
    pub fn new(modules: Vec<(Box<dyn ReferenceModule<R>>, usize)>, most_samples: usize) -> Self {
        let widest = modules.iter().map(|(_, outputs)| *outputs).max().unwrap_or(0);
        let link = |(module, outputs)| Link { module, outputs, values: vec![R::ZERO; most_samples * outputs] };
        let delta = vec![R::ZERO; most_samples * widest];
        Self { links: modules.into_iter().map(link).collect(), deltas: [delta.clone(), delta] }
    }

    /// The last module that does something now; those that do nothing are stepped over.
    fn last(&self, context: Context<'_, R>) -> Option<usize> {
        self.links.iter().rposition(|link| !link.module.is_identity(context))
    }
}

impl<R: Real> ReferenceModule<R> for Chain<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let Some(last) = self.last(context) else {
            z_next.data().copy_from_slice(z.data());
            return;
        };
        let samples = z.rows();
        let mut z = z;
        let (before, behind) = self.links.split_at_mut(last);
        for link in before.iter_mut().filter(|link| !link.module.is_identity(context)) {
            let values = &mut link.values[..samples * link.outputs];
            link.module.forward(context, z, MatMut::new(samples, link.outputs, values));
            z = MatRef::new(samples, link.outputs, values);
        }
        behind[0].module.forward(context, z, z_next);
    }

    fn back(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: Option<MatMut<'_, R>>,
        gradient: &mut [R],
    ) {
        let Some(last) = self.last(context) else {
            if let Some(mut delta) = delta {
                delta.data().copy_from_slice(delta_next.data());
            }
            return;
        };
        let samples = values.z.rows();
        let acts = |link: &Link<R>| !link.module.is_identity(context);
        // Where δ of the whole is not wanted, the way ends at the first module that has parameters.
        let first = self.links.iter().position(|link| acts(link) && (delta.is_some() || link.module.has_parameters()));
        let Some(first) = first else { return };
        let [mut behind, mut here] = self.deltas.each_mut();
        for index in (first..=last).rev() {
            if !acts(&self.links[index]) {
                continue;
            }
            let before = self.links[..index].iter().rposition(acts);
            let (earlier, rest) = self.links.split_at_mut(index);
            let Link { module, outputs, values: own } = &mut rest[0];
            let z = before.map_or(values.z, |before| {
                let Link { outputs, values, .. } = &earlier[before];
                MatRef::new(samples, *outputs, &values[..samples * outputs])
            });
            let (z_next, delta_next) = if index == last {
                (values.z_next, delta_next)
            } else {
                let of = |data| MatRef::new(samples, *outputs, data);
                (of(&own[..samples * *outputs]), of(&behind[..samples * *outputs]))
            };
            let wanted = if index == first {
                delta.take()
            } else {
                Some(MatMut::new(samples, z.cols(), &mut here[..samples * z.cols()]))
            };
            module.back(context, ForwardValues { z, z_next }, delta_next, wanted, gradient);
            std::mem::swap(&mut behind, &mut here);
        }
    }

    fn has_parameters(&self) -> bool {
        self.links.iter().any(|link| link.module.has_parameters())
    }

    fn is_identity(&self, context: Context<'_, R>) -> bool {
        self.links.iter().all(|link| link.module.is_identity(context))
    }
}
