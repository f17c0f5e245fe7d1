//! The discovery document promises nothing that is not asked for here, over the wire, value by value.
mod values;

use haoma::oidc::keys;

use super::backchannel::{hears_at, listener, told};
use super::support::*;
use crate::management::support::{RESOURCE, ROBOT_SECRET, Robot, managed};
use crate::support::Database;

const ORIGIN_OF_OURS: &str = "https://id.example.com";
const SECRET: (&str, &str) = ("web", "a-secret-of-the-web-app");
const SCOPES: &str =
    "openid offline_access profile phone address custom_data urn:logto:scope:sessions roles";

/// Every key of the document with each of its values. Whatever is listed and not in here, or in here and not listed, is found; and
/// [`Stage::exercises`] asks for each.
const TABLE: &[(&str, &[&str])] = &[
    ("issuer", &["https://id.example.com/oidc"]),
    ("authorization_endpoint", &["https://id.example.com/oidc/auth"]),
    ("token_endpoint", &["https://id.example.com/oidc/token"]),
    ("userinfo_endpoint", &["https://id.example.com/oidc/me"]),
    ("jwks_uri", &["https://id.example.com/oidc/jwks"]),
    ("end_session_endpoint", &["https://id.example.com/oidc/session/end"]),
    ("revocation_endpoint", &["https://id.example.com/oidc/token/revocation"]),
    ("introspection_endpoint", &["https://id.example.com/oidc/token/introspection"]),
    ("pushed_authorization_request_endpoint", &["https://id.example.com/oidc/request"]),
    ("require_pushed_authorization_requests", &["false"]),
    ("authorization_response_iss_parameter_supported", &["true"]),
    ("backchannel_logout_supported", &["true"]),
    ("backchannel_logout_session_supported", &["true"]),
    ("claims_parameter_supported", &["false"]),
    ("request_parameter_supported", &["false"]),
    ("request_uri_parameter_supported", &["false"]),
    ("claim_types_supported", &["normal"]),
    (
        "claims_supported",
        &[
            "sub",
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
            "username",
            "created_at",
            "phone_number",
            "phone_number_verified",
            "address",
            "custom_data",
            "roles",
            "sid",
            "auth_time",
            "amr",
            "acr",
            "at_hash",
            "nonce",
            "iss",
        ],
    ),
    ("code_challenge_methods_supported", &["S256"]),
    ("grant_types_supported", &["authorization_code", "refresh_token", "client_credentials"]),
    ("id_token_signing_alg_values_supported", &["ES256", "ES384", "RS256", "EdDSA"]),
    ("prompt_values_supported", &["none", "login", "consent", "select_account"]),
    ("response_modes_supported", &["query", "fragment", "form_post"]),
    ("response_types_supported", &["code"]),
    (
        "scopes_supported",
        &[
            "openid",
            "offline_access",
            "profile",
            "phone",
            "address",
            "custom_data",
            "urn:logto:scope:sessions",
            "roles",
        ],
    ),
    ("subject_types_supported", &["public"]),
    (
        "token_endpoint_auth_methods_supported",
        &["client_secret_basic", "client_secret_post", "none"],
    ),
    (
        "revocation_endpoint_auth_methods_supported",
        &["client_secret_basic", "client_secret_post", "none"],
    ),
    (
        "introspection_endpoint_auth_methods_supported",
        &["client_secret_basic", "client_secret_post"],
    ),
    ("acr_values_supported", &["urn:haoma:acr:phone"]),
];

/// The pairs of a document, lists taken apart.
fn pairs(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut pairs = vec![];
    for (key, value) in document.as_object().unwrap() {
        match value {
            Value::Array(values) => {
                pairs.extend(values.iter().map(|value| (key.clone(), text(value))));
            }
            value => pairs.push((key.clone(), text(value))),
        }
    }
    pairs.sort();
    pairs
}

/// Somebody of whom everything is known, signed in.
struct Stage {
    app: TestApp,
    robot: Robot,
    visitor: Visitor,
    document: Value,
    user: String,
    /// What an application gets that asks for every scope.
    tokens: Value,
}

