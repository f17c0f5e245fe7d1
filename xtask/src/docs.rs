//! `cargo xtask docs`: reference pages that are generated, so that they cannot be wrong.
mod configuration;

use std::fmt::Write as _;

use anyhow::Context as _;

use crate::paths;
use crate::run::{cargo, output};

/// Where the codes are; the first lists them all.
const CATALOGUE: [&str; 5] = [
    "crates/server/src/error/codes.rs",
    "crates/server/src/error/codes/access.rs",
    "crates/server/src/error/codes/account.rs",
    "crates/server/src/error/codes/limits.rs",
    "crates/server/src/error/codes/test_numbers.rs",
];
const PAGE: &str = "docs/reference/errors.md";
const CONFIGURATION: &str = "docs/reference/configuration.md";
const OPENAPI: &str = "docs/reference/openapi.json";
const LIMITS: &str = "docs/reference/limits.md";

const HEAD: &str = "\
# Error codes

Made by `cargo xtask docs` from `crates/server/src/error/codes.rs`.

Every error of the API is `{\"code\", \"message\"}` with the status below. The code stays; the sentence is for people and may change. Errors of the
OAuth endpoints have `error` and `error_description` as well, with the code `oidc.<error>`.

| code | status | meaning | sentence |
|---|---:|---|---|
";

/// One error of the catalogue.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    doc: &'a str,
    status: &'a str,
    code: &'a str,
    sentence: &'a str,
}

/// Writes the pages.
pub(crate) fn write() -> anyhow::Result<()> {
    for (name, text) in pages()? {
        let path = paths::root().join(name);
        std::fs::create_dir_all(path.parent().context("a folder")?)?;
        std::fs::write(path, text)?;
        println!("{name}");
    }
    Ok(())
}

/// Whether the pages in the repository are what would be written.
pub(crate) fn check() -> anyhow::Result<()> {
    for (name, text) in pages()? {
        let kept = std::fs::read_to_string(paths::root().join(name)).unwrap_or_default();
        anyhow::ensure!(kept == text, "{name} is out of date: run `cargo xtask docs`");
    }
    Ok(())
}

fn pages() -> anyhow::Result<[(&'static str, String); 4]> {
    Ok([
        (PAGE, page()?),
        (CONFIGURATION, configuration::page(source)?),
        (OPENAPI, printed("openapi")?),
        (LIMITS, printed("limits")?),
    ])
}

fn source(path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(paths::root().join(path)).with_context(|| path.to_owned())
}

fn catalogue() -> anyhow::Result<String> {
    CATALOGUE.into_iter().map(source).collect()
}

/// What the server prints, since it is made of the server's code.
fn printed(example: &str) -> anyhow::Result<String> {
    let run = ["run", "--quiet", "--locked", "--package", "haoma", "--example", example];
    output(&mut cargo(run))
}

fn page() -> anyhow::Result<String> {
    let source = catalogue()?;
    let mut entries = entries(&source)?;
    entries.sort_by_key(|entry| entry.code);
    let mut text = HEAD.to_owned();
    for Entry { doc, status, code, sentence } in entries {
        // Writing to a String cannot fail.
        let _infallible = writeln!(text, "| `{code}` | {status} | {doc} | {sentence} |");
    }
    Ok(text)
}

/// The text of every file of the catalogue.
/// Reads `/// Doc.` and `pub const NAME: Code = code(404, "a.b", "Sentence.");`, however it is wrapped.
fn entries(source: &str) -> anyhow::Result<Vec<Entry<'_>>> {
    let mut found = vec![];
    for (start, _) in source.match_indices(": Code =") {
        let (before, after) = source.split_at_checked(start).context("a constant")?;
        let doc = before.lines().rev().nth(1).and_then(|line| line.trim().strip_prefix("///"));
        let (status, rest) =
            after.split_once("code(").and_then(|(_, rest)| rest.split_once(',')).with_context(
                || format!("an error without a status near {:?}", before.lines().last()),
            )?;
        let mut texts = rest.split('"').skip(1).step_by(2);
        let (code, sentence) = texts.next().zip(texts.next()).context("an error without texts")?;
        found.push(Entry {
            doc: doc.unwrap_or_default().trim(),
            status: status.trim(),
            code,
            sentence,
        });
    }
    anyhow::ensure!(!found.is_empty(), "no error codes in {CATALOGUE:?}");
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_read_however_it_is_wrapped() {
        let source = "
    /// Gone.
    pub const GONE: Code = code(404, \"a.gone\", \"It is gone.\");
    /// Wrapped.
    pub const WRAPPED: Code = code(
        400,
        \"a.wrapped\",
        \"It is long.\",
    );
";
        let found = entries(source).unwrap();
        let entry = |doc, status, code, sentence| Entry { doc, status, code, sentence };
        assert_eq!(
            found,
            [
                entry("Gone.", "404", "a.gone", "It is gone."),
                entry("Wrapped.", "400", "a.wrapped", "It is long."),
            ]
        );
    }

    #[test]
    fn a_catalogue_that_moved_is_noticed() {
        assert!(entries("fn main() {}").is_err());
    }

    #[test]
    fn every_code_of_the_server_is_on_the_page() {
        let source = catalogue().unwrap();
        let all = source.split_once("ALL: &[Code] = &[").unwrap().1.split_once(']').unwrap().0;
        let listed = all.split(',').filter(|name| !name.trim().is_empty()).count();
        assert_eq!(entries(&source).unwrap().len(), listed);
    }
}
