//! Carrying out what was decided, a batch at a time. New users of a batch are one unit; what is interrupted is repeated.
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use futures_util::future::try_join_all;
use haoma_core::entropy::Entropy;
use haoma_core::ids::{AuditId, UserId};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::user_changes::{self, Changed};
use haoma_store::users::{self, Added, Stored, User};
use haoma_store::{Db, Error, Result};
use serde_json::{Value, json};

use super::decide::{self, Here, Verdict, digits};
use super::reason::Reason;
use super::{Kind, user};

/// Users who are looked up or changed at the same time: fewer than the usual pool of PostgreSQL has connections.
const AT_ONCE: usize = 10;

/// What came of the rows of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New here.
    pub created: u64,
    /// Here already, and brought up to date.
    pub updated: u64,
    /// Here already, and the same.
    pub unchanged: u64,
    /// Here already, and changed here later than there: left alone.
    pub newer_here: u64,
    /// Not carried over.
    pub skipped: u64,
}

/// Takes rows in; nothing is stored in a dry run.
pub struct Importer<'a> {
    pub(super) db: &'a Db,
    pub(super) entropy: &'a Entropy,
    pub(super) is_dry_run: bool,
    /// What came of users and of applications.
    pub users: Tally,
    /// The same of applications.
    pub applications: Tally,
    seen: Seen,
    pub(super) tell: &'a mut (dyn FnMut(String) + Send),
}

/// Users of this run who are not stored yet, as hashes: a dry run of millions fits into memory.
#[derive(Debug, Default)]
struct Seen {
    hasher: RandomState,
    ids_by_phone: HashMap<u64, u64>,
    phones_by_id: HashMap<u64, u64>,
    usernames: HashSet<u64>,
}

impl Seen {
    /// What earlier rows of the run make of a verdict, which is noted where it stands.
    fn judge(
        &mut self,
        incoming: &user::Incoming,
        verdict: Verdict<Box<decide::UserUpdate>>,
    ) -> Verdict<Box<decide::UserUpdate>> {
        let named = match &verdict {
            Verdict::Create => {
                if let Some(known) = self.known(incoming) {
                    return known;
                }
                incoming.user.username.as_ref()
            }
            Verdict::Update(update) => update.changes.username.set().and_then(Option::as_ref),
            _ => None,
        };
        let named = named.map(|name| self.hasher.hash_one(name));
        if named.is_some_and(|name| !self.usernames.insert(name)) {
            return Verdict::Skip(Reason::UsernameTaken);
        }
        if verdict == Verdict::Create {
            let (id, phone) = self.hashes(incoming);
            self.ids_by_phone.insert(phone, id);
            self.phones_by_id.insert(id, phone);
        }
        verdict
    }

    fn hashes(&self, incoming: &user::Incoming) -> (u64, u64) {
        let id = self.hasher.hash_one(incoming.user.id.as_str());
        (id, self.hasher.hash_one(digits(incoming.user.phone.as_ref())))
    }

    /// What an earlier row with the same id or number means for this one.
    fn known(&self, incoming: &user::Incoming) -> Option<Verdict<Box<decide::UserUpdate>>> {
        let (id, phone) = self.hashes(incoming);
        match (self.ids_by_phone.get(&phone), self.phones_by_id.get(&id)) {
            (Some(_), Some(of_id)) if *of_id == phone => Some(Verdict::Unchanged),
            (Some(_), _) if !incoming.has_own_id => Some(Verdict::Unchanged),
            (Some(_), _) => {
                Some(Verdict::Skip(Reason::PhoneTaken("an earlier row of this import".to_owned())))
            }
            (None, Some(_)) => Some(Verdict::Skip(Reason::IdTaken)),
            (None, None) => None,
        }
    }

    fn clear(&mut self) {
        self.ids_by_phone.clear();
        self.phones_by_id.clear();
        self.usernames.clear();
    }
}

impl<'a> Importer<'a> {
    /// An import into this database; `tell` hears of every row that is not carried over, and of what is to be done by hand.
    pub fn new(
        db: &'a Db,
        entropy: &'a Entropy,
        is_dry_run: bool,
        tell: &'a mut (dyn FnMut(String) + Send),
    ) -> Self {
        let (users, applications) = (Tally::default(), Tally::default());
        Self { db, entropy, is_dry_run, users, applications, seen: Seen::default(), tell }
    }

    /// Takes in rows of one kind, of which the first is the `first`th of its source.
    ///
    /// # Errors
    /// The database's; rows before are stored.
    pub async fn take(
        &mut self,
        kind: Kind,
        first: u64,
        rows: Vec<Value>,
        now: Timestamp,
    ) -> Result<()> {
        match kind {
            Kind::User => self.take_users(first, rows, now).await,
            Kind::Application => self.take_applications(first, rows, now).await,
        }
    }

