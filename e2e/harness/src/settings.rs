//! The configuration of a test run: a connector to the simulator, a few countries, one application of each kind.
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use haoma::config::{Config, Raw};
use haoma_core::entropy::Entropy;
use serde_json::{Value, json};

use crate::Arguments;
use crate::database::hexadecimal;

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Places {
    /// Haoma.
    pub(crate) haoma: SocketAddr,
    /// The simulator.
    pub(crate) simulator: SocketAddr,
    /// The control server.
    pub(crate) control: SocketAddr,
    /// The folder of the SQLite file.
    pub(crate) data: Option<PathBuf>,
}

/// The configuration as somebody would have written it, with a new server key and new secrets.
pub(crate) fn written(
    places: &Places,
    database: &str,
    arguments: &Arguments,
    entropy: &Entropy,
) -> Value {
    let bare = json!({
        "listen": places.haoma.to_string(),
        "endpoint": origin(places.haoma),
        "server_key": hexadecimal(&entropy.bytes::<32>()),
        "sealing_key": hexadecimal(&entropy.bytes::<32>()),
        "database": { "url": database },
        "log": { "filter": arguments.log, "format": "text" },
        // no journey is about how long counters may take, and a busy machine may need longer
        "limits": { "patience_ms": 10_000 },
    });
    if arguments.empty {
        return bare;
    }
    let connector =
        json!({ "factory": "aliyun-short-message-service", "config": connector(places) });
    let more = [
        ("connector", connector),
        ("sign_in_experience", sign_in_experience()),
        ("applications", applications(places, entropy)),
    ];
    let usual = with(bare, &more);
    if !arguments.captcha {
        return usual;
    }
    let limits = json!({ "patience_ms": 10_000, "per_country_unverified": 2 });
    with(usual, &[("limits", limits), ("captcha", captcha(places))])
}

fn captcha(places: &Places) -> Value {
    let simulator = origin(places.simulator);
    json!({
        "provider": "aliyun",
        "scene_id": aliyun_sms_sim::DEMO_CAPTCHA_SCENE,
        "prefix": aliyun_sms_sim::DEMO_CAPTCHA_PREFIX,
        "access_key_id": aliyun_sms_sim::DEMO_ACCESS_KEY_ID,
        "access_key_secret": aliyun_sms_sim::DEMO_ACCESS_KEY_SECRET,
        "script": format!("{simulator}/captcha/AliyunCaptcha.js"),
        "endpoint": simulator,
    })
}

fn applications(places: &Places, entropy: &Entropy) -> Value {
    let secret = || hexadecimal(&entropy.bytes::<24>());
    let demo = |path: &str| json!([format!("{}{path}", origin(places.haoma))]);
    json!([
        application("spa-client", "Spa Client", "SPA"),
        with(
            application("web-client", "Web Client", "Traditional"),
            &[("secret", secret().into())]
        ),
        with(
            application("partner-client", "Partner Ltd", "Traditional"),
            &[("secret", secret().into()), ("is_third_party", true.into())],
        ),
        json!({ "id": "robot", "name": "Robot", "type": "MachineToMachine", "secret": secret() }),
        with(
            application("demo-app", "Demo application", "SPA"),
            &[
                ("redirect_uris", demo("/demo-app")),
                ("post_logout_redirect_uris", demo("/demo-app"))
            ],
        ),
    ])
}

/// What it means to Haoma.
pub(crate) fn check(written: &Value) -> anyhow::Result<Config> {
    let raw: Raw =
        serde_json::from_value(written.clone()).context("the harness writes an unknown key")?;
    haoma::config::check(raw).map_err(anyhow::Error::new)
}

/// The line that says everything is ready.
pub(crate) fn addresses(places: &Places) -> Value {
    json!({
        "haoma": origin(places.haoma),
        "simulator": origin(places.simulator),
        "control": origin(places.control),
    })
}

/// The addresses, the applications with their secrets, and what else a log must never show.
pub(crate) fn info(places: &Places, written: &Value) -> Value {
    with(
        addresses(places),
        &[
            ("data", json!(places.data)),
            ("applications", part(written, "/applications")),
            ("connector", part(written, "/connector/config")),
            ("serverKey", part(written, "/server_key")),
            ("sealingKey", part(written, "/sealing_key")),
            ("databaseUrl", part(written, "/database/url")),
        ],
    )
}

fn origin(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn part(value: &Value, pointer: &str) -> Value {
    value.pointer(pointer).cloned().unwrap_or_default()
}

fn with(mut value: Value, more: &[(&str, Value)]) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.extend(more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    }
    value
}

/// An application at an address that no machine has: tests answer for it in the browser.
fn application(id: &str, name: &str, kind: &str) -> Value {
    json!({
        "id": id,
        "name": name,
        "type": kind,
        "redirect_uris": [format!("https://{id}.example.test/callback")],
        "post_logout_redirect_uris": [format!("https://{id}.example.test/signed-out")],
    })
}

fn connector(places: &Places) -> Value {
    let by_region = |china: &str, overseas: &str| json!({ "china": china, "overseas": overseas });
    json!({
        "accessKeyId": aliyun_sms_sim::DEMO_ACCESS_KEY_ID,
        "accessKeySecret": aliyun_sms_sim::DEMO_ACCESS_KEY_SECRET,
        "signName": aliyun_sms_sim::DEMO_SIGN_NAME,
        "noticeSignName": aliyun_sms_sim::DEMO_GENERAL_SIGN_NAME,
        "endpoint": origin(places.simulator),
        "strictPhoneRegionNumberCheck": true,
        "templates": [
            { "usageType": "SignIn", "templateCode": by_region("SMS_100000001", "SMS_200000001") },
            { "usageType": "Register", "templateCode": by_region("SMS_100000002", "SMS_200000002") },
            { "usageType": "Generic", "templateCode": by_region("SMS_100000003", "SMS_200000003") },
            { "usageType": "PhoneChanged", "templateCode": by_region("SMS_100000006", "SMS_200000006") },
        ],
    })
}

fn sign_in_experience() -> Value {
    json!({
        "signIn": { "methods": [
            { "identifier": "phone", "password": false, "verificationCode": true, "isPasswordPrimary": false },
        ] },
        "signUp": { "identifiers": ["phone"], "password": false, "verify": true },
        "signInMode": "SignInAndRegister",
        "phoneRegions": { "allowed": ["CN", "HK", "MO", "TW", "US", "GB", "DE"], "default": "CN" },
        "termsOfUseUrl": "https://example.test/terms",
        "privacyPolicyUrl": "https://example.test/privacy",
        "agreeToTermsPolicy": "Automatic",
    })
}
