//! What `scaffold export` writes, `scaffold new --from` reads: the same entities come back.
//!
//! What a format cannot say is taken out of what is compared, by name: `docs/imports.md` lists it.

mod common;

use common::library::{catalog, checked_text};
use scaffold::catalog::Catalog;
use scaffold::export::{Target, export};
use scaffold::reading::{Draft, Format, read_schema};
use scaffold::spec::{FieldKind, NumberLimits, RelationKind, Source, Spec};
use std::sync::Arc;

const ANSWERS: &str = r#"
[project]
name = "shop"
[stack]
framework = "fastapi"
database = "postgresql"
[enums]
Category = ["book", "toy", "board-game"]
[auth]
user.fields.phone = "string ..30 ?"
[entities.Product]
doc = "Something that is sold"
soft_delete = true
fields.name = "string 2..100"
fields.sku = { type = "string", max = 20, pattern = "^[A-Z]+$", unique = true }
fields.price = "decimal(10,2) 0.."
fields.rate = "decimal > 0"
fields.category = "Category = book"
fields.state = "enum(draft, live)"
fields.description = "text ..500 ?"
fields.inStock = "boolean = true"
fields.count = "integer 0..100"
fields.views = "long"
fields.weight = "float ?"
fields.released = "date"
fields.seen_at = "datetime ?"
fields.token = "uuid"
fields.contactEmail = "email"
fields.site = "url ?"
fields.extra = "json ?"
fields.tags = "string[] ?"
fields.supplier = "-> Supplier ?"
fields.labels = "<-> Label"
fields.buyer = "-> User ?"
unique = [["name", "supplier"]]
[entities.Supplier]
fields.name = "string unique"
fields.parent = { type = "string", required = false, doc = "Its name" }
[entities.Label]
actions = ["list", "read"]
pagination = "cursor"
fields.name = "string ..40"
[entities.Profile]
fields.about = "text"
fields.supplier = "-- Supplier cascade"
"#;

