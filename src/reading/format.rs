//! What a document is written in.

/// The kinds of documents that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown or plain text: prompts, requirements.
    Prose,
    /// A Prisma schema.
    Prisma,
    /// DDL: `CREATE TABLE …`.
    Sql,
    /// `OpenAPI` 3.0 or 3.1, in YAML or JSON.
    OpenApi,
    /// A `JHipster` domain model.
    Jdl,
}

impl Format {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Prose => "text",
            Self::Prisma => "Prisma schema",
            Self::Sql => "SQL",
            Self::OpenApi => "OpenAPI description",
            Self::Jdl => "JDL model",
        }
    }

    /// The format that a file's name promises; where that does not tell, what its content looks like.
    pub fn of(name: &str, text: &str) -> Self {
        let extension = name.rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "md" | "markdown" => Self::Prose,
            "prisma" => Self::Prisma,
            "sql" | "ddl" => Self::Sql,
            "jdl" | "jh" => Self::Jdl,
            "yaml" | "yml" | "json" => Self::OpenApi,
            _ => Self::guess(text),
        }
    }

    /// The format of a text without a telling name: the first line that could begin one of them decides.
    pub fn guess(text: &str) -> Self {
        let mut in_comment = false;
        for line in text.lines().take(LOOKED_AT) {
            let line = line.trim().trim_start_matches('\u{feff}');
            in_comment |= line.starts_with("/*");
            if in_comment {
                in_comment = !line.contains("*/");
                continue;
            }
            // What comes behind a sentence is part of a prompt.
            if is_sentence(line) {
                return Self::Prose;
            }
            let lower: String = line.chars().take(40).collect::<String>().to_ascii_lowercase();
            let begins = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
            let opens = lower.ends_with('{');
            if begins(&["create table", "create type", "alter table", "pragma "]) {
                return Self::Sql;
            }
            if begins(&["openapi:", "\"openapi\":", "{\"openapi\":", "{ \"openapi\":"]) {
                return Self::OpenApi;
            }
            if opens && begins(&["datasource ", "generator ", "model "]) {
                return Self::Prisma;
            }
            if (opens && begins(&["entity ", "relationship ", "application "]))
                || begins(&["entity "]) && line.contains('{')
            {
                return Self::Jdl;
            }
        }
        Self::Prose
    }
}

fn is_sentence(line: &str) -> bool {
    let words = line.split_whitespace().filter(|it| it.starts_with(|it: char| it.is_alphabetic())).count();
    let comment = ["--", "//", "#", "*"].iter().any(|it| line.starts_with(it));
    words >= 4 && !comment && line.ends_with(['.', ':', '?', '!'])
}

/// A document that is no prose shows what it is near its beginning, behind its comments.
const LOOKED_AT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_format() {
        for (name, format) in [
            ("a.md", Format::Prose),
            ("schema.prisma", Format::Prisma),
            ("Schema.SQL", Format::Sql),
            ("api.yaml", Format::OpenApi),
            ("model.jdl", Format::Jdl),
            ("prompt.txt", Format::Prose),
            ("<stdin>", Format::Prose),
        ] {
            assert_eq!(Format::of(name, ""), format, "{name}");
        }
    }

    #[test]
    fn content_tells_where_the_name_does_not() {
        for (text, format) in [
            ("-- shop\nCREATE TABLE a (id int);", Format::Sql),
            ("openapi: 3.1.0\n", Format::OpenApi),
            ("{\n  \"openapi\": \"3.0.0\"", Format::OpenApi),
            ("// shop\nmodel A {\n", Format::Prisma),
            ("entity A {\n", Format::Jdl),
            ("Create a model for users", Format::Prose),
            ("Make a shop of these tables, please:\n\nCREATE TABLE a (id int);", Format::Prose),
            ("/* The tables of a shop.\n   They are old. */\nCREATE TABLE a (id int);", Format::Sql),
        ] {
            assert_eq!(Format::guess(text), format, "{text}");
        }
    }
}
