//! Headings, labels with nothing behind them, and what the lines below them are.

use super::phrases::{phrases, whole};
use super::templates::TEMPLATES;
use super::units::{Unit, UnitKind};
use super::words::{Word, WordKind};
use super::{Reader, Section, fields, span, tables};
use crate::reading::entity_name;

impl Reader<'_> {
    /// Reads a heading, or a label with nothing behind it; whether it was one.
    pub(super) fn heading(&mut self, units: &[Unit], at: usize) -> bool {
        let unit = &units[at];
        let labels = unit.words.last().is_some_and(|it| it.is(":"));
        let parent = matches!(unit.kind, UnitKind::Item(indent) if matches!(units.get(at + 1).map(|it| it.kind), Some(UnitKind::Item(next)) if next > indent));
        let follows = units.get(at + 1).map(|it| it.kind);
        // `Fields` above a list, `1. Overview` above text
        let above = unit.words.len() <= 3
            && match unit.kind {
                UnitKind::Text => matches!(follows, Some(UnitKind::Item(_))),
                UnitKind::Item(_) => {
                    matches!(follows, Some(UnitKind::Text)) && whole(&phrases().sections, &unit.words).is_some()
                }
                _ => false,
            };
        if unit.kind != UnitKind::Heading && !labels && !parent && !above {
            return false;
        }
        let words = fields::trimmed(&unit.words);
        if words.is_empty() {
            return true;
        }
        // Something that has fields: the lines below tell.
        let next = units.get(at + 1).filter(|it| matches!(it.kind, UnitKind::Item(_) | UnitKind::Row | UnitKind::Text));
        let below = next.is_some_and(|next| match next.kind {
            UnitKind::Row => !tables::names_entities(&next.words),
            UnitKind::Text if !next.words.get(1).is_some_and(|it| it.is(":")) => false,
            _ => self.fields_begin(units, at + 1),
        });
        // `Event` is an entity, `Events` are told.
        let one = below && words.len() == 1 && !self.raw(words).ends_with('s');
        if let Some((means, _)) =
            whole(&phrases().sections, words).filter(|(means, _)| !one || !matches!(*means, "events" | "jobs"))
        {
            self.open_section(means, words);
            return true;
        }
        let nested = self.section == Section::Entities && (parent || labels) && next.is_some();
        if (below || nested)
            && let Some(name) = self.heading_entity(words)
        {
            let name = self.gather(&name, span(words));
            self.entity = Some(name);
            self.in_list = false;
            self.section = Section::Fields;
            return true;
        }
        if unit.kind == UnitKind::Heading {
            self.section = Section::Plain;
            let line = self.text()[..unit.at.start].rsplit('\n').next().unwrap_or_default();
            if self.title.is_none()
                && line.trim() == "#"
                && !words.iter().any(|it| it.stem.starts_with("prompt") || it.stem == "template")
            {
                self.title = Some(span(words));
            }
            return true;
        }
        if labels && unit.kind == UnitKind::Text && words.len() <= 4 && !TEMPLATES.iter().any(|it| it.opens(words)) {
            // `Notes:` begins a list that is read as it comes.
            self.section = Section::Plain;
            let known = whole(&phrases().sentences, words).is_some() || phrases().topic(words).is_some();
            return !known;
        }
        false
    }

    /// Whether a list of fields begins there: the first may leave its type to a name such as `name`.
    pub(super) fn fields_begin(&self, units: &[Unit], at: usize) -> bool {
        let Some(first) = fields::field(self.text(), &units[at].words) else { return false };
        let items = units[at..].iter().take_while(|it| it.kind == units[at].kind);
        let typed = |it: &Unit| fields::field(self.text(), &it.words).is_some_and(|it| it.typed);
        first.typed || first.sure && items.take(30).any(typed)
    }

    pub(super) fn open_section(&mut self, means: &'static str, words: &[Word]) {
        let permission = |it: &Word| matches!(it.stem.as_str(), "permission" | "role" | "access" | "authorization");
        self.permissions = words.iter().any(permission);
        self.handles = words.iter().any(|it| matches!(it.stem.as_str(), "handle" | "process" | "consume"));
        if std::mem::take(&mut self.in_list) {
            self.entity.clone_from(&self.main);
        }
        self.section = match means {
            "fields" => Section::Fields,
            "entities" => Section::Entities,
            "events" => Section::Events,
            "jobs" => Section::Jobs,
            "integrations" => Section::Integrations,
            "providers" => Section::Providers,
            "variables" => Section::Variables,
            "plain" => Section::Plain,
            other => Section::Other(other),
        };
    }

    /// `Product`, `Product entity`, `Entity: Product`
    pub(super) fn heading_entity(&self, words: &[Word]) -> Option<String> {
        let noise = |it: &Word| {
            it.is_soft()
                || matches!(
                    it.stem.as_str(),
                    "entity" | "model" | "table" | "resource" | "field" | "column" | "the" | "schema" | "requirement"
                )
        };
        let start = words.iter().position(|it| !noise(it))?;
        let end = words.iter().rposition(|it| !noise(it))? + 1;
        let name = &words[start..end];
        let plain = name.len() <= 3 && name.iter().all(|it| it.kind == WordKind::Name);
        plain.then(|| entity_name(self.raw(name))).flatten()
    }
}
