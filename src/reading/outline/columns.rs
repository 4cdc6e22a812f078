//! From columns to fields.

use super::names::{self, Taken};
use super::settle::{Fate, Settling};
use super::{Bounds, Column, MOST_MEMBERS, Note, Preset, Span, Table, Type};
use crate::answers::names::{SET_BY_SERVICE, USER_KEYS};
use crate::reading::{Field, Kind, RelationForm, Value};
use crate::spec::{
    Bound, EnumType, EnumValue, FieldKind, Name, NumberLimits, Pattern, check_value, decimal_range, exact, whole_range,
};

/// What a column became.
#[derive(Debug)]
pub(super) enum Member {
    Field {
        column: String,
        name: String,
        field: Box<Field>,
        span: Span,
    },
    /// The service keeps it, or something like it, itself.
    Kept {
        soft_delete: bool,
    },
    /// The key of a reference.
    Key,
    LeftOut,
}

/// Other names that passwords have in tables of users.
const PASSWORDS: [&str; 6] = ["hashedPassword", "passwordDigest", "encryptedPassword", "passwordSalt", "passwd", "pwd"];

/// The longest `string` and `text`, and the longest `text` when nothing is said.
const LONGEST_STRING: u64 = 1_000;
const LONGEST_TEXT: u64 = 100_000;
const MOST_ITEMS: u64 = 1_000;

/// What each column of a table became.
pub(super) fn members(settling: &mut Settling<'_>, position: usize) -> Vec<Member> {
    let table = &settling.outline.tables[position];
    let owner = match settling.fates[position].clone() {
        Fate::Entity(name) => Some(name),
        Fate::Accounts => None,
        fate @ (Fate::Links(..) | Fate::Dropped) => {
            let kind = if fate == Fate::Dropped { Kind::Unsupported } else { Kind::Understood };
            if fate != Fate::Dropped && !table.columns.is_empty() {
                let names: Vec<String> = table.columns.iter().map(|it| it.name.clone()).collect();
                let text = format!("{} are the links of a relation", super::settle::list(&names));
                settling.note(Kind::Understood, &table.span, "", text);
            }
            table.columns.iter().for_each(|_| settling.tally.fields.add(kind));
            return Vec::new();
        }
    };
    let mut taken = Taken::default();
    let mut found = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        if at == MOST_MEMBERS {
            let text = format!(
                "{} more columns are left out: no more than {MOST_MEMBERS} are looked at",
                table.columns.len() - at
            );
            settling.note(Kind::Unsupported, &column.span, "", text);
        }
        if at >= MOST_MEMBERS {
            settling.tally.fields.add(Kind::Unsupported);
            continue;
        }
        let before = settling.notes.len();
        let member = member(settling, table, owner.as_deref(), column, &mut taken);
        let told = settling.notes[before..].iter().any(|it| it.kind != Kind::Understood);
        settling.tally.fields.add(match &member {
            Member::LeftOut => Kind::Unsupported,
            _ if told => Kind::Assumed,
            _ => Kind::Understood,
        });
        found.push(member);
    }
    found
}

