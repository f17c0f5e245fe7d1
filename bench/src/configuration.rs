//! What the servers of a run are configured with: no cooldown, one application, everything on this machine, visitors from everywhere.
use serde_json::{Value, json};

/// The application.
pub(crate) const CLIENT_ID: &str = "bench";
/// Where sign-in leads back to; nothing listens there.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1:1/callback";
const ACCESS_KEY_ID: &str = "bench-key";
const ACCESS_KEY_SECRET: &str = "bench-secret-of-the-simulator";
const SIGN_NAME: &str = "号码";
const TEMPLATE: &str = "SMS_100000001";

/// The simulator's accounts: one, without flow control.
pub(crate) fn seed() -> Value {
    json!({
        "accounts": [{ "accessKeyId": ACCESS_KEY_ID, "accessKeySecret": ACCESS_KEY_SECRET, "flow": null }],
        "signatures": [{ "name": SIGN_NAME }],
        "templates": [{ "code": TEMPLATE, "name": "验证码", "content": "您的验证码是${code}，请勿告诉他人。" }],
    })
}

/// Which limits are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limits {
    /// All of them, but nobody waits a minute between two messages, the budget is that of a load test, and a slow disk refuses nobody.
    On,
    /// None: what they cost is the difference.
    Off,
}

const ON: &str = "[limits]
cooldown_secs = [0, 0, 0]
patience_ms = 10000
budget_hour = 1000000
budget_day = 1000000
money_hour = 4000000000
money_day = 4000000000
";
const OFF: &str = "[limits]
cooldown_secs = [0, 0, 0]
patience_ms = 10000
per_number_hour = 0
per_number_day = 0
provider_hour = 0
per_number_and_network_day = 0
per_address_day = 0
per_network_day = 0
countries_per_address_day = 0
per_country_unverified = 0
budget_hour = 0
budget_day = 0
money_hour = 0
money_day = 0
captchas_per_network_day = 0
captchas_hour = 0

[guesses]
per_number_hour = 0
per_number_day = 0
per_number_in_a_row = 0
per_address_minute = 0
";

/// `haoma.toml`. Logs stay as they are in production.
pub(crate) fn haoma(
    listen: &str,
    simulator: &str,
    (database_url, limits): (&str, Limits),
) -> String {
    let limits = match limits {
        Limits::On => ON,
        Limits::Off => OFF,
    };
    let key = "7e57".repeat(16);
    format!(
        r#"listen = "{listen}"
server_key = "{key}"
trusted_proxies = ["127.0.0.1"]

[database]
url = {database_url:?}

{limits}
[connector]
factory = "aliyun-short-message-service"

[connector.config]
accessKeyId = "{ACCESS_KEY_ID}"
accessKeySecret = "{ACCESS_KEY_SECRET}"
signName = "{SIGN_NAME}"
endpoint = "http://{simulator}"
templates = [{{ usageType = "Generic", templateCode = "{TEMPLATE}" }}]

[sign_in_experience.signIn]
methods = [{{ identifier = "phone", verificationCode = true }}]

[sign_in_experience.signUp]
identifiers = ["phone"]
verify = true

[[applications]]
id = "{CLIENT_ID}"
name = "Bench"
type = "SPA"
redirect_uris = ["{REDIRECT_URI}"]
"#
    )
}
