//! Domain models of `JHipster`.

mod parser;

use super::outline::{self, Column, Enumeration, Note, OnDelete, Outline, Reference, Table, Tally, Type, Word};
use super::{Draft, Kind, RelationForm, Value};
use crate::catalog::Catalog;
use crate::spec::Name;
use crate::spec::name::plural;
use parser::{Choice, Document, Field, Relationship, Setting, Side};

/// Reads a model into a draft, and counts what became of it.
pub fn read(draft: &mut Draft, catalog: &Catalog) -> Tally {
    let document = std::sync::Arc::clone(draft.document());
    draft.read_as.push("a JDL model".to_owned());
    outline::write(&outline_of(&document.text), draft, catalog)
}

/// What a model says.
pub(crate) fn outline_of(text: &str) -> Outline {
    let document = parser::parse(text);
    let mut outline = Outline::default();
    for it in &document.enums {
        let value = |(value, label, span): &(String, Option<String>, outline::Span)| {
            // A constant is in capitals; what stands behind it may be the same word as it is meant to be written.
            let plain = |it: &str| it.replace('-', "_").to_ascii_lowercase();
            let spelled = label.as_ref().filter(|it| plain(it) == plain(value));
            let label = label.clone().filter(|_| spelled.is_none());
            Word { value: spelled.unwrap_or(value).clone(), label, span: span.clone() }
        };
        let values = it.values.iter().map(value).collect();
        outline.enums.push(Enumeration { name: it.name.clone(), span: it.span.clone(), values });
    }
    for entity in &document.entities {
        let mut table = Table::new(&entity.name, entity.span.clone());
        table.doc.clone_from(&entity.doc);
        for field in &entity.fields {
            let column = column(field, &document, &mut table);
            table.columns.push(column);
        }
        for annotation in &entity.annotations {
            let value = Some(annotation.value.as_str()).filter(|it| !it.is_empty());
            entity_option(&mut outline.notes, &mut table, &annotation.name, value, &annotation.span);
        }
        outline.table(table);
    }
    for relationship in &document.relationships {
        relate(&mut outline, relationship);
    }
    for choice in &document.options {
        option(&mut outline, choice);
    }
    for it in &document.settings {
        setting(&mut outline, it);
    }
    for (span, what) in document.skipped {
        outline
            .notes
            .push(Note::unsupported(span, format!("{what} is left out: `stack.deploy` says where the service runs")));
    }
    for (span, text) in document.faults {
        outline.notes.push(Note::lost(span, text));
    }
    outline
}

fn column(field: &Field, document: &Document, table: &mut Table) -> Column {
    let mut column = Column::new(&field.name, field.span.clone(), None);
    column.doc.clone_from(&field.doc);
    column.kind = match field.kind.as_str() {
        "String" => Some(Type::string(None)),
        "Integer" => Some(Type::integer()),
        "Long" => Some(Type::long()),
        "BigDecimal" => Some(Type::decimal(None, None)),
        "Float" | "Double" => Some(Type::float()),
        "Boolean" => Some(Type::Boolean),
        "LocalDate" => Some(Type::Date),
        "ZonedDateTime" | "Instant" => Some(Type::DateTime),
        "UUID" => Some(Type::Uuid),
        "TextBlob" => Some(Type::text(None)),
        it @ ("Duration" | "LocalTime") => {
            let form = if it == "Duration" { "P1DT2H" } else { "09:30" };
            column.assume(format!("a string, written like `{form}`: there is no such type"));
            Some(Type::string(Some(40)))
        }
        "Blob" | "AnyBlob" | "ImageBlob" => {
            column.omit(field.span.clone(), "binary data is left out: there is no such type");
            None
        }
        name if document.enums.iter().any(|it| it.name == name) => Some(Type::Named(name.to_owned())),
        name => {
            column
                .notes
                .push(Note::lost(field.span.clone(), format!("`{name}` is no type or enumeration of the model")));
            None
        }
    };
    for (name, argument, span) in &field.validations {
        let argument = argument.as_ref().map(|it| document.constants.get(it).unwrap_or(it).clone());
        validation(&mut column, name, argument, span);
    }
    for annotation in &field.annotations {
        match annotation.name.to_ascii_lowercase().as_str() {
            "id" => table.key = vec![column.name.clone()],
            _ => {
                let text = format!("`@{}` is of use to JHipster's own code only", annotation.name);
                column.omit(annotation.span.clone(), text);
            }
        }
    }
    column
}

