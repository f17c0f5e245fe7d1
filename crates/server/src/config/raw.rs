//! What was written: defaults, then the file, then the environment, then flags.
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::captcha::RawCaptcha;

/// `haoma.toml` as written. Unknown keys are errors, so that a misspelt one is noticed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Raw {
    /// The public address, such as `https://sign-in.example.com`.
    pub endpoint: Option<String>,
    /// The address to listen on; `127.0.0.1:3001` by default.
    pub listen: Option<String>,
    /// Addresses and networks of the proxies in front of Haoma, such as `["10.0.0.0/8", "192.0.2.7"]`: only what these say in
    /// `X-Forwarded-For` is believed. None by default; then everybody has the address of the connection.
    pub trusted_proxies: Vec<String>,
    /// The server key: 64 hexadecimal digits.
    pub server_key: Option<Secret>,
    /// A file that holds the server key.
    pub server_key_file: Option<String>,
    /// The key that seals secrets in the database, in the form of the server key; derived from that one where it is absent.
    pub sealing_key: Option<Secret>,
    /// A file that holds it.
    pub sealing_key_file: Option<String>,
    /// One that still opens what it sealed, until `haoma keys rotate` has sealed everything anew.
    pub previous_sealing_key: Option<Secret>,
    /// A file that holds it.
    pub previous_sealing_key_file: Option<String>,
    /// Where data is kept.
    pub database: RawDatabase,
    /// How log lines look.
    pub log: RawLog,
    /// How codes live.
    pub codes: Option<haoma_core::policy::CodePolicy>,
    /// How often messages go out.
    pub limits: Option<haoma_core::policy::SendPolicy>,
    /// How often codes are guessed wrong.
    pub guesses: Option<haoma_core::policy::GuessPolicy>,
    /// What one message costs, by country in two letters, such as `{ CN = 0.045, US = 0.05, elsewhere = 0.5 }`; `elsewhere` is every
    /// other country. The currency is yours: what `limits.money_hour` and `limits.money_day` count is a ten-thousandth of it.
    pub prices: BTreeMap<String, f64>,
    /// The SMS service.
    pub connector: Option<RawConnector>,
    /// A captcha of a third party, asked for where a small computation helps no more; none by default.
    pub captcha: Option<RawCaptcha>,
    /// How people sign in, in the fields of `GET /api/sign-in-exp`.
    pub sign_in_experience: Option<serde_json::Value>,
    /// Applications that exist without having been registered in the console.
    pub applications: Vec<RawApplication>,
}

/// `[database]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawDatabase {
    /// `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`; `sqlite:haoma.db` by default.
    pub url: Option<Secret>,
    /// A file that holds the address.
    pub url_file: Option<String>,
    /// Connections to PostgreSQL at most; 16 by default.
    pub pool: Option<usize>,
}

/// `[log]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawLog {
    /// Such as `info` or `haoma=debug,info`.
    pub filter: Option<String>,
    /// `text` or `json`.
    pub format: Option<String>,
}

/// `[connector]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawConnector {
    /// The kind, such as `aliyun-short-message-service`.
    pub factory: String,
    /// Its configuration.
    pub config: Option<SecretJson>,
    /// A JSON file that holds it, such as one exported from Logto.
    pub config_file: Option<String>,
}

/// `[[applications]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawApplication {
    /// The `client_id`.
    pub id: String,
    /// What people see.
    pub name: String,
    /// `Native`, `SPA`, `Traditional`, or `MachineToMachine` for a service that may call the management API.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where sign-in may lead back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where sign-out may lead back to.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it hears that a session ended (OpenID Connect Back-Channel Logout 1.0). A file that names none any more takes away what an
    /// earlier file set.
    pub backchannel_logout_uri: Option<String>,
    /// The client secret, for `Traditional` and `MachineToMachine`.
    pub secret: Option<Secret>,
    /// A file that holds it.
    pub secret_file: Option<String>,
    /// Whether people are asked before it learns who they are.
    #[serde(default)]
    pub is_third_party: bool,
}

/// A written secret.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A written document that holds secrets.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct SecretJson(pub serde_json::Value);

impl std::fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretJson(…)")
    }
}

/// Reads the file, if there is one, and lays the environment over it.
///
/// # Errors
/// A file that cannot be read or is not the TOML we know; the message names the line; a value of the wrong kind may be quoted, a secret is text and is not.
pub fn read(
    path: Option<&Path>,
    environment: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<Raw> {
    let mut raw = match path {
        None => Raw::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("the configuration {} cannot be read", path.display()))?;
            toml::from_str(&text).map_err(|error| {
                let line = error.span().map(|span| {
                    text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1)
                });
                let line = line.map(|n| format!(" near line {n}")).unwrap_or_default();
                anyhow::anyhow!("{}{line}: {}", path.display(), error.message())
            })?
        }
    };
    overlay(&mut raw, environment)?;
    Ok(raw)
}

/// Every variable that means something; the last is read with the arguments.
const VARIABLES: [&str; 15] = [
    "HAOMA_ENDPOINT",
    "HAOMA_LISTEN",
    "HAOMA_TRUSTED_PROXIES",
    "HAOMA_SERVER_KEY_FILE",
    "HAOMA_SEALING_KEY",
    "HAOMA_SEALING_KEY_FILE",
    "HAOMA_PREVIOUS_SEALING_KEY",
    "HAOMA_PREVIOUS_SEALING_KEY_FILE",
    "HAOMA_DATABASE_URL_FILE",
    "HAOMA_LOG",
    "HAOMA_LOG_FORMAT",
    "HAOMA_SERVER_KEY",
    "HAOMA_DATABASE_URL",
    "HAOMA_DATABASE_POOL",
    "HAOMA_CONFIG",
];

