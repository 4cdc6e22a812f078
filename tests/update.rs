//! Projects that people have worked on: no edit is lost, no migration changes, everything is written or nothing.

mod common;

use common::library::{catalog, checked_text};
use common::{checkout, tree};
use proptest::prelude::*;
use scaffold::project::Model;
use scaffold::render::Files;
use scaffold::update::{Action, Base, Known, Tree, next, update};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A project in a folder of its own, with one commit.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(framework: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let project = Self { folder };
        let framework = format!("stack.framework={framework}");
        let answers = checkout("examples/shop.toml");
        let arguments = ["new", "shop", "--answers", &answers, "--set", &framework];
        let made = scaffold(project.folder.path()).args(arguments).output().expect("the program runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("shop").join(path)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        scaffold(&self.path("")).args(arguments).output().expect("the program runs")
    }

    #[track_caller]
    fn ends(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).expect("UTF-8")).concat();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}");
        text
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path(path), text).expect("it is written");
    }

    /// Adds a line of one's own.
    fn edit(&self, path: &str, line: &str) {
        self.write(path, &format!("{}{line}\n", self.read(path)));
    }

    fn commit(&self) {
        let author = ["-c", "user.name=a", "-c", "user.email=a@localhost"];
        for arguments in [vec!["add", "--all"], [&author[..], &["commit", "--quiet", "--message", "Work"]].concat()] {
            let done = Command::new("git").current_dir(self.path("")).args(arguments).output().expect("git runs");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        }
    }

    fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path(""))
    }

    fn migrations(&self) -> Vec<String> {
        let names = |it: &String| it.starts_with("migrations/");
        self.tree().into_keys().filter(names).collect()
    }
}

fn scaffold(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.current_dir(folder).env("NO_COLOR", "1").env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    command.stdin(Stdio::null());
    command
}

#[test]
fn a_new_project_is_untouched_and_there_is_nothing_to_do() {
    let project = Project::new("express");
    let before = project.tree();
    assert!(project.ends(&["status"], 0).contains("0 edited\n0 deleted\n0 stale\n"));
    assert_eq!(project.ends(&["diff"], 0), "");
    assert_eq!(project.ends(&["update"], 0), "nothing to do\n");
    assert!(project.tree() == before);
    // An event that nobody tells of yet changes no file.
    assert_eq!(
        project.ends(&["add", "event", "StockLow", "count: integer", "--dry-run"], 0),
        "only the answers change\n"
    );
    // Also from a folder inside it.
    let inside = scaffold(&project.path("src")).arg("status").output().unwrap();
    assert!(inside.status.success());
}

#[test]
fn what_was_generated_is_generated_again_when_program_or_answers_are_others() {
    let project = Project::new("express");
    let lock = project.read(".scaffold/lock.toml");
    let build = lock.lines().find(|line| line.starts_with("build = ")).expect("the program's sources");
    // As if another scaffold had made the README: base and lock agree on it.
    let packed = std::fs::read(project.path(".scaffold/base.tar.zst")).unwrap();
    let mut base = scaffold::project::unpack(&packed).unwrap();
    let readme = base.insert("README.md".to_owned(), b"Another.\n".to_vec()).unwrap();
    let file = |bytes: Vec<u8>| scaffold::render::RenderedFile::new(bytes.into());
    let packed = scaffold::project::pack(&base.into_iter().map(|(path, it)| (path, file(it))).collect()).unwrap();
    std::fs::write(project.path(".scaffold/base.tar.zst"), &packed).unwrap();
    let digest = |path: &str| {
        let line = format!("\"{path}\" = ");
        lock.lines().find_map(|it| it.strip_prefix(&line)).expect("a digest").trim_matches('"').to_owned()
    };
    let lock = lock
        .replace(&digest("README.md"), &scaffold::project::digest(b"Another.\n"))
        .replace(&digest(".scaffold/base.tar.zst"), &scaffold::project::digest(&packed));
    project.write("README.md", "Another.\n");
    let stale = || {
        let status: serde_json::Value = serde_json::from_str(&project.ends(&["status", "--json"], 0)).unwrap();
        status["stale"].clone()
    };
    project.write(".scaffold/lock.toml", &lock);
    assert_eq!(stale(), serde_json::json!([]), "the same program would make the same files");
    for other in ["build = \"0123456789abcdef\"", ""] {
        project.write(".scaffold/lock.toml", &lock.replace(build, other));
        assert_eq!(stale(), serde_json::json!(["README.md"]), "{other}");
    }
    project.write(".scaffold/lock.toml", &lock);
    let answers = project.read(".scaffold/answers.toml");
    project.write(".scaffold/answers.toml", &format!("# Ours.\n{answers}"));
    assert_eq!(stale(), serde_json::json!(["README.md"]));
    project.write(".scaffold/answers.toml", &answers);
    std::fs::remove_file(project.path(".scaffold/models/0001.json")).unwrap();
    assert_eq!(stale(), serde_json::json!(["README.md"]));
    project.ends(&["update", "--allow-dirty"], 0);
    assert_eq!(project.read("README.md").into_bytes(), readme);
    assert!(project.read(".scaffold/lock.toml").contains(build));
}

