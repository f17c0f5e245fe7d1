//! The console's page of the sign-in experience: what it shows, stores, refuses and previews.
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use haoma::account::center::{self, AccountCenter, Control};
use haoma::connectors::saving::{self, Saving};
use haoma::experience::settings::SignInExperience;
use haoma_core::phone::Region;
use haoma_store::account_center;
use haoma_store::connectors::{self, SavedBy};
use serde_json::{Value, json};

use crate::console::{owner, with_role};
use crate::support::visitor::{Answer, hidden};
use crate::support::{TestApp, Visitor, event};

const PAGE: &str = "/console/sign-in-experience";
const PREVIEW: &str = "/console/sign-in-experience/preview";

/// The form as a browser sends it, without touching anything.
fn form(html: &str) -> Vec<(String, String)> {
    let (_, rest) = html.split_once("<form class=\"experience\"").unwrap();
    let mut fields = vec![];
    let mut select = String::new();
    for tag in rest.split('<').map(|part| part.split('>').next().unwrap()) {
        let is = |word: &str| tag.split([' ', '\n']).any(|part| part == word);
        let given = |name: &str| attribute(tag, name);
        if tag.starts_with("select") {
            select = given("name");
        } else if tag.starts_with("option") && is("selected") {
            fields.push((select.clone(), given("value")));
        } else if tag.starts_with("input") && !given("name").is_empty() {
            let is_box = ["checkbox", "radio"].contains(&given("type").as_str());
            if !is_box || is("checked") {
                fields.push((given("name"), given("value")));
            }
        }
    }
    fields
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap_or(("", "\""));
    let value = rest.split('"').next().unwrap();
    value.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<")
}

/// The form of the page with these fields changed; `None` leaves one out.
async fn changed(visitor: &mut Visitor, changes: &[(&str, Option<&str>)]) -> Vec<(String, String)> {
    with(form(&visitor.get(PAGE).await.text), changes)
}

fn with(
    mut form: Vec<(String, String)>,
    changes: &[(&str, Option<&str>)],
) -> Vec<(String, String)> {
    form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let new =
        changes.iter().filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())));
    form.extend(new.collect::<Vec<_>>());
    form
}

async fn posts(visitor: &mut Visitor, path: &str, form: &[(String, String)]) -> Answer {
    let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.posts(path, &fields).await
}

async fn saves(visitor: &mut Visitor, changes: &[(&str, Option<&str>)]) -> Answer {
    let form = changed(visitor, changes).await;
    posts(visitor, PAGE, &form).await
}

fn document(test: &TestApp) -> Value {
    serde_json::to_value(&test.app.experience.load().document).unwrap()
}

