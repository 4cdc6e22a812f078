//! What a format has no words for.

use super::Target;
use crate::spec::{Default, Entity, Field, FieldKind, NumberLimits, Spec};

/// One sentence for each thing that the spec says and the format cannot.
pub(super) fn left_out(spec: &Spec, target: Target) -> Vec<String> {
    let mut notes = Vec::new();
    let mut add = |is: bool, formats: &[Target], text: &str| {
        if is && formats.contains(&target) {
            notes.push(text.to_owned());
        }
    };
    let all = &Target::ALL;
    let data = &[Target::Prisma, Target::Sql, Target::Jdl, Target::Mermaid];
    let entity = |is: fn(&Entity) -> bool| spec.entities.iter().any(is);
    let fields = || spec.entities.iter().flat_map(|it| &it.fields).chain(&spec.auth.user_fields);
    let field = |is: fn(&Field) -> bool| fields().any(is);
    add(entity(|it| !it.rules.is_empty()), all, "rules over several fields");
    add(entity(|it| !it.approval.is_empty()), data, "writes that need approval");
    add(entity(|it| !it.commands.is_empty()), data, "commands");
    add(spec.has_auth(), data, "who may do what");
    add(!spec.jobs.is_empty(), all, "jobs and their schedules");
    add(!spec.events.is_empty() || !spec.handlers.is_empty(), all, "events and handlers");
    add(!spec.integrations.is_empty(), all, "calls of other services");
    add(!spec.webhooks.is_empty(), data, "what other services tell");
    add(entity(|it| it.audit), data, "which writes are recorded");
    add(
        entity(|it| !it.search.is_empty()),
        &[Target::OpenApi, Target::Prisma, Target::Sql, Target::Jdl, Target::Mermaid],
        "which texts `?q=` looks in",
    );
    let actions = |it: &Entity| it.actions.len() < 5;
    add(entity(actions), &[Target::Prisma, Target::Sql, Target::Mermaid], "which actions an entity offers");
    add(field(|it| it.private || it.read_only), data, "which fields are private or read-only");
    add(field(is_limited), &[Target::Prisma, Target::Mermaid], "limits of values beyond the most characters of a text");
    add(field(is_patterned), &[Target::Prisma, Target::Sql, Target::Mermaid], "patterns of texts");
    add(field(is_exclusive), &[Target::Jdl], "bounds that are not allowed themselves (`> 0`)");
    add(field(|it| matches!(it.kind, FieldKind::Decimal { .. })), &[Target::Jdl], "how many digits a decimal has");
    add(
        field(|it| it.default.is_some()),
        &[Target::Sql, Target::Jdl, Target::Mermaid],
        "defaults: the service fills them in",
    );
    add(
        field(|it| matches!(it.default, Some(Default::Now))),
        &[Target::OpenApi],
        "defaults that are the moment of a write",
    );
    let special = field(|it| matches!(it.kind, FieldKind::Email | FieldKind::Url));
    add(special, &[Target::Prisma, Target::Sql, Target::Jdl], "that a text is an address (e-mail, URL)");
    add(field(|it| it.list.is_some()), &[Target::Sql, Target::Jdl], "what the items of lists are");
    add(field(|it| matches!(it.kind, FieldKind::Json)), &[Target::Jdl], "JSON: it is a text there");
    add(
        entity(|it| !it.unique.is_empty()),
        &[Target::OpenApi, Target::Jdl, Target::Mermaid],
        "keys over several fields",
    );
    add(field(|it| it.unique || it.index), &[Target::OpenApi], "which fields are unique or indexed");
    add(
        entity(|it| it.relations.iter().any(|it| it.on_delete != crate::spec::OnDelete::Restrict)),
        &[Target::OpenApi, Target::Mermaid],
        "what the deletion of a row does to others",
    );
    notes
}

fn is_limited(field: &Field) -> bool {
    let bounded = |it: &NumberLimits| it.lower.is_some() || it.upper.is_some();
    match &field.kind {
        FieldKind::String { min, .. } | FieldKind::Text { min, .. } => *min > 1,
        FieldKind::Integer(limits) | FieldKind::Long(limits) | FieldKind::Float(limits) => bounded(limits),
        FieldKind::Decimal { limits, .. } => bounded(limits),
        FieldKind::Date { min, max } | FieldKind::DateTime { min, max } => min.is_some() || max.is_some(),
        _ => false,
    }
}

fn is_patterned(field: &Field) -> bool {
    matches!(&field.kind, FieldKind::String { pattern: Some(_), .. })
}

fn is_exclusive(field: &Field) -> bool {
    let open = |it: &NumberLimits| [&it.lower, &it.upper].into_iter().flatten().any(|it| !it.inclusive);
    match &field.kind {
        FieldKind::Integer(limits) | FieldKind::Long(limits) | FieldKind::Float(limits) => open(limits),
        FieldKind::Decimal { limits, .. } => open(limits),
        _ => false,
    }
}