fn validation(column: &mut Column, name: &str, argument: Option<String>, span: &outline::Span) {
    let length = || argument.as_ref().and_then(|it| it.parse().ok());
    match (name, &mut column.kind) {
        ("required", _) => column.required = true,
        ("unique", _) => column.unique = true,
        ("minlength" | "maxlength", Some(kind)) => match (kind.lengths_mut(), length()) {
            (Some((min, max)), Some(length)) => *if name == "minlength" { min } else { max } = Some(length),
            _ => column.notes.push(Note::lost(span.clone(), format!("`{name}` is no limit of this type"))),
        },
        ("min" | "max", Some(kind)) => match (kind.bounds_mut(), argument) {
            (Some(bounds), Some(number)) => {
                *if name == "min" { &mut bounds.min } else { &mut bounds.max } = Some(number);
            }
            _ => column.notes.push(Note::lost(span.clone(), format!("`{name}` is no limit of this type"))),
        },
        ("pattern", Some(Type::String { pattern, .. })) => *pattern = argument.map(|it| it.replace("\\/", "/")),
        ("minbytes" | "maxbytes", _) => {
            column.omit(span.clone(), format!("`{name}` is left out: texts are measured in characters"));
        }
        (_, None) => {}
        _ => column.notes.push(Note::lost(span.clone(), format!("the validation `{name}` is not known here"))),
    }
}

/// Turns a relationship to the side that has the key.
fn relate(outline: &mut Outline, relationship: &Relationship) {
    let Relationship { kind, span, from, to } = relationship;
    let (form, own, other) = match kind.as_str() {
        "ManyToOne" => (RelationForm::ManyToOne, from, to),
        "OneToMany" => (RelationForm::ManyToOne, to, from),
        "OneToOne" => (RelationForm::OneToOne, from, to),
        "ManyToMany" => (RelationForm::ManyToMany, from, to),
        other => {
            let text = format!("`{other}` is no relationship; known: OneToOne, OneToMany, ManyToOne, ManyToMany");
            return outline.notes.push(Note::lost(span.clone(), text));
        }
    };
    let Some(table) = outline.tables.iter_mut().find(|it| it.name == own.entity) else {
        let user = own.entity == crate::spec::USER;
        let text = if user {
            "accounts refer to no entities: the relationship is left out".to_owned()
        } else {
            format!("there is no entity `{}`", own.entity)
        };
        let kind = if user { Kind::Unsupported } else { Kind::NotUnderstood };
        return outline.notes.push(Note::new(kind, span.clone(), text));
    };
    let mut reference = Reference::new(form, &other.entity, span.clone());
    let many = form == RelationForm::ManyToMany;
    reference.name = own.field.clone().unwrap_or_else(|| default_name(&other.entity, many));
    reference.inverse.clone_from(&other.field);
    reference.required = Some(own.required && !many);
    reference.doc.clone_from(&own.doc);
    if on_delete(own) || on_delete(other) {
        reference.on_delete = OnDelete::Cascade;
    }
    table.references.push(reference);
    // A requirement of the side without the key has no meaning here.
    if other.required || (many && own.required) {
        let text = "a relation is required on the side that has the key only";
        outline.notes.push(Note::unsupported(span.clone(), text));
    }
    for annotation in own.annotations.iter().chain(&other.annotations) {
        if !annotation.name.eq_ignore_ascii_case("onDelete") {
            let text = format!("`@{}` is of use to JHipster's own code only", annotation.name);
            outline.notes.push(Note::unsupported(annotation.span.clone(), text));
        }
    }
}

fn on_delete(side: &Side) -> bool {
    let cascade =
        |it: &parser::Annotation| it.name.eq_ignore_ascii_case("onDelete") && it.value.eq_ignore_ascii_case("cascade");
    side.annotations.iter().any(cascade)
}

