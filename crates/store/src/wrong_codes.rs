//! The counters of wrong codes for one number, in the `limits` table: the names of all begin with the number's keyed hash.
use haoma_core::limits::Charge;

use crate::audit::{self, Event};
use crate::db::{Db, Result};
use crate::value::Step;

/// Forgets every wrong code for a number, wherever it was typed, with the event that tells of it. `counters` are those of the number
/// alone; the others, one for each network, are found by their names.
pub async fn forget(db: &Db, number_id: &str, counters: &[Charge], event: &Event) -> Result<()> {
    const ONE: &str = "DELETE FROM limits WHERE bucket = $1";
    const NETWORKS: &str = "DELETE FROM limits WHERE bucket >= $1 AND bucket < $2
        AND bucket LIKE '%:guesses!_network' ESCAPE '!'";
    let one = |charge: &Charge| Step::new(ONE, vec![charge.bucket.as_str().into()]);
    let mut steps: Vec<_> = counters.iter().map(one).collect();
    // the character after any that stands in a name
    let (from, until) = (format!("{number_id}:"), format!("{number_id}:~"));
    steps.push(Step::new(NETWORKS, vec![from.into(), until.into()]));
    steps.push(audit::record(event));
    db.unit(steps).await.map(drop)
}

/// The step that forgets every wrong code for a number: what is typed from now on is another code than what was guessed at.
pub(crate) fn forget_all(number_id: &str) -> Step {
    const SQL: &str = "DELETE FROM limits WHERE bucket >= $1 AND bucket < $2
        AND bucket LIKE '%:guesses!_%' ESCAPE '!'";
    Step::new(SQL, vec![format!("{number_id}:").into(), format!("{number_id}:~").into()])
}
