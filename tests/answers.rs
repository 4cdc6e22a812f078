//! The answers file: what is accepted, what it becomes, and what is said about mistakes.

#[path = "answers/support.rs"]
mod support;

#[path = "answers/accepted.rs"]
mod accepted;

#[path = "answers/refused.rs"]
mod refused;

#[path = "answers/equal.rs"]
mod equal;

#[path = "answers/robust.rs"]
mod robust;

#[path = "answers/sources.rs"]
mod sources;

#[path = "answers/samples.rs"]
mod samples;

#[path = "answers/forms.rs"]
mod forms;

#[path = "answers/generated.rs"]
mod generated;

#[path = "answers/presets.rs"]
mod presets;

#[path = "answers/schema.rs"]
mod schema;
