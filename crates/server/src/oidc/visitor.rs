//! Who is signed in in this browser.
use axum::http::HeaderMap;
use haoma_core::ids::{ClientId, SessionId};
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::decide;
use haoma_oidc::scope::Scopes;
use haoma_store::sessions::{self, Granted, Session};

use super::cookies::SESSION;
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
        Ok(mine.map(|(session, granted)| Self { session, granted }))
    }

    /// The scopes allowed to the client.
    pub(super) fn scopes(&self) -> Option<Scopes> {
        self.granted.as_ref().map(|granted| Scopes::parse(&granted.scope))
    }

    /// What decisions need to know.
    pub(super) fn view(&self) -> decide::Visitor<'_> {
        decide::Visitor {
            user_id: self.session.user_id.as_str(),
            authenticated_at: self.session.authenticated_at,
            granted: self.scopes(),
        }
    }
}

/// The session this browser's cookie names, alive or not.
pub(super) fn cookie(app: &App, headers: &HeaderMap) -> Option<(SessionId, Token)> {
    let token = Token::parse(browser::read(headers, app, SESSION)?)?;
    Some((SessionId::parse(token.id().as_str()).ok()?, token))
}
