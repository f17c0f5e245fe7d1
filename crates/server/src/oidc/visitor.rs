//! Who is signed in in this browser.
use axum::http::HeaderMap;
use haoma_core::ids::{ClientId, SessionId};
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::authorize::AuthorizationRequest;
use haoma_oidc::decide;
use haoma_oidc::resource::ResourceScopes;
use haoma_oidc::scope::Scopes;
use haoma_store::sessions::{self, Granted, Session};

use super::cookies::SESSION;
use super::resource::{self, Asked};
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::browser;

/// A live session, and what was allowed to one client in it.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// The session.
    pub(super) session: Session,
    /// The grant of the client in question.
    pub(super) granted: Option<Granted>,
    /// What is asked of API resources and open to them.
    pub(super) asked: Vec<Asked>,
}

impl Visitor {
    /// Reads the session cookie.
    pub(super) async fn find(
        app: &App,
        headers: &HeaderMap,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let Some((id, token)) = cookie(app, headers) else { return Ok(None) };
        let found = sessions::find(&app.db, &id, client, now).await?;
        let mine = found.filter(|(session, _)| session.hash.matches(&token.hash()));
        Ok(mine.map(|(session, granted)| Self { session, granted, asked: vec![] }))
    }

    /// The same, who came with this request.
    pub(super) async fn find_for(
        app: &App,
        headers: &HeaderMap,
        request: &AuthorizationRequest,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let Some(found) = Self::find(app, headers, &request.client_id, now).await? else {
            return Ok(None);
        };
        let asked = resource::asked(app, request, &found.session.user_id).await?;
        Ok(Some(Self { asked, ..found }))
    }

    /// Whether this is the session, or the same person signed in again in this browser since and took along what they had allowed the
    /// client in it.
    pub(super) fn continues(&self, session: &SessionId) -> bool {
        let granted = self.granted.as_ref().and_then(|granted| granted.former_sids.as_deref());
        let mut former = granted.unwrap_or_default().split(' ');
        self.session.id == *session || former.any(|sid| sid == session.as_str())
    }

    /// The scopes allowed to the client.
    pub(super) fn scopes(&self) -> Option<Scopes> {
        self.granted.as_ref().map(|granted| Scopes::parse(&granted.scope))
    }

    /// The scopes of API resources allowed to the client.
    pub(super) fn resource_scopes(&self) -> ResourceScopes {
        let granted = self.granted.as_ref().and_then(|granted| granted.resource_scopes.as_deref());
        ResourceScopes::from_stored(granted)
    }

    /// What decisions need to know.
    pub(super) fn view(&self) -> decide::Visitor<'_> {
        decide::Visitor {
            user_id: self.session.user_id.as_str(),
            authenticated_at: self.session.authenticated_at,
            granted: self.scopes(),
            has_resources: self.resource_scopes().covers(&resource::scopes(&self.asked)),
        }
    }
}

/// The session this browser's cookie names, alive or not.
pub(super) fn cookie(app: &App, headers: &HeaderMap) -> Option<(SessionId, Token)> {
    let token = Token::parse(browser::read(headers, app, SESSION)?)?;
    Some((SessionId::parse(token.id().as_str()).ok()?, token))
}
