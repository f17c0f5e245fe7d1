//! Tells applications that a session of theirs ended (OpenID Connect Back-Channel Logout 1.0): noted by what ends the session, sent from
//! here by whichever node takes it, tried again a few times.
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use haoma_core::ids::{AuditId, ClientId, TokenId};
use haoma_core::time::Timestamp;
use haoma_oidc::client::Client;
use haoma_oidc::error::ErrorKind;
use haoma_oidc::logout_token::{self, Heard};
use haoma_store::audit::Event;
use haoma_store::logout_notices::{self, Notice};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::client;
use crate::app::App;
use crate::outbound::{Failure, Names, Reach, Target, Terms};

/// Told in the background.
const TERMS: Terms = Terms { names: Names::OfNotices, ..Terms::STATUS };

/// How soon a session that ended is told of.
const PAUSE: Duration = Duration::from_secs(1);
/// Notices to one application at once.
const AT_ONCE: u32 = 8;
/// The same in SQL.
const BATCH: i64 = AT_ONCE as i64;
/// Notices of this node at once.
const MOST_AT_ONCE: usize = 256;
/// Names of one session that a client may know it by, at most: one for each time its user signed in again.
const MOST_SIDS: usize = 8;
/// Seconds after which a node that took a notice is taken for dead: longer than a try may last, which is 5 seconds for each name.
const LEASE_SECS: i64 = 60;
/// The audit key of what came of it.
const KEY: &str = "Interaction.Logout.Notify";

