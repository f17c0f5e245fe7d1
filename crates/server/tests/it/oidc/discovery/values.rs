//! What every value asks for that has more than one way: claims, challenges, grants, algorithms, prompts, answers and scopes.
use super::*;

impl Stage {
    /// What a claim must be, and where it is told.
    pub(super) async fn claims(&self, claim: &str) {
        let at = &self.app.app.clock;
        let (id_token, told) =
            (self.id_token(), self.userinfo(text(&self.tokens, "access_token")).await.json());
        let expected = match claim {
            "sub" => json!(self.user),
            "name" => json!("Li Lei"),
            "family_name" => json!("Li"),
            "given_name" => json!("Lei"),
            "middle_name" => json!("M"),
            "nickname" => json!("Leizi"),
            "preferred_username" => json!("lei"),
            "profile" => json!("https://people.example/lilei"),
            "picture" => json!("https://pictures.example/lilei.png"),
            "website" => json!("https://lilei.example"),
            "gender" => json!("male"),
            "birthdate" => json!("1990-01-31"),
            "zoneinfo" => json!("Asia/Shanghai"),
            "locale" => json!("zh-CN"),
            "username" => json!("lilei"),
            "phone_number" => json!("+8613800138000"),
            "phone_number_verified" => json!(true),
            "address" => json!({ "formatted": "1 West Lake Road, Hangzhou", "country": "CN" }),
            "roles" => json!(["clerk"]),
            "updated_at" | "created_at" => {
                let value = told[claim].as_i64().unwrap();
                let secs = if claim == "created_at" { value / 1000 } else { value };
                assert!((0..86_400).contains(&(at.now().secs() - secs)), "{claim}: {value}");
                json!(value)
            }
            // too large to travel in an id token
            "custom_data" => {
                assert_eq!(told[claim], json!({ "shop": { "size": 42 } }));
                assert!(id_token.get(claim).is_none());
                return;
            }
            // of the sign-in, not of the person
            of_sign_in => {
                let value = &id_token[of_sign_in];
                match of_sign_in {
                    "sid" => assert_eq!(value.as_str().unwrap().len(), 21),
                    "auth_time" => {
                        assert!(value.as_i64().unwrap() <= id_token["iat"].as_i64().unwrap());
                    }
                    "amr" => assert_eq!(*value, json!(["sms", "otp"])),
                    "acr" => assert_eq!(*value, "urn:haoma:acr:phone"),
                    "at_hash" => assert_eq!(value.as_str().unwrap().len(), 22),
                    "nonce" => assert_eq!(*value, "a-nonce"),
                    "iss" => assert_eq!(*value, "https://id.example.com/oidc"),
                    other => panic!("nothing asks for the claim {other}"),
                }
                return;
            }
        };
        assert_eq!((&id_token[claim], &told[claim]), (&expected, &expected), "{claim}");
    }

    pub(super) async fn challenges(&mut self, method: &str) {
        let code = self.code("app").await;
        let uri = redirect_uri("app");
        let mut wrong = exchange_form("app", &code, &uri);
        wrong[4].1 = "another-verifier-of-at-least-forty-three-chars";
        assert_eq!(
            self.posts("token_endpoint", "", &wrong).await.brief(),
            "400 oidc.invalid_grant"
        );
        assert_eq!(self.gets("none").await.brief(), "200", "{method}");
        let plain = authorization_request("app", "").replace(method, "plain");
        assert_eq!(
            parameter(&self.visitor.get(&plain).await.location(), "error"),
            "invalid_request"
        );
    }

    pub(super) async fn grants(&mut self, grant: &str) {
        let answer = match grant {
            "authorization_code" => self.gets("none").await,
            "refresh_token" => {
                let tokens = self.gets("none").await.json();
                self.refreshes("none", text(&tokens, "refresh_token")).await
            }
            "client_credentials" => {
                let pairs = [
                    ("grant_type", grant),
                    ("client_id", "robot"),
                    ("client_secret", ROBOT_SECRET),
                    ("resource", RESOURCE),
                    ("scope", "all"),
                ];
                self.posts("token_endpoint", "", &pairs).await
            }
            other => panic!("nothing asks for the grant {other}"),
        };
        assert_eq!(
            (answer.brief().as_str(), answer.json()["access_token"].is_string()),
            ("200", true),
            "{grant}"
        );
    }

