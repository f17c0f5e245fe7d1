//! `[captcha]`: what was written of it, and what that means.
use aliyun_sms::{CaptchaRegion, Client, Config, Credentials, Endpoint};
use serde::Deserialize;
use url::Url;

use super::checked::{Checker, is_loopback};
use super::raw::Secret;
use crate::captcha::{ALIYUN_SCRIPT, Captcha, Provider, Scene, WhenDown};
use crate::connectors;

/// Longest id of a scene or an account's mark.
const MOST_ID_BYTES: usize = 64;

/// `[captcha]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCaptcha {
    /// Who offers it: `aliyun` (Aliyun Captcha 2.0).
    pub provider: String,
    /// The id of the verification scene (验证场景), whose kind of client is Web/H5.
    pub scene_id: String,
    /// The account's mark (身份标), on the overview of Aliyun's captcha console.
    pub prefix: String,
    /// Where checks are answered: `cn` (mainland of China), which is the default, or `sgp` (Singapore).
    pub region: Option<String>,
    /// The AccessKey id of a RAM user with the right `AliyunYundunAFSFullAccess`.
    pub access_key_id: String,
    /// Its secret.
    pub access_key_secret: Option<Secret>,
    /// A file that holds it.
    pub access_key_secret_file: Option<String>,
    /// Another host than Aliyun's own that answers checks, such as `https://captcha.example.com`; http only on this machine.
    pub endpoint: Option<String>,
    /// Another script than Aliyun's own; http only on this machine. The page with the captcha then loads from its origin alone.
    pub script: Option<String>,
    /// What somebody gets who should pass a captcha that cannot be had: `challenge` (what they would get without one: a small
    /// computation and its limits), which is the default, or `refuse` (nothing, and `503 session.captcha_unavailable`).
    pub when_down: Option<String>,
}

impl Checker {
    /// The captcha, if nothing is wrong with it; every problem is told.
    pub(super) fn captcha(&mut self, raw: RawCaptcha) -> Option<Captcha> {
        let before = self.count();
        if raw.provider != "aliyun" {
            self.problem("captcha.provider", "must be aliyun");
        }
        for (key, id) in [("captcha.scene_id", &raw.scene_id), ("captcha.prefix", &raw.prefix)] {
            let is_id =
                !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !is_id || id.len() > MOST_ID_BYTES {
                self.problem(key, "must be letters and digits, as Aliyun's console shows them");
            }
        }
        let region = CaptchaRegion::parse(raw.region.as_deref().unwrap_or("cn"));
        if region.is_none() {
            self.problem("captcha.region", "must be cn or sgp");
        }
        let region = region.unwrap_or_default();
        let when_down = match raw.when_down.as_deref() {
            None | Some("challenge") => WhenDown::Challenge,
            Some("refuse") => WhenDown::Refuse,
            Some(_) => {
                self.problem("captcha.when_down", "must be challenge or refuse");
                WhenDown::Challenge
            }
        };
        let script = self.script(raw.script.as_deref().unwrap_or(ALIYUN_SCRIPT));
        let endpoint = match raw.endpoint.as_deref() {
            Some(written) => self.captcha_endpoint(written),
            None => Some(Endpoint::captcha(region)),
        };
        let key = "captcha.access_key_secret";
        let found = self.count();
        let secret = self.secret(key, raw.access_key_secret, raw.access_key_secret_file.as_deref());
        if secret.is_none() && self.count() == found {
            self.problem(key, "is missing, itself or as captcha.access_key_secret_file");
        }
        let client = self.client(endpoint?, (raw.access_key_id, secret?))?;
        let scene = Scene { client, scene_id: raw.scene_id, prefix: raw.prefix, region };
        let captcha = Captcha { provider: Provider::Aliyun(scene), script: script?, when_down };
        (self.count() == before).then_some(captcha)
    }

    fn client(&mut self, endpoint: Endpoint, (id, secret): (String, String)) -> Option<Client> {
        let mut config = Config::new(Credentials::access_key(id, secret));
        config.captcha_endpoint = endpoint;
        config.admit = connectors::admits;
        let key = |error: &aliyun_sms::ConfigError| match error {
            aliyun_sms::ConfigError::AccessKeySecret => "captcha.access_key_secret",
            _ => "captcha.access_key_id",
        };
        Client::new(config).map_err(|error| self.problem(key(&error), error)).ok()
    }

