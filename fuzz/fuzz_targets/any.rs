//! Every target under libFuzzer; the first byte of an input says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nutgraf_fuzz::targets::TARGETS;

fuzz_target!(|data: &[u8]| {
    if let Some((first, rest)) = data.split_first() {
        let (_, target) = TARGETS[usize::from(*first) % TARGETS.len()];
        target(rest);
    }
});
