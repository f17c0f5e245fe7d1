//! API resources of a request: whether they are there, and what of them is open to whom now.
use haoma_core::ids::UserId;
use haoma_oidc::access_token::Audience;
use haoma_oidc::authorize::AuthorizationRequest;
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_oidc::resource::{self, ResourceScopes};
use haoma_oidc::scope::Scopes;
use haoma_store::resource_access::{self, OpenScope};
use haoma_store::resources;

use crate::app::App;
use crate::error::oauth::Result;

/// A resource that is asked for, and what of it is both asked for and open to somebody.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What requests call it.
    pub(super) indicator: String,
    /// What people call it.
    pub(super) name: String,
    /// Its scopes.
    pub(super) scopes: Vec<OpenScope>,
}

/// Goes on only if every resource of a request is there (RFC 8707, section 2).
pub(super) async fn check(app: &App, request: &AuthorizationRequest) -> Result<()> {
    for indicator in &request.resources {
        if !resources::is_known(&app.db, indicator).await? {
            return Err(resource::unknown().into());
        }
    }
    Ok(())
}

/// What a request asks of resources, as far as a user's roles open it.
pub(super) async fn asked(
    app: &App,
    request: &AuthorizationRequest,
    user: &UserId,
) -> Result<Vec<Asked>> {
    let mut asked = vec![];
    for indicator in &request.resources {
        // one that is gone since is asked for in vain
        let Some(open) = resource_access::of_user(&app.db, indicator, user).await? else {
            continue;
        };
        let mut scopes = open.scopes;
        scopes.retain(|scope| request.words.contains(&scope.name));
        asked.push(Asked { indicator: indicator.clone(), name: open.name, scopes });
    }
    Ok(asked)
}

/// The same as a set.
pub(super) fn scopes(asked: &[Asked]) -> ResourceScopes {
    let mut scopes = ResourceScopes::default();
    for one in asked {
        scopes.insert(&one.indicator, one.scopes.iter().map(|scope| scope.name.clone()));
    }
    scopes
}

/// What of it was shown to somebody: what became open since is not agreed to.
pub(super) fn as_shown(mut asked: Vec<Asked>, shown: &ResourceScopes) -> Vec<Asked> {
    asked.retain(|one| shown.has(&one.indicator));
    for one in &mut asked {
        one.scopes.retain(|scope| shown.has_scope(&one.indicator, &scope.name));
    }
    asked
}

/// What a token for a resource allows a user's client: what was granted, less what their roles have lost since, less what is not among
/// `words`, where there are any.
pub(super) async fn audience<'a>(
    app: &App,
    user: &UserId,
    (indicator, granted): (&'a str, &ResourceScopes),
    words: Option<&str>,
) -> Result<Audience<'a>> {
    let open = resource_access::of_user(&app.db, indicator, user).await?;
    let open = open.ok_or_else(resource::unknown)?;
    let is_wanted = |scope: &str| words.is_none_or(|words| words.split(' ').any(|w| w == scope));
    let given = open.scopes.iter().map(|scope| scope.name.as_str());
    let given: Vec<_> =
        given.filter(|scope| granted.has_scope(indicator, scope) && is_wanted(scope)).collect();
    Ok(Audience { indicator, ttl: open.access_token_ttl, scope: Some(given.join(" ")) })
}

/// The scopes of ours that a refresh is narrowed to (RFC 6749, section 6); scopes of the granted resources may be among those asked for.
pub(super) fn narrowed(
    granted: Scopes,
    resources: (&ResourceScopes, Option<&str>),
    asked: &str,
) -> Result<Scopes> {
    let (scopes, indicator) = resources;
    let is_of_resource = |word: &&str| indicator.is_some_and(|one| scopes.has_scope(one, word));
    let ours: Vec<_> = asked
        .split(' ')
        .filter(|word| {
            // one of the resource may be called like one of ours
            !is_of_resource(word) || granted.has_named(word)
        })
        .collect();
    Scopes::parse_within(&ours.join(" "), granted).map_err(|name| {
        let text = format!("refresh token missing requested scope {name}");
        OauthError::new(ErrorKind::InvalidScope, text).into()
    })
}
