//! The `limits` table: counters that survive restarts and are shared by all nodes.
use haoma_core::limits::{Charge, Count, Leaves, LimitKind, STAIR, credited};
use haoma_core::time::Timestamp;

use crate::db::{Db, Error, Result, changed};
use crate::deadline::Deadline;
use crate::told::Told;
use crate::value::{Row, Step};

/// What came of charging several counters at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Charged {
    /// Every counter counted.
    Yes,
    /// One was full, and none counted.
    Full(Full),
}

/// A counter that is full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Full {
    /// Which.
    pub charge: Charge,
    /// How it stands.
    pub count: Count,
    /// When it has room again.
    pub resets_at: Timestamp,
}

impl Full {
    /// What it is for.
    pub const fn kind(&self) -> LimitKind {
        self.charge.kind
    }
}

/// Charges all counters, or none when one is full.
pub async fn charge_all(db: &Db, charges: &[Charge], now: Timestamp) -> Result<Charged> {
    match db.unit(self::charges(charges, now).collect()).await {
        Ok(_) => Ok(Charged::Yes),
        Err(Error::Unchanged { step }) => match charges.get(step) {
            Some(full) => Ok(Charged::Full(fullness(db, full, now).await?)),
            None => Ok(Charged::Yes),
        },
        Err(error) => Err(error),
    }
}

/// The first of these counters in which there is no room, for somebody who does not wait for long. Nothing is charged.
pub async fn first_full(
    db: &Db,
    charges: &[Charge],
    now: Timestamp,
    until: Deadline,
) -> Result<Option<Full>> {
    for charge in charges {
        let full = fullness_by(db, charge, now, until).await?;
        // where all leaves at once, the row alone does not say that there is no room
        let has_room = matches!(charge.leaves, Leaves::AtOnce) && charge.fits(full.count);
        if full.resets_at > now && !has_room {
            return Ok(Some(full));
        }
    }
    Ok(None)
}

/// How a counter stands that was found full.
pub(crate) async fn fullness(db: &Db, charge: &Charge, now: Timestamp) -> Result<Full> {
    Ok(full(charge, find(db, &charge.bucket).await?, now))
}

/// The same for somebody who does not wait for long.
pub(crate) async fn fullness_by(
    db: &Db,
    charge: &Charge,
    now: Timestamp,
    until: Deadline,
) -> Result<Full> {
    Ok(full(charge, find_by(db, &charge.bucket, until).await?, now))
}

/// One that was purged or started anew meanwhile is full no more: at once.
fn full(charge: &Charge, found: Option<(Count, Timestamp)>, now: Timestamp) -> Full {
    let (count, resets_at) = charge.seen(found.unwrap_or((Count::default(), now)), now);
    Full { charge: charge.clone(), count, resets_at: resets_at.max(now) }
}

/// What happens to counters when a code turns out to be right. It rides at the begin of the unit that spends the code: counters are
/// always locked before codes.
#[derive(Debug, Clone, Default)]
pub struct Credits {
    /// Its message is not among the unverified ones any more, and makes room for others.
    pub verified: Vec<String>,
    /// The guess was none. Where the next waited for it ([`Leaves::Late`]), nothing waits any more.
    pub given_back: Vec<Charge>,
    /// What was counted since the last right code starts anew.
    pub ended: Vec<Charge>,
}

impl Credits {
    /// The steps; none of them decides anything.
    pub(crate) fn steps(&self, now: Timestamp) -> Vec<Step> {
        const VERIFIED: &str = "UPDATE limits SET verified = verified + $3,
                hits = CASE WHEN hits > $3 THEN hits - $3 ELSE 0 END
            WHERE bucket = $1 AND resets_at > $2";
        let verified = |(name, times): (&str, i64)| {
            Step::new(VERIFIED, vec![name.into(), now.into(), times.into()])
        };
        let verified = credited(&self.verified).into_iter().map(verified);
        verified
            .chain(self.given_back.iter().map(right))
            .chain(self.ended.iter().map(end))
            .collect()
    }
}

/// The guess that was charged was right.
fn right(charge: &Charge) -> Step {
    if charge.leaves == Leaves::Late { end(charge) } else { give_back_one(charge) }
}