#[test]
fn a_field_is_added_and_edits_deletions_and_comments_stay() {
    let project = Project::new("express");
    project.edit("README.md", "Ours.");
    project.edit("src/products/service.ts", "// Ours.");
    std::fs::remove_file(project.path("docs/tuning.md")).unwrap();
    let answers = project.read(".scaffold/answers.toml").replace("[entities.Product]", "[entities.Product] # goods");
    project.write(".scaffold/answers.toml", &answers);
    project.write("src/own.ts", "export {};\n");
    project.commit();
    let status: serde_json::Value = serde_json::from_str(&project.ends(&["status", "--json"], 0)).unwrap();
    assert_eq!(status["edited"], serde_json::json!(["README.md", "src/products/service.ts"]));
    assert_eq!(status["deleted"], serde_json::json!(["docs/tuning.md"]));
    let initial = project.read("migrations/0001_initial.up.sql");

    let line = "rating: integer 1..5 = 3";
    let shown = project.ends(&["add", "field", "Product", line, "--dry-run"], 0);
    assert!(shown.contains("would change") && project.migrations().len() == 2, "{shown}");
    let told = project.ends(&["add", "field", "Product", line], 0);
    assert!(told.contains("merge    README.md") || told.contains("new migration"), "{told}");
    assert!(told.contains("docs/tuning.md: you have deleted it; it stays deleted"), "{told}");
    assert!(project.read("README.md").ends_with("Ours.\n"));
    assert!(project.read("src/products/service.ts").ends_with("// Ours.\n"));
    assert!(!project.path("docs/tuning.md").exists() && project.path("src/own.ts").exists());
    let answers = project.read(".scaffold/answers.toml");
    assert!(answers.contains("[entities.Product] # goods") && answers.contains("fields.rating = \"integer 1..5 = 3\""));
    assert_eq!(project.read("migrations/0001_initial.up.sql"), initial);
    let up = project.read("migrations/0002_change_products.up.sql");
    assert!(up.contains("rating INTEGER NOT NULL") && up.contains(", 3, "), "{up}");
    project.commit();
    assert_eq!(project.ends(&["update"], 0).lines().last(), Some("nothing to do"));
}

#[test]
fn what_would_be_dropped_needs_a_word_and_says_which() {
    for framework in ["express", "fastapi", "gin"] {
        let project = Project::new(framework);
        let answers = project.read(".scaffold/answers.toml");
        let without = |start: &str| answers.lines().filter(|it| !it.starts_with(start)).collect::<Vec<_>>().join("\n");
        project.write(".scaffold/answers.toml", &without("fields.phone"));
        let before = project.tree();
        let told = project.ends(&["update"], 2);
        assert!(told.contains("--drop suppliers.phone") && told.contains("scaffold rename"), "{told}");
        let told = project.ends(&["update", "--drop", "suppliers.email"], 2);
        assert!(told.contains("than would be dropped: suppliers.phone"), "{told}");
        assert_eq!(project.tree(), before);
        let told = project.ends(&["update", "--dry-run"], 0);
        assert!(told.contains("the values of suppliers.phone go with it"), "{told}");
        assert!(project.ends(&["update", "--drop", "suppliers.phone"], 0).contains("new migration"));
    }
}

