//! Phrases, one line each: what a person writes, and the answer that comes of it. Phrases about single fields have a table of
//! their own in `src/reading/prose/fields.rs`.

mod common;

use common::library::catalog;
use scaffold::reading::{self, Draft, Finding, Format, Kind};
use scaffold::spec::Source;
use std::sync::{Arc, LazyLock};

static CATALOG: LazyLock<scaffold::catalog::Catalog> = LazyLock::new(catalog);

/// What the phrases speak of.
const BASE: &str = "\
Framework: Express.js

### Product
- name: string
- sku: string
- price: decimal
- stock: integer
- category: one of book, toy
- startsOn: date
- endsOn: date

### Order
- number: string
- total: decimal
- status: one of pending, paid, cancelled
- product: foreign key to Product

### Tag
- label: string

## Notes

";

fn read(text: &str) -> Draft {
    let source = Arc::new(Source { name: "it.md".to_owned(), text: format!("{BASE}{text}\n") });
    reading::read(&source, Format::Prose, &CATALOG)
}

/// A sentence, and lines of the answers file that it must give.
const ANSWERS: &[(&str, &[&str])] = &[
    // The stack
    ("Uses PostgreSQL for data persistence", &["database = \"postgresql\""]),
    ("Uses Postgres", &["database = \"postgresql\""]),
    ("Database: MariaDB", &["database = \"mysql\""]),
    ("Has authentication using JWT", &["auth = \"jwt\""]),
    ("No authentication", &["auth = \"none\""]),
    ("RabbitMQ is the message broker", &["queue = \"rabbitmq\""]),
    ("Jobs go through Redis", &["queue = \"redis\""]),
    ("Redis for caching", &["cache = \"redis\""]),
    ("CI with GitLab CI and GitHub Actions", &["ci = [\"gitlab-ci\", \"github-actions\"]"]),
    ("Deployed to k8s", &["deploy = \"kubernetes\""]),
    ("Project name: Corner Shop", &["name = \"corner-shop\""]),
    ("Description: sells things", &["description = \"Sells things\""]),
    ("Base path: /api/v2/products", &["base_path = \"/api/v2\""]),
    ("Includes soft deletes and audit trails", &["soft_delete = true", "audit = true"]),
    ("Cursor pagination", &["pagination = \"cursor\""]),
    ("Only admins can invite users", &["registration = \"closed\""]),
    ("Responses in snake case JSON", &["json_case = \"snake\""]),
    // Entities and relations
    (
        "Supplier with fields: name (string), email (email, unique)",
        &["[entities.Supplier]", "fields.email = \"email unique\""],
    ),
    ("Define a `Review` model", &["[entities.Review]"]),
    ("An order has many tags", &["[entities.Tag]", "fields.order = \"-> Order\""]),
    ("Each order belongs to a user", &["fields.user = \"-> User\""]),
    ("Many to many relationship between Product and Tag", &["fields.tags = \"<-> Tag\""]),
    ("One to one relationship between Order and Tag", &["fields.tag = \"-- Tag\""]),
    ("Products have many tags and vice versa", &["fields.tags = \"<-> Tag\""]),
    (
        "Each supplier has a name (required, max 80 chars), an optional website URL and a city",
        &["fields.name = \"string ..80\"", "fields.website = \"url ?\"", "fields.city = \"string\""],
    ),
    ("A tag belongs to a product and has many orders", &["fields.product = \"-> Product\"", "fields.tag = \"-> Tag\""]),
    ("An order can follow many tags", &["fields.tags = \"<-> Tag\""]),
    ("Soft delete for orders", &["soft_delete = true"]),
    ("Keep an audit trail of products and orders", &["audit = true"]),
    // Who may do what
    ("JWT authentication with roles clerk, packer", &["auth = \"jwt\"", "roles = [\"clerk\", \"packer\"]"]),
    (
        "Users can only see their own orders. Managers can see all orders",
        &["access.list = [\"owner\", \"manager\"]", "access.read = [\"owner\", \"manager\"]"],
    ),
    ("Deleting a product deletes its orders", &["fields.product = \"-> Product cascade\""]),
    ("Anyone logged in can list orders", &["access.list = \"authenticated\""]),
    ("Products can only be updated by admin users or product owners", &["access.update = [\"admin\", \"owner\"]"]),
    ("Only admins can delete products", &["access.delete = \"admin\""]),
    (
        "Only editors can create, update or delete products",
        &[
            "roles = [\"editor\"]",
            "access.create = \"editor\"",
            "access.update = \"editor\"",
            "access.delete = \"editor\"",
        ],
    ),
    ("Authenticated users can create products", &["access.create = \"authenticated\""]),
    ("Everyone can read products", &["access.list = \"public\"", "access.read = \"public\""]),
    ("Users can only view their own orders", &["access.list = \"owner\"", "access.read = \"owner\""]),
    ("Orders are public", &["access.read = \"public\""]),
    ("Managers can manage orders", &["access.create = \"manager\"", "access.delete = \"manager\""]),
    // Approval
    (
        "Price changes require approval workflow for discounts > 20%",
        &["when = \"new.price < old.price * 0.8\"", "approvers = [\"admin\"]"],
    ),
    (
        "Price changes require approval by managers for increases above 15%",
        &["when = \"new.price > old.price * 1.15\"", "approvers = [\"manager\"]"],
    ),
    ("Price changes need approval", &["when = \"new.price != old.price\""]),
    ("Changing the price requires approval by managers", &["on = \"update\"", "approvers = [\"manager\"]"]),
    ("Deleting a product requires approval", &["on = \"delete\""]),
    ("Orders over 1000 require approval by managers", &["on = \"create\"", "when = \"total > 1000\""]),
    (
        "Products costing more than 500 need approval by managers",
        &["on = \"create\"", "when = \"price > 500\"", "approvers = [\"manager\"]"],
    ),
    (
        "A total above 10000 requires approval from the finance role",
        &["when = \"new.total > 10000\"", "approvers = [\"finance\"]"],
    ),
    (
        "Price changes of more than 30% require approval from a manager",
        &["when = \"new.price < old.price * 0.7 or new.price > old.price * 1.3\""],
    ),
    ("Price reductions > 50% need approval by admin", &["when = \"new.price < old.price * 0.5\""]),
    ("Deleting an order requires approval by admin", &["on = \"delete\"", "approvers = [\"admin\"]"]),
    // Rules and limits
    ("endsOn must be on or after startsOn", &["check = \"endsOn >= startsOn\""]),
    (
        "endsOn must be after startsOn",
        &["check = \"endsOn > startsOn\"", "message = \"endsOn must be after startsOn\""],
    ),
    ("The end date must be after the start date", &["check = \"endsOn > startsOn\""]),
    ("The stock cannot be negative", &["stock = \"integer 0..\""]),
    ("The price must be greater than 5", &["price = \"decimal > 5\""]),
    ("The sku must be unique", &["sku = \"string unique\""]),
    ("Unique sku", &["sku = \"string unique\""]),
    ("sku must be unique per category", &["unique = [[\"sku\", \"category\"]]"]),
    ("The sku is optional", &["sku = \"string ?\""]),
    ("Search in name and sku", &["search = [\"name\", \"sku\"]"]),
    ("Indexing strategy for price, stock", &["price = \"decimal index\"", "stock = \"integer index\""]),
    // Commands
    (
        "Orders can only be cancelled while pending",
        &["[entities.Order.commands.cancel]", "when = \"status == 'pending'\"", "set = { status = \"cancelled\" }"],
    ),
    (
        "Status flow: pending -> paid, paid -> shipped",
        &["status = \"enum(pending, paid, cancelled, shipped) = pending\""],
    ),
    // Jobs and events
    ("Every night at 2am, send reminders", &["[jobs.send_reminders]", "schedule = \"0 2 * * *\""]),
    ("Clean old carts every 15 minutes", &["[jobs.clean_old_carts]", "schedule = \"*/15 * * * *\""]),
    ("Mail the report every Monday at 8:15", &["[jobs.mail_report]", "schedule = \"15 8 * * 1\""]),
    ("When an order is created, reserve the stock", &["[handlers.reserve_stock]", "on = \"Order.created\""]),
    ("Whenever a user registers, greet the person", &["on = \"User.registered\""]),
    ("Publish an OrderPaid event", &["[events.OrderPaid]"]),
    ("Emit an event \"OrderPaid\" when an order is paid", &["[events.OrderPaid]"]),
    (
        "Emit OrderPaid when an order is paid, with payload orderId (uuid), total (decimal)",
        &["payload = { orderId = \"uuid\", total = \"decimal\" }"],
    ),
    (
        "Create a background job that runs every day at 7am and mails late orders",
        &["[jobs.mails_late_orders]", "schedule = \"0 7 * * *\""],
    ),
    ("Events: StockLow (productId, left), ShopClosed", &["payload = { productId = \"uuid\"", "[events.ShopClosed]"]),
    (
        "Publish events order.late {order_id, days} and order.lost",
        &["[events.OrderLate]", "payload = { orderId = \"uuid\"", "[events.OrderLost]"],
    ),
    (
        "As an auditor, I can see orders and products. As a user, I can see only my own tags",
        &["roles = [\"auditor\"]", "access.list = \"auditor\"", "access.list = \"owner\""],
    ),
    (
        "A shelf has a code (unique), a height in metres and a state which is one of free, full or broken, and belongs to \
         a product and a tag",
        &["fields.state = \"enum(free, full, broken)\"", "fields.product = \"-> Product\"", "fields.tag = \"-> Tag\""],
    ),
    (
        "Shelf(code: string 2-9, kind: open|closed = open)",
        &["[entities.Shelf]", "fields.kind = \"enum(open, closed) = open\""],
    ),
    ("Only clerks create orders and tags", &["roles = [\"clerk\"]", "access.create = \"clerk\""]),
    ("Clerks see only their own orders", &["access.list = \"owner\"", "access.read = \"owner\""]),
    ("Weekly on Friday 17:00 send a digest", &["[jobs.send_digest]", "schedule = \"0 17 * * 5\""]),
    (
        "Shelves: code (unique), height, tag (optional)",
        &["[entities.Shelf]", "fields.code = \"string unique\"", "fields.tag = \"-> Tag ?\""],
    ),
    (
        "Seats — code (unique, 2 letters), row 1–40, state: free → taken | broken, belongs to order",
        &[
            "[entities.Seat]",
            "fields.row = \"integer 1..40\"",
            "fields.state = \"enum(free, taken, broken) = free\"",
            "fields.order = \"-> Order\"",
        ],
    ),
    (
        "We also sell crates: label, price in euros (positive), a flag whether it is full",
        &["[entities.Crate]", "fields.full = \"boolean\""],
    ),
    (
        "A seat belongs to an order and to the member who took it, has a row and an optional note of up to 90 characters",
        &["fields.user = \"-> User\"", "fields.note = \"text ..90 ?\""],
    ),
    (
        "Members can create orders and see only their own",
        &["access.create = \"authenticated\"", "access.list = \"owner\""],
    ),
    ("An order's status is open, sent or lost", &["status = \"enum(open, sent, lost)\""]),
    ("### Slot\n- opensAt: datetime\n\n## Rules\n- opensAt must be in the future", &["check = \"opensAt > now\""]),
    (
        "### Slot\n| Column | Type | Notes |\n|---|---|---|\n| height | decimal | between -9 and 90 |\n| order | FK -> Order | |\n| code | CHAR(6) | unique per order |",
        &["fields.height = \"decimal -9..90\"", "unique = [[\"code\", \"order\"]]"],
    ),
    ("Products above 40 stock need approval by an admin", &["when = \"stock > 40\""]),
    (
        "Emit StockLow with productId and left when the stock is low",
        &["[events.StockLow]", "payload = { productId = \"uuid\""],
    ),
    (
        "An order can be paid only while it is pending or cancelled",
        &["when = \"status == 'pending' or status == 'cancelled'\""],
    ),
    ("Guests can only see their own orders", &["access.list = \"owner\""]),
    ("Jobs:\n* every day at 23:00: daily report", &["[jobs.daily_report]", "schedule = \"0 23 * * *\""]),
    ("Run a job each night at 01:10 that archives old tags", &["schedule = \"10 1 * * *\""]),
    (
        "Price changes require approval workflow for changes > 50%",
        &["when = \"new.price < old.price * 0.5 or new.price > old.price * 1.5\""],
    ),
    (
        "A **slot** has: code (unique integer), sunny (yes/no)",
        &["fields.code = \"integer unique\"", "fields.sunny = \"boolean\""],
    ),
    ("Deleting a tag is not possible", &["actions = [\"list\", \"read\", \"create\", \"update\"]"]),
    ("Totals over 300 need the approval of the treasurer", &["approvers = [\"treasurer\"]"]),
    ("Every 1st of the month: send invoices", &["[jobs.send_invoices]", "schedule = \"0 3 1 * *\""]),
    ("public: browse tags", &["access.list = \"public\""]),
    ("Publish `StockLow`", &["[events.StockLow]"]),
    ("Price increases over 25 % need the OK of an admin", &["when = \"new.price > old.price * 1.25\""]),
    (
        "Job types:\n- TidyUp: tidies - every Monday at 7:30, retry 5 times",
        &["attempts = 6", "schedule = \"30 7 * * 1\""],
    ),
    ("Create a background job processing system using Redis that:", &["queue = \"redis\""]),
    (
        "Create a RESTful API endpoint for Cratey, a market for crates using Express.js",
        &["description = \"A market for crates\""],
    ),
    ("Only admins may delete anything", &["[entities.Tag]", "access.delete = \"admin\""]),
    ("Permissions:\n- Packers manage tags", &["roles = [\"packer\"]", "access.update = \"packer\""]),
    ("Orders above 700 need a manager's approval", &["when = \"total > 700\"", "approvers = [\"manager\"]"]),
    ("JWT, roles clerk and packer", &["auth = \"jwt\"", "roles = [\"clerk\", \"packer\"]"]),
    ("Each evening at 22:15 close the till", &["[jobs.close_till]", "schedule = \"15 22 * * *\""]),
    ("DELETE /api/v1/tags/:id (admin only)", &["access.delete = \"admin\""]),
    ("GET /shelves - all shelves", &["[entities.Shelf]"]),
    ("| HTTP | Route | Who |\n|---|---|---|\n| DELETE | /tags/:id | clerk only |", &["access.delete = \"clerk\""]),
    ("| Method | Path | Who |\n|---|---|---|\n| POST | /tags | clerk only |", &["access.create = \"clerk\""]),
    ("1. Entities\n1.1 Shelf\n   - code: string", &["[entities.Shelf]", "fields.code = \"string\""]),
    ("Use RabbitMQ for events: StockLow, ShopClosed", &["queue = \"rabbitmq\"", "[events.ShopClosed]"]),
    ("Orders cannot be deleted", &["actions = [\"list\", \"read\", \"create\", \"update\"]"]),
    ("Every 15 minutes expire old orders", &["[jobs.expire_old_orders]", "schedule = \"*/15 * * * *\""]),
    ("Daily at 01:15 UTC archive paid orders", &["[jobs.archive_paid_orders]", "schedule = \"15 1 * * *\""]),
];