/// Those of `names` that look like settings and are none. An orchestrator's own, such as `HAOMA_PORT_3001_TCP`, are
/// among them, so this is worth a warning and not an error.
pub fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let is_ours = |name: &String| name.starts_with("HAOMA_");
    names.filter(is_ours).filter(|name| !VARIABLES.contains(&name.as_str())).collect()
}

fn overlay(raw: &mut Raw, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<()> {
    let set = |target: &mut Option<String>, name: &str| {
        if let Some(value) = environment(name) {
            *target = Some(value);
        }
    };
    set(&mut raw.endpoint, "HAOMA_ENDPOINT");
    set(&mut raw.listen, "HAOMA_LISTEN");
    set(&mut raw.server_key_file, "HAOMA_SERVER_KEY_FILE");
    set(&mut raw.sealing_key_file, "HAOMA_SEALING_KEY_FILE");
    set(&mut raw.previous_sealing_key_file, "HAOMA_PREVIOUS_SEALING_KEY_FILE");
    set(&mut raw.database.url_file, "HAOMA_DATABASE_URL_FILE");
    set(&mut raw.log.filter, "HAOMA_LOG");
    set(&mut raw.log.format, "HAOMA_LOG_FORMAT");
    let set_secret = |target: &mut Option<Secret>, name: &str| {
        if let Some(value) = environment(name) {
            *target = Some(Secret(value));
        }
    };
    set_secret(&mut raw.server_key, "HAOMA_SERVER_KEY");
    set_secret(&mut raw.sealing_key, "HAOMA_SEALING_KEY");
    set_secret(&mut raw.previous_sealing_key, "HAOMA_PREVIOUS_SEALING_KEY");
    set_secret(&mut raw.database.url, "HAOMA_DATABASE_URL");
    if let Some(value) = environment("HAOMA_TRUSTED_PROXIES") {
        let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
        raw.trusted_proxies = parts.map(str::to_owned).collect();
    }
    if let Some(value) = environment("HAOMA_DATABASE_POOL") {
        raw.database.pool = Some(value.parse().context("HAOMA_DATABASE_POOL must be a number")?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let written = file("listen = \"127.0.0.1:1\"\n[database]\nurl = \"sqlite:a.db\"\n");
        let raw = read(Some(written.path()), |name| {
            (name == "HAOMA_LISTEN").then(|| "127.0.0.1:2".to_owned())
        })
        .unwrap();
        assert_eq!(raw.listen.as_deref(), Some("127.0.0.1:2"));
        assert_eq!(raw.database.url.unwrap().0, "sqlite:a.db");
    }

    #[test]
    fn proxies_stand_in_one_variable_with_commas_between() {
        let written = file("trusted_proxies = [\"10.0.0.0/8\"]\n");
        let read_with = |value: Option<&str>| {
            let value = value.map(str::to_owned);
            let raw = read(Some(written.path()), |name| {
                value.clone().filter(|_| name == "HAOMA_TRUSTED_PROXIES")
            });
            raw.unwrap().trusted_proxies
        };
        assert_eq!(read_with(None), ["10.0.0.0/8"]);
        assert_eq!(read_with(Some("192.0.2.7, 2001:db8::/32,")), ["192.0.2.7", "2001:db8::/32"]);
        assert_eq!(read_with(Some("")), [""; 0], "nobody after all");
    }

    #[test]
    fn every_variable_that_is_read_is_known_and_a_misspelt_one_is_not() {
        let asked = std::cell::RefCell::new(vec![]);
        let none = |name: &str| {
            asked.borrow_mut().push(name.to_owned());
            None
        };
        read(None, none).unwrap();
        let asked = asked.into_inner();
        assert!(asked.len() >= 9, "{asked:?}");
        assert_eq!(unknown_variables(asked.into_iter()), [""; 0]);
        let set = ["HAOMA_LISTEN", "HAOMA_ENDPONT", "HOME"].map(str::to_owned);
        assert_eq!(unknown_variables(set.into_iter()), ["HAOMA_ENDPONT"]);
    }

    /// No setting makes codes shorter, whatever it is called; their length is what derives them.
    #[test]
    fn s2_codes_have_six_digits_and_nothing_written_makes_them_four_or_five() {
        for key in ["length", "digits", "codeLength", "passcodeLength", "passcode_length"] {
            for length in [4, 5, 6] {
                let written = file(&format!("[codes]\nmaxRetryAttempts = 3\n{key} = {length}\n"));
                let error = read(Some(written.path()), |_| None).unwrap_err().to_string();
                let named = format!("unknown field `{key}`");
                assert!(error.contains(&named) && error.contains("line 3"), "{error}");
            }
            let written = file(&format!("{key} = 4\n"));
            let error = read(Some(written.path()), |_| None).unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
        let names = ["HAOMA_CODE_LENGTH", "HAOMA_PASSCODE_LENGTH"].map(str::to_owned);
        assert_eq!(unknown_variables(names.clone().into_iter()), names, "none is read");
    }

    #[test]
    fn a_misspelt_key_is_named_and_no_value_is_shown() {
        let written = file("listen = \"x\"\nserver_kee = \"topsecret\"\n");
        let error = read(Some(written.path()), |_| None).unwrap_err().to_string();
        assert!(error.contains("server_kee") && error.contains("line 2"), "{error}");
        assert!(!error.contains("topsecret"), "{error}");
    }
}