fn again(target: Target, format: Format, catalog: &Catalog, set: &[(&str, &str)]) -> (Spec, Spec, Draft) {
    let spec = checked_text(ANSWERS, set, catalog).spec;
    let exported = export(&spec, catalog, target).expect("an export");
    let name = format!("shop.{}", target.id());
    let mut draft = Draft::new(&Arc::new(Source { name, text: exported.text.clone() }));
    read_schema(&mut draft, format, catalog);
    let set = [("project.name", "shop"), ("stack.framework", "fastapi")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let checked = draft.check(&set, &[], catalog).unwrap_or_else(|problems| {
        panic!("{}\n{}\n{}", scaffold::answers::render_problems(&problems, false), draft.text(), exported.text)
    });
    (spec, checked.spec, draft)
}

/// What a format says of a field, in one line; `plain` takes out what it does not.
fn fields(spec: &Spec, plain: &dyn Fn(&str, &FieldKind) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    for entity in &spec.entities {
        for field in &entity.fields {
            let kind = plain(field.name.declared(), &field.kind);
            let list = if field.list.is_some() { "[]" } else { "" };
            let optional = if field.required { "" } else { " ?" };
            lines.push(format!("{}.{}: {kind}{list}{optional}", entity.name.declared(), field.name.declared()));
        }
    }
    lines.sort();
    lines
}

fn relations(spec: &Spec, one_to_one: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for entity in &spec.entities {
        for relation in &entity.relations {
            let kind = match relation.kind {
                RelationKind::ManyToOne => "->",
                RelationKind::OneToOne if one_to_one => "--",
                RelationKind::OneToOne => "->",
                RelationKind::ManyToMany => "<->",
            };
            let optional = if relation.required || relation.kind == RelationKind::ManyToMany { "" } else { " ?" };
            let name = relation.name.declared();
            lines.push(format!("{}.{name} {kind} {}{optional}", entity.name.declared(), relation.target));
        }
    }
    lines.sort();
    lines
}

fn entities(spec: &Spec) -> Vec<&str> {
    let mut names: Vec<&str> = spec.entities.iter().map(|it| it.name.declared()).collect();
    names.sort_unstable();
    names
}

fn bounds(limits: &NumberLimits) -> String {
    let bound = |it: &Option<scaffold::spec::Bound>| {
        it.as_ref()
            .map_or_else(String::new, |it| format!("{}{}", if it.inclusive { "" } else { "!" }, it.value.normalize()))
    };
    format!("{}..{}", bound(&limits.lower), bound(&limits.upper))
}

/// Everything that a type says; an enumeration by its values.
fn whole(spec: &Spec, kind: &FieldKind) -> String {
    match kind {
        FieldKind::String { min, max, pattern } => {
            format!("string {min}..{max} {}", pattern.as_deref().unwrap_or_default())
        }
        FieldKind::Text { min, max } => format!("text {min}..{max}"),
        FieldKind::Integer(limits) => format!("integer {}", bounds(limits)),
        FieldKind::Long(limits) => format!("long {}", bounds(limits)),
        FieldKind::Float(limits) => format!("float {}", bounds(limits)),
        FieldKind::Decimal { precision, scale, limits } => format!("decimal({precision},{scale}) {}", bounds(limits)),
        FieldKind::Enum(name) => {
            let values =
                spec.enumeration(name).map(|it| it.values.iter().map(|it| it.value.clone()).collect::<Vec<_>>());
            values.unwrap_or_default().join("|")
        }
        other => other.id().to_owned(),
    }
}

#[test]
fn openapi_comes_back() {
    let catalog = catalog();
    let (there, back, draft) = again(Target::OpenApi, Format::OpenApi, &catalog, &[]);
    assert_eq!(entities(&back), entities(&there), "{}", draft.text());
    // Names are those of JSON, and neither the digits of a decimal with bounds of its own nor a short text can be told.
    let plain = |spec: &Spec| {
        let mut lines = fields(spec, &|_, kind| match kind {
            FieldKind::Decimal { scale, limits, .. } => format!("decimal(_,{scale}) {}", bounds(limits)),
            FieldKind::Text { min, max } if *max <= 1000 => format!("string {min}..{max} "),
            other => whole(spec, other),
        });
        for line in &mut lines {
            *line = line.replace("seen_at", "seenAt");
        }
        lines
    };
    assert_eq!(plain(&back), plain(&there));
    assert_eq!(relations(&back, true), relations(&there, true));
    let label = back.entity("Label").unwrap();
    assert_eq!(label.actions.len(), 2);
}

#[test]
fn sql_comes_back() {
    let catalog = catalog();
    for database in ["postgresql", "mysql"] {
        let (there, back, draft) = again(Target::Sql, Format::Sql, &catalog, &[("stack.database", database)]);
        assert_eq!(entities(&back), entities(&there), "{}", draft.text());
        assert_eq!(back.stack.database, database);
        // No patterns; addresses are strings; lists are JSON; a text has no length but that of its check.
        let plain = |spec: &Spec| {
            let mut lines = fields(spec, &|name, kind| match kind {
                _ if name == "tags" => "json".to_owned(),
                FieldKind::String { min, max, .. } if *max <= 1000 => format!("string {min}..{max}"),
                FieldKind::Url => "text 8..2048".to_owned(),
                other => whole(spec, other).trim_end().to_owned(),
            });
            for line in &mut lines {
                *line = line
                    .replace("inStock", "in_stock")
                    .replace("contactEmail", "contact_email")
                    .replace("json[]", "json");
            }
            lines.sort();
            lines
        };
        assert_eq!(plain(&back), plain(&there), "{}", draft.text());
        assert_eq!(relations(&back, true), relations(&there, true), "{}", draft.text());
        assert!(back.entity("Product").unwrap().soft_delete);
        assert_eq!(back.auth.user_fields.len(), 1);
    }
}

#[test]
fn prisma_comes_back() {
    let catalog = catalog();
    let (there, back, draft) = again(Target::Prisma, Format::Prisma, &catalog, &[]);
    assert_eq!(entities(&back), entities(&there), "{}", draft.text());
    // The most characters and the digits, no other limits; hyphens become underscores.
    let plain = |spec: &Spec| {
        fields(spec, &|_, kind| match kind {
            FieldKind::String { max, .. } => format!("string ..{max}"),
            FieldKind::Url => "text".to_owned(),
            FieldKind::Text { .. } | FieldKind::Integer(_) | FieldKind::Long(_) | FieldKind::Float(_) => {
                kind.id().to_owned()
            }
            FieldKind::Decimal { precision, scale, .. } => format!("decimal({precision},{scale})"),
            other => whole(spec, other).replace('-', "_"),
        })
        .into_iter()
        // A list is never null there.
        .map(|it| it.replace("tags: string ..255[]", "tags: string ..255[] ?").replace("? ?", "?"))
        .collect::<Vec<_>>()
    };
    assert_eq!(plain(&back), plain(&there), "{}", draft.text());
    assert_eq!(relations(&back, true), relations(&there, true), "{}", draft.text());
    assert_eq!(back.stack.database, "postgresql");
}

#[test]
fn jdl_comes_back() {
    let catalog = catalog();
    let (there, back, draft) = again(Target::Jdl, Format::Jdl, &catalog, &[]);
    assert_eq!(entities(&back), entities(&there), "{}", draft.text());
    // Lists, JSON and long strings are texts, short texts strings; bounds are inclusive, decimals have the usual digits.
    let plain = |spec: &Spec| {
        fields(spec, &|name, kind| match kind {
            _ if matches!(name, "tags" | "extra") => "text".to_owned(),
            FieldKind::Url => "text 0..2048".to_owned(),
            FieldKind::Decimal { limits, .. } => format!("decimal {}", bounds(limits).replace('!', "")),
            FieldKind::Text { min, max } if *max <= 1000 => format!("string {min}..{max} "),
            FieldKind::Text { max, .. } if *max == 2048 => "text 0..2048".to_owned(),
            other => whole(spec, other),
        })
        .into_iter()
        .map(|it| it.replace("text[]", "text"))
        .collect::<Vec<_>>()
    };
    assert_eq!(plain(&back), plain(&there), "{}", draft.text());
    assert_eq!(relations(&back, true), relations(&there, true), "{}", draft.text());
    assert_eq!(back.entity("Label").unwrap().pagination, scaffold::spec::Pagination::Cursor);
}

#[test]
fn a_diagram_has_every_entity_and_relation() {
    let catalog = catalog();
    let spec = checked_text(ANSWERS, &[], &catalog).spec;
    let text = export(&spec, &catalog, Target::Mermaid).expect("a diagram").text;
    for line in [
        "erDiagram",
        "    Product {",
        "        decimal price",
        "    Product }o--o| Supplier : supplier",
        "    Profile |o--|| Supplier : supplier",
        "    Product }o--o{ Label : labels",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
}

#[test]
fn what_a_format_cannot_say_is_named() {
    let catalog = catalog();
    let spec = checked_text(ANSWERS, &[], &catalog).spec;
    let exported = export(&spec, &catalog, Target::Jdl).expect("a model");
    assert!(exported.left_out.iter().any(|it| it.contains("who may do what")), "{:?}", exported.left_out);
    assert!(exported.text.contains("// - who may do what"), "{}", exported.text);
}
