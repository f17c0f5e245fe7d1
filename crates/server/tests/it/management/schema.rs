//! Holds every answer to what the document says of it: its status, and its body, member by member.
use haoma::management::openapi::{self, OPERATIONS, Operation};
use serde_json::{Map, Value, json};

use super::support::{Answer, Method};

/// Words of a schema that say nothing about one answer, or nothing that we could judge.
const PROSE: [&str; 4] = ["description", "format", "default", "pattern"];

/// Panics where an answer is not as described. What the document does not know (another method, another path) is others' matter.
pub(super) fn hold(method: &Method, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    let Some(operation) = operation(method, path) else { return };
    let here = &openapi::document()["paths"][operation.path][operation.method.to_lowercase()];
    let described = &here["responses"][answer.status.as_str()];
    let at = format!("{method} {path}: {}", answer.brief());
    assert!(described.is_object(), "{at} is not in the document: {}", answer.text);
    let wrong = match &described["content"]["application/json"]["schema"] {
        Value::Null => vec![answer.text.clone()].into_iter().filter(|t| !t.is_empty()).collect(),
        schema => check(schema, &answer.json()),
    };
    assert!(wrong.is_empty(), "{at} is not as the document says: {wrong:#?}\n{}", answer.text);
}

fn operation(method: &Method, path: &str) -> Option<&'static Operation> {
    let fits = |operation: &&Operation| {
        let (mut there, mut here) = (operation.path.split('/'), path.split('/'));
        let all = there
            .by_ref()
            .zip(here.by_ref())
            .all(|(a, b)| a == b || a.starts_with('{') && !b.is_empty());
        all && operation.path.split('/').count() == path.split('/').count()
    };
    OPERATIONS.iter().filter(|one| one.method == method.as_str()).find(fits)
}

/// Everything in which a value is not as its schema says.
pub(super) fn check(schema: &Value, value: &Value) -> Vec<String> {
    let mut wrong = vec![];
    whole(schema, value, "", &mut wrong);
    wrong
}

fn resolved(schema: &Value) -> &Value {
    let Some(path) = schema["$ref"].as_str() else { return schema };
    openapi::document().pointer(path.strip_prefix('#').unwrap()).expect(path)
}

/// A value and the members that no part of its schema names, which the document must say are possible.
fn whole(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    part(schema, value, at, wrong);
    let (mut known, mut is_open) = (vec![], true);
    names(schema, &mut known, &mut is_open);
    if let Some(object) = value.as_object().filter(|_| !is_open) {
        let unknown = object.keys().filter(|name| !known.contains(name));
        wrong.extend(unknown.map(|name| format!("{at}.{name} is not described")));
    }
}

fn names<'a>(schema: &'a Value, known: &mut Vec<&'a String>, is_open: &mut bool) {
    let schema = resolved(schema);
    for one in schema["allOf"].as_array().into_iter().flatten() {
        names(one, known, is_open);
    }
    if let Some(properties) = schema["properties"].as_object() {
        known.extend(properties.keys());
        *is_open = matches!(&schema["additionalProperties"], Value::Bool(true) | Value::Object(_));
    }
}

fn part(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    for (word, said) in resolved(schema).as_object().unwrap() {
        let number = |word: &str| said.as_i64().unwrap_or_else(|| panic!("{word}: {said}"));
        let size = |size: usize| i64::try_from(size).unwrap();
        let length = || size(value.as_str().map_or(0, |text| text.chars().count()));
        let is_right = match word.as_str() {
            "type" => is_of(said, value),
            "enum" => said.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|found| found >= number(word)),
            "maximum" => value.as_i64().is_none_or(|found| found <= number(word)),
            "minLength" => !value.is_string() || length() >= number(word),
            "maxLength" => length() <= number(word),
            "minItems" => value.as_array().is_none_or(|all| size(all.len()) >= number(word)),
            "required" => value.as_object().is_none_or(|object| has_all(said, object)),
            "properties" => {
                for (name, schema) in said.as_object().unwrap() {
                    if let Some(member) = value.get(name) {
                        whole(schema, member, &format!("{at}.{name}"), wrong);
                    }
                }
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    whole(said, item, &format!("{at}[{index}]"), wrong);
                }
                true
            }
            "allOf" => {
                said.as_array().unwrap().iter().for_each(|one| part(one, value, at, wrong));
                true
            }
            "additionalProperties" => {
                let named = |name: &str| resolved(schema)["properties"].get(name).is_some();
                let members =
                    value.as_object().into_iter().flatten().filter(|(name, _)| !named(name));
                for (name, member) in members.filter(|_| said.is_object()) {
                    whole(said, member, &format!("{at}.{name}"), wrong);
                }
                true
            }
            word if PROSE.contains(&word) => true,
            word => panic!("{word} is a word that this test must learn"),
        };
        if !is_right {
            wrong.push(format!("{at} is {value}, and {word} is {said}"));
        }
    }
}

fn has_all(required: &Value, object: &Map<String, Value>) -> bool {
    required.as_array().unwrap().iter().all(|name| object.contains_key(name.as_str().unwrap()))
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str() {
        None => kind.as_array().unwrap().iter().any(|kind| is_of(kind, value)),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        Some(other) => panic!("{other} is a kind that this test must learn"),
    }
}

#[test]
fn a_wrong_answer_is_found() {
    let schema = json!({
        "allOf": [
            { "type": "object", "required": ["a"], "properties": { "a": { "type": ["integer", "null"], "minimum": 1 } } },
            { "properties": { "b": { "enum": ["x"] }, "c": { "type": "array", "items": { "type": "string", "maxLength": 2 } } } },
        ],
    });
    for (value, faults) in [
        (json!({ "a": 1, "b": "x", "c": ["yy"] }), 0),
        (json!({ "a": null }), 0),
        (json!({}), 1),
        (json!([]), 1),
        (json!({ "a": 0 }), 1),
        (json!({ "a": "1" }), 1),
        (json!({ "a": 1, "b": "y" }), 1),
        (json!({ "a": 1, "c": ["yyy", 1] }), 2),
        (json!({ "a": 1, "d": 1 }), 1),
    ] {
        assert_eq!(check(&schema, &value).len(), faults, "{value}: {:?}", check(&schema, &value));
    }
    let user = json!({ "$ref": "#/components/schemas/User" });
    assert!(check(&user, &json!({ "id": "x" })).len() == 1, "required members are missing");
}
