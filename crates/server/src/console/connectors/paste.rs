//! Filling the form with a connector's configuration from elsewhere: what of the text is taken, and what is told of the rest.
use serde_json::{Map, Value};

use crate::connectors::factory as kind;
use crate::connectors::kit::Factory;
use crate::web::i18n::Lang;

/// What a pasted text holds for a form.
#[derive(Debug, PartialEq)]
pub(super) struct Pasted {
    /// The fields it fills.
    pub(super) config: Map<String, Value>,
    /// What it has besides, which is left out.
    pub(super) ignored: Vec<String>,
}

/// Why a text fills nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotPasted {
    /// It is no configuration.
    NotOne,
    /// It belongs to connectors of these other kinds.
    OfAnother(Vec<String>),
}

/// What of a text fits a form: a configuration, a whole connector as Logto's API shows it, or a list of such.
pub(super) fn read(factory: &Factory, text: &str) -> Result<Pasted, NotPasted> {
    let config = match serde_json::from_str(text) {
        Ok(Value::Object(object)) => of_object(factory, object)?,
        Ok(Value::Array(list)) => of_list(factory, list)?,
        _ => return Err(NotPasted::NotOne),
    };
    let is_known = |key: &String| factory.form.iter().any(|item| item.key == key);
    let (known, unknown): (Map<_, _>, Map<_, _>) =
        config.into_iter().partition(|(key, _)| is_known(key));
    let config = known.into_iter().map(|(key, value)| (key, filled(value))).collect();
    Ok(Pasted { config, ignored: unknown.into_iter().map(|(key, _)| key).collect() })
}

fn of_object(
    factory: &Factory,
    mut object: Map<String, Value>,
) -> Result<Map<String, Value>, NotPasted> {
    let id = object.remove("connectorId");
    if let Some(Value::String(id)) = &id
        && id != factory.id
    {
        return Err(NotPasted::OfAnother(vec![id.clone()]));
    }
    match object.remove("config") {
        Some(Value::Object(config)) => Ok(config),
        None if id.is_none() => Ok(object),
        _ => Err(NotPasted::NotOne),
    }
}

/// The first that is of this kind.
fn of_list(factory: &Factory, list: Vec<Value>) -> Result<Map<String, Value>, NotPasted> {
    let id = |one: &Value| one.get("connectorId").and_then(Value::as_str).map(ToOwned::to_owned);
    let ids: Vec<_> = list.iter().filter_map(id).collect();
    let mine = list.into_iter().find(|one| id(one).as_deref() == Some(factory.id));
    match mine {
        Some(Value::Object(object)) => of_object(factory, object),
        _ if ids.is_empty() => Err(NotPasted::NotOne),
        _ => Err(NotPasted::OfAnother(ids)),
    }
}

/// White space around a text is nobody's.
fn filled(value: Value) -> Value {
    match value {
        Value::String(text) => text.trim().into(),
        other => other,
    }
}

/// The kinds as people call them; of a kind that is not known here, its id.
pub(super) fn names(lang: Lang, ids: &[String]) -> String {
    let name = |id: &String| kind(id).map_or(id.clone(), |kind| kind.name.in_lang(lang).to_owned());
    ids.iter().map(name).collect::<Vec<_>>().join(&lang.t("gap-comma"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connectors::aliyun_sms::FACTORY;

    fn read(text: &Value) -> Result<Pasted, NotPasted> {
        super::read(&FACTORY, &text.to_string())
    }

    #[test]
    fn a_connector_is_taken_as_a_whole_from_a_list_or_its_configuration_alone() {
        let config = json!({ "accessKeyId": " id ", "templates": [] });
        let whole = json!({ "id": "x", "connectorId": FACTORY.id, "config": config });
        let other = json!({ "connectorId": "smtp", "config": { "host": "h" } });
        for text in [&config, &whole, &json!([other, whole])] {
            let pasted = read(text).unwrap();
            assert_eq!(
                Value::Object(pasted.config),
                json!({ "accessKeyId": "id", "templates": [] })
            );
            assert_eq!(pasted.ignored, Vec::<String>::new());
        }
    }

    #[test]
    fn what_the_form_has_no_field_for_is_named_and_left_out() {
        let pasted = read(&json!({ "accessKeyId": "id", "appId": 5, "Region": "x" })).unwrap();
        assert_eq!(pasted.config.keys().collect::<Vec<_>>(), ["accessKeyId"]);
        assert_eq!(pasted.ignored, ["appId", "Region"]);
    }

    #[test]
    fn another_kind_is_named_and_what_is_no_configuration_is_refused() {
        let of = |id: &str| json!({ "connectorId": id, "config": {} });
        let another = NotPasted::OfAnother(vec!["tencent-short-message-service".to_owned()]);
        assert_eq!(read(&of("tencent-short-message-service")), Err(another));
        let both = NotPasted::OfAnother(vec!["smtp".to_owned(), "http-sms".to_owned()]);
        assert_eq!(read(&json!([of("smtp"), of("http-sms")])), Err(both));
        let ids = ["smtp".to_owned(), "http-sms".to_owned()];
        assert_eq!(names(Lang::En, &ids), "smtp, HTTP SMS");
        for bad in [
            json!([]),
            json!([1]),
            json!(5),
            json!({ "config": 1 }),
            json!({ "connectorId": FACTORY.id }),
        ] {
            assert_eq!(read(&bad), Err(NotPasted::NotOne), "{bad}");
        }
        for text in ["", "{"] {
            assert_eq!(super::read(&FACTORY, text), Err(NotPasted::NotOne));
        }
    }
}
