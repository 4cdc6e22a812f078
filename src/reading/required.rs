//! What every project must say, whether the document speaks of it or not.

use super::{Draft, Kind};
use crate::catalog::Catalog;

/// What every project must say and the document does not.
pub(super) fn complete(draft: &mut Draft, catalog: &Catalog) {
    if !draft.has("stack.framework") && !draft.found(Kind::Open).any(|it| it.path == "stack.framework") {
        let options: Vec<&str> = catalog.framework_ids();
        let text = format!("the document names no framework that there is: {}", options.join(", "));
        draft.note(Kind::Open, 0..0, "stack.framework", text);
    }
    if draft.entities().is_empty() && !draft.has("preset") && !draft.found(Kind::Open).any(|it| it.path == "entities") {
        draft.note(
            Kind::Open,
            0..0,
            "entities",
            "the document describes no entity: no kind of row that the service keeps",
        );
    }
    if !draft.has("stack.database") && !draft.found(Kind::Open).any(|it| it.path == "stack.database") {
        default(draft, catalog, "database");
    }
}

fn default(draft: &mut Draft, catalog: &Catalog, question: &str) {
    if let Some(default) = catalog.questions.get(question).and_then(|it| it.default.clone()) {
        let path = format!("stack.{question}");
        draft.note(Kind::Assumed, 0..0, path.clone(), format!("\"{default}\": the document names none"));
        draft.set(path, default, 0..0);
    }
}
