//! Reads a configuration and keeps every problem, so that one look at the form mends them all.
use haoma_core::usage_type::UsageType;
use serde_json::Value;

use super::problem::{Problem, ProblemKind};

/// A configuration being read.
#[derive(Debug)]
pub struct Reader<'a> {
    config: &'a Value,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Starts with no problem.
    pub fn new(config: &'a Value) -> Self {
        Self { config, problems: vec![] }
    }

    /// Notes a problem.
    pub fn problem(&mut self, key_path: impl Into<String>, kind: ProblemKind) {
        self.problems.push(Problem::new(key_path, kind));
    }

    /// Everything that was found wrong.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Text without the white space around it; blank is absent.
    pub fn optional(&mut self, key: &str) -> Option<String> {
        match self.config.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => trimmed(text),
            Some(_) => {
                self.problem(key, ProblemKind::NotText);
                None
            }
        }
    }

    /// Text that has to be there; when it is not, that is noted and the answer is empty.
    pub fn required(&mut self, key: &str) -> String {
        let before = self.problems.len();
        let value = self.optional(key);
        if value.is_none() && self.problems.len() == before {
            self.problem(key, ProblemKind::Missing);
        }
        value.unwrap_or_default()
    }

    /// Text that goes into a header: notes what a header cannot carry.
    pub fn sendable(&mut self, key: &str, text: &str) {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.problem(key, ProblemKind::NotSendable);
        }
    }

    /// A switch; off when absent.
    pub fn switch(&mut self, key: &str) -> bool {
        match self.config.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(on)) => *on,
            Some(_) => {
                self.problem(key, ProblemKind::NotBoolean);
                false
            }
        }
    }

    /// A whole number within bounds, if one is there.
    pub fn number(&mut self, key: &str, min: u64, max: u64) -> Option<u64> {
        let written = self.config.get(key).filter(|value| !value.is_null())?;
        let number = written.as_u64().filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.problem(key, ProblemKind::OutOfRange { min, max });
        }
        number
    }

    /// The list of templates: `read` makes what a provider needs of each entry, which has its usage type already.
    pub fn templates<T>(
        &mut self,
        mut read: impl FnMut(&mut Self, UsageType, TemplateAt<'_>) -> Option<T>,
    ) -> Vec<T> {
        let key = "templates";
        // A console exports the list as JSON text; a file holds it as a list.
        let parsed = match self.config.get(key) {
            None | Some(Value::Null) => {
                self.problem(key, ProblemKind::Missing);
                return vec![];
            }
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(other) => other.clone(),
        };
        let Value::Array(items) = parsed else {
            self.problem(key, ProblemKind::NotAList);
            return vec![];
        };
        if items.is_empty() {
            self.problem(key, ProblemKind::EmptyList);
        }
        let (mut templates, mut seen) = (vec![], vec![]);
        for (index, item) in items.iter().enumerate() {
            let at = TemplateAt { index, item };
            let named = item.get("usageType").and_then(Value::as_str).unwrap_or_default();
            let usage_type = UsageType::parse(named);
            match usage_type {
                None => self.problem(at.key_path("usageType"), ProblemKind::UnknownUsageType),
                Some(usage) if seen.contains(&usage) => {
                    self.problem(at.key_path("usageType"), ProblemKind::DuplicateUsageType);
                }
                Some(usage) => seen.push(usage),
            }
            // read even without a usage type: its other problems are worth knowing
            let template = read(self, usage_type.unwrap_or(UsageType::Generic), at);
            templates.extend(template.filter(|_| usage_type.is_some()));
        }
        templates
    }
}

/// One entry of the list of templates.
#[derive(Debug, Clone, Copy)]
pub struct TemplateAt<'a> {
    index: usize,
    item: &'a Value,
}

impl TemplateAt<'_> {
    /// Where a key of this entry is.
    pub fn key_path(&self, key: &str) -> String {
        format!("templates[{}].{key}", self.index)
    }

    /// The text under a key, for mainland numbers and for others: one for both, or `{"china", "overseas"}`. What is no text
    /// is noted at its place.
    pub fn by_region(
        &self,
        reader: &mut Reader<'_>,
        key: &str,
    ) -> (Option<String>, Option<String>) {
        let at = self.key_path(key);
        match self.item.get(key) {
            Some(Value::Object(each)) => {
                let mut half = |name: &str| text(reader, each.get(name), format!("{at}.{name}"));
                (half("china"), half("overseas"))
            }
            one => {
                let text = text(reader, one, at);
                (text.clone(), text)
            }
        }
    }

    /// Notes that there is no code, unless what is there was refused already.
    pub fn no_code(&self, reader: &mut Reader<'_>) {
        let at = self.key_path("templateCode");
        if !reader.problems.iter().any(|problem| problem.key_path.starts_with(&at)) {
            reader.problem(at, ProblemKind::NoTemplateCode);
        }
    }
}

fn text(reader: &mut Reader<'_>, value: Option<&Value>, at: String) -> Option<String> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => trimmed(text),
        Some(_) => {
            reader.problem(at, ProblemKind::NotText);
            None
        }
    }
}

fn trimmed(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
