//! Tells applications that a session of theirs ended (OpenID Connect Back-Channel Logout 1.0): noted by what ends the session, sent from
//! here by whichever node takes it, tried again a few times.
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use haoma_core::ids::{AuditId, TokenId};
use haoma_core::time::Timestamp;
use haoma_oidc::client::Client;
use haoma_oidc::error::ErrorKind;
use haoma_oidc::logout_token::{self, Heard};
use haoma_store::audit::Event;
use haoma_store::logout_notices::{self, Notice};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use serde_json::json;

use super::client;
use crate::app::App;
use crate::outbound::{Failure, Names, Reach, Target, Terms};

/// Told in the background.
const TERMS: Terms = Terms { names: Names::OfNotices, ..Terms::STATUS };

/// How soon a session that ended is told of.
const PAUSE: Duration = Duration::from_secs(1);
/// Requests of this node at once.
const BATCH: i64 = 16;
/// Names of one session that a client may know it by, at most: one for each time its user signed in again.
const MOST_SIDS: usize = 8;
/// The audit key of what came of it.
const KEY: &str = "Interaction.Logout.Notify";

/// Tells whatever there is to tell, for ever.
pub async fn keep_on(app: App) {
    loop {
        let reach = app.settings.reach();
        match run(&app, reach).await {
            // a full batch may have left something behind
            Ok(BATCH..) => {}
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(%error, "applications could not be told that sessions ended; tried again soon");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Tries a batch of what is due, once; how much that was.
///
/// # Errors
/// The database's; what was due is due again.
pub async fn run(app: &App, reach: Reach) -> Result<i64, haoma_store::Error> {
    let due = logout_notices::list_due(&app.db, app.clock.now(), BATCH).await?;
    let count = i64::try_from(due.len()).unwrap_or(BATCH);
    for done in join_all(due.into_iter().map(|notice| tell(app, reach, notice))).await {
        done?;
    }
    Ok(count)
}

/// What came of telling somebody.
enum Came {
    /// The client knows.
    Done,
    /// It does not, and will not.
    Failed(&'static str),
    /// It may hear it later.
    NotNow(&'static str),
}

async fn tell(app: &App, reach: Reach, notice: Notice) -> Result<(), haoma_store::Error> {
    let now = app.clock.now();
    let again = logout_token::again_after(notice.tries);
    let pause = again.unwrap_or(60);
    if !logout_notices::claim(&app.db, &notice, now.plus_secs(pause)).await? {
        return Ok(());
    }
    let came = match client::find(app, notice.client_id.as_str(), now).await {
        Ok(client) => send(app, reach, &client, &notice, now).await,
        // deleted since
        Err(refusal) if refusal.error.kind == ErrorKind::UnknownClient => {
            Came::Failed("unknown_client")
        }
        Err(refusal) => {
            refusal.log();
            Came::NotNow("internal")
        }
    };
    let (client, tries) = (&notice.client_id, notice.tries + 1);
    let error = match came {
        Came::Done => None,
        Came::NotNow(why) if again.is_some() => {
            tracing::info!(client.id = %client, tries, why, "an application did not hear that a session ended; tried again later");
            return Ok(());
        }
        Came::NotNow(why) | Came::Failed(why) => Some(why),
    };
    if let Some(why) = error {
        tracing::warn!(client.id = %client, tries, why, "an application was not told that a session ended");
    }
    logout_notices::settle(&app.db, &notice.id, &event(app, &notice, error, now)).await.map(drop)
}

/// A token for each name the client may know the session by.
async fn send(app: &App, reach: Reach, client: &Client, notice: &Notice, now: Timestamp) -> Came {
    let Some(uri) = &client.oidc.backchannel_logout_uri else { return Came::Failed("no_address") };
    let Ok(target) = Target::parse(uri, reach) else { return Came::Failed("address_not_allowed") };
    let sids: Vec<&str> = notice.sids.split(' ').rev().take(MOST_SIDS).collect();
    for sid in sids {
        let jti = TokenId::generate(now, &app.entropy);
        let who = (notice.user_id.as_str(), sid);
        let claims =
            logout_token::payload(client, &app.settings.issuer(), who, (jti.as_str(), now));
        let Ok(token) = app.signing.load().sign_logout(client.algorithm(), &claims) else {
            return Came::NotNow("not_signed");
        };
        match post(&target, &token).await {
            Came::Done => {}
            other => return other,
        }
    }
    Came::Done
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
        Err(Failure::NotSent(..)) => Came::NotNow("unreachable"),
        Err(Failure::Unknown(..)) => Came::NotNow("no_answer"),
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
        payload: json!({ "tries": notice.tries + 1 }).to_string(),
        at: now,
    }
}