#[test]
fn phrases_give_answers() {
    let mut wrong = Vec::new();
    let before = read("").found(Kind::NotUnderstood).count();
    for (sentence, expected) in ANSWERS {
        let draft = read(sentence);
        let text = draft.text();
        for line in *expected {
            if !text.contains(line) {
                let found: Vec<_> = draft
                    .findings
                    .iter()
                    .filter(|it| it.place.start >= BASE.len())
                    .map(|it| (it.kind, &it.path, &it.text))
                    .collect();
                wrong.push(format!("{sentence}\n  no `{line}`; {found:?}"));
            }
        }
        let missed: Vec<String> = draft.found(Kind::NotUnderstood).skip(before).map(Finding::words).collect();
        if !missed.is_empty() {
            wrong.push(format!("{sentence}\n  not understood: {missed:?}"));
        }
        let set = [("project.name".to_owned(), "it".to_owned())];
        if let Err(problems) = draft.check(&set, &[], &CATALOG) {
            wrong.push(format!("{sentence}\n{}", scaffold::answers::render_problems(&problems, false)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), ANSWERS.len(), wrong.join("\n"));
}

/// A sentence, what becomes of it, and a word of why.
const KINDS: &[(&str, Kind, &str)] = &[
    ("Implements rate limiting and security headers", Kind::Understood, "every project has it"),
    ("Has proper logging and monitoring", Kind::Understood, "logs"),
    ("Jaeger for distributed tracing", Kind::Unsupported, "request ids"),
    ("Uses MongoDB", Kind::Unsupported, "SQLite"),
    ("GraphQL subscriptions", Kind::Unsupported, "REST"),
    ("Kafka carries the events", Kind::Unsupported, "Express cannot do Kafka yet"),
    ("No authentication is needed for reading", Kind::Understood, "reading is public"),
    ("Managers can read orders of their region only", Kind::NotUnderstood, "which rows are meant"),
    ("It should whistle a tune", Kind::NotUnderstood, ""),
    ("Only wizards can enchant products", Kind::NotUnderstood, ""),
];

#[test]
fn nothing_is_dropped() {
    for (sentence, kind, why) in KINDS {
        let draft = read(sentence);
        let found: Vec<_> = draft.findings.iter().filter(|it| it.place.start >= BASE.len()).collect();
        assert!(found.iter().any(|it| it.kind == *kind && it.text.contains(why)), "{sentence}: {found:#?}");
    }
}
