//! A form that was sent when its session was over: kept, sealed, through the sign-in, and offered again after it. Like the page that
//! asks for the password, it lives in hidden fields and nowhere on the server.
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::ids::AdministratorId;
use haoma_core::time::Timestamp;
use http_body_util::{BodyExt as _, Limited};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::administrator::Signed;
use super::forms::{self, Sent};
use super::prove::{self, Fields};
use super::shell::{Visit, shell};
use super::{connectors, places, session, sign_in};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::parts::Again;
use crate::views::console::resume::ResumePage;
use crate::views::console::shell::Section;
use crate::web::around::MOST_BODY_BYTES;

/// Where the page is drawn again in another language.
const HERE: &str = "/console/resume";
/// The field that carries the form.
pub(super) const FIELD: &str = "form";
/// A field of a form that was kept: whoever sends it has read what they send a while ago, and says again who they are.
pub(super) const RESUMED: &str = "resumed";
/// A sealed form is a third longer, and has to fit into another.
const MOST_SEALED_BYTES: usize = MOST_BODY_BYTES * 3 / 4;

/// What was sent.
#[derive(Serialize, Deserialize)]
struct Kept {
    path: String,
    fields: Fields,
    /// Secrets were in it, which are not kept.
    is_partial: bool,
    until: i64,
}

/// Whose session is over; the layer that has the form takes it from here.
#[derive(Clone)]
struct Over {
    app: App,
    owner: AdministratorId,
    visit: Visit,
    now: Timestamp,
}

/// The layer around every handler of the console.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    if !is_kept(request.method(), request.uri(), request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let sent = match Limited::new(body, MOST_BODY_BYTES).collect().await {
        Ok(sent) => sent.to_bytes(),
        Err(e) => return ApiError::new(codes::TOO_LARGE).because(e).into_response(),
    };
    let mut response = next.run(Request::from_parts(parts, Body::from(sent.clone()))).await;
    let over = response.extensions_mut().remove::<Over>();
    over.and_then(|over| over.ask(&sent)).unwrap_or(response)
}

/// To the sign-in page, and from there back to what was looked at. A form of somebody who signed in in this browser before is kept;
/// nobody else has one to lose.
pub(super) fn to_sign_in(app: &App, parts: &Parts, now: Timestamp) -> Response {
    let whole = parts.uri.path_and_query().map_or(parts.uri.path(), |whole| whole.as_str());
    let next = if parts.method == Method::GET { whole } else { "/console" };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let mut response = Redirect::to(&format!("/console/sign-in?{query}")).into_response();
    if is_kept(&parts.method, &parts.uri, &parts.headers)
        && let Some(owner) = places::whose(app, &parts.headers)
    {
        let visit = Visit::of(app, &parts.headers, &parts.uri);
        response.extensions_mut().insert(Over { app: app.clone(), owner, visit, now });
    }
    response
}

/// Forms of whole pages: what a script or a preview sends is sent again by itself. Those of one's own account are about the session
/// that is over, or hold a new password.
fn is_kept(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    let is = |name: &str, wanted: &str| headers.get(name).is_none_or(|found| found == wanted);
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let path = uri.path();
    let is_own = ["/console/account", "/console/sign-", "/console/welcome/"];
    *method == Method::POST
        && kind.starts_with("application/x-www-form-urlencoded")
        && is("sec-fetch-dest", "document")
        && !is_own.iter().any(|own| path.starts_with(own))
}

impl Over {
    /// The sign-in page with the form in it; nothing for one that is too large.
    fn ask(&self, sent: &[u8]) -> Option<Response> {
        let ours = [prove::FIELD, RESUMED];
        let fields = form_urlencoded::parse(sent).into_owned();
        let (secrets, mut fields): (Fields, Fields) = fields
            .filter(|(name, _)| !ours.contains(&name.as_str()))
            .partition(|(name, _)| connectors::may_be_secret(name));
        fields.push((RESUMED.to_owned(), "yes".to_owned()));
        let kept = Kept {
            path: self.visit.path.clone(),
            fields,
            is_partial: secrets.iter().any(|(_, value)| !value.is_empty()),
            until: self.now.plus_secs(session::LIFE).0,
        };
        let json = serde_json::to_string(&kept).ok()?;
        let sealed =
            self.app.keys.seal.seal(&self.app.entropy, &row_of(&self.owner), &json).ok()?;
        (sealed.len() <= MOST_SEALED_BYTES)
            .then(|| sign_in::ask_to_go_on(&self.app, &self.visit, sealed))
    }
}

/// `POST /console/resume`: the page in another language.
pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    let fields = forms::read(sent)?;
    Ok(go_on(&app, &signed, forms::one(&fields, FIELD)))
}

/// After signing in: on with the form that was kept for this administrator, or to the page that was asked for.
pub(super) fn go_on(app: &App, signed: &Signed, sealed: &str) -> Response {
    match open(app, signed, sealed) {
        Some(kept) => page(app, signed, sealed, kept),
        None => signed.visit.go_on().into_response(),
    }
}

/// What was kept for one administrator opens for no other: whoever signs in next does not carry it out with their rights.
fn open(app: &App, signed: &Signed, sealed: &str) -> Option<Kept> {
    let opened = app.keys.seal.open(&row_of(&signed.who.id), sealed).ok()?;
    let kept: Kept = serde_json::from_str(opened.expose_secret()).ok()?;
    (Timestamp(kept.until) > signed.now).then_some(kept)
}

fn page(app: &App, signed: &Signed, sealed: &str, kept: Kept) -> Response {
    let (lang, here) = (signed.visit.lang, Section::of(&kept.path));
    let mut shell = shell(app, signed, here, here.path());
    shell.languages.clear();
    let section = lang.t(here.key());
    let page = ResumePage {
        shell,
        lead: lang.t1("console-resume-lead", "section", section.as_ref()).into_owned(),
        kept: lang.t(if kept.is_partial { "console-resume-partly" } else { "console-resume-kept" }),
        action: kept.path,
        fields: kept.fields,
        back: here.path(),
        again: Again::new(HERE, [(FIELD, sealed)]),
    };
    signed.draw(app, StatusCode::OK, &page)
}

/// What a form is sealed for.
fn row_of(owner: &AdministratorId) -> String {
    format!("form/{owner}")
}