/// Starts counters anew, after what they guard turned out to be right.
pub async fn clear(db: &Db, charges: &[Charge]) -> Result<()> {
    db.unit(charges.iter().map(end).collect()).await.map(drop)
}

/// What has ended is as good as gone. It is not deleted here: that costs three times as much, and the next charge makes it anew.
pub(crate) fn end(charge: &Charge) -> Step {
    const SQL: &str = "UPDATE limits SET hits = 0, resets_at = 0 WHERE bucket = $1";
    Step::new(SQL, vec![charge.bucket.as_str().into()])
}

/// Takes what was charged off each counter, after what was counted turned out not to have happened.
pub async fn give_back(db: &Db, charges: &[Charge]) -> Result<()> {
    db.unit(charges.iter().map(give_back_one).collect()).await.map(drop)
}

/// The step of [`give_back`] for one counter.
pub(crate) fn give_back_one(charge: &Charge) -> Step {
    const SQL: &str = "UPDATE limits SET hits = hits - $2, resets_at = resets_at - $3
        WHERE bucket = $1 AND hits >= $2";
    let amount = i64::from(charge.amount);
    let earlier = match charge.leaves {
        Leaves::Evenly { every_ms } => amount * every_ms,
        Leaves::AtOnce | Leaves::Late => 0,
    };
    Step::new(SQL, vec![charge.bucket.as_str().into(), amount.into(), earlier.into()])
}

/// The conditional steps of several charges, in their order. Who is kept out by a counter of their own does not wait for those of everybody.
pub(crate) fn charges(all: &[Charge], now: Timestamp) -> impl Iterator<Item = Step> {
    let shared = all.iter().position(|one| one.kind.is_everybodys());
    all.iter().enumerate().map(move |(at, one)| {
        let step = charge(one, now);
        if Some(at) == shared { step.judged_before() } else { step }
    })
}

/// The conditional step of one charge (`must_change`): counts, or changes nothing when full.
pub fn charge(charge: &Charge, now: Timestamp) -> Step {
    match charge.leaves {
        Leaves::AtOnce => anew(charge, now),
        Leaves::Evenly { every_ms } => {
            evenly(charge, (every_ms, now.plus_millis(charge.full_ms(every_ms))), now)
        }
        Leaves::Late => late(charge, now),
    }
}

/// Of a counter from which all leaves some time after the last: `resets_at` moves with each, and the next waits its step of the stair.
fn late(charge: &Charge, now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, $2, $3)
        ON CONFLICT (bucket) DO UPDATE SET
            hits = CASE WHEN limits.resets_at <= $4 THEN excluded.hits
                ELSE limits.hits + excluded.hits END,
            resets_at = excluded.resets_at
        WHERE limits.resets_at <= $4 OR limits.hits < $5
            OR (limits.hits < $6 AND limits.resets_at <= $7)
            OR (limits.hits < $8 AND limits.resets_at <= $9)";
    let [(few, short), (some, long), (many, _)] = STAIR;
    // of whom the last is so long ago
    let waited = |secs: i64| charge.resets_at.plus_secs(-secs);
    let params = vec![
        charge.bucket.as_str().into(),
        i64::from(charge.amount).into(),
        charge.resets_at.into(),
        now.into(),
        few.into(),
        some.into(),
        waited(short).into(),
        many.into(),
        waited(long).into(),
    ];
    Step::new(SQL, params).must_change()
}

/// Of a counter that leaves evenly: `resets_at` is when it will be empty, `hits` what was counted since it was.
fn evenly(charge: &Charge, (every_ms, at_most): (i64, Timestamp), now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, $2, $3)
        ON CONFLICT (bucket) DO UPDATE SET
            hits = CASE WHEN limits.resets_at <= $4 THEN excluded.hits
                ELSE limits.hits + excluded.hits END,
            resets_at = CASE WHEN limits.resets_at <= $4 THEN excluded.resets_at
                ELSE limits.resets_at + $5 END
        WHERE limits.resets_at <= $6";
    let amount = i64::from(charge.amount);
    let params = vec![
        charge.bucket.as_str().into(),
        amount.into(),
        now.plus_millis(amount * every_ms).into(),
        now.into(),
        (amount * every_ms).into(),
        at_most.into(),
    ];
    Step::new(SQL, params).must_change()
}

