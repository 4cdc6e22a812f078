//! Prisma schemas.

mod parser;

use super::outline::{
    self, Column, Enumeration, Items, Note, OnDelete, Outline, Preset, Reference, Table, Tally, Type, Word,
};
use super::{Draft, Kind, RelationForm, Value};
use crate::catalog::Catalog;
use parser::{Attribute, Block, Field, Line, Value as Said};
use std::collections::BTreeSet;

/// Reads a schema into a draft, and counts what became of it.
pub fn read(draft: &mut Draft, catalog: &Catalog) -> Tally {
    let document = std::sync::Arc::clone(draft.document());
    draft.read_as.push("a Prisma schema".to_owned());
    outline::write(&outline_of(&document.text), draft, catalog)
}

/// What a schema says.
pub(crate) fn outline_of(text: &str) -> Outline {
    let document = parser::parse(text);
    let names = |keyword: &str| -> BTreeSet<&str> {
        document.blocks.iter().filter(|it| it.keyword == keyword).map(|it| it.name.as_str()).collect()
    };
    let mut reader =
        Reader { models: names("model"), enums: names("enum"), types: names("type"), outline: Outline::default() };
    for block in &document.blocks {
        reader.block(block);
    }
    reader.pair(&document.blocks);
    for (span, text) in document.faults {
        reader.outline.notes.push(Note::lost(span, text));
    }
    reader.outline
}

struct Reader<'d> {
    models: BTreeSet<&'d str>,
    enums: BTreeSet<&'d str>,
    types: BTreeSet<&'d str>,
    outline: Outline,
}

/// One side of a relation.
struct Side<'d> {
    model: &'d str,
    field: &'d Field,
    target: &'d str,
    relation: Option<&'d Attribute>,
}

impl Side<'_> {
    fn name(&self) -> Option<&str> {
        let relation = self.relation?;
        match relation.argument("name").or_else(|| relation.first()) {
            Some(Said::Text(name)) => Some(name),
            _ => None,
        }
    }

    fn keys(&self, argument: &str) -> Vec<String> {
        self.relation.and_then(|it| it.argument(argument)).map(Said::names).unwrap_or_default()
    }
}

impl<'d> Reader<'d> {
    fn note(&mut self, note: Note) {
        self.outline.notes.push(note);
    }

    fn block(&mut self, block: &'d Block) {
        match block.keyword.as_str() {
            "datasource" => self.datasource(block),
            "generator" => {
                self.note(Note::unsupported(block.span.clone(), "a generator is of use to Prisma's own client only"));
            }
            "enum" => self.enumeration(block),
            "model" => self.model(block),
            "view" => {
                self.note(Note::unsupported(block.span.clone(), "views are left out: entities are kept, not computed"));
            }
            "type" => {
                let text = "composite types are left out; fields of them are taken as JSON";
                self.note(Note::unsupported(block.span.clone(), text));
            }
            other => {
                let text =
                    format!("`{other}` is no block of a schema; known: model, enum, type, view, datasource, generator");
                self.note(Note::lost(block.span.clone(), text));
            }
        }
    }

    fn datasource(&mut self, block: &Block) {
        for line in &block.lines {
            match line {
                Line::Setting { name, value: Said::Text(provider), span } if name == "provider" => {
                    let database = match provider.as_str() {
                        "postgres" => "postgresql",
                        other => other,
                    };
                    self.outline.settings.push(("stack.database".to_owned(), Value::from(database), span.clone()));
                }
                Line::Setting { name, span, .. }
                    if name == "url" || name == "directUrl" || name == "shadowDatabaseUrl" =>
                {
                    let text = "the service takes its database from `DATABASE_URL`";
                    self.note(Note::new(Kind::Understood, span.clone(), text));
                }
                Line::Setting { name, span, .. } => {
                    self.note(Note::unsupported(span.clone(), format!("`{name}` is of use to Prisma only")));
                }
                Line::Field(Field { span, .. }) | Line::Attribute(Attribute { span, .. }) => {
                    self.note(Note::lost(span.clone(), "this is no setting of a data source"));
                }
            }
        }
    }

