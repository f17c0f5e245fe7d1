//! Access tokens for API resources (RFC 8707, RFC 9068; wire contract A.4 to A.9).
use super::support::*;
use crate::management::support::{ROBOT_SECRET, Robot, asks_token, audited, managed};
use crate::support::Database;

const SHOP: &str = "https://shop.example";
const TILL: &str = "https://till.example";

/// Two resources, and somebody whose role opens one of them.
struct Shop {
    app: TestApp,
    robot: Robot,
    /// The user of [`PHONE`].
    user: String,
    role: String,
    /// The ids of the scopes `read` and `write` of [`SHOP`].
    scopes: [String; 2],
}

impl Shop {
    async fn start(database: Database) -> Self {
        let (app, robot) = managed(database).await;
        let shop = robot
            .makes(
                "/api/resources",
                json!({ "name": "Shop", "indicator": SHOP, "accessTokenTtl": 600 }),
            )
            .await;
        robot.makes("/api/resources", json!({ "name": "Till", "indicator": TILL })).await;
        let mut scopes = vec![];
        for (name, description) in
            [("read", "See orders"), ("write", "Change orders"), ("admin", "Everything")]
        {
            let path = format!("/api/resources/{}/scopes", text(&shop, "id"));
            let scope =
                robot.makes(&path, json!({ "name": name, "description": description })).await;
            scopes.push(text(&scope, "id").to_owned());
        }
        let clerk = json!({ "name": "clerk", "description": "d", "scopeIds": &scopes[..2] });
        let role = text(&robot.makes("/api/roles", clerk).await, "id").to_owned();
        let user = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let user = text(&user, "id").to_owned();
        robot.makes(&format!("/api/users/{user}/roles"), json!({ "roleIds": [role] })).await;
        let [read, write, _admin] = <[String; 3]>::try_from(scopes).unwrap();
        Self { app, robot, user, role, scopes: [read, write] }
    }

    /// Signs the user in by this request; the address they are sent to in the end.
    async fn signs_in(&self, visitor: &mut Visitor, path: &str) -> String {
        self.app.advance_secs(120);
        signs_in_by(visitor, path).await
    }

    /// A visitor, and what an exchange of their code for these resources gives.
    async fn tokens(&self, more: &str, resources: &[&str]) -> (Visitor, Answer) {
        let mut visitor = self.app.visitor();
        let callback = self.signs_in(&mut visitor, &asking("app", "read write admin", more)).await;
        let code = parameter(&callback, "code");
        (visitor, self.exchange(&code, resources).await)
    }

    async fn exchange(&self, code: &str, resources: &[&str]) -> Answer {
        let uri = redirect_uri("app");
        let mut pairs = exchange_form("app", code, &uri).to_vec();
        pairs.extend(resources.iter().map(|one| ("resource", *one)));
        token(&self.app, &pairs).await
    }

    async fn refresh(&self, refresh_token: &str, more: &[(&str, &str)]) -> Answer {
        let mut pairs = vec![
            ("grant_type", "refresh_token"),
            ("client_id", "app"),
            ("refresh_token", refresh_token),
        ];
        pairs.extend(more);
        token(&self.app, &pairs).await
    }
}

/// The usual request with these scopes too.
fn asking(client: &str, scopes: &str, more: &str) -> String {
    let scopes = format!("+phone+{}", scopes.replace(' ', "+"));
    authorization_request(client, more).replace("+phone", &scopes)
}

fn named(resources: &[&str]) -> String {
    let pairs: Vec<_> = resources.iter().map(|one| ("resource", *one)).collect();
    if pairs.is_empty() { String::new() } else { format!("&{}", form(&pairs)) }
}

/// What a consent page sends back besides the answer.
fn shown(page: &str) -> (String, String) {
    (hidden(page, "csrf"), hidden(page, "shown"))
}

fn header(jwt: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').next().unwrap()).unwrap())
        .unwrap()
}

