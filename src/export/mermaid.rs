//! Entity-relationship diagrams, as Markdown viewers draw them.

use crate::spec::{Entity, Field, RelationKind, Spec, USER};

/// The diagram of a spec.
pub(super) fn diagram(spec: &Spec) -> String {
    let mut text = "erDiagram\n".to_owned();
    if spec.has_auth() {
        text.push_str(&format!("    {USER} {{\n        uuid id PK\n        email email UK\n        string name\n        string role\n        boolean active\n"));
        spec.auth.user_fields.iter().for_each(|it| text.push_str(&attribute(it)));
        text.push_str("    }\n");
    }
    for it in &spec.entities {
        text.push_str(&entity(it));
    }
    for it in &spec.entities {
        for relation in &it.relations {
            // How many of this side belong to how many of that one.
            let sign = match (relation.kind, relation.required) {
                (RelationKind::ManyToOne, true) => "}o--||",
                (RelationKind::ManyToOne, false) => "}o--o|",
                (RelationKind::OneToOne, true) => "|o--||",
                (RelationKind::OneToOne, false) => "|o--o|",
                (RelationKind::ManyToMany, _) => "}o--o{",
            };
            text.push_str(&format!(
                "    {} {sign} {} : {}\n",
                it.name.declared(),
                relation.target,
                relation.name.declared()
            ));
        }
    }
    text
}

fn entity(entity: &Entity) -> String {
    let mut text = format!("    {} {{\n        uuid id PK\n", entity.name.declared());
    entity.fields.iter().for_each(|it| text.push_str(&attribute(it)));
    for relation in entity.references() {
        let key = if relation.kind == RelationKind::OneToOne { "FK,UK" } else { "FK" };
        text.push_str(&format!("        uuid {} {key}\n", relation.key().camel()));
    }
    text.push_str("    }\n");
    text
}

fn attribute(field: &Field) -> String {
    let list = if field.list.is_some() { "[]" } else { "" };
    let key = if field.unique { " UK" } else { "" };
    let mut words = Vec::new();
    if !field.required {
        words.push("optional".to_owned());
    }
    words.extend(field.doc.as_ref().map(|it| it.replace('"', "'")));
    let comment = if words.is_empty() { String::new() } else { format!(" \"{}\"", words.join("; ")) };
    format!("        {}{list} {}{key}{comment}\n", field.kind.id(), field.name.declared())
}
