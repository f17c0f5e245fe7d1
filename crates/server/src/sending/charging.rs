//! What a message is charged to, what the person hears of a counter that is full, and what is given back when nothing went out.
use haoma_core::challenge::{self, Challenge, Subject};
use haoma_core::ids::VerificationId;
use haoma_core::limits::{self, Ask, Charge, LimitKind};
use haoma_core::time::Timestamp;
use haoma_store::interactions;
use haoma_store::limits::Full;
use haoma_store::messages;
use haoma_store::passcodes::Owner;
use serde_json::json;

use super::{Plan, Walk};
use crate::app::App;
use crate::error::api::{ApiError, codes};

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
            earlier: self.earlier,
            now,
        };
        let mut all = limits::for_message(&policy, key, &ask);
        let is_usual = phone.region() == app.experience.load().phone_regions.default;
        if let Some([count, mark]) = limits::for_new_country(&policy, key, &ask)
            && !is_usual
        {
            let seen = haoma_store::limits::find(&app.db, &mark.bucket).await?;
            if seen.is_none_or(|(count, ends)| ends <= now || count.hits == 0) {
                all.extend([count, mark]);
            }
        }
        if let Owner::User { id, .. } = &self.owner {
            all.extend(limits::for_account(key, id.as_str(), now));
        }
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

    /// Whether the breaker of a country concerns somebody else: what goes on there does not come from where people enter their codes.
    pub(super) async fn is_from_a_proven_network(&self, app: &App) -> Result<bool, ApiError> {
        let network = self.charges.iter().find(|charge| charge.kind == LimitKind::Network);
        let Some(network) = network else { return Ok(false) };
        let found = haoma_store::limits::find(&app.db, &network.bucket).await?;
        Ok(found.is_some_and(|(count, ends)| ends > self.now && count.is_proven()))
    }

    /// What the person hears of a counter that is full: to wait, or to let their device work where that helps.
    pub(super) fn limit_reached(&self, app: &App, full: &Full) -> ApiError {
        match self.subject().filter(|_| full.charge.is_helped_by_a_challenge(full.count)) {
            Some(subject) => {
                let fullness = full.charge.fullness(full.count);
                let asked = challenge::issue(&app.keys.challenges, &subject, fullness, self.now);
                challenged(ApiError::new(codes::CHALLENGE_REQUIRED), &asked)
                    .retry_at(full.resets_at, self.now)
                    .because(full.kind().as_str())
            }
            None => limit_reached(full, self.now),
        }
    }

    /// What a challenge for this message is bound to; only walks have one.
    fn subject(&self) -> Option<Subject<'_>> {
        let walk = self.walk.as_ref()?;
        let phone = &self.verification.phone;
        Some(Subject { interaction: walk.id.as_str(), sends: walk.sends, phone })
    }

    /// Undoes what a message that surely did not go out did: its counters but the pause, and its code, which takes no guess then. When
    /// that fails, the person waits longer.
    pub(super) async fn take_back(&self, app: &App) {
        self.give_back(app, |charge| charge.kind != LimitKind::Cooldown).await;
        let code = &self.verification.passcode_id;
        let charged = self.charged();
        let taken = messages::take_back(&app.db, (code, &charged), self.record_id()).await;
        let mut stored = taken.map(|()| true);
        if let (Ok(_), Some(walk)) = (&stored, &self.walk) {
            let mut state = walk.state.clone();
            state.not_sent(code);
            let walk = Walk { id: walk.id.clone(), version: walk.version + 1, state, ..*walk };
            if let Ok(save) = walk.save() {
                // `false`: the person went on meanwhile
                stored = interactions::save(&app.db, &save, None).await;
            }
        }
        if let Err(error) = stored {
            tracing::error!(message.id = %self.message_id, %error, "the code of a message that was not sent stays");
        }
    }

    const fn record_id(&self) -> Option<&VerificationId> {
        match self.owner {
            Owner::User { .. } => Some(&self.verification.id),
            Owner::Interaction(_) | Owner::Number { .. } => None,
        }
    }

    pub(super) async fn give_back(&self, app: &App, which: impl Fn(&Charge) -> bool) {
        let charges: Vec<_> = self.charges.iter().filter(|c| which(c)).cloned().collect();
        if let Err(error) = haoma_store::limits::give_back(&app.db, &charges).await {
            tracing::error!(message.id = %self.message_id, %error, "charges of a message not given back");
        }
    }
}

/// Adds a challenge to an answer.
pub fn challenged(error: ApiError, asked: &Challenge) -> ApiError {
    let Challenge { text, difficulty, expires_at } = asked;
    error.with_data(json!({
        "challenge": text, "difficulty": difficulty, "expiresAt": expires_at,
    }))
}

/// To wait.
pub(super) fn limit_reached(full: &Full, now: Timestamp) -> ApiError {
    ApiError::new(codes::RATE_LIMITED)
        .with_data(json!({ "limit": full.kind().as_str() }))
        .retry_at(full.resets_at, now)
        .because(full.kind().as_str())
}