fn member(
    settling: &mut Settling<'_>,
    table: &Table,
    owner: Option<&str>,
    column: &Column,
    taken: &mut Taken,
) -> Member {
    let base = owner.map_or_else(|| "auth.user".to_owned(), |name| format!("entities.{name}"));
    let holds = |settling: &Settling<'_>| {
        let links = |it: &&super::Reference| it.form != RelationForm::ManyToMany && it.columns.contains(&column.name);
        table.references.iter().filter(links).any(|it| settling.leads_somewhere(it))
    };
    if holds(settling) {
        if owner.is_none() {
            let text = "accounts refer to no entities: the reference is left out";
            settling.note(Kind::Unsupported, &column.span, base, text);
            return Member::LeftOut;
        }
        return Member::Key;
    }
    let before = settling.notes.len();
    if let Some(member) = kept(settling, table, owner.is_none(), column, &base) {
        if settling.notes.len() == before && !matches!(member, Member::LeftOut) {
            let text = format!("`{}`: the service keeps it itself", column.name);
            settling.note(Kind::Understood, &column.span, base, text);
        }
        return member;
    }
    let natural = table.key.len() == 1 && table.key[0] == column.name;
    let mut name = names::field(&column.name);
    if name != column.name {
        let example = format!("names of fields are in camelCase or snake_case: `{}` is `{name}`", column.name);
        settling.once("fields", &column.span, &example);
    }
    let user_has = |name: &str| owner.is_none() && USER_KEYS.contains(&Name::new(name).camel().as_str());
    let free = |name: &str, taken: &Taken| !names::is_taken(name) && !user_has(name) && taken.free(name);
    if !free(&name, taken) {
        let wanted = if taken.free(&name) { names::with(&name, "value") } else { name.clone() };
        name = names::numbered(&wanted, |it| free(it, taken));
        let text = format!("`{}` becomes `{name}`, as the name is taken", column.name);
        settling.note(Kind::Assumed, &column.span, format!("{base}.fields.{name}"), text);
    }
    let path = format!("{base}.fields.{name}");
    for note in &column.notes {
        let note = Note { path: path.clone(), ..note.clone() };
        settling.notes.push(note);
    }
    if column.kind.is_none() {
        if column.notes.is_empty() {
            settling.note(Kind::Unsupported, &column.span, base, "there is no such type here: it is left out");
        }
        for note in settling.notes.iter_mut().rev().take(column.notes.len()) {
            note.path.clear();
        }
        return Member::LeftOut;
    }
    taken.take(&name);
    let mut builder = Builder { settling, table, owner, column, name: &name, path: &path };
    let mut field = builder.field();
    if natural {
        field.unique = !matches!(field.kind.as_str(), "json") && !field.list;
        field.optional = false;
        let text = "rows have an `id` of their own; the primary key stays a unique field";
        settling.note(Kind::Assumed, &column.span, path.clone(), text);
    }
    let said = match field.value() {
        Value::Text(line) => line,
        value => value.to_string(),
    };
    settling.note(Kind::Understood, &column.span, path, said);
    Member::Field { column: column.name.clone(), name, field: Box::new(field), span: column.span.clone() }
}

/// A column that every service keeps itself, or something that stands for it.
fn kept(settling: &mut Settling<'_>, table: &Table, accounts: bool, column: &Column, base: &str) -> Option<Member> {
    let key = Name::new(names::field(&column.name)).camel();
    let kind = column.kind.as_ref();
    let kept = |soft_delete| Some(Member::Kept { soft_delete });
    let whole = matches!(kind, Some(Type::Integer(_) | Type::Long(_)) | None);
    let sole = match table.key.as_slice() {
        [] => key == "id",
        [one] => *one == column.name,
        _ => false,
    };
    if sole {
        let made =
            column.generated || matches!(kind, Some(Type::Uuid)) || key == "id" || (whole && key.ends_with("id"));
        let made = made || (whole && key.ends_with("Id"));
        if !made {
            return None;
        }
        if !matches!(kind, Some(Type::Uuid)) || key != "id" {
            let example =
                format!("rows are identified by `id`, a UUID that the service makes, instead of `{}`", column.name);
            settling.once("identifiers", &column.span, &example);
        }
        return kept(false);
    }
    let moment = matches!(kind, Some(Type::DateTime | Type::Date));
    match key.as_str() {
        "createdAt" | "updatedAt" => {
            if !moment {
                let text = format!("the service keeps `{key}` itself, as a moment");
                settling.note(Kind::Assumed, &column.span, base, text);
            }
            kept(false)
        }
        "deletedAt" if moment && !column.required && !accounts => kept(true),
        "version" if matches!(kind, Some(Type::Integer(_) | Type::Long(_))) => {
            settling.note(Kind::Assumed, &column.span, base, "the service counts the versions of a row itself");
            kept(false)
        }
        "ownerId" if !accounts && matches!(kind, Some(Type::Uuid | Type::Integer(_) | Type::Long(_))) => {
            settling.note(Kind::Understood, &column.span, base, "the service keeps who owns a row itself");
            kept(false)
        }
        _ if accounts => account_column(settling, column, &key, base),
        _ => None,
    }
}