    fn enumeration(&mut self, block: &Block) {
        let mut values = Vec::new();
        for line in &block.lines {
            match line {
                Line::Field(field) if field.kind.is_none() => {
                    // What the database calls it has no meaning here.
                    values.push(Word { value: field.name.clone(), label: field.doc.clone(), span: field.span.clone() });
                    for attribute in field.attributes.iter().filter(|it| it.name != "map") {
                        let text = format!("`@{}` has no meaning for a value", attribute.name);
                        self.note(Note::lost(attribute.span.clone(), text));
                    }
                }
                Line::Field(Field { span, .. }) | Line::Setting { span, .. } => {
                    self.note(Note::lost(span.clone(), "a value of an enumeration is one word"));
                }
                Line::Attribute(attribute) => self.block_attribute(attribute, None),
            }
        }
        self.outline.enums.push(Enumeration { name: block.name.clone(), span: block.span.clone(), values });
    }

    fn model(&mut self, block: &'d Block) {
        let mut table = Table::new(&block.name, block.span.clone());
        table.doc.clone_from(&block.doc);
        for line in &block.lines {
            match line {
                Line::Field(field) => {
                    let Some(kind) = field.kind.as_deref() else {
                        self.note(Note::lost(field.span.clone(), format!("`{}` has no type", field.name)));
                        continue;
                    };
                    if self.models.contains(kind) {
                        // Told with its other side.
                        continue;
                    }
                    let column = self.column(field, kind, &mut table);
                    table.columns.push(column);
                }
                Line::Attribute(attribute) => self.block_attribute(attribute, Some(&mut table)),
                Line::Setting { span, .. } => self.note(Note::lost(span.clone(), "a model has fields, no settings")),
            }
        }
        self.outline.table(table);
    }

    fn block_attribute(&mut self, attribute: &Attribute, table: Option<&mut Table>) {
        let span = attribute.span.clone();
        let names = attribute.argument("fields").or_else(|| attribute.first()).map(Said::names).unwrap_or_default();
        match (attribute.name.as_str(), table) {
            ("id", Some(table)) => table.key = names,
            ("unique", Some(table)) => table.uniques.push((names, span)),
            ("index", Some(table)) if names.len() == 1 => table.indexes.push((names, span)),
            ("index" | "fulltext", Some(_)) => {
                self.note(Note::unsupported(
                    span,
                    "indexes over several fields are left out: `make explain` names those that queries want",
                ));
            }
            ("map", _) => self.note(Note::unsupported(span, "tables are named after their entity")),
            ("schema", _) => self.note(Note::unsupported(span, "all tables are in one schema of the database")),
            ("ignore", Some(_)) => self.note(Note::unsupported(span, "the model is read all the same")),
            (name, _) => self.note(Note::lost(span, format!("`@@{name}` is not known"))),
        }
    }

    fn column(&mut self, field: &Field, kind: &str, table: &mut Table) -> Column {
        let mut column = Column::new(&field.name, field.span.clone(), None);
        column.doc.clone_from(&field.doc);
        column.required = !field.optional && !field.list;
        column.list = field.list.then(Items::default);
        column.kind = match kind {
            "String" => Some(Type::string(None)),
            "Int" => Some(Type::integer()),
            "BigInt" => Some(Type::long()),
            "Float" => Some(Type::float()),
            "Decimal" => Some(Type::decimal(None, None)),
            "Boolean" => Some(Type::Boolean),
            "DateTime" => Some(Type::DateTime),
            "Json" => Some(Type::Json),
            "Bytes" => {
                column.omit(field.span.clone(), "binary data is left out: there is no such type");
                None
            }
            "Unsupported" => {
                let native = field.argument.as_deref().unwrap_or_default();
                column.omit(field.span.clone(), format!("the type `{native}` is left out"));
                None
            }
            name if self.enums.contains(name) => Some(Type::Named(name.to_owned())),
            name if self.types.contains(name) => {
                column.assume(format!("JSON, as `{name}` is a composite type"));
                Some(Type::Json)
            }
            name => {
                let text = format!("`{name}` is no type, model or enumeration of the schema");
                column.notes.push(Note::lost(field.span.clone(), text));
                None
            }
        };
        for attribute in &field.attributes {
            apply(attribute, &mut column, table);
        }
        column
    }

