//! The data model as SQL.
//!
//! What differs between databases is data in `databases/*.toml`, read into a [`Dialect`]; nothing here knows one by name.

mod check;
mod dialect;
mod print;

pub use dialect::{Checks, Dialect, Limits, Literals, Types};
pub use print::{create, drop};
