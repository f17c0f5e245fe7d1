//! Searching for people. What may be a number comes in a body and goes on sealed: no address, log or history of a browser holds it.
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::ids::UserId;
use haoma_core::phone::{PhoneNumber, is_separator};
use haoma_core::role::Right;
use haoma_store::user_lists::{Fitting, Who};
use haoma_store::users::{self, Stored};
use secrecy::ExposeSecret as _;

use super::{HERE, path};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::forms::{self, Sent};
use crate::console::listing::Address;
use crate::console::searches;
use crate::error::api::{ApiError, codes};
use crate::management::query::Query;
use crate::management::user_search::escaped;
use crate::seal::CannotOpen;

/// Characters of what is searched for.
pub(super) const MOST_TEXT: usize = 64;
/// What a sealed search is sealed for.
const SEALED_FOR: &str = "console.user_search";
/// So many digits can be those of a number.
const FEWEST_DIGITS: usize = 4;
/// So many digits among other characters are not shown either.
const MANY_DIGITS: usize = 7;

/// What a list is narrowed by.
pub(super) struct Asked {
    text: String,
    is_sealed: bool,
    /// Only those who are locked.
    pub(super) only_locked: bool,
    /// The list that is asked for.
    pub(super) address: Address,
}

/// Whom a list is made of.
pub(super) enum Found {
    /// Only them.
    One(Box<Stored>),
    /// No one.
    Nobody,
    /// A page of these.
    Among(Who),
}

/// `POST /console/users/search`: on to the list that is asked for, or to the one user who is.
pub(in crate::console) async fn search(
    State(app): State<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let fields = forms::read(sent)?;
    let text = clean(forms::one(&fields, "q"));
    let only_locked = forms::one(&fields, "state") == "locked";
    if is_telling(&text) {
        searches::charge(&app, &signed).await?;
    }
    if let Some(user) = exact(&app, &text).await? {
        return Ok(Redirect::to(&path(&user.id)).into_response());
    }
    let to = if is_telling(&text) {
        let sealed = app.keys.seal.seal(&app.entropy, SEALED_FOR, &text);
        let sealed = sealed.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
        Address::new(HERE.path()).and("find", sealed)
    } else {
        Address::new(HERE.path()).and("q", text)
    };
    let to = to.and("state", if only_locked { "locked" } else { "" });
    Ok(Redirect::to(&to.href()).into_response())
}

/// What an address asks for.
///
/// # Errors
/// What was sealed does not open any more.
pub(super) fn asked(app: &App, query: &Query) -> Result<Asked, CannotOpen> {
    let sealed =
        query.one("find").map(|sealed| app.keys.seal.open(SEALED_FOR, sealed)).transpose()?;
    let text = match &sealed {
        Some(text) => text.expose_secret(),
        None => query.one("q").unwrap_or_default(),
    };
    let (text, only_locked) = (clean(text), query.one("state") == Some("locked"));
    let find = query.one("find").unwrap_or_default();
    let address = Address::new(HERE.path())
        .and("q", if sealed.is_some() { "" } else { &text })
        .and("find", find)
        .and("state", if only_locked { "locked" } else { "" });
    Ok(Asked { text, is_sealed: sealed.is_some(), only_locked, address })
}

impl Asked {
    /// Whether anything is asked for.
    pub(super) fn is_used(&self) -> bool {
        self.only_locked || !self.text.is_empty()
    }

    /// Whether what is searched for is not repeated on the page.
    pub(super) fn is_hidden(&self) -> bool {
        self.is_sealed
    }

    /// What the field holds.
    pub(super) fn shown(&self) -> &str {
        if self.is_sealed { "" } else { &self.text }
    }
}

