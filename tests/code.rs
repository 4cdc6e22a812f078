//! Code in documents, by language: what stands between two fences, and lines of the answers file that it must give.

mod common;

use common::library::{catalog, checked_text};
use common::{Scaffold, checkout};
use scaffold::reading::{self, Format, Kind};
use scaffold::spec::Source;
use std::sync::{Arc, LazyLock};

static CATALOG: LazyLock<scaffold::catalog::Catalog> = LazyLock::new(catalog);

fn read(text: String) -> reading::Draft {
    reading::read(&Arc::new(Source { name: "it.md".to_owned(), text }), Format::Prose, &CATALOG)
}

const BLOCKS: &[(&str, &str, &[&str])] = &[
    (
        "a TypeScript interface",
        "export interface Pot {\n  id: string;\n  label: string; // unique, 2-40 chars\n  size?: number; // integer\n  \
         kind: 'clay' | 'tin';\n  tags: string[];\n  meta: Record<string, unknown>;\n  holder: User;\n}",
        &[
            "fields.label = \"string 2..40 unique\"",
            "fields.size = \"integer ?\"",
            "fields.kind = \"enum(clay, tin)\"",
            "fields.tags = \"string[]\"",
            "fields.meta = \"json\"",
            "fields.holder = \"-> User\"",
        ],
    ),
    (
        "types that refer to each other",
        "type Shelf = {\n  name: string\n  pots: Pot[]\n}\ntype Pot = {\n  label: string | null\n  owners: Guild[]\n}\n\
         type Guild = { name: string; pots: Array<Pot> }\ntype Size = 'small' | 'big'\n",
        &["fields.label = \"string ?\"", "fields.shelf = \"-> Shelf\"", "fields.owners = \"<-> Guild\""],
    ),
    (
        "Pydantic",
        "class Size(str, Enum):\n    SMALL = \"small\"\n    BIG = \"big\"\n\nclass PotBase(BaseModel):\n    label: str = \
         Field(..., min_length=2, max_length=40)\n    price: Decimal = Field(gt=0, decimal_places=2)\n\nclass \
         Pot(PotBase):\n    id: UUID\n    size: Size = Size.SMALL\n    broken: bool = False\n    note: Optional[str] = \
         None\n\nclass PotCreate(PotBase):\n    pass\n",
        &[
            "fields.label = \"string 2..40\"",
            "fields.price = \"decimal(12,2) > 0\"",
            "fields.size = \"enum(small, big) = small\"",
            "fields.broken = \"boolean = false\"",
            "fields.note = \"text ?\"",
        ],
    ),
    (
        "SQLAlchemy",
        "class Pot(Base):\n    __tablename__ = \"pots\"\n    label: Mapped[str] = mapped_column(String(40), \
         unique=True)\n    weight = Column(Float, nullable=True)\n    shelf_id = Column(ForeignKey(\"shelves.id\"))\n",
        &["fields.label = \"string ..40 unique\"", "fields.weight = \"float ?\"", "fields.shelf = \"-> Shelf\""],
    ),
    (
        "GraphQL",
        "enum Size { SMALL BIG }\ntype Pot {\n  id: ID!\n  label: String!\n  weight: Float\n  size: Size!\n  lids: \
         [Lid!]!\n}\ntype Lid {\n  pot: Pot!\n  round: Boolean!\n}\ntype Query {\n  pots: [Pot!]!\n}",
        &[
            "fields.label = \"string\"",
            "fields.weight = \"float ?\"",
            "fields.size = \"enum(SMALL, BIG)\"",
            "fields.pot = \"-> Pot\"",
        ],
    ),
    (
        "Go",
        "type Pot struct {\n\tID uuid.UUID `json:\"id\"`\n\tLabel string `json:\"label\" validate:\"required,max=40\"`\n\
         \tKind string `validate:\"oneof=clay tin\"`\n\tGlazedAt *time.Time\n\tParts []string\n}",
        &[
            "fields.label = \"string ..40\"",
            "fields.kind = \"enum(clay, tin)\"",
            "fields.glazedAt = \"datetime ?\"",
            "fields.parts = \"string[]\"",
        ],
    ),
    (
        "Java",
        "public class Pot {\n    private String label;\n    private BigDecimal price;\n    private List<String> parts;\n}",
        &["fields.label = \"string\"", "fields.price = \"decimal\"", "fields.parts = \"string[]\""],
    ),
    (
        "Kotlin",
        "data class Pot(\n    val label: String,\n    val size: Int?,\n    val made: LocalDate\n)",
        &["fields.label = \"string\"", "fields.size = \"integer ?\"", "fields.made = \"date\""],
    ),
    (
        "SQL",
        "CREATE TABLE pots (\n  id serial PRIMARY KEY,\n  label varchar(40) NOT NULL UNIQUE\n);",
        &["fields.label = \"string ..40 unique\""],
    ),
    ("Prisma", "model Pot {\n  id Int @id\n  label String @unique\n}", &["fields.label = \"string unique\""]),
    ("JDL", "entity Pot {\n  label String required unique\n}", &["fields.label = \"string unique\""]),
    (
        "Mermaid",
        "erDiagram\n  Shelf ||--o{ Pot : holds\n  Pot }o--o{ Guild : \"made by\"\n  Pot {\n    string label UK \"at \
         most 40 chars\"\n    float weight \"optional\"\n  }",
        &[
            "fields.label = \"string ..40 unique\"",
            "fields.weight = \"float ?\"",
            "fields.shelf = \"-> Shelf\"",
            "fields.guilds = \"<-> Guild\"",
        ],
    ),
];

