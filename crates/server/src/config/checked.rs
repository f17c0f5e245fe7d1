//! What the configuration means. Every problem is collected and names its key.
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use haoma_core::keys::ServerKey;
use haoma_core::network::Network;
use haoma_core::policy::{CodePolicy, GuessPolicy, SendPolicy};
use haoma_core::prices::Prices;
use haoma_oidc::redirect_uri;
use haoma_store::Options;
use secrecy::SecretString;
use serde_json::Value;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::raw::{Raw, RawApplication, RawConnector, Secret};
use crate::captcha::Captcha;
use crate::connectors;
use crate::experience::settings::SignInExperience;
use crate::oidc::account_client;
use crate::oidc::applications::{LOGOUT_URI, is_logout_uri};
use crate::outbound::Reach;

/// The length a client secret must have at least.
const SHORTEST_SECRET: usize = 16;

/// A configuration that can be started with.
#[derive(Debug)]
pub struct Config {
    /// The public address.
    pub endpoint: Url,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The proxies whose word on where a request comes from counts.
    pub trusted_proxies: Vec<Network>,
    /// The key every other key is derived from.
    pub server_key: ServerKey,
    /// The keys that seal secrets in the database, where they are not derived from the server key.
    pub sealing: Sealing,
    /// Where data is kept.
    pub database: Options,
    /// How log lines look.
    pub logging: Logging,
    /// How codes live.
    pub codes: CodePolicy,
    /// How often messages go out.
    pub limits: SendPolicy,
    /// How often codes are guessed wrong.
    pub guesses: GuessPolicy,
    /// What messages cost.
    pub prices: Prices,
    /// The SMS service.
    pub connector: Option<ConnectorConfig>,
    /// The captcha.
    pub captcha: Option<Captcha>,
    /// How people sign in; replaces what is stored.
    pub sign_in_experience: Option<SignInExperience>,
    /// Applications to store at start.
    pub applications: Vec<ApplicationConfig>,
}

/// Keys that seal secrets in the database.
#[derive(Debug, Default)]
pub struct Sealing {
    /// Seals and opens.
    pub current: Option<ServerKey>,
    /// Opens what it sealed before.
    pub previous: Option<ServerKey>,
}

/// How log lines look.
#[derive(Debug, Clone)]
pub struct Logging {
    /// Which lines.
    pub filter: String,
    /// In which form.
    pub format: LogFormat,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A connector whose configuration was checked.
#[derive(Clone)]
pub struct ConnectorConfig {
    /// The kind.
    pub factory_id: String,
    /// Its configuration; holds secrets.
    pub config: Value,
}

impl fmt::Debug for ConnectorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorConfig")
            .field("factory_id", &self.factory_id)
            .finish_non_exhaustive()
    }
}

/// An application that exists by configuration.
#[derive(Debug, Clone)]
pub struct ApplicationConfig {
    /// As written.
    pub raw: RawApplication,
    /// The client secret, for `Traditional`.
    pub secret: Option<SecretString>,
}

/// Everything that is wrong, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not usable:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}

/// Says what the configuration means, or everything that is wrong with it.
pub fn check(raw: Raw) -> Result<Config, Problems> {
    let mut checker = Checker::default();
    let listen = checker.listen(raw.listen.as_deref());
    let endpoint = checker.endpoint(raw.endpoint.as_deref(), listen);
    let trusted_proxies = checker.proxies(&raw.trusted_proxies);
    let server_key = checker.server_key(raw.server_key, raw.server_key_file.as_deref());
    let sealing = Sealing {
        current: checker.key("sealing_key", raw.sealing_key, raw.sealing_key_file.as_deref()),
        previous: checker.key(
            "previous_sealing_key",
            raw.previous_sealing_key,
            raw.previous_sealing_key_file.as_deref(),
        ),
    };
    let url = checker.secret("database.url", raw.database.url, raw.database.url_file.as_deref());
    let database = checker.database(url, raw.database.pool.unwrap_or(16));
    let logging = checker.logging(raw.log.filter, raw.log.format.as_deref());
    let (codes, limits) = (raw.codes.unwrap_or_default(), raw.limits.unwrap_or_default());
    checker.0.extend(codes.check().iter().map(|problem| format!("codes.{problem}")));
    checker.0.extend(limits.check().iter().map(|problem| format!("limits.{problem}")));
    let guesses = raw.guesses.unwrap_or_default();
    checker.0.extend(guesses.check().iter().map(|problem| format!("guesses.{problem}")));
    let prices = Prices::read(&raw.prices).unwrap_or_else(|wrong| {
        checker.0.extend(wrong.iter().map(|problem| format!("prices: {problem}")));
        Prices::default()
    });
    let connector = raw.connector.and_then(|connector| checker.connector(connector));
    let captcha = raw.captcha.and_then(|captcha| checker.captcha(captcha));
    let sign_in_experience =
        raw.sign_in_experience.and_then(|written| checker.sign_in_experience(written));
    let reach = endpoint.as_ref().map_or(Reach::PublicOnly, Reach::of_applications);
    let applications = raw.applications.into_iter().enumerate();
    let applications: Vec<_> =
        applications.map(|(i, a)| checker.application((i, a), reach)).collect();
    checker.distinct(&applications);
    match (listen, endpoint, server_key, database) {
        (Some(listen), Some(endpoint), Some(server_key), Some(database))
            if checker.0.is_empty() =>
        {
            Ok(Config {
                endpoint,
                listen,
                trusted_proxies,
                server_key,
                sealing,
                database,
                logging,
                codes,
                limits,
                guesses,
                prices,
                connector,
                captcha,
                sign_in_experience,
                applications,
            })
        }
        _ => Err(Problems(checker.0)),
    }
}

