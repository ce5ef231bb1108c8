//! Runs targets on broken copies of their seeds and counts: `cargo run --release -- [TARGET…] [--executions N] [--seed S]`.
//!
//! Needs no sanitizer and no nightly compiler. An input on which a target panics is written to `crashes/`, one on which it takes more
//! than a second too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nutgraf_fuzz::mutate::{Random, mutated};
use nutgraf_fuzz::seeds::seeds;
use nutgraf_fuzz::targets::{TARGETS, Target};

/// CPU time of an input that is too much.
const TOO_LONG: Duration = Duration::from_secs(1);

fn main() -> std::process::ExitCode {
    let mut names: Vec<String> = Vec::new();
    let (mut n_executions, mut seed) = (10_000_u64, 0_u64);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse().ok()).expect("a number follows the flag");
        match arg.as_str() {
            "--executions" => n_executions = number(),
            "--seed" => seed = number(),
            _ => names.push(arg),
        }
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let chosen: Vec<&Target> =
        TARGETS.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|n| n == name)).collect();
    assert!(!chosen.is_empty(), "targets: {}", TARGETS.map(|(name, _)| name).join(", "));
    let mut n_found = 0;
    println!("{:<10} {:>10} {:>9} {:>9}  longest", "target", "executions", "a second", "found");
    for (name, target) in chosen {
        n_found += run(&root, (name, *target), n_executions, seed);
    }
    if n_found > 0 { std::process::ExitCode::FAILURE } else { std::process::ExitCode::SUCCESS }
}

fn run(root: &Path, (name, target): Target, n_executions: u64, seed: u64) -> usize {
    let seeds = seeds(root, name);
    let started = Instant::now();
    let (mut n_found, mut longest) = (0, Duration::ZERO);
    for execution in 0..n_executions {
        // Each execution has a stream of its own, so that any one can be made again alone.
        let mut random =
            Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ execution.wrapping_mul(0xff51_afd7_ed55_8ccd));
        let data = mutated(&seeds, &mut random);
        let begun = Instant::now();
        let is_sound = catch_unwind(AssertUnwindSafe(|| target(&data))).is_ok();
        let took = begun.elapsed();
        longest = longest.max(took);
        if !is_sound || took > TOO_LONG {
            n_found += 1;
            let folder = root.join("fuzz/crashes");
            std::fs::create_dir_all(&folder).expect("the folder is writable");
            std::fs::write(folder.join(format!("{name}-{seed}-{execution}")), &data)
                .expect("the folder is writable");
        }
    }
    let rate = n_executions as f64 / started.elapsed().as_secs_f64();
    println!("{name:<10} {n_executions:>10} {rate:>9.0} {n_found:>9}  {longest:.1?}");
    n_found
}
