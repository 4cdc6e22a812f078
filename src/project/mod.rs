//! The project on disk: the only place that touches files.

mod apply;
mod base;
mod folder;
mod kept;
mod lock;
mod model;
mod replace;
mod stage;
mod stale;

pub use apply::{ApplyError, Recovered, Step, apply, recover};
pub use base::{BASE_PATH, pack, unpack};
pub use folder::{matching, read_bytes, read_project, read_tree};
pub use kept::{is_taken, remove, replace, write_new};
pub use lock::{ANSWERS_PATH, LOCK_PATH, Lock, RECORDS, Records, digest, read_lock, with_records};
pub use model::{MODELS, Model, model_path};
pub use replace::replace_file;
pub use stage::{Stage, StageError, inside_repository, write};