    /// Puts the two sides of each relation together.
    fn pair(&mut self, blocks: &'d [Block]) {
        let mut sides = Vec::new();
        for block in blocks.iter().filter(|it| it.keyword == "model") {
            for line in &block.lines {
                if let Line::Field(field) = line
                    && let Some(target) = field.kind.as_deref().filter(|it| self.models.contains(it))
                {
                    let relation = field.attributes.iter().find(|it| it.name == "relation");
                    sides.push(Side { model: &block.name, field, target, relation });
                }
            }
        }
        // Sides by what pairs them: the two models, whichever comes first, and the relation's name.
        let mut groups: indexmap::IndexMap<(&str, &str, Option<&str>), Vec<usize>> = indexmap::IndexMap::new();
        for (at, side) in sides.iter().enumerate() {
            let (left, right) =
                if side.model <= side.target { (side.model, side.target) } else { (side.target, side.model) };
            groups.entry((left, right, side.name())).or_default().push(at);
        }
        let mut made: Vec<(usize, &str, Reference)> = Vec::new();
        for group in groups.into_values() {
            let holder = group.iter().position(|at| !sides[*at].keys("fields").is_empty());
            let (own, other) = match (holder, group.as_slice()) {
                (Some(holder), _) => (group[holder], group.iter().copied().find(|it| *it != group[holder])),
                (None, [left, right, ..]) => (*left, Some(*right)),
                (None, [one]) => (*one, None),
                (None, []) => continue,
            };
            for extra in group.iter().filter(|it| **it != own && Some(**it) != other) {
                let field = sides[*extra].field;
                self.note(Note::lost(
                    field.span.clone(),
                    "more than two fields are one relation: name them with `@relation(\"…\")`",
                ));
            }
            let reference = reference(&sides[own], other.map(|it| &sides[it]));
            made.push((own, sides[own].model, reference));
        }
        made.sort_by_key(|(at, ..)| *at);
        for (_, model, reference) in made {
            if let Some(table) = self.outline.tables.iter_mut().find(|it| it.name == model) {
                table.references.push(reference);
            }
        }
    }
}

/// What an attribute says of its field.
fn apply(attribute: &Attribute, column: &mut Column, table: &mut Table) {
    let span = attribute.span.clone();
    match attribute.name.as_str() {
        "id" => table.key = vec![column.name.clone()],
        "unique" => column.unique = true,
        "default" => default(attribute, column),
        "updatedAt" => {
            if !matches!(column.name.as_str(), "updatedAt" | "updated_at") {
                column.omit(span, "only `updatedAt` is set anew by each write");
            }
        }
        // What the database calls the column.
        "map" => {}
        "ignore" => column.omit(span, "the field is read all the same"),
        "relation" => column.notes.push(Note::lost(span, "only a field of a model's type is a relation")),
        name => match name.strip_prefix("db.") {
            Some(native) => native_type(native, attribute, column),
            None => column.notes.push(Note::lost(span, format!("`@{name}` is not known"))),
        },
    }
}