    pub(super) async fn signs_by(&mut self, algorithm: &str) {
        let body = json!({ "customClientMetadata": { "idTokenSignedResponseAlg": algorithm } });
        let changed = self.robot.patch("/api/applications/other", body).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        let tokens = self.gets("none").await.json();
        let id_token = text(&tokens, "id_token");
        let header = URL_SAFE_NO_PAD.decode(id_token.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], algorithm);
        // ours, with a signature that holds: it is taken as a hint
        let hint = form(&[("id_token_hint", id_token)]);
        assert!(
            self.asks("other", &format!("&{hint}")).await.location().contains("code="),
            "{algorithm}"
        );
    }

    pub(super) async fn prompts(&mut self, prompt: &str) {
        let location = self.asks("app", &format!("&prompt={prompt}")).await.location();
        match prompt {
            "none" => {
                assert!(location.contains("code="), "{location}");
                let stranger =
                    self.app.visitor().get(&plain("app", "&prompt=none")).await.location();
                assert_eq!(parameter(&stranger, "error"), "login_required");
            }
            "login" | "select_account" => {
                assert_eq!(location, "/sign-in?app_id=app", "though somebody is signed in");
            }
            "consent" => {
                assert_eq!(location, "/consent?app_id=app", "though everything is allowed");
            }
            other => panic!("nothing asks for the prompt {other}"),
        }
    }

    pub(super) async fn answers_by(&mut self, mode: &str) {
        let answer = self.asks("app", &format!("&response_mode={mode}")).await;
        let home = redirect_uri("app");
        match mode {
            "query" => assert!(answer.location().starts_with(&format!("{home}?code="))),
            "fragment" => assert!(answer.location().starts_with(&format!("{home}#code="))),
            "form_post" => {
                assert!(answer.text.contains(&format!("action=\"{home}\"")), "{}", answer.text);
                assert_eq!(hidden(&answer.text, "code").len(), 43);
            }
            other => panic!("nothing asks for the mode {other}"),
        }
    }

    /// A request for this scope alone gets it, and what it gives.
    pub(super) async fn scope(&mut self, scope: &str) {
        let scopes =
            if scope == "openid" { "openid".to_owned() } else { format!("openid {scope}") };
        let callback = self.visitor.follows(&asking("app", &scopes, "")).await;
        let tokens = exchange(&self.app, "app", &parameter(&callback, "code")).await.json();
        assert_eq!(text(&tokens, "scope"), scopes, "{scope}");
        let access = text(&tokens, "access_token");
        let told = self.userinfo(access).await.json();
        let has = |claim: &str| told.get(claim).is_some();
        match scope {
            "openid" => assert_eq!(told, json!({ "sub": self.user }), "and nothing else"),
            "offline_access" => assert!(tokens["refresh_token"].is_string()),
            "profile" => assert!(has("name") && has("username") && !has("phone_number")),
            "phone" => assert!(has("phone_number") && !has("name")),
            "address" => assert!(has("address") && !has("name")),
            "custom_data" => assert!(has("custom_data")),
            "roles" => assert!(has("roles")),
            "urn:logto:scope:sessions" => {
                let body = json!({ "enabled": true, "fields": { "session": "Edit" } });
                let opened = self.robot.patch("/api/account-center", body).await;
                assert!(opened.status.is_success(), "{}", opened.text);
                let bearer = format!("Bearer {access}");
                let headers = [(AUTHORIZATION.as_str(), bearer.as_str())];
                let path = "/api/my-account/sessions";
                let listed = call(&self.app.router, Method::GET, path, &headers, "").await;
                assert_eq!(listed.brief(), "200", "{}", listed.text);
            }
            other => panic!("nothing asks for the scope {other}"),
        }
        assert_eq!(tokens.get("refresh_token").is_some(), scope == "offline_access", "{scope}");
    }
}
