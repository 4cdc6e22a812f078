//! What all checks share.

use super::problems::Problems;
use crate::answers::{Catalogue, Problem};
use crate::spec::{EnumType, Place, Use};
use indexmap::IndexMap;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Shared state of one reading.
pub(in crate::answers) struct Context<'a> {
    pub(super) problems: Problems,
    pub(super) catalogue: &'a Catalogue<'a>,
    /// Whether callers have accounts.
    pub(super) auth: bool,
    /// `user`, `admin` and the declared ones.
    pub(super) roles: Vec<String>,
    /// Every declared entity, also the faulty ones.
    pub(super) entities: IndexMap<String, Place>,
    /// Every declared event, also the faulty ones.
    pub(super) events: IndexMap<String, Place>,
    /// Names of types in generated code, in one casing, and what each of them is.
    types: RefCell<BTreeMap<String, String>>,
    /// Names of the enumerations of `[enums]`, also the faulty ones.
    pub(super) named_enums: Vec<String>,
    pub(super) enums: RefCell<Vec<EnumType>>,
    uses: RefCell<IndexMap<String, Place>>,
    places: RefCell<BTreeMap<String, Place>>,
}

/// What the description of every interface defines itself, beside [`super::names::RESERVED_ENTITIES`].
pub(crate) const OWN_TYPES: [&str; 20] = [
    "ApprovalList",
    "ApprovalReject",
    "AuditEntry",
    "AuditEntryList",
    "Error",
    "ErrorDetail",
    "Liveness",
    "Login",
    "PasswordChange",
    "PendingApproval",
    "Readiness",
    "RefreshBody",
    "Registration",
    "ResetConfirmation",
    "ResetRequest",
    "TokenPair",
    "UserCreate",
    "UserList",
    "UserPatch",
    "UserSummary",
];

impl<'a> Context<'a> {
    pub(in crate::answers) fn new(catalogue: &'a Catalogue<'a>) -> Self {
        let own = OWN_TYPES.map(|name| (name.to_lowercase(), format!("the service's own `{name}`")));
        Self {
            problems: Problems::default(),
            catalogue,
            auth: false,
            roles: Vec::new(),
            entities: IndexMap::new(),
            events: IndexMap::new(),
            types: RefCell::new(own.into()),
            named_enums: Vec::new(),
            enums: RefCell::default(),
            uses: RefCell::default(),
            places: RefCell::default(),
        }
    }

    pub(super) fn problem(&self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Notes that a feature is used; the first place counts.
    pub(super) fn used(&self, feature: impl Into<String>, place: &Place) {
        self.uses.borrow_mut().entry(feature.into()).or_insert_with(|| place.clone());
    }

    /// Notes where an answer stands.
    pub(super) fn stands(&self, key: impl Into<String>, place: &Place) {
        self.places.borrow_mut().insert(key.into(), place.clone());
    }

    /// Takes the name of a type in generated code; refuses it when another one has it.
    /// Tells whether it was free.
    pub(super) fn take_type(&self, pascal: &str, what: &str, place: &Place) -> bool {
        let key = pascal.to_lowercase();
        let taken = self.types.borrow().get(&key).cloned();
        match taken {
            None => {
                self.types.borrow_mut().insert(key, what.to_owned());
                true
            }
            Some(other) => {
                let problem = Problem::new(format!("{what} and {other} would have one name in code"), place.clone());
                self.problem(problem.label(format!("both are `{pascal}`")).note("rename one of them"));
                false
            }
        }
    }

    pub(in crate::answers) fn finish(self) -> (Vec<Problem>, Vec<EnumType>, Vec<Use>, BTreeMap<String, Place>) {
        let uses = self.uses.into_inner().into_iter().map(|(feature, place)| Use { feature, place }).collect();
        (self.problems.into_vec(), self.enums.into_inner(), uses, self.places.into_inner())
    }
}
