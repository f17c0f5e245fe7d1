//! The authorization request (OpenID Connect Core 3.1.2.1; wire contract A.4).
use haoma_core::ids::ClientId;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, ResponseMode};
use crate::client::Client;
use crate::error::{ErrorKind, OauthError};
use crate::pages::Extras;
use crate::params::Params;
use crate::pkce::Challenge;
use crate::redirect_uri;
use crate::resource;
use crate::scope::{Scope, Scopes};

/// What `prompt` demands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompts {
    /// No page may be shown.
    pub is_none: bool,
    /// Somebody has to sign in, whoever is signed in already.
    pub login: bool,
    /// Somebody has to agree, whatever was agreed before.
    pub consent: bool,
}

impl Prompts {
    fn parse(text: Option<&str>) -> Result<Self, OauthError> {
        let mut prompts = Self::default();
        let mut count = 0;
        for word in text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
            count += 1;
            match word {
                "none" => prompts.is_none = true,
                // The sign-in page is where an account is chosen.
                "login" | "select_account" => prompts.login = true,
                "consent" => prompts.consent = true,
                _ => return Err(OauthError::invalid_request("unsupported prompt value requested")),
            }
        }
        if prompts.is_none && count > 1 {
            return Err(OauthError::invalid_request("prompt none must only be used alone"));
        }
        Ok(prompts)
    }
}

/// Where the answer goes: known before anything else, because errors go there too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// One of the client's addresses.
    pub redirect_uri: String,
    /// Returned as it came.
    pub state: Option<String>,
    /// How it travels.
    #[serde(default, skip_serializing_if = "ResponseMode::is_query")]
    pub mode: ResponseMode,
}

impl Target {
    /// Finds out where answers go.
    ///
    /// # Errors
    /// Errors of this step must not be redirected: nobody trustworthy would get them.
    pub fn find(params: &Params, client: &Client) -> Result<Self, OauthError> {
        if !client.can_authorize() {
            let text = "the client has no redirect_uri or does not sign people in";
            return Err(OauthError::new(ErrorKind::UnauthorizedClient, text));
        }
        let redirect_uri = params.required("redirect_uri")?;
        if !redirect_uri::is_allowed(client, redirect_uri) {
            let text = "redirect_uri does not match any address registered for the client";
            return Err(OauthError::new(ErrorKind::InvalidRedirectUri, text));
        }
        let state = params.get("state").map(ToOwned::to_owned);
        // another mode is refused later, by an error that travels in the query
        let mode = mode(params, redirect_uri).unwrap_or_default();
        Ok(Self { redirect_uri: redirect_uri.to_owned(), state, mode })
    }

    /// A success.
    pub fn code(&self, code: &str, issuer: &str) -> Answer {
        self.with(&[("code", code)], issuer)
    }

    /// An error (RFC 6749, section 4.1.2.1).
    pub fn error(&self, error: &OauthError, issuer: &str) -> Answer {
        let pairs =
            [("error", error.kind.name()), ("error_description", error.description.as_ref())];
        self.with(&pairs, issuer)
    }

    /// `state` as it came, and `iss` (RFC 9207).
    fn with(&self, pairs: &[(&str, &str)], issuer: &str) -> Answer {
        let mut pairs = pairs.to_vec();
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.push(("iss", issuer));
        self.mode.answer(&self.redirect_uri, &pairs)
    }
}

/// A request that may be answered. Lives in the interaction's row as JSON while a person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes.
    pub target: Target,
    /// What is asked for.
    pub scope: Scopes,
    /// For which API resources, by indicator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Every scope as it was written: what is none of ours may be one of a resource. Empty where no resource is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Binds the id token to the client's session.
    pub nonce: Option<String>,
    /// Binds the code to its requester.
    pub code_challenge: Option<Challenge>,
    /// What pages must or must not be shown.
    pub prompts: Prompts,
    /// Seconds since the sign-in at most.
    pub max_age: Option<i64>,
    /// Who is expected, from a verified `id_token_hint`.
    pub expected_user: Option<String>,
    /// How the first page looks.
    pub extras: Extras,
}

