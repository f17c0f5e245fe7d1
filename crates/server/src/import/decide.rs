//! What becomes of a row, given what is here already.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::UserId;
use haoma_core::phone::PhoneNumber;
use haoma_store::Change;
use haoma_store::applications::{self, Application};
use haoma_store::user_changes::Changes;
use haoma_store::users::Stored;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::application::Incoming as IncomingApplication;
use super::reason::Reason;
use super::user::Incoming;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict<Update> {
    /// Nobody like that is here.
    Create,
    /// Here, and the same.
    Unchanged,
    /// Here, and changed here after the row was: that stays.
    NewerHere,
    /// Here, and the row is newer.
    Update(Update),
    /// Not carried over.
    Skip(Reason),
}

/// Who of those that are here a row may mean, or be in the way of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Here {
    /// Who has the id.
    pub(super) id: Option<Stored>,
    /// Who has the number.
    pub(super) phone: Option<Stored>,
    /// Who has the user name.
    pub(super) username: Option<UserId>,
}

/// What a row changes of a user who is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UserUpdate {
    /// As they are here.
    pub(super) here: Stored,
    /// What is different.
    pub(super) changes: Changes,
    /// Whether they are to be locked out. Nobody is let in again by an import.
    pub(super) locks: bool,
}

/// Decides about a user, given who is here.
pub(super) fn user(incoming: &Incoming, here: &Here) -> Verdict<Box<UserUpdate>> {
    let verdict = by_id_and_phone(incoming, here);
    let own = match &verdict {
        Verdict::Create => None,
        Verdict::Update(update) if !update.changes.username.is_keep() => Some(&update.here.id),
        _ => return verdict,
    };
    let is_taken = here.username.as_ref().is_some_and(|owner| Some(owner) != own);
    if is_taken { Verdict::Skip(Reason::UsernameTaken) } else { verdict }
}

fn by_id_and_phone(incoming: &Incoming, here: &Here) -> Verdict<Box<UserUpdate>> {
    match (&here.id, &here.phone) {
        (None, None) => Verdict::Create,
        (Some(here), Some(owner)) if here.id == owner.id => compare(incoming, here),
        (None, Some(here)) if !incoming.has_own_id => compare(incoming, here),
        (_, Some(owner)) => Verdict::Skip(Reason::PhoneTaken(owner.id.to_string())),
        (Some(_), None) => Verdict::Skip(Reason::IdTaken),
    }
}

fn compare(incoming: &Incoming, here: &Stored) -> Verdict<Box<UserUpdate>> {
    let new = &incoming.user;
    let changes = Changes {
        username: differs(&here.username, &new.username),
        name: differs(&here.name, &new.name),
        avatar: differs(&here.avatar, &new.avatar),
        profile: document(&here.profile, &new.profile),
        custom_data: document(&here.custom_data, &new.custom_data),
        phone: Change::Keep,
        if_left_at: Some(here.updated_at),
    };
    let locks = new.is_locked && !here.is_locked;
    if !changes.sets_anything() && !locks {
        Verdict::Unchanged
    } else if is_newer_here(incoming, here) {
        Verdict::NewerHere
    } else {
        Verdict::Update(Box::new(UserUpdate { here: here.clone(), changes, locks }))
    }
}

/// Whether a user was changed here after the row was. A row that does not say when it was changed is newer only than who was never changed
/// since they came.
fn is_newer_here(incoming: &Incoming, here: &Stored) -> bool {
    match incoming.changed_at {
        Some(at) => at <= here.updated_at,
        None => here.updated_at != here.created_at,
    }
}

fn differs<T: PartialEq + Clone>(here: &T, new: &T) -> Change<T> {
    if here == new { Change::Keep } else { Change::Set(new.clone()) }
}

/// The same members in another order are the same document.
fn document(here: &str, new: &str) -> Change<String> {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    if read(here) == read(new) { Change::Keep } else { Change::Set(new.to_owned()) }
}