#[test]
fn code_gives_answers() {
    let mut wrong = Vec::new();
    for (language, code, lines) in BLOCKS {
        let marked = format!(
            "Framework: Express.js\nAuth: JWT\n\nData model:\n\n```whatever\n{code}\n```\n\nOnly admins can delete pots.\n"
        );
        let bare = marked.replace("```whatever\n", "").replace("\n```", "");
        for text in [marked.replace("whatever", ""), marked, bare] {
            let draft = read(text);
            let toml = draft.text();
            wrong.extend(lines.iter().filter(|it| !toml.contains(**it)).map(|it| format!("{language}: {it}\n{toml}")));
            if !toml.contains("access.delete = \"admin\"") {
                wrong.push(format!("{language}: the text does not know the entity\n{toml}"));
            }
            if let Err(problems) = draft.check(&[("project.name".to_owned(), "it".to_owned())], &[], &CATALOG) {
                wrong.push(format!("{language}: {}", scaffold::answers::render_problems(&problems, false)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn forms_of_a_type_are_one_entity() {
    let code = "```ts\ninterface CreatePotDto { label: string }\ninterface PotResponse { label: string }\ninterface UpdateLog { at: Date; pot: PotResponse }\n```\n";
    let toml = read(code.to_owned()).text();
    let entities: Vec<&str> = toml.lines().filter(|it| it.starts_with("[entities.")).collect();
    assert_eq!(entities, ["[entities.Pot]", "[entities.UpdateLog]"], "{toml}");
    assert!(toml.contains("fields.pot = \"-> Pot\""), "{toml}");
}

#[test]
fn what_is_no_declaration_is_told() {
    let text = "```ts\ninterface Pot {\n  label: string;\n  grow(): void {}\n  [key: string]: unknown;\n}\n\nfunction sow(pot: Pot) {\n  return pot;\n}\n```\n\n```sh\nmake it\n```\n";
    let draft = read(text.to_owned());
    let told: Vec<String> = draft.found(Kind::NotUnderstood).map(scaffold::reading::Finding::words).collect();
    assert_eq!(
        told,
        ["function sow(pot: Pot) { return pot; }", "[key: string]: unknown", "make it"],
        "{}",
        draft.text()
    );
}

#[test]
fn the_text_says_which_database_it_is() {
    let code =
        "```sql\nCREATE TABLE `pots` (`id` int AUTO_INCREMENT PRIMARY KEY, `label` varchar(9)) ENGINE=InnoDB;\n```\n";
    assert!(read(code.to_owned()).text().contains("database = \"mysql\""));
    let draft = read(format!("{code}\nWe run PostgreSQL.\n"));
    assert!(draft.text().contains("database = \"postgresql\""), "{}", draft.text());
    assert!(draft.findings.iter().all(|it| !it.text.contains("mysql")), "{:?}", draft.findings);
}

/// Unclosed comments that end in characters of several bytes, and types that are nested without end.
#[test]
fn broken_code_is_told_and_no_more() {
    let deep = |open: &str, close: &str| format!("{}string{}", open.repeat(30_000), close.repeat(30_000));
    for field in [
        "\"\"\"\u{e9}\u{20ac}x".to_owned(),
        "/* \u{e9}\u{20ac}".to_owned(),
        "/*\u{20ac}".to_owned(),
        "\"\"\"\u{20ac}".to_owned(),
        format!("a: {}", deep("[", "]")),
        format!("a: {}", deep("Optional[", "]")),
        format!("a: {}", deep("", "!")),
        format!("a: {}", deep("Column(", ")")),
    ] {
        for code in [
            format!("interface Pot {{\n  label: string\n  {field}"),
            format!("class Pot(Base):\n    label: str\n    {field}"),
        ] {
            let draft = read(format!("```ts\n{code}\n```\n"));
            // `!` says that what has none may be missing.
            let label = if field.ends_with('!') { "string ?" } else { "string" };
            assert!(draft.text().contains(&format!("fields.label = \"{label}\"")), "{}", draft.text());
        }
    }
}

#[test]
fn an_example_names_its_entity() {
    let text = "A pot looks like this:\n\n```json\n{ \"label\": \"a\", \"weight\": 1.5, \"shelf\": 3, \"madeOn\": \"2024-01-31\" }\n```\n\n\
                Example shelf:\n\n```json\n[{ \"code\": \"A\" }]\n```\n";
    let toml = read(text.to_owned()).text();
    for line in [
        "[entities.Pot]",
        "fields.weight = \"decimal\"",
        "fields.shelf = \"-> Shelf\"",
        "fields.madeOn = \"date\"",
        "[entities.Shelf]",
    ] {
        assert!(toml.contains(line), "{line}\n{toml}");
    }
}

#[test]
fn a_diagram_of_ours_comes_back() {
    let answers = checkout("examples/shop.toml");
    let diagram = Scaffold::new().args(["export", "mermaid", &answers]).run().stdout();
    let toml = read(format!("Framework: Express.js\nAuth: JWT\n\n```mermaid\n{diagram}```\n")).text();
    let spec = checked_text(&std::fs::read_to_string(&answers).unwrap(), &[], &CATALOG).spec;
    for entity in &spec.entities {
        assert!(toml.contains(&format!("[entities.{}]", entity.name.declared())), "{toml}");
        for field in &entity.fields {
            assert!(
                toml.contains(&format!("fields.{} = ", field.name.declared())),
                "{}\n{toml}",
                field.name.declared()
            );
        }
        for relation in &entity.relations {
            assert!(
                toml.contains(&format!("fields.{} = \"", relation.name.declared())),
                "{}\n{toml}",
                relation.name.declared()
            );
        }
    }
}
