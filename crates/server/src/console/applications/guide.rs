//! How to build with an application, with its own values filled in.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_oidc::client::ApplicationKind;
use haoma_oidc::machine::MANAGEMENT_API;
use haoma_oidc::redirect_uri::origin;
use haoma_store::applications::Application;

use super::guides::{self, Guide};
use super::one::redirect_uris;
use super::{HERE, find, head, path, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::management::query::Query;
use crate::views::console::applications::{GuidePage, GuideStep};
use crate::views::console::parts::{Code, Link, Notice, Tabs, Tone};
use crate::web::i18n::Lang;

/// Where programs run while they are written.
const LOCAL: &str = "http://localhost:3000";

/// `GET /console/applications/{id}/guide`, with `for` another than the first stack of the kind.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (application, kind, _) = find(&app, &id).await?;
    let all = guides::of(kind);
    let wanted = query.one("for").and_then(|name| all.iter().find(|guide| guide.name == name));
    let guide = wanted.or(all.first()).ok_or_else(|| ApiError::new(codes::NOT_FOUND))?;
    let lang = signed.visit.lang;
    let here = format!("{}/guide", path(&application.id));
    let values = Values::of(&app, &application, guide)?;
    let stack = |one: &Guide| {
        (Link::new(one.title(lang), format!("{here}?for={}", one.name)), one.name == guide.name)
    };
    let page = GuidePage {
        shell: shell(&app, &signed, HERE, &format!("{here}?for={}", guide.name)),
        head: head(lang, &application, kind),
        tabs: tabs(lang, &application, kind, "/guide"),
        stacks: Tabs {
            label: lang.t("console-guide-stacks").into_owned(),
            all: all.iter().map(stack).collect(),
        },
        missing: values.missing(lang, &application),
        steps: guide.steps().map(|one| step(lang, &one, &values)).collect(),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

/// What stands in a guide instead of `{{name}}`.
pub(super) struct Values {
    pairs: Vec<(&'static str, String)>,
    /// An address people must be sent back to, which is not registered yet.
    unregistered: Option<String>,
}

impl Values {
    fn of(app: &App, application: &Application, guide: &Guide) -> Result<Self, ApiError> {
        let registered = redirect_uris(application)?;
        let first = registered.first();
        let base = first.and_then(|uri| origin(uri)).unwrap_or_else(|| LOCAL.to_owned());
        let redirect = match guide.callback {
            Some(path) => format!("{base}{path}"),
            None => first.cloned().unwrap_or_else(|| usual(application)),
        };
        let is_needed = guide.needs_redirect && !registered.contains(&redirect);
        let callback = redirect.strip_prefix(&base).unwrap_or("/callback").to_owned();
        let pairs = vec![
            ("client_id", application.id.to_string()),
            ("endpoint", app.settings.url("")),
            ("issuer", app.settings.issuer()),
            ("resource", MANAGEMENT_API.to_owned()),
            ("base_url", base),
            ("callback_path", callback),
            ("scheme", scheme(&redirect).to_owned()),
            ("redirect_uri", redirect.clone()),
        ];
        Ok(Self { pairs, unregistered: is_needed.then_some(redirect) })
    }

    fn missing(&self, lang: Lang, application: &Application) -> Option<Notice> {
        let has_right =
            application.is_admin || application.kind != ApplicationKind::MachineToMachine.as_str();
        let (text, link) = match self.unregistered.as_deref() {
            Some(uri) => {
                (lang.t1("console-guide-unregistered", "uri", uri), "console-guide-register")
            }
            None if has_right => return None,
            None => (lang.t("console-guide-no-right"), "console-guide-right"),
        };
        let link = Some(Link::new(lang.t(link), path(&application.id)));
        Some(Notice { link, ..Notice::new(Tone::Warn, text) })
    }

    /// A text with every value in its place: where it is named, and where a program reads it from its environment.
    pub(super) fn fill(&self, text: &str) -> String {
        let put = |text: String, (name, value): &(&str, String)| {
            let variable = format!("HAOMA_{}", name.to_ascii_uppercase());
            let literal = format!("\"{value}\"");
            text.replace(&format!("{{{{{name}}}}}"), value)
                .replace(&format!("process.env.{variable}"), &literal)
                .replace(&format!("os.environ[\"{variable}\"]"), &literal)
        };
        self.pairs.iter().fold(text.to_owned(), put)
    }
}

/// Where people are sent back to while nothing is registered: a program on a phone is called by a scheme of its own.
fn usual(application: &Application) -> String {
    if application.kind == ApplicationKind::Native.as_str() {
        "com.example.app://callback".to_owned()
    } else {
        format!("{LOCAL}/callback")
    }
}

fn scheme(uri: &str) -> &str {
    uri.split_once(':').map_or(uri, |(scheme, _)| scheme)
}

/// A step, with the values in their places. Its code is heard by the name of its file, or by what is to be done with it.
fn step(lang: Lang, step: &guides::Step, values: &Values) -> GuideStep {
    let text = lang.t(step.key).into_owned();
    let label = if step.file.is_empty() { text.clone() } else { step.file.to_owned() };
    let code = step.code.map(|code| Code { label, text: values.fill(code), has_lines: true });
    GuideStep { text, file: step.file, code }
}
