//! Specs written by hand, so that these tests stand on the model alone.

use rust_decimal::Decimal;
use scaffold::spec::{
    Access, Api, Auth, Bound, Default, Entity, EnumType, EnumValue, Field, FieldKind, Grant, JsonCase, License, Name,
    NumberLimits, OnDelete, Pagination, Project, Relation, RelationKind, Spec, Stack,
};
use serde_json::Value;

/// A field of that kind, required, without anything else.
pub fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        name: Name::new(name),
        kind,
        list: None,
        required: true,
        unique: false,
        index: false,
        default: None,
        doc: None,
        example: None,
        private: false,
        read_only: false,
        was: None,
    }
}

pub fn string(min: u32, max: u32) -> FieldKind {
    FieldKind::String { min, max, pattern: None }
}

#[expect(clippy::unnecessary_wraps, reason = "it is one end of a range, which may be open")]
pub fn bound(value: &str, inclusive: bool) -> Option<Bound> {
    Some(Bound { value: value.parse::<Decimal>().unwrap(), inclusive })
}

pub fn decimal(lower: Option<Bound>, upper: Option<Bound>) -> FieldKind {
    FieldKind::Decimal { precision: 12, scale: 2, limits: NumberLimits { lower, upper } }
}

pub fn optional(field: Field) -> Field {
    Field { required: false, ..field }
}

pub fn with_default(field: Field, value: impl Into<Value>) -> Field {
    Field { default: Some(Default::Value(value.into())), ..field }
}

pub fn relation(name: &str, kind: RelationKind, target: &str, inverse: Option<&str>) -> Relation {
    Relation {
        name: Name::new(name),
        kind,
        target: target.into(),
        required: kind != RelationKind::ManyToMany,
        on_delete: OnDelete::Restrict,
        inverse: inverse.map(Name::new),
        doc: None,
        was: None,
    }
}

pub fn entity(name: &str, plural: &str, fields: Vec<Field>, relations: Vec<Relation>) -> Entity {
    let plain =
        |it: &&Field| !matches!(it.kind, FieldKind::Text { .. } | FieldKind::Json) && it.list.is_none() && !it.private;
    let mut sort: Vec<String> = fields.iter().filter(plain).map(|it| it.name.declared().to_owned()).collect();
    sort.extend(["createdAt".to_owned(), "updatedAt".to_owned()]);
    let mut filter = sort.clone();
    filter.extend(
        relations.iter().filter(|it| it.kind != RelationKind::ManyToMany).map(|it| it.name.declared().to_owned()),
    );
    Entity {
        name: Name::new(name),
        plural: Name::new(plural),
        doc: None,
        actions: scaffold::spec::Action::ALL.to_vec(),
        search: Vec::new(),
        filter,
        sort,
        pagination: Pagination::Offset,
        unique: Vec::new(),
        soft_delete: false,
        audit: false,
        was: None,
        was_plural: None,
        fields,
        relations,
        access: usual_access(),
        rules: Vec::new(),
        approval: Vec::new(),
        commands: Vec::new(),
        fitted: std::sync::OnceLock::new(),
    }
}

fn usual_access() -> Access {
    let changes = vec![Grant::Owner, Grant::Role("admin".into())];
    Access {
        list: vec![Grant::Public],
        read: vec![Grant::Public],
        create: vec![Grant::Authenticated],
        update: changes.clone(),
        delete: changes,
    }
}

pub fn spec(name: &str, enums: Vec<EnumType>, entities: Vec<Entity>) -> Spec {
    let admin = vec![Grant::Role("admin".into())];
    let many = |id: &str| vec![id.to_owned()];
    Spec {
        project: Project {
            name: name.into(),
            title: "Shop".into(),
            description: String::new(),
            author: String::new(),
            license: License::None,
        },
        stack: Stack {
            framework: "any".into(),
            database: "sqlite".into(),
            auth: many("jwt"),
            queue: "none".into(),
            cache: "none".into(),
            ci: many("none"),
            deploy: many("none"),
        },
        api: Api { json_case: JsonCase::Camel, base_path: "/api/v1".into() },
        auth: Auth {
            roles: Vec::new(),
            open_registration: true,
            user_fields: Vec::new(),
            users: Access {
                list: admin.clone(),
                read: admin.clone(),
                create: admin.clone(),
                update: admin.clone(),
                delete: admin,
            },
        },
        enums,
        entities,
        jobs: Vec::new(),
        events: Vec::new(),
        handlers: Vec::new(),
        integrations: Vec::new(),
        webhooks: Vec::new(),
        uses: Vec::new(),
    }
}

pub fn enumeration(name: &str, values: &[&str]) -> EnumType {
    let values = values.iter().map(|it| EnumValue { value: (*it).into(), label: None }).collect();
    EnumType { name: Name::new(name), named: true, values }
}

