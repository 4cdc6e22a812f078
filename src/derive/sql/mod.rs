//! The data model as SQL.
//!
//! What differs between databases is data in `databases/*.toml`, read into a [`Dialect`]; nothing here knows one by name.

mod change;
mod check;
mod dialect;
mod print;
mod value;

pub use change::{REFUSE, change};
pub use dialect::{Change, Checks, Dialect, Limits, Literals, Types};
pub use print::{create, drop};
