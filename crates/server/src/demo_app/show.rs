//! The page that shows what the application got.
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::phone::PhoneNumber;
use serde_json::{Map, Value};

use super::id_token::decode;
use super::{CLIENT_ID, HOME, Page, Session};
use crate::app::App;
use crate::views::demo::{Claim, ClaimValue, SignedInPage, Token};
use crate::views::frame::respond;
use crate::web::i18n::Lang;

/// Claims in the order people care for them; the others follow.
const FIRST: [&str; 3] = ["sub", "phone_number", "phone_number_verified"];
/// Claims that are seconds since 1970.
const MOMENTS: [&str; 5] = ["iat", "exp", "auth_time", "created_at", "updated_at"];

/// Who is signed in. The token was checked before it was put into the signed cookie.
pub(super) fn signed_in(app: &App, page: &Page, session: &Session) -> Response {
    let mut parts = session.id_token.split('.');
    let [header, payload, signature] =
        [(); 3].map(|()| parts.next().unwrap_or_default().to_owned());
    let claims = decode(&payload).unwrap_or_default();
    let lang = page.frame.lang;
    let shown = SignedInPage {
        frame: page.frame.clone(),
        phone: claims.get("phone_number").and_then(Value::as_str).map(grouped),
        token: Token {
            header_json: indented(&decode(&header).unwrap_or_default()),
            payload_json: indented(&claims),
            header,
            payload,
            signature,
        },
        claims: table(lang, &claims),
        scope: session.scope.clone(),
        has_refresh_token: session.has_refresh_token,
        jwks_uri: app.settings.url("/oidc/jwks"),
        sign_in_href: page.sign_in_href(),
        client_id: CLIENT_ID.to_owned(),
        return_to: app.settings.url(HOME),
    };
    respond(StatusCode::OK, lang, &shown)
}

fn table(lang: Lang, claims: &Map<String, Value>) -> Vec<Claim> {
    let first = FIRST.iter().filter_map(|name| claims.get_key_value(*name));
    let others = claims.iter().filter(|(name, _)| !FIRST.contains(&name.as_str()));
    first.chain(others).map(|(name, value)| claim(lang, name, value)).collect()
}

fn claim(lang: Lang, name: &str, value: &Value) -> Claim {
    let key = format!("demo-claim-{}", name.replace('_', "-"));
    let meaning = lang.has(&key).then(|| lang.t(&key).into_owned());
    let value = match value {
        Value::Null => ClaimValue::Nothing,
        Value::String(text) => ClaimValue::Text(text.clone()),
        Value::Number(number) if MOMENTS.contains(&name) => {
            number.as_i64().map_or_else(|| ClaimValue::Text(number.to_string()), moment)
        }
        other => ClaimValue::Text(other.to_string()),
    };
    Claim { name: name.to_owned(), meaning, value }
}

/// Claims of Logto's contract may be in milliseconds.
fn moment(value: i64) -> ClaimValue {
    const YEAR_5000: i64 = 95_617_584_000;
    ClaimValue::Moment(if value > YEAR_5000 { value / 1000 } else { value })
}

fn indented(object: &Map<String, Value>) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default()
}

/// `+86 138 0013 8000`: mainland mobile numbers are read in groups of three and four; others after their country code.
fn grouped(e164: &str) -> String {
    let Ok(phone) = PhoneNumber::from_international(e164) else { return e164.to_owned() };
    let national = phone.national();
    match (phone.calling_code(), national.get(..3), national.get(3..7), national.get(7..)) {
        ("86", Some(a), Some(b), Some(c)) if national.len() == 11 => format!("+86 {a} {b} {c}"),
        (code, ..) => format!("+{code} {national}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_is_written_as_people_read_it() {
        assert_eq!(grouped("+8613800138000"), "+86 138 0013 8000");
        assert_eq!(grouped("85251234567"), "+852 51234567");
        assert_eq!(grouped("?"), "?");
    }

    #[test]
    fn the_person_comes_first_and_times_are_times() {
        let Value::Object(claims) = json!({
            "aud": "a", "created_at": 1_795_000_000_000_i64, "exp": 5, "name": null, "phone_number": "+86", "sub": "s",
        }) else {
            return;
        };
        let lines = table(Lang::En, &claims);
        let names: Vec<_> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names[..2], ["sub", "phone_number"]);
        let value =
            |name: &str| lines.iter().find(|line| line.name == name).map(|line| line.value.clone());
        assert_eq!(value("created_at"), Some(ClaimValue::Moment(1_795_000_000)));
        assert_eq!(value("exp"), Some(ClaimValue::Moment(5)));
        assert_eq!(value("name"), Some(ClaimValue::Nothing));
    }
}
