//! What the readers of bodies ask for is what the document says of bodies: every member, its kind, its bounds, both ways.
use std::collections::{BTreeMap, BTreeSet};

use haoma_core::ids::{ClientId, ResourceId, RoleId};
use haoma_core::phone::Region;
use haoma_core::role::Role;
use haoma_core::time::Timestamp;

use super::*;
use crate::experience::settings::{
    AgreeToTermsPolicy, Branding, Color, LanguageInfo, PhoneRegions, SignIn, SignInExperience,
    SignInMethod, SignInMode, SignUp, VerificationCodePolicy,
};
use crate::management::asked::{self, Shape};
use crate::management::{
    account_center, application_body, connector_body, connector_test, hook_body, resource_body,
    role_body, secrets, sending_rule_body, test_numbers, user_body, users, verification_codes,
};
use crate::outbound::Reach;

/// Members that programs may send and no reader asks for, and why.
const IGNORED: [(&str, &str, &str); 1] =
    [("NewUser", "password", "accepted and not kept: programs that always send one can go on")];

/// Where the document asks for more than the reader: one of `phone` and `email` must be there, and `null` is not.
const NOT_NULL: [&str; 3] = ["VerificationCode", "GivenVerificationCode", "ConnectorTest"];

/// Reads a body, and is not asked what came of it.
type Read = fn(Value);

/// The reader of each shape that is read member by member.
const READERS: [(&str, Read); 32] = [
    ("AccountCenterChange", |body| drop(account_center::read_given(body))),
    ("NewApplication", |body| {
        drop(application_body::new(body, client(), (Timestamp(0), Reach::PublicOnly)));
    }),
    ("ApplicationChange", |body| drop(application_body::changes(body, Reach::PublicOnly))),
    ("NewSecret", |body| drop(secrets::read_new(body, Timestamp(0)))),
    ("SecretName", |body| drop(secrets::read_name(body))),
    ("NewUser", |body| drop(user_body::changes(body))),
    ("UserChange", |body| drop(user_body::changes(body))),
    ("Suspension", |body| drop(users::read_suspension(body))),
    ("Profile", |body| drop(user_body::profile_of(body))),
    ("NewConnector", |body| drop(connector_body::new(body))),
    ("ConnectorChange", |body| drop(connector_body::change(body))),
    ("ConnectorTest", |body| drop(connector_test::read(body))),
    ("NewHook", |body| drop(hook_body::new(body, Role::Owner))),
    ("HookChange", |body| drop(hook_body::change(body, &hook_body::nothing(), Role::Owner))),
    ("HookTest", |body| drop(hook_body::test(body, &hook_body::nothing().config, Role::Owner))),
    ("NewTestNumber", |body| drop(test_numbers::read_new(body))),
    ("TestNumberChange", |body| drop(test_numbers::read_change(body))),
    ("VerificationCode", |body| drop(verification_codes::read(body))),
    ("GivenVerificationCode", |body| drop(verification_codes::read_given(body))),
    ("NewSendingRule", |body| drop(sending_rule_body::read(body, None, Timestamp(0)))),
    ("NewResource", |body| drop(resource_body::new(body, fresh(), Timestamp(0)))),
    ("ResourceChange", |body| drop(resource_body::changes(body))),
    ("ResourceDefault", |body| drop(resource_body::is_default(body))),
    ("NewScope", |body| drop(resource_body::new_scope(body))),
    ("ScopeChange", |body| drop(resource_body::scope_changes(body))),
    ("NewRole", |body| drop(role_body::new(body, RoleId::parse("x").unwrap(), Timestamp(0)))),
    ("RoleChange", |body| drop(role_body::changes(body))),
    ("ScopeIds", |body| drop(role_body::ids(body, "scopeIds"))),
    ("UserIds", |body| drop(role_body::ids(body, "userIds"))),
    ("ApplicationIds", |body| drop(role_body::ids(body, "applicationIds"))),
    ("RoleIds", |body| drop(role_body::ids(body, "roleIds"))),
    ("AllRoleIds", |body| drop(role_body::replacing(body))),
];

fn fresh() -> ResourceId {
    ResourceId::parse("x").unwrap()
}

fn client() -> ClientId {
    ClientId::parse("x").unwrap()
}

/// What a reader asks for of an empty body, and of one that takes its other road.
fn asked_by(read: Read) -> Shape {
    asked::during(|| {
        read(json!({}));
        read(json!({ "email": "x" }));
    })
}

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(path) => document().pointer(path.strip_prefix('#').unwrap()).unwrap(),
        None => schema,
    }
}

/// Every member of a shape of the document, by its place.
fn documented(schema: &Value, place: &str, all: &mut Shape) {
    let schema = resolved(schema);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, member) in schema["properties"].as_object().unwrap_or(&Map::new()) {
        let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        let member = resolved(member);
        documented(member, &place, all);
        documented(&member["items"], &format!("{place}[]"), all);
        all.insert(place, (kind(member), required.contains(&name.as_str().into())));
    }
}

