//! Signing out at the wish of an application (OpenID Connect RP-Initiated Logout 1.0).
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::OauthError;
use crate::id_token::Hint;
use crate::params::Params;
use crate::redirect_uri;

/// A wish that was checked: kept in a signed cookie while the person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// Repeated by the form, so that no other site can answer for the person.
    pub xsrf: String,
    /// Where the person goes afterwards.
    pub target: Option<String>,
    /// The session the question is about.
    pub session_id: Option<String>,
}

/// Which client a request speaks for: the parameter's, else the hint's; both must agree.
pub fn client_id<'a>(
    params: &'a Params,
    hint: Option<&'a Hint>,
) -> Result<Option<&'a str>, OauthError> {
    let hinted = hint.map(|hint| hint.aud.as_str());
    match (params.get("client_id"), hinted) {
        (Some(named), Some(hinted)) if named != hinted => {
            Err(OauthError::invalid_request("client_id mismatch"))
        }
        (named, hinted) => Ok(named.or(hinted)),
    }
}

/// Where the person goes afterwards, `state` included; `None` for our own page.
pub fn target(params: &Params, client: Option<&Client>) -> Result<Option<String>, OauthError> {
    let Some(uri) = params.get("post_logout_redirect_uri") else {
        return Ok(None);
    };
    let Some(client) = client else {
        let text = "post_logout_redirect_uri needs a client_id or an id_token_hint";
        return Err(OauthError::invalid_request(text));
    };
    if !redirect_uri::is_allowed_after_logout(client, uri) {
        return Err(OauthError::invalid_request("post_logout_redirect_uri not registered"));
    }
    let state: Vec<_> = params.get("state").map(|state| ("state", state)).into_iter().collect();
    Ok(Some(redirect_uri::with_query(uri, &state)))
}

/// Whether the person must be asked: unless there is nothing to end, or the application showed that it knows this very
/// session (section 2: without a hint, or with somebody else's, the question is a MUST).
pub fn must_ask(hint: Option<&Hint>, session: Option<(&str, &str)>) -> bool {
    match (hint, session) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(hint), Some((session_id, user_id))) => {
            hint.sub != user_id || hint.sid.as_deref() != Some(session_id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ApplicationKind;
    use crate::client::tests::client;

    fn params(list: &[(&str, &str)]) -> Params {
        Params::new(list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()).unwrap()
    }

    fn hint(sub: &str, sid: &str) -> Hint {
        Hint { sub: sub.to_owned(), aud: "app".to_owned(), sid: Some(sid.to_owned()) }
    }

    #[test]
    fn s55_the_person_is_asked_unless_the_application_knows_this_session() {
        let session = Some(("s", "u"));
        for (hint, session, asked) in [
            (None, session, true),
            (Some(hint("u", "s")), session, false),
            (Some(hint("u", "other")), session, true),
            (Some(hint("other", "s")), session, true),
            (None, None, false),
            (Some(hint("u", "s")), None, false),
        ] {
            assert_eq!(must_ask(hint.as_ref(), session), asked, "{hint:?} {session:?}");
        }
    }

    #[test]
    fn s45_after_logout_people_go_only_where_the_client_registered() {
        let mut client = client(ApplicationKind::Spa, &["https://a.example/cb"]);
        client.oidc.post_logout_redirect_uris = vec!["https://a.example/bye".to_owned()];
        let to = |uri, state| {
            target(&params(&[("post_logout_redirect_uri", uri), ("state", state)]), Some(&client))
        };
        assert_eq!(
            to("https://a.example/bye", "s 1").unwrap().unwrap(),
            "https://a.example/bye?state=s+1"
        );
        assert_eq!(to("https://a.example/bye", "").unwrap().unwrap(), "https://a.example/bye");
        for trick in [
            "https://a.example/cb",
            "https://a.example/bye/",
            "//evil.example",
            "https://a.example/bye#x",
        ] {
            let error = to(trick, "").unwrap_err();
            assert!(error.description.contains("post_logout_redirect_uri"), "{trick}");
        }
        assert!(
            target(&params(&[("post_logout_redirect_uri", "https://a.example/bye")]), None)
                .is_err()
        );
        assert_eq!(target(&params(&[]), None), Ok(None));
    }

    #[test]
    fn parameter_and_hint_must_name_one_client() {
        let hint = hint("u", "s");
        assert_eq!(client_id(&params(&[("client_id", "app")]), Some(&hint)), Ok(Some("app")));
        assert_eq!(client_id(&params(&[]), Some(&hint)), Ok(Some("app")));
        assert!(client_id(&params(&[("client_id", "other")]), Some(&hint)).is_err());
        assert_eq!(client_id(&params(&[]), None), Ok(None));
    }
}
