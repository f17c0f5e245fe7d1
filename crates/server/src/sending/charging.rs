//! What a message is charged to, and what the person hears of a counter that is full.
use haoma_core::challenge::{self, Challenge, Subject};
use haoma_core::limits::{self, Ask, Breaker, Charge, Count, LimitKind};
use haoma_core::phone::Region;
use haoma_core::time::Timestamp;
use haoma_store::limits::Full;
use haoma_store::passcodes::Owner;
use serde_json::json;

use super::{Offer, Plan};
use crate::app::App;
use crate::captcha::{Captcha, WhenDown};
use crate::connectors::kit::SendError;
use crate::error::api::{ApiError, codes};

/// No provider counts for longer than a day.
const LONGEST_WAIT_SECS: i64 = 24 * 60 * 60;

/// After so many seconds a captcha that could not be had is worth another try.
const CAPTCHA_PAUSE_SECS: i64 = 60;

impl Plan {
    /// The counters of the message. A country that the address has texted today counts once.
    pub(super) async fn counters(&self, app: &App) -> Result<Vec<Charge>, ApiError> {
        let phone = &self.verification.phone;
        let (policy, key, now) = (app.limits(), &app.keys.numbers, self.now);
        let address = match self.owner {
            // that of a program says nothing of who its visitors are
            Owner::Number { .. } => None,
            Owner::Interaction(_) | Owner::User { .. } => self.requester.ip,
        };
        let ask = Ask {
            phone,
            address,
            standing: self.standing,
            price: app.settings.prices.of(phone.region()),
            // the pause ends when people are told that it does
            resend_at: self.verification.resend_at,
            now,
        };
        let mut all = limits::for_message(&policy, key, &ask);
        let mut own = vec![];
        if let Some([count, mark]) = limits::for_new_country(&policy, key, &ask)
            && !is_usual(app, phone.region())
        {
            let seen = haoma_store::limits::find_by(&app.db, &mark.bucket, self.until).await?;
            if seen.is_none_or(|(count, ends)| ends <= now || count.hits == 0) {
                own.extend([count, mark]);
            }
        }
        if let Owner::User { id, .. } = &self.owner {
            own.extend(limits::for_account(key, id.as_str(), now));
        }
        // whom one of these keeps out does not wait for a row that everybody needs
        let shared = all.iter().position(|charge| charge.kind.is_everybodys());
        let shared = shared.unwrap_or(all.len());
        all.splice(shared..shared, own);
        Ok(all)
    }

    /// Notes in the walk which counters take the message off again when its code is given.
    pub(super) fn note_charges(&mut self) {
        let names = self.growing();
        if let Some(walk) = &mut self.walk {
            walk.state.note_charged(&self.verification.passcode_id, names);
        }
    }

    /// The counters that take the message off again when its code is right.
    fn growing(&self) -> Vec<String> {
        let growing = self.charges.iter().filter(|charge| charge.growth > 0);
        growing.map(|charge| charge.bucket.clone()).collect()
    }

    /// The same, where no walk keeps them.
    pub(super) fn charged(&self) -> Vec<String> {
        if self.walk.is_some() { vec![] } else { self.growing() }
    }

    /// What the full breaker of the country means for the person.
    pub(super) async fn at_the_breaker(&self, app: &App) -> Result<Breaker, ApiError> {
        let network = self.charges.iter().find(|charge| charge.kind == LimitKind::Network);
        let count = match network {
            Some(network) => {
                let found = haoma_store::limits::find_by(&app.db, &network.bucket, self.until);
                let found = found.await?.filter(|(_, ends)| *ends > self.now);
                let count = found.unwrap_or_default().0;
                // the message that this one repeats is nobody else's
                Some(Count { hits: count.hits - i64::from(self.is_repeat), ..count })
            }
            None => None,
        };
        let region = self.verification.phone.region();
        Ok(Breaker::of(count, is_usual(app, region), self.standing))
    }