/// Of a counter that starts anew after `resets_at`. Half of what was verified before is remembered then.
fn anew(charge: &Charge, now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, $2, $3)
        ON CONFLICT (bucket) DO UPDATE SET
            hits = CASE WHEN limits.resets_at <= $4 THEN excluded.hits
                ELSE limits.hits + excluded.hits END,
            verified = CASE WHEN limits.resets_at <= $4 THEN limits.verified / 2
                ELSE limits.verified END,
            resets_at = CASE WHEN limits.resets_at <= $4 THEN excluded.resets_at
                ELSE limits.resets_at END
        WHERE limits.resets_at <= $4
            OR limits.hits + excluded.hits <= (($5 + limits.verified * $6 / 100) * $7 + 99) / 100";
    let params = vec![
        charge.bucket.as_str().into(),
        i64::from(charge.amount).into(),
        charge.resets_at.into(),
        now.into(),
        i64::from(charge.max.get()).into(),
        i64::from(charge.growth).into(),
        i64::from(charge.share).into(),
    ];
    Step::new(SQL, params).must_change()
}

/// Fills a counter until then, or until it ends by itself, whichever is later: somebody who counts the same says that it is full.
pub async fn fill(db: &Db, charge: &Charge, until: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, $2, $3)
        ON CONFLICT (bucket) DO UPDATE SET
            hits = CASE WHEN limits.hits > excluded.hits THEN limits.hits ELSE excluded.hits END,
            resets_at = CASE WHEN limits.resets_at > excluded.resets_at THEN limits.resets_at
                ELSE excluded.resets_at END";
    let most = i64::from(charge.max.get());
    let params = vec![charge.bucket.as_str().into(), most.into(), until.into()];
    db.write(Step::new(SQL, params)).await.map(drop)
}

/// The conditional step of something that happens only once until `resets_at` (`must_change`).
pub(crate) fn once((bucket, resets_at): (&str, Timestamp), now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)
        ON CONFLICT (bucket) DO UPDATE SET resets_at = excluded.resets_at
        WHERE limits.resets_at <= $3";
    Step::new(SQL, vec![bucket.into(), resets_at.into(), now.into()]).must_change()
}

/// How a counter stands, and when it starts anew.
pub async fn find(db: &Db, bucket: &str) -> Result<Option<(Count, Timestamp)>> {
    state(&db.read(STATE, vec![bucket.into()]).await?)
}

/// The same for somebody who waits no longer than `until`, also not for somebody else who keeps the whole table to themselves.
pub async fn find_by(db: &Db, bucket: &str, until: Deadline) -> Result<Option<(Count, Timestamp)>> {
    find(&db.by(until), bucket).await
}

const STATE: &str = "SELECT hits, verified, resets_at FROM limits WHERE bucket = $1";

fn state(rows: &[Row]) -> Result<Option<(Count, Timestamp)>> {
    let read = |row: &Row| Ok((Count { hits: row.int(0)?, verified: row.int(1)? }, row.time(2)?));
    rows.first().map(read).transpose()
}

/// Tells of something that goes on, but only once until `resets_at`; `false` when it was told already.
pub async fn tell_once(
    db: &Db,
    (name, resets_at): (&str, Timestamp),
    told: impl Into<Told<'_>>,
) -> Result<bool> {
    let told = told.into();
    let once = once((name, resets_at), told.at());
    changed(db.unit(std::iter::once(once).chain(told.steps()).collect()).await)
}

/// Every counter whose name begins so and that has not ended, with its name, the fullest first; at most `limit`.
pub async fn list(
    db: &Db,
    prefix: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(String, Count, Timestamp)>> {
    const SQL: &str = "SELECT bucket, hits, verified, resets_at FROM limits
        WHERE bucket >= $1 AND bucket < $2 AND resets_at > $3 ORDER BY hits DESC LIMIT $4";
    // the character after any that stands in a name
    let end = format!("{prefix}~");
    let params = vec![prefix.into(), end.as_str().into(), now.into(), limit.into()];
    let read = |row: &Row| {
        let count = Count { hits: row.int(1)?, verified: row.int(2)? };
        Ok((row.text(0)?, count, row.time(3)?))
    };
    db.scan(SQL, params).await?.iter().map(read).collect()
}