    async fn take_users(&mut self, first: u64, rows: Vec<Value>, now: Timestamp) -> Result<()> {
        let mut incoming = Vec::with_capacity(rows.len());
        for (row, place) in rows.into_iter().zip(first..) {
            let called = called(Kind::User, place, &row);
            let fresh = UserId::generate(now, self.entropy);
            match user::read(row, fresh, now) {
                Ok(one) => incoming.push((called, one)),
                Err(reason) => self.skip(Kind::User, &called, &reason),
            }
        }
        let mut here = Vec::with_capacity(incoming.len());
        for some in incoming.chunks(AT_ONCE) {
            here.extend(try_join_all(some.iter().map(|(_, one)| look(self.db, one))).await?);
        }
        let (mut new, mut updates) = (vec![], vec![]);
        for ((called, one), here) in incoming.into_iter().zip(here) {
            let verdict = decide::user(&one, &here);
            match self.seen.judge(&one, verdict) {
                Verdict::Create => new.push((called, one.user)),
                Verdict::Update(update) => updates.push((called, update)),
                Verdict::Unchanged => self.users.unchanged += 1,
                Verdict::NewerHere => self.users.newer_here += 1,
                Verdict::Skip(reason) => self.skip(Kind::User, &called, &reason),
            }
        }
        if self.is_dry_run {
            self.users.created += count(&new);
            self.users.updated += count(&updates);
            return Ok(());
        }
        self.seen.clear();
        self.create(new, now).await?;
        let (db, entropy) = (self.db, self.entropy);
        for some in updates.chunks(AT_ONCE) {
            let done = some.iter().map(|(_, update)| change_user(db, entropy, update, now));
            for ((called, _), refused) in some.iter().zip(try_join_all(done).await?) {
                match refused {
                    None => self.users.updated += 1,
                    Some(reason) => self.skip(Kind::User, called, &reason),
                }
            }
        }
        Ok(())
    }

    /// All of them at once; where one is taken after all, one after the other.
    async fn create(&mut self, new: Vec<(String, User)>, now: Timestamp) -> Result<()> {
        let (called, new): (Vec<_>, Vec<_>) = new.into_iter().unzip();
        let events: Vec<_> =
            new.iter().map(|one| event(self.entropy, "User.Created", Some(&one.id), now)).collect();
        if users::add_all(self.db, &new, &events).await? {
            self.users.created += count(&new);
            return Ok(());
        }
        for ((called, one), event) in called.iter().zip(&new).zip(&events) {
            // another import stored them, or this one before its connection broke
            let here = users::find(self.db, &one.id).await?;
            if here.is_some_and(|here| here.phone == Stored::from(one.clone()).phone) {
                self.users.unchanged += 1;
                continue;
            }
            let reason = match users::add_known(self.db, one, Some(event)).await {
                Ok(Added::Done) => {
                    self.users.created += 1;
                    continue;
                }
                Ok(Added::PhoneTaken) => Reason::PhoneTaken("somebody else".to_owned()),
                Ok(Added::UsernameTaken) => Reason::UsernameTaken,
                Err(Error::Conflict(_)) => Reason::IdTaken,
                Err(error) => return Err(error),
            };
            self.skip(Kind::User, called, &reason);
        }
        Ok(())
    }

    pub(super) fn skip(&mut self, kind: Kind, called: &str, reason: &Reason) {
        match kind {
            Kind::User => self.users.skipped += 1,
            Kind::Application => self.applications.skipped += 1,
        }
        (self.tell)(format!("{called}: skipped: {reason}"));
    }
}

/// How a report calls a row: its place, and its id where that is one.
pub(super) fn called(kind: Kind, place: u64, row: &Value) -> String {
    let id = row.get("id").and_then(Value::as_str).filter(|id| UserId::parse(id).is_ok());
    let id = id.map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{} {place}{id}", kind.as_str())
}

fn count<T>(all: &[T]) -> u64 {
    u64::try_from(all.len()).unwrap_or(u64::MAX)
}

/// Who has the id, the number and the user name.
async fn look(db: &Db, incoming: &user::Incoming) -> Result<Here> {
    let by_id = users::find(db, &incoming.user.id).await?;
    let by_username = match &incoming.user.username {
        Some(username) => users::find_by_username(db, username).await?,
        None => None,
    };
    let owner = match &incoming.user.phone {
        Some(phone) => users::find_by_phone(db, phone).await?,
        None => None,
    };
    let by_phone = match owner {
        Some(owner) if by_id.as_ref().is_some_and(|one| one.id == owner.id) => by_id.clone(),
        Some(owner) => users::find(db, &owner.id).await?,
        None => None,
    };
    Ok(Here { id: by_id, phone: by_phone, username: by_username })
}

/// Changes one who is here, and locks them out where they are to be, in one unit; tells why not.
async fn change_user(
    db: &Db,
    entropy: &Entropy,
    update: &decide::UserUpdate,
    now: Timestamp,
) -> Result<Option<Reason>> {
    let (id, changes) = (&update.here.id, &update.changes);
    let event = |key: &str| event(entropy, key, Some(id), now);
    let changed = if update.locks {
        let mut events = vec![event("User.SuspensionStatus.Updated")];
        events.extend(changes.sets_anything().then(|| event("User.Data.Updated")));
        user_changes::change_and_lock(db, id, changes, (&events, now)).await?
    } else {
        user_changes::change(db, id, changes, &event("User.Data.Updated")).await?
    };
    Ok(match changed {
        Changed::Done(_) => None,
        Changed::UsernameTaken => Some(Reason::UsernameTaken),
        Changed::Gone | Changed::Stale | Changed::PhoneTaken => Some(Reason::ChangedMeanwhile),
    })
}

/// The event that tells of a change by an import.
pub(super) fn event(entropy: &Entropy, key: &str, user: Option<&UserId>, at: Timestamp) -> Event {
    Event {
        id: AuditId::generate(at, entropy),
        key: key.to_owned(),
        error: None,
        user_id: user.map(ToString::to_string),
        application_id: None,
        session_id: None,
        interaction_id: None,
        ip: None,
        user_agent: None,
        payload: json!({ "import": "logto" }).to_string(),
        at,
    }
}
