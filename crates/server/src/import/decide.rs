//! What becomes of a row, given what is here already.
use haoma_core::phone::PhoneNumber;
use haoma_store::Change;
use haoma_store::applications::{self, Application, Secret};
use haoma_store::user_changes::Changes;
use haoma_store::users::Stored;
use serde_json::Value;

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

/// Decides about a user, given who has the id and who has the number.
pub(super) fn user(
    incoming: &Incoming,
    by_id: Option<&Stored>,
    by_phone: Option<&Stored>,
) -> Verdict<Box<UserUpdate>> {
    match (by_id, by_phone) {
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
    let is_same = changes == Changes { if_left_at: changes.if_left_at, ..Changes::default() };
    let locks = new.is_locked && !here.is_locked;
    if is_same && !locks {
        Verdict::Unchanged
    } else if incoming.changed_at.is_some_and(|at| at <= here.updated_at) {
        Verdict::NewerHere
    } else {
        Verdict::Update(Box::new(UserUpdate { here: here.clone(), changes, locks }))
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

/// What a row changes of an application that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApplicationUpdate {
    /// What is different; nothing of it may be.
    pub(super) changes: Option<applications::Changes>,
    /// Secrets whose names are not here yet.
    pub(super) secrets: Vec<Secret>,
}

/// Decides about an application, given what has the id.
pub(super) fn application(
    incoming: &IncomingApplication,
    here: Option<&(Application, Vec<Secret>)>,
) -> Verdict<ApplicationUpdate> {
    let Some((here, secrets)) = here else { return Verdict::Create };
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
    let is_new = |secret: &&Secret| !secrets.iter().any(|kept| kept.name == secret.name);
    let secrets: Vec<_> = incoming.secrets.iter().filter(is_new).cloned().collect();
    let changes = (changes != nothing).then_some(changes);
    if changes.is_none() && secrets.is_empty() {
        Verdict::Unchanged
    } else {
        Verdict::Update(ApplicationUpdate { changes, secrets })
    }
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
    use serde_json::json;

    fn incoming(id: &str, phone: &str, name: &str) -> Incoming {
        let row = json!({ "id": id, "primaryPhone": phone, "name": name, "createdAt": 1, "updatedAt": 5 });
        super::super::user::read(row, UserId::parse("fresh").unwrap(), Timestamp(9)).unwrap()
    }

    const ONE: &str = "8613800138000";
    const OTHER: &str = "8613800138001";

    #[test]
    fn id_and_number_tell_who_is_here_already() {
        let row = incoming("a", ONE, "Lin");
        let here: Stored = row.user.clone().into();
        let other: Stored = incoming("b", ONE, "Wu").user.into();
        let moved: Stored = incoming("a", OTHER, "Lin").user.into();
        assert_eq!(user(&row, None, None), Verdict::Create);
        assert_eq!(user(&row, Some(&here), Some(&here)), Verdict::Unchanged);
        let taken = Verdict::Skip(Reason::PhoneTaken("b".to_owned()));
        assert_eq!(user(&row, None, Some(&other)), taken);
        assert_eq!(user(&row, Some(&moved), Some(&other)), taken);
        assert_eq!(user(&row, Some(&moved), None), Verdict::Skip(Reason::IdTaken));
        let without_id = incoming("no id!", ONE, "Wu");
        assert_eq!(user(&without_id, None, Some(&other)), Verdict::Unchanged);
    }

    #[test]
    fn the_newer_of_two_wins_and_nobody_is_unlocked() {
        let row = incoming("a", ONE, "Lin");
        let older = Stored { name: None, updated_at: Timestamp(4), ..row.user.clone().into() };
        let Verdict::Update(update) = user(&row, Some(&older), Some(&older)) else { panic!() };
        assert_eq!(update.changes.name, Change::Set(Some("Lin".to_owned())));
        assert!(update.changes.profile.is_keep() && !update.locks);
        let newer = Stored { updated_at: Timestamp(6), ..older };
        assert_eq!(user(&row, Some(&newer), Some(&newer)), Verdict::NewerHere);
        let locked = Stored { is_locked: true, ..row.user.clone().into() };
        assert_eq!(user(&row, Some(&locked), Some(&locked)), Verdict::Unchanged);
    }

    #[test]
    fn documents_are_the_same_in_any_order() {
        assert!(document(r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1 }"#).is_keep());
        assert!(!document(r#"{"a":1}"#, r#"{"a":2}"#).is_keep());
    }
}