/// What accounts have already.
fn account_column(settling: &mut Settling<'_>, column: &Column, key: &str, base: &str) -> Option<Member> {
    if PASSWORDS.contains(&key) {
        settling.note(Kind::Assumed, &column.span, base, "the service keeps passwords itself, hashed");
        return Some(Member::Kept { soft_delete: false });
    }
    if USER_KEYS.contains(&key) {
        return Some(Member::Kept { soft_delete: false });
    }
    if SET_BY_SERVICE.contains(&key) && key != "version" {
        settling.note(Kind::Unsupported, &column.span, base, format!("accounts have no `{key}`: it is left out"));
        return Some(Member::LeftOut);
    }
    None
}

/// Makes one field.
struct Builder<'s, 'o> {
    settling: &'s mut Settling<'o>,
    table: &'s Table,
    owner: Option<&'s str>,
    column: &'s Column,
    name: &'s str,
    path: &'s str,
}

impl Builder<'_, '_> {
    fn assume(&mut self, text: impl Into<String>) {
        self.settling.note(Kind::Assumed, &self.column.span, self.path, text);
    }

    fn omit(&mut self, text: impl Into<String>) {
        self.settling.note(Kind::Unsupported, &self.column.span, self.path, text);
    }

    fn field(&mut self) -> Field {
        let column = self.column;
        let mut field = Field::new("");
        field.optional = !column.required;
        field.list = column.list.is_some();
        self.type_of(&mut field);
        if let Some(most) = column.list.and_then(|it| it.most) {
            field.max_items = Some(most.clamp(1, MOST_ITEMS));
            if most > MOST_ITEMS {
                self.assume(format!("a list has at most {MOST_ITEMS} items"));
            }
        }
        let keyed = !field.list && field.kind != "json";
        let alone = |keys: &[(Vec<String>, Span)]| keys.iter().any(|(it, _)| *it == [column.name.as_str()]);
        field.unique = column.unique || alone(&self.table.uniques);
        field.index = (column.index || alone(&self.table.indexes)) && !field.unique;
        if !keyed && (field.unique || field.index) {
            self.omit("lists and JSON are neither unique nor indexed");
            (field.unique, field.index) = (false, false);
        }
        field.doc = column.doc.as_deref().map(names::line).filter(|it| !it.is_empty());
        let limits = kind_of(&field);
        self.default(&mut field, limits.as_ref());
        self.example(&mut field, limits.as_ref());
        field.private = column.private;
        field.read_only = column.read_only && !column.private;
        if column.read_only && !field.optional && field.default.is_none() {
            field.optional = true;
            self.assume("optional, as only the service could give it a value");
        }
        field
    }

    /// Type and limits.
    fn type_of(&mut self, field: &mut Field) {
        let Some(kind) = &self.column.kind else { return };
        match kind {
            Type::String { pattern: None, .. } | Type::Text { .. } if self.is_email() => {
                "email".clone_into(&mut field.kind);
                self.assume("an e-mail address, as its name says");
            }
            Type::String { min, max, pattern } => self.string(field, *min, *max, pattern.as_deref()),
            Type::Text { min, max } => self.text(field, *min, *max),
            Type::Integer(bounds) => {
                "integer".clone_into(&mut field.kind);
                self.bounds(field, bounds);
            }
            Type::Long(bounds) => {
                "long".clone_into(&mut field.kind);
                self.bounds(field, bounds);
            }
            Type::Float(bounds) => {
                "float".clone_into(&mut field.kind);
                self.bounds(field, bounds);
            }
            Type::Decimal { precision, scale, bounds } => {
                self.decimal(field, *precision, *scale);
                self.bounds(field, bounds);
            }
            Type::Boolean => "boolean".clone_into(&mut field.kind),
            Type::Date => "date".clone_into(&mut field.kind),
            Type::DateTime => "datetime".clone_into(&mut field.kind),
            Type::Uuid => "uuid".clone_into(&mut field.kind),
            Type::Email => "email".clone_into(&mut field.kind),
            Type::Url => "url".clone_into(&mut field.kind),
            Type::Json => self.json(field),
            Type::Named(name) => match self.settling.enums.get(name.as_str()).cloned() {
                Some(Some(kind)) => {
                    field.values = self.settling.values.get(name.as_str()).cloned().unwrap_or_default();
                    field.kind = kind;
                }
                _ => "string".clone_into(&mut field.kind),
            },
            Type::OneOf(words) => self.one_of(field, words),
        }
    }

