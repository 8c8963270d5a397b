//! burnmark: a reproducible benchmark suite for the methods that train neural networks.

pub mod data;
pub mod engine;
pub mod model;
pub mod num;
pub mod optim;
pub mod record;
pub mod registry;
pub mod schedule;
pub mod train;
