//! From the fields of a posted form to a configuration, and what a configuration puts into the fields.
use haoma_core::usage_type::UsageType;
use serde_json::{Map, Value, json};

use crate::connectors::kit::form::{Constant, FormItem, ItemKind, ShowCondition};
use crate::connectors::kit::{Factory, Place};
use crate::console::prove::Fields;

/// What a variable is called unless the configuration says otherwise.
pub(super) const USUAL_VARIABLE: &str = "code";

/// The name of the field that holds a template's code.
pub(super) fn template_field(usage: UsageType, place: Place) -> String {
    let place = match place {
        Place::Mainland => "mainland",
        Place::Outside => "outside",
    };
    format!("templates.{usage}.{place}")
}

/// The name of the field that holds the variable of a template.
pub(super) fn variable_field(usage: UsageType, place: Place) -> String {
    format!("{}.variable", template_field(usage, place))
}

/// The first value of a field, trimmed.
pub(super) fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let found = fields.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value.trim())
}

/// What the account says of a template code: nothing, or the name of its variable.
pub(super) type Variable = Option<String>;

/// The configuration the fields describe. What is blank or hidden is left out; what the form has no field for stays as it is in
/// `base`; `variable` tells the variable of a template code.
pub(super) fn read(
    factory: &Factory,
    fields: &Fields,
    base: Option<&Value>,
    variable: impl Fn(&str) -> Variable,
) -> Value {
    let has_field = |key: &str| factory.form.iter().any(|item| item.key == key);
    let old = base.and_then(Value::as_object).into_iter().flatten();
    let mut config: Map<String, Value> = old
        .filter(|(key, _)| !has_field(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    for item in factory.form {
        if let Some(value) = value(item, fields, base, &variable) {
            config.insert(item.key.to_owned(), value);
        }
    }
    for item in factory.form {
        // in their order, so that what hides another field is judged first
        if !is_shown(factory, item, &config) {
            config.remove(item.key);
        }
    }
    Value::Object(config)
}

/// Whether a field is shown beside the others as they are filled in.
pub(super) fn is_shown(factory: &Factory, item: &FormItem, config: &Map<String, Value>) -> bool {
    let holds = |condition: &ShowCondition| {
        let target = factory.form.iter().find(|other| other.key == condition.target);
        let held = config.get(condition.target).cloned();
        let held = held.or_else(|| match target?.kind {
            ItemKind::Switch => Some(false.into()),
            _ => target?.default.map(Constant::to_json),
        });
        held == Some(condition.expect.to_json())
    };
    item.show_when.iter().all(holds)
}

fn value(
    item: &FormItem,
    fields: &Fields,
    base: Option<&Value>,
    variable: &impl Fn(&str) -> Variable,
) -> Option<Value> {
    let text = field(fields, item.key);
    let written = |value: Value| (!text.is_empty()).then_some(value);
    match item.kind {
        ItemKind::Text | ItemKind::MultilineText | ItemKind::Select(_) => written(text.into()),
        // what is no number is left to the provider's check, which says so
        ItemKind::Number => written(text.parse::<i64>().map_or_else(|_e| text.into(), Into::into)),
        ItemKind::Switch => Some((!text.is_empty()).into()),
        ItemKind::Json => {
            written(serde_json::from_str(text).unwrap_or_else(|_not_json| text.into()))
        }
        ItemKind::MultiSelect(_) => {
            let chosen = fields.iter().filter(|(key, _)| key == item.key);
            Some(chosen.map(|(_, value)| Value::from(value.trim())).collect())
        }
        ItemKind::Templates(places) => {
            let old = base.and_then(|base| base.get(item.key));
            Some(templates(fields, places, |at, code| {
                let named = variable(code).or_else(|| typed_variable(fields, at));
                // a page without a field for it leaves the variable as it is
                let named = named.or_else(|| variable_in(old, code));
                named.filter(|name| !name.is_empty() && name != USUAL_VARIABLE)
            }))
        }
    }
}

/// What was typed as the variable of a template: blank is typed as well.
fn typed_variable(fields: &Fields, (usage, place): (UsageType, Place)) -> Variable {
    let name = variable_field(usage, place);
    let found = fields.iter().find(|(key, _)| *key == name);
    found.map(|(_, value)| value.trim().to_owned())
}

/// The list of templates, an entry for each use that has a code.
fn templates(
    fields: &Fields,
    places: &[Place],
    variable: impl Fn((UsageType, Place), &str) -> Variable,
) -> Value {
    let entry = |usage: UsageType| {
        let code = |place: &Place| {
            let code = field(fields, &template_field(usage, *place)).to_owned();
            (!code.is_empty()).then_some((*place, code))
        };
        let codes: Vec<_> = places.iter().filter_map(code).collect();
        if codes.is_empty() {
            return None;
        }
        let named = |(place, code): &(Place, String)| {
            // a notice has variables of its own, which nobody chooses
            let name = if usage.is_notice() { None } else { variable((usage, *place), code) };
            name.map(|name| (*place, name))
        };
        let variables: Vec<_> = codes.iter().filter_map(named).collect();
        let mut entry = json!({ "usageType": usage, "templateCode": by_place(places, codes) });
        if let Some(entry) = entry.as_object_mut()
            && !variables.is_empty()
        {
            entry.insert("variable".to_owned(), by_place(places, variables));
        }
        Some(entry)
    };
    UsageType::ALL.into_iter().filter_map(entry).collect()
}

/// One text where there is one place, else a text for each.
fn by_place(places: &[Place], texts: Vec<(Place, String)>) -> Value {
    let each = texts.into_iter();
    if places.len() == 1 {
        return each.map(|(_, text)| Value::from(text)).next().unwrap_or_default();
    }
    let key = |place| match place {
        Place::Mainland => "china",
        Place::Outside => "overseas",
    };
    Value::Object(each.map(|(place, text)| (key(place).to_owned(), text.into())).collect())
}

/// What a list of templates has under a key for a use and a place.
pub(super) fn in_template(
    list: Option<&Value>,
    (usage, place): (UsageType, Place),
    key: &str,
) -> Option<String> {
    let entries = entries(list);
    let mut mine = entries.iter().filter(|entry| entry["usageType"] == usage.as_str());
    mine.find_map(|entry| text_for(entry.get(key)?, place))
}

/// The variable a code has in a list of templates.
fn variable_in(list: Option<&Value>, code: &str) -> Option<String> {
    entries(list).iter().find_map(|entry| {
        let places = [Place::Mainland, Place::Outside].into_iter();
        let mut mine = places
            .filter(|place| text_for(&entry["templateCode"], *place).as_deref() == Some(code));
        mine.find_map(|place| text_for(entry.get("variable")?, place))
    })
}

/// Logto's console exports the list as text.
fn entries(list: Option<&Value>) -> Vec<Value> {
    match list {
        Some(Value::Array(entries)) => entries.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => vec![],
    }
}

fn text_for(value: &Value, place: Place) -> Option<String> {
    let one = match (value, place) {
        (Value::Object(each), Place::Mainland) => each.get("china")?,
        (Value::Object(each), Place::Outside) => each.get("overseas")?,
        (one, _) => one,
    };
    one.as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::{aliyun_sms, aliyun_sms_mas, http_sms};

    fn fields(all: &[(&str, &str)]) -> Fields {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fields_become_a_configuration_and_blank_ones_are_left_out() {
        let posted = fields(&[
            ("accessKeyId", " id "),
            ("accessKeySecret", ""),
            ("timeoutMs", "soon"),
            ("templates.SignIn.mainland", "SMS_1"),
            ("templates.SignIn.outside", "SMS_2"),
            ("templates.Generic.mainland", "SMS_3"),
        ]);
        let known = |code: &str| (code == "SMS_2").then(|| "digits".to_owned());
        let config = read(&aliyun_sms::FACTORY, &posted, None, known);
        assert_eq!(
            config,
            json!({
                "accessKeyId": "id",
                "templates": [
                    { "usageType": "SignIn", "templateCode": { "china": "SMS_1", "overseas": "SMS_2" }, "variable": { "overseas": "digits" } },
                    { "usageType": "Generic", "templateCode": { "china": "SMS_3" } },
                ],
                "strictPhoneRegionNumberCheck": false,
                "reportConversions": false,
                "timeoutMs": "soon",
            })
        );
    }

    #[test]
    fn a_provider_with_one_place_has_one_code_for_a_use() {
        let posted = fields(&[("templates.Generic.mainland", "100001"), ("timeoutMs", "5")]);
        let config = read(&aliyun_sms_mas::FACTORY, &posted, None, |_code| None);
        let templates = json!([{ "usageType": "Generic", "templateCode": "100001" }]);
        assert_eq!(config, json!({ "templates": templates, "timeoutMs": 5 }));
    }

    #[test]
    fn a_template_for_notices_has_its_own_variables_and_no_other() {
        let posted = fields(&[
            ("templates.PhoneChanged.mainland", "SMS_6"),
            ("templates.PhoneChanged.mainland.variable", "code2"),
        ]);
        let account = |_code: &str| Some("number".to_owned());
        let config = read(&aliyun_sms::FACTORY, &posted, None, account);
        let wanted = json!([{ "usageType": "PhoneChanged", "templateCode": { "china": "SMS_6" } }]);
        assert_eq!(config["templates"], wanted);
    }

    #[test]
    fn what_the_form_does_not_know_stays() {
        let base = json!({ "endpoint": "https://old.example", "note": { "a": 1 } });
        let posted = fields(&[("endpoint", "https://new.example")]);
        let config = read(&http_sms::FACTORY, &posted, Some(&base), |_code| None);
        let wanted = json!({
            "note": { "a": 1 }, "endpoint": "https://new.example", "notices": false,
            "allowPrivateAddresses": false,
        });
        assert_eq!(config, wanted);
    }

    #[test]
    fn a_code_keeps_its_variable_and_is_found_for_its_place() {
        let list = json!([
            { "usageType": "SignIn", "templateCode": "SMS_1", "variable": "digits" },
            { "usageType": "Register", "templateCode": { "overseas": "SMS_2" } },
        ]);
        let base = json!({ "templates": list });
        let posted = fields(&[("templates.Register.mainland", "SMS_1")]);
        let config = read(&aliyun_sms::FACTORY, &posted, Some(&base), |_code| None);
        assert_eq!(config["templates"][0]["variable"]["china"], "digits");
        let find = |usage, place| in_template(Some(&list), (usage, place), "templateCode");
        assert_eq!(find(UsageType::SignIn, Place::Outside).as_deref(), Some("SMS_1"));
        assert_eq!(find(UsageType::Register, Place::Mainland), None);
        assert_eq!(find(UsageType::Register, Place::Outside).as_deref(), Some("SMS_2"));
    }

    #[test]
    fn the_account_knows_a_variable_best_and_what_is_typed_comes_next() {
        let base = json!({ "templates": [
            { "usageType": "SignIn", "templateCode": "SMS_1", "variable": "stale" },
            { "usageType": "Register", "templateCode": "SMS_2", "variable": "digits" },
        ] });
        let posted = |more: &[(&str, &str)]| {
            let mut all = vec![
                ("templates.SignIn.mainland", "SMS_1"),
                ("templates.Register.mainland", "SMS_2"),
            ];
            all.extend(more);
            fields(&all)
        };
        let variables = |posted: &Fields, account: &dyn Fn(&str) -> Variable| {
            let config = read(&aliyun_sms::FACTORY, posted, Some(&base), account);
            [0, 1].map(|n| config["templates"][n]["variable"]["china"].clone())
        };
        let account = |code: &str| (code == "SMS_1").then(|| "code".to_owned());
        assert_eq!(variables(&posted(&[]), &account), [Value::Null, json!("digits")]);
        let typed = [
            ("templates.SignIn.mainland.variable", " pin "),
            ("templates.Register.mainland.variable", ""),
        ];
        assert_eq!(variables(&posted(&typed), &|_code| None), [json!("pin"), Value::Null]);
        assert_eq!(variables(&posted(&typed), &account), [Value::Null, Value::Null]);
    }
}
