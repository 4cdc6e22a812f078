//! What goes to standard output and standard error. A reader that went away is no reason to panic.

use super::Failure;
use std::io::{self, Write};

/// Prints what a command was asked for, without escape codes where nobody would see colours.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::ClosedPipe),
        Err(error) => Err(Failure::Failed(format!("cannot write to standard output: {error}"))),
    }
}

/// Tells something on standard error, a line of its own. There is nobody to tell when that fails.
pub fn tell(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
