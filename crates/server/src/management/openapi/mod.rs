//! The OpenAPI 3.1 document of the management API, made of one table of operations and the shapes in `components.json`.
//!
//! It is not made of the handlers' types, which read and write JSON as the contract has it. That it says what the code does is tested,
//! both ways: the routes, the members of each body as its reader asks for them, every answer that a test of the API gets, and
//! whatever a foreign client of `e2e` makes of the document.
mod access;
mod operation;
mod operations;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::error::api::{Code, codes};

pub use self::operation::Operation;

/// All operations, in the order of the document.
pub const OPERATIONS: &[Operation] = &joined::<
    { operations::OPERATIONS.len() + access::ACCESS.len() },
>(operations::OPERATIONS, access::ACCESS);

#[expect(clippy::indexing_slicing, reason = "runs while compiling")]
const fn joined<const N: usize>(first: &[Operation], second: &[Operation]) -> [Operation; N] {
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    all
}

const JSON: &str = "application/json";

/// Errors of every operation that needs a token.
const GUARDED: &[Code] = &[
    codes::TOKEN_MISSING,
    codes::TOKEN_TYPE,
    codes::UNAUTHORIZED,
    codes::SUBJECT_MISSING,
    codes::FORBIDDEN,
];
/// Errors of everything.
const ANYWHERE: &[Code] = &[codes::INTERNAL, codes::UNAVAILABLE, codes::TIMEOUT];
/// Errors of everything that reads a body.
const WITH_BODY: &[Code] = &[codes::INVALID_INPUT, codes::TOO_LARGE];
/// Errors of every address with something variable in it.
const WITH_PLACE: &[Code] = &[codes::NOT_FOUND];
/// Errors of everything that changes something.
const CHANGING: &[Code] = &[codes::CROSS_SITE];

static TEXT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(text()));
static DOCUMENT: LazyLock<Value> = LazyLock::new(made);

/// `GET /api/swagger.json`.
pub async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, JSON)], TEXT.clone())
}

/// The document as it is checked in and served.
pub fn text() -> String {
    format!("{:#}\n", made())
}

/// The document, for the console's reference.
pub fn document() -> &'static Value {
    &DOCUMENT
}

fn made() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_lowercase(), described(operation));
        }
    }
    let mut components: Value =
        serde_json::from_str(include_str!("components.json")).unwrap_or_default();
    if let Some(components) = components.as_object_mut() {
        components.insert("securitySchemes".to_owned(), security_schemes());
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Haoma management API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What an administrator's programs may read and change. A machine-to-machine application with the right to \
                manage gets a token from /oidc/token (grant client_credentials, resource https://default.logto.app/api, scope all).",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": components,
    })
}

fn security_schemes() -> Value {
    json!({ "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } })
}

fn described(operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.id, "summary": operation.summary, "tags": [operation.tag()],
    });
    let Some(fields) = described.as_object_mut() else { return described };
    if operation.is_public {
        fields.insert("security".to_owned(), json!([]));
    }
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        fields.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(name) = operation.body {
        let content = json!({ JSON: { "schema": schema(name) } });
        fields.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    fields.insert("responses".to_owned(), responses(operation));
    described
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut parameters: Vec<_> = operation.places().map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
    }).collect();
    let known = operation.query.iter();
    parameters
        .extend(known.map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })));
    parameters
}

fn schema(name: &str) -> Value {
    match name.strip_suffix("[]") {
        Some(item) => json!({ "type": "array", "items": schema(item) }),
        None => json!({ "$ref": format!("#/components/schemas/{name}") }),
    }
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn responses(operation: &Operation) -> Value {
    let (status, shape) = operation.answer;
    let mut good = Map::from_iter([("description".to_owned(), operation.outcome().into())]);
    if let Some(name) = shape {
        good.insert("content".to_owned(), json!({ JSON: { "schema": schema(name) } }));
    }
    if operation.query.contains(&"page") {
        let names = ["Total-Number", "Total-Number-Is-Capped", "Link"];
        let headers = names.map(|name| (name.to_owned(), header(name)));
        good.insert("headers".to_owned(), headers.into_iter().collect());
    }
    let mut responses = Map::from_iter([(status.to_string(), good.into())]);
    let errors = operation.errors();
    let mut statuses: Vec<_> = errors.iter().map(|code| code.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let of_status: Vec<_> = errors.iter().filter(|code| code.status == status).collect();
        responses.insert(status.to_string(), refusal(status, &of_status));
    }
    responses.into()
}

fn refusal(status: u16, all: &[&Code]) -> Value {
    let sentences: Vec<_> =
        all.iter().map(|code| format!("`{}`: {}", code.code, code.message)).collect();
    let names: Vec<_> = all.iter().map(|code| code.code).collect();
    let schema =
        json!({ "allOf": [schema("Error"), { "properties": { "code": { "enum": names } } }] });
    let mut refusal = Map::from_iter([
        ("description".to_owned(), sentences.join("\n\n").into()),
        ("content".to_owned(), json!({ JSON: { "schema": schema } })),
    ]);
    let told = match status {
        401 => Some("WWW-Authenticate"),
        429 => Some("Retry-After"),
        _ => None,
    };
    if let Some(name) = told {
        refusal.insert("headers".to_owned(), json!({ name: header(name) }));
    }
    refusal.into()
}

impl Operation {
    /// Every error it can answer with, the shared ones included.
    pub fn errors(&self) -> Vec<Code> {
        let shared = [
            (!self.is_public, GUARDED),
            (self.body.is_some(), WITH_BODY),
            (self.places().next().is_some(), WITH_PLACE),
            (self.method != "GET", CHANGING),
            (self.query.contains(&"page"), &[codes::INVALID_PAGINATION][..]),
            (true, ANYWHERE),
        ];
        let shared = shared.into_iter().filter(|(applies, _)| *applies).flat_map(|(_, all)| all);
        let mut all: Vec<Code> = vec![];
        for code in self.own_errors.iter().chain(shared) {
            if !all.contains(code) {
                all.push(*code);
            }
        }
        all
    }

    /// The names of what is variable in its address.
    pub fn places(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    fn tag(&self) -> &'static str {
        self.path.split('/').nth(2).unwrap_or_default()
    }

    const fn outcome(&self) -> &'static str {
        match self.answer {
            (204, _) => "Done.",
            (201, _) => "Made.",
            _ => "As asked.",
        }
    }
}