/// Decides about an application, given what has the id and how the last import left that. Secrets are of no account: one that was taken back
/// here must not come back.
pub(super) fn application(
    incoming: &IncomingApplication,
    here: Option<&Application>,
    left: Option<&str>,
) -> Verdict<applications::Changes> {
    let Some(here) = here else { return Verdict::Create };
    let new = &incoming.application;
    if (here.kind.as_str(), here.is_third_party) != (new.kind.as_str(), new.is_third_party) {
        return Verdict::Skip(Reason::IdTaken);
    }
    let nothing = applications::Changes {
        if_left_at: Some(here.updated_at),
        ..applications::Changes::default()
    };
    let changes = applications::Changes {
        name: differs(&here.name, &new.name),
        description: differs(&here.description, &new.description),
        oidc_client_metadata: document(&here.oidc_client_metadata, &new.oidc_client_metadata),
        custom_client_metadata: document(&here.custom_client_metadata, &new.custom_client_metadata),
        custom_data: document(&here.custom_data, &new.custom_data),
        ..nothing.clone()
    };
    if changes == nothing {
        Verdict::Unchanged
    } else if left.is_some_and(|left| left == digest(here)) {
        Verdict::Update(changes)
    } else {
        Verdict::NewerHere
    }
}

/// What an import carries over of an application, as a hash.
pub(super) fn digest(application: &Application) -> String {
    let sorted = |text: &str| {
        let mut document = serde_json::from_str::<Value>(text).unwrap_or_default();
        document.sort_all_objects();
        document
    };
    let carried = json!([
        application.name,
        application.description,
        sorted(&application.oidc_client_metadata),
        sorted(&application.custom_client_metadata),
        sorted(&application.custom_data),
    ]);
    URL_SAFE_NO_PAD.encode(Sha256::digest(carried.to_string()))
}

