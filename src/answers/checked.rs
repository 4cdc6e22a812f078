//! What reading answers gives.

use crate::spec::{Place, Spec};
use std::collections::BTreeMap;

/// Answers that passed every check.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The description that all later stations work on.
    pub spec: Spec,
    /// The same answers as a TOML document with includes, `--set` and the defaults of `[stack]` written out. The same
    /// answers give the same bytes, whatever their format or the order of keys (the order of entities, fields and
    /// the like means something and stays).
    pub canonical: String,
    /// Where answers stand: `stack.database` for each answer of `[stack]` that is given, `stack.auth=api-key` for one
    /// element of a list, `entities.Product`, `entities.Product.fields.price`.
    pub places: BTreeMap<String, Place>,
}
