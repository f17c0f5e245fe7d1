//! The secrets of an application. A value is shown in the answer that makes it and in no other (security statement 58).
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_oidc::client::ApplicationKind;
use haoma_store::application_secrets::{self as store, Kept};
use haoma_store::applications::{Application, Secret};
use serde_json::{Value, json};

use super::{HERE, find, head, lives, needed, path, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::management::applications::about;
use crate::management::secrets::{MOST_NAME, make};
use crate::views::console::applications::{NewSecret, SecretLine, SecretsPage};
use crate::views::console::fields::Field;
use crate::views::console::lists::Cell;
use crate::views::console::parts::{Badge, Code, Confirm, Fact, Link, Tone};
use crate::views::moment::Moment;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// An application, its kind, its secrets.
type All<'a> = (&'a Application, ApplicationKind, &'a [Secret]);

/// What the page says besides the list.
#[derive(Default)]
struct Said {
    new: Option<NewSecret>,
    typed: String,
    problem: Option<Problem>,
    life: String,
    life_problem: Option<Problem>,
    /// The secret that was to be called differently, what was typed, and what was wrong with it.
    renamed: Option<(String, String, Problem)>,
}

/// `GET /console/applications/{id}/secrets`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (application, kind, secrets) = find_confidential(&app, &id).await?;
    Ok(page(&app, &signed, (&application, kind, &secrets), Said::default()))
}

/// `POST /console/applications/{id}/secrets`.
pub(in crate::console) async fn create(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (application, kind, mut secrets) = find_confidential(&app, &id).await?;
    needed(&signed, &application)?;
    let what = signed.visit.lang.t1("console-prove-secret", "name", application.name.as_str());
    let fields = match forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        Ok(fields) => fields,
        Err(asked) => return Ok(asked),
    };
    let name = forms::one(&fields, "name").to_owned();
    let lang = signed.visit.lang;
    let refused = |problem, life_problem, secrets: &[Secret]| {
        let (typed, life) = (name.clone(), forms::one(&fields, "life").to_owned());
        let said = Said { typed, problem, life, life_problem, ..Said::default() };
        page(&app, &signed, (&application, kind, secrets), said)
    };
    let days = lives::days(forms::one(&fields, "life"));
    let problems = (bad_name(lang, &name), days.is_none().then(|| lives::wrong(lang)));
    let (None, None, Some(days)) = (&problems.0, &problems.1, days) else {
        return Ok(refused(problems.0, problems.1, &secrets));
    };
    let expires_at = days.map(|days| signed.now.plus_secs(days * lives::DAY));
    let (value, secret) = make(&app, name.clone(), expires_at, signed.now);
    let event = event(&app, &signed, "Created", (&application, &json!({ "name": name })));
    match kept(&app, &application, store::add(&app.db, &application.id, &secret, &event).await?) {
        Kept::Done(secret) => secrets.push(secret),
        Kept::NameTaken => return Ok(refused(Some(taken(lang)), None, &secrets)),
        Kept::Gone => return Err(ApiError::new(codes::ENTITY_NOT_EXISTS)),
    }
    Ok(made(&app, &signed, (&application, kind, &secrets), (&name, value)))
}

/// `POST /console/applications/{id}/secrets/rename`.
pub(in crate::console) async fn rename(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (application, kind, secrets) = find_confidential(&app, &id).await?;
    needed(&signed, &application)?;
    let what =
        signed.visit.lang.t1("console-prove-secret-rename", "name", application.name.as_str());
    let fields = match forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        Ok(fields) => fields,
        Err(asked) => return Ok(asked),
    };
    let (from, to) =
        (forms::one(&fields, "secret").to_owned(), forms::one(&fields, "name").to_owned());
    let lang = signed.visit.lang;
    let refused = |problem| {
        let said = Said { renamed: Some((from.clone(), to.clone(), problem)), ..Said::default() };
        page(&app, &signed, (&application, kind, &secrets), said)
    };
    if let Some(problem) = bad_name(lang, &to) {
        return Ok(refused(problem));
    }
    known(&secrets, &from)?;
    let payload = json!({ "name": from, "newName": to });
    let event = event(&app, &signed, "Updated", (&application, &payload));
    let names = (from.as_str(), to.as_str());
    match kept(&app, &application, store::rename(&app.db, &application.id, names, &event).await?) {
        Kept::Done(_) => Ok(done(&app, &application, "console-secret-renamed")),
        Kept::NameTaken => Ok(refused(taken(lang))),
        Kept::Gone => Err(ApiError::new(codes::ENTITY_NOT_FOUND)),
    }
}

/// `POST /console/applications/{id}/secrets/delete`.
pub(in crate::console) async fn delete(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (application, _, secrets) = find_confidential(&app, &id).await?;
    needed(&signed, &application)?;
    let what =
        signed.visit.lang.t1("console-prove-secret-delete", "name", application.name.as_str());
    let fields = match forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        Ok(fields) => fields,
        Err(asked) => return Ok(asked),
    };
    let name = forms::one(&fields, "secret");
    known(&secrets, name)?;
    let event = event(&app, &signed, "Deleted", (&application, &json!({ "name": name })));
    // one that is gone already is what was wanted
    store::delete(&app.db, &application.id, name, &event).await?;
    app.clients.forget(&application.id);
    Ok(done(&app, &application, "console-secret-deleted"))
}

