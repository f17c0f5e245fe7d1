//! Reading and setting cookies. A signed cookie `x` is accepted only with its `x.sig` (wire contract A.5).
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use haoma_core::keys::Key;

use crate::app::App;

/// A cookie to set. `HttpOnly` and `SameSite=Lax` always; `Secure` when the public address is https.
#[derive(Debug, Clone)]
pub struct NewCookie {
    /// Its name.
    pub name: &'static str,
    /// Its value; characters a cookie cannot hold must be percent-encoded already.
    pub value: String,
    /// The path it is sent to.
    pub path: String,
    /// Seconds it lives.
    pub max_age: i64,
}

/// The value of a cookie, unsigned; the first of that name.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The value of a signed cookie, if its signature holds.
pub fn read_signed<'a>(headers: &'a HeaderMap, key: &Key, name: &str) -> Option<&'a str> {
    let value = read(headers, name)?;
    is_signed(headers, key, &[name, value]).then_some(value)
}

/// Whether the signature of the cookie `parts[0]` is one of all these parts.
pub(super) fn is_signed(headers: &HeaderMap, key: &Key, parts: &[&str]) -> bool {
    let sent = parts.first().and_then(|name| read(headers, &format!("{name}.sig")));
    let sent = sent.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let parts: Vec<_> = parts.iter().map(|part| part.as_bytes()).collect();
    sent.is_some_and(|sent| key.verify(&parts, &sent))
}

/// Sets a cookie and its signature.
pub fn set_signed(headers: &mut HeaderMap, app: &App, new: &NewCookie) {
    sign(headers, app, &[new.name, &new.value], new);
}

/// Sets a cookie and a signature of all these parts.
pub(super) fn sign(headers: &mut HeaderMap, app: &App, parts: &[&str], new: &NewCookie) {
    let parts: Vec<_> = parts.iter().map(|part| part.as_bytes()).collect();
    let tag = app.keys.cookies.mac(&parts);
    set(headers, app, new);
    append(headers, app, format!("{}.sig", new.name), URL_SAFE_NO_PAD.encode(tag), new);
}

/// Sets a cookie as it is.
pub(super) fn set(headers: &mut HeaderMap, app: &App, new: &NewCookie) {
    append(headers, app, new.name.to_owned(), new.value.clone(), new);
}

/// Removes a cookie and its signature.
pub fn remove_signed(headers: &mut HeaderMap, app: &App, name: &'static str, path: &str) {
    let gone = NewCookie { name, value: String::new(), path: path.to_owned(), max_age: 0 };
    append(headers, app, name.to_owned(), String::new(), &gone);
    append(headers, app, format!("{name}.sig"), String::new(), &gone);
}

fn append(headers: &mut HeaderMap, app: &App, name: String, value: String, like: &NewCookie) {
    let built = Cookie::build((name, value))
        .path(like.path.clone())
        .max_age(cookie::time::Duration::seconds(like.max_age))
        .http_only(true)
        .secure(app.settings.is_https())
        .same_site(SameSite::Lax)
        .build();
    // A value that is not a header value would be a bug of the caller: the cookie is left out, the request goes on.
    if let Ok(line) = HeaderValue::from_str(&built.to_string()) {
        headers.append(SET_COOKIE, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haoma_core::keys::ServerKey;

    fn request(line: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
        headers
    }

    #[test]
    fn a_cookie_without_its_signature_is_not_there() {
        let key = ServerKey::new([1; 32]).derive("cookies");
        let tag = URL_SAFE_NO_PAD.encode(key.mac(&[b"_session", b"abc"]));
        let good = request(&format!("a=1; _session=abc; _session.sig={tag}"));
        assert_eq!(read_signed(&good, &key, "_session"), Some("abc"));
        for bad in [
            "_session=abc".to_owned(),
            format!("_session=abd; _session.sig={tag}"),
            format!("_other=abc; _other.sig={tag}"),
            "_session=abc; _session.sig=%%%".to_owned(),
        ] {
            assert_eq!(read_signed(&request(&bad), &key, "_session"), None, "{bad}");
        }
    }
}