    fn is_email(&self) -> bool {
        let words = Name::new(self.name).snake();
        words == "email" || words.ends_with("_email") || words == "email_address"
    }

    fn json(&mut self, field: &mut Field) {
        "json".clone_into(&mut field.kind);
        if field.list {
            field.list = false;
            self.assume("one JSON object: lists hold scalars only");
        }
    }

    fn one_of(&mut self, field: &mut Field, words: &[super::Word]) {
        let Some(words) = self.settling.words(words, &self.column.span, self.path) else {
            "string".clone_into(&mut field.kind);
            return;
        };
        let wanted = format!("{}{}", self.owner.unwrap_or(crate::spec::USER), Name::new(self.name).pascal());
        let plain = words.iter().all(|(_, label)| label.is_none());
        if plain && self.settling.types.free(&wanted) {
            self.settling.types.take(&wanted);
            "enum".clone_into(&mut field.kind);
            field.values = words.into_iter().map(|(value, _)| value).collect();
            return;
        }
        let wanted = names::pascal(&wanted, false);
        let name = names::numbered(&wanted, |it| self.settling.types.free(it));
        self.settling.types.take(&name);
        field.values = words.iter().map(|(value, _)| value.clone()).collect();
        self.settling.extra_enums.push((name.clone(), values(&words), self.column.span.clone()));
        field.kind = name;
    }

    fn string(&mut self, field: &mut Field, min: Option<u64>, max: Option<u64>, pattern: Option<&str>) {
        if max.is_some_and(|max| max > LONGEST_STRING) && !field.list && !self.keyed() {
            if pattern.is_some() {
                self.omit(format!("texts of more than {LONGEST_STRING} characters take no pattern"));
            }
            return self.text(field, min, max);
        }
        "string".clone_into(&mut field.kind);
        if max.is_some_and(|max| max > LONGEST_STRING) {
            self.assume(format!("at most {LONGEST_STRING} characters, as for all that is a key or in a list"));
        }
        self.lengths(field, min, max.map(|it| it.min(LONGEST_STRING)), 255);
        let Some(pattern) = pattern else { return };
        let most = field.max.as_deref().and_then(|it| it.parse().ok()).unwrap_or(255);
        match Pattern::new(pattern) {
            Ok(it) if it.shortest() <= most => field.pattern = Some(pattern.to_owned()),
            Ok(_) => self.omit("the pattern is left out: nothing is short enough to match it"),
            Err(fault) => self.omit(format!("the pattern is left out: {}", fault.message)),
        }
    }

    /// Whether it must have room in a key.
    fn keyed(&self) -> bool {
        let holds = |keys: &[(Vec<String>, Span)]| keys.iter().any(|(it, _)| it.contains(&self.column.name));
        self.column.unique
            || self.column.index
            || self.table.key.contains(&self.column.name)
            || holds(&self.table.uniques)
            || holds(&self.table.indexes)
    }

