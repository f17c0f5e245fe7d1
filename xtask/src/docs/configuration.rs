//! The page of the configuration's keys, read from the types that read the configuration.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context as _;

const RAW: &str = "crates/server/src/config/raw.rs";
const CAPTCHA: &str = "crates/server/src/config/captcha.rs";
const POLICY: &str = "crates/core/src/policy.rs";

const HEAD: &str = "\
# Configuration

Made by `cargo xtask docs` from `crates/server/src/config/raw.rs`, `captcha.rs` beside it, and `crates/core/src/policy.rs`.

`haoma serve --config haoma.toml` reads a file in TOML; without one, the environment is enough. A variable of the environment counts for more than the file.
A key that is not here is an error, and `haoma check-config` names everything that is wrong at once. Every secret may stand in a file of its own instead (`…_file`).
The connector, the sign-in experience and applications are stored when the file says something new of them; a file that says the same as at the last start leaves what
was changed since.
";

/// Which table of the file is read into which type.
const TABLES: [(&str, &str, &str); 9] = [
    ("", RAW, "Raw"),
    ("database", RAW, "RawDatabase"),
    ("log", RAW, "RawLog"),
    ("codes", POLICY, "CodePolicy"),
    ("limits", POLICY, "SendPolicy"),
    ("guesses", POLICY, "GuessPolicy"),
    ("connector", RAW, "RawConnector"),
    ("captcha", CAPTCHA, "RawCaptcha"),
    ("applications", RAW, "RawApplication"),
];

/// One key as its type tells of it.
#[derive(Debug, PartialEq, Eq)]
struct Field {
    key: String,
    doc: String,
    kind: String,
    is_required: bool,
    default: Option<String>,
}

/// The page, `read` giving the source of a path.
pub(super) fn page(read: impl Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<String> {
    let raw = read(RAW)?;
    let variables = variables(&raw);
    let mut text = HEAD.to_owned();
    let top = fields(&raw, "Raw")?;
    for (table, path, name) in TABLES {
        let mut keys = fields(&read(path)?, name)?;
        if table.is_empty() {
            keys.retain(|field| TABLES.iter().all(|(table, ..)| *table != field.key));
        } else {
            let about = top.iter().find(|field| field.key == table).context(table)?;
            let title = if about.kind == "tables" {
                "`[[applications]]`".to_owned()
            } else {
                format!("`[{table}]`")
            };
            line(&mut text, &format!("\n## {title}\n\n{}", about.doc));
        }
        line(&mut text, "\n| key | value | environment | meaning |\n|---|---|---|---|");
        for field in &keys {
            let path =
                if table.is_empty() { field.key.clone() } else { format!("{table}.{}", field.key) };
            line(&mut text, &row(field, variables.get(&path)));
        }
    }
    Ok(text)
}

fn line(text: &mut String, more: &str) {
    // Writing to a String cannot fail.
    let _infallible = writeln!(text, "{more}");
}

fn row(
    Field { key, doc, kind, is_required, default }: &Field,
    variable: Option<&String>,
) -> String {
    let required = if *is_required { ", required" } else { "" };
    let variable = variable.map(|name| format!("`{name}`")).unwrap_or_default();
    let default = default.as_ref().map(|value| format!(" Default: `{value}`.")).unwrap_or_default();
    format!("| `{key}` | {kind}{required} | {variable} | {}{default} |", doc.replace('|', "\\|"))
}

/// The fields of a struct, with their documentation.
fn fields(source: &str, name: &str) -> anyhow::Result<Vec<Field>> {
    let begin = format!("pub struct {name} {{\n");
    let (before, rest) = source.split_once(&begin).with_context(|| format!("no struct {name}"))?;
    let body = rest.split("\n}").next().unwrap_or_default();
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    let is_camel = attributes.contains("camelCase");
    let may_all_be_absent = attributes.contains("default)]");
    let defaults = defaults(source, name);
    let (mut found, mut docs, mut attribute) = (vec![], vec![], "");
    for line in body.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push(doc.trim());
        } else if line.starts_with("#[") {
            attribute = line;
        } else if let Some((field, kind)) =
            line.strip_prefix("pub ").and_then(|line| line.split_once(": "))
        {
            let kind = kind.trim_end_matches(',');
            let renamed =
                attribute.split_once("rename = \"").and_then(|(_, rest)| rest.split('"').next());
            let key = renamed.map_or_else(
                || if is_camel { camel(field) } else { field.to_owned() },
                str::to_owned,
            );
            anyhow::ensure!(!docs.is_empty(), "{name}.{field} says nothing of itself");
            found.push(Field {
                key,
                doc: docs.join(" "),
                kind: in_words(kind)?.to_owned(),
                is_required: !(may_all_be_absent
                    || kind.starts_with("Option<")
                    || attribute.contains("default")),
                default: defaults.get(field).cloned(),
            });
            (docs, attribute) = (vec![], "");
        }
    }
    anyhow::ensure!(!found.is_empty(), "{name} has no fields");
    Ok(found)
}