#[test]
fn what_excludes_each_other_is_marked_and_listed() {
    let project = Project::new("express");
    let schemas = project.read("src/products/schemas.ts");
    let line = schemas.lines().find(|it| it.contains("inStock")).expect("a line of the field");
    project.write("src/products/schemas.ts", &schemas.replace(line, &format!("{line} // ours")));
    project.commit();
    let told = project.ends(&["rename", "field", "Product", "inStock", "available"], 3);
    assert!(told.contains("conflict src/products/schemas.ts"), "{told}");
    let merged = project.read("src/products/schemas.ts");
    let (yours, rest) = merged.split_once("<<<<<<< yours\n").unwrap().1.split_once("=======\n").unwrap();
    assert!(yours.contains("// ours") && rest.split(">>>>>>> generated").next().unwrap().contains("available"));
    let up = project.read("migrations/0002_change_products.up.sql");
    assert!(up.contains("SELECT id, name, price, category, description, in_stock,"), "{up}");
}

#[test]
fn a_project_with_changes_in_no_commit_is_left_alone() {
    let project = Project::new("express");
    project.edit("README.md", "Ours.");
    let before = project.tree();
    let told = project.ends(&["add", "queue", "redis"], 2);
    assert!(told.contains("there are changes that are in no commit: README.md"), "{told}");
    assert!(project.tree() == before);
    project.ends(&["add", "queue", "redis", "--allow-dirty"], 0);
    assert!(project.read("README.md").ends_with("Ours.\n") && project.path("src/worker.ts").exists());
}

#[test]
fn a_renamed_entity_takes_its_files_and_their_edits_along() {
    let project = Project::new("express");
    project.edit("src/products/service.ts", "// Ours.");
    project.commit();
    let told = project.ends(&["rename", "entity", "Product", "Article"], 0);
    assert!(told.contains("merge    src/articles/service.ts, until now src/products/service.ts"), "{told}");
    assert!(project.read("src/articles/service.ts").ends_with("// Ours.\n"));
    assert!(!project.path("src/products").exists());
    let up = std::fs::read_dir(project.path("migrations")).unwrap().map(|it| it.unwrap().file_name());
    let up: Vec<_> = up.map(|it| it.to_string_lossy().into_owned()).filter(|it| it.starts_with("0002")).collect();
    assert_eq!(up.len(), 2);
    let up = project.read(&format!("migrations/{}", up.iter().find(|it| it.ends_with(".up.sql")).unwrap()));
    assert!(
        up.contains("ALTER TABLE products RENAME TO articles;") && !up.contains("DROP TABLE articles;\nDROP"),
        "{up}"
    );
}

#[test]
fn a_plural_is_renamed_too_and_its_rows_stay() {
    let project = Project::new("gin");
    let newest = |project: &Project| {
        let up = project.migrations().into_iter().rfind(|it| it.ends_with(".up.sql"));
        project.read(&up.expect("a migration"))
    };
    project.ends(&["rename", "entity", "Tag", "Tag", "--plural", "Marks"], 0);
    project.commit();
    assert!(newest(&project).contains("ALTER TABLE tags RENAME TO marks"), "{}", newest(&project));
    // What was declared for the old name goes with it.
    project.ends(&["rename", "entity", "Tag", "Word"], 0);
    assert!(newest(&project).contains("ALTER TABLE marks RENAME TO words"), "{}", newest(&project));
    assert!(!project.read(".scaffold/answers.toml").contains("plural"), "{}", project.read(".scaffold/answers.toml"));
}

#[test]
fn without_the_packed_files_edited_ones_are_told_and_merged_as_far_as_it_goes() {
    let project = Project::new("express");
    project.edit("README.md", "Ours.");
    std::fs::remove_file(project.path(".scaffold/base.tar.zst")).unwrap();
    project.commit();
    // Both sides have a line that the other has not, and nobody knows which one was there first.
    let told = project.ends(&["add", "entity", "Review", "stars: integer 1..5"], 3);
    assert!(told.contains("conflict README.md (1 place)") && told.contains("replace  src/api.ts"), "{told}");
    assert!(told.contains("`.scaffold/base.tar.zst` is not there or damaged"), "{told}");
    assert!(project.read("README.md").ends_with("Ours.\n") && project.read("README.md").contains("eview"));
    assert!(project.path("src/reviews/router.ts").exists() && project.path(".scaffold/base.tar.zst").exists());
}