    fn text(&mut self, field: &mut Field, min: Option<u64>, max: Option<u64>) {
        if field.list || self.keyed() {
            if max.is_none() {
                self.assume("a string of at most 255 characters, as it is a key or in a list");
            }
            return self.string(field, min, max.or(Some(255)), None);
        }
        "text".clone_into(&mut field.kind);
        if max.is_some_and(|max| max > LONGEST_TEXT) {
            self.assume(format!("at most {LONGEST_TEXT} characters"));
        }
        self.lengths(field, min, max.map(|it| it.min(LONGEST_TEXT)), 10_000);
    }

    fn lengths(&mut self, field: &mut Field, min: Option<u64>, max: Option<u64>, usual: u64) {
        if max == Some(0) || min > Some(LONGEST_TEXT) || min.zip(max).is_some_and(|(min, max)| min > max) {
            return self.omit("the length is left out: no text would be allowed");
        }
        let least = u64::from(!field.optional);
        // What a required text has anyway is not said.
        field.min = min.filter(|it| *it != least).map(|it| it.to_string());
        field.max = max.filter(|it| *it != usual).map(|it| it.to_string());
        if max.is_none() && min.is_some_and(|min| min > usual) {
            field.max = min.map(|it| it.to_string());
        }
        if min.is_none() && max.is_none() {
            let example = format!("a {} without a length has at most {usual} characters", field.kind);
            self.settling.rule(&self.column.span, &example);
        }
    }

    fn decimal(&mut self, field: &mut Field, precision: Option<u64>, scale: Option<u64>) {
        const MOST: u64 = 18;
        "decimal".clone_into(&mut field.kind);
        let (Some(precision), scale) = (precision, scale.unwrap_or(0)) else {
            let text = "a decimal without digits has 12, 2 of them after the point";
            return self.settling.rule(&self.column.span, text);
        };
        let kept = u32::try_from(precision.clamp(1, MOST)).unwrap_or(18);
        let after = u32::try_from(scale).map_or(kept, |it| it.min(kept));
        if u64::from(kept) != precision || u64::from(after) != scale {
            self.assume(format!("{kept} digits, {after} of them after the point, instead of {precision} and {scale}"));
        }
        if (kept, after) != (12, 2) {
            field.digits = Some((kept, after));
        }
    }

    /// The bounds of a number, as far as they leave something.
    fn bounds(&mut self, field: &mut Field, bounds: &Bounds) {
        let whole = matches!(field.kind.as_str(), "integer" | "long");
        let decimal = |text: &Option<String>| text.as_deref().and_then(exact);
        let all = [&bounds.min, &bounds.max, &bounds.above, &bounds.below];
        if all.iter().any(|it| it.is_some() && decimal(it).is_none()) {
            self.omit("a bound is left out: it has too many digits");
        }
        let mut lower = strictest(decimal(&bounds.min), decimal(&bounds.above), true);
        let mut upper = strictest(decimal(&bounds.max), decimal(&bounds.below), false);
        if whole {
            // Bounds beyond the type's own say nothing.
            let (lowest, highest) = whole_range(field.kind == "long", &NumberLimits::default());
            lower = lower.map(ceiling).filter(|it| it.value > lowest);
            upper = upper.map(floor).filter(|it| it.value < highest);
            if lower.as_ref().is_some_and(|it| it.value > highest) || upper.as_ref().is_some_and(|it| it.value < lowest)
            {
                return self.omit("the bounds are left out: no value would be allowed");
            }
        }
        let limits = NumberLimits { lower, upper };
        let fits = match field.kind.as_str() {
            "decimal" => {
                let (precision, scale) = field.digits.unwrap_or((12, 2));
                let (lowest, highest) = decimal_range(precision, scale, &limits);
                lowest <= highest
            }
            "float" => match (&limits.lower, &limits.upper) {
                (Some(low), Some(high)) if low.inclusive && high.inclusive => low.value <= high.value,
                (Some(low), Some(high)) => low.value < high.value,
                _ => true,
            },
            _ => {
                let (lowest, highest) = whole_range(field.kind == "long", &limits);
                lowest <= highest
            }
        };
        if !fits {
            return self.omit("the bounds are left out: no value would be allowed");
        }
        for (bound, inclusive, exclusive) in
            [(&limits.lower, &mut field.min, &mut field.above), (&limits.upper, &mut field.max, &mut field.below)]
        {
            if let Some(bound) = bound {
                let slot = if bound.inclusive { inclusive } else { exclusive };
                *slot = Some(bound.value.normalize().to_string());
            }
        }
    }