impl AuthorizationRequest {
    /// Reads everything but the target.
    ///
    /// # Errors
    /// Errors of this step are redirected to the target.
    pub fn parse(params: &Params, client: &Client, target: Target) -> Result<Self, OauthError> {
        refuse_unsupported(params)?;
        let prompts = Prompts::parse(params.get("prompt"))?;
        let max_age = params.get("max_age").map(|text| text.parse::<u32>().map(i64::from));
        let max_age = max_age.transpose().map_err(|_not_a_number| {
            OauthError::invalid_request("max_age must be a number of seconds, zero or more")
        })?;
        let method = params.get("code_challenge_method");
        let code_challenge = Challenge::parse(params.get("code_challenge"), method)?;
        if code_challenge.is_none() && client.needs_pkce() {
            let text = "Authorization Server policy requires PKCE to be used for this request";
            return Err(OauthError::invalid_request(text));
        }
        let mut scope = Scopes::parse(params.get("scope").unwrap_or_default());
        if !prompts.consent {
            // OpenID Connect Core 11: without `prompt=consent` the wish for offline access is ignored.
            scope = scope.without(Scope::OfflineAccess);
        }
        let mut resources = resource::named(params)?;
        if resources.is_empty() {
            resources.extend(client.default_resource.clone());
        }
        Ok(Self {
            client_id: client.id.clone(),
            target,
            scope,
            words: if resources.is_empty() { vec![] } else { words(params) },
            resources,
            nonce: params.get("nonce").map(ToOwned::to_owned),
            code_challenge,
            prompts,
            max_age,
            expected_user: None,
            extras: Extras::parse(params),
        })
    }
}

