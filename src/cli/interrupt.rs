//! An interruption is noticed between two inputs, so that what was begun is finished and nothing is torn.

use std::sync::atomic::{AtomicBool, Ordering};

static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on the first interruption is noted; the second ends the program at once.
pub(super) fn watch() {
    // Where no handler can be set the system's own stays, which ends the program.
    let _ = ctrlc::set_handler(|| {
        if IS_INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(super::EXIT_INTERRUPTED));
        }
    });
}

/// Whether the program was asked to stop.
pub(super) fn is_interrupted() -> bool {
    IS_INTERRUPTED.load(Ordering::Relaxed)
}
