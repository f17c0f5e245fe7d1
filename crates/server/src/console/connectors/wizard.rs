//! The guided set-up: every button of the page sends the whole form, and nothing typed is lost.
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::connectors::{self, Connector as Stored};
use serde_json::Value;

use super::act::{Unready, act, ready};
use super::form::{self, field};
use super::page::{PASTED, Said, Work};
use super::pending::{Known, Pending};
use super::report;
use crate::app::App;
use crate::connectors::kit::{Edit, Factory, remove_ticked};
use crate::connectors::saving::{self, Draft};
use crate::connectors::{FACTORIES, factory};
use crate::console::administrator::Signed;
use crate::console::prove::{Fields, prove};
use crate::error::api::{ApiError, codes};
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
    Work { app, signed, factory, stored: None, config, known: None, sent: None }
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
    Work { app, signed, factory, stored, config, known: None, sent: None }
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

/// What a posted form describes: what is typed now, or was before where a secret was left blank.
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
    let (typed_before, known, sent) =
        pending.map_or((None, None, None), |one| (Some(one.config), one.known, one.sent));
    let before = stored.as_ref().map(|(_, config)| config);
    let base = typed_before.as_ref().or(before);
    let variable = |code: &str| Some(known.as_ref()?.template(code)?.variable.clone());
    let mut typed = form::read(factory, &fields, base, variable);
    remove_ticked(&mut typed, factory, |name| !field(&fields, name).is_empty());
    let config = kept(&signed, factory, before, (&typed, base));
    let begun = Begun { factory, stored, config, known, sent };
    if field(&fields, "action") == "save" && begun.ready(field(&fields, "base")).is_ok() {
        hide_secrets(app, &signed, &begun, &mut fields)?;
        let what = signed.visit.lang.t("console-prove-connector");
        if let Some(asked) = prove(app, &mut signed, &fields, (Section::Connectors, &what)).await? {
            return Ok(asked);
        }
    }
    act(begun.by(app, &signed), &fields).await
}

/// What is being set up, before it is known who does it in which session.
struct Begun {
    factory: &'static Factory,
    stored: Option<(Stored, Value)>,
    config: Value,
    known: Option<Known>,
    sent: Option<report::Sent>,
}

impl Begun {
    /// Whether it could be stored: nobody is asked for a password to hear that it cannot.
    fn ready(&self, base: &str) -> Result<Draft, Unready> {
        ready(self.factory, self.stored.as_ref(), &self.config, base)
    }

    fn by<'a>(self, app: &'a App, signed: &'a Signed) -> Work<'a> {
        let Self { factory, stored, config, known, sent } = self;
        Work { app, signed, factory, stored, config, known, sent }
    }
}

/// What is typed, with the secrets of what was there before. Which machines this server calls is for owners to say: for others it
/// stays as it is stored.
pub(super) fn kept(
    signed: &Signed,
    factory: &Factory,
    stored: Option<&Value>,
    (typed, base): (&Value, Option<&Value>),
) -> Value {
    let is_owner = signed.who.role.may(Right::Administer);
    Edit { factory, typed, base, stored, is_owner }.config()
}

/// The page that asks for the password sends the form again: what was typed as a secret travels sealed.
fn hide_secrets(
    app: &App,
    signed: &Signed,
    begun: &Begun,
    fields: &mut Fields,
) -> Result<(), ApiError> {
    let pending = Pending::new(begun.config.clone(), begun.known.clone(), signed.now);
    let sealed = pending.seal(app, signed, begun.factory)?;
    let is_hidden =
        |name: &str| ["pending", PASTED].contains(&name) || is_secret(begun.factory, name);
    fields.retain(|(name, _)| !is_hidden(name));
    fields.push(("pending".to_owned(), sealed));
    Ok(())
}

/// Whether a field of any connector's form may hold a secret.
pub(in crate::console) fn may_be_secret(name: &str) -> bool {
    name == PASTED || FACTORIES.iter().any(|factory| is_secret(factory, name))
}

/// Whether a field holds a secret.
pub(super) fn is_secret(factory: &Factory, key: &str) -> bool {
    factory.form.iter().any(|item| item.is_confidential && item.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_begins_with_an_example_as_a_template() {
        for factory in FACTORIES {
            assert!(!defaults(factory).to_string().contains("SMS_000000000"), "{}", factory.id);
        }
    }
}