#[test]
fn what_rows_cannot_follow_is_refused_before_anything_is_written() {
    let project = Project::new("express");
    let before = project.tree();
    for (arguments, said) in [
        (&["add", "field", "Product", "code: string"][..], "`products.code` is required, and rows that are there"),
        (&["update", "--set", "entities.Product.fields.price=boolean"], "`products.price` cannot become boolean"),
        (&["add", "field", "Product", "name: string"], "`entities.Product.fields.name` is there already"),
        (&["add", "field", "Prodct", "size: integer ?"], "there is no `entities.Prodct`; there are Product,"),
        (&["add", "field", "Product", "size: intger ?"], "unknown type `intger`"),
        (&["add", "quue", "redis"], "nothing is called `quue`"),
        (&["update", "--set", "stack.framework=gin"], "the project is made for express"),
        (&["rename", "field", "Product", "nme", "title"], "there is no `nme`"),
    ] {
        let output = project.run(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(said), "{arguments:?}: {text}");
    }
    assert!(project.tree() == before);
    let elsewhere = tempfile::tempdir().unwrap();
    let output = scaffold(elsewhere.path()).arg("status").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no generated project here"));
}

#[test]
fn migrations_that_people_wrote_are_counted_and_kept() {
    let project = Project::new("express");
    project.write("migrations/0002_mine.up.sql", "SELECT 1;\n");
    project.write("migrations/0002_mine.down.sql", "SELECT 1;\n");
    project.edit("migrations/0001_initial.up.sql", "-- ours");
    project.commit();
    project.ends(&["add", "field", "Tag", "colour: string ?"], 0);
    assert!(project.path("migrations/0003_change_tags.up.sql").exists());
    assert!(project.read("migrations/0001_initial.up.sql").ends_with("-- ours\n"));

    let python = Project::new("fastapi");
    let head = "revision: str = \"f00\"\ndown_revision: str | None = \"0003\"\n";
    python.write("migrations/versions/f00_mine.py", head);
    python.commit();
    python.ends(&["add", "field", "Tag", "colour: string ?"], 0);
    let next = python.read("migrations/versions/0004_change_tags.py");
    assert!(next.contains("revision: str = \"0004\"\ndown_revision: str | None = \"f00\"\n"), "{next}");
}

#[test]
fn a_change_of_type_without_a_way_back_says_so_where_it_is_taken_back() {
    let project = Project::new("express");
    project.ends(&["add", "field", "Tag", "weight: integer ?"], 0);
    project.commit();
    project.ends(&["update", "--set", "entities.Tag.fields.weight=decimal ?"], 0);
    assert!(project.read("migrations/0003_change_tags.up.sql").contains("weight * 100"));
    let down = project.read("migrations/0003_change_tags.down.sql");
    assert!(
        down.contains("-- refuse: `tags.weight` cannot become integer, it is decimal") && !down.contains("DROP"),
        "{down}"
    );
}

#[test]
fn another_database_begins_its_migrations_anew_and_says_so() {
    let project = Project::new("express");
    project.write("migrations/0002_mine.up.sql", "SELECT 1;\n");
    project.commit();
    project.ends(&["add", "field", "Tag", "colour: string ?"], 0);
    project.commit();
    let told = project.ends(&["update", "--set", "stack.database=postgresql"], 0);
    assert!(
        told.contains("migrations of sqlite do not run on postgresql: they begin anew, and rows are not moved"),
        "{told}"
    );
    let own = "has to be written anew for postgresql: migrations/0002_mine.up.sql\n";
    assert!(told.contains(own), "{told}");
    assert!(project.read("migrations/0001_initial.up.sql").contains("timestamptz"));
    assert!(!project.path("migrations/0003_change_tags.up.sql").exists());
    assert!(project.path("migrations/0002_mine.up.sql").exists());
}

