//! What the chosen framework cannot do (yet).

use super::{Item, Kind};
use crate::catalog::{Catalog, Framework};
use crate::spec::{Place, Spec};
use std::collections::BTreeMap;

/// One thing that the answers ask for and the framework does not offer.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// A lower-case fragment: "fastapi does not support approval yet".
    pub message: String,
    /// Where the answers ask for it, when they do so explicitly.
    pub place: Option<Place>,
    /// What could be had instead.
    pub allowed: Vec<String>,
}

/// Everything that the framework cannot do, in the order of the questions and then of the file. `places` holds the
/// places of the stack's answers by key (`stack.database`).
pub fn refusals(spec: &Spec, catalog: &Catalog, places: &BTreeMap<String, Place>) -> Vec<Refusal> {
    let place = |question: &str| places.get(&format!("stack.{question}")).cloned();
    let id = &spec.stack.framework;
    let Some(framework) = catalog.frameworks.get(id) else {
        return vec![Refusal {
            message: format!("there is no blueprint for {id} yet"),
            place: place("framework"),
            allowed: catalog.framework_ids().into_iter().map(str::to_owned).collect(),
        }];
    };
    let mut refused = Vec::new();
    for (question, answers) in spec.stack.answers() {
        if question == "framework" {
            continue;
        }
        let allowed = framework.options(question, &catalog.questions);
        for answer in answers.into_iter().filter(|answer| !allowed.contains(answer)) {
            refused.push(Refusal {
                message: format!("{id} does not support {question} \"{answer}\" yet"),
                place: place(question),
                allowed: allowed.iter().map(|&it| it.to_owned()).collect(),
            });
        }
    }
    refused.extend(feature_refusals(spec, framework));
    refused.extend(shared_modules(spec, catalog, framework));
    refused.extend(own_package(spec, framework, places.get("project.name")));
    let room = super::room::problems(spec, catalog).into_iter();
    refused.extend(room.map(|message| Refusal { message, place: place("database"), allowed: Vec::new() }));
    refused
}

/// Names that are one in the framework's language, where files and packages have no capitals and nothing between words.
fn shared_modules(spec: &Spec, catalog: &Catalog, framework: &Framework) -> Vec<Refusal> {
    let language = &catalog.languages[&framework.language];
    let mut refused = Vec::new();
    for kind in Kind::ALL {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for index in 0..kind.count(spec) {
            let names = Item { kind, index }.names(spec, language, framework);
            let (name, module) = (names["name"].clone(), names["module"].clone());
            let Some(other) = known.insert(module.clone(), name.clone()) else { continue };
            refused.push(Refusal {
                message: format!("in {} {other} and {name} would both be called `{module}`", language.title),
                place: None,
                allowed: Vec::new(),
            });
        }
    }
    refused
}

/// A project that is called as a package that it needs: package managers take one for the other.
fn own_package(spec: &Spec, framework: &Framework, place: Option<&Place>) -> Option<Refusal> {
    let lock = framework.lock.as_ref()?;
    let name = &spec.project.name;
    let slots = [Some(lock.dependencies.as_str()), lock.dev_dependencies.as_deref()];
    let mut entries = framework.layers.iter().flat_map(|layer| {
        slots.iter().flatten().filter_map(|slot| layer.slots.get(*slot)).flatten().map(|entry| entry.id.as_str())
    });
    // Packages of packages stand by their names in this lock, too.
    let block = format!("[[package]]\nname = \"{name}\"\n");
    let mut files = framework.layers.iter().flat_map(|it| &it.files).filter(|(path, _)| *path == lock.path);
    let mut held = || files.any(|(_, file)| String::from_utf8_lossy(file).contains(&block));
    (entries.any(|it| it == name) || lock.format == "uv" && held()).then(|| Refusal {
        message: format!(
            "a project of {} cannot be called `{name}`: a package that it needs is called so; `{name}-service` would do",
            framework.title
        ),
        place: place.cloned(),
        allowed: Vec::new(),
    })
}

fn feature_refusals<'a>(spec: &'a Spec, framework: &'a Framework) -> impl Iterator<Item = Refusal> + 'a {
    spec.uses.iter().filter(|used| !framework.features.contains(&used.feature)).map(|used| Refusal {
        message: format!("{} does not support {} yet", framework.id, used.feature.replace('_', " ")),
        place: Some(used.place.clone()),
        allowed: Vec::new(),
    })
}
