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
    /// The path it is sent to; `/` where the name is of [`of_host`].
    pub path: String,
    /// Seconds it lives.
    pub max_age: i64,
}

/// Browsers take a cookie of this prefix from this host over https and from nobody else, and send it to no other path than all
/// (RFC 6265bis, section 4.1.3.2).
const HOST_ONLY: &str = "__Host-";

/// The name of a cookie of this host alone (security statement 43); `name` begins with `__Host-`, which needs https: without it the
/// prefix is left out, and protects nobody, as nothing does there.
pub fn of_host(app: &App, name: &'static str) -> &'static str {
    if app.settings.is_https() { name } else { name.strip_prefix(HOST_ONLY).unwrap_or(name) }
}

/// Cookies of one name that are tried: pages of our parent domain may have set others of that name, and browsers send them first.
const MOST_TRIED: usize = 4;

/// The values of the cookies of a name. Bytes are compared, because a cookie of somebody else may hold any.
pub fn all<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|b| *b == b';'))
        .filter_map(move |pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .filter_map(|value| std::str::from_utf8(value).ok())
        .take(MOST_TRIED)
}

/// The value of a signed cookie, if its signature holds.
pub fn read_signed<'a>(headers: &'a HeaderMap, key: &Key, name: &str) -> Option<&'a str> {
    signed(headers, key, name, &[])
}

/// The value of a cookie whose signature covers name, value and `bound_to`.
pub(super) fn signed<'a>(
    headers: &'a HeaderMap,
    key: &Key,
    name: &str,
    bound_to: &[&str],
) -> Option<&'a str> {
    let tag = format!("{name}.sig");
    let tags: Vec<_> =
        all(headers, &tag).filter_map(|text| URL_SAFE_NO_PAD.decode(text).ok()).collect();
    let holds = |value: &&str| {
        let parts = parts(name, value, bound_to);
        tags.iter().any(|tag| key.verify(&parts, tag))
    };
    all(headers, name).find(holds)
}

fn parts<'a>(name: &'a str, value: &'a str, bound_to: &[&'a str]) -> Vec<&'a [u8]> {
    [name, value].iter().chain(bound_to).map(|part| part.as_bytes()).collect()
}

/// Sets a cookie and its signature.
pub fn set_signed(headers: &mut HeaderMap, app: &App, new: &NewCookie) {
    sign(headers, app, new, &[]);
}

/// Sets a cookie and its signature, which covers `bound_to` besides.
pub(super) fn sign(headers: &mut HeaderMap, app: &App, new: &NewCookie, bound_to: &[&str]) {
    let tag = app.keys.cookies.mac(&parts(new.name, &new.value, bound_to));
    set(headers, app, new);
    append(headers, app, format!("{}.sig", new.name), URL_SAFE_NO_PAD.encode(tag), new);
}

/// Sets a cookie as it is.
pub fn set(headers: &mut HeaderMap, app: &App, new: &NewCookie) {
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
        headers.append(COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        headers
    }

    #[test]
    fn a_cookie_without_its_signature_is_not_there() {
        let key = ServerKey::new([1; 32]).derive("cookies");
        let tag = URL_SAFE_NO_PAD.encode(key.mac(&[b"_session", b"abc"]));
        let good = request(&format!("a=1; _session=abc; _session.sig={tag}"));
        assert_eq!(read_signed(&good, &key, "_session"), Some("abc"));
        let crowded = format!(
            "_session=theirs; 名=值; _session.sig=theirs; _session=abc; _session.sig={tag}"
        );
        let found = read_signed(&request(&crowded), &key, "_session").map(str::to_owned);
        assert_eq!(found.as_deref(), Some("abc"), "cookies of others are in no way");
        for bad in [
            format!("\u{2003}_session=abc; _session.sig={tag}"),
            "_session=abc".to_owned(),
            format!("_session=abd; _session.sig={tag}"),
            format!("_other=abc; _other.sig={tag}"),
            "_session=abc; _session.sig=%%%".to_owned(),
        ] {
            assert_eq!(read_signed(&request(&bad), &key, "_session"), None, "{bad}");
        }
    }
}
