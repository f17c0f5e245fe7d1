//! How programs do all this: the management API, read out of its OpenAPI document.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use serde_json::Value;

use super::administrator::Signed;
use super::shell::shell;
use crate::app::App;
use crate::error::api::ApiError;
use crate::management::openapi;
use crate::views::console::api_reference::{
    Answer, ApiReferencePage, Group, Kind, Operation, Shape,
};
use crate::views::console::lists::{Cell, Table};
use crate::views::console::parts::{Code, Head, Link};
use crate::views::console::shell::Section;
use crate::web::i18n::Lang;

const HERE: Section = Section::Api;
/// In the order in which people think of them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The document with what it is drawn for.
struct Reader<'a> {
    document: &'a Value,
    base: String,
    lang: Lang,
}

/// `GET /console/api`.
pub(super) async fn show(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let lang = signed.visit.lang;
    let base = app.settings.url("");
    let reader = Reader { document: openapi::document(), base, lang };
    let page = ApiReferencePage {
        shell: shell(&app, &signed, HERE, HERE.path()),
        head: Head {
            lead: Some(lang.t("console-api-lead").into_owned()),
            others: vec![Link::new(lang.t("console-api-document"), "/api/swagger.json")],
            ..Head::new(lang.t(HERE.key()))
        },
        token: reader.token(),
        groups: reader.groups(),
        shapes: reader.shapes(),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

impl Reader<'_> {
    fn token(&self) -> Code {
        let lines = [
            format!("curl {}/oidc/token \\", self.base),
            "  -u \"$APPLICATION_ID:$APPLICATION_SECRET\" \\".to_owned(),
            "  -d grant_type=client_credentials \\".to_owned(),
            "  -d scope=all --data-urlencode resource=https://default.logto.app/api".to_owned(),
        ];
        let label = self.lang.t("console-api-token").into_owned();
        Code { label, text: lines.join("\n"), has_lines: true }
    }

    fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = vec![];
        for (path, methods) in members(&self.document["paths"]) {
            for (method, one) in METHODS.iter().filter_map(|m| Some((*m, methods.get(m)?))) {
                let name = items(&one["tags"]).map(text).next().unwrap_or_default();
                let operation = self.operation(path, method, one);
                if let Some(group) = groups.iter_mut().find(|group| group.name == name) {
                    group.operations.push(operation);
                } else {
                    let id = format!("tag-{name}");
                    groups.push(Group { id, name, operations: vec![operation] });
                }
            }
        }
        groups
    }

    fn operation(&self, path: &str, method: &str, one: &Value) -> Operation {
        let parameters: Vec<_> =
            items(&one["parameters"]).map(|one| self.parameter(self.resolved(one))).collect();
        let body = self.resolved(&one["requestBody"]).get("content").map(kind_of_content);
        let description = one["description"].as_str().map(str::to_owned);
        Operation {
            id: format!("op-{}", text(&one["operationId"])),
            summary: text(&one["summary"]),
            description,
            method: method.to_uppercase(),
            path: path.to_owned(),
            parameters: (!parameters.is_empty())
                .then(|| self.table("console-api-parameters", parameters)),
            body,
            answers: members(&one["responses"])
                .map(|(status, answer)| answer_of(status, self.resolved(answer)))
                .collect(),
            example: self.example(path, method, one),
        }
    }

    fn parameter(&self, one: &Value) -> Vec<Cell> {
        let is_required = one["required"] == true;
        self.row(&text(&one["name"]), (&one["schema"], is_required), &text(&one["description"]))
    }

    fn row(&self, name: &str, (schema, is_required): (&Value, bool), about: &str) -> Vec<Cell> {
        let kind = kind(schema);
        let needed = if is_required { "console-api-required" } else { "console-optional" };
        let about = if about.is_empty() { Cell::Nothing } else { Cell::Soft(about.to_owned()) };
        let shape = kind.shape.map(|link| Cell::Link(Link::new(kind.text.clone(), link.href)));
        vec![
            Cell::Code(name.to_owned()),
            shape.unwrap_or(Cell::Text(kind.text)),
            Cell::Soft(self.lang.t(needed).into_owned()),
            about,
        ]
    }

    fn table(&self, caption: &str, rows: Vec<Vec<Cell>>) -> Table {
        let t = |key: &str| self.lang.t(key).into_owned();
        let columns = ["name", "kind", "needed", "about"];
        let columns = columns.map(|name| t(&format!("console-api-{name}"))).into();
        Table { caption: t(caption), columns, rows }
    }

    fn example(&self, path: &str, method: &str, one: &Value) -> Code {
        let mut lines = vec![format!("curl '{}{path}' \\", self.base)];
        if method != "get" {
            lines.push(format!("  -X {} \\", method.to_uppercase()));
        }
        if one.get("requestBody").is_some() {
            lines.push("  -H 'content-type: application/json' -d '{ … }' \\".to_owned());
        }
        lines.push("  -H \"authorization: Bearer $TOKEN\"".to_owned());
        let label = format!("curl {} {path}", method.to_uppercase());
        Code { label, text: lines.join("\n"), has_lines: true }
    }

    fn shapes(&self) -> Vec<Shape> {
        let shape = |(name, schema): (&String, &Value)| {
            let mut rows = vec![];
            self.members_of(schema, 0, &mut rows);
            if rows.is_empty() {
                rows.push(self.row(name, (schema, true), &text(&schema["description"])));
            }
            let members = self.table("console-api-members", rows);
            Shape { id: format!("shape-{name}"), name: name.clone(), members }
        };
        members(self.document.pointer("/components/schemas").unwrap_or(&Value::Null))
            .map(shape)
            .collect()
    }

    /// A shape may be made of others.
    fn members_of(&self, schema: &Value, depth: u8, rows: &mut Vec<Vec<Cell>>) {
        const DEEPEST: u8 = 4;
        for (name, member) in members(&schema["properties"]) {
            let is_required = items(&schema["required"]).any(|one| one == name.as_str());
            rows.push(self.row(name, (member, is_required), &text(&member["description"])));
        }
        for part in items(&schema["allOf"]).filter(|_| depth < DEEPEST) {
            self.members_of(self.resolved(part), depth + 1, rows);
        }
    }

    /// What a reference leads to.
    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let place = value["$ref"].as_str().and_then(|place| place.strip_prefix('#'));
        place.and_then(|place| self.document.pointer(place)).unwrap_or(value)
    }
}

