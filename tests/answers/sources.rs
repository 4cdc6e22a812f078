//! Several texts: `include` and `--set`, and where answers stand.

use super::support::{accepted, catalogue, read_as};
use scaffold::answers::{self, Checked, Format, IncludeError, Input, Problem, render_problems};
use scaffold::spec::{FieldKind, Grant, Place};

const MAIN: &str = "include = [\"entities/*.toml\"]\n[project]\nname = \"shop\"\n[stack]\nframework = \"gin\"\n";

fn included(main: &str, files: &[(&str, Format, &str)]) -> Result<Checked, String> {
    let input = Input::from_text("shop.toml", Format::Toml, main.to_owned());
    let files: Vec<Input> =
        files.iter().map(|(name, format, text)| Input::from_text(*name, *format, (*text).to_owned())).collect();
    answers::read(input, &|_| Ok(files.clone()), &[], &catalogue()).map_err(|it| render_problems(&it, false))
}

fn text(place: &Place) -> &str {
    &place.source.text[place.start..place.end]
}

#[test]
fn included_files_are_merged_in_the_order_of_their_names() {
    let tag = ("entities/tag.yaml", Format::Yaml, "entities: { Tag: { fields: { name: string 2..30 } } }");
    let product = ("entities/product.toml", Format::Toml, "[entities.Product]\nfields.tags = \"<-> Tag\"\n");
    let one = included(MAIN, &[tag, product]).unwrap();
    let names: Vec<&str> = one.spec.entities.iter().map(|it| it.name.declared()).collect();
    assert_eq!(names, ["Product", "Tag"]);
    assert!(!one.canonical.contains("include"));
    let other = included(MAIN, &[product, tag]).unwrap();
    assert_eq!(one.canonical, other.canonical);
    assert_eq!(one.canonical, accepted(&one.canonical).canonical);
}

#[test]
fn mistakes_of_included_files_name_the_file() {
    let files = [("a.toml", Format::Toml, "[entities.A]\nfields.a = \"strng\"\n"), ("b.json", Format::Json, "{")];
    let problems = included(MAIN, &files).unwrap_err();
    assert!(problems.contains(" --> b.json:1:1"), "{problems}");
    let problems = included(MAIN, &files[..1]).unwrap_err();
    assert!(problems.contains(" --> a.toml:2:13"), "{problems}");
}

#[test]
fn a_key_given_twice_over_files_is_refused() {
    let file = ("more.toml", Format::Toml, "[project]\nname = \"other\"\ntitle = \"x\"\n[entities.A]\n");
    assert_eq!(
        included(MAIN, &[file]).unwrap_err(),
        "error: `name` is given twice\n --> more.toml:2:1\n  |\n2 | name = \"other\"\n  | ^^^^\n  |\n  = note: it is also in shop.toml\n"
    );
}

#[test]
fn an_included_file_includes_no_others() {
    let file = ("more.toml", Format::Toml, "include = [\"x.toml\"]\n[entities.A]\n");
    assert!(included(MAIN, &[file]).unwrap_err().contains("an included file cannot include others"));
}

#[test]
fn patterns_stay_inside_the_folder() {
    for pattern in ["../*.toml", "/etc/passwd", "a/../../b.toml", "..", "C:/x.toml", "a\\\\b.toml", ""] {
        let main = MAIN.replace("entities/*.toml", pattern);
        let problems = included(&main, &[("a.toml", Format::Toml, "[entities.A]\n")]).unwrap_err();
        assert!(problems.contains(" --> shop.toml:1:12"), "{pattern}: {problems}");
    }
    assert!(included("include = \"a.toml\"\n", &[]).unwrap_err().contains("`include` must be a list of file patterns"));
    assert!(included(MAIN, &[]).unwrap_err().contains("no file matches `entities/*.toml`"));
}

#[test]
fn what_a_reader_of_files_says_is_shown_at_the_pattern_or_in_the_file() {
    let read = |error: IncludeError| {
        let input = Input::from_text("shop.toml", Format::Toml, MAIN.to_owned());
        let problems = answers::read(input, &|_| Err(error.clone()), &[], &catalogue()).unwrap_err();
        render_problems(&problems, false)
    };
    let shown = read(IncludeError::Message("permission denied".to_owned()));
    assert!(
        shown.starts_with("error: cannot read `entities/*.toml`: permission denied\n --> shop.toml:1:12"),
        "{shown}"
    );
    let problem = Input::from_bytes("a.toml", Format::Toml, vec![0xff]).unwrap_err();
    assert!(read(IncludeError::Problem(Box::new(problem))).contains(" --> a.toml:1:1"));
}

#[test]
fn set_values_win_and_are_toml_or_else_text() {
    let text = "[project]\nname = \"shop\"\n[stack]\nframework = \"gin\"\ndatabase = \"mysql\"\n[entities.A]\n";
    let set = [
        ("stack.database", "postgresql"),
        ("stack.auth", "[\"jwt\", \"api-key\"]"),
        ("project.title", "Two words"),
        ("entities.A.soft_delete", "true"),
        ("entities.A.fields.price", "decimal > 0"),
        ("entities.B.fields.count", "{ type = \"integer\", max = 0x10 }"),
        ("project.title", "\"The last\""),
    ];
    let spec = read_as(Format::Toml, text, &set).unwrap().spec;
    assert_eq!(spec.stack.database, "postgresql");
    assert_eq!(spec.stack.auth, ["jwt", "api-key"]);
    assert_eq!(spec.project.title, "The last");
    assert!(spec.entities[0].soft_delete);
    assert_eq!(spec.entities[0].fields[0].kind.id(), "decimal");
    let FieldKind::Integer(limits) = &spec.entities[1].fields[0].kind else { panic!("integer") };
    assert_eq!(limits.upper.as_ref().unwrap().value.to_string(), "16");
}