fn in_words(kind: &str) -> anyhow::Result<&'static str> {
    let inner =
        kind.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(kind);
    Ok(match inner {
        "String" => "text",
        "Secret" => "text, secret",
        "Vec<String>" => "list of texts",
        "bool" => "`true` or `false`",
        "usize" | "i64" => "number",
        "[i64; 3]" => "three numbers",
        "BTreeMap<String, f64>" => "numbers by name",
        "serde_json::Value" => "table",
        "SecretJson" => "table, secret",
        "Vec<RawApplication>" => "tables",
        table if table.starts_with("Raw") || table.contains("::policy::") => "table",
        other => anyhow::bail!("no words for the type {other}"),
    })
}

fn camel(field: &str) -> String {
    let mut parts = field.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let (head, tail) = part.split_at_checked(1).unwrap_or((part, ""));
        name + &head.to_uppercase() + tail
    })
}

/// What `impl Default` gives each field, if there is one.
fn defaults(source: &str, name: &str) -> BTreeMap<String, String> {
    let body = source
        .split_once(&format!("impl Default for {name} {{"))
        .and_then(|(_, rest)| rest.split("\n}").next())
        .and_then(|block| block.rsplit_once("Self {"))
        .and_then(|(_, rest)| rest.split('}').next());
    let (mut depth, mut parts) = (0_i32, vec![String::new()]);
    for char in body.unwrap_or_default().chars() {
        depth += i32::from(char == '[') - i32::from(char == ']');
        match parts.last_mut() {
            Some(last) if char != ',' || depth > 0 => last.push(char),
            _ => parts.push(String::new()),
        }
    }
    let pair = |part: &String| {
        part.split_once(':').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
    };
    parts.iter().filter_map(pair).collect()
}

/// Which variable of the environment sets which key: either on one line, or the variable first and the key after it.
fn variables(source: &str) -> BTreeMap<String, String> {
    let body = source
        .split_once("fn overlay(")
        .map(|(_, rest)| rest.split("\n}").next().unwrap_or_default());
    let (mut found, mut waiting) = (BTreeMap::new(), None);
    for line in body.unwrap_or_default().lines() {
        let quoted = line.split('"').nth(1).filter(|name| is_variable(name));
        let variable = quoted.or(waiting);
        let path = line.split_once("raw.").map(|(_, rest)| {
            let end = rest.find(|char: char| !(char.is_alphanumeric() || "._".contains(char)));
            end.and_then(|end| rest.get(..end)).unwrap_or(rest)
        });
        match (variable, path) {
            (Some(variable), Some(path)) => {
                found.insert(path.to_owned(), variable.to_owned());
                waiting = None;
            }
            (variable, _) => waiting = variable,
        }
    }
    found
}

fn is_variable(text: &str) -> bool {
    text.starts_with("HAOMA_") && text.chars().all(|char| char.is_ascii_uppercase() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;

    fn source(path: &str) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(paths::root().join(path))?)
    }

    #[test]
    fn a_key_tells_its_name_kind_and_default() {
        let source = "
/// A policy.
#[derive(Debug)]
#[serde(rename_all = \"camelCase\", default)]
pub struct Policy {
    /// Seconds
    /// in all.
    pub life_time: i64,
    /// Waits.
    #[serde(rename = \"type\")]
    pub waits: [i64; 3],
}

impl Default for Policy {
    fn default() -> Self {
        Self { life_time: 300, waits: [1, 2, 3] }
    }
}
";
        let field = |key: &str, doc: &str, kind: &str, default: &str| Field {
            key: key.to_owned(),
            doc: doc.to_owned(),
            kind: kind.to_owned(),
            is_required: false,
            default: Some(default.to_owned()),
        };
        assert_eq!(
            fields(source, "Policy").unwrap(),
            [
                field("lifeTime", "Seconds in all.", "number", "300"),
                field("type", "Waits.", "three numbers", "[1, 2, 3]"),
            ]
        );
        assert!(fields(source, "Elsewhere").is_err(), "a struct that moved is noticed");
    }

    #[test]
    fn every_key_and_every_variable_is_on_the_page() {
        let raw = source(RAW).unwrap();
        let page = page(source).unwrap();
        let list = raw.split_once("const VARIABLES").unwrap().1.split_once("];").unwrap().0;
        let names: Vec<_> =
            list.split('"').skip(1).step_by(2).filter(|name| *name != "HAOMA_CONFIG").collect();
        assert!(names.len() >= 14);
        for name in names {
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
        for key in [
            "endpoint",
            "trusted_proxies",
            "pool",
            "filter",
            "expirationDuration",
            "cooldown_secs",
            "factory",
            "type",
            "is_third_party",
        ] {
            assert!(page.contains(&format!("\n| `{key}` |")), "{key}");
        }
        assert!(
            page.contains("| `type` | text, required |")
                && page.contains("Default: `[60, 120, 300]`")
        );
    }
}
