//! Everything a handler may need, in one concrete struct.
use std::ops::Deref;
use std::sync::Arc;

use arc_swap::ArcSwap;
use haoma_core::entropy::Entropy;
use haoma_core::keys::{Key, ServerKey};
use haoma_core::network::Network;
use haoma_core::policy::{CodePolicy, GuessPolicy, SendPolicy};
use haoma_core::prices::Prices;
use haoma_core::time::Clock;
use haoma_oidc::keys::KeySet;
use haoma_store::{Db, Deadline};
use tokio::sync::Mutex;
use url::Url;

use crate::captcha::Captcha;
use crate::config::Sealing;
use crate::connectors::InUse;
use crate::console::Passwords;
use crate::experience::settings::Loaded;
use crate::hooks::Hooks;
use crate::hooks::deliver::UnderWay;
use crate::oidc::known_clients::KnownClients;
use crate::outbound::Reach;
use crate::refusals::Refusals;
use crate::seal::SealKeys;
use crate::sending_rules::Loaded as LoadedRules;
use crate::statistics::Statistics;
use crate::work::Work;

/// Cheap to clone: every request does so several times, so it is two handles.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    parts: Arc<Parts>,
}

/// What an [`App`] shares.
#[derive(Debug)]
pub struct Parts {
    /// The one source of `now`.
    pub clock: Clock,
    /// The one source of randomness.
    pub entropy: Entropy,
    /// Symmetric keys, derived from the server key.
    pub keys: Keys,
    /// What was configured.
    pub settings: Settings,
    /// How people sign in; replaced as a whole.
    pub experience: ArcSwap<Loaded>,
    /// The connector messages go through, if there is one; replaced as a whole.
    pub connector: ArcSwap<Option<InUse>>,
    /// Whom messages are kept from and let through to; replaced as a whole.
    pub sending_rules: ArcSwap<LoadedRules>,
    /// What was refused and is not stored yet.
    pub refusals: Refusals,
    /// The web-hooks; replaced as a whole.
    pub hooks: ArcSwap<Hooks>,
    /// Requests to web-hooks that are under way.
    pub hooks_under_way: UnderWay,
    /// The keys that sign tokens; replaced as a whole.
    pub signing: ArcSwap<KeySet>,
    /// Where administrators' passwords are hashed.
    pub passwords: Passwords,
    /// Clients read a moment ago.
    pub clients: KnownClients,
    /// What the overview counted.
    pub statistics: Statistics,
    /// Held while settings are loaded, so that what was read first is not put in place last.
    pub reloading: Mutex<()>,
    /// What runs to its end.
    pub work: Work,
}

impl App {
    /// Shares these parts.
    pub fn new(db: Db, parts: Parts) -> Self {
        Self { db, parts: Arc::new(parts) }
    }

    /// The same for somebody who waits no longer than this for the database ([`Db::by`]): for finding out what they ask about. What goes on
    /// without them is not for it.
    pub fn by(&self, until: Deadline) -> Self {
        Self { db: self.db.by(until), parts: Arc::clone(&self.parts) }
    }

    /// How codes live.
    pub fn codes(&self) -> CodePolicy {
        self.experience.load().verification_code_policy.codes(self.settings.codes)
    }

    /// How often messages go out.
    pub fn limits(&self) -> SendPolicy {
        self.experience.load().verification_code_policy.limits(self.settings.limits)
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

/// One key per purpose.
#[derive(Debug)]
pub struct Keys {
    /// Derives verification codes.
    pub passcodes: Key,
    /// Names numbers in counters and messages.
    pub numbers: Key,
    /// Makes challenges.
    pub challenges: Key,
    /// Signs cookies.
    pub cookies: Key,
    /// Signs the hidden field of forms.
    pub csrf: Key,
    /// Derives the secret of a refresh token from the one it replaces.
    pub tokens: Key,
    /// Tells whether the configuration file says something new.
    pub configured: Key,
    /// Seals what is secret in the database.
    pub seal: SealKeys,
}

/// What was configured and does not change while running.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The public address, without path: every absolute link starts with it.
    pub endpoint: Url,
    /// How codes live, where the sign-in experience does not say.
    pub codes: CodePolicy,
    /// How often messages go out, where the sign-in experience does not say.
    pub limits: SendPolicy,
    /// How often codes are guessed wrong.
    pub guesses: GuessPolicy,
    /// What messages cost.
    pub prices: Prices,
    /// The captcha that is asked for where work helps no more.
    pub captcha: Option<Captcha>,
    /// Where the demo's messages can be read; `None` in production.
    pub demo_inbox: Option<Url>,
    /// The proxies whose word on where a request comes from counts.
    pub trusted_proxies: Vec<Network>,
    /// Which keys are configured besides `server_key`.
    pub sealing: KeysGiven,
}

/// Which keys that seal are configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeysGiven {
    /// `sealing_key`.
    pub current: bool,
    /// `previous_sealing_key`.
    pub previous: bool,
}

impl Settings {
    /// An absolute address on this server; `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        let base = self.endpoint.as_str();
        format!("{}{path}", base.strip_suffix('/').unwrap_or(base))
    }

    /// The OpenID Connect issuer.
    pub fn issuer(&self) -> String {
        self.url("/oidc")
    }

    /// How far requests to addresses of applications may lead.
    pub fn reach(&self) -> Reach {
        Reach::of_applications(&self.endpoint)
    }

    /// Whether browsers reach us over TLS, so that cookies can say `Secure`.
    pub fn is_https(&self) -> bool {
        self.endpoint.scheme() == "https"
    }
}

impl Keys {
    /// Derives every key from the server key, but the one that seals where another is configured.
    pub fn derive(server: &ServerKey, sealing: &Sealing) -> Self {
        let current = sealing.current.as_ref().unwrap_or(server);
        let all = [Some(current), sealing.previous.as_ref(), Some(server)].into_iter().flatten();
        let all: Vec<_> = all.map(|key| key.derive("seal")).collect();
        Self {
            passcodes: server.derive("passcodes"),
            numbers: server.derive("numbers"),
            challenges: server.derive("challenges"),
            cookies: server.derive("cookies"),
            csrf: server.derive("csrf"),
            tokens: server.derive("tokens"),
            configured: server.derive("configured"),
            seal: SealKeys::new(&all),
        }
    }
}
