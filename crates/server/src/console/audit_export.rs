//! The audit log as a file: CSV for people's spreadsheets, JSON lines for programs. Taking one is an event itself.
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use haoma_core::role::Right;
use haoma_store::audit::{self, Event};
use haoma_store::audit_search::{self, Filter};
use haoma_store::keyset::Place;
use serde_json::{Value, json};

use super::administrator::Signed;
use super::audit_log::Asked;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::management::query::Query;
use crate::views::console::messages::exact_millis;

/// Events of a file at most: some megabytes, made in one piece.
pub(super) const MOST: usize = 20_000;
/// Events read at once.
const BATCH: i64 = 1000;
/// Reads for one file at most: a filter that little fits ends there.
const MOST_READS: usize = 50;

const COLUMNS: [&str; 12] = [
    "time",
    "id",
    "key",
    "result",
    "error",
    "userId",
    "applicationId",
    "sessionId",
    "interactionId",
    "ip",
    "userAgent",
    "payload",
];

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    JsonLines,
}

/// `POST /console/audit-log/export`.
pub(super) async fn export(
    State(app): State<App>,
    signed: Signed,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let invalid = || ApiError::new(codes::INVALID_INPUT);
    let Ok(Form(pairs)) = form else { return Err(invalid()) };
    let query = Query::from(pairs);
    let (format, asked) = (Format::of(&query).ok_or_else(invalid)?, Asked::of(&query));
    if asked.is_wrong() {
        return Err(invalid());
    }
    let (events, is_whole) = gather(&app, &asked.filter).await?;
    let payload = json!({
        "format": format.extension(), "events": events.len(), "complete": is_whole,
        "filter": described(&asked.filter),
    });
    app.db.write(audit::record(&signed.event(&app, "AuditLog.Exported", &payload))).await?;
    let day: String = exact_millis(signed.now).chars().take("2026-01-31".len()).collect();
    let part = if is_whole { "" } else { "-newest" };
    let name = format!("audit-log-{day}{part}.{}", format.extension());
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, format.file(&events)).into_response())
}

/// The newest events that fit, and whether there are no others.
async fn gather(app: &App, filter: &Filter) -> Result<(Vec<Event>, bool), ApiError> {
    let (mut events, mut place) = (vec![], Place::Newest);
    for _read in 0..MOST_READS {
        let page = audit_search::list(&app.db, filter, &place, BATCH).await?;
        events.extend(page.items);
        let Some(older) = page.older else { return Ok((events, true)) };
        if events.len() >= MOST {
            break;
        }
        place = older;
    }
    Ok((events, false))
}

/// What narrowed the list: ids and words of ours only.
fn described(filter: &Filter) -> Value {
    json!({
        "key": filter.key, "result": filter.result.map(audit_search::Went::as_str),
        "userId": filter.user_id, "applicationId": filter.application_id,
        "administrator": filter.administrator_id,
        "from": filter.from, "until": filter.until,
    })
}

impl Format {
    fn of(query: &Query) -> Option<Self> {
        match query.one("format")? {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/jsonl; charset=utf-8",
        }
    }

    fn file(self, events: &[Event]) -> String {
        match self {
            Self::Csv => csv(events),
            Self::JsonLines => {
                let lines = events.iter().map(|one| Value::from_iter(fields(one)).to_string());
                lines.flat_map(|line| [line, "\n".to_owned()]).collect()
            }
        }
    }
}

/// Begins with a byte order mark, without which spreadsheets take Chinese for something else.
fn csv(events: &[Event]) -> String {
    let line = |cells: Vec<String>| format!("{}\r\n", cells.join(","));
    let head = line(COLUMNS.map(cell).into());
    let rows = events.iter().map(|one| line(fields(one).map(|(_, value)| text(&value)).into()));
    std::iter::once("\u{feff}".to_owned()).chain([head]).chain(rows).collect()
}

fn fields(one: &Event) -> [(&'static str, Value); 12] {
    let result = if one.error.is_some() { "Error" } else { "Success" };
    let payload = serde_json::from_str(&one.payload).unwrap_or(Value::Null);
    let values: [Value; 12] = [
        format!("{}Z", exact_millis(one.at).replace(' ', "T")).into(),
        one.id.as_str().into(),
        one.key.as_str().into(),
        result.into(),
        json!(one.error),
        json!(one.user_id),
        json!(one.application_id),
        json!(one.session_id),
        json!(one.interaction_id),
        json!(one.ip),
        json!(one.user_agent),
        payload,
    ];
    let mut values = values.into_iter();
    COLUMNS.map(|name| (name, values.next().unwrap_or_default()))
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => cell(text),
        other => cell(&other.to_string()),
    }
}

/// Quoted (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection): a browser
/// names itself as it likes.
fn cell(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out_of_its_quotes() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert!(cell(formula).starts_with("\"'"), "{formula:?}");
        }
        assert_eq!(cell("a\"b,c\nd"), "\"a\"\"b,c\nd\"");
        assert_eq!(cell("Mozilla/5.0"), "\"Mozilla/5.0\"");
    }
}