/// The digits by which a number is known in one run.
pub(super) fn digits(phone: Option<&PhoneNumber>) -> &str {
    phone.map_or("", PhoneNumber::digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use haoma_core::ids::UserId;
    use haoma_core::time::Timestamp;

    fn incoming(id: &str, phone: &str, name: &str) -> Incoming {
        let row = json!({ "id": id, "primaryPhone": phone, "name": name, "createdAt": 1, "updatedAt": 5 });
        super::super::user::read(row, UserId::parse("fresh").unwrap(), Timestamp(9)).unwrap()
    }

    fn known(id: Option<&Stored>, phone: Option<&Stored>) -> Here {
        Here { id: id.cloned(), phone: phone.cloned(), username: None }
    }

    const ONE: &str = "8613800138000";
    const OTHER: &str = "8613800138001";

    #[test]
    fn id_and_number_tell_who_is_here_already() {
        let row = incoming("a", ONE, "Lin");
        let here: Stored = row.user.clone().into();
        let other: Stored = incoming("b", ONE, "Wu").user.into();
        let moved: Stored = incoming("a", OTHER, "Lin").user.into();
        assert_eq!(user(&row, &known(None, None)), Verdict::Create);
        assert_eq!(user(&row, &known(Some(&here), Some(&here))), Verdict::Unchanged);
        let taken = Verdict::Skip(Reason::PhoneTaken("b".to_owned()));
        assert_eq!(user(&row, &known(None, Some(&other))), taken);
        assert_eq!(user(&row, &known(Some(&moved), Some(&other))), taken);
        assert_eq!(user(&row, &known(Some(&moved), None)), Verdict::Skip(Reason::IdTaken));
        let without_id = incoming("no id!", ONE, "Wu");
        assert_eq!(user(&without_id, &known(None, Some(&other))), Verdict::Unchanged);
    }

    #[test]
    fn a_user_name_is_one_persons() {
        let taken = || Verdict::Skip(Reason::UsernameTaken);
        let named = |id: &str, name: &str| {
            let mut row = incoming(id, ONE, "Lin");
            row.user.username = Some(name.to_owned());
            row
        };
        let owner = |id: &str| UserId::parse(id).ok();
        let row = named("a", "lin");
        let mut here = Here { username: owner("b"), ..Here::default() };
        assert_eq!(user(&row, &here), taken());
        let before: Stored = incoming("a", ONE, "Lin").user.into();
        let before = Stored { updated_at: Timestamp(4), ..before };
        here = Here { username: owner("b"), ..known(Some(&before), Some(&before)) };
        assert_eq!(user(&row, &here), taken());
        let renamed = Stored { username: Some("lin".to_owned()), ..before };
        here = Here { username: owner("a"), ..known(Some(&renamed), Some(&renamed)) };
        assert_eq!(user(&row, &here), Verdict::Unchanged);
    }

    #[test]
    fn a_row_that_does_not_say_when_it_was_changed_is_newer_only_than_who_was_never_changed() {
        let mut row = incoming("a", ONE, "Lin");
        row.changed_at = None;
        let came = Timestamp(1);
        let never =
            Stored { name: None, updated_at: came, created_at: came, ..row.user.clone().into() };
        assert!(matches!(user(&row, &known(Some(&never), Some(&never))), Verdict::Update(_)));
        let changed = Stored { updated_at: Timestamp(2), ..never };
        assert_eq!(user(&row, &known(Some(&changed), Some(&changed))), Verdict::NewerHere);
    }

    #[test]
    fn the_newer_of_two_wins_and_nobody_is_unlocked() {
        let row = incoming("a", ONE, "Lin");
        let older = Stored { name: None, updated_at: Timestamp(4), ..row.user.clone().into() };
        let Verdict::Update(update) = user(&row, &known(Some(&older), Some(&older))) else {
            panic!()
        };
        assert_eq!(update.changes.name, Change::Set(Some("Lin".to_owned())));
        assert!(update.changes.profile.is_keep() && !update.locks);
        let newer = Stored { updated_at: Timestamp(6), ..older };
        assert_eq!(user(&row, &known(Some(&newer), Some(&newer))), Verdict::NewerHere);
        let locked = Stored { is_locked: true, ..row.user.clone().into() };
        assert_eq!(user(&row, &known(Some(&locked), Some(&locked))), Verdict::Unchanged);
    }

    #[test]
    fn an_application_follows_its_row_until_it_is_changed_here() {
        let row = |name: &str| {
            let row = json!({ "id": "web", "name": name, "type": "SPA" });
            super::super::application::read(row, Timestamp(9)).unwrap()
        };
        let (old, new) = (row("Web"), row("Shop"));
        let here = &old.application;
        let left = digest(here);
        let judge = |here: &Application, left: Option<&str>| application(&new, Some(here), left);
        assert!(matches!(judge(here, Some(&left)), Verdict::Update(_)));
        assert_eq!(application(&old, Some(here), None), Verdict::Unchanged);
        assert_eq!(judge(here, None), Verdict::NewerHere, "no import brought it");
        let data = r#"{"idTokenSignedResponseAlg":"ES384"}"#.to_owned();
        let changed = Application { custom_client_metadata: data, ..here.clone() };
        assert_eq!(judge(&changed, Some(&left)), Verdict::NewerHere);
        let sorted = Application { custom_data: r#"{"a":1,"b":2}"#.to_owned(), ..here.clone() };
        let other = Application { custom_data: r#"{"b":2,"a":1}"#.to_owned(), ..here.clone() };
        assert_eq!(digest(&sorted), digest(&other), "the order of members is nothing");
        let manages = Application { is_admin: true, ..here.clone() };
        assert!(
            matches!(judge(&manages, Some(&left)), Verdict::Update(_)),
            "a right is no part of it"
        );
    }

    #[test]
    fn documents_are_the_same_in_any_order() {
        assert!(document(r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1 }"#).is_keep());
        assert!(!document(r#"{"a":1}"#, r#"{"a":2}"#).is_keep());
    }
}
