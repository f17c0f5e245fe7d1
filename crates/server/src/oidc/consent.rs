//! `/consent`: first-party applications are allowed without a question, of others people are asked.
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use haoma_core::ids::{AuditId, ClientId, InteractionId};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_oidc::authorize::AuthorizationRequest;
use haoma_oidc::client::Client;
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_oidc::resource::ResourceScopes;
use haoma_oidc::scope::Scopes;
use haoma_store::audit::Event;
use haoma_store::grants::{self, Given, Grant};
use haoma_store::interactions::{self, Interaction, Outcome, Prompt};
use haoma_store::users;

use super::visitor::Visitor;
use super::{client, interaction, redirect, resource};
use crate::app::App;
use crate::error::oauth::{Refusal, Result};
use crate::experience::pages::frame::{self, Query};
use crate::experience::rules::is_picture;
use crate::views::consent::{AskedResource, ConsentPage};
use crate::views::frame::respond;
use crate::web::caller::Caller;
use crate::web::csrf;
use crate::web::headers::FormAction;
use crate::web::interaction_cookie::InteractionCookie;

/// Requests of one application that somebody agrees to at once, at most; each is tried again when another was faster.
const MOST_TRIES: usize = 4;

/// A consent in this browser.
enum Consent {
    /// There is nothing to ask any more.
    Given(InteractionId),
    /// To be answered.
    Asked(Box<Asked>),
}

/// One that is asked for.
struct Asked {
    row: Interaction,
    client: Arc<Client>,
    request: AuthorizationRequest,
    visitor: Visitor,
    now: Timestamp,
}

/// `GET /consent`.
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let query = Query::read(&uri);
    let shown = match load(&app, &headers, &query).await {
        Ok(Consent::Given(id)) => go_on(&app, &id),
        Ok(Consent::Asked(asked)) if !asked.client.is_third_party => {
            asked.allow(&app, (&headers, &caller), None).await
        }
        Ok(Consent::Asked(asked)) => asked.ask(&app, &headers, &query).await,
        Err(refusal) => Err(refusal),
    };
    shown.unwrap_or_else(|refusal| turned_away(&app, &query, refusal))
}