/// Products with suppliers and tags.
pub fn shop() -> Spec {
    let supplier =
        Relation { required: false, ..relation("supplier", RelationKind::ManyToOne, "Supplier", Some("products")) };
    let mut product = entity(
        "Product",
        "Products",
        vec![
            Field { doc: Some("Product name".into()), ..field("name", string(2, 100)) },
            field("price", decimal(bound("0", false), None)),
            field("category", FieldKind::Enum("ProductCategory".into())),
            optional(field("description", FieldKind::Text { min: 0, max: 500 })),
            with_default(field("inStock", FieldKind::Boolean), true),
        ],
        vec![supplier, relation("tags", RelationKind::ManyToMany, "Tag", None)],
    );
    product.search = vec!["name".into(), "description".into()];
    product.soft_delete = true;
    product.audit = true;
    let phone = FieldKind::String { min: 0, max: 20, pattern: Some(r"^\+?[0-9 ]{6,20}$".into()) };
    let phone = Field { example: Some("+44 20 7946 0123".into()), ..field("phone", phone) };
    let supplier = entity(
        "Supplier",
        "Suppliers",
        vec![
            field("name", string(1, 100)),
            field("email", FieldKind::Email),
            optional(field("website", FieldKind::Url)),
            optional(phone),
        ],
        Vec::new(),
    );
    let tag = entity("Tag", "Tags", vec![Field { unique: true, ..field("name", string(2, 30)) }], Vec::new());
    let category = enumeration("ProductCategory", &["book", "toy", "game"]);
    spec("shop", vec![category], vec![product, supplier, tag])
}

/// Every type and form, with names that databases and languages do not like.
pub fn wide() -> Spec {
    const LONG: &str = "aVeryLongNameThatHasExactlyFortyLettersX";
    let limits = |lower, upper| NumberLimits { lower, upper };
    let date = FieldKind::Date { min: Some("2000-01-01".into()), max: Some("2099-12-31".into()) };
    let moment = FieldKind::DateTime { min: Some("2000-01-01T00:00:00.000Z".into()), max: None };
    let fraction =
        FieldKind::Decimal { precision: 18, scale: 18, limits: limits(bound("0", true), bound("0.5", false)) };
    let mut order = entity(
        "Order",
        "Orders",
        vec![
            Field { index: true, ..field("class", string(0, 255)) },
            field("type", FieldKind::Text { min: 1, max: 10_000 }),
            field("from", FieldKind::Integer(limits(bound("-5", true), bound("10", false)))),
            field("select", FieldKind::Long(NumberLimits::default())),
            field("group", FieldKind::Float(limits(bound("0.5", true), None))),
            field("user", fraction),
            field("when", date),
            Field { default: Some(Default::Now), ..field("end", moment) },
            field("table", FieldKind::Uuid),
            Field { unique: true, ..field("key", FieldKind::Email) },
            optional(field("values", FieldKind::Url)),
            with_default(field("check", FieldKind::Enum("Check".into())), "all"),
            optional(field("index", FieldKind::Json)),
            Field { private: true, ..field("secret", string(1, 50)) },
            Field { read_only: true, required: false, ..field("total", decimal(None, bound("1000", true))) },
            Field { list: Some(5), ..field("all", string(1, 20)) },
            Field { list: Some(100), required: false, ..field("numbers", FieldKind::Integer(NumberLimits::default())) },
            with_default(
                field("scale", FieldKind::Decimal { precision: 5, scale: 0, limits: limits(None, None) }),
                "7",
            ),
            field("live", FieldKind::Boolean),
            Field { unique: true, ..field(LONG, string(1, 10)) },
        ],
        vec![
            Relation { required: false, ..relation("parent", RelationKind::ManyToOne, "Order", Some("children")) },
            Relation {
                required: false,
                on_delete: OnDelete::SetNull,
                ..relation("where", RelationKind::ManyToOne, LONG_ENTITY, Some("orders"))
            },
            relation("buyer", RelationKind::ManyToOne, "User", Some("orders")),
            relation("related", RelationKind::ManyToMany, "Order", Some("relatedTo")),
            relation(
                "aRelationNameOfExactlyFortyLettersAtLast",
                RelationKind::ManyToMany,
                LONG_ENTITY,
                Some("linkedOrders"),
            ),
        ],
    );
    order.unique = vec![vec!["class".into(), "buyer".into()], vec!["from".into(), LONG.into()]];
    order.soft_delete = true;
    order.audit = true;
    order.pagination = Pagination::Cursor;
    order.access.list = vec![Grant::Owner, Grant::Role("editor".into())];
    order.access.read = vec![Grant::Owner];
    let profile = entity(
        "Profile",
        "Profiles",
        vec![field("desc", string(1, 20))],
        vec![Relation {
            on_delete: OnDelete::Cascade,
            ..relation("order", RelationKind::OneToOne, "Order", Some("profile"))
        }],
    );
    let cyclic = Relation {
        required: false,
        on_delete: OnDelete::SetNull,
        ..relation("limit", RelationKind::ManyToOne, "Order", Some("limits"))
    };
    let mut long = entity(LONG_ENTITY, LONG_PLURAL, vec![field("name", string(1, 1000))], vec![cyclic]);
    long.access.create = vec![Grant::Role("editor".into())];
    let check = enumeration("Check", &["all", "Any", "distinct-on"]);
    let mut wide = spec("wide", vec![check], vec![order, profile, long]);
    wide.auth.roles = vec!["editor".into()];
    wide.auth.user_fields = vec![optional(field("company", string(0, 100)))];
    wide
}

const LONG_ENTITY: &str = "AVeryLongEntityNameOfExactlyFortyLetters";
const LONG_PLURAL: &str = "AVeryLongEntityNameOfExactlyFortyLetterses";