on_both! {
    async fn a_token_for_a_resource_says_for_whom_where_and_how_much(database: Database) {
        let shop = Shop::start(database).await;
        let (_visitor, answer) = shop.tokens(&named(&[SHOP, TILL]), &[SHOP]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let body = answer.json();
        assert_eq!((&body["scope"], &body["expires_in"], &body["token_type"]), (&json!("read write"), &json!(600), &json!("Bearer")));
        assert!(body["refresh_token"].is_string());
        let jwt = text(&body, "access_token");
        let head = header(jwt);
        assert_eq!((&head["typ"], &head["alg"]), (&json!("at+jwt"), &json!("ES256")));
        let mut claims = payload(jwt);
        let now = shop.app.app.clock.now().secs();
        assert_eq!(text(&claims, "jti").len(), 21);
        for name in ["jti", "grant_id"] {
            assert!(claims.as_object_mut().unwrap().remove(name).unwrap().is_string());
        }
        let expected = json!({
            "sub": shop.user, "iat": now, "exp": now + 600, "scope": "read write", "client_id": "app",
            "iss": "https://id.example.com/oidc", "aud": SHOP,
        });
        assert_eq!(claims, expected);
        let keys = shop.app.app.signing.load_full();
        let read = haoma_oidc::access_token::read(&keys, ("https://id.example.com/oidc", SHOP), jwt, shop.app.app.clock.now());
        assert!(read.is_some(), "the signature holds");
        let id_token = payload(text(&body, "id_token"));
        let half = haoma_oidc::algorithm::Algorithm::Es256.half_digest(jwt);
        assert_eq!((&id_token["aud"], &id_token["at_hash"]), (&json!("app"), &json!(half)));
        assert_eq!(me(&shop.app, jwt).await.brief(), "401 oidc.invalid_token", "it opens the resource and nothing else");
        let told = audited(&shop.app, "ExchangeTokenBy.AuthorizationCode").await;
        assert_eq!(told.last().unwrap().2["scope"], "read write");
    }

    async fn without_a_resource_a_token_is_opaque_and_of_our_scopes(database: Database) {
        let shop = Shop::start(database).await;
        let (_visitor, answer) = shop.tokens(&named(&[SHOP]), &[]).await;
        let body = answer.json();
        assert_eq!(text(&body, "scope"), "openid offline_access profile phone");
        assert_eq!(text(&body, "access_token").len(), 43);
        assert_eq!(me(&shop.app, text(&body, "access_token")).await.status, StatusCode::OK);
    }

    async fn an_unknown_resource_is_refused_wherever_it_is_named(database: Database) {
        let shop = Shop::start(database).await;
        let nowhere = "https://nowhere.example";
        let asked = shop.app.visitor().get(&asking("app", "read", &named(&[SHOP, nowhere]))).await.location();
        assert_eq!(parameter(&asked, "error"), "invalid_target");
        assert_eq!(parameter(&asked, "state"), "a-state");
        let query = asking("app", "read", &named(&[nowhere])).split_once('?').unwrap().1.to_owned();
        let pushed = call(&shop.app.router, Method::POST, "/oidc/request", &[(CONTENT_TYPE.as_str(), FORM)], &query).await;
        assert_eq!(pushed.brief(), "400 oidc.invalid_target");
        let many: String = (0..17).map(|n| named(&[&format!("https://{n}.example")])).collect();
        let asked = shop.app.visitor().get(&asking("app", "read", &many)).await.location();
        assert_eq!(parameter(&asked, "error"), "invalid_target");
        let (mut visitor, answer) = shop.tokens(&named(&[SHOP]), &[TILL]).await;
        assert_eq!(answer.brief(), "400 oidc.invalid_target", "known, and not what was asked for");
        let callback = visitor.follows(&asking("app", "read", &named(&[SHOP, TILL]))).await;
        let code = parameter(&callback, "code");
        assert_eq!(shop.exchange(&code, &[SHOP, TILL]).await.brief(), "400 oidc.invalid_target", "one at a time");
        let body = shop.exchange(&code, &[TILL]).await.json();
        assert_eq!((&body["scope"], &payload(text(&body, "access_token"))["aud"]), (&json!(""), &json!(TILL)), "the code was not spent by that");
        assert!(payload(text(&body, "access_token")).get("scope").is_none());
        let refused = shop.refresh(text(&body, "refresh_token"), &[("resource", nowhere)]).await;
        assert_eq!(refused.brief(), "400 oidc.invalid_target");
    }

    async fn a_pushed_request_asks_for_resources_like_any_other(database: Database) {
        let shop = Shop::start(database).await;
        let query = asking("app", "read", &named(&[SHOP])).split_once('?').unwrap().1.to_owned();
        let pushed = call(&shop.app.router, Method::POST, "/oidc/request", &[(CONTENT_TYPE.as_str(), FORM)], &query).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.text);
        let named = form(&[("client_id", "app"), ("request_uri", text(&pushed.json(), "request_uri"))]);
        let begin = format!("/oidc/auth?{named}");
        let callback = signs_in_by(&mut shop.app.visitor(), &begin).await;
        let body = shop.exchange(&parameter(&callback, "code"), &[SHOP]).await.json();
        assert_eq!(text(&body, "scope"), "read");
    }

    async fn a_refresh_may_ask_for_another_of_the_granted_resources_and_for_less(database: Database) {
        let shop = Shop::start(database).await;
        let (_visitor, answer) = shop.tokens(&named(&[&format!("{SHOP},{TILL}")]), &[SHOP]).await;
        let token = text(&answer.json(), "refresh_token").to_owned();
        let till = shop.refresh(&token, &[("resource", TILL)]).await.json();
        assert_eq!(payload(text(&till, "access_token"))["aud"], TILL);
        assert_eq!(till["expires_in"], 3600);
        let token = text(&till, "refresh_token").to_owned();
        let less = shop.refresh(&token, &[("resource", SHOP), ("scope", "openid read")]).await.json();
        assert_eq!(text(&less, "scope"), "read");
        assert!(payload(text(&less, "id_token")).get("phone_number").is_none(), "narrowed");
        let token = text(&less, "refresh_token").to_owned();
        for scope in ["openid admin", "nonsense"] {
            let wide = shop.refresh(&token, &[("resource", SHOP), ("scope", scope)]).await;
            assert_eq!(wide.brief(), "400 oidc.invalid_scope", "{scope}");
        }
        let opaque = shop.refresh(&token, &[]).await.json();
        assert_eq!(text(&opaque, "access_token").len(), 43);
        assert_eq!(me(&shop.app, text(&opaque, "access_token")).await.status, StatusCode::OK);
    }

    async fn what_a_role_loses_is_gone_at_the_next_refresh(database: Database) {
        let shop = Shop::start(database).await;
        let (mut visitor, answer) = shop.tokens(&named(&[SHOP]), &[SHOP]).await;
        let here = [("resource", SHOP)];
        let mut token = text(&answer.json(), "refresh_token").to_owned();
        let mut scope = async || {
            let body = shop.refresh(&token, &here).await.json();
            text(&body, "refresh_token").clone_into(&mut token);
            text(&body, "scope").to_owned()
        };
        assert_eq!(scope().await, "read write");
        let [_read, write] = &shop.scopes;
        let role = format!("/api/roles/{}", shop.role);
        assert_eq!(shop.robot.delete(&format!("{role}/scopes/{write}")).await.brief(), "204");
        assert_eq!(scope().await, "read");
        let more = shop.robot.post(&format!("{role}/scopes"), json!({ "scopeIds": [write] })).await;
        assert_eq!(more.status.as_u16(), 201);
        assert_eq!(scope().await, "read write", "it was granted, and is open again");
        assert_eq!(shop.robot.delete(&format!("/api/users/{}/roles/{}", shop.user, shop.role)).await.brief(), "204");
        assert_eq!(scope().await, "");
        // a scope that was never granted takes a request of its own
        let callback = visitor.follows(&asking("app", "admin", &named(&[SHOP]))).await;
        let body = shop.exchange(&parameter(&callback, "code"), &[SHOP]).await.json();
        assert_eq!(text(&body, "scope"), "", "no role opens it");
        let all = shop.robot.get("/api/resources").await.json();
        let id = all.as_array().unwrap().iter().find(|one| one["indicator"] == SHOP).unwrap()["id"].clone();
        assert_eq!(shop.robot.delete(&format!("/api/resources/{}", id.as_str().unwrap())).await.brief(), "204");
        assert_eq!(shop.refresh(text(&body, "refresh_token"), &here).await.brief(), "400 oidc.invalid_target");
    }

    async fn a_wider_role_takes_a_new_request_and_no_page(database: Database) {
        let shop = Shop::start(database).await;
        let (mut visitor, answer) = shop.tokens(&named(&[SHOP]), &[SHOP]).await;
        assert_eq!(text(&answer.json(), "scope"), "read write");
        let scopes = shop.robot.get(&format!("/api/roles/{}/scopes", shop.role)).await.json();
        let resource = text(&scopes[0]["resource"], "id").to_owned();
        let all = shop.robot.get(&format!("/api/resources/{resource}/scopes")).await.json();
        assert_eq!(all[0]["name"], "admin");
        shop.robot.makes(&format!("/api/roles/{}/scopes", shop.role), json!({ "scopeIds": [all[0]["id"]] })).await;
        let refreshed = shop.refresh(text(&answer.json(), "refresh_token"), &[("resource", SHOP)]).await.json();
        assert_eq!(text(&refreshed, "scope"), "read write", "nobody asked for more since");
        let plain = asking("app", "read write admin", &named(&[SHOP])).replace("&prompt=consent", "");
        let none = visitor.get(&format!("{plain}&prompt=none")).await.location();
        assert_eq!(parameter(&none, "error"), "consent_required");
        assert_eq!(visitor.get(&plain).await.location(), "/consent?app_id=app");
        let callback = visitor.follows(&plain).await;
        let body = shop.exchange(&parameter(&callback, "code"), &[SHOP]).await.json();
        assert_eq!(text(&body, "scope"), "admin read write");
        let direct = visitor.get(&plain).await.location();
        assert!(direct.contains("code="), "what is granted is not asked for again: {direct}");
    }

    async fn the_default_resource_is_meant_where_none_is_named(database: Database) {
        let shop = Shop::start(database).await;
        let all = shop.robot.get("/api/resources").await.json();
        let id = all.as_array().unwrap().iter().find(|one| one["indicator"] == SHOP).unwrap()["id"].clone();
        let path = format!("/api/resources/{}/is-default", id.as_str().unwrap());
        let (_visitor, before) = shop.tokens("", &[]).await;
        let set = shop.robot.patch(&path, json!({ "isDefault": true })).await;
        assert_eq!(set.json()["isDefault"], true);
        let old = shop.refresh(text(&before.json(), "refresh_token"), &[]).await.json();
        assert_eq!(text(&old, "access_token").len(), 43, "what was granted before stays as it was");
        let (_visitor, after) = shop.tokens("", &[]).await;
        assert_eq!(payload(text(&after.json(), "access_token"))["aud"], SHOP);
        let service = asks_token(&shop.app, ("robot", ROBOT_SECRET), &[("scope", "read")]).await;
        assert_eq!(payload(text(&service.json(), "access_token"))["aud"], SHOP);
        assert_eq!(shop.robot.patch(&path, json!({ "isDefault": false })).await.json()["isDefault"], false);
        let (_visitor, after) = shop.tokens("", &[]).await;
        assert_eq!(text(&after.json(), "access_token").len(), 43);
    }

    async fn a_service_gets_what_its_roles_open(database: Database) {
        let shop = Shop::start(database).await;
        let made = shop.robot.makes("/api/applications", json!({ "name": "Job", "type": "MachineToMachine" })).await;
        let job = (text(&made, "id"), text(&made, "secret"));
        let asked = [("resource", SHOP), ("scope", "read x admin")];
        let none = asks_token(&shop.app, job, &asked).await;
        assert_eq!(none.status, StatusCode::OK, "{}", none.text);
        assert!(none.json().get("scope").is_none(), "no role, no scope");
        let reader = json!({ "name": "reader", "description": "d", "type": "MachineToMachine", "scopeIds": [shop.scopes[0]] });
        let role = shop.robot.makes("/api/roles", reader).await;
        let path = format!("/api/applications/{}/roles", job.0);
        assert_eq!(shop.robot.post(&path, json!({ "roleIds": [role["id"]] })).await.status.as_u16(), 201);
        let body = asks_token(&shop.app, job, &asked).await.json();
        assert_eq!((&body["scope"], &body["expires_in"]), (&json!("read"), &json!(600)));
        let claims = payload(text(&body, "access_token"));
        assert_eq!((&claims["aud"], &claims["sub"], &claims["client_id"]), (&json!(SHOP), &json!(job.0), &json!(job.0)));
        for (resources, error) in [(vec![("resource", "https://nowhere.example")], "400 oidc.invalid_target"), (vec![("resource", SHOP), ("resource", TILL)], "400 oidc.invalid_target"), (vec![], "400 oidc.invalid_target")] {
            assert_eq!(asks_token(&shop.app, job, &resources).await.brief(), error, "{resources:?}");
        }
    }

    async fn roles_are_told_to_whoever_was_granted_their_scope(database: Database) {
        let shop = Shop::start(database).await;
        let mut visitor = shop.app.visitor();
        let callback = shop.signs_in(&mut visitor, &asking("app", "roles", "")).await;
        let body = shop.exchange(&parameter(&callback, "code"), &[]).await.json();
        assert!(text(&body, "scope").ends_with(" roles"));
        assert_eq!(payload(text(&body, "id_token"))["roles"], json!(["clerk"]));
        let access = text(&body, "access_token").to_owned();
        assert_eq!(me(&shop.app, &access).await.json()["roles"], json!(["clerk"]));
        shop.robot.delete(&format!("/api/users/{}/roles/{}", shop.user, shop.role)).await;
        assert_eq!(me(&shop.app, &access).await.json()["roles"], json!([]), "as it is now");
        let (_visitor, other) = shop.tokens("", &[]).await;
        assert!(payload(text(&other.json(), "id_token")).get("roles").is_none());
    }

    async fn of_a_third_party_people_are_asked_for_each_resource(database: Database) {
        let shop = Shop::start(database).await;
        let mut visitor = shop.app.visitor();
        let path = asking("third", "read admin", &named(&[SHOP, TILL]));
        shop.app.advance_secs(120);
        assert!(visitor.get(&path).await.location().starts_with("/sign-in"));
        visitor.begins("SignIn").await;
        let sent = visitor.asks_code(PHONE, "SignIn").await.json();
        let id = text(&sent, "verificationId");
        let code = visitor.reads_sms(PHONE);
        visitor.gives_code(PHONE, id, &code).await;
        visitor.identifies(id).await;
        let submitted = visitor.submits().await.json();
        visitor.get(text(&submitted, "redirectTo")).await;
        let page = visitor.get("/consent?app_id=third").await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in ["See orders", "In Shop", "Reach Till on your behalf"] {
            assert!(page.text.contains(shown), "{shown}: {}", page.text);
        }
        for hidden in ["Change orders", "Everything"] {
            assert!(!page.text.contains(hidden), "{hidden} was not asked for, or is not theirs to give");
        }
        for (logo, is_shown) in [("http://third.example.com/logo.png", false), ("https://third.example.com/logo.png", true)] {
            let metadata = json!({ "redirectUris": [redirect_uri("third")], "postLogoutRedirectUris": [], "logoUri": logo });
            let changed = shop.robot.patch("/api/applications/third", json!({ "oidcClientMetadata": metadata })).await;
            assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
            let page = visitor.get("/consent?app_id=third").await;
            assert_eq!(page.text.contains(&format!("<img src=\"{logo}\"")), is_shown, "{logo}");
        }
        let shown = shown(&page.text);
        let allowed = form(&[("csrf", &shown.0), ("shown", &shown.1), ("consent", "allow")]);
        let answer = visitor.send(Method::POST, "/consent?app_id=third", Some((FORM, allowed))).await;
        let callback = visitor.follows(&answer.location()).await;
        let uri = redirect_uri("third");
        let code = parameter(&callback, "code");
        let mut pairs = exchange_form("third", &code, &uri).to_vec();
        pairs.push(("resource", SHOP));
        let body = token(&shop.app, &pairs).await.json();
        assert_eq!(text(&body, "scope"), "read");
        let told = audited(&shop.app, "Interaction.Consent.Submit").await;
        assert_eq!(told[0].2["resources"], json!({ SHOP: ["read"], TILL: [] }));
        let more = asking("third", "read write", &named(&[SHOP])).replace("&prompt=consent", "");
        assert_eq!(visitor.get(&more).await.location(), "/consent?app_id=third", "more is asked for again");
    }

    async fn what_became_open_while_the_page_was_read_is_not_agreed_to(database: Database) {
        let shop = Shop::start(database).await;
        let [_read, write] = &shop.scopes;
        let role = format!("/api/roles/{}/scopes", shop.role);
        assert_eq!(shop.robot.delete(&format!("{role}/{write}")).await.brief(), "204");
        let mut visitor = shop.app.visitor();
        let path = asking("third", "read write", &named(&[SHOP]));
        shop.app.advance_secs(120);
        // the first page is drawn on the way
        let resume = proves_by(&mut visitor, &path).await;
        visitor.get(&resume).await;
        let page = visitor.get("/consent?app_id=third").await;
        assert!(page.text.contains("See orders") && !page.text.contains("Change orders"));
        assert_eq!(shop.robot.post(&role, json!({ "scopeIds": [write] })).await.status.as_u16(), 201);
        let (csrf, shown) = shown(&page.text);
        let more = shown.replace("read", "write");
        let forged = form(&[("csrf", &csrf), ("shown", &more), ("consent", "allow")]);
        let refused = visitor.send(Method::POST, "/consent?app_id=third", Some((FORM, forged))).await;
        assert_eq!(refused.location(), "/unknown-session?app_id=third", "what was shown cannot be widened");
        let allowed = form(&[("csrf", &csrf), ("shown", &shown), ("consent", "allow")]);
        let answer = visitor.send(Method::POST, "/consent?app_id=third", Some((FORM, allowed))).await;
        let callback = visitor.follows(&answer.location()).await;
        let (uri, code) = (redirect_uri("third"), parameter(&callback, "code"));
        let mut pairs = exchange_form("third", &code, &uri).to_vec();
        pairs.push(("resource", SHOP));
        assert_eq!(text(&token(&shop.app, &pairs).await.json(), "scope"), "read");
        let told = audited(&shop.app, "Interaction.Consent.Submit").await;
        assert_eq!(told[0].2["resources"], json!({ SHOP: ["read"] }));
        let again = path.replace("&prompt=consent", "");
        assert_eq!(visitor.get(&again).await.location(), "/consent?app_id=third", "the rest is asked for again");
    }

    async fn of_two_questions_of_one_application_both_answers_count(database: Database) {
        let shop = Shop::start(database).await;
        let mut visitor = shop.app.visitor();
        shop.signs_in(&mut visitor, &asking("app", "read", "")).await;
        let mut pages = vec![];
        for path in [asking("third", "read", &named(&[SHOP])), asking("third", "custom_data", &named(&[TILL]))] {
            let mut tab = visitor.clone();
            assert_eq!(tab.get(&path).await.location(), "/consent?app_id=third");
            let page = tab.get("/consent?app_id=third").await;
            pages.push((tab, shown(&page.text)));
        }
        let answers: Vec<_> = pages
            .iter()
            .map(|(tab, (csrf, shown))| {
                let mut tab = tab.clone();
                let allowed = form(&[("csrf", csrf), ("shown", shown), ("consent", "allow")]);
                tokio::spawn(async move { tab.send(Method::POST, "/consent?app_id=third", Some((FORM, allowed))).await.status })
            })
            .collect();
        for answer in answers {
            assert_eq!(answer.await.unwrap().as_u16(), 302);
        }
        let sql = "SELECT scope, resource_scopes FROM grants WHERE client_id = 'third'";
        let rows = shop.app.app.db.read(sql, vec![]).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert!(rows[0].text(0).unwrap().contains("custom_data"));
        let resources: Value = serde_json::from_str(&rows[0].text(1).unwrap()).unwrap();
        assert_eq!(resources, json!({ SHOP: ["read"], TILL: [] }));
    }

    async fn s56_a_token_for_a_resource_is_worth_nothing_once_what_it_was_made_from_is_gone(database: Database) {
        let shop = Shop::start(database).await;
        let is_active = async |jwt: &str| {
            let pairs = form(&[("client_id", "web"), ("client_secret", "a-secret-of-the-web-app"), ("token", jwt)]);
            let path = "/oidc/token/introspection";
            call(&shop.app.router, Method::POST, path, &[(CONTENT_TYPE.as_str(), FORM)], &pairs).await.json()["active"] == true
        };
        let jwt = |answer: &Answer| text(&answer.json(), "access_token").to_owned();
        // the application gives its refresh token back
        let (_visitor, answer) = shop.tokens(&named(&[SHOP]), &[SHOP]).await;
        let token = jwt(&answer);
        assert!(is_active(&token).await);
        let back = form(&[("client_id", "app"), ("token", text(&answer.json(), "refresh_token"))]);
        call(&shop.app.router, Method::POST, "/oidc/token/revocation", &[(CONTENT_TYPE.as_str(), FORM)], &back).await;
        assert!(!is_active(&token).await, "the grant");
        // the person signs out
        let (mut visitor, answer) = shop.tokens(&named(&[SHOP]), &[SHOP]).await;
        let token = jwt(&answer);
        assert!(is_active(&token).await);
        let hint = form(&[("id_token_hint", text(&answer.json(), "id_token"))]);
        visitor.get(&format!("/oidc/session/end?{hint}")).await;
        assert!(!is_active(&token).await, "the session");
        // somebody deletes the application
        let (_visitor, answer) = shop.tokens(&named(&[SHOP]), &[SHOP]).await;
        let token = jwt(&answer);
        assert!(is_active(&token).await);
        assert_eq!(shop.robot.delete("/api/applications/app").await.brief(), "204");
        assert!(!is_active(&token).await, "the application");
    }

    async fn s56_a_token_for_a_resource_is_introspected_while_its_user_may_sign_in_and_not_revoked(database: Database) {
        let shop = Shop::start(database).await;
        let (_visitor, answer) = shop.tokens(&named(&[SHOP]), &[SHOP]).await;
        let jwt = text(&answer.json(), "access_token").to_owned();
        let asks = async |path: &str| {
            let pairs = form(&[("client_id", "web"), ("client_secret", "a-secret-of-the-web-app"), ("token", &jwt)]);
            call(&shop.app.router, Method::POST, path, &[(CONTENT_TYPE.as_str(), FORM)], &pairs).await
        };
        let told = asks("/oidc/token/introspection").await.json();
        assert_eq!((&told["active"], &told["aud"], &told["scope"], &told["sub"]), (&json!(true), &json!(SHOP), &json!("read write"), &json!(shop.user)));
        assert_eq!(asks("/oidc/token/revocation").await.brief(), "400 oidc.unsupported_token_type");
        let suspend = |yes: bool| json!({ "isSuspended": yes });
        let path = format!("/api/users/{}", shop.user);
        shop.robot.patch(&format!("{path}/is-suspended"), suspend(true)).await;
        assert_eq!(asks("/oidc/token/introspection").await.json(), json!({ "active": false }));
        shop.robot.patch(&format!("{path}/is-suspended"), suspend(false)).await;
        assert_eq!(asks("/oidc/token/introspection").await.json(), json!({ "active": false }), "what they allowed is over");
    }

    async fn a_token_of_a_person_manages_nothing(database: Database) {
        let shop = Shop::start(database).await;
        let management = "https://default.logto.app/api";
        let mut visitor = shop.app.visitor();
        let callback = shop.signs_in(&mut visitor, &asking("app", "all", &named(&[management]))).await;
        let body = shop.exchange(&parameter(&callback, "code"), &[management]).await.json();
        assert_eq!((&body["scope"], &payload(text(&body, "access_token"))["aud"]), (&json!(""), &json!(management)));
        let bearer = format!("Bearer {}", text(&body, "access_token"));
        let answer = call(&shop.app.router, Method::GET, "/api/users", &[(AUTHORIZATION.as_str(), &bearer)], "").await;
        assert_eq!(answer.brief(), "403 auth.forbidden");
    }

    async fn s51_s52_a_code_or_refresh_token_used_twice_gives_no_token_for_a_resource(database: Database) {
        let shop = Shop::start(database).await;
        let mut visitor = shop.app.visitor();
        let callback = shop.signs_in(&mut visitor, &asking("app", "read", &named(&[SHOP]))).await;
        let code = parameter(&callback, "code");
        let body = shop.exchange(&code, &[SHOP]).await.json();
        let here = [("resource", SHOP)];
        assert_eq!(shop.exchange(&code, &[SHOP]).await.brief(), "400 oidc.invalid_grant");
        assert_eq!(shop.refresh(text(&body, "refresh_token"), &here).await.brief(), "400 oidc.invalid_grant");
        let (_visitor, answer) = shop.tokens(&named(&[SHOP]), &[SHOP]).await;
        let first = text(&answer.json(), "refresh_token").to_owned();
        let second = shop.refresh(&first, &here).await.json();
        shop.app.app.clock.advance_millis(3000);
        assert_eq!(shop.refresh(&first, &here).await.brief(), "400 oidc.invalid_grant");
        assert_eq!(shop.refresh(text(&second, "refresh_token"), &here).await.brief(), "400 oidc.invalid_grant");
    }
}