    fn default(&mut self, field: &mut Field, kind: Option<&(FieldKind, Vec<EnumType>)>) {
        match &self.column.default {
            None => {}
            Some(Preset::Now) if matches!(field.kind.as_str(), "date" | "datetime") && !field.list => {
                field.default = Some(Value::from("now"));
            }
            Some(Preset::Now) => self.omit("the default is left out: it is no value of this type"),
            Some(Preset::Value(value)) => match checked(value, field, kind) {
                Some(value) => field.default = Some(value),
                None => self.omit(format!("the default {value} is left out: the field could not have it")),
            },
        }
    }

    fn example(&mut self, field: &mut Field, kind: Option<&(FieldKind, Vec<EnumType>)>) {
        if let Some(value) = &self.column.example {
            match checked(value, field, kind) {
                Some(value) => field.example = Some(value),
                None => self.omit(format!("the example {value} is left out: the field could not have it")),
            }
        }
    }
}

/// The same as a type of the spec, to check values with.
fn kind_of(field: &Field) -> Option<(FieldKind, Vec<EnumType>)> {
    let length = |text: &Option<String>, usual: u32| text.as_deref().map_or(Some(usual), |it| it.parse().ok());
    let number = |text: &Option<String>| text.as_deref().and_then(exact);
    let bound = |at: &Option<String>, off: &Option<String>| {
        let inclusive = number(at).map(|value| Bound { value, inclusive: true });
        inclusive.or_else(|| number(off).map(|value| Bound { value, inclusive: false }))
    };
    let limits = || NumberLimits { lower: bound(&field.min, &field.above), upper: bound(&field.max, &field.below) };
    let least = u32::from(!field.optional);
    let named = |values: Vec<String>| {
        let values = values.into_iter().map(|value| EnumValue { value, label: None }).collect();
        let it = EnumType { name: Name::new("It"), named: true, values };
        (FieldKind::Enum("It".to_owned()), vec![it])
    };
    let kind = match field.kind.as_str() {
        "string" => FieldKind::String {
            min: length(&field.min, least)?,
            max: length(&field.max, 255)?,
            pattern: field.pattern.clone(),
        },
        "text" => FieldKind::Text { min: length(&field.min, least)?, max: length(&field.max, 10_000)? },
        "integer" => FieldKind::Integer(limits()),
        "long" => FieldKind::Long(limits()),
        "float" => FieldKind::Float(limits()),
        "decimal" => {
            let (precision, scale) = field.digits.unwrap_or((12, 2));
            FieldKind::Decimal { precision, scale, limits: limits() }
        }
        "boolean" => FieldKind::Boolean,
        "date" => FieldKind::Date { min: None, max: None },
        "datetime" => FieldKind::DateTime { min: None, max: None },
        "uuid" => FieldKind::Uuid,
        "email" => FieldKind::Email,
        "url" => FieldKind::Url,
        "json" => FieldKind::Json,
        "enum" => return Some(named(field.values.clone())),
        _ => return Some(named(field.values.clone())),
    };
    Some((kind, Vec::new()))
}

/// A value as answers write it, when the field can have it.
fn checked(value: &Value, field: &Field, kind: Option<&(FieldKind, Vec<EnumType>)>) -> Option<Value> {
    let (kind, enums) = kind?;
    if field.list {
        let Value::List(items) = value else { return None };
        let most = field.max_items.unwrap_or(100);
        let items: Option<Vec<Value>> = items.iter().map(|it| one(it, kind, enums)).collect();
        return items.filter(|it| it.len() as u64 <= most).map(Value::List);
    }
    one(value, kind, enums)
}

