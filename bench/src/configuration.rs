//! What the servers of a run are configured with: no cooldown, one application, everything on this machine.
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

/// `haoma.toml`. Logs and limits stay as they are in production, but nobody waits a minute between two messages.
pub(crate) fn haoma(listen: &str, simulator: &str, database_url: &str) -> String {
    let key = "7e57".repeat(16);
    format!(
        r#"listen = "{listen}"
server_key = "{key}"

[database]
url = {database_url:?}

[limits]
cooldown_secs = [0, 0, 0]

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