#[test]
fn a_wrong_set_value_is_shown_with_a_caret() {
    let text = "[project]\nname = \"shop\"\n[stack]\nframework = \"gin\"\n[entities.A]\n";
    let refused = |key, value| read_as(Format::Toml, text, &[(key, value)]).unwrap_err();
    assert_eq!(
        refused("stack.database", "postgres"),
        "error: unknown database `postgres`\n --> --set:1:16\n  |\n1 | stack.database=postgres\n  |                ^^^^^^^^\n  |\n  = note: did you mean `postgresql`?\n  = note: allowed: sqlite, postgresql, mysql\n"
    );
    assert!(refused("stack.databse", "mysql").contains(" --> --set:1:7"));
    assert!(refused("project.name.x", "1").contains("`name` has no keys to set"));
    assert!(refused("project..x", "1").contains("a part of the key is missing"));
    assert!(refused("entities.A.fields.a", "string uniqe").contains(" --> --set:1:28"));
}

#[test]
fn problems_come_in_the_order_of_the_texts() {
    let file = ("a.toml", Format::Toml, "[entities.A]\nx = 1\n");
    let input = Input::from_text("z.toml", Format::Toml, format!("{MAIN}[api]\ny = 1\nx = 1\n"));
    let file = Input::from_text(file.0, file.1, file.2.to_owned());
    let set = [("api.z".to_owned(), "1".to_owned())];
    let problems = answers::read(input, &|_| Ok(vec![file.clone()]), &set, &catalogue()).unwrap_err();
    let places: Vec<(&str, &str)> =
        problems.iter().map(|it| (it.place.source.name.as_str(), text(&it.place))).collect();
    assert_eq!(places, [("z.toml", "y"), ("z.toml", "x"), ("a.toml", "x"), ("--set", "z")]);
}

#[test]
fn answers_and_features_know_where_they_stand() {
    let checked = accepted(include_str!("full.toml"));
    let place = |key: &str| text(&checked.places[key]);
    assert_eq!(place("stack.database"), "\"postgresql\"");
    assert_eq!(place("stack.auth"), "[\"jwt\", \"api-key\"]");
    assert_eq!(place("stack.auth=api-key"), "\"api-key\"");
    assert_eq!(place("entities.Order"), "Order");
    assert_eq!(place("entities.Order.fields.total"), "total");
    assert!(!checked.places.contains_key("stack.cache"), "a default stands nowhere");
    let features: Vec<&str> = checked.spec.uses.iter().map(|it| it.feature.as_str()).collect();
    for feature in [
        "rules",
        "approval",
        "commands",
        "jobs",
        "events",
        "handlers",
        "audit",
        "relations",
        "user_relation",
        "type_decimal",
        "type_enum",
    ] {
        assert!(features.contains(&feature), "{feature} is missing in {features:?}");
    }
    let at = |feature: &str| text(&checked.spec.uses.iter().find(|it| it.feature == feature).unwrap().place).to_owned();
    assert_eq!((at("approval"), at("rules"), at("type_float")), ("approval".into(), "rules".into(), "float".into()));
}

#[test]
fn a_wide_file_uses_what_it_uses() {
    let checked = accepted(include_str!("wide.toml"));
    let mut features: Vec<&str> = checked.spec.uses.iter().map(|it| it.feature.as_str()).collect();
    features.sort_unstable();
    let expected = "approval audit closed_registration commands composite_unique cursor_pagination list_fields many_to_many named_enums \
        one_to_one private_fields relations rules self_relation soft_delete type_boolean type_date type_datetime type_decimal type_email \
        type_enum type_float type_integer type_json type_long type_string type_text type_url type_uuid user_fields \
        user_relation";
    assert_eq!(features.join(" "), expected);
}

#[test]
fn access_has_the_defaults_of_the_reference() {
    let text = "[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\nauth = \"jwt\"\n[entities.A]\n";
    let access = |text: &str| accepted(text).spec.entities.remove(0).access;
    let with = access(text);
    assert_eq!(with.list, [Grant::Public]);
    assert_eq!(with.create, [Grant::Authenticated]);
    assert_eq!(with.delete, [Grant::Owner, Grant::Role("admin".to_owned())]);
    let without = access(&text.replace("jwt", "none"));
    assert!([without.list, without.create, without.update].iter().all(|it| *it == [Grant::Public]));
    let reading = accepted(&format!("{text}actions = [\"list\", \"read\"]\n")).spec.entities.remove(0);
    assert!(!reading.has_owner(), "what cannot be changed needs no owner");
    let paid = accepted(&format!(
        "{text}access.update = \"admin\"\naccess.delete = \"admin\"\ncommands.pay.access = \"owner\"\n"
    ));
    assert!(paid.spec.entities[0].has_owner(), "an owner's command needs one");
}

#[test]
fn a_problem_made_elsewhere_renders_alike() {
    let checked = accepted(include_str!("full.toml"));
    let place = checked.places["stack.queue"].clone();
    let problem = Problem::new("gin does not support rabbitmq yet", place).note("allowed: none");
    assert_eq!(
        render_problems(&[problem], false),
        "error: gin does not support rabbitmq yet\n  --> shop.toml:10:9\n   |\n10 | queue = \"rabbitmq\"\n   |         ^^^^^^^^^^\n   |\n   = note: allowed: none\n"
    );
}
