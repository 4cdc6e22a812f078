//! Prisma schemas.

use crate::derive::naming;
use crate::spec::{Default, Entity, EnumType, Field, FieldKind, OnDelete, Relation, RelationKind, Spec, USER};
use std::collections::BTreeSet;

/// The schema of a spec.
pub(super) fn schema(spec: &Spec) -> String {
    let native = spec.stack.database != "sqlite";
    let writer = Writer { spec, native, lists: spec.stack.database == "postgresql" };
    let provider = &spec.stack.database;
    let mut blocks = vec![
        format!("datasource db {{\n  provider = \"{provider}\"\n  url      = env(\"DATABASE_URL\")\n}}"),
        "generator client {\n  provider = \"prisma-client-js\"\n}".to_owned(),
    ];
    blocks.extend(spec.enums.iter().map(enumeration));
    if spec.has_auth() {
        blocks.push(writer.users());
    }
    blocks.extend(spec.entities.iter().map(|entity| writer.model(entity)));
    format!("{}\n", blocks.join("\n\n"))
}

struct Writer<'s> {
    spec: &'s Spec,
    /// Whether columns have types of the database.
    native: bool,
    /// Whether columns hold lists.
    lists: bool,
}

fn enumeration(it: &EnumType) -> String {
    let value = |value: &crate::spec::EnumValue| {
        let name = word(&value.value);
        let map = if name == value.value { String::new() } else { format!(" @map(\"{}\")", value.value) };
        let doc = value.label.as_ref().map_or_else(String::new, |label| format!("  /// {label}\n"));
        format!("{doc}  {name}{map}")
    };
    let values: Vec<String> = it.values.iter().map(value).collect();
    format!("enum {} {{\n{}\n}}", it.name.pascal(), values.join("\n"))
}

/// Names have no hyphens there.
fn word(value: &str) -> String {
    value.replace('-', "_")
}