impl Stage {
    async fn start(database: Database) -> Self {
        let (app, robot) = managed(database).await;
        keys::tend(&app.app).await.unwrap();
        let document = app.visitor().get("/oidc/.well-known/openid-configuration").await.json();
        let user = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let user = text(&user, "id").to_owned();
        let known = json!({
            "name": "Li Lei", "username": "lilei", "avatar": "https://pictures.example/lilei.png",
            "customData": { "shop": { "size": 42 } },
        });
        let profile = json!({
            "familyName": "Li", "givenName": "Lei", "middleName": "M", "nickname": "Leizi",
            "preferredUsername": "lei", "profile": "https://people.example/lilei",
            "website": "https://lilei.example", "gender": "male", "birthdate": "1990-01-31",
            "zoneinfo": "Asia/Shanghai", "locale": "zh-CN",
            "address": { "formatted": "1 West Lake Road, Hangzhou", "country": "CN" },
        });
        for (path, body) in [("", known), ("/profile", profile)] {
            let changed = robot.patch(&format!("/api/users/{user}{path}"), body).await;
            assert!(changed.status.is_success(), "{}", changed.text);
        }
        let clerk = robot.makes("/api/roles", json!({ "name": "clerk", "description": "d" })).await;
        robot.makes(&format!("/api/users/{user}/roles"), json!({ "roleIds": [clerk["id"]] })).await;
        let visitor = app.visitor();
        let mut stage = Self { app, robot, visitor, document, user, tokens: Value::Null };
        let callback = signs_in_by(&mut stage.visitor, &asking("app", SCOPES, "")).await;
        let answer = exchange(&stage.app, "app", &parameter(&callback, "code")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        stage.tokens = answer.json();
        stage
    }

    /// Where the document says that something is.
    fn path(&self, key: &str) -> &str {
        text(&self.document, key).strip_prefix(ORIGIN_OF_OURS).unwrap()
    }

    async fn posts(&self, key: &str, authorization: &str, pairs: &[(&str, &str)]) -> Answer {
        let mut headers = vec![(CONTENT_TYPE.as_str(), FORM)];
        if !authorization.is_empty() {
            headers.push((AUTHORIZATION.as_str(), authorization));
        }
        call(&self.app.router, Method::POST, self.path(key), &headers, &form(pairs)).await
    }

    /// The answer of the authorization endpoint to who is signed in and allowed it all.
    async fn asks(&mut self, client: &str, more: &str) -> Answer {
        let query = format!("{}{more}", plain(client, ""));
        let path =
            format!("{}?{}", self.path("authorization_endpoint"), query.split_once('?').unwrap().1);
        self.visitor.get(&path).await
    }

    async fn code(&mut self, client: &str) -> String {
        let callback = self.visitor.follows(&authorization_request(client, "")).await;
        parameter(&callback, "code")
    }

    /// What a client gets for a code, whichever way it proves itself; with a refresh token.
    async fn gets(&mut self, method: &str) -> Answer {
        let (client, authorization, mut proof) = proof(method);
        let (code, uri) = (self.code(client).await, redirect_uri(client));
        proof.extend(
            exchange_form(client, &code, &uri).into_iter().filter(|(name, _)| *name != "client_id"),
        );
        self.posts("token_endpoint", &authorization, &proof).await
    }

    async fn refreshes(&self, method: &str, token: &str) -> Answer {
        let (_, authorization, mut proof) = proof(method);
        proof.extend([("grant_type", "refresh_token"), ("refresh_token", token)]);
        self.posts("token_endpoint", &authorization, &proof).await
    }

    async fn userinfo(&self, access_token: &str) -> Answer {
        let bearer = format!("Bearer {access_token}");
        let path = self.path("userinfo_endpoint");
        call(&self.app.router, Method::GET, path, &[(AUTHORIZATION.as_str(), &bearer)], "").await
    }

    fn id_token(&self) -> Value {
        payload(text(&self.tokens, "id_token"))
    }

    /// Asks for one thing that is listed, and sees that it works.
    async fn exercises(&mut self, key: &str, value: &str) {
        match key {
            "issuer" => {
                assert_eq!(self.id_token()["iss"], value);
                let answer = self.asks("app", "").await;
                assert_eq!(parameter(&answer.location(), "iss"), value);
            }
            "jwks_uri" => self.finds_the_key().await,
            address if address.ends_with("_endpoint") => self.reaches(address).await,
            "require_pushed_authorization_requests"
            | "authorization_response_iss_parameter_supported" => {
                let location = self.asks("app", "").await.location();
                assert!(location.contains("code=") && location.contains("&iss="), "{location}");
                let refused = self.asks("app", "&prompt=none&max_age=x").await.location();
                assert!(refused.contains("error=") && refused.contains("&iss="), "{refused}");
            }
            "backchannel_logout_supported" | "backchannel_logout_session_supported" => {
                self.is_told_of_the_end().await;
            }
            "claims_parameter_supported" => {
                let claims = form(&[("claims", r#"{"id_token":{"website":{"essential":true}}}"#)]);
                let location = self.asks("other", &format!("&{claims}")).await.location();
                assert!(!location.contains("error="), "it is passed over: {location}");
            }
            "request_parameter_supported" => {
                let location = self.asks("app", "&request=a.b.c").await.location();
                assert_eq!(parameter(&location, "error"), "request_not_supported");
            }
            "request_uri_parameter_supported" => {
                let answer =
                    self.asks("app", "&request_uri=https%3A%2F%2Fapp.example.com%2Fr").await;
                assert_eq!(answer.brief(), "400 oidc.invalid_request_uri", "{}", answer.text);
            }
            "claim_types_supported" => {
                let told = self.userinfo(text(&self.tokens, "access_token")).await.json();
                let told = told.as_object().unwrap();
                assert!(!told.contains_key("_claim_names") && !told.contains_key("_claim_sources"));
            }
            "claims_supported" => self.claims(value).await,
            "code_challenge_methods_supported" => self.challenges(value).await,
            "grant_types_supported" => self.grants(value).await,
            "id_token_signing_alg_values_supported" => self.signs_by(value).await,
            "prompt_values_supported" => self.prompts(value).await,
            "response_modes_supported" => self.answers_by(value).await,
            "response_types_supported" => {
                assert!(self.asks("app", "").await.location().contains(&format!("?{value}=")));
                let query =
                    plain("app", "").replace("response_type=code", "response_type=id_token");
                let refused = self.visitor.get(&query).await.location();
                assert_eq!(parameter(&refused, "error"), "unsupported_response_type");
            }
            "scopes_supported" => self.scope(value).await,
            "subject_types_supported" => {
                let other = self.gets("client_secret_post").await.json();
                let subject = payload(text(&other, "id_token"))["sub"].clone();
                assert_eq!(subject, self.id_token()["sub"], "the same to every application");
            }
            "token_endpoint_auth_methods_supported" => {
                assert_eq!(self.gets(value).await.brief(), "200", "{value}");
                let (client, ..) = proof(value);
                let unproved = self.unproved(client).await;
                assert_eq!(unproved == "200", value == "none", "{value}: {unproved}");
            }
            "revocation_endpoint_auth_methods_supported" => self.revokes(value).await,
            "introspection_endpoint_auth_methods_supported" => self.introspects(value).await,
            "acr_values_supported" => {
                assert_eq!(self.id_token()["acr"], value);
                let location = self
                    .asks("app", &format!("&{}", form(&[("acr_values", value)])))
                    .await
                    .location();
                let tokens = exchange(&self.app, "app", &parameter(&location, "code")).await.json();
                assert_eq!(payload(text(&tokens, "id_token"))["acr"], value, "asked for by name");
            }
            other => panic!("nothing asks for {other} {value}"),
        }
    }

    /// What an address is for works there.
    async fn reaches(&mut self, key: &str) {
        match key {
            "authorization_endpoint" => {
                assert!(self.asks("app", "").await.location().contains("code="));
            }
            "token_endpoint" => assert_eq!(self.gets("none").await.brief(), "200"),
            "userinfo_endpoint" => {
                let told = self.userinfo(text(&self.tokens, "access_token")).await;
                assert_eq!(
                    (told.brief().as_str(), &told.json()["sub"]),
                    ("200", &json!(self.user))
                );
            }
            "end_session_endpoint" => self.signs_out().await,
            "revocation_endpoint" => self.revokes("none").await,
            "introspection_endpoint" => self.introspects("client_secret_post").await,
            "pushed_authorization_request_endpoint" => self.pushes().await,
            other => panic!("nothing asks for {other}"),
        }
    }

    /// An exchange by a client that proves nothing.
    async fn unproved(&mut self, client: &str) -> String {
        let (code, uri) = (self.code(client).await, redirect_uri(client));
        let pairs = exchange_form(client, &code, &uri);
        self.posts("token_endpoint", "", &pairs).await.brief()
    }

    async fn finds_the_key(&self) {
        let keys = call(&self.app.router, Method::GET, self.path("jwks_uri"), &[], "").await.json();
        let id_token = text(&self.tokens, "id_token");
        let header = URL_SAFE_NO_PAD.decode(id_token.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        let all = keys["keys"].as_array().unwrap();
        assert!(all.iter().any(|key| key["kid"] == header["kid"] && key["alg"] == header["alg"]));
    }

    async fn signs_out(&self) {
        let mut leaving = self.visitor.clone();
        let path = format!("{}?client_id=app", self.path("end_session_endpoint"));
        let page = leaving.get(&path).await;
        assert!(page.text.contains("op.logoutForm"), "{}", page.text);
    }

    async fn revokes(&mut self, method: &str) {
        let tokens = self.gets(method).await.json();
        let token = text(&tokens, "refresh_token").to_owned();
        let (_, authorization, proof) = proof(method);
        let mut wrong = proof.clone();
        wrong.retain(|(name, _)| *name != "client_secret");
        wrong.push(("token", &token));
        if method != "none" {
            let refused = self.posts("revocation_endpoint", "Basic d2ViOng=", &wrong).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{method}: {}", refused.text);
        }
        assert_eq!(self.refreshes(method, &token).await.brief(), "200", "{method}: it works");
        let mut pairs = proof;
        pairs.push(("token", &token));
        let done = self.posts("revocation_endpoint", &authorization, &pairs).await;
        assert_eq!((done.status, done.text.as_str()), (StatusCode::OK, ""), "{method}");
        assert_eq!(
            self.refreshes(method, &token).await.brief(),
            "400 oidc.invalid_grant",
            "{method}"
        );
    }

    async fn introspects(&mut self, method: &str) {
        let tokens = self.gets("none").await.json();
        let (_, authorization, mut pairs) = proof(method);
        pairs.push(("token", text(&tokens, "access_token")));
        let told = self.posts("introspection_endpoint", &authorization, &pairs).await;
        assert_eq!(
            (told.status, &told.json()["active"]),
            (StatusCode::OK, &json!(true)),
            "{method}"
        );
    }

    async fn pushes(&mut self) {
        let query = plain("app", "").split_once('?').unwrap().1.to_owned();
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let pushed = self.posts("pushed_authorization_request_endpoint", "", &pairs).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.text);
        let body = pushed.json();
        let named = form(&[("client_id", "app"), ("request_uri", text(&body, "request_uri"))]);
        let path = format!("{}?{named}", self.path("authorization_endpoint"));
        assert!(self.visitor.get(&path).await.location().contains("code="));
    }

    async fn is_told_of_the_end(&mut self) {
        let (address, heard) = listener().await;
        hears_at(&self.app, "other", &format!("{address}/200")).await;
        // in a browser of its own, which signs out
        let mut leaving = self.app.visitor();
        self.app.advance_secs(600);
        let callback = signs_in_by(&mut leaving, &plain("other", "")).await;
        let tokens = exchange(&self.app, "other", &parameter(&callback, "code")).await.json();
        let id_token = text(&tokens, "id_token");
        let hint = form(&[("id_token_hint", id_token)]);
        leaving.get(&format!("{}?{hint}", self.path("end_session_endpoint"))).await;
        let told = told(&self.app, &heard).await;
        assert_eq!(told.len(), 1, "{told:?}");
        let (mine, sent) = (payload(id_token), &told[0].1);
        assert_eq!(
            (&sent["sub"], &sent["sid"], &sent["aud"]),
            (&mine["sub"], &mine["sid"], &json!("other"))
        );
    }
}

/// A client, the header it proves itself by, and its fields. None of them is the one of [`Stage::tokens`].
fn proof(method: &str) -> (&'static str, String, Vec<(&'static str, &'static str)>) {
    let (web, secret) = SECRET;
    match method {
        "none" => ("other", String::new(), vec![("client_id", "other")]),
        "client_secret_basic" => {
            (web, format!("Basic {}", STANDARD.encode(format!("{web}:{secret}"))), vec![])
        }
        "client_secret_post" => {
            (web, String::new(), vec![("client_id", web), ("client_secret", secret)])
        }
        other => panic!("nobody proves themselves by {other}"),
    }
}

/// The usual request for these scopes.
fn asking(client: &str, scopes: &str, more: &str) -> String {
    let scopes = form(&[("scope", scopes)]);
    authorization_request(client, more)
        .replace("scope=openid+offline_access+profile+phone", &scopes)
}

#[tokio::test]
async fn the_document_and_the_table_of_what_is_asked_for_are_the_same() {
    let app = TestApp::start(Database::sqlite()).await;
    let document = app.visitor().get("/oidc/.well-known/openid-configuration").await.json();
    let of_oauth = app.visitor().get("/oidc/.well-known/oauth-authorization-server").await.json();
    assert_eq!(of_oauth, document);
    let one = |(key, values): &(&str, &[&str])| {
        let key = (*key).to_owned();
        values.iter().map(|value| (key.clone(), (*value).to_owned())).collect::<Vec<_>>()
    };
    let mut table: Vec<_> = TABLE.iter().flat_map(one).collect();
    table.sort();
    assert_eq!(pairs(&document), table);
}

on_both! {
    async fn whatever_the_document_lists_works(database: Database) {
        let mut stage = Stage::start(database).await;
        let listed = pairs(&stage.document);
        assert!(listed.len() >= 80, "{}", listed.len());
        for (key, value) in listed {
            stage.exercises(&key, &value).await;
        }
    }
}
