//! Approvals, rules across fields, limits and keys.

use super::fields::{self, cleaned};
use super::pattern::Gaps;
use super::words::{Word, WordKind};
use super::{Reader, gap, settle, span};
use crate::reading::{Kind, Value, plural, singular};
use crate::spec::USER;
use heck::ToSnakeCase;

impl Reader<'_> {
    pub(super) fn approval(&mut self, means: &str, words: &[Word], gaps: &Gaps) -> bool {
        if !self.has_auth() {
            self.note(Kind::Unsupported, span(words), "", "without accounts nobody can approve");
            return true;
        }
        let at = span(words);
        let (entity, on, when) = match means {
            "approval_delete" => {
                let Some(entity) = self.entity_in(gap(words, gaps, "entity")) else { return false };
                (entity, "delete", "true".to_owned())
            }
            "approval_above" => {
                let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
                let n = self.raw(gap(words, gaps, "n")).replace(',', "");
                (entity, "create, update", format!("new.{field} > {n}"))
            }
            "approval_amount" => {
                let Some(entity) = self.entity_in(gap(words, gaps, "entity")) else { return false };
                // `above 40 kilograms`
                let named = self.field_in(gap(words, gaps, "unit")).filter(|(it, _)| *it == entity);
                let amount = self.entities.get(&entity).and_then(|it| {
                    if let Some((_, field)) = &named {
                        return it.members.get_key_value(field);
                    }
                    let money = |kind: &str| matches!(kind, "decimal" | "integer" | "long");
                    it.members
                        .iter()
                        .find(|(_, (what, _))| matches!(what, fields::What::Field(field) if money(&field.kind)))
                });
                let Some((field, _)) = amount else { return false };
                let n = self.raw(gap(words, gaps, "n")).replace(',', "");
                (entity.clone(), "create", format!("{field} > {n}"))
            }
            _ => {
                let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
                let condition = gap(words, gaps, "condition");
                let when = match means {
                    "approval_change" => both_ways(&field, condition),
                    // Which way it goes is said before the gap.
                    "approval_moved" => change_of(&field, words),
                    // `for changes > 50%`
                    _ => change_of(&field, condition).or_else(|| {
                        condition.iter().any(|it| it.stem == "change").then(|| both_ways(&field, condition)).flatten()
                    }),
                };
                match when {
                    Some(when) => (entity, "update", when),
                    None => {
                        if !condition.is_empty() {
                            let text = format!("every change of `{field}`: the condition is not understood");
                            self.note(Kind::Assumed, span(condition), format!("entities.{entity}.approval"), text);
                        }
                        (entity, "update", format!("new.{field} != old.{field}"))
                    }
                }
            }
        };
        if entity == USER {
            return false;
        }
        let path = format!("entities.{entity}.approval");
        let said = gap(words, gaps, "who");
        let who = if said.is_empty() { None } else { self.who(said) };
        let approvers: Vec<String> = match who {
            Some(who) => who.iter().map(|it| it.id().to_owned()).collect(),
            None => {
                self.note(Kind::Assumed, at.clone(), path.clone(), "`admin` approves: nobody is named");
                vec!["admin".to_owned()]
            }
        };
        self.note(Kind::Understood, at.clone(), path.clone(), format!("on {on}, when `{when}`"));
        for on in on.split(", ") {
            let table = Value::table([
                ("on", Value::from(on)),
                ("when", Value::from(when.as_str())),
                ("approvers", Value::texts(approvers.clone())),
            ]);
            self.add(&path, table, at.clone());
        }
        true
    }

    pub(super) fn rule(&mut self, sign: &str, words: &[Word], gaps: &Gaps) -> bool {
        let (left, right) = (gap(words, gaps, "field"), gap(words, gaps, "other"));
        let Some((entity, field)) = self.field_in(left) else { return false };
        let at = span(words);
        if let [one] = right
            && one.kind == WordKind::Number
        {
            let bound = one.stem.clone();
            let changed = settle::change(self, &entity, &field, |it| match sign {
                ">" => it.above = Some(bound.clone()),
                "<" => it.below = Some(bound.clone()),
                ">=" => it.min = Some(bound.clone()),
                _ => it.max = Some(bound.clone()),
            });
            self.note(
                Kind::Understood,
                at,
                format!("entities.{entity}.fields.{field}"),
                format!("{sign} {}", one.stem),
            );
            return changed;
        }
        let previous = self.entity.replace(entity.clone());
        let other = self.field_in(right);
        self.entity = previous;
        let Some((of, other)) = other.filter(|(of, other)| *of != entity || *other != field) else { return false };
        if of != entity {
            self.note(Kind::Unsupported, at, "", format!("a rule compares what one row has; this is of `{of}`"));
            return true;
        }
        if !self.comparable(&entity, &field, &other) {
            return false;
        }
        self.checked(&entity, format!("{field} {sign} {other}"), words)
    }

    /// `startsAt must be in the future`
    pub(super) fn rule_now(&mut self, sign: &str, words: &[Word], gaps: &Gaps) -> bool {
        let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
        let what = self.entities.get(&entity).and_then(|it| it.members.get(&field)).map(|(what, _)| what);
        if !matches!(what, Some(fields::What::Field(it)) if it.kind == "datetime") {
            return false;
        }
        self.checked(&entity, format!("{field} {sign} now"), words)
    }

    /// Adds a rule, once.
    fn checked(&mut self, entity: &str, check: String, words: &[Word]) -> bool {
        let at = span(words);
        let message = cleaned(&self.said(words));
        let path = format!("entities.{entity}.rules");
        self.note(Kind::Understood, at.clone(), path.clone(), format!("`{check}`"));
        let there = matches!(self.later.get(&path), Some((Value::List(rules), _)) if rules.iter().any(|rule| matches!(rule, Value::Table(it) if it.get("check").and_then(Value::text) == Some(&check))));
        if there {
            return true;
        }
        let mut chars = message.chars();
        let message: String =
            chars.next().map(|it| it.to_lowercase().chain(chars).take(200).collect()).unwrap_or_default();
        self.add(&path, Value::table([("check", Value::from(check)), ("message", Value::from(message))]), at);
        true
    }

    /// Whether two fields can be more or less than each other.
    fn comparable(&self, entity: &str, one: &str, other: &str) -> bool {
        let sort = |field: &str| match self.entities.get(entity)?.members.get(field)? {
            (fields::What::Field(it), _) if !it.list => match it.kind.as_str() {
                "integer" | "long" | "decimal" | "float" => Some("number"),
                kind @ ("date" | "datetime") => Some(kind),
                _ => None,
            },
            _ => None,
        };
        sort(one).is_some() && sort(one) == sort(other)
    }

    /// Words as they are written; those that were put together from several places are parted by blanks.
    fn said(&self, words: &[Word]) -> String {
        let follows = |it: &[Word]| {
            let between = self.text().get(it[0].at.end..it[1].at.start);
            between.is_some_and(|it| !it.contains(|it: char| it.is_alphanumeric() || it == ':'))
        };
        if words.windows(2).all(follows) {
            return self.raw(words).to_owned();
        }
        words.iter().map(|it| &self.text()[it.at.clone()]).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn limit(&mut self, limit: &str, words: &[Word], gaps: &Gaps) -> bool {
        let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
        let changed = settle::change(self, &entity, &field, |it| match limit {
            "0.." => it.min = Some("0".to_owned()),
            "> 0" => it.above = Some("0".to_owned()),
            "!" => it.optional = false,
            _ => it.optional = true,
        });
        self.note(Kind::Understood, span(words), format!("entities.{entity}.fields.{field}"), "");
        changed
    }

    pub(super) fn unique(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
        let at = span(words);
        let other = gap(words, gaps, "other");
        if other.is_empty() {
            self.note(Kind::Understood, at, format!("entities.{entity}.fields.{field}"), "unique");
            return settle::change(self, &entity, &field, |it| it.unique = true);
        }
        let previous = self.entity.replace(entity.clone());
        let other_field = self.field_in(other).filter(|(it, name)| *it == entity && *name != field);
        self.entity = previous;
        let Some((_, other_field)) = other_field else { return false };
        let value = Value::texts([field, other_field]);
        self.note(Kind::Understood, at.clone(), format!("entities.{entity}.unique"), value.to_string());
        self.add(&format!("entities.{entity}.unique"), value, at);
        true
    }
}