fn default_name(entity: &str, many: bool) -> String {
    let words = Name::new(entity).snake();
    Name::new(if many { plural(&words) } else { words }).camel()
}

fn option(outline: &mut Outline, choice: &Choice) {
    let all = choice.entities.iter().any(|it| it == "*");
    for name in choice.entities.iter().filter(|it| *it != "*") {
        if !outline.tables.iter().any(|it| it.name == *name) {
            outline.notes.push(Note::lost(choice.span.clone(), format!("there is no entity `{name}`")));
        }
    }
    let mut notes = Vec::new();
    for table in &mut outline.tables {
        if (all || choice.entities.contains(&table.name)) && !choice.except.contains(&table.name) {
            // What holds for many entities is told once.
            let mut own = Vec::new();
            entity_option(&mut own, table, &choice.name, choice.value.as_deref(), &choice.span);
            own.retain(|note| !notes.contains(note));
            notes.append(&mut own);
        }
    }
    outline.notes.append(&mut notes);
}

/// An option or annotation of one entity.
fn entity_option(notes: &mut Vec<Note>, table: &mut Table, name: &str, value: Option<&str>, span: &outline::Span) {
    let mut set = |key: &'static str, value: Value| {
        table.settings.retain(|(it, _)| *it != key);
        table.settings.push((key, value));
    };
    let understood = |text: &str| Note::new(Kind::Understood, span.clone(), text);
    match (name.to_ascii_lowercase().as_str(), value) {
        ("paginate", Some("infinite-scroll")) => {
            set("pagination", Value::from("cursor"));
            notes.push(understood("lists are cut by a cursor"));
        }
        ("paginate", _) => notes.push(understood("lists are cut by offset and limit")),
        ("readonly", _) => {
            set("actions", Value::texts(["list", "read"]));
            notes.push(understood("rows are listed and read only"));
        }
        ("filter", _) => notes.push(understood("every list filters")),
        ("search", Some("no")) => {}
        ("search", engine) => {
            let fits = |it: &&Column| matches!(it.kind, Some(Type::String { .. } | Type::Text { .. }));
            let names: Vec<String> = table.columns.iter().filter(fits).map(|it| it.name.clone()).collect();
            set("search", Value::texts(names));
            let engine = engine.map_or_else(String::new, |it| format!(", not in {it}"));
            let text = format!("`?q=` looks in every text of the entity{engine}");
            notes.push(Note::new(Kind::Assumed, span.clone(), text));
        }
        (_, Some("no")) => {}
        _ => {
            let text = format!("`{name}` is of use to JHipster's own code only");
            notes.push(Note::unsupported(span.clone(), text));
        }
    }
}

/// A setting of the application.
fn setting(outline: &mut Outline, it: &Setting) {
    let mut answer = |path: &str, value: Value| outline.settings.push((path.to_owned(), value, it.span.clone()));
    match (it.name.as_str(), it.value.as_str()) {
        ("baseName", name) => match super::project_name(name) {
            Some(name) => answer("project.name", Value::from(name)),
            None => outline.notes.push(Note::lost(it.span.clone(), "this cannot be the name of a project")),
        },
        ("prodDatabaseType", "mariadb") => answer("stack.database", Value::from("mysql")),
        ("prodDatabaseType", database) => answer("stack.database", Value::from(database)),
        ("authenticationType", kind @ ("jwt" | "oauth2")) => {
            let auth = if kind == "jwt" { Value::from("jwt") } else { Value::texts(["jwt", "oauth2"]) };
            answer("stack.auth", auth);
        }
        ("authenticationType", kind) => {
            let text = format!("`{kind}` is left out: services sign in with tokens");
            outline.notes.push(Note::unsupported(it.span.clone(), text));
        }
        ("messageBroker" | "searchEngine", "no" | "false") | ("cacheProvider", "no") => {}
        ("messageBroker", broker) => answer("stack.queue", Value::from(broker)),
        ("cacheProvider", cache) => answer("stack.cache", Value::from(cache)),
        (name, _) => {
            let text = format!("`{name}` is of use to JHipster's own code only");
            outline.notes.push(Note::unsupported(it.span.clone(), text));
        }
    }
}
