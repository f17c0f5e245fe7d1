//! Redirect addresses: compared as exact text (RFC 9700, section 2.1). One exception: the port of a native application's
//! loopback address (RFC 8252, section 7.3).
use form_urlencoded::Serializer;
use url::Url;

use crate::client::{ApplicationKind, Client};

/// Schemes a browser would run or read instead of visit.
const FORBIDDEN_SCHEMES: [&str; 10] = [
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "about",
    "filesystem",
    "view-source",
    "ws",
    "wss",
];

/// An address an application wants to register is not usable. The sentence is the same for all; pages have one for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a redirect address is absolute, plain ASCII, without fragment, user name or wildcard, and not of a scheme browsers run"
)]
pub enum BadRedirectUri {
    /// Nothing, or more than 2048 characters.
    Length,
    /// It has a `#`: browsers keep what follows to themselves.
    Fragment,
    /// It has a `*`: addresses are compared as they are written.
    Wildcard,
    /// A space, a letter outside of ASCII, or a character that an address cannot have.
    Character,
    /// It does not begin with a scheme in lower case and a host, such as `https://app.example.com`.
    NotAbsolute,
    /// It names a user before the host.
    User,
    /// Browsers run or read this scheme instead of visiting it.
    Scheme,
}

/// Judges an address at registration.
pub fn check_registration(uri: &str) -> Result<(), BadRedirectUri> {
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}*#".contains(&b);
    if uri.is_empty() || uri.len() > 2048 {
        return Err(BadRedirectUri::Length);
    }
    if !uri.bytes().all(plain) {
        return Err(match () {
            () if uri.contains('#') => BadRedirectUri::Fragment,
            () if uri.contains('*') => BadRedirectUri::Wildcard,
            () => BadRedirectUri::Character,
        });
    }
    let url = Url::parse(uri).map_err(|_not_a_url| BadRedirectUri::NotAbsolute)?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    // The parser forgives `https:host` and `https:///host`; a comparison of texts does not.
    let is_spelled_out =
        !is_web || uri.get(url.scheme().len()..).is_some_and(|rest| rest.starts_with("://"));
    if FORBIDDEN_SCHEMES.contains(&url.scheme()) {
        return Err(BadRedirectUri::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadRedirectUri::User);
    }
    if is_web && !has_host || !is_spelled_out || !uri.starts_with(url.scheme()) {
        return Err(BadRedirectUri::NotAbsolute);
    }
    Ok(())
}

/// Whether an authorization answer of this client may go there.
pub fn is_allowed(client: &Client, candidate: &str) -> bool {
    let is_native = client.kind == ApplicationKind::Native;
    check_registration(candidate).is_ok()
        && client.oidc.redirect_uris.iter().any(|registered| {
            registered == candidate || (is_native && same_loopback(registered, candidate))
        })
}

/// Whether a person who signed out may be sent there.
pub fn is_allowed_after_logout(client: &Client, candidate: &str) -> bool {
    check_registration(candidate).is_ok()
        && client.oidc.post_logout_redirect_uris.iter().any(|registered| registered == candidate)
}

/// Equal loopback addresses but for the port.
fn same_loopback(a: &str, b: &str) -> bool {
    matches!((without_port(a), without_port(b)), (Some(a), Some(b)) if a == b)
}

/// Host and the rest of a loopback address, read as text so that no parser's forgiveness plays in.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let host = ["127.0.0.1", "[::1]", "localhost"]
        .into_iter()
        .find(|host| authority.strip_prefix(host).is_some_and(is_port))?;
    Some((host, tail))
}

/// Nothing, or a colon and a port.
fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
}

