//! What the buttons of the guided set-up do.
use std::sync::Arc;

use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::connectors::{Connector as Stored, SavedBy};
use serde_json::{Value, json};

use super::form::field;
use super::look::{Looked, look};
use super::page::{PASTED, Said, Work};
use super::paste::{self, NotPasted, Pasted};
use super::trial;
use super::wizard::{is_secret, kept};
use crate::connectors::kit::{Factory, Problem as KitProblem};
use crate::connectors::saving::{self, Draft, Saving};
use crate::console::done::Done;
use crate::console::prove::Fields;
use crate::error::api::{ApiError, codes};
use crate::views::console::parts::{Notice, Tone};
use crate::views::problem::Problem;

/// What the button asks for.
///
/// # Errors
/// A fault of ours.
pub(super) async fn act(mut work: Work<'_>, fields: &Fields) -> Result<Response, ApiError> {
    let trial = (field(fields, "trial_phone").to_owned(), Some(trial::usage(fields)));
    let mut said = Said { trial, ..Said::default() };
    match field(fields, "action") {
        "look" => match look(work.app, work.signed, work.factory, &work.config).await? {
            Looked::Seen(found, known) => (said.found, work.known) = (Some(found), Some(known)),
            Looked::NotSeen(found) => said.found = Some(found),
            Looked::Wrong(problems) => said.problems = problems,
            Looked::Busy(error) => said.refused = Some(error),
        },
        "by-hand" => work.known = None,
        "paste" => fill(&mut work, &mut said, field(fields, PASTED)),
        "send" => {
            if let Some(told) = send(&work, &mut said, fields).await? {
                return Ok(told);
            }
        }
        "receipt" => {
            said.outcome = trial::receipt(&work).await?;
            said.refused = said.outcome.busy.take();
        }
        "save" => match save(&work, field(fields, "base")).await? {
            Ok(response) => return Ok(response),
            Err(Unready::Wrong(problems)) => said.problems = problems,
            Err(Unready::Overtaken) => {
                let lang = work.signed.visit.lang;
                said.notice = Some(Notice::bad(lang, "console-connector-changed"));
            }
        },
        _ => {}
    }
    work.draw(said).await
}

/// Sends the test message; everything that is in the way of it is told at once. An answer that tells it while it happens is for the
/// page's script, which asks for it.
async fn send(
    work: &Work<'_>,
    said: &mut Said,
    fields: &Fields,
) -> Result<Option<Response>, ApiError> {
    let lang = work.signed.visit.lang;
    let number = trial::number(work.app, field(fields, "trial_phone"));
    let draft = Draft::check(work.factory, &work.config, None);
    let (phone, connector) = match (number, draft) {
        (Ok(phone), Ok(draft)) => (phone, Arc::clone(&draft.connector)),
        (number, draft) => {
            said.outcome.problem = number.err().map(|error| Problem::of(lang, &error));
            said.problems = draft.err().unwrap_or_default();
            return Ok(None);
        }
    };
    let usage = trial::usage(fields);
    if field(fields, "live").is_empty() {
        said.outcome = trial::send(work, connector, (&phone, usage)).await?;
        return Ok(None);
    }
    match trial::send_live(work, connector, (phone, usage)).await? {
        Ok(told) => Ok(Some(told)),
        Err(outcome) => {
            said.outcome = outcome;
            Ok(None)
        }
    }
}

/// Fills the fields with a configuration from elsewhere, and tells what of it is wrong or was left out.
fn fill(work: &mut Work<'_>, said: &mut Said, text: &str) {
    let lang = work.signed.visit.lang;
    let Pasted { config, mut ignored } = match paste::read(work.factory, text) {
        Ok(pasted) => pasted,
        Err(why) => {
            said.paste = Some(match why {
                NotPasted::NotOne => {
                    Problem::of_page(lang, codes::INVALID_INPUT.code, "console-paste-bad")
                }
                NotPasted::OfAnother(ids) => Problem {
                    code: codes::INVALID_INPUT.code,
                    text: lang
                        .t1("console-paste-other", "names", paste::names(lang, &ids))
                        .into_owned(),
                    more: None,
                    wait: None,
                },
            });
            return;
        }
    };
    let is_owner = work.signed.who.role.may(Right::Administer);
    let for_owners = work.factory.form.iter().filter(|item| item.is_for_owners && !is_owner);
    ignored.extend(
        for_owners.filter(|item| config.contains_key(item.key)).map(|one| one.key.to_owned()),
    );
    let before = std::mem::take(&mut work.config);
    let mut new = before.clone();
    if let Some(new) = new.as_object_mut() {
        // a secret that is not in the text is one that was left blank: it stays only with what it belongs to
        new.retain(|key, _| !is_secret(work.factory, key));
        new.extend(config);
    }
    let stored = work.stored.as_ref().map(|(_, config)| config);
    work.config = kept(work.signed, work.factory, stored, (&new, Some(&before)));
    said.problems = Draft::check(work.factory, &work.config, None).err().unwrap_or_default();
    if !ignored.is_empty() {
        let text = lang.t("console-paste-ignored");
        said.notice = Some(Notice { list: ignored, ..Notice::new(Tone::Warn, text) });
    }
}

/// Why a configuration is not stored.
#[derive(Debug)]
pub(super) enum Unready {
    /// Something in it is wrong.
    Wrong(Vec<KitProblem>),
    /// Somebody else saved a version meanwhile.
    Overtaken,
}

/// Checks what is to be stored; `base` is the version it was made from.
///
/// # Errors
/// What is in the way.
pub(super) fn ready(
    factory: &'static Factory,
    stored: Option<&(Stored, Value)>,
    config: &Value,
    base: &str,
) -> Result<Draft, Unready> {
    let draft = Draft::check(factory, config, None).map_err(Unready::Wrong)?;
    match stored {
        Some((stored, old)) if old != config && stored.version.to_string() != base => {
            Err(Unready::Overtaken)
        }
        _ => Ok(draft),
    }
}

/// Stores what is typed as a new connector or the next version.
async fn save(work: &Work<'_>, base: &str) -> Result<Result<Response, Unready>, ApiError> {
    let (app, signed) = (work.app, work.signed);
    let draft = match ready(work.factory, work.stored.as_ref(), &work.config, base) {
        Ok(draft) => draft,
        Err(unready) => return Ok(Err(unready)),
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
        Some((stored, _)) => saving::change(app, stored, &draft, &saving).await,
    };
    match saved {
        Ok(saved) => {
            let path = format!("/console/connectors/{}", saved.id);
            Ok(Ok(Done::good("console-connector-saved").on(app, &path)))
        }
        Err(error) if error.code == codes::CHANGED_MEANWHILE => Ok(Err(Unready::Overtaken)),
        Err(error) => Err(error),
    }
}
