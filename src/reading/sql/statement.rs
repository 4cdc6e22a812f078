//! What statements say of tables.

use super::split::Statement;
use super::{check, last, position, types};
use crate::reading::outline::{
    Column, Enumeration, Items, MOST_TABLES, Note, OnDelete, Outline, Preset, Reference, Span, Table, Term, Type, Word,
};
use crate::reading::{RelationForm, Value};
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnDef, ColumnOption, CommentObject, CreateTable, CreateTableOptions,
    DataType, Expr, ForeignKeyConstraint, GeneratedAs, Ident, IndexColumn, ReferentialAction, SqlOption,
    Statement as Parsed, TableConstraint, UserDefinedTypeRepresentation,
};
use sqlparser::parser::ParserError;
use sqlparser::tokenizer::Location;
use std::collections::BTreeMap;

/// Gathers the tables of a script.
pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) outline: Outline,
    /// Types over others: name → what they stand for.
    domains: BTreeMap<String, (DataType, Vec<Expr>)>,
    /// Table of a column whose type the script must declare: (table, column, type).
    pending: Vec<(usize, String, String)>,
    /// Conditions, applied when every type is known.
    checks: Vec<(usize, Expr, Span)>,
    /// Partitions and copies of other tables.
    copies: Vec<Note>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            outline: Outline::default(),
            domains: BTreeMap::new(),
            pending: Vec::new(),
            checks: Vec::new(),
            copies: Vec::new(),
        }
    }

    fn note(&mut self, note: Note) {
        self.outline.notes.push(note);
    }

    /// One statement that was read.
    pub(super) fn statement(&mut self, parsed: &Parsed, place: &Statement) {
        let at = Place::new(self.text, place);
        match parsed {
            Parsed::CreateTable(table) => self.create(table, &at),
            Parsed::AlterTable(alter) => {
                let name = last(&alter.name);
                let Some(table) = position(&self.outline.tables, &name) else {
                    return self.note(Note::lost(at.whole(), format!("there is no table `{name}` above")));
                };
                for operation in &alter.operations {
                    self.alter(table, operation, &at);
                }
            }
            Parsed::CreateIndex(index) => {
                let name = last(&index.table_name);
                let Some(table) = position(&self.outline.tables, &name) else {
                    return self.note(Note::lost(at.whole(), format!("there is no table `{name}` above")));
                };
                let columns = index_columns(&index.columns);
                if index.predicate.is_some() && index.unique && !columns.is_empty() {
                    let deleted = index.predicate.as_ref().is_some_and(is_live);
                    if !deleted {
                        return self.note(Note::unsupported(at.whole(), "unique keys of some rows only are left out"));
                    }
                }
                self.index(table, columns, index.unique, at.whole());
            }
            Parsed::CreateType { name, representation } => {
                let name = last(name);
                match representation {
                    Some(UserDefinedTypeRepresentation::Enum { labels }) => {
                        let word = |it: &Ident| Word { value: it.value.clone(), label: None, span: at.ident(it) };
                        let values = labels.iter().map(word).collect();
                        self.outline.enums.push(Enumeration { name, span: at.whole(), values });
                    }
                    _ => self.note(Note::unsupported(at.whole(), "only enumerations are read of declared types")),
                }
            }
            Parsed::CreateDomain(domain) => {
                let check = |it: &TableConstraint| match it {
                    TableConstraint::Check(check) => Some((*check.expr).clone()),
                    _ => None,
                };
                let checks = domain.constraints.iter().filter_map(check).collect();
                self.domains.insert(last(&domain.name).to_ascii_lowercase(), (domain.data_type.clone(), checks));
            }
            Parsed::Comment { object_type, object_name, comment: Some(comment), .. } => {
                let parts: Vec<String> =
                    object_name.0.iter().filter_map(|it| Some(it.as_ident()?.value.clone())).collect();
                let (tables, column) = match (object_type, parts.as_slice()) {
                    (CommentObject::Table, [.., table]) => (table, None),
                    (CommentObject::Column, [.., table, column]) => (table, Some(column)),
                    _ => {
                        return self
                            .note(Note::unsupported(at.whole(), "only comments on tables and columns are read"));
                    }
                };
                if let Some(table) = position(&self.outline.tables, tables) {
                    let table = &mut self.outline.tables[table];
                    match column {
                        None => table.doc = Some(comment.clone()),
                        Some(column) => {
                            if let Some(column) =
                                table.columns.iter_mut().find(|it| it.name.eq_ignore_ascii_case(column))
                            {
                                column.doc = Some(comment.clone());
                            }
                        }
                    }
                }
            }
            _ => self.note(Note::unsupported(at.whole(), "the statement is left out: it defines no table")),
        }
    }

    /// One statement that the parser refused.
    pub(super) fn not_understood(&mut self, statement: &Statement, error: &ParserError) {
        let message = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.clone(),
            ParserError::RecursionLimitExceeded => "it is nested too deep".to_owned(),
        };
        let at = Place::new(self.text, statement);
        // The parser says the place in words.
        let (message, line, column) = match message.rsplit_once(" at Line: ") {
            Some((message, place)) => {
                let mut numbers = place.split(", Column: ").map(|it| it.trim().parse::<u64>().unwrap_or(1));
                (message.to_owned(), numbers.next().unwrap_or(1), numbers.next().unwrap_or(1))
            }
            None => (message, 1, 1),
        };
        let start = at.byte(Location { line, column });
        let word = self.text[start..statement.span.end.max(start)].find(|it: char| it.is_whitespace() || it == ',');
        let message: String = message.chars().take(200).collect();
        // What must be left out is named even then.
        let definition = statement.begins(&["CREATE", "TABLE"]);
        let what = if definition { "the table is left out" } else { "the statement is left out" };
        let end = start + word.unwrap_or(0);
        self.note(Note::lost(start..end, format!("{what}: {}", lower(&message))));
    }

    fn create(&mut self, create: &CreateTable, at: &Place<'_>) {
        let name = last(&create.name);
        if create.columns.is_empty() {
            let text = "a table without columns of its own (a copy, a partition, a query) is left out";
            return self.copies.push(Note::unsupported(at.object(&create.name), text));
        }
        if create.temporary {
            return self.note(Note::unsupported(at.object(&create.name), "a temporary table is left out"));
        }
        if position(&self.outline.tables, &name).is_some() {
            let text = format!("`{name}` is created twice; the first one counts");
            return self.note(Note::lost(at.object(&create.name), text));
        }
        let position = self.outline.tables.len();
        if position >= MOST_TABLES {
            return self.outline.table(Table::new(&name, at.object(&create.name)));
        }
        let mut table = Table::new(&name, at.object(&create.name));
        table.doc = comment(create);
        self.outline.tables.push(table);
        for column in &create.columns {
            self.column(position, column, at);
        }
        for constraint in &create.constraints {
            self.constraint(position, constraint, at);
        }
    }

    fn column(&mut self, table: usize, definition: &ColumnDef, at: &Place<'_>) {
        let span = at.ident(&definition.name);
        let name = definition.name.value.clone();
        let mut found = types::read(&definition.data_type, &span);
        // A script may declare a type of a name that others have, too.
        if let DataType::Custom(kind, _) = &definition.data_type
            && self.domains.contains_key(&last(kind).to_ascii_lowercase())
        {
            found = types::Found { named: Some(last(kind)), ..types::Found::default() };
        }
        let mut column = Column::new(&name, span.clone(), found.kind);
        column.list = found.list.then(Items::default);
        column.generated = found.generated;
        if let Some(text) = found.assumed {
            column.assume(text);
        }
        if let Some(text) = found.lost {
            column.omit(span.clone(), text);
        }
        if let Some(kind) = found.named {
            self.pending.push((table, name.clone(), kind));
        }
        column.required = column.generated;
        let mut later = Vec::new();
        for option in &definition.options {
            self.option(table, &mut column, &option.option, &mut later);
        }
        self.outline.tables[table].columns.push(column);
        self.checks.extend(later.into_iter().map(|expression| (table, expression, span.clone())));
    }

    fn option(&mut self, table: usize, column: &mut Column, option: &ColumnOption, checks: &mut Vec<Expr>) {
        let span = column.span.clone();
        match option {
            ColumnOption::NotNull => column.required = true,
            ColumnOption::Default(value) => default(value, column),
            ColumnOption::PrimaryKey(_) => {
                column.required = true;
                self.outline.tables[table].key = vec![column.name.clone()];
            }
            ColumnOption::Unique(_) => column.unique = true,
            ColumnOption::ForeignKey(foreign) => {
                let mut reference = reference(foreign, span);
                reference.columns = vec![column.name.clone()];
                self.outline.tables[table].references.push(reference);
            }
            ColumnOption::Check(check) => checks.push((*check.expr).clone()),
            ColumnOption::Comment(text) => column.doc = Some(text.clone()),
            ColumnOption::DialectSpecific(tokens) => {
                let text = tokens.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ").to_ascii_uppercase();
                if text.contains("INCREMENT") {
                    column.generated = true;
                } else {
                    column.omit(span, format!("`{text}` is left out"));
                }
            }
            ColumnOption::Identity(_) => column.generated = true,
            ColumnOption::Generated { generation_expr: None, .. } => column.generated = true,
            ColumnOption::Generated { generated_as: GeneratedAs::Always | GeneratedAs::ByDefault, .. }
                if matches!(column.kind, Some(Type::Integer(_) | Type::Long(_))) && is_identity(option) =>
            {
                column.generated = true;
            }
            ColumnOption::Generated { .. } => {
                column.kind = None;
                column.omit(span, "a computed column is left out: answers keep what is written");
            }
            // The service sets `updatedAt` itself; how a text is kept is the service's own.
            ColumnOption::Null
            | ColumnOption::OnUpdate(_)
            | ColumnOption::CharacterSet(_)
            | ColumnOption::Collation(_) => {}
            ColumnOption::OnConflict(_) | ColumnOption::Invisible | ColumnOption::Srid(_) => {}
            other => column.omit(span, format!("`{other}` is left out")),
        }
    }

    fn constraint(&mut self, table: usize, constraint: &TableConstraint, at: &Place<'_>) {
        match constraint {
            TableConstraint::PrimaryKey(key) => {
                let columns = self.known(table, index_columns(&key.columns));
                for name in &columns {
                    if let Some(column) = self.outline.tables[table].column_mut(name) {
                        column.required = true;
                    }
                }
                self.outline.tables[table].key = columns;
            }
            TableConstraint::Unique(unique) => {
                let span = unique.columns.first().map_or_else(|| at.whole(), |it| at.expression(&it.column.expr));
                self.index(table, index_columns(&unique.columns), true, span);
            }
            TableConstraint::ForeignKey(foreign) => {
                let span = foreign.columns.first().map_or_else(|| at.whole(), |it| at.ident(it));
                let columns = self.known(table, foreign.columns.iter().map(|it| it.value.clone()).collect());
                let mut reference = reference(foreign, span);
                reference.columns = columns;
                let known = |it: &Reference| it.columns == reference.columns && it.target == reference.target;
                if !self.outline.tables[table].references.iter().any(known) {
                    self.outline.tables[table].references.push(reference);
                }
            }
            TableConstraint::Check(check) => {
                self.checks.push((table, (*check.expr).clone(), at.expression(&check.expr)));
            }
            TableConstraint::Index(index) => {
                let span = index.columns.first().map_or_else(|| at.whole(), |it| at.expression(&it.column.expr));
                self.index(table, index_columns(&index.columns), false, span);
            }
            TableConstraint::FulltextOrSpatial(index) => {
                let span = index.columns.first().map_or_else(|| at.whole(), |it| at.expression(&it.column.expr));
                self.note(Note::unsupported(
                    span,
                    "full-text and spatial indexes are left out: `search` looks in texts without one",
                ));
            }
            other => self.note(Note::unsupported(at.whole(), format!("`{other}` is left out"))),
        }
    }

    fn index(&mut self, table: usize, columns: Vec<String>, unique: bool, span: Span) {
        let columns = self.known(table, columns);
        let single = columns.len() == 1;
        let table = &mut self.outline.tables[table];
        if columns.is_empty() {
            self.note(Note::unsupported(span, "an index over expressions is left out"));
        } else if unique {
            if columns.len() != 1 || !table.uniques.iter().any(|(it, _)| *it == columns) {
                table.uniques.push((columns, span));
            }
        } else if single {
            table.indexes.push((columns, span));
        } else {
            let text = "indexes over several columns are left out: `make explain` names those that queries want";
            self.note(Note::unsupported(span, text));
        }
    }

    /// Names of columns as the table spells them.
    fn known(&self, table: usize, names: Vec<String>) -> Vec<String> {
        let columns = &self.outline.tables[table].columns;
        let spelled =
            |name: &String| columns.iter().find(|it| it.name.eq_ignore_ascii_case(name)).map(|it| it.name.clone());
        names.into_iter().map(|name| spelled(&name).unwrap_or(name)).collect()
    }

    fn alter(&mut self, table: usize, operation: &AlterTableOperation, at: &Place<'_>) {
        match operation {
            AlterTableOperation::AddConstraint { constraint, .. } => self.constraint(table, constraint, at),
            AlterTableOperation::AddColumn { column_def, .. } => self.column(table, column_def, at),
            AlterTableOperation::AlterColumn { column_name, op } => {
                let name = self.known(table, vec![column_name.value.clone()]).concat();
                let Some(column) = self.outline.tables[table].column_mut(&name) else {
                    return self.note(Note::lost(at.ident(column_name), format!("there is no column `{name}`")));
                };
                match op {
                    AlterColumnOperation::SetNotNull => column.required = true,
                    AlterColumnOperation::DropNotNull => column.required = false,
                    AlterColumnOperation::SetDefault { value } => default(value, column),
                    AlterColumnOperation::DropDefault => column.default = None,
                    AlterColumnOperation::AddGenerated { .. } => column.generated = true,
                    AlterColumnOperation::SetDataType { data_type, .. } => {
                        column.kind = types::read(data_type, &column.span).kind;
                    }
                    AlterColumnOperation::GenericOptions { .. } => {}
                }
            }
            AlterTableOperation::ModifyColumn { col_name, data_type, options, .. } => {
                let name = self.known(table, vec![col_name.value.clone()]).concat();
                let Some(mut column) = self.outline.tables[table].column(&name).cloned() else {
                    return self.note(Note::lost(at.ident(col_name), format!("there is no column `{name}`")));
                };
                column.kind = types::read(data_type, &column.span).kind.or(column.kind);
                for option in options {
                    self.option(table, &mut column, option, &mut Vec::new());
                }
                if let Some(own) = self.outline.tables[table].column_mut(&name) {
                    *own = column;
                }
            }
            // Who owns a table, and where it lies, is the database's business.
            AlterTableOperation::OwnerTo { .. }
            | AlterTableOperation::EnableRowLevelSecurity
            | AlterTableOperation::AutoIncrement { .. } => {}
            other => {
                let text: String = other.to_string().chars().take(60).collect();
                self.note(Note::unsupported(at.whole(), format!("`{text}` is left out")));
            }
        }
    }

    /// Types and names that stand further down in the script.
    pub(super) fn finish(mut self, left_out: Vec<Note>) -> Outline {
        for (table, name, kind) in std::mem::take(&mut self.pending) {
            self.declared(table, &name, &kind);
        }
        for (table, expression, span) in std::mem::take(&mut self.checks) {
            for outcome in check::apply(&expression, &mut self.outline.tables[table]) {
                match outcome {
                    check::Outcome::Done => {}
                    check::Outcome::Rule(rule) => self.outline.tables[table].rules.push((rule, span.clone())),
                    check::Outcome::Lost => {
                        self.note(Note::unsupported(
                            span.clone(),
                            "the condition is left out: answers have no words for it",
                        ));
                    }
                }
            }
        }
        self.spell();
        self.outline.notes.append(&mut self.copies);
        self.outline.notes.extend(left_out);
        self.outline
    }

    fn declared(&mut self, table: usize, name: &str, kind: &str) {
        let known = self.outline.enums.iter().find(|it| it.name.eq_ignore_ascii_case(kind)).map(|it| it.name.clone());
        let domain = self.domains.get(&kind.to_ascii_lowercase()).cloned();
        let span = self.outline.tables[table].column(name).map_or(0..0, |it| it.span.clone());
        if let Some((base, checks)) = &domain {
            for expression in checks {
                self.checks.push((table, renamed(expression, name), span.clone()));
            }
            let found = types::read(base, &span);
            if let Some(column) = self.outline.tables[table].column_mut(name) {
                column.kind = found.kind;
                column.list = column.list.or(found.list.then(Items::default));
            }
        }
        let Some(column) = self.outline.tables[table].column_mut(name) else { return };
        match known {
            Some(known) => column.kind = Some(Type::Named(known)),
            None if column.kind.is_none() => column.omit(span, format!("the type `{kind}` is left out")),
            None => {}
        }
        // The default could not be judged before.
        if let (Some(Type::Named(_)), Some(Preset::Value(Value::Number(text)))) = (&column.kind, &column.default) {
            column.default = Some(Preset::Value(Value::Text(text.clone())));
        }
    }

    /// Targets of references as their tables are spelled.
    fn spell(&mut self) {
        let names: BTreeMap<String, (String, Vec<String>)> = self
            .outline
            .tables
            .iter()
            .map(|it| (it.name.to_ascii_lowercase(), (it.name.clone(), it.key.clone())))
            .collect();
        for table in &mut self.outline.tables {
            for reference in &mut table.references {
                if let Some((name, key)) = names.get(&reference.target.to_ascii_lowercase()) {
                    reference.target.clone_from(name);
                    let same = |it: &String| key.iter().any(|key| key.eq_ignore_ascii_case(it));
                    if !reference.to.is_empty() && reference.to.iter().all(same) {
                        reference.to.clone_from(key);
                    }
                }
            }
        }
    }
}