impl Writer<'_> {
    fn users(&self) -> String {
        let mut lines = vec![
            format!("id String @id @default(uuid()){}", self.uuid()),
            format!("email String @unique{}", self.characters(254)),
            format!("name String{}", self.characters(100)),
            format!("role String{}", self.characters(40)),
            "active Boolean @default(true)".to_owned(),
        ];
        lines.extend(self.spec.auth.user_fields.iter().flat_map(|field| self.field(field)));
        lines.push("createdAt DateTime @default(now()) @map(\"created_at\")".to_owned());
        lines.push("updatedAt DateTime @updatedAt @map(\"updated_at\")".to_owned());
        lines.extend(self.backs(USER));
        lines.push("@@map(\"users\")".to_owned());
        format!("model {USER} {{\n{}\n}}", indented(&lines))
    }

    fn model(&self, entity: &Entity) -> String {
        let mut lines = vec![format!("id String @id @default(uuid()){}", self.uuid())];
        lines.extend(entity.fields.iter().flat_map(|field| self.field(field)));
        for relation in &entity.relations {
            lines.extend(self.relation(entity, relation));
        }
        if entity.has_owner() {
            lines.push(format!("ownerId String? @map(\"owner_id\"){}", self.uuid()));
            let name = owner_name(entity);
            lines.push(format!(
                "owner {USER}? @relation(\"{name}\", fields: [ownerId], references: [id], onDelete: Restrict)"
            ));
        }
        if entity.soft_delete {
            lines.push("deletedAt DateTime? @map(\"deleted_at\")".to_owned());
        }
        lines.push("version Int @default(1)".to_owned());
        lines.push("createdAt DateTime @default(now()) @map(\"created_at\")".to_owned());
        lines.push("updatedAt DateTime @updatedAt @map(\"updated_at\")".to_owned());
        lines.extend(self.backs(entity.name.declared()));
        for names in &entity.unique {
            let column = |name: &String| entity.relation(name).map_or_else(|| name.clone(), key);
            lines.push(format!("@@unique([{}])", names.iter().map(column).collect::<Vec<_>>().join(", ")));
        }
        for field in entity.fields.iter().filter(|it| it.index && !it.unique) {
            lines.push(format!("@@index([{}])", field.name.declared()));
        }
        lines.push(format!("@@map(\"{}\")", naming::table(entity)));
        let doc = entity.doc.as_ref().map_or_else(String::new, |doc| format!("/// {doc}\n"));
        format!("{doc}model {} {{\n{}\n}}", entity.name.declared(), indented(&lines))
    }

    fn uuid(&self) -> &'static str {
        match self.spec.stack.database.as_str() {
            "postgresql" => " @db.Uuid",
            "mysql" => " @db.Char(36)",
            _ => "",
        }
    }

    fn characters(&self, most: u32) -> String {
        if self.native { format!(" @db.VarChar({most})") } else { String::new() }
    }

    fn field(&self, field: &Field) -> Vec<String> {
        let name = field.name.declared();
        let (kind, native) = self.type_of(field);
        let mut line = format!("{name} {kind}");
        if field.list.is_some() && self.lists {
            line.push_str("[]");
        } else if !field.required {
            line.push('?');
        }
        if field.unique {
            line.push_str(" @unique");
        }
        if let Some(default) = default(field).filter(|_| field.list.is_none()) {
            line.push_str(&format!(" @default({default})"));
        }
        if field.name.snake() != name {
            line.push_str(&format!(" @map(\"{}\")", field.name.snake()));
        }
        line.push_str(&native);
        let doc = field.doc.as_ref().map(|doc| format!("/// {doc}"));
        doc.into_iter().chain([line]).collect()
    }

    fn type_of(&self, field: &Field) -> (String, String) {
        if field.list.is_some() && !self.lists {
            return ("Json".to_owned(), String::new());
        }
        let native = |text: String| if self.native { text } else { String::new() };
        let (kind, native) = match &field.kind {
            FieldKind::String { max, .. } => ("String", self.characters(*max)),
            FieldKind::Text { .. } => ("String", native(" @db.Text".to_owned())),
            FieldKind::Integer(_) => ("Int", String::new()),
            FieldKind::Long(_) => ("BigInt", String::new()),
            FieldKind::Float(_) => ("Float", String::new()),
            FieldKind::Decimal { precision, scale, .. } => {
                ("Decimal", native(format!(" @db.Decimal({precision}, {scale})")))
            }
            FieldKind::Boolean => ("Boolean", String::new()),
            FieldKind::Date { .. } => ("DateTime", native(" @db.Date".to_owned())),
            FieldKind::DateTime { .. } => ("DateTime", String::new()),
            FieldKind::Uuid => ("String", self.uuid().to_owned()),
            FieldKind::Email => ("String", self.characters(254)),
            FieldKind::Url => ("String", self.characters(2048)),
            FieldKind::Enum(name) => {
                let name = self.spec.enumeration(name).map_or_else(|| name.clone(), |it| it.name.pascal());
                return (name, String::new());
            }
            FieldKind::Json => ("Json", String::new()),
        };
        (kind.to_owned(), native)
    }

    /// The side that has the key.
    fn relation(&self, entity: &Entity, relation: &Relation) -> Vec<String> {
        let name = relation.name.declared();
        let target = &relation.target;
        let doc = relation.doc.as_ref().map(|doc| format!("/// {doc}"));
        let label = label(entity, relation);
        let lines = if relation.kind == RelationKind::ManyToMany {
            vec![format!("{name} {target}[] @relation(\"{label}\")")]
        } else {
            let null = if relation.required { "" } else { "?" };
            let unique = if relation.kind == RelationKind::OneToOne { " @unique" } else { "" };
            let key = key(relation);
            let action = match relation.on_delete {
                OnDelete::Restrict => "Restrict",
                OnDelete::Cascade => "Cascade",
                OnDelete::SetNull => "SetNull",
            };
            let column = relation.key().snake();
            vec![
                format!("{key} String{null}{unique} @map(\"{column}\"){}", self.uuid()),
                format!(
                    "{name} {target}{null} @relation(\"{label}\", fields: [{key}], references: [id], onDelete: {action})"
                ),
            ]
        };
        doc.into_iter().chain(lines).collect()
    }

    /// The fields of the other side, which Prisma wants to see.
    fn backs(&self, target: &str) -> Vec<String> {
        let own: BTreeSet<String> = self
            .spec
            .entity(target)
            .into_iter()
            .flat_map(|it| {
                it.fields
                    .iter()
                    .map(|it| it.name.declared().to_owned())
                    .chain(it.relations.iter().map(|it| it.name.declared().to_owned()))
            })
            .collect();
        let mut taken = own;
        let mut lines = Vec::new();
        for entity in &self.spec.entities {
            for relation in entity.relations.iter().filter(|it| it.target == target) {
                let wanted = relation.inverse.as_ref().map_or_else(
                    || format!("{}By{}", entity.plural.camel(), relation.name.pascal()),
                    |it| it.declared().to_owned(),
                );
                let name = free(&mut taken, &wanted);
                let many = if relation.kind == RelationKind::OneToOne { "?" } else { "[]" };
                lines.push(format!(
                    "{name} {}{many} @relation(\"{}\")",
                    entity.name.declared(),
                    label(entity, relation)
                ));
            }
            if target == USER && entity.has_owner() {
                let name = free(&mut taken, &format!("owned{}", entity.plural.pascal()));
                lines.push(format!("{name} {}[] @relation(\"{}\")", entity.name.declared(), owner_name(entity)));
            }
        }
        lines
    }
}

