//! The project on disk: the only place that touches files.

mod folder;
mod lock;
mod stage;

pub use folder::{read_text, read_tree, matching};
pub use lock::{ANSWERS_PATH, LOCK_PATH, with_records};
pub use stage::{StageError, inside_repository, write};