/// The scopes of a request as they were written, each once.
fn words(params: &Params) -> Vec<String> {
    let mut words: Vec<String> = vec![];
    for word in params.get("scope").unwrap_or_default().split(' ') {
        if !word.is_empty() && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// How the answer travels; `None` for no mode of ours, and for a form to an application's own scheme, which gets no form's fields.
fn mode(params: &Params, redirect_uri: &str) -> Option<ResponseMode> {
    let Some(text) = params.get("response_mode") else { return Some(ResponseMode::default()) };
    let is_web = redirect_uri::origin(redirect_uri).is_some();
    ResponseMode::parse(text).filter(|mode| is_web || *mode != ResponseMode::FormPost)
}

fn refuse_unsupported(params: &Params) -> Result<(), OauthError> {
    let refuse = |kind, text: &'static str| Err(OauthError::new(kind, text));
    if params.has("request") {
        return refuse(ErrorKind::RequestNotSupported, "request objects are not supported");
    }
    if params.has("request_uri") {
        return refuse(ErrorKind::RequestUriNotSupported, "request_uri is not supported");
    }
    if params.has("registration") {
        return refuse(ErrorKind::RegistrationNotSupported, "registration is not supported");
    }
    if params.required("response_type")? != "code" {
        return refuse(ErrorKind::UnsupportedResponseType, "unsupported response_type requested");
    }
    if mode(params, params.required("redirect_uri")?).is_none() {
        return refuse(ErrorKind::UnsupportedResponseMode, "unsupported response_mode requested");
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::client::ApplicationKind;
    use crate::client::tests::client;

    pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const REDIRECT: &str = "https://a.example/cb";

    pub(crate) fn request(
        kind: ApplicationKind,
        changes: &[(&str, &str)],
    ) -> Result<AuthorizationRequest, OauthError> {
        let mut pairs = vec![
            ("client_id", "app"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", "openid profile offline_access"),
            ("state", "st&te"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        pairs.extend_from_slice(changes);
        let owned = pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let params = Params::new(owned)?;
        let client = client(kind, &[REDIRECT]);
        AuthorizationRequest::parse(&params, &client, Target::find(&params, &client)?)
    }

    fn error(kind: ApplicationKind, changes: &[(&str, &str)]) -> (&'static str, String) {
        let error = request(kind, changes).unwrap_err();
        (error.kind.name(), error.description.into_owned())
    }

    #[test]
    fn s50_public_clients_must_use_s256_and_servers_may() {
        let without = [("code_challenge", ""), ("code_challenge_method", "")];
        let missing = "Authorization Server policy requires PKCE to be used for this request";
        for kind in [ApplicationKind::Spa, ApplicationKind::Native] {
            assert_eq!(error(kind, &without), ("invalid_request", missing.to_owned()));
        }
        assert_eq!(request(ApplicationKind::Traditional, &without).unwrap().code_challenge, None);
        let plain = error(ApplicationKind::Traditional, &[("code_challenge_method", "plain")]);
        assert_eq!(plain.1, "not supported value of code_challenge_method");
    }

    #[test]
    fn what_is_not_supported_has_its_own_name() {
        for (name, value, expected) in [
            ("request", "x", "request_not_supported"),
            ("request_uri", "x", "request_uri_not_supported"),
            ("registration", "x", "registration_not_supported"),
            ("response_type", "id_token", "unsupported_response_type"),
            ("response_type", "", "invalid_request"),
            ("response_mode", "web_message", "unsupported_response_mode"),
            ("prompt", "none login", "invalid_request"),
            ("prompt", "create", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("max_age", "x", "invalid_request"),
        ] {
            assert_eq!(error(ApplicationKind::Spa, &[(name, value)]).0, expected, "{name}={value}");
        }
    }

    #[test]
    fn an_application_with_a_scheme_of_its_own_gets_no_form() {
        let client = client(ApplicationKind::Native, &["com.example.app:/cb", REDIRECT]);
        let parse = |uri: &str, mode: &str| {
            let pairs = [
                ("redirect_uri", uri),
                ("response_type", "code"),
                ("response_mode", mode),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ];
            let owned = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let params = Params::new(owned.into()).unwrap();
            let target = Target::find(&params, &client).unwrap();
            let mode = target.mode;
            (mode, AuthorizationRequest::parse(&params, &client, target).is_ok())
        };
        assert_eq!(parse(REDIRECT, "form_post"), (ResponseMode::FormPost, true));
        assert_eq!(parse("com.example.app:/cb", "fragment"), (ResponseMode::Fragment, true));
        assert_eq!(parse("com.example.app:/cb", "form_post"), (ResponseMode::Query, false));
    }

    #[test]
    fn a_wrong_target_is_never_redirected_to() {
        for uri in ["https://evil.example/cb", "", "https://a.example/cb/"] {
            let (name, text) = error(ApplicationKind::Spa, &[("redirect_uri", uri)]);
            assert!(matches!(name, "invalid_redirect_uri" | "invalid_request"), "{name}");
            assert!(text.contains("redirect_uri"), "{text}");
        }
        let service = client(ApplicationKind::MachineToMachine, &[REDIRECT]);
        assert!(Target::find(&Params::default(), &service).is_err());
    }

    #[test]
    fn scopes_of_resources_are_kept_as_written_where_a_resource_is_named() {
        let scope = ("scope", "openid read  read write:x");
        let plain = request(ApplicationKind::Spa, &[scope]).unwrap();
        assert!(plain.resources.is_empty() && plain.words.is_empty());
        let named = request(ApplicationKind::Spa, &[scope, ("resource", "https://a,https://b")]);
        let named = named.unwrap();
        assert_eq!(named.resources, ["https://a", "https://b"]);
        assert_eq!(named.words, ["openid", "read", "write:x"]);
        assert_eq!(named.scope.to_string(), "openid");
        let json = serde_json::to_string(&plain).unwrap();
        assert!(!json.contains("resources"), "rows of other requests stay as small as they were");
        let mut client = client(ApplicationKind::Spa, &[REDIRECT]);
        client.default_resource = Some("https://c".to_owned());
        let params = [
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let params = Params::new(params.map(|(k, v)| (k.to_owned(), v.to_owned())).into()).unwrap();
        let target = Target::find(&params, &client).unwrap();
        let meant = AuthorizationRequest::parse(&params, &client, target).unwrap();
        assert_eq!(meant.resources, ["https://c"]);
    }

    #[test]
    fn offline_access_needs_the_consent_prompt() {
        let plain = request(ApplicationKind::Spa, &[]).unwrap();
        assert!(!plain.scope.has(Scope::OfflineAccess));
        let asked = request(ApplicationKind::Spa, &[("prompt", "login consent")]).unwrap();
        assert!(asked.scope.has(Scope::OfflineAccess));
    }

    #[test]
    fn choosing_an_account_is_signing_in() {
        let asked = request(ApplicationKind::Spa, &[("prompt", "select_account")]).unwrap();
        assert_eq!(asked.prompts, Prompts { login: true, ..Prompts::default() });
    }

    #[test]
    fn s53_state_and_issuer_come_back_in_both_answers() {
        let target = request(ApplicationKind::Spa, &[]).unwrap().target;
        let address = |answer| match answer {
            Answer::Redirect(address) => address,
            Answer::Form { .. } => panic!("nobody asked for a form"),
        };
        assert_eq!(
            address(target.code("c", "https://id/oidc")),
            "https://a.example/cb?code=c&state=st%26te&iss=https%3A%2F%2Fid%2Foidc"
        );
        let error = OauthError::new(ErrorKind::LoginRequired, "x y");
        assert_eq!(
            address(target.error(&error, "https://id/oidc")),
            "https://a.example/cb?error=login_required&error_description=x+y&state=st%26te&iss=https%3A%2F%2Fid%2Foidc"
        );
    }

    #[test]
    fn the_request_survives_its_row() {
        let request = request(ApplicationKind::Spa, &[("login_hint", "+86"), ("nonce", "n")]);
        let request = request.unwrap();
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<AuthorizationRequest>(&text).unwrap(), request);
    }
}
