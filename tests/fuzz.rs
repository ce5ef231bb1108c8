//! Every fuzz target for a moment: broken pages, archives, records and models, none of which may make it panic or hang.

#![allow(unreachable_pub, reason = "the targets are a library of their own")]

mod common;
#[path = "../fuzz/src/mutate.rs"]
mod mutate;
#[path = "../fuzz/src/seeds.rs"]
mod seeds;
#[path = "../fuzz/src/targets.rs"]
mod targets;

use std::time::{Duration, Instant};

use mutate::{Random, mutated};

/// Time that each target has at most.
const BUDGET: Duration = Duration::from_secs(3);

#[test]
fn broken_inputs_are_answered() {
    for (name, target) in targets::TARGETS {
        let seeds = seeds::seeds(&common::root(), name);
        let started = Instant::now();
        let mut n_executions = 0;
        for execution in 0..3000 {
            let data = mutated(&seeds, &mut Random(execution));
            let begun = Instant::now();
            target(&data);
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "{name} took {:?} of {execution}",
                begun.elapsed()
            );
            n_executions += 1;
            if started.elapsed() > BUDGET {
                break;
            }
        }
        assert!(n_executions > 20, "{name}: only {n_executions}");
    }
}