/// Distinct bytes a key made by chance has at least; one typed for an experiment has fewer.
const FEWEST_DISTINCT_BYTES: usize = 12;

/// What is fine on this machine and must not be reachable from others: the simulator, a development key.
pub fn check_public(config: &Config) -> Result<(), Problems> {
    let mut checker = Checker::default();
    if is_loopback(&config.endpoint) {
        return Ok(());
    }
    let written = config.connector.as_ref().and_then(|connector| connector.config.get("endpoint"));
    let address = written.and_then(Value::as_str).and_then(|text| Url::parse(text).ok());
    if address.as_ref().is_some_and(is_loopback) {
        checker.problem("connector.endpoint", "is the simulator's, which is for this machine only");
    }
    if let Some(captcha) = &config.captcha {
        checker.captcha_public(captcha);
    }
    if config.server_key.distinct_bytes() < FEWEST_DISTINCT_BYTES {
        let how = "is a development key: make one with `openssl rand -hex 32`";
        checker.problem("server_key", how);
    }
    if checker.0.is_empty() { Ok(()) } else { Err(Problems(checker.0)) }
}

#[derive(Default)]
pub(super) struct Checker(Vec<String>);

impl Checker {
    /// Problems so far.
    pub(super) const fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn problem(&mut self, key: &str, what: impl fmt::Display) {
        self.0.push(format!("{key}: {what}"));
    }

    fn sign_in_experience(&mut self, written: Value) -> Option<SignInExperience> {
        let parsed = serde_json::from_value::<SignInExperience>(written);
        let experience = parsed.map_err(|e| self.problem("sign_in_experience", e)).ok()?;
        for name in experience.unknown_fields() {
            self.problem(&format!("sign_in_experience.{name}"), "is not a field; is it misspelt?");
        }
        Some(experience)
    }

