//! What expressions are worth.

#[path = "../answers/support.rs"]
mod support;

mod evaluated;
mod searched;
