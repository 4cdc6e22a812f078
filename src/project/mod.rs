//! The project on disk: the only place that touches files.

mod folder;
mod kept;
mod lock;
mod stage;

pub use folder::{matching, read_bytes, read_tree};
pub use kept::{is_taken, remove, replace, write_new};
pub use lock::{ANSWERS_PATH, LOCK_PATH, with_records};
pub use stage::{StageError, inside_repository, write};
