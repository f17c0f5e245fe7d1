//! Who did what is in the audit log, and to whom: by name, where there is one.
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use haoma_core::ids::UserId;
use haoma_store::administrators::{self, Administrator};
use haoma_store::audit::Event;
use haoma_store::users as store;
use serde_json::Value;

use super::users;
use crate::app::App;
use crate::error::api::ApiError;
use crate::own_events::By;
use crate::views::console::lists::Cell;
use crate::views::console::parts::Link;
use crate::web::i18n::Lang;

/// What begins the keys of what people do themselves; everything else is done by who manages.
const OF_PEOPLE: [&str; 4] = ["Interaction", "ExchangeTokenBy", "RevokeToken", "Session"];

/// Done by a service in its own name.
const BY_SERVICE: &str = "ExchangeTokenBy.ClientCredentials";

/// Somebody or something in an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Party {
    Administrator(String),
    Application(String),
    User(String),
    /// An administrator whose name is told.
    Named(String),
    /// Nobody, but what [`By`] names.
    Own(String),
}

/// The parties of some events, as they are shown.
pub(super) struct Parties(BTreeMap<Party, Cell>);

impl Parties {
    /// Looks each of them up, once.
    pub(super) async fn of(app: &App, lang: Lang, events: &[Event]) -> Result<Self, ApiError> {
        let mut cells = BTreeMap::new();
        let administrators = administrators::list(&app.db).await?;
        for party in events.iter().flat_map(|event| parties(event).into_iter().flatten()) {
            if let Entry::Vacant(place) = cells.entry(party) {
                let cell = shown(app, lang, place.key(), &administrators).await?;
                place.insert(cell);
            }
        }
        Ok(Self(cells))
    }

    /// Who did it, and to whom or for what.
    pub(super) fn cells(&self, event: &Event) -> [Cell; 2] {
        let cell = |party: Option<Party>| party.and_then(|party| self.0.get(&party).cloned());
        parties(event).map(|party| cell(party).unwrap_or_default())
    }
}

/// The administrator who did it, if one did.
pub(super) fn administrator(event: &Event) -> Option<String> {
    named(&payload(event), "administratorId")
}

fn payload(event: &Event) -> Value {
    serde_json::from_str(&event.payload).unwrap_or_default()
}

fn named(payload: &Value, name: &str) -> Option<String> {
    payload.get(name).and_then(Value::as_str).map(ToOwned::to_owned)
}

/// Who did it, and to whom.
fn parties(event: &Event) -> [Option<Party>; 2] {
    let payload = payload(event);
    let user = event.user_id.clone().map(Party::User);
    let application = event.application_id.clone().map(Party::Application);
    let target = named(&payload, "targetApplicationId").map(Party::Application);
    let is_of_administrators = event.key.starts_with("Administrator");
    let name = named(&payload, "name").filter(|_| is_of_administrators).map(Party::Named);
    let target = user.clone().or(target).or(name);
    if let Some(who) = named(&payload, "administratorId") {
        return [Some(Party::Administrator(who)), target];
    }
    if let Some(by) = named(&payload, By::MEMBER) {
        return [Some(Party::Own(by)), target];
    }
    // before people proved who they are, nobody knows
    let by_people = OF_PEOPLE.iter().any(|begin| event.key.starts_with(begin));
    if by_people && event.key != BY_SERVICE { [user, application] } else { [application, target] }
}

async fn shown(
    app: &App,
    lang: Lang,
    party: &Party,
    administrators: &[Administrator],
) -> Result<Cell, ApiError> {
    Ok(match party {
        Party::Administrator(id) => {
            let known = administrators.iter().find(|one| one.id.as_str() == id);
            known.map_or_else(|| Cell::Code(id.clone()), |one| Cell::Text(one.name.clone()))
        }
        Party::Named(name) => Cell::Text(name.clone()),
        Party::Own(by) => {
            let key = format!("console-audit-by-{by}");
            if lang.has(&key) { Cell::Soft(lang.t(&key).into_owned()) } else { Cell::Nothing }
        }
        Party::Application(id) => users::application(app, id).await?,
        Party::User(id) => match UserId::parse(id) {
            Err(_no_id) => Cell::Code(id.clone()),
            Ok(parsed) => match store::find(&app.db, &parsed).await? {
                None => Cell::Code(id.clone()),
                Some(user) => {
                    Cell::Link(Link::new(users::title(lang, &user), users::path(&user.id)))
                }
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use haoma_core::entropy::Entropy;
    use haoma_core::ids::AuditId;
    use haoma_core::time::Timestamp;

    use super::*;

    #[test]
    fn who_acts_is_the_administrator_the_service_or_the_person() {
        let event =
            |key: &str, user: Option<&str>, application: Option<&str>, payload: &str| Event {
                id: AuditId::generate(Timestamp(0), &Entropy::seeded(0)),
                key: key.to_owned(),
                error: None,
                user_id: user.map(ToOwned::to_owned),
                application_id: application.map(ToOwned::to_owned),
                session_id: None,
                interaction_id: None,
                ip: None,
                user_agent: None,
                payload: payload.to_owned(),
                at: Timestamp(0),
            };
        let (li, app) = (r#"{"administratorId":"li"}"#, r#"{"targetApplicationId":"shop"}"#);
        let both = r#"{"administratorId":"li","targetApplicationId":"shop"}"#;
        let user = || Some(Party::User("u".to_owned()));
        let robot = || Some(Party::Application("robot".to_owned()));
        let shop = || Some(Party::Application("shop".to_owned()));
        let administrator = || Some(Party::Administrator("li".to_owned()));
        let file = r#"{"targetApplicationId":"shop","by":"configuration"}"#;
        let own = || Some(Party::Own("configuration".to_owned()));
        let wang = || Some(Party::Named("wang".to_owned()));
        for (told, expected) in [
            (event("User.Deleted", Some("u"), None, li), [administrator(), user()]),
            (event("Application.Deleted", None, None, both), [administrator(), shop()]),
            (event("User.Deleted", Some("u"), Some("robot"), "{}"), [robot(), user()]),
            (event("Application.Created", None, Some("robot"), app), [robot(), shop()]),
            (event("Interaction.SignIn.Submit", Some("u"), Some("shop"), "{}"), [user(), shop()]),
            (
                event("ExchangeTokenBy.ClientCredentials", None, Some("robot"), "{}"),
                [robot(), None],
            ),
            (event("Interaction.SignIn.Create", None, Some("shop"), "{}"), [None, shop()]),
            (event("Session.Ended", Some("u"), Some("shop"), "{}"), [user(), shop()]),
            (event("Application.Created", None, None, file), [own(), shop()]),
            (event("Administrator.SignIn", None, None, "no JSON"), [None, None]),
            (event("Administrator.Create", None, None, r#"{"name":"wang"}"#), [None, wang()]),
        ] {
            assert_eq!(parties(&told), expected, "{}", told.key);
        }
    }
}
