//! A new application: what is built, then its name and addresses.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::ClientId;
use haoma_core::role::Right;
use haoma_oidc::client::ApplicationKind;
use haoma_store::applications as store;
use serde_json::json;

use super::form::{self, Typed};
use super::{HERE, KINDS, kind_name, path, secrets};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::console::prove::{Fields, prove};
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::management::applications::about;
use crate::management::query::Query;
use crate::management::{application_body, secrets as making};
use crate::views::console::applications::{Group, NewApplicationPage};
use crate::views::console::parts::{Head, Link};

const NEW: &str = "/console/applications/new";

/// `GET /console/applications/new`, with `type` once it is chosen.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let kind = query.one("type").and_then(ApplicationKind::parse);
    Ok(page(&app, &signed, kind, (&vec![], None)))
}

/// `POST /console/applications`. What keeps a secret gets its first one, which the answer shows once.
pub(in crate::console) async fn create(
    State(app): State<App>,
    mut signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let kind = ApplicationKind::parse(forms::one(&fields, "type"));
    let kind = kind.ok_or_else(|| ApiError::new(codes::INVALID_INPUT))?;
    let id = ClientId::generate(signed.now, &app.entropy);
    let at = (signed.now, app.settings.reach());
    let application = match application_body::new(form::new_body(&fields), id, at) {
        Ok(application) => application,
        Err(error) => return Ok(page(&app, &signed, Some(kind), (&fields, Some(&error)))),
    };
    if kind.is_confidential() {
        let what = signed.visit.lang.t1("console-prove-app", "name", application.name.as_str());
        if let Some(asked) = prove(&app, &mut signed, &fields, (HERE, &what)).await? {
            return Ok(asked);
        }
    }
    let secret = kind.is_confidential().then(|| making::first(&app, signed.now));
    let kept: Vec<_> = secret.iter().map(|(_, secret)| secret.clone()).collect();
    let event = signed.event(&app, "Application.Created", &about(&application.id, &json!({})));
    store::create(&app.db, &application, &kept, &event).await?;
    if let Some((value, secret)) = secret {
        let all = (&application, kind, kept.as_slice());
        return Ok(secrets::made(&app, &signed, all, (&secret.name, value)));
    }
    let guide = format!("{}/guide", path(&application.id));
    Ok(Done::good("console-app-created").on(&app, &guide))
}

/// Where the form of a kind is.
fn here(kind: Option<ApplicationKind>) -> String {
    kind.map_or_else(|| NEW.to_owned(), |kind| format!("{NEW}?type={}", kind.as_str()))
}

fn page(
    app: &App,
    signed: &Signed,
    kind: Option<ApplicationKind>,
    (fields, error): (&Fields, Option<&ApiError>),
) -> Response {
    let lang = signed.visit.lang;
    let choice = |kind: ApplicationKind| {
        let href = here(Some(kind));
        let key = format!("console-kind-{}-hint", kind.as_str().to_ascii_lowercase());
        (Link::new(kind_name(lang, kind), href), lang.t(&key).into_owned())
    };
    let typed = |kind| Typed { lang, kind, fields, error };
    let title = kind.map_or_else(
        || lang.t("console-app-add").into_owned(),
        |kind| lang.t1("console-app-add-kind", "kind", kind_name(lang, kind)).into_owned(),
    );
    let lead = if kind.is_none() { Some(lang.t("console-app-what").into_owned()) } else { None };
    let status = error.and_then(|error| StatusCode::from_u16(error.code.status).ok());
    let page = NewApplicationPage {
        shell: shell(app, signed, HERE, &here(kind)),
        head: Head {
            lead,
            back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
            ..Head::new(title)
        },
        kinds: KINDS.map(choice).to_vec(),
        kind: kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        group: kind.map_or_else(Group::default, |kind| typed(kind).for_new()),
    };
    signed.draw(app, status.unwrap_or(StatusCode::OK), &page)
}
