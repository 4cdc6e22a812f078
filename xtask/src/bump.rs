//! Brings the pins of blueprints, and the lock files that belong to them, up to date.
//!
//! A framework says in `bump.toml` how a manifest of everything that any answer brings is written and locked. It is locked
//! without versions first, which gives the newest that go together, then with exactly those. `{root}` is this checkout, `{folder}`
//! the framework.

use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Refresh every pinned version of a blueprint and its lock file
#[derive(clap::Args)]
pub struct BumpArgs {
    /// Only this framework
    framework: Option<String>,
    /// Keep the versions; only make the lock file anew
    #[arg(long)]
    lock_only: bool,
}

const FRAMEWORKS: &str = "blueprints/frameworks";

/// `frameworks/<id>/bump.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    /// The file of the manifest.
    manifest: String,
    /// Its text, with `{dependencies}` and `{dev_dependencies}`.
    text: String,
    /// A dependency at a version, and one at the newest.
    pinned: String,
    newest: String,
    /// What stands between two dependencies.
    #[serde(default = "comma")]
    between: String,
    /// How `extras` of an entry are written.
    extras: String,
    /// Makes the lock file beside the manifest.
    lock: String,
    /// Finds a version in the lock file.
    found: String,
    /// Brings up to date what is pinned elsewhere.
    also: Option<String>,
}

fn comma() -> String {
    ",\n".to_owned()
}

/// The part of `blueprint.toml` that is of interest here.
#[derive(Deserialize)]
struct Blueprint {
    lock: Lock,
}

#[derive(Deserialize)]
struct Lock {
    path: String,
    dependencies: String,
    dev_dependencies: String,
}

/// A pinned dependency.
#[derive(Clone)]
struct Pin {
    version: String,
    extras: String,
    /// Whether a person wants it to stay.
    keep: bool,
}

pub fn run(args: &BumpArgs) -> ExitCode {
    match frameworks().and_then(|all| all.iter().try_for_each(|id| one(id, args))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The frameworks that say how they are locked.
fn frameworks() -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(FRAMEWORKS).map_err(|error| format!("{FRAMEWORKS}: {error}"))?;
    let names = entries.filter_map(|it| Some(it.ok()?.file_name().to_string_lossy().into_owned()));
    let mut ids: Vec<_> = names.filter(|id| folder(id).join("bump.toml").exists()).collect();
    ids.sort();
    Ok(ids)
}

fn folder(id: &str) -> PathBuf {
    Path::new(FRAMEWORKS).join(id)
}

fn one(id: &str, args: &BumpArgs) -> Result<(), String> {
    if args.framework.as_ref().is_some_and(|it| it != id) {
        return Ok(());
    }
    let recipe: Recipe = read(&folder(id).join("bump.toml"))?;
    let Blueprint { lock } = read(&folder(id).join("blueprint.toml"))?;
    let slots = [&lock.dependencies, &lock.dev_dependencies];
    let mut pins: Vec<BTreeMap<String, Pin>> = slots.iter().map(|slot| pins(id, slot)).collect::<Result<_, _>>()?;
    if !args.lock_only {
        let newest = locked(id, &recipe, &lock, &pins, true)?;
        for (name, pin) in pins.iter_mut().flatten().filter(|(_, pin)| !pin.keep) {
            let version = version(&recipe, &newest, name)?;
            if version != pin.version {
                println!("{id}  {name}  {} → {version}", pin.version);
                pin.version = version;
            }
        }
        write_pins(id, &pins)?;
        if let Some(command) = &recipe.also {
            ran(id, command, Path::new("."))?;
        }
    }
    let text = locked(id, &recipe, &lock, &pins, false)?;
    let path = folder(id).join("base").join(&lock.path);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{id}  made {}", path.display());
    Ok(())
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The manifests of all layers of a framework.
fn layers(id: &str) -> Result<Vec<PathBuf>, String> {
    let folder = folder(id);
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<_> = entries.filter_map(|it| Some(it.ok()?.path().join("layer.toml"))).collect();
    found.retain(|it| it.exists());
    found.sort();
    Ok(found)
}

/// Every dependency that any layer declares in a slot.
fn pins(id: &str, slot: &str) -> Result<BTreeMap<String, Pin>, String> {
    let mut pins = BTreeMap::new();
    for path in layers(id)? {
        let layer: toml::Table = read(&path)?;
        let entries = layer.get("slot").and_then(|it| it.get(slot)).and_then(toml::Value::as_array);
        for entry in entries.into_iter().flatten() {
            let text = |key: &str| entry.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            let keep = entry.get("keep").and_then(toml::Value::as_bool) == Some(true);
            pins.insert(text("id"), Pin { version: text("version"), extras: text("extras"), keep });
        }
    }
    Ok(pins)
}

/// The lock file of these dependencies, at their versions or the newest that go together.
fn locked(
    id: &str,
    recipe: &Recipe,
    lock: &Lock,
    pins: &[BTreeMap<String, Pin>],
    newest: bool,
) -> Result<String, String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut text = recipe.text.trim_start().to_owned();
    for (place, pins) in ["{dependencies}", "{dev_dependencies}"].iter().zip(pins) {
        let lines: Vec<_> = pins.iter().map(|(name, pin)| line(recipe, name, pin, newest && !pin.keep)).collect();
        text = text.replace(place, &lines.join(&recipe.between));
    }
    let manifest = temporary.path().join(&recipe.manifest);
    std::fs::write(&manifest, text).map_err(|error| error.to_string())?;
    ran(id, &recipe.lock, temporary.path())?;
    std::fs::read_to_string(temporary.path().join(&lock.path)).map_err(|error| format!("{}: {error}", lock.path))
}

/// Runs a command of a recipe in a folder, and tells what it tells.
fn ran(id: &str, command: &str, place: &Path) -> Result<(), String> {
    let root = std::env::current_dir().map_err(|error| error.to_string())?;
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let command = command.replace("{folder}", &text(root.join(folder(id)))).replace("{root}", &text(root));
    let output = Command::new("bash").args(["-c", &command]).current_dir(place).output();
    let output = output.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("`{command}` failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

fn line(recipe: &Recipe, name: &str, pin: &Pin, newest: bool) -> String {
    let form = if newest { &recipe.newest } else { &recipe.pinned };
    let extras = if pin.extras.is_empty() { String::new() } else { recipe.extras.replace("{extras}", &pin.extras) };
    form.replace("{id}", name).replace("{extras}", &extras).replace("{version}", &pin.version)
}

fn version(recipe: &Recipe, lock: &str, name: &str) -> Result<String, String> {
    let pattern = recipe.found.replace("{id}", &regex::escape(name));
    let pattern = Regex::new(&pattern).map_err(|error| error.to_string())?;
    let found = pattern.captures(lock).ok_or_else(|| format!("the lock file has no `{name}`"))?;
    Ok(found[1].to_owned())
}

/// Writes the versions where the layers declare them; nothing else of the files changes.
fn write_pins(id: &str, pins: &[BTreeMap<String, Pin>]) -> Result<(), String> {
    for path in layers(id)? {
        let before = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut text = before.clone();
        for (name, pin) in pins.iter().flatten() {
            let pattern = format!(r#"(id = "{}", version = )"[^"]*""#, regex::escape(name));
            let pattern = Regex::new(&pattern).map_err(|error| error.to_string())?;
            text = pattern.replace_all(&text, format!("${{1}}\"{}\"", pin.version)).into_owned();
        }
        if text != before {
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(())
}
