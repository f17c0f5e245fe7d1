//! What every factory promises, whoever wrote it.
use std::collections::HashSet;

use serde_json::{Value, json};

use super::form::{Constant, ItemKind};
use super::{Factory, Place, Problem, ProblemKind, REPORTS, Text, wire};
use crate::connectors::FACTORIES;
use crate::web::i18n::Lang;

/// Names and examples are the same in both languages; all else is translated.
fn is_written(text: Text) -> bool {
    let has_chinese = text.zh_cn.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    !text.en.trim().is_empty() && (has_chinese || text.en == text.zh_cn)
}

fn problems(factory: &Factory, config: &Value) -> Vec<Problem> {
    (factory.build)(config).err().unwrap_or_default()
}

#[test]
fn every_text_of_every_factory_is_written_in_both_languages() {
    for factory in FACTORIES {
        for text in [factory.name, factory.description, factory.steps] {
            assert!(is_written(text), "{}: {:.60}", factory.id, text.en);
        }
        for item in factory.form {
            for text in item.texts() {
                assert!(is_written(text), "{}.{}: {:?}", factory.id, item.key, text);
            }
        }
    }
}

#[test]
fn every_field_explains_itself() {
    for factory in FACTORIES {
        for item in factory.form {
            let explains = item.description.or(item.tooltip);
            assert!(explains.is_some(), "{}.{}", factory.id, item.key);
        }
    }
}

#[test]
fn ids_and_keys_are_unique_and_other_fields_named_exist() {
    let ids: HashSet<_> = FACTORIES.iter().map(|factory| factory.id).collect();
    let targets: HashSet<_> = FACTORIES.iter().map(|factory| factory.target).collect();
    assert_eq!((ids.len(), targets.len()), (FACTORIES.len(), FACTORIES.len()));
    for factory in FACTORIES {
        let keys: HashSet<_> = factory.form.iter().map(|item| item.key).collect();
        assert_eq!(keys.len(), factory.form.len(), "{}", factory.id);
        for item in factory.form {
            let named = item.show_when.iter().map(|condition| condition.target);
            for other in named.chain(item.kept_with.iter().copied()) {
                assert!(keys.contains(other), "{}.{} names {other}", factory.id, item.key);
            }
        }
    }
}

#[test]
fn what_sounds_like_a_secret_is_one() {
    for factory in FACTORIES {
        for item in factory.form {
            let key = item.key.to_ascii_lowercase();
            let sounds = ["secret", "token", "authorization", "password", "signingkey"];
            let sounds_secret = sounds.iter().any(|word| key.contains(word));
            assert_eq!(item.is_confidential, sounds_secret, "{}.{}", factory.id, item.key);
        }
    }
}