fn free(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// What both sides of a relation call it.
fn label(entity: &Entity, relation: &Relation) -> String {
    format!("{}{}", entity.name.pascal(), relation.name.pascal())
}

fn owner_name(entity: &Entity) -> String {
    format!("{}Owner", entity.name.pascal())
}

/// The field that holds a key, in the case of the relation's name.
fn key(relation: &Relation) -> String {
    let name = relation.name.declared();
    if name.contains('_') { relation.key().snake() } else { relation.key().camel() }
}

fn default(field: &Field) -> Option<String> {
    Some(match field.default.as_ref()? {
        Default::Now => "now()".to_owned(),
        Default::Value(value) => match (value, &field.kind) {
            (serde_json::Value::String(text), FieldKind::Enum(_)) => word(text),
            (serde_json::Value::String(text), FieldKind::Decimal { .. }) => text.clone(),
            (serde_json::Value::String(text), _) => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
            }
            (serde_json::Value::Object(_) | serde_json::Value::Array(_), _) => return None,
            (value, _) => value.to_string(),
        },
    })
}

/// Lines of a block, names, types and attributes in columns of their own.
fn indented(lines: &[String]) -> String {
    let parts: Vec<Vec<&str>> = lines.iter().map(|line| line.splitn(3, ' ').collect()).collect();
    let special = |parts: &[&str]| parts.first().is_some_and(|it| it.starts_with("@@") || it.starts_with("///"));
    let width = |at: usize| {
        parts.iter().filter(|it| !special(it)).filter_map(|it| it.get(at)).map(|it| it.len()).max().unwrap_or(0)
    };
    let (name, kind) = (width(0), width(1));
    let line = |parts: &Vec<&str>| match parts.as_slice() {
        it if special(it) => format!("  {}", it.join(" ")),
        [first, second, rest] => format!("  {first:name$} {second:kind$} {rest}"),
        [first, second] => format!("  {first:name$} {second}"),
        other => format!("  {}", other.join(" ")),
    };
    parts.iter().map(line).collect::<Vec<_>>().join("\n")
}