/// A statement and the script that it stands in.
struct Place<'t> {
    text: &'t str,
    statement: &'t Statement,
    /// Where its lines begin, from its own beginning.
    lines: Vec<usize>,
    ascii: bool,
}

impl<'t> Place<'t> {
    fn new(text: &'t str, statement: &'t Statement) -> Self {
        let own = &text[statement.span.clone()];
        let lines = std::iter::once(0).chain(own.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, statement, lines, ascii: own.is_ascii() }
    }

    /// The head of the statement.
    fn whole(&self) -> Span {
        let text = &self.text[self.statement.span.clone()];
        let length = text.find(['\n', '(']).unwrap_or(text.len());
        self.statement.span.start..self.statement.span.start + text[..length].trim_end().len()
    }

    fn ident(&self, ident: &Ident) -> Span {
        if ident.span.start.line == 0 {
            return self.whole();
        }
        let (start, end) = (self.byte(ident.span.start), self.byte(ident.span.end));
        start..end.max(start)
    }

    fn object(&self, name: &sqlparser::ast::ObjectName) -> Span {
        name.0.last().and_then(|it| it.as_ident()).map_or_else(|| self.whole(), |it| self.ident(it))
    }

    fn expression(&self, expression: &Expr) -> Span {
        use sqlparser::ast::Spanned;
        let span = expression.span();
        if span.start.line == 0 {
            return self.whole();
        }
        let (start, end) = (self.byte(span.start), self.byte(span.end));
        start..end.max(start)
    }