#[test]
fn settings_that_came_with_an_update_are_named_and_their_file_is_left_alone() {
    let project = Project::new("fastapi");
    let own = project.read(".env.example");
    project.write(".env", &own);
    let told = project.ends(&["update", "--set", "stack.queue=redis", "--set", "stack.database=postgresql"], 0);
    let line = "your .env is as it was; look in .env.example for what it needs now: \
                BROKER_URL, DATABASE_URL, TEST_BROKER_URL, TEST_DATABASE_URL\n";
    assert!(told.contains(line), "{told}");
    assert_eq!(project.read(".env"), own);
    project.commit();
    project.write(".env", &project.read(".env.example"));
    let told = project.ends(&["add", "cache", "redis", "--json"], 0);
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["settings"], serde_json::json!(["REDIS_URL", "TEST_REDIS_URL"]));
}

#[test]
fn without_a_model_migrations_stay_as_they_are() {
    let project = Project::new("express");
    std::fs::remove_file(project.path(".scaffold/models/0001.json")).unwrap();
    project.commit();
    let before = project.read("migrations/0001_initial.up.sql");
    let told = project.ends(&["add", "field", "Tag", "colour: string ?"], 0);
    assert!(told.contains("`.scaffold/models/0001.json` is not there"), "{told}");
    assert_eq!(project.read("migrations/0001_initial.up.sql"), before);
}

/// `SCAFFOLD_KILLS` says how often.
#[cfg(unix)]
#[test]
fn a_killed_update_is_finished_or_forgotten_by_the_next_run() {
    let count: u32 = std::env::var("SCAFFOLD_KILLS").map_or(25, |it| it.parse().expect("a number"));
    let project = Project::new("express");
    project.edit("README.md", "Ours.");
    project.edit("package.json", "");
    project.commit();
    let before = project.tree();
    let add = ["add", "queue", "redis", "--allow-dirty", "--quiet"];
    let begun = Instant::now();
    project.ends(&add, 0);
    let usual = begun.elapsed();
    let after = project.tree();
    let restore = || {
        for (path, bytes) in project.tree() {
            if before.get(&path) != Some(&bytes) {
                std::fs::remove_file(project.path(&path)).unwrap();
            }
        }
        for (path, bytes) in &before {
            let path = project.path(path);
            if std::fs::read(&path).ok().as_ref() != Some(bytes) {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
        }
        let _ = std::fs::remove_dir_all(project.path(".scaffold/pending"));
    };
    let (mut nothing, mut everything) = (0, 0);
    for at in 0..count {
        restore();
        let mut child = scaffold(&project.path("")).args(add).stderr(Stdio::null()).spawn().unwrap();
        let part = (at * 7919) % count;
        std::thread::sleep(usual * part * 11 / (count * 10) + Duration::from_millis(1));
        child.kill().unwrap();
        child.wait().unwrap();
        project.ends(&["status", "--quiet"], 0);
        let now = project.tree();
        if now == before {
            nothing += 1;
        } else {
            assert!(now == after, "kill {at} left something between");
            everything += 1;
        }
    }
    assert!(nothing + everything == count && nothing > 0, "{nothing} {everything}");
}

const LINES: [&str; 6] = [
    "fields.colour = \"string ?\"",
    "fields.rating = \"integer 1..5 = 3\"",
    "fields.since = \"date ?\"",
    "relations.parent = { many_to_one = \"Thing\", required = false, inverse = \"children\" }",
    "fields.tags = \"<-> Label\"",
    "soft_delete = true",
];

/// Answers with some of [`LINES`], and perhaps one more entity.
fn answers(chosen: &[bool], more: bool, queue: bool) -> String {
    let lines = LINES.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(line, _)| format!("{line}\n"));
    let queue = if queue { "redis" } else { "none" };
    let mut text = format!(
        "[project]\nname = \"things\"\n[stack]\nframework = \"express\"\nqueue = \"{queue}\"\n\
         [entities.Label]\nfields.name = \"string\"\n[entities.Thing]\nfields.name = \"string\"\n{}",
        lines.collect::<String>()
    );
    if more {
        text.push_str("[entities.Extra]\nfields.thing = \"-> Thing ?\"\n");
    }
    text
}

fn target(text: &str, base: Option<(&Base, &[Model], &Tree)>) -> (Files, Vec<Model>) {
    let catalog = catalog();
    let checked = checked_text(text, &[], &catalog);
    let (empty, none) = (Base::Whole(Tree::new()), Tree::new());
    let (base, models, history) = base.unwrap_or((&empty, &[], &none));
    let made = next(&checked, &catalog, &Known { base, models, history }).expect("a target");
    (made.files, made.models)
}

