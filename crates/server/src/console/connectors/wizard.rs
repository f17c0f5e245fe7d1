//! The guided set-up: every button of the page sends the whole form, and nothing typed is lost.
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::connectors::{self, Connector as Stored, SavedBy};
use serde_json::{Value, json};

use super::form::{self, field};
use super::look::{Looked, look};
use super::page::{Said, Work, bad_paste};
use super::pending::Pending;
use super::trial;
use crate::app::App;
use crate::connectors::factory;
use crate::connectors::kit::merge_secrets;
use crate::connectors::kit::{Factory, Problem as KitProblem};
use crate::connectors::saving::{self, Draft, Saving};
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::prove::{Fields, prove};
use crate::error::api::{ApiError, codes};
use crate::views::console::parts::Notice;
use crate::views::console::shell::Section;

type Sent = Result<Form<Fields>, FormRejection>;

/// `GET /console/connectors/new/{factory}`.
pub(in crate::console) async fn begin(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let factory = known(&id)?;
    let config = defaults(factory);
    let (app, signed) = (&app, &signed);
    Work { app, signed, factory, stored: None, config, known: None, message: None }
        .draw(Said::default())
        .await
}

/// `POST /console/connectors/new/{factory}`.
pub(in crate::console) async fn create(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    form: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    submit(&app, signed, (known(&id)?, None), form).await
}

/// `GET /console/connectors/{id}`.
pub(in crate::console) async fn edit(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (factory, stored) = live(&app, &id).await?;
    let config = saving::open(&app, &stored)?;
    let (app, signed, stored) = (&app, &signed, Some((stored, config.clone())));
    Work { app, signed, factory, stored, config, known: None, message: None }
        .draw(Said::default())
        .await
}

/// `POST /console/connectors/{id}`.
pub(in crate::console) async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    form: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (factory, stored) = live(&app, &id).await?;
    submit(&app, signed, (factory, Some(stored)), form).await
}

fn known(id: &str) -> Result<&'static Factory, ApiError> {
    factory(id).ok_or_else(|| ApiError::new(codes::NOT_FOUND))
}

/// The live connector, under its id.
pub(super) async fn live(app: &App, id: &str) -> Result<(&'static Factory, Stored), ApiError> {
    let live = connectors::current(&app.db).await?.filter(|live| live.id.as_str() == id);
    let live = live.ok_or_else(|| ApiError::new(codes::NOT_FOUND))?;
    Ok((known(&live.factory_id)?, live))
}

/// What the fields hold at first. Template codes are examples, which nobody should have to delete.
fn defaults(factory: &Factory) -> Value {
    use crate::connectors::kit::form::ItemKind;
    let items = factory.form.iter().filter(|item| !matches!(item.kind, ItemKind::Templates(_)));
    let value = |item: &crate::connectors::kit::form::FormItem| {
        item.default.map(|default| (item.key.to_owned(), default.to_json()))
    };
    Value::Object(items.filter_map(value).collect())
}

