//! The answers file: what is accepted, what it becomes, and what is said about mistakes.

#[path = "answers/support.rs"]
mod support;

#[path = "answers/accepted.rs"]
mod accepted;