/// One value as answers write it, in the type that the field has: documents write numbers as texts and switches as numbers.
fn one(value: &Value, kind: &FieldKind, enums: &[EnumType]) -> Option<Value> {
    let number =
        matches!(kind, FieldKind::Integer(_) | FieldKind::Long(_) | FieldKind::Float(_) | FieldKind::Decimal { .. });
    let value = match (value, kind) {
        (Value::Text(text), _) if number => Value::Number(exact(text.trim())?.to_string()),
        (Value::Text(text), FieldKind::Boolean) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "y" | "yes" => Value::Boolean(true),
            "false" | "f" | "0" | "n" | "no" => Value::Boolean(false),
            _ => return None,
        },
        (Value::Number(text), FieldKind::Boolean) => match text.as_str() {
            "0" => Value::Boolean(false),
            "1" => Value::Boolean(true),
            _ => return None,
        },
        (Value::Text(text), FieldKind::Json) if text.trim() == "{}" => Value::Table(indexmap::IndexMap::new()),
        (Value::Number(text), FieldKind::String { .. } | FieldKind::Text { .. }) => Value::Text(text.clone()),
        (Value::Text(text), FieldKind::Enum(_)) => Value::Text(names::value(text)),
        (Value::Number(text), FieldKind::Enum(_)) => Value::Text(names::value(text)),
        // The word has a meaning of its own there.
        (Value::Text(text), FieldKind::Date { .. } | FieldKind::DateTime { .. }) if text == "now" => return None,
        (value, _) => value.clone(),
    };
    let json = match &value {
        Value::Text(text) => serde_json::Value::String(text.clone()),
        Value::Boolean(is) => serde_json::Value::Bool(*is),
        Value::Number(text) if matches!(kind, FieldKind::Decimal { .. }) => {
            serde_json::Value::String(exact(text)?.to_string())
        }
        Value::Number(text) => {
            let whole = exact(text).filter(rust_decimal::Decimal::is_integer).and_then(|it| i64::try_from(it).ok());
            match whole {
                Some(whole) => whole.into(),
                None => serde_json::Number::from_f64(text.parse().ok()?)?.into(),
            }
        }
        Value::Table(table) if table.is_empty() => serde_json::json!({}),
        Value::List(_) | Value::Table(_) => return None,
    };
    let checked = check_value(kind, enums, &json).ok()?;
    // A text that reads otherwise once it is checked (an address in capitals) is written as it will be.
    Some(match (value, checked) {
        (Value::Text(_), serde_json::Value::String(text)) => Value::Text(text),
        (Value::Number(text), _) => Value::Number(exact(&text)?.normalize().to_string()),
        (value, _) => value,
    })
}

/// The bound that leaves less, of one that is included and one that is not.
fn strictest(at: Option<rust_decimal::Decimal>, off: Option<rust_decimal::Decimal>, lower: bool) -> Option<Bound> {
    let at = at.map(|value| Bound { value, inclusive: true });
    let off = off.map(|value| Bound { value, inclusive: false });
    match (at, off) {
        (Some(at), Some(off)) => {
            let off_counts = if lower { off.value >= at.value } else { off.value <= at.value };
            Some(if off_counts { off } else { at })
        }
        (at, off) => at.or(off),
    }
}

/// The same bound as a whole number.
fn ceiling(bound: Bound) -> Bound {
    if bound.value.is_integer() { bound } else { Bound { value: bound.value.ceil(), inclusive: true } }
}

fn floor(bound: Bound) -> Bound {
    if bound.value.is_integer() { bound } else { Bound { value: bound.value.floor(), inclusive: true } }
}

/// The values of an enumeration as `[enums]` lists them.
pub(super) fn values(words: &[(String, Option<String>)]) -> Value {
    let one = |(value, label): &(String, Option<String>)| match label {
        None => Value::from(value.as_str()),
        Some(label) => Value::table([("value", Value::from(value.as_str())), ("label", Value::from(label.as_str()))]),
    };
    Value::List(words.iter().map(one).collect())
}
