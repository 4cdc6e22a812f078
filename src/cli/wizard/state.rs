//! The answers so far, kept between runs in the person's state folder.

use super::draft::Draft;
use crate::project;
use etcetera::BaseStrategy;
use std::path::PathBuf;

/// Where drafts are kept: `$XDG_STATE_HOME/scaffold/wizard.toml` or what the system has instead.
fn path() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let folder = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    Some(folder.join("scaffold").join("wizard.toml"))
}

/// Keeps a draft; says whether that worked.
pub fn keep(draft: &Draft) -> bool {
    let text = toml::to_string(draft).ok();
    path().zip(text).is_some_and(|(path, text)| project::replace(&path, text.as_bytes()).is_ok())
}

/// The draft of an earlier run, when there is one that can be read.
pub fn kept() -> Option<Draft> {
    let bytes = project::read_bytes(&path()?).ok()?;
    toml::from_str(&String::from_utf8(bytes).ok()?).ok()
}

/// Forgets the draft.
pub fn forget() {
    if let Some(path) = path() {
        // One that stays is offered again, which hurts nobody.
        let _ = project::remove(&path);
    }
}