    /// From a line and a column of the statement to a byte of the script.
    fn byte(&self, location: Location) -> usize {
        let text = &self.text[self.statement.span.clone()];
        let line = usize::try_from(location.line).unwrap_or(1).saturating_sub(1);
        let Some(start) = self.lines.get(line).copied() else { return self.statement.span.end };
        let column = usize::try_from(location.column).unwrap_or(1).saturating_sub(1);
        let within = if self.ascii {
            column.min(text.len() - start)
        } else {
            text[start..].char_indices().nth(column).map_or(text.len() - start, |(at, _)| at)
        };
        self.statement.span.start + start + within
    }
}

fn index_columns(columns: &[IndexColumn]) -> Vec<String> {
    let name = |it: &IndexColumn| match &it.column.expr {
        Expr::Identifier(name) => Some(name.value.clone()),
        // MySQL: the first characters of a column.
        Expr::Function(function) => Some(last(&function.name)),
        _ => None,
    };
    columns.iter().map(name).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// `deleted_at IS NULL`: keys of rows that are not deleted.
fn is_live(expression: &Expr) -> bool {
    matches!(expression, Expr::IsNull(inner) if matches!(&**inner, Expr::Identifier(name) if name.value == "deleted_at"))
        || matches!(expression, Expr::Nested(inner) if is_live(inner))
}

fn is_identity(option: &ColumnOption) -> bool {
    matches!(option, ColumnOption::Generated { generation_expr: None, .. })
}

fn reference(foreign: &ForeignKeyConstraint, span: Span) -> Reference {
    let mut reference = Reference::new(RelationForm::ManyToOne, last(&foreign.foreign_table), span);
    reference.to = foreign.referred_columns.iter().map(|it| it.value.clone()).collect();
    reference.on_delete = match foreign.on_delete {
        Some(ReferentialAction::Cascade) => OnDelete::Cascade,
        Some(ReferentialAction::SetNull) => OnDelete::SetNull,
        _ => OnDelete::Restrict,
    };
    reference
}

/// How defaults begin that are the moment of a write.
const NOW: [&str; 9] = [
    "now(",
    "current_timestamp",
    "current_date",
    "localtimestamp",
    "getdate",
    "datetime('now'",
    "date('now'",
    "sysdate",
    "clock_timestamp",
];
/// And those that the database makes up.
const MADE: [&str; 7] =
    ["nextval(", "gen_random_uuid(", "uuid_generate", "newid(", "uuid(", "uuid_to_bin", "random_uuid"];

fn default(value: &Expr, column: &mut Column) {
    let text = value.to_string();
    let lower = text.to_ascii_lowercase();
    let inner = lower.trim_matches(['(', ')']);
    if inner == "null" || lower.starts_with("null::") || lower.starts_with("null ::") {
        return;
    }
    if NOW.iter().any(|it| inner.starts_with(it))
        || (inner.starts_with("strftime") && inner.contains("'now'"))
        || inner == "now"
    {
        column.default = Some(Preset::Now);
        return;
    }
    if MADE.iter().any(|it| inner.starts_with(it)) {
        column.generated = true;
        return;
    }
    let text_type = matches!(column.kind, Some(Type::String { .. } | Type::Text { .. }));
    let value = match check::constant(value) {
        Some(Term::Number(text)) if text_type => Some(Value::Text(text)),
        Some(Term::Number(text)) => Some(Value::Number(text)),
        Some(Term::Text(text)) if text.eq_ignore_ascii_case("now") && !text_type => {
            column.default = Some(Preset::Now);
            return;
        }
        // Dates of nothing, which only one database takes.
        Some(Term::Text(text)) if text.starts_with("0000-00-00") => return,
        Some(Term::Text(text)) => Some(Value::Text(text)),
        Some(Term::Boolean(is)) => Some(Value::Boolean(is)),
        _ => None,
    };
    match value {
        // A required text that is empty by default is one that may be empty.
        Some(Value::Text(text)) if text.is_empty() && column.kind.as_mut().and_then(Type::lengths_mut).is_some() => {
            if let Some((min, _)) = column.kind.as_mut().and_then(Type::lengths_mut) {
                *min = Some(0);
            }
            column.default = Some(Preset::Value(Value::Text(text)));
        }
        Some(Value::Text(text)) if column.list.is_some() && (text == "{}" || text == "[]") => {
            column.default = Some(Preset::Value(Value::List(Vec::new())));
        }
        Some(value) => column.default = Some(Preset::Value(value)),
        None => {
            let short: String = text.chars().take(40).collect();
            let span = column.span.clone();
            column.omit(span, format!("the default `{short}` is left out: it is no constant"));
        }
    }
}

/// The condition of a domain, over the column that has it.
fn renamed(expression: &Expr, column: &str) -> Expr {
    let mut expression = expression.clone();
    rename(&mut expression, column, 0);
    expression
}

fn rename(expression: &mut Expr, column: &str, depth: usize) {
    if depth > 20 {
        return;
    }
    match expression {
        Expr::Identifier(name) if name.value.eq_ignore_ascii_case("value") => column.clone_into(&mut name.value),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::UnaryOp { expr: inner, .. } => {
            rename(inner, column, depth + 1);
        }
        Expr::BinaryOp { left, right, .. } => {
            rename(left, column, depth + 1);
            rename(right, column, depth + 1);
        }
        Expr::Between { expr, .. } | Expr::In { expr, .. } => rename(expr, column, depth + 1),
        _ => {}
    }
}

fn comment(create: &CreateTable) -> Option<String> {
    use sqlparser::ast::CommentDef;
    let text = |it: &CommentDef| match it {
        CommentDef::WithEq(text) | CommentDef::WithoutEq(text) => text.clone(),
    };
    let (CreateTableOptions::Plain(options) | CreateTableOptions::With(options) | CreateTableOptions::Options(options)) =
        &create.table_options
    else {
        return create.comment.as_ref().map(text);
    };
    let found = options.iter().find_map(|it| match it {
        SqlOption::Comment(comment) => Some(text(comment)),
        _ => None,
    });
    found.or_else(|| create.comment.as_ref().map(text))
}

fn lower(message: &str) -> String {
    let mut chars = message.trim_start_matches("sql parser error: ").chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
}
