//! What the reader must know of the available options.

/// The questions of `[stack]`, in the order in which they are asked; plain data, made by the caller.
#[derive(Debug, Clone, Default)]
pub struct Catalogue<'a> {
    /// Every question.
    pub questions: Vec<Question<'a>>,
    /// Ready sets of entities.
    pub presets: Vec<Preset<'a>>,
}

/// A ready set of entities: a partial answers file.
#[derive(Debug, Clone, Default)]
pub struct Preset<'a> {
    /// `ecommerce`
    pub id: &'a str,
    /// What people call it.
    pub title: &'a str,
    /// What it brings, one line.
    pub help: &'a str,
    /// The answers, in TOML.
    pub text: &'a str,
}

/// One key of `[stack]`.
#[derive(Debug, Clone, Default)]
pub struct Question<'a> {
    /// `database`
    pub id: &'a str,
    /// What people call it.
    pub title: &'a str,
    /// What the answer changes, one line.
    pub help: &'a str,
    /// Whether a list of options may be given.
    pub many: bool,
    /// The option taken when the answers are silent; `None` when an answer is required.
    pub default: Option<&'a str>,
    /// Every known option; `none` is one of them where it can be chosen.
    pub options: Vec<Choice<'a>>,
}

/// One possible answer.
#[derive(Debug, Clone, Default)]
pub struct Choice<'a> {
    /// `api-key`
    pub id: &'a str,
    /// What people call it.
    pub title: &'a str,
    /// What it means, one line.
    pub help: &'a str,
    /// Options of the same question that must be chosen too: `jwt`.
    pub needs: Vec<&'a str>,
}

impl<'a> Catalogue<'a> {
    /// The preset of that id.
    pub fn preset(&self, id: &str) -> Option<&Preset<'a>> {
        self.presets.iter().find(|preset| preset.id == id)
    }

    /// The question of that id.
    pub fn question(&self, id: &str) -> Option<&Question<'a>> {
        self.questions.iter().find(|question| question.id == id)
    }
}

impl<'a> Question<'a> {
    /// The option of that id.
    pub fn option(&self, id: &str) -> Option<&Choice<'a>> {
        self.options.iter().find(|option| option.id == id)
    }
}
