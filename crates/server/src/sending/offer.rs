//! Whether somebody can pass a captcha in return for a message that a counter keeps from going out.
use haoma_core::limits::{LimitKind, Standing, for_captcha};
use haoma_store::limits::{Full, first_full};

use super::Plan;
use crate::app::App;
use crate::captcha::WhenDown;
use crate::error::api::ApiError;

/// Whether whoever asks can be asked for a captcha in return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// There is none, or they had enough of them.
    None,
    /// They can.
    Open,
    /// It cannot be had at the moment: why, in a word of [`crate::refusals`], and what is to happen then.
    Closed(&'static str, WhenDown),
    /// Its provider is asked no more until this counter ends: for them it is as if there were none.
    Full(LimitKind),
}

impl Plan {
    /// Whether a captcha would help where this counter is full, and can be had.
    pub(super) fn offer(&self, full: &Full) -> Offer {
        let is_helped = full.charge.is_helped_by_a_captcha(full.count);
        // nobody is asked twice
        let is_new = self.standing < Standing::Checked;
        let offer = self.walk.as_ref().map(|walk| walk.offer);
        offer.filter(|_| is_helped && is_new).unwrap_or(Offer::None)
    }

    /// Closes the offer where the provider would not be asked about what somebody hands over: nobody does a captcha in vain. It is charged when it is
    /// handed over, and decided then.
    ///
    /// # Errors
    /// The counters of captchas have no answer in time.
    pub(super) async fn look_at_captchas(
        &mut self,
        app: &App,
        full: &Full,
    ) -> Result<(), ApiError> {
        if self.offer(full) != Offer::Open || full.charge.is_helped_by_a_challenge(full.count) {
            return Ok(());
        }
        let (key, address) = (&app.keys.numbers, self.requester.ip);
        let charges = for_captcha(&app.limits(), key, address, self.now);
        let full = first_full(&app.db, &charges, self.now, self.until).await?;
        if let (Some(full), Some(walk)) = (full, &mut self.walk) {
            walk.offer = Offer::Full(full.kind());
        }
        Ok(())
    }
}