/// The part of a schema that a reader can know.
fn kind(schema: &Value) -> Value {
    let names = ["type", "minLength", "maxLength", "minimum", "maximum"];
    let known = names.into_iter().filter_map(|name| Some((name, schema.get(name)?.clone())));
    let mut kind: Map<_, _> = known.map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(items) = schema.get("items") {
        kind.insert("items".to_owned(), json!({ "type": items["type"] }));
    }
    kind.into()
}

fn shape(name: &str) -> Shape {
    let mut all = Shape::new();
    documented(&document()["components"]["schemas"][name], "", &mut all);
    all
}

#[test]
fn every_body_of_an_operation_has_its_reader_here() {
    let bodies: BTreeSet<_> = OPERATIONS.iter().filter_map(|operation| operation.body).collect();
    let mut read: BTreeSet<_> = READERS.iter().map(|(name, _)| *name).collect();
    // anything at all, and what serde reads: the test after the next
    read.extend(["CustomData", "SignInExperienceChange"]);
    assert_eq!(bodies, read);
}

#[test]
fn what_readers_ask_for_is_what_the_document_says() {
    for (name, read) in READERS {
        let mut asked = asked_by(read);
        assert!(!asked.is_empty(), "{name}");
        if NOT_NULL.contains(&name) {
            let phone = asked.get_mut("phone").unwrap();
            assert_eq!(phone.0["type"], json!(["string", "null"]), "{name}");
            phone.0["type"] = "string".into();
        }
        let mut documented = shape(name);
        for (_, place, why) in IGNORED.iter().filter(|(of, _, _)| *of == name) {
            assert!(!asked.contains_key(*place), "{name}.{place} is asked for, though {why}");
            assert!(documented.remove(*place).is_some(), "{name}.{place}");
        }
        // a few words stand for the bounds of a text
        for place in ["type", "customClientMetadata.idTokenSignedResponseAlg"] {
            if let Some((shape, _)) = asked.get_mut(place) {
                *shape = json!({ "type": "string" });
            }
        }
        assert_eq!(asked, documented, "{name}");
    }
}

#[test]
fn the_kinds_of_applications_are_those_of_the_document() {
    let of = &document()["components"]["schemas"]["NewApplication"]["properties"]["type"]["enum"];
    for kind in of.as_array().unwrap() {
        let body = json!({ "name": "x", "type": kind });
        assert_eq!(
            application_body::new(body, client(), (Timestamp(0), Reach::PublicOnly)).unwrap().kind,
            *kind
        );
    }
    let other = json!({ "name": "x", "type": "Protected" });
    assert!(application_body::new(other, client(), (Timestamp(0), Reach::PublicOnly)).is_err());
}

/// With every member that there is: a new one does not compile until it is added here, and then has to be in the document.
fn whole() -> SignInExperience {
    let text = || Some("x".to_owned());
    SignInExperience {
        color: Color::default(),
        branding: Branding {
            name: text(),
            logo_url: text(),
            dark_logo_url: text(),
            favicon: text(),
        },
        language_info: LanguageInfo::default(),
        terms_of_use_url: text(),
        privacy_policy_url: text(),
        agree_to_terms_policy: AgreeToTermsPolicy::Manual,
        sign_in: SignIn {
            methods: vec![SignInMethod {
                identifier: "phone".to_owned(),
                password: false,
                verification_code: true,
                is_password_primary: false,
            }],
        },
        sign_up: SignUp {
            identifiers: vec!["phone".to_owned()],
            password: false,
            verify: true,
            rest: Map::new(),
        },
        sign_in_mode: SignInMode::SignInAndRegister,
        phone_regions: PhoneRegions { allowed: vec![Region::CHINA], default: Region::CHINA },
        verification_code_policy: VerificationCodePolicy {
            expiration_duration: Some(60),
            max_retry_attempts: Some(1),
            resend_cooldown: Some(60),
        },
        unknown_session_redirect_url: text(),
        rest: Map::new(),
    }
}

/// Every member of a value, by its place.
fn members(value: &Value, place: &str, all: &mut BTreeMap<String, Value>) {
    for (name, member) in value.as_object().unwrap_or(&Map::new()) {
        let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        members(member, &place, all);
        members(&member[0], &format!("{place}[]"), all);
        all.insert(place, member.clone());
    }
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str() {
        None => kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| is_of(kind, value))),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        Some(other) => panic!("a kind nobody knows: {other}"),
    }
}

#[test]
fn the_sign_in_experience_has_the_members_that_the_document_names() {
    let mut there = BTreeMap::new();
    members(&serde_json::to_value(whole()).unwrap(), "", &mut there);
    for name in ["SignInExperienceChange", "SignInExperience"] {
        let mut documented = shape(name);
        if name == "SignInExperience" {
            // whose document it is, which nobody can change
            assert!(documented.remove("tenantId").is_some() && documented.remove("id").is_some());
        }
        let names =
            |places: &mut dyn Iterator<Item = &String>| places.cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&mut there.keys()), names(&mut documented.keys()), "{name}");
        for (place, value) in &there {
            assert!(is_of(&documented[place].0["type"], value), "{name}: {place} is {value}");
        }
    }
}