fn reference(own: &Side<'_>, other: Option<&Side<'_>>) -> Reference {
    let columns = own.keys("fields");
    let form = match other {
        _ if columns.is_empty() && own.field.list => RelationForm::ManyToMany,
        Some(other) if !other.field.list => RelationForm::OneToOne,
        _ => RelationForm::ManyToOne,
    };
    let mut reference = Reference::new(form, own.target, own.field.span.clone());
    reference.name.clone_from(&own.field.name);
    reference.doc.clone_from(&own.field.doc);
    reference.to = own.keys("references");
    reference.columns = columns;
    reference.required = Some(!own.field.optional && !own.field.list);
    reference.inverse = other.map(|it| it.field.name.clone());
    reference.on_delete = match own.relation.and_then(|it| it.argument("onDelete")) {
        Some(Said::Word(word)) if word == "Cascade" => OnDelete::Cascade,
        Some(Said::Word(word)) if word == "SetNull" => OnDelete::SetNull,
        // What Prisma does when nothing is said.
        None if own.field.optional => OnDelete::SetNull,
        _ => OnDelete::Restrict,
    };
    reference
}

fn default(attribute: &Attribute, column: &mut Column) {
    let span = attribute.span.clone();
    match attribute.first() {
        Some(Said::Call(name, _)) if name == "now" => column.default = Some(Preset::Now),
        Some(Said::Call(name, _))
            if matches!(name.as_str(), "autoincrement" | "uuid" | "cuid" | "ulid" | "nanoid" | "auto" | "sequence") =>
        {
            column.generated = true;
            if name == "uuid" && column.kind == Some(Type::string(None)) {
                column.kind = Some(Type::Uuid);
            }
        }
        Some(Said::Call(name, arguments)) if name == "dbgenerated" => {
            column.generated = true;
            let text = match arguments.first() {
                Some((_, Said::Text(text))) => text.as_str(),
                _ => "",
            };
            column.omit(span, format!("the default that the database makes (`{text}`) is left out"));
        }
        Some(value) => match constant(value) {
            Some(value) => column.default = Some(Preset::Value(value)),
            None => column.omit(span, "the default is left out: it is no constant"),
        },
        None => column.notes.push(Note::lost(span, "the default has no value")),
    }
}

fn constant(value: &Said) -> Option<Value> {
    Some(match value {
        Said::Text(text) => Value::Text(text.clone()),
        Said::Number(text) => Value::Number(text.clone()),
        Said::Word(word) if word == "true" || word == "false" => Value::Boolean(word == "true"),
        Said::Word(word) => Value::Text(word.clone()),
        Said::List(items) => Value::List(items.iter().map(constant).collect::<Option<_>>()?),
        Said::Call(..) => return None,
    })
}

/// `@db.…`: what the database makes of the type.
fn native_type(native: &str, attribute: &Attribute, column: &mut Column) {
    let length = attribute.number(0);
    let kind =
        match native {
            "Text" | "TinyText" | "MediumText" | "LongText" | "NText" | "Xml" => Type::text(None),
            "VarChar" | "NVarChar" | "Char" | "NChar" | "Citext" | "String" | "Bit" | "VarBit" | "Inet" => {
                Type::string(length)
            }
            "Uuid" | "UniqueIdentifier" => Type::Uuid,
            "Date" => Type::Date,
            "SmallInt" | "TinyInt" | "Year" | "UnsignedTinyInt" | "UnsignedSmallInt" | "MediumInt" | "Integer"
            | "Int" => Type::integer(),
            "UnsignedMediumInt" => Type::integer(),
            "Decimal" | "Money" | "SmallMoney" if column.kind == Some(Type::decimal(None, None)) => {
                if native == "Decimal" { Type::decimal(length, attribute.number(1)) } else { Type::decimal(None, None) }
            }
            "Time" | "Timetz" => {
                column.omit(attribute.span.clone(), "a time of day is kept as a moment");
                return;
            }
            // The same in every database, or of no meaning here.
            _ => return,
        };
    if native == "TinyInt" && column.kind == Some(Type::Boolean) {
        return;
    }
    column.kind = Some(kind);
}
