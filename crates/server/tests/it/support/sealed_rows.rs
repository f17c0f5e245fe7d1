//! Many sealed texts, and whether all of them open.
use haoma::seal::SealKeys;
use haoma_core::entropy::Entropy;
use haoma_core::ids::MessageId;
use haoma_core::time::Timestamp;
use haoma_store::{Db, Step, sealed};
use secrecy::ExposeSecret as _;

/// Steps of one unit.
const AT_ONCE: usize = 500;

/// Many messages of the last seconds, each with its own number, sealed with the current of these keys. Older ones would be purged.
pub(crate) async fn seed(db: &Db, keys: &SealKeys, count: usize, now: Timestamp) {
    const SQL: &str = "INSERT INTO messages (id, connector_id, connector_version, usage_type, number_id, phone_masked,
            phone_sealed, region, status, created_at)
        VALUES ($1, 'elsewhere', 1, 'SignIn', 'n', '+86…', $2, 'CN', 'delivered', $3)";
    let entropy = Entropy::seeded(99);
    let message = |n: usize| {
        let at = Timestamp(now.0 - i64::try_from(n).unwrap());
        let id = MessageId::generate(at, &entropy);
        let row = haoma_store::messages::row_of(&id);
        let sealed = keys.seal(&entropy, &row, &number(n)).unwrap();
        Step::new(SQL, vec![id.as_str().into(), sealed.into(), at.into()])
    };
    for from in (0..count).step_by(AT_ONCE) {
        let until = (from + AT_ONCE).min(count);
        db.unit((from..until).map(message).collect()).await.unwrap();
    }
}

fn number(n: usize) -> String {
    format!("86137{n:08}")
}

/// How many sealed texts there are; panics at one that does not open with these keys.
pub(crate) async fn open_all(db: &Db, keys: &SealKeys) -> usize {
    let mut opened = 0;
    for column in sealed::Column::ALL {
        // no text begins so: every one of them is asked for
        for one in sealed::not_under(db, column, "no prefix.", "", i64::MAX).await.unwrap() {
            let plain =
                keys.open(&one.row, &one.text).unwrap_or_else(|e| panic!("{}: {e}", one.row));
            assert!(!plain.expose_secret().is_empty());
            opened += 1;
        }
    }
    opened
}
