//! burnmark's integration tests: one binary, its modules by subject.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::default_trait_access)] // small numbers

mod accuracy;
mod allocations;
mod axes;
mod burn_optim;
mod choices;
mod comparisons;
mod constants;
mod crosscheck;
mod documents;
mod engines;
mod exports;
mod fakes;
mod faults;
mod fits;
mod folders;
mod fuzz;
mod hardships;
mod likelihoods;
mod mutants;
mod optimizers;
mod outside;
mod pins;
mod plots;
mod protocols;
mod provenance;
mod reading;
mod registries;
mod regularizers;
mod reports;
mod rooms;
mod shards;
mod show;
mod solvers;
mod specs;
mod statistics;
mod subjects;
mod support;
mod sweeps;
mod tasks;
mod traces;
mod trajectories;
mod trials;
mod untrusted;
mod verify;
