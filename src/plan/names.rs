//! Names in every casing, safe in the target language.

use crate::catalog::{Casing, Framework, Language};
use crate::spec::{Entity, JsonCase, Name, is_device};
use std::collections::BTreeMap;

type Names = BTreeMap<&'static str, String>;

/// `lead` and `part` are how a longer name in the target language begins and goes on with this one.
fn casings(name: &Name, language: &Language) -> Names {
    BTreeMap::from([
        ("name", name.declared().to_owned()),
        ("camel", name.camel()),
        ("pascal", name.pascal()),
        ("snake", name.snake()),
        ("kebab", name.kebab()),
        ("screaming", name.screaming()),
        ("human", name.human()),
        ("lead", language.cased(Casing::Camel, name)),
        ("part", language.cased(Casing::Pascal, name)),
    ])
}

/// The names of an entity: the usual casings, those of its plural (`plural_…`), and what the target language may call
/// it: `a_human` and `A_human` (with an article), `plural_title`, `type`, `member` (one row), `plural_member` (several), `module` (the file or package), `path` (in the API).
pub fn entity_names(entity: &Entity, language: &Language, framework: &Framework) -> Names {
    let reserved = &framework.reserved;
    let mut names = casings(&entity.name, language);
    let plural = &entity.plural;
    let human = entity.name.human();
    // "an hour", "a user": by sound; the few that matter begin with these.
    let vowel = human.starts_with(['a', 'e', 'i', 'o', 'u'])
        && !["uni", "use", "eu", "one"].iter().any(|it| human.starts_with(it));
    let article = if vowel || human.starts_with("hour") { "an" } else { "a" };
    let module = module(plural, language, framework);
    names.extend([
        ("a_human", format!("{article} {human}")),
        ("A_human", format!("{} {human}", if article == "an" { "An" } else { "A" })),
        ("plural_title", entity.plural.title()),
        ("plural_camel", plural.camel()),
        ("plural_pascal", plural.pascal()),
        ("plural_snake", plural.snake()),
        ("plural_kebab", plural.kebab()),
        ("plural_screaming", plural.screaming()),
        ("plural_human", plural.human()),
        ("type", language.type_name(&entity.name, &reserved.types)),
        ("member", language.variable(&entity.name, &reserved.members)),
        ("plural_member", language.variable(plural, &reserved.members)),
        ("module", module),
        ("path", plural.kebab()),
        ("table", plural.snake()),
    ]);
    names
}

/// The names of a field, a reference key or a relation: the usual casings, `json`, `column`, and what the target language may
/// call it: `member`, `variable`, `type`, `constant`.
pub fn field_names(name: &Name, case: JsonCase, language: &Language, framework: &Framework) -> Names {
    let reserved = &framework.reserved;
    let mut names = casings(name, language);
    names.extend([
        ("json", if case == JsonCase::Camel { name.camel() } else { name.snake() }),
        ("column", name.snake()),
        ("member", language.member(name, &reserved.members)),
        ("variable", language.variable(name, &reserved.members)),
        ("type", language.type_name(name, &reserved.types)),
        ("constant", language.safe(language.constant_case, name, &reserved.members)),
    ]);
    names
}

/// The names of a job, an event or a handler: those of a field, and `module`, the file.
pub fn work_names(name: &Name, case: JsonCase, language: &Language, framework: &Framework) -> Names {
    let mut names = field_names(name, case, language, framework);
    names.insert("module", module(name, language, framework));
    names
}

fn module(name: &Name, language: &Language, framework: &Framework) -> String {
    let mut module = language.module(name, &framework.reserved.modules);
    if is_device(&module) {
        module.push_str(language.module_suffix());
    }
    module
}
