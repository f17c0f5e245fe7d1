//! What a list of users may be asked for (wire contract C.5), as far as it makes sense here: patterns for id, number, user
//! name and name. What is not served is refused, never ignored.
use haoma_store::user_search::{Patterns, Search};

use super::applications::unsupported;
use super::input::Problems;
use super::query::{self, Query};
use crate::error::api::ApiError;

const FIELDS: [&str; 4] = ["id", "primaryPhone", "username", "name"];

/// Reads the search.
///
/// # Errors
/// `guard.invalid_input`: a parameter that cannot be read. `request.invalid_input`: one that can, and is not served.
pub fn parse(query: &Query) -> Result<Search, ApiError> {
    refuse_unserved(query)?;
    let mut problems = Problems::default();
    let all = query.word("joint", &["and", "or"], &mut problems) == Some("and");
    let is_exact = |name: &str, problems: &mut Problems| {
        query.word(name, &["exact", "like"], problems).map(|word| word == "exact")
    };
    let exact_by_default = is_exact("mode", &mut problems).unwrap_or_default();
    let everywhere = query.one("search");
    let [id, phone, username, name] = FIELDS.map(|field| {
        let mode = format!("mode.{field}");
        let is_exact = is_exact(&mode, &mut problems).unwrap_or(exact_by_default);
        let key = format!("search.{field}");
        let (key, wanted) = match query.one(&key) {
            Some(wanted) => (key.as_str(), wanted),
            None => ("search", everywhere?),
        };
        if !query::is_pattern(wanted) {
            problems.add(key, "must be a pattern of 1 to 256 characters such as %138%");
        }
        Some(if is_exact { escaped(wanted) } else { wanted.to_owned() })
    });
    problems.check()?;
    // people copy numbers with the plus that the API leaves out
    let phone = phone.map(|pattern| pattern.strip_prefix('+').unwrap_or(&pattern).to_owned());
    if id.is_none()
        && username.is_none()
        && name.is_none()
        && let Some(by_number) = phone.as_deref().map_or(Some(Search::All), numbers)
    {
        return Ok(by_number);
    }
    Ok(Search::Patterns(Patterns { id, phone, username, name, all }))
}

/// A pattern that an index serves: digits, perhaps with a `%` at their end.
fn numbers(pattern: &str) -> Option<Search> {
    let digits = pattern.strip_suffix('%').unwrap_or(pattern);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(if digits == pattern { Search::number(digits) } else { Search::numbers(digits) })
}

fn refuse_unserved(query: &Query) -> Result<(), ApiError> {
    let mut seen = vec![];
    for (name, value) in query.pairs() {
        let field = name.strip_prefix("search.").or_else(|| name.strip_prefix("mode."));
        if field.is_some_and(|field| !FIELDS.contains(&field)) {
            let why = "only id, primaryPhone, username and name are searched";
            return Err(unsupported("search", why));
        }
        if matches!(name, "excludeRoleId" | "excludeOrganizationId") {
            return Err(unsupported(
                "search",
                "nobody is left out of the list for a role or an organization",
            ));
        }
        let is_mode = name == "mode" || name.starts_with("mode.");
        if is_mode && matches!(value, "posix" | "similar_to") {
            return Err(unsupported("mode", "must be exact or like"));
        }
        if name == "isCaseSensitive" && value == "true" {
            return Err(unsupported(name, "letters count alike in either case"));
        }
        if name == "search" || field.is_some() || is_mode {
            if seen.contains(&name) {
                return Err(unsupported("search", "one value for each field"));
            }
            seen.push(name);
        }
        if name.starts_with("search") && value.is_empty() {
            return Err(unsupported("search", "must not be empty"));
        }
    }
    Ok(())
}

/// A text as a pattern that fits nothing else.
pub(crate) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
