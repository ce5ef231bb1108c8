//! Targets, seeds and mutations, for the driver on stable Rust and for cargo-fuzz.

pub mod mutate;
pub mod seeds;
pub mod targets;