    fn captcha_endpoint(&mut self, written: &str) -> Option<Endpoint> {
        let key = "captcha.endpoint";
        let endpoint = Endpoint::parse(written).map_err(|error| self.problem(key, error)).ok()?;
        if endpoint.ip().is_some_and(|ip| !connectors::admits(&ip.to_string(), ip)) {
            self.problem(key, "is an address inside, other than this machine's");
        }
        Some(endpoint)
    }

    fn script(&mut self, written: &str) -> Option<Url> {
        let url = Url::parse(written).ok().filter(|url| {
            let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
            is_safe && url.host().is_some() && url.username().is_empty() && url.password().is_none()
        });
        if url.is_none() {
            self.problem(
                "captcha.script",
                "must be an address with https; http only on this machine",
            );
        }
        url
    }

    /// What is fine on this machine alone.
    pub(super) fn captcha_public(&mut self, captcha: &Captcha) {
        let Provider::Aliyun(scene) = &captcha.provider;
        let host = format!("http://{}", scene.client.config().captcha_endpoint.host());
        let is_simulator = "is the simulator's, which is for this machine only";
        if Url::parse(&host).is_ok_and(|url| is_loopback(&url)) {
            self.problem("captcha.endpoint", is_simulator);
        }
        if is_loopback(&captcha.script) {
            self.problem("captcha.script", is_simulator);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, check, check_public};

    fn read(more: &str, captcha: &str) -> Result<Config, String> {
        let key = "0123456789abcdef".repeat(4);
        let text = format!("server_key = \"{key}\"\n{more}\n[captcha]\n{captcha}");
        check(toml::from_str(&text).unwrap()).map_err(|problems| problems.to_string())
    }

    const GOOD: &str = "provider = \"aliyun\"\nscene_id = \"1ab2cd3e\"\nprefix = \"a1b2c3\"\n\
                        access_key_id = \"LTAIx\"\naccess_key_secret = \"hush-hush\"\n";

    #[test]
    fn a_captcha_is_read_and_its_secret_is_not_shown() {
        let config = read("", GOOD).unwrap();
        assert!(!format!("{config:?}").contains("hush-hush"));
        let captcha = config.captcha.unwrap();
        assert_eq!(captcha.when_down.as_str(), "challenge");
        assert_eq!(
            captcha.described(),
            serde_json::json!({ "provider": "aliyun", "sceneId": "1ab2cd3e", "prefix": "a1b2c3", "region": "cn" })
        );
        assert!(read("", &format!("{GOOD}when_down = \"refuse\"\nregion = \"sgp\"")).is_ok());
    }

    #[test]
    fn every_problem_of_a_captcha_names_its_key() {
        let found = read(
            "",
            "provider = \"nobody\"\nscene_id = \"a b\"\nprefix = \"\"\nregion = \"us\"\naccess_key_id = \"\"\n\
             endpoint = \"http://10.0.0.1\"\nscript = \"http://example.com/a.js\"\nwhen_down = \"open\"\n",
        );
        let found = found.unwrap_err();
        for key in [
            "provider",
            "scene_id",
            "prefix",
            "region",
            "access_key_secret: is missing",
            "endpoint",
            "script",
            "when_down",
        ] {
            assert!(found.contains(&format!("captcha.{key}")), "{key} in\n{found}");
        }
        let found = read("", &GOOD.replace("LTAIx", "")).unwrap_err();
        assert!(found.contains("captcha.access_key_id: "), "{found}");
        let inside = format!("{GOOD}endpoint = \"https://192.168.1.1\"");
        assert!(read("", &inside).unwrap_err().contains("captcha.endpoint: is an address inside"));
    }

    #[test]
    fn the_simulators_captcha_is_for_this_machine_only() {
        let local = format!(
            "{GOOD}endpoint = \"http://127.0.0.1:3003\"\nscript = \"http://127.0.0.1:3003/captcha/AliyunCaptcha.js\""
        );
        assert_eq!(check_public(&read("", &local).unwrap()), Ok(()));
        let public = read("endpoint = \"https://id.example.com\"", &local).unwrap();
        let found = check_public(&public).unwrap_err().to_string();
        assert!(
            found.contains("captcha.endpoint:") && found.contains("captcha.script:"),
            "{found}"
        );
    }
}