/// Whom to list. Parts of numbers are for those who may see whole ones: with the masked form they would tell the rest.
pub(super) async fn who(app: &App, signed: &Signed, asked: &Asked) -> Result<Found, ApiError> {
    let only_locked = asked.only_locked;
    if asked.text.is_empty() {
        return Ok(Found::Among(if only_locked { Who::Locked } else { Who::Everybody }));
    }
    // what was sealed was counted when it was
    if !asked.is_sealed && is_telling(&asked.text) {
        searches::charge(app, signed).await?;
    }
    if let Some(user) = exact(app, &asked.text).await? {
        let fits = user.is_locked || !only_locked;
        return Ok(if fits { Found::One(Box::new(user)) } else { Found::Nobody });
    }
    match digits(&asked.text) {
        Some(_) if !signed.who.role.may(Right::Write) => Ok(Found::Nobody),
        Some(digits) => {
            let is_national = !asked.text.starts_with('+');
            let code = app.experience.load().phone_regions.default.calling_code();
            let phones = [
                Some(format!("{digits}%")),
                code.filter(|_| is_national).map(|code| format!("{code}{digits}%")),
                is_national.then(|| format!("%{digits}")),
            ];
            Ok(Found::Among(Who::Fitting(Fitting { text: None, phones, only_locked })))
        }
        None => {
            let text = Some(format!("%{}%", escaped(&asked.text)));
            Ok(Found::Among(Who::Fitting(Fitting { text, only_locked, ..Fitting::default() })))
        }
    }
}

/// The one user whose number or id this is.
async fn exact(app: &App, text: &str) -> Result<Option<Stored>, ApiError> {
    let region = app.experience.load().phone_regions.default;
    if let (Some(_), Ok(phone)) = (digits(text), PhoneNumber::parse(text, Some(region))) {
        let Some(owner) = users::find_by_phone(&app.db, &phone).await? else { return Ok(None) };
        return Ok(users::find(&app.db, &owner.id).await?);
    }
    let Ok(id) = UserId::parse(text) else { return Ok(None) };
    Ok(users::find(&app.db, &id).await?)
}

fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| *c != '\0').take(MOST_TEXT).collect()
}

/// The digits of what looks like a number or a part of one.
fn digits(text: &str) -> Option<String> {
    let is_number =
        text.chars().all(|c| c.is_ascii_digit() || full_width(c).is_some() || is_separator(c));
    let digits: String = text
        .chars()
        .filter_map(|c| {
            c.to_digit(10).or_else(|| full_width(c)).and_then(|d| char::from_digit(d, 10))
        })
        .collect();
    (is_number && digits.len() >= FEWEST_DIGITS).then_some(digits)
}

/// The digits of Chinese keyboards.
fn full_width(c: char) -> Option<u32> {
    ('０'..='９').contains(&c).then(|| u32::from(c).saturating_sub(u32::from('０')))
}

/// Whether a text may tell a number, alone or among other words.
fn is_telling(text: &str) -> bool {
    let count = text.chars().filter(|c| c.is_numeric()).count();
    digits(text).is_some() || count >= MANY_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s11_what_may_be_a_number_is_known_however_it_is_written() {
        for (text, expected) in [
            ("138 0013 8000", Some("13800138000")),
            ("+86 138-0013-8000", Some("8613800138000")),
            ("（１３８）００１３", Some("1380013")),
            ("138\u{2011}0013\u{2011}8000", Some("13800138000")),
            ("138\u{2009}0", Some("1380")),
            ("8000", Some("8000")),
            ("800", None),
            ("user_8000", None),
            ("李雷", None),
        ] {
            assert_eq!(digits(text).as_deref(), expected, "{text}");
        }
        for text in [
            "13800138000",
            "tel 13800138000",
            "138x0013x8000",
            "１３８００１３８０００！",
            "138\u{2011}0",
            "٠١٢٣٤٥٦",
        ] {
            assert!(is_telling(text), "{text}");
        }
        for text in ["", "lilei", "user_2024", "room 12"] {
            assert!(!is_telling(text), "{text}");
        }
    }
}