/// The codes of the problems a page shows, in its order.
fn problems(html: &str) -> Vec<&str> {
    html.split("data-code=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

async fn has_no_connector(test: &TestApp) {
    let live = connectors::current(&test.app.db).await.unwrap().unwrap();
    let (by, now) = (SavedBy::Administrator("li".to_owned()), test.app.clock.now());
    let saving = Saving { by, event: event(&test.app, "Connector.Deleted"), now };
    saving::delete(&test.app, &live.id, &saving).await.unwrap();
}

/// A document of somebody who came from Logto.
fn from_logto(raw: &mut Value) {
    let document = &mut raw["sign_in_experience"];
    document["mfa"] = json!({ "policy": "UserControlled", "factors": [] });
    document["customCss"] = "body { color: red }".into();
    document["signUp"]["secondaryIdentifiers"] = json!([{ "identifier": "email", "verify": true }]);
    document["signIn"]["methods"] = json!([
        { "identifier": "phone", "verificationCode": true },
        { "identifier": "email", "password": true, "verificationCode": false, "isPasswordPrimary": true },
    ]);
}

on_both! {
    async fn the_account_page_is_opened_and_closed_and_what_was_decided_of_it_stays(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let account = format!("{PAGE}/account");
        let switch = |html: &str| html.split("name=\"account\"").nth(1).unwrap().split('>').next().unwrap().contains("checked");
        assert!(!switch(&li.get(PAGE).await.text));
        assert_eq!(li.posts(&account, &[("account", "on")]).await.location(), PAGE);
        let page = li.get(PAGE).await.text;
        assert!(switch(&page) && page.contains("The account page is open."), "{page}");
        let center = center::load(&test.app).await.unwrap();
        assert_eq!(center, AccountCenter::open(), "nobody had decided anything");
        let narrow = AccountCenter { fields: [("name".to_owned(), Control::ReadOnly)].into(), ..center.clone() };
        let (old, _) = center::stored(&test.app).await.unwrap();
        let new = serde_json::to_string(&narrow).unwrap();
        assert!(account_center::save(&test.app.db, (old.as_deref(), &new), test.app.clock.now(), None).await.unwrap());
        li.posts(&account, &[]).await;
        assert!(li.get(PAGE).await.text.contains("The account page is closed."));
        li.posts(&account, &[("account", "on")]).await;
        assert_eq!(center::load(&test.app).await.unwrap(), narrow);
        li.posts(&account, &[("account", "on")]).await;
        assert!(li.get(PAGE).await.text.contains("There was nothing to save"));
        let log = test.app.db.read("SELECT payload FROM audit_events WHERE key = 'Account.Center.Updated' ORDER BY id", vec![]).await.unwrap();
        assert_eq!(log.len(), 3);
        let closed = log.iter().filter(|row| row.text(0).unwrap().contains("\"enabled\":false"));
        assert_eq!(closed.count(), 1);
    }

    async fn what_is_saved_is_in_use_at_once_and_everything_else_stays(database: Database) {
        let test = TestApp::start_with(database, |_connector| {}, from_logto).await;
        let mut li = owner(&test).await;
        let before = document(&test);
        let answer = saves(&mut li, &[
            ("branding.name", Some("Tea & Co")), ("color.primaryColor", Some("#1677ff")),
            ("termsOfUseUrl", Some("https://shop.example/terms")), ("agreeToTermsPolicy", Some("Manual")),
            ("verificationCodePolicy.maxRetryAttempts", Some("3")), ("signInMode", Some("SignIn")),
        ]).await;
        assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, PAGE), "{}", answer.text);
        let mut wanted = before;
        wanted["branding"]["name"] = "Tea & Co".into();
        wanted["color"]["primaryColor"] = "#1677ff".into();
        wanted["termsOfUseUrl"] = "https://shop.example/terms".into();
        wanted["agreeToTermsPolicy"] = "Manual".into();
        wanted["verificationCodePolicy"] = json!({ "maxRetryAttempts": 3 });
        wanted["signInMode"] = "SignIn".into();
        assert_eq!(document(&test), wanted);
        let page = li.get(PAGE).await.text;
        assert!(page.contains("Saved. The sign-in pages use it from now on."), "{page}");
        let mut person = test.visitor();
        let phone_page = person.arrives_from("app").await.location();
        let shown = person.get(&phone_page).await.text;
        assert!(shown.contains("Tea &#38; Co") && shown.contains("theme-1677ff") && shown.contains("name=\"agree\""), "{shown}");
    }

    async fn a_form_that_is_sent_as_it_came_stores_nothing(database: Database) {
        let test = TestApp::start_with(database, |_connector| {}, from_logto).await;
        let mut li = owner(&test).await;
        let before = document(&test);
        assert_eq!(saves(&mut li, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!((document(&test), test.app.experience.load().version), (before, 1));
    }

    async fn phone_sign_in_reaches_nobody_until_it_is_switched_on(database: Database) {
        let test = TestApp::start_with(database, |_connector| {}, |raw| {
            raw["sign_in_experience"]["signIn"] = json!({ "methods": [] });
            raw["sign_in_experience"]["signUp"] = json!({});
        }).await;
        let mut li = owner(&test).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        assert_eq!(person.asks_code("8613800138000", "SignIn").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = li.get(PAGE).await.text;
        assert!(page.contains("Sign-in by phone is switched off"), "{page}");
        assert_eq!(saves(&mut li, &[("signIn.methods", Some("on"))]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(person.asks_code("8613800138000", "SignIn").await.status, StatusCode::OK);
        assert!(!li.get(PAGE).await.text.contains("Before everybody can sign in"));
        assert_eq!(saves(&mut li, &[("signIn.methods", None)]).await.status, StatusCode::SEE_OTHER);
        let closed = person.asks_code("8613900139000", "SignIn").await;
        assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", closed.text);
    }

    async fn every_rule_is_told_beside_its_field_and_nothing_is_half_saved(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let before = document(&test);
        let refused = saves(&mut li, &[
            ("branding.name", Some("Fine")), ("branding.logoUrl", Some("http://shop.example/logo.png")),
            ("color.primaryColor", Some("red")), ("termsOfUseUrl", Some("javascript:alert(1)")),
            ("verificationCodePolicy.expirationDuration", Some("601")),
            ("verificationCodePolicy.maxRetryAttempts", Some("many")),
            ("verificationCodePolicy.resendCooldown", Some("59")),
            ("phoneRegions.allowed", None), ("phoneRegions.default", Some("US")),
        ]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problems(&refused.text), [
            "no-country", "not-a-picture", "not-a-color", "not-an-address", "code-life", "code-guesses", "cooldown",
        ]);
        for (id, value) in [("branding-name", "Fine"), ("color-primaryColor", "red"), ("verificationCodePolicy-maxRetryAttempts", "many")] {
            assert!(refused.text.contains(&format!("id=\"{id}\"")), "{id}");
            assert!(refused.text.contains(&format!("value=\"{value}\"")), "typed values are kept: {value}");
        }
        assert!(refused.text.contains("7 fields need your attention"), "{}", refused.text);
        assert!(refused.text.contains("href=\"#verificationCodePolicy-expirationDuration\""));
        assert!(refused.text.contains("NIST SP 800-63B"), "the rule is named");
        assert!(refused.text.contains("data-draft"), "the preview shows what is typed");
        assert_eq!((document(&test), test.app.experience.load().version), (before, 1));
    }

    async fn a_country_that_may_not_be_used_is_not_shown_first(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for bad in ["DE", "XX", ""] {
            let refused = saves(&mut li, &[("phoneRegions.default", Some(bad))]).await;
            assert_eq!(problems(&refused.text), ["default-not-allowed"], "{bad}");
        }
        let form = changed(&mut li, &[("phoneRegions.default", Some("DE"))]).await;
        let more = [("phoneRegions.allowed".to_owned(), "DE".to_owned())];
        let form: Vec<_> = form.into_iter().chain(more).collect();
        assert_eq!(posts(&mut li, PAGE, &form).await.status, StatusCode::SEE_OTHER);
        let regions = test.app.experience.load().phone_regions.clone();
        assert!(regions.allowed.len() == 4 && regions.default == Region::parse("DE").unwrap());
    }

    async fn without_a_connector_nothing_is_switched_on_and_the_banner_says_why(database: Database) {
        let test = TestApp::start_with(database, |_connector| {}, |raw| {
            raw["sign_in_experience"]["signIn"] = json!({ "methods": [] });
            raw["sign_in_experience"]["signUp"] = json!({});
        }).await;
        has_no_connector(&test).await;
        let mut li = owner(&test).await;
        let page = li.get(PAGE).await.text;
        assert!(page.contains("No SMS connector is set up") && page.contains("switched off"), "{page}");
        let refused = saves(&mut li, &[("signIn.methods", Some("on")), ("branding.name", Some("Shop"))]).await;
        assert_eq!(problems(&refused.text), ["needs-connector"]);
        assert!(!test.app.experience.load().phone_sign_in() && refused.text.contains("value=\"Shop\""));
    }

    async fn after_its_connector_is_gone_a_colour_can_still_be_changed_and_phone_sign_in_switched_off(database: Database) {
        let test = TestApp::start(database).await;
        has_no_connector(&test).await;
        let mut li = owner(&test).await;
        let saved = saves(&mut li, &[("color.primaryColor", Some("#1677ff")), ("signInMode", Some("SignIn"))]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        assert_eq!(document(&test)["color"]["primaryColor"], "#1677ff");
        let off = saves(&mut li, &[("signIn.methods", None)]).await;
        assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.text);
        let on = saves(&mut li, &[("signIn.methods", Some("on"))]).await;
        assert_eq!(problems(&on.text), ["needs-connector"]);
    }

    async fn the_banner_names_the_template_that_is_missing(database: Database) {
        let only_mainland = |connector: &mut Value| {
            connector["templates"] = json!([{ "type": 2, "usageType": "SignIn", "templateCode": { "china": "SMS_100000001" } }]);
        };
        let test = TestApp::start_with(database, only_mainland, |_raw| {}).await;
        let mut li = owner(&test).await;
        let page = li.get(PAGE).await.text;
        let told = "no template for “Register” (nor for “Generic”) for numbers of: China, Hong Kong SAR China, United States";
        assert!(page.contains(told), "{page}");
        assert!(page.contains("template for “Sign in” (nor for “Generic”) for numbers of: Hong Kong SAR China, United States"));
        let chinese = li.get(&format!("{PAGE}?ui_locales=zh-CN")).await.text;
        assert!(chinese.contains("发送“注册”短信的模板"), "{chinese}");
    }

    async fn who_is_overtaken_is_told_by_what_and_loses_nothing(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "editor").await;
        let mine = changed(&mut li, &[("branding.name", Some("Mine"))]).await;
        let theirs = [("color.primaryColor", Some("#1677ff")), ("privacyPolicyUrl", Some("https://shop.example/p"))];
        assert_eq!(saves(&mut wang, &theirs).await.status, StatusCode::SEE_OTHER);
        let told = posts(&mut li, PAGE, &mine).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        let (_, list) = told.text.split_once("It differs from what is saved now in:").unwrap();
        let list = list.split("</ul>").next().unwrap();
        assert!(["Brand name", "Colour", "Privacy policy"].iter().all(|what| list.contains(what)), "{list}");
        assert!(told.text.contains("value=\"Mine\"") && hidden(&told.text, "version") == "2");
        assert_eq!(document(&test)["branding"]["name"], Value::Null);
        assert_eq!(posts(&mut li, PAGE, &form(&told.text)).await.status, StatusCode::SEE_OTHER, "knowing it");
        assert_eq!(document(&test)["branding"]["name"], "Mine");
        assert_eq!(document(&test)["privacyPolicyUrl"], Value::Null);
    }

    async fn a_form_of_another_node_is_put_onto_what_is_stored_and_not_onto_what_was(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let node = test.second_node().await;
        let mut newer = SignInExperience::clone(&node.experience.load().document);
        newer.rest.insert("customCss".to_owned(), "b {}".into());
        let (event, now) = (event(&node, "SignInExperience.Updated"), node.clock.now());
        haoma::experience::saving::save(&node, 1, &newer, &event, now).await.unwrap();
        assert_eq!(test.app.experience.load().version, 1, "not heard of yet");
        let answer = saves(&mut li, &[("branding.name", Some("Shop"))]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!((&document(&test)["customCss"], &document(&test)["branding"]["name"]), (&json!("b {}"), &json!("Shop")));
    }

    async fn a_viewer_looks_and_changes_nothing(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let form = changed(&mut li, &[("branding.name", Some("Mine"))]).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        let page = wang.get(PAGE).await.text;
        assert!(page.contains("<fieldset class=\"parts\" disabled>") && !page.contains("class=\"row save\""), "{page}");
        assert_eq!(posts(&mut wang, PAGE, &form).await.status, StatusCode::FORBIDDEN);
        let drawn = posts(&mut wang, PREVIEW, &form).await;
        assert!(drawn.status == StatusCode::OK && !drawn.text.contains("Mine"), "{}", drawn.text);
        assert_eq!(test.app.experience.load().version, 1);
    }

    async fn a_change_is_in_the_audit_log_with_the_members_and_without_their_values(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        saves(&mut li, &[("branding.name", Some("Mine")), ("signInMode", Some("Register"))]).await;
        let events = haoma_store::audit::list(&test.app.db, &haoma_store::audit::Filter::default(), (20, 0)).await;
        let events = events.unwrap();
        let event = events.iter().find(|one| one.key == "SignInExperience.Updated").unwrap();
        let payload: Value = serde_json::from_str(&event.payload).unwrap();
        assert_eq!(payload["changed"], json!(["branding.name", "signInMode"]));
        assert!(payload["administratorId"].is_string() && !event.payload.contains("Mine"));
    }

    async fn the_preview_is_the_real_page_with_what_is_typed(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let form = changed(&mut li, &[
            ("branding.name", Some("Tea")), ("color.primaryColor", Some("#1677ff")), ("color.darkPrimaryColor", Some("half")),
            ("termsOfUseUrl", Some("https://shop.example/terms")), ("agreeToTermsPolicy", Some("Manual")),
            ("phoneRegions.allowed", Some("HK")), ("phoneRegions.default", Some("HK")),
            ("verificationCodePolicy.expirationDuration", Some("120")),
            ("lang", Some("zh-CN")), ("theme", Some("dark")),
        ]).await;
        let phone = posts(&mut li, PREVIEW, &form).await;
        assert_eq!(phone.status, StatusCode::OK);
        for part in ["<html lang=\"zh-CN\" data-theme=\"dark\">", "inert", "Tea", "theme-1677ff", "+852", "shop.example/terms", "name=\"agree\""] {
            assert!(phone.text.contains(part), "{part}: {}", phone.text);
        }
        assert!(!phone.text.contains("checked"), "the box is never ticked beforehand");
        let code = posts(&mut li, PREVIEW, &with(form, &[("page", Some("code")), ("lang", Some("en")), ("theme", Some("light"))])).await;
        assert!(code.text.contains("<html lang=\"en\" data-theme=\"light\">") && code.text.contains("data-life=\"120000\""), "{}", code.text);
        assert!(code.text.contains("+852"), "an example of the country shown first");
        assert_eq!(test.app.experience.load().version, 1, "nothing is stored");
        let stored = li.get(&format!("{PREVIEW}?page=code&lang=zh-CN&theme=dark")).await;
        assert!(stored.text.contains("data-theme=\"dark\"") && stored.text.contains("data-life=\"300000\""), "{}", stored.text);
    }

    async fn s41_only_the_preview_may_be_in_a_frame_and_only_in_ours(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let header = |answer: &Answer, name| answer.headers[name].to_str().unwrap().to_owned();
        let page = li.get(PAGE).await;
        let policy = header(&page, CONTENT_SECURITY_POLICY);
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("frame-src 'self'"), "{policy}");
        assert_eq!(header(&page, X_FRAME_OPTIONS), "DENY");
        let form = form(&page.text);
        for shown in [li.get(PREVIEW).await, posts(&mut li, PREVIEW, &form).await] {
            let policy = header(&shown, CONTENT_SECURITY_POLICY);
            assert!(policy.contains("frame-ancestors 'self'") && policy.contains("form-action 'none'"), "{policy}");
            assert!(policy.contains("sandbox") && !policy.contains("allow-forms") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(header(&shown, X_FRAME_OPTIONS), "SAMEORIGIN");
            assert!(shown.text.contains("name=\"csrf\" value=\"\""), "nothing it sent would be accepted");
        }
        let refused = test.visitor().get(PREVIEW).await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER, "for administrators only");
        assert_eq!(header(&refused, X_FRAME_OPTIONS), "DENY");
        let account = li.get("/console/account").await;
        assert!(!header(&account, CONTENT_SECURITY_POLICY).contains("frame-src"));
    }

    async fn an_accent_that_cannot_be_read_says_what_becomes_of_it(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        saves(&mut li, &[("color.primaryColor", Some("#ffd400"))]).await;
        let page = li.get(PAGE).await.text;
        assert!(page.contains("#ffd400 has a contrast of 1.3 to 1 with a ground of the pages; text needs 4.5 to 1."), "{page}");
        saves(&mut li, &[("color.primaryColor", Some("#0b6b58"))]).await;
        assert!(!li.get(PAGE).await.text.contains("#0b6b58 has a contrast of"));
    }

    async fn what_a_new_account_lacks_is_told_and_can_be_waived(database: Database) {
        let asks_more = |raw: &mut Value| {
            raw["sign_in_experience"]["signUp"] = json!({ "identifiers": ["username"], "password": true, "verify": false });
        };
        let test = TestApp::start_with(database, |_connector| {}, asks_more).await;
        let mut li = owner(&test).await;
        let page = li.get(PAGE).await.text;
        assert!(page.contains("nobody new can register") && page.contains("name=\"signUp.identifiers\""), "{page}");
        let answer = saves(&mut li, &[("signUp.identifiers", Some("on"))]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert!(test.app.experience.load().missing_profile().is_empty());
        assert!(!li.get(PAGE).await.text.contains("name=\"signUp.identifiers\""));
    }
}
