//! Where guesses at a password come from. A browser that signed in before counts by itself, so that nobody else's guesses
//! keep its owner out; every other is counted by its address.
use std::net::IpAddr;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::AdministratorId;
use haoma_core::limits::{self, Charge};
use haoma_core::time::Timestamp;
use haoma_store::administrators::Administrator;
use haoma_store::limits::{Charged, charge_all};

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::caller::Caller;
use crate::web::cookies::{self, NewCookie};

const KNOWN: &str = "__Host-_console_known";
/// Seconds a browser is remembered: 180 days.
const MAX_AGE: i64 = 180 * 24 * 60 * 60;

/// Charges one guess at the password of `name`, before it is judged. What was charged can be forgiven.
///
/// # Errors
/// `request.too_many_attempts` with the moment from which trying again makes sense.
pub(super) async fn charge(
    app: &App,
    (name, id): (&str, Option<&AdministratorId>),
    (headers, caller): (&HeaderMap, &Caller),
    now: Timestamp,
) -> Result<Vec<Charge>, ApiError> {
    let key = &app.keys.numbers;
    if let Some(browser) = id.and_then(|id| known(app, headers, id)) {
        let charges = limits::for_password(key, name, &browser, now);
        return count(app, &charges, now).await.map(|()| charges);
    }
    let network = network(caller.ip);
    // first the place alone: whoever tries many names leaves no more behind than that
    count(app, &limits::for_passwords(key, &network, now), now).await?;
    let charges = limits::for_password(key, name, &network, now);
    count(app, &charges, now).await.map(|()| charges)
}

/// Charges one guess at the second factor besides, wherever it comes from, unless the administrator passed this very factor in this
/// browser before: whoever stole the password cannot keep them out there, and was in no browser that counts. What was charged is given
/// back after a right one.
///
/// # Errors
/// As for [`charge`].
pub(super) async fn charge_code(
    app: &App,
    who: &Administrator,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Vec<Charge>, ApiError> {
    let browser = known(app, headers, &who.id);
    if browser.is_some_and(|browser| browser.rsplit('.').next() == Some(&factor(app, who))) {
        return Ok(vec![]);
    }
    let charges = limits::for_second_factor(&app.keys.numbers, who.id.as_str(), now);
    count(app, &charges, now).await.map(|()| charges)
}

async fn count(app: &App, charges: &[Charge], now: Timestamp) -> Result<(), ApiError> {
    match charge_all(&app.db, charges, now).await? {
        Charged::Yes => Ok(()),
        Charged::Full(full) => {
            Err(ApiError::new(codes::TOO_MANY_ATTEMPTS).retry_at(full.resets_at, now))
        }
    }
}

/// Remembers this browser as one in which the administrator signed in.
pub(super) fn remember(app: &App, response: &mut HeaderMap, who: &Administrator) {
    let chance = URL_SAFE_NO_PAD.encode(app.entropy.bytes::<12>());
    let value = format!("{}.{chance}.{}", who.id, factor(app, who));
    let name = cookies::of_host(app, KNOWN);
    let new = NewCookie { name, value, path: "/".to_owned(), max_age: MAX_AGE };
    cookies::set_signed(response, app, &new);
}

/// Names the second factor that was passed; another one, or none, has another name.
fn factor(app: &App, who: &Administrator) -> String {
    let sealed = who.totp_sealed.as_deref().unwrap_or_default();
    let parts: [&[u8]; 3] = [b"factor", who.id.as_str().as_bytes(), sealed.as_bytes()];
    URL_SAFE_NO_PAD.encode(app.keys.cookies.mac(&parts))
}

fn known(app: &App, headers: &HeaderMap, id: &AdministratorId) -> Option<String> {
    let (owner, browser) = remembered(app, headers)?;
    (owner == *id).then(|| browser.to_owned())
}

/// Who signed in last in this browser.
pub(super) fn whose(app: &App, headers: &HeaderMap) -> Option<AdministratorId> {
    remembered(app, headers).map(|(owner, _browser)| owner)
}

fn remembered<'a>(app: &App, headers: &'a HeaderMap) -> Option<(AdministratorId, &'a str)> {
    let name = cookies::of_host(app, KNOWN);
    let value = cookies::read_signed(headers, &app.keys.cookies, name)?;
    let (owner, _chance) = value.split_once('.')?;
    Some((AdministratorId::parse(owner).ok()?, value))
}

/// The address, or the network of 64 bits that one customer has (RFC 6177).
fn network(ip: Option<IpAddr>) -> String {
    match ip.map(|ip| ip.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_is_one_network() {
        let network = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