/// `POST /consent`: a form with `csrf`, what was `shown`, and `consent=allow` or `consent=deny`.
pub async fn answer(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let query = Query::read(&uri);
    let field = |name: &str| {
        let mut pairs = form_urlencoded::parse(&body);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let (csrf, consent) = (field("csrf").unwrap_or_default(), field("consent"));
    let shown = field("shown").unwrap_or_default();
    let is_ours = |asked: &Asked| csrf::is_of_consent(&app, &asked.row.id, &shown, &csrf);
    let answered = match load(&app, &headers, &query).await {
        Ok(Consent::Given(id)) => go_on(&app, &id),
        Ok(Consent::Asked(asked)) if !is_ours(&asked) => {
            Err(OauthError::session_not_found().into())
        }
        Ok(Consent::Asked(asked)) if consent.as_deref() == Some("allow") => {
            let shown = ResourceScopes::from_stored(Some(&shown));
            asked.allow(&app, (&headers, &caller), Some(&shown)).await
        }
        Ok(Consent::Asked(asked)) => asked.deny(&app, &headers, &caller).await,
        Err(refusal) => Err(refusal),
    };
    answered.unwrap_or_else(|refusal| turned_away(&app, &query, refusal))
}

/// The consent under way for the application a page names, by this browser's cookies.
async fn load(app: &App, headers: &HeaderMap, query: &Query) -> Result<Consent> {
    let gone = OauthError::session_not_found;
    let now = app.clock.now();
    let named = query.app_id.as_deref().map(ClientId::parse).transpose();
    let named = named.map_err(|_no_id| gone())?;
    let id = InteractionCookie::read(headers, app).find(named.as_ref()).ok_or_else(gone)?;
    let row = interactions::find(&app.db, &id, now).await?.ok_or_else(gone)?;
    let is_mine = named.is_none_or(|named| named == row.client_id);
    if !is_mine || row.prompt != Prompt::Consent || row.outcome == Outcome::Finished {
        return Err(gone().into());
    }
    if row.outcome == Outcome::Submitted {
        return Ok(Consent::Given(row.id));
    }
    let client = client::find(app, row.client_id.as_str(), now).await?;
    let request = serde_json::from_str(&row.request).map_err(Refusal::internal)?;
    let visitor = visitor(app, headers, (&row, &request), now).await?;
    Ok(Consent::Asked(Box::new(Asked { row, client, request, visitor, now })))
}

/// Who is asked: whoever is signed in, if that is still the same.
async fn visitor(
    app: &App,
    headers: &HeaderMap,
    (row, request): (&Interaction, &AuthorizationRequest),
    now: Timestamp,
) -> Result<Visitor> {
    let visitor = Visitor::find_for(app, headers, request, now).await?;
    let same = visitor.filter(|v| row.session_id.as_ref() == Some(&v.session.id));
    same.ok_or_else(|| OauthError::session_not_found().into())
}

/// Back to the authorization endpoint, which looks who is signed in.
fn go_on(app: &App, id: &InteractionId) -> Result<Response> {
    redirect::found(&app.settings.url(&format!("/oidc/auth/{id}")))
}

impl Asked {
    /// Stores the grant: what is asked for, as far as it was `shown` where a person was asked. What another request of the same
    /// application got in between is kept.
    async fn allow(
        mut self,
        app: &App,
        (headers, caller): (&HeaderMap, &Caller),
        shown: Option<&ResourceScopes>,
    ) -> Result<Response> {
        for _try in 0..MOST_TRIES {
            if let Some(shown) = shown {
                self.visitor.asked = resource::as_shown(self.visitor.asked, shown);
            }
            let grant = interaction::grant(app, &self.request, &self.visitor, self.now);
            // Only a person's own decision is worth a line in the audit log.
            let event = self.client.is_third_party.then(|| self.agreed(app, caller, &grant));
            let (version, before) = ((&self.row.id, self.row.version), &self.visitor.granted);
            let given = (&grant, before.as_ref());
            match grants::give(&app.db, given, version, event.as_ref()).await? {
                Given::Done => return go_on(app, &self.row.id),
                Given::Gone => break,
                Given::Stale => {
                    let asked = (&self.row, &self.request);
                    self.visitor = visitor(app, headers, asked, self.now).await?;
                }
            }
        }
        Err(OauthError::session_not_found().into())
    }

    fn agreed(&self, app: &App, caller: &Caller, grant: &Grant) -> Event {
        let mut event = self.event(app, caller, &grant.scope);
        if let Some(resources) = &grant.resource_scopes {
            let payload = serde_json::json!({ "scope": grant.scope, "resources": ResourceScopes::from_stored(Some(resources)) });
            event.payload = payload.to_string();
        }
        event
    }

    fn event(&self, app: &App, caller: &Caller, scope: &str) -> Event {
        Event {
            id: AuditId::generate(self.now, &app.entropy),
            key: "Interaction.Consent.Submit".to_owned(),
            error: None,
            user_id: Some(self.visitor.session.user_id.to_string()),
            application_id: Some(self.client.id.to_string()),
            session_id: Some(self.visitor.session.id.to_string()),
            interaction_id: Some(self.row.id.to_string()),
            ip: caller.ip.map(|ip| ip.to_string()),
            user_agent: caller.user_agent.clone(),
            payload: serde_json::json!({ "scope": scope }).to_string(),
            at: self.now,
        }
    }

    /// The person said no: the client is told, and the interaction is over.
    async fn deny(self, app: &App, headers: &HeaderMap, caller: &Caller) -> Result<Response> {
        let mut event = self.event(app, caller, "");
        event.error = Some("oidc.access_denied".to_owned());
        let version = (&self.row.id, self.row.version);
        if !interactions::refuse(&app.db, version, self.now, Some(&event)).await? {
            return Err(OauthError::session_not_found().into());
        }
        let error = OauthError::new(ErrorKind::AccessDenied, "the person refused");
        redirect::answer(app, headers, self.request.target.error(&error, &app.settings.issuer()))
    }

    /// The question.
    async fn ask(self, app: &App, headers: &HeaderMap, query: &Query) -> Result<Response> {
        let user = users::find(&app.db, &self.visitor.session.user_id).await?;
        let phone = user.and_then(|user| user.phone);
        let phone = phone.and_then(|phone| PhoneNumber::from_international(phone.as_str()).ok());
        let lang = frame::language(app, query, headers);
        let shown = resource::scopes(&self.visitor.asked).stored().unwrap_or_default();
        let page = ConsentPage {
            frame: frame::frame(app, lang, "/consent", query),
            app: self.client.name.clone(),
            logo: self.client.oidc.logo_uri.clone().filter(|uri| is_picture(uri)),
            phone: phone.map(|phone| phone.masked()),
            scopes: names(self.request.scope),
            resources: self.visitor.asked.iter().map(described).collect(),
            action: query.link("/consent"),
            csrf: csrf::consent_token(app, &self.row.id, &shown),
            shown,
        };
        let mut response = respond(StatusCode::OK, lang, &page);
        if let Some(origin) = redirect::form_action(&self.request.target.redirect_uri) {
            response.extensions_mut().insert(FormAction(origin));
        }
        Ok(response)
    }
}

fn described(asked: &resource::Asked) -> AskedResource {
    let scopes = asked.scopes.iter().map(|scope| (scope.name.clone(), scope.description.clone()));
    AskedResource { name: asked.name.clone(), scopes: scopes.collect() }
}

fn names(scopes: Scopes) -> Vec<String> {
    scopes.iter().map(|scope| scope.as_str().to_owned()).collect()
}

/// Without a live interaction people go to the page that says so (wire contract A.5, page guard).
fn turned_away(app: &App, query: &Query, refusal: Refusal) -> Response {
    if refusal.error.kind != ErrorKind::SessionNotFound {
        return refusal.into_response();
    }
    redirect::to_unknown_session(app, &query.link("/unknown-session"))
}