fn plain(files: &Files) -> Tree {
    files.iter().map(|(path, file)| (path.clone(), file.bytes.to_vec())).collect()
}

fn history(tree: &Tree) -> Tree {
    tree.iter()
        .filter(|(path, _)| path.starts_with("migrations/"))
        .map(|(path, it)| (path.clone(), it.clone()))
        .collect()
}

/// Makes the changes of an update.
fn applied(base: &Base, files: &Files, disk: &Tree) -> Tree {
    let mut disk = disk.clone();
    for change in update(base, files, &BTreeMap::new(), &disk.clone()).changes {
        match change.bytes {
            Some(bytes) => drop(disk.insert(change.path, bytes)),
            None => drop(disk.remove(&change.path)),
        }
    }
    disk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn no_edit_is_lost_twice_is_once_and_back_is_back(
        before in (proptest::collection::vec(any::<bool>(), 6), any::<bool>(), any::<bool>()),
        after in (proptest::collection::vec(any::<bool>(), 6), any::<bool>(), any::<bool>()),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8), 30),
    ) {
        let (before, after) = (answers(&before.0, before.1, before.2), answers(&after.0, after.1, after.2));
        let (first, models) = target(&before, None);
        let generated = plain(&first);
        let base = Base::Whole(generated.clone());
        let mut disk = generated.clone();
        let paths: Vec<&String> = generated.keys().filter(|it| !it.starts_with("migrations/")).collect();
        let mut marks = Vec::new();
        for (number, (file, line, kind)) in edits.iter().enumerate() {
            let path = *file.get(&paths);
            let Some(bytes) = disk.get(path) else { continue };
            let text = String::from_utf8_lossy(bytes).into_owned();
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let mark = format!("own line {number} of mine");
            let at = line.index(lines.len().max(1)).min(lines.len());
            match kind {
                0 => {
                    disk.remove(path);
                    marks.retain(|(of, _)| of != path);
                    continue;
                }
                1 if at < lines.len() && !lines[at].starts_with("own line") => lines[at].clone_from(&mark),
                _ => lines.insert(at, mark.clone()),
            }
            marks.push((path.clone(), mark));
            disk.insert(path.clone(), (lines.join("\n") + "\n").into_bytes());
        }
        let deleted: Vec<&String> = paths.iter().filter(|it| !disk.contains_key(**it)).copied().collect();
        let (second, later) = target(&after, Some((&base, &models, &history(&disk))));
        let merged = applied(&base, &second, &disk);
        for (path, mark) in &marks {
            let found = merged.get(path).is_some_and(|it| String::from_utf8_lossy(it).lines().any(|line| line == mark));
            prop_assert!(found, "{mark} was in {path}");
        }
        for path in &deleted {
            prop_assert!(!merged.contains_key(*path), "{path} was deleted");
        }
        for (path, bytes) in history(&disk) {
            prop_assert_eq!(merged.get(&path), Some(&bytes), "{} is a migration", path);
        }
        let now = Base::Whole(plain(&second));
        let (third, _) = target(&after, Some((&now, &later, &history(&merged))));
        prop_assert!(update(&now, &third, &BTreeMap::new(), &merged).changes.is_empty());
        // Nobody edited anything: the way back leads to where it began, but for the migrations.
        let forth = applied(&base, &second, &generated);
        let (again, _) = target(&before, Some((&now, &later, &history(&forth))));
        let mut back = applied(&now, &again, &forth);
        back.retain(|path, _| generated.contains_key(path) || !path.starts_with("migrations/"));
        prop_assert!(back == generated);
    }
}

#[test]
fn a_conflict_counts_its_places() {
    let base: Tree = [("a".to_owned(), b"1\n2\n3\n4\n5\n".to_vec())].into();
    let file = |text: &str| scaffold::render::RenderedFile::new(std::borrow::Cow::Owned(text.as_bytes().to_vec()));
    let files: Files = [("a".to_owned(), file("one\n2\n3\n4\nfive\n"))].into();
    let disk: Tree = [("a".to_owned(), b"eins\n2\n3\n4\nfuenf\n".to_vec())].into();
    let found = update(&Base::Whole(base), &files, &BTreeMap::new(), &disk);
    assert_eq!(found.changes[0].action, Action::Conflict(2));
}