/// The address with parameters added to its query.
pub fn with_query(uri: &str, pairs: &[(&str, &str)]) -> String {
    let glue = match uri.split_once('?') {
        _ if pairs.is_empty() => "",
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{uri}{glue}{}", query.finish())
}

/// An address with parameters behind `#`. A registered address has no fragment of its own.
pub fn with_fragment(uri: &str, pairs: &[(&str, &str)]) -> String {
    let mut fragment = Serializer::new(String::new());
    fragment.extend_pairs(pairs);
    format!("{uri}#{}", fragment.finish())
}

/// The origin of a web address, as browsers write it in `Origin`.
pub fn origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::client::tests::client;

    const REGISTERED: &str = "https://app.example.com/cb";

    #[test]
    fn s45_forty_tricks_reach_nobody() {
        let web = client(ApplicationKind::Spa, &[REGISTERED, "com.example.app://callback"]);
        let tricks = [
            "https://app.example.com/cb/",
            "https://app.example.com/cb?",
            "https://app.example.com/cb?x=1",
            "https://app.example.com/cb#",
            "https://app.example.com/cb#x",
            "https://app.example.com/CB",
            "https://APP.example.com/cb",
            "HTTPS://app.example.com/cb",
            "http://app.example.com/cb",
            "https://app.example.com:443/cb",
            "https://app.example.com:8443/cb",
            "https://app.example.com./cb",
            "https://app.example.com/./cb",
            "https://app.example.com/x/../cb",
            "https://app.example.com/cb/../cb",
            "https://app.example.com/cb/..;/evil",
            "https://app.example.com/%63b",
            "https://app.example.com/cb%00",
            "https://app.example.com/cb%0d%0aSet-Cookie:x=1",
            "https://app.example.com/cb\r\nSet-Cookie: x=1",
            "https://app.example.com/cb\t",
            " https://app.example.com/cb",
            "https://app.example.com/cb ",
            "https://app.example.com\\cb",
            "https:\\\\app.example.com\\cb",
            "https://app.example.com\\@evil.example/cb",
            "https://app.example.com@evil.example/cb",
            "https://user@app.example.com/cb",
            "https://user:pw@app.example.com/cb",
            "https://evil.example/https://app.example.com/cb",
            "https://evil.example?https://app.example.com/cb",
            "https://evil.example#https://app.example.com/cb",
            "https://app.example.com.evil.example/cb",
            "https://evilapp.example.com/cb",
            "https://аpp.example.com/cb",
            "https://app.example。com/cb",
            "https:app.example.com/cb",
            "https:///app.example.com/cb",
            "//app.example.com/cb",
            "/cb",
            "https://*.example.com/cb",
            "javascript://app.example.com/cb%0aalert(1)",
            "data:text/html,https://app.example.com/cb",
            "com.example.app://callback/",
            "com.example.app:callback",
            "COM.example.app://callback",
            "",
        ];
        assert!(tricks.len() >= 40);
        for trick in tricks {
            assert!(!is_allowed(&web, trick), "{trick:?}");
        }
        assert!(is_allowed(&web, REGISTERED));
        assert!(is_allowed(&web, "com.example.app://callback"));
    }

    #[test]
    fn what_is_wrong_with_an_address_is_named() {
        for (uri, reason) in [
            ("", BadRedirectUri::Length),
            ("https://a.example/cb#x", BadRedirectUri::Fragment),
            ("https://*.a.example/cb", BadRedirectUri::Wildcard),
            ("https://a.example/a b", BadRedirectUri::Character),
            ("https://应用.example/cb", BadRedirectUri::Character),
            ("a.example/cb", BadRedirectUri::NotAbsolute),
            ("https:a.example/cb", BadRedirectUri::NotAbsolute),
            ("HTTPS://a.example/cb", BadRedirectUri::NotAbsolute),
            ("https://me@a.example/cb", BadRedirectUri::User),
            ("javascript://a.example/cb", BadRedirectUri::Scheme),
        ] {
            assert_eq!(check_registration(uri), Err(reason), "{uri:?}");
        }
    }

    #[test]
    fn s45_only_a_native_loopback_may_change_its_port() {
        let uris = ["http://127.0.0.1/cb", "http://[::1]:1/cb", "http://localhost:3000/cb?x=1"];
        let native = client(ApplicationKind::Native, &uris);
        let spa = client(ApplicationKind::Spa, &uris);
        for (candidate, native_may) in [
            ("http://127.0.0.1:50123/cb", true),
            ("http://[::1]:50123/cb", true),
            ("http://localhost:1/cb?x=1", true),
            ("http://localhost:1/cb", false),
            ("https://127.0.0.1:50123/cb", false),
            ("http://127.0.0.1:50123/other", false),
            ("http://127.0.0.1:99999/cb", false),
            ("http://127.0.0.1:/cb", false),
            ("http://127.0.0.1:80@evil.example/cb", false),
            ("http://127.0.0.1.evil.example/cb", false),
            ("http://127.0.0.2:1/cb", false),
            ("http://localhost.evil.example:1/cb?x=1", false),
            ("http://127.0.0.1:1\\@evil.example/cb", false),
        ] {
            assert_eq!(is_allowed(&native, candidate), native_may, "{candidate}");
            assert!(!is_allowed(&spa, candidate), "{candidate}");
        }
    }

    #[test]
    fn s45_logout_addresses_are_exact_too_and_have_no_loopback_rule() {
        let mut native = client(ApplicationKind::Native, &[]);
        native.oidc.post_logout_redirect_uris = vec!["http://127.0.0.1/bye".to_owned()];
        assert!(is_allowed_after_logout(&native, "http://127.0.0.1/bye"));
        for trick in ["http://127.0.0.1:81/bye", "http://127.0.0.1/bye?x", "http://127.0.0.1/bye/"]
        {
            assert!(!is_allowed_after_logout(&native, trick), "{trick}");
        }
    }

    #[test]
    fn a_dangerous_address_is_useless_even_when_registered() {
        for uri in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a.example/cb#f",
            "https://*.a.example/cb",
            "https://u@a.example/cb",
            "https://a.example/ü",
        ] {
            assert!(check_registration(uri).is_err(), "{uri}");
            assert!(!is_allowed(&client(ApplicationKind::Native, &[uri]), uri), "{uri}");
        }
        for uri in
            ["https://a.example", "io.app:/cb", "io.app://cb?x=1", "http://localhost:3000/a-b_c~"]
        {
            assert_eq!(check_registration(uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn parameters_join_the_query_that_is_there() {
        for (uri, expected) in [
            ("https://a/cb", "https://a/cb?code=x+y"),
            ("https://a/cb?", "https://a/cb?code=x+y"),
            ("https://a/cb?z=1", "https://a/cb?z=1&code=x+y"),
            ("io.app://cb", "io.app://cb?code=x+y"),
        ] {
            assert_eq!(with_query(uri, &[("code", "x y")]), expected);
        }
        assert_eq!(with_query("https://a/cb", &[]), "https://a/cb");
    }

    proptest! {
        #[test]
        fn s45_one_character_more_is_another_address(at in 0..=REGISTERED.len(), extra in any::<char>()) {
            let spa = client(ApplicationKind::Spa, &[REGISTERED]);
            let mut candidate = REGISTERED.to_owned();
            candidate.insert(at, extra);
            prop_assert!(!is_allowed(&spa, &candidate));
        }

        #[test]
        fn s45_only_the_port_of_a_loopback_is_free(port in any::<u16>(), host in "[a-z0-9.:\\[\\]@]{1,16}") {
            let native = client(ApplicationKind::Native, &["http://127.0.0.1:1/cb"]);
            let there = format!("http://127.0.0.1:{port}/cb");
            prop_assert!(is_allowed(&native, &there));
            let elsewhere = format!("http://{host}:{port}/cb");
            prop_assert_eq!(is_allowed(&native, &elsewhere), host == "127.0.0.1");
        }
    }
}
