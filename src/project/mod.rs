//! The project on disk: the only place that touches files.

mod folder;
mod kept;
mod lock;
mod replace;
mod stage;
mod stale;

pub use folder::{matching, read_bytes, read_project, read_tree};
pub use kept::{is_taken, remove, replace, write_new};
pub use lock::{ANSWERS_PATH, LOCK_PATH, digest, with_records};
pub use replace::replace_file;
pub use stage::{Stage, StageError, inside_repository, write};
