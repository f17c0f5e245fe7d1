//! What follows an authorization request: a sign-in, a question, an answer (OpenID Connect Core 3.1.2.3).
use haoma_core::time::Timestamp;

use crate::authorize::AuthorizationRequest;
use crate::error::{ErrorKind, OauthError};
use crate::scope::Scopes;

/// Who is signed in in this browser.
#[derive(Debug, Clone, Copy)]
pub struct Visitor<'a> {
    /// The user.
    pub user_id: &'a str,
    /// When they signed in.
    pub authenticated_at: Timestamp,
    /// What they allowed this client before, in this session.
    pub granted: Option<Scopes>,
    /// Whether that has everything of API resources that is asked for and open to them.
    pub has_resources: bool,
}

/// What was done for this request already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing: the request just came in.
    Asked,
    /// Somebody signed in for it.
    SignedIn,
    /// Somebody signed in, if that was necessary, and agreed.
    Agreed,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Somebody has to sign in.
    Login,
    /// Somebody has to agree.
    Consent,
    /// The code can be given.
    Answer,
    /// The client is told no.
    Refuse(OauthError),
}

/// Decides.
pub fn next(
    request: &AuthorizationRequest,
    visitor: Option<&Visitor<'_>>,
    progress: Progress,
    now: Timestamp,
) -> Next {
    let Some(visitor) = visitor.filter(|visitor| !must_sign_in(request, visitor, progress, now))
    else {
        return match (request.prompts.is_none, progress) {
            (true, _) => refuse(ErrorKind::LoginRequired, "end-user authentication is required"),
            (false, Progress::Asked) => Next::Login,
            // Somebody else than expected signed in, or the session ended meanwhile: asking again could go on for ever.
            (false, _) => refuse(ErrorKind::LoginRequired, "another user was expected"),
        };
    };
    if must_agree(request, visitor, progress) {
        return match (request.prompts.is_none, progress) {
            (true, _) => refuse(ErrorKind::ConsentRequired, "requested scopes are not granted"),
            (false, Progress::Agreed) => refuse(ErrorKind::AccessDenied, "consent was not given"),
            (false, _) => Next::Consent,
        };
    }
    Next::Answer
}

fn must_sign_in(
    request: &AuthorizationRequest,
    visitor: &Visitor<'_>,
    progress: Progress,
    now: Timestamp,
) -> bool {
    if request.expected_user.as_deref().is_some_and(|expected| expected != visitor.user_id) {
        return true;
    }
    let age = now.0.saturating_sub(visitor.authenticated_at.0);
    let is_too_old = request.max_age.is_some_and(|max| age > max.saturating_mul(1000));
    progress == Progress::Asked && (request.prompts.login || is_too_old)
}

fn must_agree(request: &AuthorizationRequest, visitor: &Visitor<'_>, progress: Progress) -> bool {
    let is_granted = visitor.granted.is_some_and(|granted| granted.covers(request.scope));
    // what became open between agreement and answer is not given, and is no reason to refuse the rest
    let lacks = !visitor.has_resources || request.prompts.consent;
    !is_granted || (lacks && progress != Progress::Agreed)
}

fn refuse(kind: ErrorKind, text: &'static str) -> Next {
    Next::Refuse(OauthError::new(kind, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorize::tests::request;
    use crate::client::ApplicationKind;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn judge(
        changes: &[(&str, &str)],
        visitor: Option<(&str, i64, Option<&str>)>,
        progress: Progress,
    ) -> &'static str {
        let mut request = request(ApplicationKind::Spa, changes).unwrap();
        request.expected_user =
            changes.iter().find(|(k, _)| *k == "hint").map(|(_, v)| (*v).to_owned());
        let visitor = visitor.map(|(user_id, secs_ago, granted)| Visitor {
            user_id,
            authenticated_at: NOW.plus_secs(-secs_ago),
            granted: granted.map(Scopes::parse),
            has_resources: !changes.iter().any(|(k, _)| *k == "resource"),
        });
        match next(&request, visitor.as_ref(), progress, NOW) {
            Next::Login => "login",
            Next::Consent => "consent",
            Next::Answer => "answer",
            Next::Refuse(error) => error.kind.name(),
        }
    }

    #[test]
    fn s53_prompt_max_age_and_hint_decide_what_follows() {
        let all = "openid profile offline_access";
        let known = |secs| Some(("u", secs, Some(all)));
        for (changes, visitor, progress, expected) in [
            (&[][..], None, Progress::Asked, "login"),
            (&[], known(10), Progress::Asked, "answer"),
            (&[], Some(("u", 10, None)), Progress::Asked, "consent"),
            (&[], Some(("u", 10, Some("openid"))), Progress::Asked, "consent"),
            (&[("prompt", "login")], known(10), Progress::Asked, "login"),
            (&[("prompt", "login")], known(0), Progress::SignedIn, "answer"),
            (&[("prompt", "consent")], known(10), Progress::Asked, "consent"),
            (&[("prompt", "consent")], known(10), Progress::Agreed, "answer"),
            (&[("prompt", "login consent")], known(10), Progress::Asked, "login"),
            (&[("prompt", "login consent")], known(0), Progress::SignedIn, "consent"),
            (&[("prompt", "none")], None, Progress::Asked, "login_required"),
            (&[("prompt", "none")], Some(("u", 1, None)), Progress::Asked, "consent_required"),
            (&[("prompt", "none")], known(10), Progress::Asked, "answer"),
            (&[("max_age", "10")], known(10), Progress::Asked, "answer"),
            (&[("max_age", "10")], known(11), Progress::Asked, "login"),
            (&[("max_age", "0")], known(1), Progress::Asked, "login"),
            (&[("max_age", "0")], known(1), Progress::SignedIn, "answer"),
            (
                &[("max_age", "10"), ("prompt", "none")],
                known(11),
                Progress::Asked,
                "login_required",
            ),
            (&[("hint", "u")], known(1), Progress::Asked, "answer"),
            (&[("hint", "v")], known(1), Progress::Asked, "login"),
            (&[("hint", "v"), ("prompt", "none")], known(1), Progress::Asked, "login_required"),
            (&[("hint", "v")], known(1), Progress::SignedIn, "login_required"),
            (&[("resource", "https://a")], known(10), Progress::Asked, "consent"),
            (&[("resource", "https://a")], known(10), Progress::Agreed, "answer"),
            (
                &[("resource", "https://a"), ("prompt", "none")],
                known(10),
                Progress::Asked,
                "consent_required",
            ),
            (&[], None, Progress::Agreed, "login_required"),
            (&[], Some(("u", 1, Some("openid"))), Progress::Agreed, "access_denied"),
        ] {
            assert_eq!(
                judge(changes, visitor, progress),
                expected,
                "{changes:?} {visitor:?} {progress:?}"
            );
        }
    }
}
