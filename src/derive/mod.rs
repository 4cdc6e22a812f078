//! What no framework changes: documents that the spec alone decides.
//!
//! Everything here is a pure function of a [`crate::spec::Spec`]: the same spec gives the same bytes.

pub mod access;
pub mod asyncapi;
pub mod change;
pub mod conditions;
pub mod curl;
pub mod errors;
pub mod naming;
pub mod openapi;
pub mod sample;
pub mod schema;
pub mod sql;

pub use access::access;
pub use asyncapi::{asyncapi, event_schemas};
pub use conditions::conditions;
pub use curl::curl;
pub use errors::errors;
pub use openapi::{Offered, openapi};
pub use schema::schema;
