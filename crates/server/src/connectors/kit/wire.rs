//! A factory as the management API shows it (wire contract C.2 and D.1).
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::Factory;
use super::form::{Constant, FormItem};

/// The entry of `GET /api/connector-factories`. Names come in every language; the contract has one text per field of
/// the form, which is English.
pub fn wire(factory: &Factory) -> Value {
    json!({
        "type": "Sms",
        "id": factory.id,
        "target": factory.target,
        "platform": null,
        "name": factory.name.by_tag(),
        "description": factory.description.by_tag(),
        "logo": logo_uri(factory.logo),
        "logoDark": null,
        "readme": factory.steps.en,
        "formItems": factory.form.iter().map(form_item).collect::<Vec<_>>(),
        "isStandard": false,
        "isDemo": false,
    })
}

/// The `data:` address of a logo's SVG.
pub fn logo_uri(svg: &str) -> String {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}

fn form_item(item: &FormItem) -> Value {
    let mut fields = Map::new();
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("key", item.key.into());
    put("label", item.label.en.into());
    put("type", item.kind.as_str().into());
    put("required", item.is_required.into());
    put("isConfidential", item.is_confidential.into());
    let texts = [
        ("placeholder", item.placeholder),
        ("description", item.description),
        ("tooltip", item.tooltip),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            put(key, text.en.into());
        }
    }
    if let Some(default) = item.default {
        put("defaultValue", default.to_json());
    }
    if !item.show_when.is_empty() {
        let conditions = item.show_when.iter();
        let conditions =
            conditions.map(|c| json!({ "targetKey": c.target, "expectValue": c.expect.to_json() }));
        put("showConditions", conditions.collect());
    }
    if !item.kind.choices().is_empty() {
        let choices = item.kind.choices().iter();
        let choices = choices.map(|c| json!({ "value": c.value, "title": c.title.en }));
        put("selectItems", choices.collect());
    }
    fields.into()
}

impl Constant {
    /// As a JSON value.
    pub fn to_json(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Number(number) => number.into(),
            Self::Switch(on) => on.into(),
            // that every factory's documents parse is tested
            Self::Json(text) => serde_json::from_str(text).unwrap_or_default(),
        }
    }
}
