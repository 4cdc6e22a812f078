//! Helpers that render in place, where handlebars would copy what is rendered.
//!
//! - `{{> name path}}`: handlebars clones the context that a partial is called with. Ours are whole entities, and such
//!   copies were half of the time that a project takes; so the call becomes a helper, which renders the same partial with that
//!   path as its base.
//! - `{{#item list at}}body{{/item}}`: one item of a list by its number, which `{{#with (lookup list at)}}` would copy twice.

use handlebars::template::{Parameter, Subexpression, TemplateElement};
use handlebars::{
    BlockContext, BlockParamHolder, Context, Handlebars, Helper, HelperDef, HelperResult, Output, PathAndJson,
    RenderContext, RenderErrorReason, Renderable, Template, TemplateError,
};

/// The name of the helper for partials: none that a template can write.
const NAME: &str = "> in place";

/// Registers the helpers.
pub fn register(registry: &mut Handlebars) {
    registry.register_helper(NAME, Box::new(Partial));
    registry.register_helper("item", Box::new(Item));
}

/// Parses a template, with its calls of partials replaced.
pub fn compile(text: &str, name: &str) -> Result<Template, TemplateError> {
    let mut template = Template::compile_with_name(text, name.to_owned())?;
    replace(&mut template);
    Ok(template)
}

fn replace(template: &mut Template) {
    for element in &mut template.elements {
        match element {
            TemplateElement::HelperBlock(block) => {
                for inner in [&mut block.template, &mut block.inverse].into_iter().flatten() {
                    replace(inner);
                }
            }
            TemplateElement::PartialExpression(call) if call.params.len() == 1 => {
                let partial = Parameter::Literal(call.name.as_name().unwrap_or_default().into());
                let parameters = vec![partial, call.params[0].clone()];
                let name = Parameter::Name(NAME.to_owned());
                *element = *Subexpression::new(name, parameters, std::mem::take(&mut call.hash)).element;
            }
            _ => {}
        }
    }
}

struct Partial;

impl HelperDef for Partial {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let (Some(name), Some(subject)) = (helper.param(0).and_then(|it| it.value().as_str()), helper.param(1)) else {
            return Err(RenderErrorReason::ParamNotFoundForIndex("partial", 1).into());
        };
        let template =
            registry.get_template(name).ok_or_else(|| RenderErrorReason::PartialNotFound(name.to_owned()))?;
        let mut block = at(subject);
        for (key, value) in helper.hash() {
            block.set_block_param(key, BlockParamHolder::value(value.value().clone()));
        }
        render.push_block(block);
        let caller = render.get_current_template_name();
        let result = template.render(registry, context, render, out);
        render.set_current_template_name(caller);
        render.pop_block();
        result
    }
}

struct Item;

impl HelperDef for Item {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let (Some(list), Some(number)) = (helper.param(0), helper.param(1).and_then(|it| it.value().as_u64())) else {
            return Err(RenderErrorReason::ParamNotFoundForIndex("item", 1).into());
        };
        let mut block = at(list);
        block.base_path_mut().push(number.to_string());
        render.push_block(block);
        let result = helper.template().map_or(Ok(()), |it| it.render(registry, context, render, out));
        render.pop_block();
        result
    }
}

/// A block whose context is that value: by its path, or, when it was computed, a copy.
fn at<'rc>(subject: &PathAndJson<'rc>) -> BlockContext<'rc> {
    let mut block = BlockContext::new();
    match subject.context_path() {
        Some(path) => block.base_path_mut().clone_from(path),
        None => block.set_base_value(subject.value().clone()),
    }
    block
}
