//! The `OpenAPI` 3.1 document of a service: exactly what the contract says that it does.
//!
//! | what | name |
//! |---|---|
//! | operations of an entity | `listProducts createProduct readProduct replaceProduct updateProduct deleteProduct restoreProduct listProductAudit` |
//! | the way back of a relation | `listSupplierProducts`, one to one `readUserProfile` |
//! | links | `listProductTags linkProductTag unlinkProductTag` |
//! | commands | `payOrder` |
//! | webhooks | `receivePayment` |
//! | components | `Product ProductCreate ProductReplace ProductPatch ProductList`, each enumeration, `Error` |
//! | tag | the collection: `products`, `auth`, `users`; probes are `operations`; the way back of a relation has that of its entity |

mod approval;
mod auth;
mod command;
mod components;
mod document;
mod entity;
mod list;
mod messages;
mod number;
mod operation;
mod probes;
mod relation;
mod response;
mod text;
mod users;
mod value;
mod webhooks;

pub use document::info;
pub use messages::{Carried, carried};
pub use number::pattern as decimal_pattern;
pub use response::codes as error_codes;

pub(crate) use value::{EMAIL, URL};

use crate::spec::Spec;
use document::Document;
use text::Text;

/// What the service does beyond its entities. A blueprint's manifest says what it cannot do yet, so the caller
/// decides; nothing is offered by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)]
pub struct Offered {
    /// `Idempotency-Key`
    pub idempotency: bool,
    /// Writes that wait for consent.
    pub approval: bool,
    /// Named changes.
    pub commands: bool,
    /// `GET /metrics`
    pub metrics: bool,
}

impl Offered {
    /// Everything that this version describes.
    pub const ALL: Self = Self { idempotency: true, approval: true, commands: true, metrics: true };

    /// What a manifest's features name: `idempotency`, `approval`, `commands`, `metrics`; others do not matter here.
    pub fn of<'a>(features: impl IntoIterator<Item = &'a str>) -> Self {
        let mut offered = Self::default();
        for feature in features {
            match feature {
                "idempotency" => offered.idempotency = true,
                "approval" => offered.approval = true,
                "commands" => offered.commands = true,
                "metrics" => offered.metrics = true,
                _ => {}
            }
        }
        offered
    }
}

/// The document of a service, printed as JSON without a line break at the end.
pub fn openapi(spec: &Spec, offered: Offered) -> String {
    let mut document = Document::new(spec, offered);
    document.probes();
    if spec.has_auth() {
        document.auth();
        document.users();
    }
    if document.approves() {
        document.approvals();
    }
    document.entities();
    document.webhooks();
    document.finish()
}