/// `changes of more than 30%`, up or down.
fn both_ways(field: &str, condition: &[Word]) -> Option<String> {
    let number = condition.iter().find(|it| it.kind == WordKind::Number)?;
    let value: rust_decimal::Decimal = number.stem.parse().ok()?;
    if !condition.iter().any(|it| it.is("%") || it.stem == "percent") {
        return None;
    }
    let part = value / rust_decimal::Decimal::ONE_HUNDRED;
    let (less, more) = (rust_decimal::Decimal::ONE - part, rust_decimal::Decimal::ONE + part);
    let (less, more) = (less.normalize(), more.normalize());
    Some(format!("new.{field} < old.{field} * {less} or new.{field} > old.{field} * {more}"))
}

/// `discounts > 20%` as an expression over the old and the new row.
fn change_of(field: &str, condition: &[Word]) -> Option<String> {
    let number = condition.iter().find(|it| it.kind == WordKind::Number)?;
    let value: rust_decimal::Decimal = number.stem.parse().ok()?;
    let percent = condition.iter().any(|it| it.is("%") || it.stem == "percent");
    let has = |list: &[&str]| condition.iter().any(|it| list.contains(&it.stem.as_str()));
    let hundred = rust_decimal::Decimal::ONE_HUNDRED;
    let one = rust_decimal::Decimal::ONE;
    let below = has(&["<", "below", "under", "less"]);
    if percent && has(&["discount", "reduction", "decrease", "drop", "cut"]) && !below {
        let factor = (one - value / hundred).normalize();
        return Some(format!("new.{field} < old.{field} * {factor}"));
    }
    if percent && has(&["increase", "raise", "rise", "markup"]) && !below {
        let factor = (one + value / hundred).normalize();
        return Some(format!("new.{field} > old.{field} * {factor}"));
    }
    if percent || below {
        return None;
    }
    has(&[">", "above", "over", "more", "greater", "exceeding"]).then(|| format!("new.{field} > {value}"))
}

/// Whether a field is called so.
pub(super) fn same(field: &str, said: &str) -> bool {
    let (field, said) = (field.to_snake_case(), said.to_snake_case());
    field == said || singular(&said) == field || field == plural(&said)
}

/// Whether a field is meant: `end date` for `endsAt`, when nothing is called so exactly.
pub(super) fn alike(field: &str, said: &str) -> bool {
    let time = |it: &str| matches!(it, "at" | "date" | "time" | "on");
    let split = |it: &str| {
        let snake = it.to_snake_case();
        let words = snake.split('_').filter(|it| !time(it));
        words.map(|it| it.trim_end_matches('s').to_owned()).collect::<Vec<_>>()
    };
    !split(said).is_empty() && split(field) == split(said)
}