/// The page that shows a new secret, once.
pub(super) fn made(
    app: &App,
    signed: &Signed,
    all: All<'_>,
    (name, value): (&str, String),
) -> Response {
    let lang = signed.visit.lang;
    let label = lang.t1("console-secret-new", "name", name.to_owned()).into_owned();
    let guide = Link::new(lang.t("console-guide-open"), format!("{}/guide", path(&all.0.id)));
    let code = Code { label, text: value, has_lines: false };
    let new = Some(NewSecret { name: name.to_owned(), code, guide });
    page(app, signed, all, Said { new, ..Said::default() })
}

/// An application that keeps secrets.
async fn find_confidential(
    app: &App,
    id: &str,
) -> Result<(Application, ApplicationKind, Vec<Secret>), ApiError> {
    let found = find(app, id).await?;
    if found.1.is_confidential() { Ok(found) } else { Err(ApiError::new(codes::NOT_FOUND)) }
}

fn known(secrets: &[Secret], name: &str) -> Result<(), ApiError> {
    let is_known = secrets.iter().any(|secret| secret.name == name);
    if is_known { Ok(()) } else { Err(ApiError::new(codes::ENTITY_NOT_FOUND)) }
}

fn bad_name(lang: Lang, name: &str) -> Option<Problem> {
    let fits = (1..=MOST_NAME).contains(&name.chars().count()) && !name.contains('\0');
    let code = codes::INVALID_INPUT.code;
    (!fits).then(|| Problem::of_page(lang, code, "console-secret-name-wrong"))
}

fn taken(lang: Lang) -> Problem {
    Problem::of(lang, &ApiError::new(codes::SECRET_NAME_EXISTS))
}

fn kept(app: &App, application: &Application, kept: Kept) -> Kept {
    app.clients.forget(&application.id);
    kept
}

fn event(
    app: &App,
    signed: &Signed,
    what: &str,
    (application, secret): (&Application, &Value),
) -> haoma_store::audit::Event {
    let payload = about(&application.id, &json!({ "secret": secret }));
    signed.event(app, &format!("Application.Secret.{what}"), &payload)
}

fn done(app: &App, application: &Application, said: &'static str) -> Response {
    Done::good(said).on(app, &format!("{}/secrets", path(&application.id)))
}

fn page(app: &App, signed: &Signed, (application, kind, secrets): All<'_>, said: Said) -> Response {
    let (lang, path) = (signed.visit.lang, path(&application.id));
    let problem = said.problem.as_ref().or(said.life_problem.as_ref());
    let problem = problem.or(said.renamed.as_ref().map(|(_, _, problem)| problem));
    let status = problem.map_or(StatusCode::OK, Problem::status);
    let lines = secrets.iter().enumerate();
    let page = SecretsPage {
        shell: shell(app, signed, HERE, &format!("{path}/secrets")),
        head: head(lang, application, kind),
        tabs: tabs(lang, application, kind, "/secrets"),
        new: said.new,
        all: lines
            .map(|(n, secret)| line(signed, (n, secret), said.renamed.as_ref(), &path))
            .collect(),
        can_write: signed.who.role.may(Right::Write),
        path,
        name: name_field(lang, "secret-name").holding(said.typed).wrong(said.problem),
        life: lives::choices(lang, &said.life).wrong(said.life_problem),
    };
    signed.draw(app, status, &page)
}

fn name_field(lang: Lang, id: &str) -> Field {
    Field::new("name", lang.t("console-secret-name")).id(id).at_most(MOST_NAME)
}

fn line(
    signed: &Signed,
    (n, secret): (usize, &Secret),
    renamed: Option<&(String, String, Problem)>,
    path: &str,
) -> SecretLine {
    let lang = signed.visit.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let renamed = renamed.filter(|(name, ..)| *name == secret.name);
    let typed = renamed.map_or(&secret.name, |(_, typed, _)| typed);
    SecretLine {
        facts: facts(signed, secret),
        name: secret.name.clone(),
        rename: name_field(lang, &format!("rename-{n}"))
            .holding(typed)
            .wrong(renamed.map(|(_, _, problem)| problem.clone())),
        delete: Confirm {
            ask: lang.t1("console-secret-delete", "name", secret.name.as_str()).into_owned(),
            text: t("console-secret-delete-what"),
            action: format!("{path}/secrets/delete"),
            fields: vec![("secret".to_owned(), secret.name.clone())],
            go: t("console-secret-delete-go"),
            ..Confirm::default()
        },
    }
}

fn facts(signed: &Signed, secret: &Secret) -> Vec<Fact> {
    let (lang, now) = (signed.visit.lang, signed.now);
    let t = |key: &str| lang.t(key).into_owned();
    let ends = match secret.expires_at {
        None => Cell::Text(t("console-secret-for-ever")),
        Some(at) if at <= now => {
            Cell::Badges(vec![Badge::new(Tone::Bad, t("console-secret-expired"))])
        }
        Some(at) => Cell::Text(exact(lang, at)),
    };
    vec![
        Fact::new(t("console-secret-name"), Cell::Text(secret.name.clone())),
        Fact::new(t("console-secret-value"), Cell::Code(format!("****{}", secret.last_four))),
        Fact::new(t("console-created"), Cell::Moment(Moment::of(lang, secret.created_at, now))),
        Fact::new(t("console-secret-life"), ends),
    ]
}

/// Date and time, for what is still to come.
fn exact(lang: Lang, at: Timestamp) -> String {
    Moment::of(lang, at, at).exact
}