    /// Leaves the breaker out where it lets the person pass; `false` where it does not.
    pub(super) fn passes(&mut self, app: &App, breaker: Breaker) -> bool {
        match breaker {
            Breaker::Refuses | Breaker::AsksForWork => return false,
            Breaker::Passes => self.charges.retain(|charge| charge.kind != LimitKind::Country),
            Breaker::PassesOnce => {
                let (policy, is_repeat, now) = (app.limits(), self.is_repeat, self.now);
                let charges = std::mem::take(&mut self.charges).into_iter();
                let at_home = |charge: Charge| charge.at_home(&policy, is_repeat, now);
                self.charges = charges.filter_map(at_home).collect();
            }
        }
        true
    }

    /// What the person hears of a counter that is full: to wait, to let their device work where that helps, or where the breaker asks for it, or
    /// to pass a captcha where only that helps.
    pub(super) fn limit_reached(
        &self,
        app: &App,
        full: &Full,
        breaker: Option<Breaker>,
    ) -> ApiError {
        let Some(subject) = self.subject() else { return limit_reached(full, self.now) };
        let is_asked = breaker == Some(Breaker::AsksForWork);
        if is_asked || full.charge.is_helped_by_a_challenge(full.count) {
            let fullness = full.charge.fullness(full.count);
            let asked = challenge::issue(&app.keys.challenges, &subject, fullness, self.now);
            return challenged(ApiError::new(codes::CHALLENGE_REQUIRED), &asked)
                .retry_at(full.resets_at, self.now)
                .because(full.kind().as_str());
        }
        let checks = self.walk.as_ref().map_or(0, |walk| walk.state.captcha_checks);
        match (self.offer(full), &app.settings.captcha) {
            (Offer::Open, Some(captcha)) => {
                let asked = challenge::ticket(&app.keys.challenges, &subject, checks, self.now);
                with_captcha(ApiError::new(codes::CHALLENGE_REQUIRED), &asked, captcha)
                    .retry_at(full.resets_at, self.now)
                    .because(full.kind().as_str())
            }
            (Offer::Closed(why, WhenDown::Refuse), _) => ApiError::new(codes::CAPTCHA_UNAVAILABLE)
                .retry_at(self.now.plus_secs(CAPTCHA_PAUSE_SECS), self.now)
                .because(why),
            _ => limit_reached(full, self.now),
        }
    }

    /// What a challenge for this message is bound to; only walks have one.
    fn subject(&self) -> Option<Subject<'_>> {
        let walk = self.walk.as_ref()?;
        let phone = &self.verification.phone;
        Some(Subject { interaction: walk.id.as_str(), sends: walk.sends, phone })
    }

    /// The provider says that the number had enough although our counters had room. They are full then, too, until it has room again: who
    /// asks until then hears the time from us.
    pub(super) async fn learn(&self, app: &App, error: &SendError) {
        let Some(secs) = error.number_is_full_secs else { return };
        let counter = self.charges.iter().find(|charge| charge.kind == LimitKind::Provider);
        let Some(counter) = counter else { return };
        // the moment that the person is told
        let until = self.now.plus_secs(secs.clamp(0, LONGEST_WAIT_SECS));
        if let Err(error) = haoma_store::limits::fill(&app.db, counter, until).await {
            tracing::error!(message.id = %self.message_id, %error, "the provider's count was not stored");
        }
    }
}

/// Whether people of this server are expected from there.
fn is_usual(app: &App, region: Region) -> bool {
    region == app.experience.load().phone_regions.default
}

/// Adds a challenge to an answer.
pub fn challenged(error: ApiError, asked: &Challenge) -> ApiError {
    let Challenge { text, difficulty, expires_at } = asked;
    error.with_data(json!({
        "challenge": text, "difficulty": difficulty, "expiresAt": expires_at,
    }))
}

/// Adds a captcha to an answer.
fn with_captcha(error: ApiError, asked: &Challenge, captcha: &Captcha) -> ApiError {
    let Challenge { text, expires_at, .. } = asked;
    error.with_data(json!({
        "challenge": text, "expiresAt": expires_at, "captcha": captcha.described(),
    }))
}

/// To wait.
pub(super) fn limit_reached(full: &Full, now: Timestamp) -> ApiError {
    ApiError::new(codes::RATE_LIMITED)
        .with_data(json!({ "limit": full.kind().as_str() }))
        .retry_at(full.resets_at, now)
        .because(full.kind().as_str())
}