#[test]
fn every_required_field_that_is_missing_is_reported_at_its_key() {
    for factory in FACTORIES {
        let found = problems(factory, &json!({}));
        let missing: Vec<_> = found.iter().filter(|p| p.kind == ProblemKind::Missing).collect();
        let reported: Vec<_> = missing.iter().map(|problem| problem.key_path.as_str()).collect();
        let required: Vec<_> =
            factory.form.iter().filter(|i| i.is_required).map(|i| i.key).collect();
        assert_eq!(reported, required, "{}", factory.id);
        assert_eq!(found.len(), missing.len(), "{}: nothing else is wrong", factory.id);
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_reported_at_its_key() {
    for factory in FACTORIES {
        for item in factory.form {
            let wrong = match item.kind {
                ItemKind::Switch => json!("on"),
                ItemKind::Number => json!("many"),
                ItemKind::Json | ItemKind::Templates(_) => json!(5),
                _ => json!({ "a": 1 }),
            };
            let mut config = serde_json::Map::new();
            config.insert(item.key.to_owned(), wrong);
            let found = problems(factory, &config.into());
            let at = found.iter().find(|problem| problem.key_path == item.key);
            let kind = at.map(|problem| problem.kind.clone());
            assert!(kind.is_some_and(|k| k != ProblemKind::Missing), "{}.{}", factory.id, item.key);
        }
    }
}

#[test]
fn defaults_and_choices_are_of_the_kind_of_their_field() {
    for factory in FACTORIES {
        for item in factory.form {
            let fits = match (item.kind, item.default) {
                (_, None)
                | (ItemKind::Text | ItemKind::MultilineText, Some(Constant::Text(_)))
                | (ItemKind::Number, Some(Constant::Number(_)))
                | (ItemKind::Switch, Some(Constant::Switch(_))) => true,
                (ItemKind::Select(choices), Some(Constant::Text(text))) => {
                    choices.iter().any(|choice| choice.value == text)
                }
                (ItemKind::Json | ItemKind::Templates(_), Some(Constant::Json(text))) => {
                    serde_json::from_str::<Value>(text).is_ok()
                }
                _ => false,
            };
            assert!(fits, "{}.{}: {:?}", factory.id, item.key, item.default);
        }
    }
}

#[test]
fn the_wire_form_has_what_the_contract_asks_for() {
    for factory in FACTORIES {
        let entry = wire(factory);
        assert_eq!((&entry["type"], &entry["platform"]), (&json!("Sms"), &Value::Null));
        assert_eq!(entry["name"]["zh-CN"], factory.name.zh_cn);
        assert!(entry["logo"].as_str().unwrap().starts_with("data:image/svg+xml;base64,"));
        assert_eq!((&entry["isStandard"], &entry["isDemo"]), (&json!(false), &json!(false)));
        for (item, written) in factory.form.iter().zip(entry["formItems"].as_array().unwrap()) {
            assert_eq!(written["key"], item.key);
            assert_eq!(written["label"], item.label.en);
            assert_eq!(written["type"], item.kind.as_str());
            assert_eq!(written["required"], item.is_required);
            assert_eq!(written["isConfidential"], item.is_confidential);
            assert_eq!(written.get("selectItems").is_some(), !item.kind.choices().is_empty());
        }
        assert_eq!(entry["formItems"].as_array().unwrap().len(), factory.form.len());
    }
}

/// What every factory needs, and nothing that somebody would have to switch on.
fn bare() -> Value {
    json!({
        "accessKeyId": "id", "accessKeySecret": "secret", "signName": "号码", "endpoint": "https://sms.example.com",
        "templates": [
            { "type": 2, "usageType": "SignIn", "templateCode": "SMS_1" },
            { "type": 2, "usageType": "Generic", "templateCode": "SMS_2" },
        ],
    })
}

#[test]
fn providers_hear_which_codes_were_given_only_where_somebody_switched_that_on() {
    for factory in FACTORIES {
        let connector = (factory.build)(&bare());
        let connector = connector.unwrap_or_else(|problems| panic!("{}: {problems:?}", factory.id));
        for place in [Place::Mainland, Place::Outside] {
            assert!(!connector.wants_reports(place), "{}", factory.id);
        }
    }
    for factory in FACTORIES {
        for switch in factory.form.iter().filter(|item| item.key == REPORTS) {
            assert!(matches!(switch.kind, ItemKind::Switch), "{}", factory.id);
            assert_eq!(switch.default, Some(Constant::Switch(false)), "{}", factory.id);
        }
    }
    assert!(FACTORIES.iter().any(Factory::can_report));
}

#[test]
fn a_connector_sends_somewhere() {
    for factory in FACTORIES {
        assert!(!factory.capabilities.places.is_empty(), "{}", factory.id);
    }
}

#[test]
fn every_kind_of_problem_is_told_in_both_languages() {
    let kinds = [
        ProblemKind::Missing,
        ProblemKind::NotText,
        ProblemKind::NotBoolean,
        ProblemKind::NotAList,
        ProblemKind::EmptyList,
        ProblemKind::OutOfRange { min: 1, max: 9 },
        ProblemKind::NotOneOf(&["V1", "V3"]),
        ProblemKind::UnknownUsageType,
        ProblemKind::DuplicateUsageType,
        ProblemKind::CodesOnly,
        ProblemKind::NoTemplateCode,
        ProblemKind::BadAddress,
        ProblemKind::PlainHttp,
        ProblemKind::PrivateAddress,
        ProblemKind::NotSendable,
        ProblemKind::UnknownFactory,
    ];
    let words: HashSet<_> = kinds.iter().map(ProblemKind::as_str).collect();
    assert_eq!(words.len(), kinds.len());
    for kind in kinds {
        let [en, zh_cn] = Lang::ALL.map(|lang| kind.message(lang));
        assert!(en.is_ascii() && !zh_cn.is_ascii(), "{en} / {zh_cn}");
    }
}
