//! The right of a service to the management API: owners give and take it.
use axum::extract::{Path, State};
use axum::response::Response;
use haoma_core::role::Right;
use haoma_oidc::client::ApplicationKind;
use haoma_store::Change;
use haoma_store::applications::{self as store, Application, Changed, Changes};
use serde_json::json;

use super::{HERE, find, path};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::error::api::{ApiError, codes};
use crate::management::applications::about;
use crate::views::console::applications::Management;
use crate::views::console::parts::Confirm;

/// `POST /console/applications/{id}/management`.
pub(in crate::console) async fn set(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Administer)?;
    let (application, ..) = find(&app, &id).await?;
    let what =
        signed.visit.lang.t1("console-prove-app-management", "name", application.name.as_str());
    let fields = match forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        Ok(fields) => fields,
        Err(asked) => return Ok(asked),
    };
    let is_admin = forms::one(&fields, "allow") == "yes";
    let changes = Changes { is_admin: Change::Set(is_admin), ..Changes::default() };
    let payload = json!({ "fields": ["isAdmin"], "isAdmin": is_admin });
    let event = signed.event(&app, "Application.Data.Updated", &about(&application.id, &payload));
    let changed = store::change(&app.db, &application.id, &changes, &event).await?;
    app.clients.forget(&application.id);
    let said =
        if is_admin { "console-app-management-given" } else { "console-app-management-taken" };
    match changed {
        Changed::Done(_) => Ok(Done::good(said).on(&app, &path(&application.id))),
        Changed::NoService => Err(ApiError::new(codes::INVALID_APPLICATION_TYPE)),
        Changed::Gone | Changed::Stale => Err(ApiError::new(codes::ENTITY_NOT_EXISTS)),
    }
}

/// What the page of a service says of it.
pub(super) fn part(
    signed: &Signed,
    application: &Application,
    kind: ApplicationKind,
) -> Option<Management> {
    let lang = signed.visit.lang;
    let (is_on, value) = (application.is_admin, if application.is_admin { "no" } else { "yes" });
    let (verb, list) = if is_on {
        ("take", vec![])
    } else {
        ("give", vec![lang.t("console-app-management-give-all").into_owned()])
    };
    let t = |end: &str| lang.t(&format!("console-app-management-{verb}{end}")).into_owned();
    let confirm = || Confirm {
        ask: t(""),
        text: t("-what"),
        list,
        action: format!("{}/management", path(&application.id)),
        fields: vec![("allow".to_owned(), value.to_owned())],
        go: t("-go"),
        ..Confirm::default()
    };
    let change = signed.who.role.may(Right::Administer).then(confirm);
    (kind == ApplicationKind::MachineToMachine).then_some(Management { is_on, change })
}
