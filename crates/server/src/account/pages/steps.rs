//! What the steps to another number share: which records are under way in this browser, sending, and how a step is drawn.
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use haoma_store::Deadline;
use haoma_store::verification_records::Stored;
use serde_json::json;

use super::person::Person;
use crate::account::verifications::{SENT, recorded};
use crate::app::App;
use crate::connectors::kit::Requester;
use crate::error::api::{ApiError, codes};
use crate::experience::flow;
use crate::sending::{Answer, Wanted, to_user};
use crate::views::code::{CodePage, Note};
use crate::views::frame::respond;
use crate::views::problem::Problem;
use crate::web::browser::{self, Browser};
use crate::web::cookies::{self, NewCookie};
use crate::web::i18n::Lang;

const COOKIE: &str = "_account";
const COOKIE_PATH: &str = "/account";
/// Seconds the cookie lives: longer than both records.
const COOKIE_SECS: i64 = 1_800;

/// One of the two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The number they have.
    Proof,
    /// The number they want.
    New,
}

impl Slot {
    /// Where its code is asked for.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Proof => "/account/phone/confirm",
            Self::New => "/account/phone/verify",
        }
    }

    /// Where another message is asked for.
    const fn resend_path(self) -> &'static str {
        match self {
            Self::Proof => "/account/phone/confirm/resend",
            Self::New => "/account/phone/verify/resend",
        }
    }

    /// Where it begins.
    pub(super) const fn begin(self) -> &'static str {
        match self {
            Self::Proof => "/account/phone",
            Self::New => "/account/phone/new",
        }
    }

    /// What follows.
    pub(super) const fn next(self) -> &'static str {
        match self {
            Self::Proof => "/account/phone/new",
            Self::New => "/account/phone/finish",
        }
    }

    /// Which of the steps it is, in words.
    pub(super) fn step(self, lang: Lang) -> String {
        let step = match self {
            Self::Proof => 1,
            Self::New => 2,
        };
        lang.t1("account-step", "step", step).into_owned()
    }

    const fn usage_type(self) -> UsageType {
        match self {
            Self::Proof => UsageType::UserPermissionValidation,
            Self::New => UsageType::BindNewIdentifier,
        }
    }
}

/// The records of a change under way. Their ids are in a cookie of this browser: what was proved in another one does not count in this.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    pub(super) proof: String,
    pub(super) new: String,
}

impl Records {
    pub(super) fn of(app: &App, person: &Person) -> Self {
        let text = browser::read(&person.headers, app, COOKIE).unwrap_or_default();
        let (proof, new) = text.split_once('.').unwrap_or_default();
        Self { proof: proof.to_owned(), new: new.to_owned() }
    }

    pub(super) fn id(&self, slot: Slot) -> &str {
        match slot {
            Slot::Proof => &self.proof,
            Slot::New => &self.new,
        }
    }

    /// With another record; proving the old number again begins anew.
    pub(super) fn with(mut self, slot: Slot, id: String) -> Self {
        match slot {
            Slot::Proof => Self { proof: id, new: String::new() },
            Slot::New => {
                self.new = id;
                self
            }
        }
    }

    pub(super) fn keep(&self, app: &App, person: &Person, response: &mut Response) {
        let new = NewCookie {
            name: COOKIE,
            value: format!("{}.{}", self.proof, self.new),
            path: COOKIE_PATH.to_owned(),
            max_age: COOKIE_SECS,
        };
        Browser::of(&person.headers, app).set(response.headers_mut(), app, &new);
    }

    pub(super) fn forget(app: &App, response: &mut Response) {
        cookies::remove_signed(response.headers_mut(), app, COOKIE, COOKIE_PATH);
    }
}

/// The record of a number, if it still counts.
pub(super) async fn record(
    app: &App,
    person: &Person,
    slot: Slot,
) -> Result<Option<Stored>, ApiError> {
    let records = Records::of(app, person);
    match to_user::find(app, person.id(), records.id(slot), person.now).await {
        Ok(record) => Ok(Some(record).filter(|record| record.usage_type == slot.usage_type())),
        Err(error) if error.code == codes::RECORD_NOT_FOUND => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sends a code, and leads on to where it is asked for.
pub(super) async fn send(
    app: &App,
    person: &Person,
    (slot, phone): (Slot, &PhoneNumber),
    note: Option<&str>,
    until: Deadline,
) -> Result<Response, ApiError> {
    let usage_type = slot.usage_type();
    let event = person.event(app, SENT, &json!({ "usageType": usage_type }));
    let phone = flow::reachable(app, Ok(phone.clone()))?;
    let wanted = Wanted {
        identifier: phone.digits(),
        phone: &phone,
        usage_type,
        answer: Answer::Outcome,
        requester: Requester { ip: person.caller.ip, lang: Some(person.lang) },
        standing: to_user::standing(usage_type),
        event: &event,
        now: person.now,
        until,
    };
    let (id, note) = match to_user::send(app, person.id(), &wanted).await {
        Ok(record) => (record.id.to_string(), note),
        Err(error) => {
            let error = recorded(app, event, error).await;
            // the message may arrive all the same
            let id = error.data().and_then(|data| data["verificationRecordId"].as_str());
            match id.map(str::to_owned) {
                Some(id) => (id, Some("unclear")),
                None => return Err(error),
            }
        }
    };
    let mut response = match note {
        Some(note) => person.go_with_note(slot.path(), note),
        None => person.go(slot.path()),
    };
    Records::of(app, person).with(slot, id).keep(app, person, &mut response);
    Ok(response)
}

/// What the page says besides the code.
#[derive(Default)]
pub(super) struct Said {
    pub(super) value: String,
    pub(super) problem: Option<Problem>,
    pub(super) trouble: Option<Problem>,
}

/// The page that asks for a code; on, or back, where there is nothing to ask.
pub(super) async fn draw(
    app: &App,
    person: &Person,
    slot: Slot,
    (status, said): (StatusCode, Said),
) -> Result<Response, ApiError> {
    let Some(record) = record(app, person, slot).await? else {
        return Ok(person.go(slot.begin()));
    };
    if record.verified_at.is_some() {
        return Ok(person.go(slot.next()));
    }
    let note = match person.query.note.as_deref() {
        Some("again") if said.trouble.is_none() => Note::SentAgain,
        Some("unclear") => Note::Unclear,
        _ => Note::None,
    };
    let (back, change_key) = match slot {
        Slot::Proof => ("/account", "account-cancel"),
        Slot::New => ("/account/phone/new", "code-change"),
    };
    let page = CodePage {
        frame: person.frame(app, slot.path()),
        step: Some(slot.step(person.lang)),
        action: person.query.link(slot.path()),
        resend_action: person.query.link(slot.resend_path()),
        change_href: person.query.link(back),
        change_key,
        csrf: person.csrf(app),
        phone: to_user::number(&record)?.masked(),
        value: said.value,
        problem: said.problem,
        trouble: said.trouble,
        note,
        times: to_user::times(app, &record, person.now).await?,
    };
    Ok(respond(status, person.lang, &page))
}