fn answer_of(status: &str, answer: &Value) -> Answer {
    let about = text(&answer["description"]).replace('`', "");
    let lines = about.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    // errors all look alike
    let is_good = status.starts_with('2');
    let body = answer.get("content").filter(|_| is_good).map(kind_of_content);
    Answer { status: status.to_owned(), lines, body }
}

fn kind_of_content(content: &Value) -> Kind {
    let first = members(content).next();
    first.map_or_else(
        || Kind { text: String::new(), shape: None },
        |(media, one)| match kind(&one["schema"]) {
            kind if kind.text.is_empty() => Kind { text: media.clone(), shape: None },
            kind => kind,
        },
    )
}

/// What a schema asks for, in words; the first shape it names can be followed.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        let link = Link::new(name, format!("#shape-{name}"));
        return Kind { text: name.to_owned(), shape: Some(link) };
    }
    if schema.get("items").is_some() {
        let of = kind(&schema["items"]);
        return Kind { text: format!("array of {}", of.text), shape: of.shape };
    }
    for (key, word) in [("allOf", " & "), ("oneOf", " | "), ("anyOf", " | ")] {
        let parts: Vec<_> = items(&schema[key]).map(kind).filter(|k| !k.text.is_empty()).collect();
        if !parts.is_empty() {
            let texts: Vec<_> = parts.iter().map(|part| part.text.clone()).collect();
            let shape = parts.into_iter().find_map(|part| part.shape);
            return Kind { text: texts.join(word), shape };
        }
    }
    let values: Vec<_> = items(&schema["enum"]).map(plain).collect();
    let types = match &schema["type"] {
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(" | "),
        one => text(one),
    };
    let text = if values.is_empty() { types } else { values.join(" | ") };
    Kind { text, shape: None }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> Reader<'static> {
        let base = "https://id.example.com".to_owned();
        Reader { document: openapi::document(), base, lang: Lang::En }
    }

    #[test]
    fn every_operation_of_the_document_is_there_once_with_an_anchor_of_its_own() {
        let groups = reader().groups();
        let operations: Vec<_> = groups.iter().flat_map(|group| &group.operations).collect();
        assert_eq!(operations.len(), openapi::OPERATIONS.len());
        let ids: std::collections::HashSet<_> = operations.iter().map(|one| &one.id).collect();
        assert_eq!(ids.len(), operations.len());
        for one in operations {
            assert!(
                one.id.len() > 3 && !one.summary.is_empty() && !one.answers.is_empty(),
                "{}",
                one.id
            );
            assert!(one.example.text.contains(&one.path), "{}", one.id);
        }
    }

    #[test]
    fn every_shape_that_is_named_is_there() {
        let reader = reader();
        let shapes: Vec<_> = reader.shapes().into_iter().map(|shape| shape.id).collect();
        let groups = reader.groups();
        let operations = groups.iter().flat_map(|group| &group.operations);
        let named = operations.flat_map(|one| {
            one.answers.iter().filter_map(|answer| answer.body.as_ref()).chain(&one.body)
        });
        let mut seen = 0;
        for link in named.filter_map(|kind| kind.shape.as_ref()) {
            assert!(shapes.iter().any(|id| link.href == format!("#{id}")), "{}", link.href);
            seen += 1;
        }
        assert!(seen > 20, "{seen}");
    }
}
