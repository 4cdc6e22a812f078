//! Ctrl-C: at once where nothing has to be cleaned up, else as soon as it is.

use super::{EXIT_INTERRUPTED, Failure, output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static BUSY: Mutex<()> = Mutex::new(());
static FAREWELL: Mutex<Option<&'static str>> = Mutex::new(None);

/// From now on an interrupt (or a request to end) leaves nothing behind.
pub fn listen() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        // Looked at first: whoever is busy ends as soon as he knows.
        let idle = BUSY.try_lock();
        INTERRUPTED.store(true, Ordering::SeqCst);
        if idle.is_err() {
            return;
        }
        if let Some(text) = *FAREWELL.lock().unwrap_or_else(PoisonError::into_inner) {
            // While it handles the key a terminal throws away what is printed.
            std::thread::sleep(std::time::Duration::from_millis(100));
            output::tell(&format!("\n{text}"));
        }
        std::process::exit(i32::from(EXIT_INTERRUPTED));
    })
    .map_err(|error| Failure::Failed(format!("cannot listen for interrupts: {error}")))
}

/// What an interrupted person reads from now on.
pub fn farewell(text: Option<&'static str>) {
    *FAREWELL.lock().unwrap_or_else(PoisonError::into_inner) = text;
}

/// While this is held the program ends by itself, soon after [`interrupted`] says so, and not before it has cleaned up.
pub fn busy() -> MutexGuard<'static, ()> {
    BUSY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether somebody wants the program to end.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
