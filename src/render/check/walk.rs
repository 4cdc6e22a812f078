//! Walks a template's syntax tree against the shape of its context.

use super::shape::Shape;
use crate::render::ESCAPERS;
use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Path, Template};
use std::collections::{BTreeMap, BTreeSet};

/// Helpers that print nothing of their parameters but a truth value or a count.
const TESTS: [&str; 10] = ["eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not", "len"];

/// One walk over a template and the partials it calls.
pub struct Walk<'a> {
    partials: &'a BTreeMap<String, Template>,
    scopes: Vec<Shape>,
    locals: Vec<(String, Shape)>,
    depth: usize,
    /// What is wrong, lower-case fragments.
    pub problems: BTreeSet<String>,
    /// The slots that are printed.
    pub slots: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    /// Starts at a context of that shape.
    pub fn new(context: Shape, partials: &'a BTreeMap<String, Template>) -> Self {
        let (problems, slots) = Default::default();
        Self { partials, scopes: vec![context], locals: Vec::new(), depth: 0, problems, slots }
    }

    /// Walks one template.
    pub fn template(&mut self, template: &Template) {
        for element in &template.elements {
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(helper) | TemplateElement::HtmlExpression(helper) => self.print(helper),
                TemplateElement::HelperBlock(helper) => self.block(helper),
                TemplateElement::PartialExpression(partial) => self.partial(partial),
                _ => self.problem("decorators and partial blocks are not used here"),
            }
        }
    }

    fn problem(&mut self, message: impl Into<String>) {
        self.problems.insert(message.into());
    }

    /// `{{path}}` or `{{helper …}}`
    fn print(&mut self, helper: &HelperTemplate) {
        let name = helper.name.as_name().unwrap_or_default().to_owned();
        if helper.params.is_empty() && helper.hash.is_empty() {
            match self.parameter(&helper.name) {
                Shape::Text => self.problem(format!("`{name}` is free text: print it through {}", ESCAPERS.join(", "))),
                Shape::Object(_) | Shape::List(_) => self.problem(format!("`{name}` is no single value")),
                Shape::Plain | Shape::Unknown => {}
            }
            return;
        }
        let escapes = ESCAPERS.contains(&name.as_str()) || ["json", "literal", "lookup"].contains(&name.as_str());
        for parameter in helper.params.iter().chain(helper.hash.values()) {
            if self.parameter(parameter) == Shape::Text && !escapes {
                self.problem(format!("`{name}` does not escape free text"));
            }
        }
    }

    fn block(&mut self, helper: &HelperTemplate) {
        let name = helper.name.as_name().unwrap_or_default().to_owned();
        let subject = helper.params.first().map_or(Shape::Unknown, |it| self.parameter(it));
        match name.as_str() {
            "if" | "unless" | "columns" | "fit" | "imports" | "sorted" => self.inner(helper.template.as_ref()),
            "each" | "with" | "item" => {
                let inner = match (name.as_str(), subject) {
                    ("with", shape) => shape,
                    ("item", Shape::List(item)) => *item,
                    ("item", _) => Shape::Unknown,
                    (_, Shape::List(item)) => *item,
                    (_, Shape::Object(object)) => object.into_values().fold(Shape::Unknown, Shape::merged),
                    (_, Shape::Unknown) => Shape::Unknown,
                    (_, Shape::Text) => Shape::Text,
                    // A list for some fields and a single value for others; the template looks first.
                    (_, Shape::Plain) => Shape::Plain,
                };
                let locals = self.locals.len();
                if let Some(param) = &helper.block_param {
                    let (value, key) = match param {
                        BlockParam::Single(value) => (value, None),
                        BlockParam::Pair((value, key)) => (value, Some(key)),
                        _ => return,
                    };
                    self.locals.push((value.as_name().unwrap_or_default().to_owned(), inner.clone()));
                    self.locals.extend(key.map(|it| (it.as_name().unwrap_or_default().to_owned(), Shape::Plain)));
                }
                self.scopes.push(inner);
                self.inner(helper.template.as_ref());
                self.scopes.pop();
                self.locals.truncate(locals);
            }
            other => self.problem(format!("unknown block `{other}`")),
        }
        self.inner(helper.inverse.as_ref());
    }

    fn inner(&mut self, template: Option<&Template>) {
        if let Some(template) = template {
            self.template(template);
        }
    }

    fn partial(&mut self, partial: &DecoratorTemplate) {
        let name = partial.name.as_name().unwrap_or_default().to_owned();
        let Some(first) = partial.params.first() else {
            self.problem(format!("partial `{name}` is called without an explicit context"));
            return;
        };
        let mut context = self.parameter(first);
        if let Shape::Object(object) = &mut context {
            for (key, value) in &partial.hash {
                let shape = self.parameter(value);
                object.insert(key.clone(), shape);
            }
        }
        let Some(template) = self.partials.get(&name) else {
            self.problem(format!("there is no partial `{name}`"));
            return;
        };
        if self.depth > 8 {
            self.problem(format!("partial `{name}` calls itself"));
            return;
        }
        let (scopes, locals) = (std::mem::replace(&mut self.scopes, vec![context]), std::mem::take(&mut self.locals));
        self.depth += 1;
        self.template(template);
        self.depth -= 1;
        (self.scopes, self.locals) = (scopes, locals);
    }

    fn parameter(&mut self, parameter: &Parameter) -> Shape {
        match parameter {
            Parameter::Literal(_) => Shape::Plain,
            Parameter::Name(name) => self.path(name),
            Parameter::Path(Path::Local(_)) => Shape::Plain,
            Parameter::Path(Path::Relative((_, raw))) => self.path(raw),
            Parameter::Subexpression(inner) => {
                let TemplateElement::Expression(helper) = inner.as_element() else {
                    return Shape::Unknown;
                };
                let name = helper.name.as_name().unwrap_or_default();
                let mut shape = Shape::Plain;
                for (at, parameter) in helper.params.iter().enumerate() {
                    let found = self.parameter(parameter);
                    if name == "lookup" {
                        shape = match (at, found) {
                            (0, Shape::List(item)) => *item,
                            (0, _) => Shape::Unknown,
                            _ => shape,
                        };
                    } else if found == Shape::Text && !TESTS.contains(&name) && !ESCAPERS.contains(&name) {
                        shape = Shape::Text;
                    }
                }
                shape
            }
            _ => Shape::Unknown,
        }
    }

    fn path(&mut self, raw: &str) -> Shape {
        let mut up = 0;
        let mut rest = raw;
        while let Some(tail) = rest.strip_prefix("../") {
            up += 1;
            rest = tail;
        }
        let mut steps = rest.split(['.', '/']).filter(|step| !step.is_empty() && *step != "this").peekable();
        let mut shape = if let Some((_, local)) =
            (self.locals.iter().rev()).find(|(name, _)| up == 0 && steps.peek().is_some_and(|step| step == name))
        {
            steps.next();
            local.clone()
        } else if let Some(at) = self.scopes.len().checked_sub(up + 1) {
            self.scopes[at].clone()
        } else {
            self.problem(format!("`{raw}` leads out of the context"));
            return Shape::Unknown;
        };
        let mut in_slots = false;
        for step in steps {
            if in_slots {
                self.slots.insert(step.to_owned());
            }
            in_slots = step == "slots";
            if let Some(next) = shape.step(step) {
                shape = next;
            } else {
                self.problem(format!("unknown path `{raw}` (there is no `{step}`)"));
                return Shape::Unknown;
            }
        }
        shape
    }
}
