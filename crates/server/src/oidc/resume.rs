//! `GET /oidc/auth/{uid}`: a person comes back from a page.
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use haoma_core::experience::Experience;
use haoma_core::ids::{InteractionId, SessionId, TestNumberId};
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::answer::Answer;
use haoma_oidc::authorize::AuthorizationRequest;
use haoma_oidc::client::Client;
use haoma_oidc::decide::{self, Next, Progress};
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_oidc::{lifetimes, pages};
use haoma_store::grants;
use haoma_store::interactions::{self, Interaction, Outcome, Prompt};
use haoma_store::logout_notices;
use haoma_store::sessions::{self, Place, Session};
use haoma_store::test_accounts;
use haoma_store::{Error, Step};

use super::interaction::OpenError;
use super::visitor::{self, Visitor};
use super::{client, cookies, interaction, redirect, resource};
use crate::app::App;
use crate::error::oauth::{Refusal, Result};
use crate::web::caller::Caller;
use crate::web::known::KnownNumbers;
use crate::web::{audience, program};

/// Everything a step needs.
struct Resumed<'a> {
    app: &'a App,
    headers: &'a HeaderMap,
    caller: &'a Caller,
    row: Interaction,
    client: Arc<Client>,
    request: AuthorizationRequest,
    now: Timestamp,
}

/// Goes on where the person left.
pub(super) async fn get(
    State(app): State<App>,
    Path(uid): Path<String>,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    let resumed = resume(&app, (&headers, &caller), &uid).await;
    resumed.unwrap_or_else(|refusal| turned_away(&app, &headers, refusal))
}

/// A person who comes back too late, by the back button or an old bookmark, gets the page that says so.
fn turned_away(app: &App, headers: &HeaderMap, refusal: Refusal) -> Response {
    if refusal.error.kind == ErrorKind::SessionNotFound && audience::wants_page(headers) {
        return redirect::to_unknown_session(app, "/unknown-session");
    }
    refusal.into_response()
}

async fn resume(
    app: &App,
    (headers, caller): (&HeaderMap, &Caller),
    uid: &str,
) -> Result<Response> {
    let now = app.clock.now();
    let id = InteractionId::parse(uid).ok().filter(|id| cookies::may_resume(headers, app, id));
    let id = id.ok_or_else(OauthError::session_not_found)?;
    let row = interactions::find(&app.db, &id, now).await?;
    let row = row.filter(|row| row.outcome != Outcome::Finished);
    let row = row.ok_or_else(OauthError::session_not_found)?;
    let client = client::find(app, row.client_id.as_str(), now).await?;
    let request: AuthorizationRequest =
        serde_json::from_str(&row.request).map_err(Refusal::internal)?;
    let prompt = row.prompt;
    let resumed = Resumed { app, headers, caller, row, client, request, now };
    match (resumed.row.outcome, prompt) {
        (Outcome::Finished, _) => Err(OauthError::session_not_found().into()),
        // Not done yet, for instance after the back button: the page again.
        (Outcome::Open, Prompt::Login) => {
            redirect::see_other(&resumed.request.extras.location(resumed.client.id.as_str()))
        }
        (Outcome::Open, Prompt::Consent) => {
            redirect::see_other(&pages::consent_location(resumed.client.id.as_str()))
        }
        (Outcome::Submitted, Prompt::Login) => resumed.signed_in().await,
        (Outcome::Submitted, Prompt::Consent) => resumed.agreed().await,
    }
}