    fn listen(&mut self, written: Option<&str>) -> Option<SocketAddr> {
        let text = written.unwrap_or("127.0.0.1:3001");
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.problem("listen", "must be an address and a port, such as 127.0.0.1:3001");
        }
        parsed
    }

    fn endpoint(&mut self, written: Option<&str>, listen: Option<SocketAddr>) -> Option<Url> {
        let text = match (written, listen) {
            (Some(text), _) => text.to_owned(),
            (None, Some(listen)) if listen.ip().is_loopback() => format!("http://{listen}"),
            (None, _) => {
                self.problem(
                    "endpoint",
                    "is missing: the public address, such as https://sign-in.example.com",
                );
                return None;
            }
        };
        let url = Url::parse(&text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
        });
        if url.is_none() {
            self.problem("endpoint", "must be an origin, such as https://sign-in.example.com");
        }
        let insecure = url.as_ref().is_some_and(|url| url.scheme() == "http" && !is_loopback(url));
        if insecure {
            self.problem("endpoint", "must be https, except on this machine");
        }
        url
    }

    fn proxies(&mut self, written: &[String]) -> Vec<Network> {
        let mut found = vec![];
        for (n, text) in written.iter().enumerate() {
            match Network::parse(text) {
                Ok(network) => found.push(network),
                Err(e) => self.problem(&format!("trusted_proxies[{n}]"), format!("{text:?} {e}")),
            }
        }
        found
    }

    /// A secret given itself or as a file; both is a mistake.
    pub(super) fn secret(
        &mut self,
        key: &str,
        given: Option<Secret>,
        file: Option<&str>,
    ) -> Option<String> {
        match (given, file) {
            (Some(_), Some(_)) => {
                self.problem(key, format!("is given twice, itself and as {key}_file"));
                None
            }
            (Some(Secret(text)), None) => Some(text),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Some(text.trim().to_owned()),
                Err(error) => {
                    self.problem(&format!("{key}_file"), format!("{path} cannot be read: {error}"));
                    None
                }
            },
            (None, None) => None,
        }
    }

    fn server_key(&mut self, given: Option<Secret>, file: Option<&str>) -> Option<ServerKey> {
        let before = self.0.len();
        let key = self.key("server_key", given, file);
        if key.is_none() && self.0.len() == before {
            let how = "is missing: 64 hexadecimal digits, made with `openssl rand -hex 32` and kept outside the database";
            self.problem("server_key", how);
        }
        key
    }

    fn key(&mut self, key: &str, given: Option<Secret>, file: Option<&str>) -> Option<ServerKey> {
        let text = self.secret(key, given, file)?;
        ServerKey::parse(&text).map_err(|error| self.problem(key, error)).ok()
    }

    fn database(&mut self, url: Option<String>, pool: usize) -> Option<Options> {
        let url = url.unwrap_or_else(|| "sqlite:haoma.db".to_owned());
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Some(Options::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Some(Options::Postgres { url, pool: pool.max(1) });
        }
        self.problem("database.url", "must begin with sqlite: or postgres://");
        None
    }

    fn logging(&mut self, filter: Option<String>, format: Option<&str>) -> Logging {
        let format = match format {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                self.problem("log.format", "must be text or json");
                LogFormat::Text
            }
        };
        let filter = filter.unwrap_or_else(|| "info".to_owned());
        if let Err(error) = EnvFilter::builder().parse(&filter) {
            self.problem("log.filter", error);
        }
        Logging { filter, format }
    }

    fn connector(&mut self, raw: RawConnector) -> Option<ConnectorConfig> {
        let config = match (raw.config, raw.config_file) {
            (Some(config), None) => Some(config.0),
            (None, Some(path)) => self.json_file("connector.config_file", &path),
            _ => {
                self.problem("connector", "needs either config or config_file");
                None
            }
        }?;
        match connectors::build(&raw.factory, &config) {
            Ok(_) => Some(ConnectorConfig { factory_id: raw.factory, config }),
            Err(problems) => {
                for problem in problems {
                    self.problem("connector", problem);
                }
                None
            }
        }
    }

    fn json_file(&mut self, key: &str, path: &str) -> Option<Value> {
        let text = std::fs::read_to_string(path);
        let text =
            text.map_err(|e| self.problem(key, format!("{path} cannot be read: {e}"))).ok()?;
        serde_json::from_str(&text)
            .map_err(|e| self.problem(key, format!("{path} is not JSON (line {})", e.line())))
            .ok()
    }

    fn distinct(&mut self, applications: &[ApplicationConfig]) {
        let mut ids: Vec<_> = applications.iter().map(|a| a.raw.id.as_str()).collect();
        ids.sort_unstable();
        for twice in ids.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
            self.problem("applications", format!("{:?} is there twice", twice.first()));
        }
    }

    fn application(
        &mut self,
        (index, raw): (usize, RawApplication),
        reach: Reach,
    ) -> ApplicationConfig {
        let key = format!("applications[{index}]");
        let secret =
            self.secret(&format!("{key}.secret"), raw.secret.clone(), raw.secret_file.as_deref());
        if haoma_core::ids::ClientId::parse(&raw.id).is_err() {
            self.problem(&format!("{key}.id"), haoma_core::ids::InvalidId);
        }
        if raw.id == account_client::ID {
            self.problem(&format!("{key}.id"), "is the one of Haoma's own page /account");
        }
        for uri in raw.redirect_uris.iter().chain(&raw.post_logout_redirect_uris) {
            if let Err(bad) = redirect_uri::check_registration(uri) {
                self.problem(&key, format!("{uri}: {bad}"));
            }
        }
        if raw.backchannel_logout_uri.as_deref().is_some_and(|uri| !is_logout_uri(uri, reach)) {
            self.problem(&format!("{key}.backchannel_logout_uri"), format!("must be {LOGOUT_URI}"));
        }
        match (raw.kind.as_str(), &secret) {
            ("SPA" | "Native", None) => {}
            ("SPA" | "Native", Some(_)) => {
                self.problem(&key, format!("{} keeps no secret", raw.kind));
            }
            ("Traditional" | "MachineToMachine", Some(secret))
                if secret.len() >= SHORTEST_SECRET => {}
            ("Traditional" | "MachineToMachine", _) => {
                let kind = &raw.kind;
                self.problem(
                    &key,
                    format!("{kind} needs a secret of at least {SHORTEST_SECRET} characters"),
                );
            }
            _ => self.problem(
                &format!("{key}.type"),
                "must be SPA, Native, Traditional or MachineToMachine",
            ),
        }
        ApplicationConfig { raw, secret: secret.map(Into::into) }
    }
}

