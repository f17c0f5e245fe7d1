//! What somebody's answer to a challenge came to, before anything is counted: work, or a captcha that a third party is asked about.
use std::time::Instant;

use haoma_core::challenge::{self, Refusal, Subject};
use haoma_core::limits::{self, Charge, LimitKind, Standing};
use haoma_core::phone::PhoneNumber;
use haoma_store::Deadline;

use super::visit::Visit;
use crate::app::App;
use crate::captcha::Captcha;
use crate::error::api::{ApiError, codes};
use crate::sending::Offer;
use crate::{refusals, watch};

/// A challenge with what solves it, as sent.
#[derive(Debug, Clone, Copy)]
pub struct Solved<'a> {
    /// The challenge's text.
    pub challenge: &'a str,
    /// What solves it.
    pub by: Solution<'a>,
}

/// What solves a challenge.
#[derive(Clone, Copy)]
pub enum Solution<'a> {
    /// The number that was looked for.
    Work(&'a str),
    /// What the provider of a captcha gave to the page; empty where the page could not show one.
    Captcha(&'a str),
}

/// What was handed over may be used once, so it does not print.
impl std::fmt::Debug for Solution<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Work(_) => "Work(…)",
            Self::Captcha(_) => "Captcha(…)",
        })
    }
}

/// What is known of whoever asks.
#[derive(Debug)]
pub(super) struct Proof {
    /// How high counters go for them.
    pub(super) standing: Standing,
    /// Whether they can be asked for a captcha.
    pub(super) offer: Offer,
    /// Why what they sent counts for nothing.
    refusal: Option<String>,
}

impl Proof {
    fn new(app: &App, visit: &Visit, standing: Standing) -> Self {
        let can_ask = app.settings.captcha.is_some() && visit.walk.may_check_captcha();
        let offer = if can_ask { Offer::Open } else { Offer::None };
        Self { standing, offer, refusal: None }
    }

    fn refused(self, why: &str) -> Self {
        Self { refusal: Some(why.to_owned()), ..self }
    }

    fn raised(self, to: Standing) -> Self {
        Self { standing: self.standing.max(to), ..self }
    }

    /// What counts for nothing is asked for again, as from whoever comes without it: work that a phone in a pocket could not finish in time
    /// is no attack. Where nothing is due any more, it is not missed.
    pub(super) fn failed(self, mut error: ApiError) -> ApiError {
        match self.refusal {
            Some(refusal) if error.code == codes::CHALLENGE_REQUIRED => {
                error.code = codes::CHALLENGE_FAILED;
                error.because(refusal)
            }
            _ => error,
        }
    }
}

/// Judges what somebody sent. Whatever keeps a captcha from being checked raises nobody. The provider of a captcha has a patience of its own: `until` is
/// put off by as long as it took.
///
/// # Errors
/// Another request of the walk was faster, or the database's.
pub(super) async fn judge(
    app: &App,
    visit: &mut Visit,
    phone: &PhoneNumber,
    solved: Option<Solved<'_>>,
    until: &mut Deadline,
) -> Result<Proof, ApiError> {
    let standing = visit.standing(app, phone);
    let Some(Solved { challenge: text, by }) = solved else {
        return Ok(Proof::new(app, visit, standing));
    };
    let (key, sends) = (&app.keys.challenges, visit.walk.sends());
    let subject = Subject { interaction: visit.row.id.as_str(), sends, phone };
    match (by, &app.settings.captcha) {
        (Solution::Work(solution), _) => {
            let judged = challenge::judge(key, &subject, (text, solution), visit.now);
            let proof = Proof::new(app, visit, standing);
            Ok(match judged {
                Ok(()) => proof.raised(Standing::Solved),
                Err(refusal) => proof.refused(&refusal.to_string()),
            })
        }
        (Solution::Captcha(_), None) => {
            Ok(Proof::new(app, visit, standing).refused(&Refusal::Foreign.to_string()))
        }
        (Solution::Captcha(token), Some(captcha)) => {
            let ticket = (text, visit.walk.captcha_checks);
            match challenge::judge_ticket(key, &subject, ticket, visit.now) {
                Ok(()) => check(app, visit, (captcha, token), standing, until).await,
                Err(refusal) => Ok(Proof::new(app, visit, standing).refused(&refusal.to_string())),
            }
        }
    }
}

/// What was passed, or had no verdict, takes nothing from the neighbours: the counters of messages bound what comes of it. The hour keeps it, as it was
/// paid for.
async fn uncount(app: &App, charges: &[Charge]) {
    let of_network = charges.iter().filter(|charge| charge.kind == LimitKind::CaptchaNetwork);
    let of_network: Vec<_> = of_network.cloned().collect();
    if let Err(error) = haoma_store::limits::give_back(&app.db, &of_network).await {
        tracing::warn!(%error, "a captcha that nobody failed stays counted");
    }
}

async fn check(
    app: &App,
    visit: &mut Visit,
    (captcha, token): (&Captcha, &str),
    standing: Standing,
    until: &mut Deadline,
) -> Result<Proof, ApiError> {
    let closed = |why| {
        let offer = Offer::Closed(why, captcha.when_down);
        Ok(Proof { standing, offer, refusal: None })
    };
    if token.is_empty() {
        return closed(refusals::CAPTCHA_NOT_LOADED);
    }
    if !visit.walk.may_check_captcha() {
        return Ok(Proof::new(app, visit, standing).refused("enough captchas in this walk"));
    }
    // counted first, under the walk's version, which ends the ticket: of several at once with the same, one is asked about
    let mut walk = visit.walk.clone();
    walk.captcha_checks += 1;
    let (key, address) = (&app.keys.numbers, visit.caller.ip);
    let charges = limits::for_captcha(&app.limits(), key, address, visit.now);
    if let Some(full) = visit.store_charged(app, walk, &charges, *until).await? {
        return Ok(Proof { standing, offer: Offer::Full(full), refusal: None });
    }
    let left = until.left();
    let passed = captcha.is_passed(token, (&app.entropy, app.clock.now())).await;
    *until = Deadline::after(Instant::now(), left);
    match passed {
        Ok(true) => {
            uncount(&app.by(*until), &charges).await;
            Ok(Proof::new(app, visit, standing).raised(Standing::Checked))
        }
        Ok(false) => Ok(Proof::new(app, visit, standing).refused("the captcha was not passed")),
        Err(why) => {
            tracing::warn!(cause = %why, when_down = captcha.when_down.as_str(), "captcha not checked");
            let hurried = app.by(*until);
            watch::captcha_down(&hurried, &why, visit.now).await;
            uncount(&hurried, &charges).await;
            closed(refusals::CAPTCHA_DOWN)
        }
    }
}
