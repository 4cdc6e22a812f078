//! Domain models of `JHipster`.

use crate::spec::{
    Action, Entity, EnumType, Field, FieldKind, NumberLimits, OnDelete, Pagination, Relation, RelationKind, Spec, USER,
};

/// The model of a spec.
pub(super) fn model(spec: &Spec) -> String {
    let mut blocks: Vec<String> = spec.enums.iter().map(enumeration).collect();
    blocks.extend(spec.entities.iter().map(|it| entity(it, spec)));
    for (kind, word) in [
        (RelationKind::ManyToOne, "ManyToOne"),
        (RelationKind::OneToOne, "OneToOne"),
        (RelationKind::ManyToMany, "ManyToMany"),
    ] {
        let lines: Vec<String> = spec
            .entities
            .iter()
            .flat_map(|entity| entity.relations.iter().filter(|it| it.kind == kind).map(|it| relation(entity, it)))
            .collect();
        if !lines.is_empty() {
            blocks.push(format!("relationship {word} {{\n{}\n}}", lines.join(",\n")));
        }
    }
    let mut options = Vec::new();
    for (value, kind) in [("pagination", Pagination::Offset), ("infinite-scroll", Pagination::Cursor)] {
        let names = named(spec, |it| it.pagination == kind);
        options.extend(names.map(|names| format!("paginate {names} with {value}")));
    }
    options
        .extend(named(spec, |it| it.actions == [Action::List, Action::Read]).map(|names| format!("readOnly {names}")));
    options.push("filter *".to_owned());
    blocks.push(options.join("\n"));
    format!("{}\n", blocks.join("\n\n"))
}

fn named(spec: &Spec, is: impl Fn(&Entity) -> bool) -> Option<String> {
    let names: Vec<&str> = spec.entities.iter().filter(|it| is(it)).map(|it| it.name.declared()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Constants are in capitals there; what JSON holds stands in parentheses.
fn enumeration(it: &EnumType) -> String {
    let value = |it: &crate::spec::EnumValue| {
        let name = it.value.replace('-', "_").to_ascii_uppercase();
        if name == it.value { format!("  {name}") } else { format!("  {name} ({})", it.value) }
    };
    let values: Vec<String> = it.values.iter().map(value).collect();
    format!("enum {} {{\n{}\n}}", it.name.pascal(), values.join(",\n"))
}

fn entity(entity: &Entity, spec: &Spec) -> String {
    let doc = entity.doc.as_ref().map_or_else(String::new, |doc| format!("/** {} */\n", comment(doc)));
    let fields: Vec<String> = entity.fields.iter().map(|it| field(it, spec)).collect();
    let body = if fields.is_empty() { String::new() } else { format!(" {{\n{}\n}}", fields.join("\n")) };
    format!("{doc}entity {}{body}", entity.name.declared())
}

/// A text that does not end its comment.
fn comment(text: &str) -> String {
    text.replace("*/", "* /")
}

fn field(field: &Field, spec: &Spec) -> String {
    let mut rules = Vec::new();
    let kind = if field.list.is_some() { "TextBlob".to_owned() } else { kind(field, spec, &mut rules) };
    let doc = field.doc.as_ref().map_or_else(String::new, |doc| format!("  /** {} */\n", comment(doc)));
    let mut line = format!("{doc}  {} {kind}", field.name.declared());
    for (word, is) in [("required", field.required), ("unique", field.unique)] {
        if is {
            line.push_str(&format!(" {word}"));
        }
    }
    for rule in rules {
        line.push_str(&format!(" {rule}"));
    }
    line
}

fn kind(field: &Field, spec: &Spec, rules: &mut Vec<String>) -> String {
    match &field.kind {
        FieldKind::String { min, max, pattern } => {
            lengths(*min, *max, rules);
            if let Some(pattern) = pattern {
                rules.push(format!("pattern(/{}/)", pattern.replace('/', "\\/")));
            }
            "String"
        }
        FieldKind::Text { min, max } => {
            lengths(*min, *max, rules);
            "String"
        }
        FieldKind::Integer(limits) => {
            bounds(limits, rules);
            "Integer"
        }
        FieldKind::Long(limits) => {
            bounds(limits, rules);
            "Long"
        }
        FieldKind::Float(limits) => {
            bounds(limits, rules);
            "Double"
        }
        FieldKind::Decimal { limits, .. } => {
            bounds(limits, rules);
            "BigDecimal"
        }
        FieldKind::Boolean => "Boolean",
        FieldKind::Date { .. } => "LocalDate",
        FieldKind::DateTime { .. } => "Instant",
        FieldKind::Uuid => "UUID",
        FieldKind::Email => {
            lengths(0, 254, rules);
            "String"
        }
        FieldKind::Url => {
            lengths(0, 2048, rules);
            "String"
        }
        FieldKind::Enum(name) => return spec.enumeration(name).map_or_else(|| name.clone(), |it| it.name.pascal()),
        FieldKind::Json => "TextBlob",
    }
    .to_owned()
}

fn lengths(min: u32, max: u32, rules: &mut Vec<String>) {
    if min > 1 {
        rules.push(format!("minlength({min})"));
    }
    rules.push(format!("maxlength({max})"));
}

fn bounds(limits: &NumberLimits, rules: &mut Vec<String>) {
    for (word, bound) in [("min", &limits.lower), ("max", &limits.upper)] {
        if let Some(bound) = bound {
            rules.push(format!("{word}({})", bound.value.normalize()));
        }
    }
}

fn relation(entity: &Entity, relation: &Relation) -> String {
    let many = relation.kind == RelationKind::ManyToMany;
    let required = if relation.required && !many { " required" } else { "" };
    let inverse = relation.inverse.as_ref().map_or_else(String::new, |it| format!("{{{}}}", it.declared()));
    let cascade = if relation.on_delete == OnDelete::Cascade { "@OnDelete(\"CASCADE\") " } else { "" };
    let built_in = if relation.target == USER { " with builtInEntity" } else { "" };
    let doc = relation.doc.as_ref().map_or_else(String::new, |doc| format!("  /** {} */\n", comment(doc)));
    format!(
        "{doc}  {}{{{}{required}}} to {cascade}{}{inverse}{built_in}",
        entity.name.declared(),
        relation.name.declared(),
        relation.target
    )
}
