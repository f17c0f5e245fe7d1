//! What is in the repository: how long files are, and what must not be written in them.
use std::process::Command;

use crate::paths;
use crate::run::output;

/// Lines a Rust file may have, its tests left out. There is no list of exceptions.
const MOST_LINES: usize = 500;

/// What no file may say: places that exist on one machine only. Written in halves, so that this file may be read too.
const FORBIDDEN: [(&str, &str); 3] = [("../", "shared"), ("/root", "/"), ("/home", "/user")];

/// Where this very checkout lies, which is no other machine's business. A folder directly under the root of the
/// file system is left out: its name could be part of any path.
fn here() -> Option<String> {
    let root = paths::root();
    (root.components().count() > 2).then(|| root.display().to_string())
}

/// A file of the repository.
#[derive(Debug)]
pub(crate) struct File {
    path: String,
    text: String,
}

/// Every file Git keeps or would keep, that is text.
pub(crate) fn tracked() -> anyhow::Result<Vec<File>> {
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let names = output(list.current_dir(paths::root()))?;
    let read = |path: &str| {
        let text = std::fs::read_to_string(paths::root().join(path)).ok()?;
        Some(File { path: path.to_owned(), text })
    };
    Ok(names.split('\0').filter(|name| !name.is_empty()).filter_map(read).collect())
}

/// Everything that is wrong with them.
pub(crate) fn problems(files: &[File]) -> Vec<String> {
    files.iter().flat_map(|file| too_long(file).into_iter().chain(forbidden(file))).collect()
}

fn too_long(file: &File) -> Option<String> {
    let is_source = extension(&file.path) == Some("rs") && !file.path.contains("/tests/");
    let lines = file.text.lines().take_while(|line| *line != "#[cfg(test)]").count();
    (is_source && lines > MOST_LINES).then(|| {
        format!("{}: {lines} lines without its tests; {MOST_LINES} is the most", file.path)
    })
}

fn extension(path: &str) -> Option<&str> {
    std::path::Path::new(path).extension()?.to_str()
}

fn forbidden(file: &File) -> Vec<String> {
    let said = |line: &str| {
        let fixed = FORBIDDEN.iter().map(|(start, end)| format!("{start}{end}"));
        let mut words = fixed.chain(here());
        words.find(|word| line.contains(word.as_str()))
    };
    let is_lock = file.path.ends_with("package-lock.json");
    let lines = file.text.lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let what =
                said(line).map(|word| format!("says {word:?}, which exists on one machine only"));
            let address = is_lock && line.trim_start().starts_with("\"resolved\": \"http");
            let what = what.or_else(|| address.then(|| "pins a registry's address".to_owned()))?;
            Some(format!("{}:{}: {what}", file.path, index + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_does_not_say_where_its_checkout_lies() {
        let Some(here) = here() else { return };
        assert_eq!(forbidden(&file("a.md", format!("see {here}/README.md"))).len(), 1);
    }

    fn file(path: &str, text: impl Into<String>) -> File {
        File { path: path.to_owned(), text: text.into() }
    }

    #[test]
    fn a_file_may_have_five_hundred_lines_and_any_number_of_tests() {
        let longest = "x\n".repeat(500) + "#[cfg(test)]\n" + &"y\n".repeat(900);
        assert!(problems(&[file("a/src/lib.rs", longest)]).is_empty());
        assert_eq!(problems(&[file("a/src/lib.rs", "x\n".repeat(501))]).len(), 1);
        assert!(problems(&[file("a/tests/it/main.rs", "x\n".repeat(501))]).is_empty());
        assert!(problems(&[file("a/package.json", "x\n".repeat(501))]).is_empty());
    }

    #[test]
    fn places_of_one_machine_are_found_with_their_line() {
        let text = format!("fine\nsee {}shared/design.md", "../");
        let found = problems(&[file("docs/a.md", text)]);
        assert!(found.len() == 1 && found[0].starts_with("docs/a.md:2:"), "{found:?}");
    }

    #[test]
    fn a_lock_file_names_no_registry() {
        let line = "      \"resolved\": \"https://registry.example/a.tgz\",";
        assert_eq!(problems(&[file("e2e/package-lock.json", line)]).len(), 1);
        assert!(problems(&[file("e2e/readme.md", line)]).is_empty());
    }

    #[test]
    fn this_very_file_may_be_read() {
        let own = include_str!("files.rs");
        assert_eq!(problems(&[file("xtask/src/check/files.rs", own)]), [] as [&str; 0]);
    }
}