/// Whether an address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        check(toml::from_str(text).unwrap()).err().map(|p| p.to_string()).unwrap_or_default()
    }

    #[test]
    fn every_problem_is_reported_at_once_and_names_its_key() {
        let found = problems(
            "listen = \"nowhere\"\nendpoint = \"http://example.com\"\nserver_key = \"abc\"\n\
             trusted_proxies = [\"10.0.0.0/8\", \"10.0.0.1/8\", \"proxy\", \"0.0.0.0/0\"]\n\
             [database]\nurl = \"mysql://x\"\n[log]\nformat = \"xml\"\n[codes]\nexpirationDuration = 601\n\
             [connector]\nfactory = \"nobody\"\nconfig = {}\n\
             [[applications]]\nid = \"a b\"\nname = \"A\"\ntype = \"SPA\"\nsecret = \"x\"\n\
             [[applications]]\nid = \"account-center\"\nname = \"A\"\ntype = \"SPA\"\n\
             [sign_in_experience]\nsignInMood = \"SignIn\"\nmfa = {}\n",
        );
        for key in [
            "listen:",
            "endpoint:",
            "trusted_proxies[1]: \"10.0.0.1/8\" is not where a network begins; 10.0.0.0/8 is meant?",
            "trusted_proxies[2]: \"proxy\" is neither",
            "trusted_proxies[3]: \"0.0.0.0/0\" is every address",
            "server_key:",
            "database.url:",
            "log.format:",
            "sign_in_experience.signInMood:",
            "codes.expirationDuration",
            "connector:",
            "applications[0].id:",
            "applications[0]: SPA",
            "applications[1].id:",
        ] {
            assert!(found.contains(key), "{key} in\n{found}");
        }
        assert!(!found.contains("sign_in_experience.mfa"), "a field without use here:\n{found}");
    }

    #[test]
    fn applications_hear_inside_only_where_this_server_is_on_this_machine_itself() {
        let key = "0f".repeat(32);
        let file = |endpoint: &str, uri: &str| {
            let text = format!(
                "endpoint = \"{endpoint}\"\ntrusted_proxies = [\"10.0.0.7\"]\nserver_key = \"{key}\"\n\
                 [[applications]]\nid = \"a\"\nname = \"A\"\ntype = \"SPA\"\nbackchannel_logout_uri = \"{uri}\"\n"
            );
            check(toml::from_str(&text).unwrap()).map(drop).map_err(|found| found.to_string())
        };
        for uri in ["http://a.example.com/out", "https://10.0.0.1/out", "https://localhost/out"] {
            let found = file("https://id.example.com", uri).unwrap_err();
            assert!(found.contains("applications[0].backchannel_logout_uri:"), "{uri}: {found}");
        }
        file("https://id.example.com", "https://a.example.com/out").unwrap();
        file("http://127.0.0.1:3001", "http://127.0.0.1:4000/out").unwrap();
    }

    #[test]
    fn a_key_and_nothing_else_is_enough_on_this_machine() {
        let key = "0f".repeat(32);
        let config = check(toml::from_str(&format!("server_key = \"{key}\"")).unwrap()).unwrap();
        assert_eq!(config.endpoint.as_str(), "http://127.0.0.1:3001/");
        assert!(!format!("{config:?}").contains("0f0f"));
        assert!(problems("").contains("server_key: is missing"));
    }
}
