//! Template texts: their variables, what may stand in them, and the message a person reads.

use crate::{
    refusal::Refusal,
    seed::{Kind, Template, VariableRule},
};
use serde_json::{Map, Value};

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
}

/// A template text taken apart at its `${name}` variables. `{{name}}` is plain text.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Piece>);

impl Pattern {
    pub(crate) fn parse(content: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = content;
        while let Some((before, name, after)) = next_variable(rest) {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Variable(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Pattern(pieces)
    }

    /// The variables' names, each once, in order of appearance.
    pub(crate) fn variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for piece in &self.0 {
            if let Piece::Variable(name) = piece
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }

    /// `【signature】text` with the values filled in.
    pub(crate) fn fill(&self, sign_name: &str, values: &Map<String, Value>) -> String {
        let mut out = format!("【{sign_name}】");
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable(name) => {
                    out.push_str(values.get(name).and_then(Value::as_str).unwrap_or_default());
                }
            }
        }
        out
    }
}

fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// `TemplateParam` as an object whose values are strings: numbers were never documented to work.
pub(crate) fn parse_values(text: Option<&str>) -> Result<Map<String, Value>, Refusal> {
    let Some(text) = text else { return Ok(Map::new()) };
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => check_strings(map),
        _ => Err(bad_json()),
    }
}

/// An object of strings, or the refusal for anything else.
pub(crate) fn check_strings(map: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    if map.values().all(Value::is_string) { Ok(map) } else { Err(bad_json()) }
}

/// The one text for broken JSON and for variables that the template does not have.
pub(crate) fn bad_json() -> Refusal {
    Refusal::business(
        "isv.INVALID_JSON_PARAM",
        "模板变量JSON格式错误 或 JSON变量属性与模板占位符不一致",
    )
}

/// The rules for values of one template. <https://help.aliyun.com/document_detail/463237.html>
pub(crate) fn check_values(
    template: &Template,
    pattern: &Pattern,
    values: &Map<String, Value>,
) -> Result<(), Refusal> {
    let names = pattern.variables();
    let is_code = template.kind == Kind::Verification;
    if is_code && names.len() != 1 {
        return Err(Refusal::from_code("template_parameter_count_illegal", None, None));
    }
    let filled =
        |name: &&str| values.get(*name).and_then(Value::as_str).filter(|value| !value.is_empty());
    if names.iter().any(|name| filled(name).is_none()) {
        return Err(Refusal::business(
            "isv.TEMPLATE_MISSING_PARAMETERS",
            "模板变量中存在未赋值的变量",
        ));
    }
    if is_code && values.keys().any(|key| !names.contains(&key.as_str())) {
        return Err(bad_json());
    }
    names.iter().filter_map(filled).try_for_each(|value| check_value(template, value))
}

fn check_value(template: &Template, value: &str) -> Result<(), Refusal> {
    let length = value.chars().count();
    let is_code = template.kind == Kind::Verification;
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    if is_code && template.test && !(digits && (4..=6).contains(&length)) {
        return Err(Refusal::business(
            "isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL",
            "测试专用模板的变量仅支持4~6位纯数字",
        ));
    }
    let allowed = if is_code { 4..=6 } else { 1..=35 };
    if !allowed.contains(&length) {
        return Err(Refusal::business("isv.PARAM_LENGTH_LIMIT", "模板变量长度超过限制"));
    }
    if value.contains("://") || value.contains("www.") {
        return Err(Refusal::business("isv.PARAM_NOT_SUPPORT_URL", "模板变量不支持URL"));
    }
    let fits = match template.variable {
        VariableRule::NumberCaptcha => digits,
        VariableRule::CharacterWithNumber2 => {
            value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
    };
    if is_code && !fits {
        return Err(Refusal::business(
            "isv.TEMPLATE_PARAMS_ILLEGAL",
            "模板变量中存在不符合变量属性的值",
        ));
    }
    Ok(())
}
