//! What happened to a user lately. A page of its own: events are looked through one by one.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::audit::{self, Event, Filter};

use super::{HERE, head, path, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::management::users::find;
use crate::views::console::lists::{Cell, Table};
use crate::views::console::parts::{Badge, Tone};
use crate::views::console::users::UserActivityPage;
use crate::views::moment::Moment;

/// Seconds that are looked back: 30 days.
const WINDOW: i64 = 30 * 24 * 60 * 60;
const MOST: i64 = 50;

/// `GET /console/users/{id}/activity`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let user = find(&app, &id).await?;
    let lang = signed.visit.lang;
    let filter = Filter {
        user_id: Some(user.id.to_string()),
        from: Some(signed.now.plus_secs(-WINDOW)),
        ..Filter::default()
    };
    let found = audit::list(&app.db, &filter, (MOST, 0)).await?;
    let columns =
        ["console-event-key", "console-event-at", "console-event-result", "console-event-ip"];
    let page = UserActivityPage {
        shell: shell(&app, &signed, HERE, &format!("{}/activity", path(&user.id))),
        head: head(lang, &user),
        tabs: tabs(lang, &user, "/activity"),
        table: Table {
            caption: lang.t("console-user-activity").into_owned(),
            columns: columns.map(|key| lang.t(key).into_owned()).to_vec(),
            rows: found.iter().map(|event| row(&signed, event)).collect(),
        },
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

fn row(signed: &Signed, event: &Event) -> Vec<Cell> {
    let lang = signed.visit.lang;
    let result = match &event.error {
        None => Badge::new(Tone::Good, lang.t("console-event-good")),
        Some(code) => Badge::new(Tone::Bad, code.as_str()),
    };
    vec![
        Cell::Code(event.key.clone()),
        Cell::Moment(Moment::of(lang, event.at, signed.now)),
        Cell::Badges(vec![result]),
        event.ip.clone().map_or(Cell::Nothing, Cell::Code),
    ]
}
