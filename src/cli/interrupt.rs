//! Ctrl-C: at once where nothing has to be cleaned up, else as soon as it is.

use super::{EXIT_INTERRUPTED, Failure};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static BUSY: Mutex<()> = Mutex::new(());

/// From now on an interrupt (or a request to end) leaves nothing behind.
pub fn listen() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        let _idle = busy();
        std::process::exit(i32::from(EXIT_INTERRUPTED));
    })
    .map_err(|error| Failure::Failed(format!("cannot listen for interrupts: {error}")))
}

/// While this is held the program ends by itself, soon after [`interrupted`] says so, and not before it has cleaned up.
pub fn busy() -> MutexGuard<'static, ()> {
    BUSY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether somebody wants the program to end.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