async fn submit(
    app: &App,
    mut signed: Signed,
    (factory, stored): (&'static Factory, Option<Stored>),
    form: Sent,
) -> Result<Response, ApiError> {
    let Ok(Form(mut fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let stored = match stored {
        Some(stored) => {
            let config = saving::open(app, &stored)?;
            Some((stored, config))
        }
        None => None,
    };
    let pending = Pending::open(app, &signed, factory, field(&fields, "pending"));
    let (typed_before, known, message) =
        pending.map_or((None, None, None), |one| (Some(one.config), one.known, one.message));
    let base = typed_before.as_ref().or(stored.as_ref().map(|(_, config)| config));
    let variable = |code: &str| {
        let variable = known.as_ref()?.template(code)?.variable.clone();
        (variable != "code").then_some(variable)
    };
    let typed = form::read(factory, &fields, base, variable);
    let mut config =
        base.map_or_else(|| typed.clone(), |base| merge_secrets(&typed, base, factory));
    keep_for_owners(&signed, factory, stored.as_ref().map(|(_, config)| config), &mut config);
    if field(&fields, "action") == "save" {
        hide_secrets(app, &signed, factory, (&config, known.as_ref()), &mut fields)?;
        let what = signed.visit.lang.t("console-prove-connector");
        if let Some(asked) = prove(app, &mut signed, &fields, (Section::Connectors, &what)).await? {
            return Ok(asked);
        }
    }
    let work = Work { app, signed: &signed, factory, stored, config, known, message };
    act(work, &fields).await
}

/// Which machines this server calls is for owners to say: for others it stays as it is stored.
fn keep_for_owners(signed: &Signed, factory: &Factory, stored: Option<&Value>, config: &mut Value) {
    let Some(config) = config.as_object_mut() else { return };
    if signed.who.role.may(Right::Administer) {
        return;
    }
    for item in factory.form.iter().filter(|item| item.is_for_owners) {
        match stored.and_then(|stored| stored.get(item.key)) {
            Some(value) => config.insert(item.key.to_owned(), value.clone()),
            None => config.remove(item.key),
        };
    }
}

/// The page that asks for the password sends the form again: what was typed as a secret travels sealed.
fn hide_secrets(
    app: &App,
    signed: &Signed,
    factory: &Factory,
    (config, known): (&Value, Option<&super::pending::Known>),
    fields: &mut Fields,
) -> Result<(), ApiError> {
    let sealed =
        Pending::new(config.clone(), known.cloned(), signed.now).seal(app, signed, factory)?;
    fields.retain(|(name, _)| name != "pending" && name != "pasted" && !is_secret(factory, name));
    fields.push(("pending".to_owned(), sealed));
    Ok(())
}

fn is_secret(factory: &Factory, key: &str) -> bool {
    factory.form.iter().any(|item| item.is_confidential && item.key == key)
}

/// What the button asks for.
async fn act(mut work: Work<'_>, fields: &Fields) -> Result<Response, ApiError> {
    let trial = (field(fields, "trial_phone").to_owned(), Some(trial::usage(fields)));
    let mut said = Said { trial, ..Said::default() };
    match field(fields, "action") {
        "look" => match look(work.app, work.signed, work.factory, &work.config).await? {
            Looked::Seen(found, known) => (said.found, work.known) = (Some(found), Some(known)),
            Looked::NotSeen(found) => said.found = Some(found),
            Looked::Wrong(problems) => said.problems = problems,
        },
        "by-hand" => work.known = None,
        "paste" => said.paste = paste(&mut work, field(fields, "pasted")),
        "send" | "receipt" => match Draft::check(work.factory, &work.config, None) {
            Err(problems) => said.problems = problems,
            Ok(draft) => {
                let (app, signed) = (work.app, work.signed);
                said.outcome = if field(fields, "action") == "send" {
                    trial::send(app, signed, (work.factory, &draft.connector), fields).await?
                } else {
                    trial::receipt(app, signed, draft.connector.as_ref(), work.message.as_ref())
                        .await?
                };
            }
        },
        "save" => match save(&work, field(fields, "base")).await? {
            Ok(response) => return Ok(response),
            Err(refused) => (said.problems, said.notice) = refused,
        },
        _ => {}
    }
    work.draw(said).await
}

/// Fills the fields with a configuration from elsewhere.
fn paste(work: &mut Work<'_>, text: &str) -> Option<crate::views::problem::Problem> {
    let Some(pasted) = form::pasted(text) else { return Some(bad_paste(work.signed)) };
    let before = std::mem::take(&mut work.config);
    let mut new = before.clone();
    if let Some(new) = new.as_object_mut() {
        // a secret that is not in the text is one that was left blank: it stays only with what it belongs to
        new.retain(|key, _| !is_secret(work.factory, key));
        new.extend(pasted);
    }
    work.config = merge_secrets(&new, &before, work.factory);
    let stored = work.stored.as_ref().map(|(_, config)| config);
    keep_for_owners(work.signed, work.factory, stored, &mut work.config);
    None
}

type Refused = (Vec<KitProblem>, Option<Notice>);

/// Stores what is typed as a new connector or the next version.
async fn save(work: &Work<'_>, base: &str) -> Result<Result<Response, Refused>, ApiError> {
    let (app, signed) = (work.app, work.signed);
    let draft = match Draft::check(work.factory, &work.config, None) {
        Ok(draft) => draft,
        Err(problems) => return Ok(Err((problems, None))),
    };
    let payload = json!({ "connectorFactoryId": work.factory.id });
    let key = if work.stored.is_some() { "Connector.Updated" } else { "Connector.Created" };
    let saving = Saving {
        by: SavedBy::Administrator(signed.who.name.clone()),
        event: signed.event(app, key, &payload),
        now: signed.now,
    };
    let saved = match &work.stored {
        None => saving::create(app, &draft, &saving).await,
        Some((stored, config)) if *config == work.config => Ok(stored.clone()),
        Some((stored, _)) if stored.version.to_string() == base => {
            saving::change(app, stored, &draft, &saving).await
        }
        Some(_) => Err(ApiError::new(codes::CHANGED_MEANWHILE)),
    };
    match saved {
        Ok(saved) => {
            let path = format!("/console/connectors/{}", saved.id);
            Ok(Ok(Done::good("console-connector-saved").on(app, &path)))
        }
        Err(error) if error.code == codes::CHANGED_MEANWHILE => {
            let notice = Notice::bad(signed.visit.lang, "console-connector-changed");
            Ok(Err((vec![], Some(notice))))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::FACTORIES;

    #[test]
    fn no_form_begins_with_an_example_as_a_template() {
        for factory in FACTORIES {
            assert!(!defaults(factory).to_string().contains("SMS_000000000"), "{}", factory.id);
        }
    }
}