impl Resumed<'_> {
    /// Somebody signed in: a fresh session replaces whatever this browser had (security statement 44), and consent follows.
    async fn signed_in(self) -> Result<Response> {
        let Self { app, now, .. } = self;
        let walk: Experience =
            serde_json::from_str(&self.row.experience).map_err(Refusal::internal)?;
        let user_id = walk.finish().map_err(Refusal::internal)?.clone();
        let token = Token::generate(now, &app.entropy);
        let session = Session {
            id: SessionId::parse(token.id().as_str()).map_err(Refusal::internal)?,
            hash: token.hash(),
            user_id,
            authenticated_at: now,
            expires_at: now.plus_secs(lifetimes::SESSION),
            created_at: now,
            place: Place {
                ip: self.caller.ip.map(|ip| ip.to_string()),
                user_agent: self.caller.user_agent.as_deref().map(program::kept),
            },
        };
        let asked = resource::asked(app, &self.request, &session.user_id).await?;
        let visitor = Visitor { session, granted: None, asked };
        let next = decide::next(&self.request, Some(&visitor.view()), Progress::SignedIn, now);
        if let Next::Refuse(error) = next {
            return self.refuse(&error).await;
        }
        let (app, headers) = (self.app, self.headers);
        let mut response = self.ask_consent(&visitor, &token, walk.test_number.as_ref()).await?;
        // a fixed code proves no more than that somebody knows it
        if let Some(proved) = walk.verification.filter(|v| v.is_verified && v.test_number.is_none())
        {
            let both = (headers, response.headers_mut());
            KnownNumbers::read(headers, app).remember(both, app, &proved.phone);
        }
        Ok(response)
    }

    /// Session and consent interaction, both or neither; the login interaction is used up by it. What a fixed code opens opens
    /// only as long as the test number is there whose code it is.
    async fn ask_consent(
        self,
        visitor: &Visitor,
        token: &Token,
        test_number: Option<&TestNumberId>,
    ) -> Result<Response> {
        let Self { app, headers, now, .. } = self;
        let session = &visitor.session;
        let mut row = interaction::new(app, &self.request, Some(session.id.clone()), now)?;
        let mut steps =
            vec![interactions::finish_step(&self.row.id, now), sessions::insert(session)];
        if let Some(test_number) = test_number {
            steps.extend(test_accounts::enter((&session.user_id, test_number), now));
        }
        if let Some((old, _secret)) = visitor::cookie(app, headers) {
            steps.push(logout_notices::of_others_in_session(&old, &session.user_id, now));
            steps.extend(grants::move_to_session(&old, &session.id, &session.user_id));
            steps.push(sessions::delete(&old));
        } else if !self.client.is_third_party {
            // nobody will be asked, and nothing was allowed before that this could narrow
            steps.push(grants::upsert(&interaction::grant(app, &self.request, visitor, now)));
            row.outcome = Outcome::Submitted;
        }
        match interaction::open(app, headers, &self.request, &row, steps).await {
            Ok(mut response) => {
                cookies::set_session((headers, response.headers_mut()), app, token);
                Ok(response)
            }
            Err(OpenError::Store(Error::Unchanged { .. })) => {
                Err(OauthError::session_not_found().into())
            }
            // the user was deleted since
            Err(OpenError::Store(Error::Conflict(why))) => {
                tracing::info!(cause = why, "a sign-in was not finished");
                Err(OauthError::session_not_found().into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The person agreed: the code, if it is still the same person.
    async fn agreed(self) -> Result<Response> {
        let Self { app, headers, now, .. } = self;
        let visitor = Visitor::find_for(app, headers, &self.request, now).await?;
        let asked_in = self.row.session_id.as_ref();
        let same = |visitor: &Visitor| asked_in.is_some_and(|session| visitor.continues(session));
        let visitor = visitor.filter(same).ok_or_else(OauthError::session_not_found)?;
        match decide::next(&self.request, Some(&visitor.view()), Progress::Agreed, now) {
            Next::Refuse(error) => return self.refuse(&error).await,
            Next::Answer => {}
            Next::Login | Next::Consent => return Err(OauthError::session_not_found().into()),
        }
        let code = interaction::code(app, &self.client, &self.request, &visitor, now);
        let (code, step) = code.ok_or_else(|| Refusal::internal("an answer without a grant"))?;
        let answer = self.request.target.code(&code.reveal(), &app.settings.issuer());
        self.leave(answer, vec![step]).await
    }

    async fn refuse(self, error: &OauthError) -> Result<Response> {
        let answer = self.request.target.error(error, &self.app.settings.issuer());
        self.leave(answer, vec![]).await
    }

    /// Back to the client; the interaction is used up.
    async fn leave(self, answer: Answer, steps: Vec<Step>) -> Result<Response> {
        let mut all = vec![interactions::finish_step(&self.row.id, self.now)];
        all.extend(steps);
        match self.app.db.unit(all).await {
            Err(Error::Unchanged { .. }) => return Err(OauthError::session_not_found().into()),
            done => done?,
        };
        let mut response = redirect::answer(self.app, self.headers, answer)?;
        let ids = (&self.client.id, &self.row.id);
        cookies::remove_interaction((self.headers, response.headers_mut()), self.app, ids);
        Ok(response)
    }
}