/// Tells whatever there is to tell, for ever: each application in a lane of its own, so that one that does not answer keeps no other waiting.
pub async fn keep_on(app: App, reach: Reach) {
    let room = Arc::new(Semaphore::new(MOST_AT_ONCE));
    let mut busy = HashSet::new();
    let mut lanes = JoinSet::new();
    loop {
        match logout_notices::clients_due(&app.db, app.clock.now()).await {
            Ok(due) => {
                for client in due {
                    if busy.insert(client.clone()) {
                        lanes.spawn(lane(app.clone(), reach, client, Arc::clone(&room)));
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "applications could not be told that sessions ended; tried again soon");
            }
        }
        tokio::time::sleep(PAUSE).await;
        while let Some(ended) = lanes.try_join_next() {
            match ended {
                Ok(client) => drop(busy.remove(&client)),
                // nobody knows whose lane it was: all of them begin anew
                Err(error) => {
                    tracing::error!(%error, "telling an application that sessions ended was cut off");
                    lanes.shutdown().await;
                    busy.clear();
                }
            }
        }
    }
}

/// Tells one application until nothing is due; which it was.
async fn lane(app: App, reach: Reach, client: ClientId, room: Arc<Semaphore>) -> ClientId {
    loop {
        let Ok(_permit) = room.acquire_many(AT_ONCE).await else { return client };
        match tell_due(&app, reach, &client).await {
            // a full batch may have left something behind
            Ok(BATCH..) => {}
            Ok(_) => return client,
            Err(error) => {
                tracing::warn!(%error, client.id = %client, "an application could not be told that sessions ended; tried again soon");
                return client;
            }
        }
    }
}

/// Tells every application a batch of what is due, once; how much that was.
///
/// # Errors
/// The database's; what was due is due again.
pub async fn run(app: &App, reach: Reach) -> Result<i64, haoma_store::Error> {
    let due = logout_notices::clients_due(&app.db, app.clock.now()).await?;
    let mut count = 0;
    for told in join_all(due.iter().map(|client| tell_due(app, reach, client))).await {
        count += told?;
    }
    Ok(count)
}

async fn tell_due(app: &App, reach: Reach, client: &ClientId) -> Result<i64, haoma_store::Error> {
    let due = logout_notices::list_due(&app.db, client, app.clock.now(), BATCH).await?;
    let count = i64::try_from(due.len()).unwrap_or(BATCH);
    for done in join_all(due.into_iter().map(|notice| tell(app, reach, notice))).await {
        done?;
    }
    Ok(count)
}

/// What came of telling one name of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// The client knows.
    Done,
    /// It does not, and will not.
    Failed(&'static str),
    /// It may hear it later.
    NotNow(&'static str),
    /// The same, and nothing else is heard now: nobody answers.
    Away(&'static str),
}

/// What came of a try.
#[derive(Debug, Default)]
struct Tried {
    /// Whether the client heard one of the names, now or before.
    is_heard: bool,
    /// The names that it may hear later, the last one last.
    left: Vec<String>,
    /// Why what was not heard was not.
    why: Option<&'static str>,
}

async fn tell(app: &App, reach: Reach, notice: Notice) -> Result<(), haoma_store::Error> {
    let now = app.clock.now();
    let again = logout_token::again_after(notice.tries);
    let lease = now.plus_secs(LEASE_SECS);
    let Some(notice) = logout_notices::claim(&app.db, notice, lease).await? else {
        return Ok(());
    };
    let tried = match client::find(app, notice.client_id.as_str(), now).await {
        Ok(client) => send(app, reach, &client, &notice, now).await,
        // deleted since
        Err(refusal) if refusal.error.kind == ErrorKind::UnknownClient => failed("unknown_client"),
        Err(refusal) => {
            refusal.log();
            all_left(&notice, "internal")
        }
    };
    let (client, tries, why) = (&notice.client_id, notice.tries, tried.why.unwrap_or_default());
    if let Some(pause) = again.filter(|_| !tried.left.is_empty()) {
        tracing::info!(client.id = %client, tries, why, "an application did not hear that a session ended; tried again later");
        let (sids, at) = (tried.left.join(" "), now.plus_secs(pause));
        let left = (sids.as_str(), tried.is_heard);
        return logout_notices::try_again(&app.db, &notice, left, at).await.map(drop);
    }
    // a name that it does not know is none of its sessions, where it knew another
    let is_told = tried.left.is_empty() && (tried.is_heard || tried.why.is_none());
    let error = tried.why.filter(|_| !is_told);
    if error.is_some() {
        tracing::warn!(client.id = %client, tries, why, "an application was not told that a session ended");
    }
    logout_notices::settle(&app.db, &notice.id, &event(app, &notice, error, now)).await.map(drop)
}

/// Nothing of it will ever be heard.
fn failed(why: &'static str) -> Tried {
    Tried { why: Some(why), ..Tried::default() }
}

/// Nothing of it is heard now.
fn all_left(notice: &Notice, why: &'static str) -> Tried {
    let left = notice.sids.split(' ').map(str::to_owned).collect();
    Tried { is_heard: notice.is_heard, left, why: Some(why) }
}

/// A token for each name the client may know the session by, the last one first. What it says to one says nothing of the others: it may know
/// the session by an older one only.
async fn send(app: &App, reach: Reach, client: &Client, notice: &Notice, now: Timestamp) -> Tried {
    let Some(uri) = &client.oidc.backchannel_logout_uri else { return failed("no_address") };
    let Ok(target) = Target::parse(uri, reach) else { return failed("address_not_allowed") };
    let mut tried = Tried { is_heard: notice.is_heard, ..Tried::default() };
    let mut is_away = false;
    for sid in notice.sids.split(' ').rev().take(MOST_SIDS) {
        if is_away {
            tried.left.insert(0, sid.to_owned());
            continue;
        }
        let came = match token(app, client, (notice.user_id.as_str(), sid), now) {
            Some(token) => post(&target, &token).await,
            None => Came::NotNow("not_signed"),
        };
        match came {
            Came::Done => tried.is_heard = true,
            Came::Failed(why) => tried.why = tried.why.or(Some(why)),
            Came::NotNow(why) | Came::Away(why) => {
                is_away = matches!(came, Came::Away(_));
                tried.why = Some(why);
                tried.left.insert(0, sid.to_owned());
            }
        }
    }
    tried
}

/// The logout token for one name.
fn token(app: &App, client: &Client, who: (&str, &str), now: Timestamp) -> Option<String> {
    let jti = TokenId::generate(now, &app.entropy);
    let claims = logout_token::payload(client, &app.settings.issuer(), who, (jti.as_str(), now));
    app.signing.load().sign_logout(client.algorithm(), &claims).ok()
}

async fn post(target: &Target, token: &str) -> Came {
    // of the alphabet of base64url and dots: nothing to escape
    let body = Bytes::from(format!("logout_token={token}"));
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
    match target.post(headers, body, TERMS).await {
        Ok(answer) => match logout_token::heard(answer.status.as_u16()) {
            Heard::Done => Came::Done,
            Heard::Refused => Came::Failed("refused"),
            Heard::NotNow => Came::NotNow("unable"),
        },
        // a name may lead elsewhere later, but nobody should wait for that
        Err(Failure::Forbidden) => Came::Failed("address_not_allowed"),
        Err(Failure::NotSent(..)) => Came::Away("unreachable"),
        Err(Failure::Unknown(..)) => Came::Away("no_answer"),
    }
}

fn event(app: &App, notice: &Notice, error: Option<&'static str>, now: Timestamp) -> Event {
    Event {
        id: AuditId::generate(now, &app.entropy),
        key: KEY.to_owned(),
        error: error.map(|why| format!("backchannel_logout.{why}")),
        user_id: Some(notice.user_id.to_string()),
        application_id: Some(notice.client_id.to_string()),
        session_id: notice.sids.rsplit(' ').next().map(ToOwned::to_owned),
        interaction_id: None,
        ip: None,
        user_agent: None,
        payload: json!({ "tries": notice.tries }).to_string(),
        at: now,
    }
}
