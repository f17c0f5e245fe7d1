//! Which scripts in browsers may read answers (wire contract A.9).
use crate::client::Client;
use crate::error::OauthError;
use crate::redirect_uri::origin;

/// Judges the `Origin` of a request made for a client.
pub fn check(client: &Client, own: &str, asking: &str) -> Result<(), OauthError> {
    let of_redirect = |uri: &String| origin(uri).as_deref() == Some(asking);
    // `null` is what sandboxed and local documents send: nobody in particular.
    let is_allowed = asking != "null"
        && (origin(own).as_deref() == Some(asking)
            || client.custom.cors_allowed_origins.iter().any(|allowed| allowed == asking)
            || client.oidc.redirect_uris.iter().any(of_redirect));
    if is_allowed {
        return Ok(());
    }
    let asking: String = asking.chars().take(128).collect();
    let text = format!("origin {asking} not allowed for client: {}", client.id);
    Err(OauthError::invalid_request(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ApplicationKind;
    use crate::client::tests::client;

    #[test]
    fn only_origins_the_client_is_known_by_may_read() {
        let mut spa = client(ApplicationKind::Spa, &["https://app.example:8443/cb", "io.app://cb"]);
        spa.custom.cors_allowed_origins = vec!["https://other.example".to_owned()];
        let own = "https://id.example/";
        for (asking, allowed) in [
            ("https://app.example:8443", true),
            ("https://other.example", true),
            ("https://id.example", true),
            ("https://app.example", false),
            ("http://app.example:8443", false),
            ("https://app.example:8443.evil.example", false),
            ("null", false),
            ("io.app://cb", false),
        ] {
            assert_eq!(check(&spa, own, asking).is_ok(), allowed, "{asking}");
        }
        let error = check(&spa, own, "https://evil.example").unwrap_err();
        assert_eq!(error.description, "origin https://evil.example not allowed for client: app");
    }
}
