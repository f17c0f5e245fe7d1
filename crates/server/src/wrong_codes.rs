//! How many wrong codes were typed for a number, what they keep out, and forgetting them.
use haoma_core::limits::{self, Charge, Guess, LimitKind, Standing};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::{Result, limits as counters, wrong_codes};

use crate::app::App;

/// No wait ends it.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// Where codes for a number are not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Lock {
    /// They are judged everywhere.
    #[default]
    No,
    /// Elsewhere than in browsers where the number signed in before.
    Elsewhere,
    /// Nowhere.
    Everywhere,
}

/// Wrong codes for one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WrongCodes {
    /// Those that still count; one leaves after the other.
    pub recent: i64,
    /// Without a right one in between.
    pub in_a_row: i64,
    /// What they keep out.
    pub lock: Lock,
    /// Until when, if they do and waiting ends it: what locks a number for too many in a row is ended by a right code, or by hand.
    pub until: Option<Timestamp>,
}

impl Lock {
    /// As in the API, and in the keys of texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Elsewhere => "elsewhere",
            Self::Everywhere => "everywhere",
        }
    }
}

impl WrongCodes {
    /// Whether there is anything to forget.
    pub const fn is_nothing(&self) -> bool {
        self.recent == 0 && self.in_a_row == 0
    }
}

/// How it stands with a number.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, phone: &PhoneNumber, now: Timestamp) -> Result<WrongCodes> {
    let mut all = WrongCodes::default();
    let mut tightest = (Lock::No, Timestamp(0));
    for counter in of_number(app, phone, now) {
        let Some(row) = counters::find(&app.db, &counter.bucket).await?.filter(|row| row.1 > now)
        else {
            continue;
        };
        let everybodys = Charge { share: 100, ..counter.clone() };
        let (count, free) = counter.seen(row, now);
        match counter.kind {
            LimitKind::GuessesNumber => all.recent = count.hits,
            _ => all.in_a_row = count.hits,
        }
        let (lock, ends) = if count.hits >= i64::from(counter.max.get()) {
            (Lock::Everywhere, everybodys.seen(row, now).1)
        } else if counter.fullness(count) >= 100 {
            (Lock::Elsewhere, free)
        } else {
            continue;
        };
        let ends = if counter.kind == LimitKind::GuessesInARow { NEVER } else { ends };
        // the tightest lock, and the last of its kind to end
        tightest = tightest.max((lock, ends));
    }
    let (lock, ends) = tightest;
    all.lock = lock;
    all.until = Some(ends).filter(|ends| lock != Lock::No && *ends != NEVER);
    Ok(all)
}

/// Forgets all of them, with the event that tells of it.
///
/// # Errors
/// The database's.
pub async fn forget(app: &App, phone: &PhoneNumber, event: &Event) -> Result<()> {
    let id = limits::number_id(&app.keys.numbers, phone);
    wrong_codes::forget(&app.db, &id, &of_number(app, phone, event.at), event).await
}

/// The counters of the number alone, as high as they go for whom nothing is known of.
fn of_number(app: &App, phone: &PhoneNumber, now: Timestamp) -> Vec<Charge> {
    let number_id = &limits::number_id(&app.keys.numbers, phone);
    let guess = Guess { number_id, address: None, standing: Standing::Stranger, now };
    limits::for_guess(&app.settings.guesses, &app.keys.numbers, &guess)
}
