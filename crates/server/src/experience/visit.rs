//! The interaction a request belongs to, loaded once and handed to the flow.
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use haoma_core::experience::Experience;
use haoma_core::ids::{AuditId, ClientId};
use haoma_core::limits::{Charge, LimitKind, Standing};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_store::Deadline;
use haoma_store::audit::Event;
use haoma_store::interactions::{self, Interaction, Outcome, Paid, Prompt, Save};

use super::pages::frame;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::caller::Caller;
use crate::web::i18n::Lang;
use crate::web::interaction_cookie::InteractionCookie;
use crate::web::known::KnownNumbers;

/// A person in the middle of signing in.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The interaction's row.
    pub row: Interaction,
    /// What has happened so far.
    pub walk: Experience,
    /// Who asks.
    pub caller: Caller,
    /// Numbers that signed in in this browser before.
    pub known: KnownNumbers,
    /// The language they read.
    pub lang: Lang,
    /// When; read once for the whole request.
    pub now: Timestamp,
}

impl Visit {
    /// Loads the open sign-in interaction of this browser and application.
    ///
    /// # Errors
    /// `session.not_found` when there is none, it is over, or it belongs to another application.
    pub async fn load(
        app: &App,
        headers: &HeaderMap,
        query: Option<&str>,
        caller: Caller,
    ) -> Result<Self, ApiError> {
        let now = app.clock.now();
        let row = row(app, headers, query, now).await?;
        if row.outcome != Outcome::Open {
            return Err(ApiError::new(codes::SESSION_NOT_FOUND));
        }
        let walk = serde_json::from_str(&row.experience)
            .map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
        let lang = frame::language(app, &frame::Query::of(query), headers);
        let known = KnownNumbers::read(headers, app);
        Ok(Self { row, walk, caller, known, lang, now })
    }

    /// Where the sign-in of this browser goes on, if the person has done their part and the authorization endpoint has not done its own.
    ///
    /// # Errors
    /// As [`Visit::load`].
    pub async fn way_on(
        app: &App,
        headers: &HeaderMap,
        query: Option<&str>,
    ) -> Result<Option<String>, ApiError> {
        let row = row(app, headers, query, app.clock.now()).await?;
        let is_done = row.outcome == Outcome::Submitted;
        Ok(is_done.then(|| app.settings.url(&format!("/oidc/auth/{}", row.id))))
    }

    /// An audit event of this interaction.
    pub fn event(&self, app: &App, key: String, error: Option<&ApiError>) -> Event {
        Event {
            id: AuditId::generate(self.now, &app.entropy),
            key,
            error: error.map(|e| e.code.code.to_owned()),
            user_id: self.walk.user_id.as_ref().map(ToString::to_string),
            application_id: Some(self.row.client_id.to_string()),
            session_id: None,
            interaction_id: Some(self.row.id.to_string()),
            ip: self.caller.ip.map(|ip| ip.to_string()),
            user_agent: self.caller.user_agent.clone(),
            payload: "{}".to_owned(),
            at: self.now,
        }
    }

    /// What is known of whoever asks for this number, or guesses at its code.
    pub fn standing(&self, app: &App, phone: &PhoneNumber) -> Standing {
        if self.known.contains(app, phone) { Standing::Known } else { Standing::Stranger }
    }

    /// The name of the event under way, for audit keys.
    pub fn event_name(&self) -> &'static str {
        self.walk.event.map_or("Create", haoma_core::experience::InteractionEvent::as_str)
    }

    /// The conditional change that stores `walk`.
    pub(super) fn save<'a>(&'a self, walk: &Experience) -> Result<Save<'a>, ApiError> {
        let experience =
            serde_json::to_string(walk).map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
        Ok(Save { id: &self.row.id, version: self.row.version, experience })
    }

    /// Stores a new state of the walk and keeps this copy in step.
    pub(super) async fn store(
        &mut self,
        app: &App,
        walk: Experience,
        event: Option<&Event>,
    ) -> Result<(), ApiError> {
        if !interactions::save(&app.db, &self.save(&walk)?, event).await? {
            return Err(ApiError::new(codes::BUSY));
        }
        self.stored(walk);
        Ok(())
    }

    /// The same for a state that something is charged for, unless a counter is full: which, then.
    pub(super) async fn store_charged(
        &mut self,
        app: &App,
        walk: Experience,
        charges: &[Charge],
        until: Deadline,
    ) -> Result<Option<LimitKind>, ApiError> {
        let when = (self.now, until);
        match interactions::save_charged(&app.db, &self.save(&walk)?, charges, when).await? {
            Paid::Yes => {
                self.stored(walk);
                Ok(None)
            }
            Paid::LimitReached(full) => Ok(Some(full.kind())),
            Paid::Stale => Err(ApiError::new(codes::BUSY)),
        }
    }

    /// A unit has stored this state.
    pub(super) fn stored(&mut self, walk: Experience) {
        self.walk = walk;
        self.row.version += 1;
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(caller) = Caller::from_request_parts(parts, app).await;
        Self::load(app, &parts.headers, parts.uri.query(), caller).await
    }
}

/// The sign-in interaction of this browser and application, whatever became of it.
async fn row(
    app: &App,
    headers: &HeaderMap,
    query: Option<&str>,
    now: Timestamp,
) -> Result<Interaction, ApiError> {
    let gone = || ApiError::new(codes::SESSION_NOT_FOUND);
    let client = application(headers, query)?;
    let id = InteractionCookie::read(headers, app).find(client.as_ref()).ok_or_else(gone)?;
    let row = interactions::find(&app.db, &id, now).await?.ok_or_else(gone)?;
    let mine = client.is_none_or(|client| client == row.client_id);
    if mine && row.prompt == Prompt::Login { Ok(row) } else { Err(gone()) }
}

/// The application a request names: header `Logto-App-Id`, else query `app_id` (wire contract A.5).
fn application(headers: &HeaderMap, query: Option<&str>) -> Result<Option<ClientId>, ApiError> {
    let header = headers.get("logto-app-id").and_then(|value| value.to_str().ok());
    let named = header.map(str::to_owned).or_else(|| {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        pairs.into_iter().find(|(key, _)| key == "app_id").map(|(_, value)| value.into_owned())
    });
    let parsed = named.map(|id| ClientId::parse(&id)).transpose();
    parsed.map_err(|e| ApiError::new(codes::SESSION_NOT_FOUND).because(e))
}
