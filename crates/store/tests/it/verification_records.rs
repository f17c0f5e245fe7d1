//! A number is proved for one user and one use, and a change uses up what proved it.
use haoma_core::ids::{PasscodeId, SessionId, UserId, VerificationId};
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::limits::Credits;
use haoma_store::messages::{self, Code, Intended, Intent};
use haoma_store::passcodes::{self, NewPasscode, Owner};
use haoma_store::sessions::{self, Place, Session};
use haoma_store::verification_records::{self as records, PhoneChange, PhoneChanged, Record};
use haoma_store::{Db, users};

use crate::support::{
    NOW, at_once, entropy, event, message, number, passcode, phone, soon, user, walk,
};

const OLD: &str = "8613800138000";
const NEW: &str = "8613800138001";

/// A user with the old number.
async fn owner(db: &Db) -> UserId {
    let owner = user(1, Some(OLD));
    assert!(users::create(db, &owner).await.unwrap());
    owner.id
}

fn record(n: usize, owner: &UserId, digits: &str, usage_type: UsageType) -> Record {
    Record {
        id: VerificationId::generate(NOW, &entropy(n)),
        user_id: owner.clone(),
        identifier: digits.to_owned(),
        phone: phone(digits),
        usage_type,
        passcode_id: PasscodeId::generate(NOW, &entropy(n)),
        code_expires_at: NOW.plus_secs(300),
        resend_at: NOW.plus_secs(60),
        verified_at: None,
        expires_at: NOW.plus_secs(600),
        created_at: NOW,
    }
}

/// A record whose code was sent.
async fn sent(db: &Db, n: usize, record: &Record) -> Intended {
    let walk = walk(db, 1000 + n).await;
    let owner = Owner::User { id: record.user_id.clone(), max_attempts: 5 };
    let number_id = record.phone.digits().to_owned();
    let code =
        NewPasscode { owner, number_id, usage_type: record.usage_type, ..passcode(n, &walk) };
    let intent = Intent {
        charges: &[],
        code: Some(Code::New(code)),
        message: message(n, None),
        save: None,
        record: Some(record.clone()),
        event: None,
        now: NOW,
        until: soon(),
    };
    messages::intend(db, &intent).await.unwrap()
}

/// A record whose number is proved.
async fn proved(
    db: &Db,
    n: usize,
    owner: &UserId,
    digits: &str,
    usage: UsageType,
) -> VerificationId {
    let record = record(n, owner, digits, usage);
    assert_eq!(sent(db, n, &record).await, Intended::Committed);
    assert!(
        records::verify(db, (&record.id, &record.passcode_id), &event(n), &Credits::default())
            .await
            .unwrap()
    );
    record.id
}

const PROOF: UsageType = UsageType::UserPermissionValidation;
const FRESH: UsageType = UsageType::BindNewIdentifier;

async fn change(
    db: &Db,
    owner: &UserId,
    proof: &VerificationId,
    record: &VerificationId,
    at: Timestamp,
) -> PhoneChanged {
    change_to(db, owner, (proof, record), NEW, at).await
}

async fn change_to(
    db: &Db,
    owner: &UserId,
    (proof, record): (&VerificationId, &VerificationId),
    to: &str,
    at: Timestamp,
) -> PhoneChanged {
    let (old, new) = (phone(OLD), phone(to));
    let change = PhoneChange {
        user: owner,
        proof,
        old: &old,
        proved_after: at.plus_secs(-300),
        record,
        new: &new,
        only_session: None,
        notice: None,
    };
    let mut event = event(usize::try_from(at.0 - NOW.0).unwrap() + 77);
    event.at = at;
    records::change_phone(db, &change, &event).await.unwrap()
}

on_both! {
    async fn a_record_is_its_users_alone_and_ends_when_it_says(db: &Db) {
        let owner = owner(db).await;
        let record = record(2, &owner, OLD, PROOF);
        assert_eq!(sent(db, 2, &record).await, Intended::Committed);
        let found = records::find(db, (&owner, &record.id), NOW).await.unwrap().unwrap();
        assert_eq!((found.phone.as_str(), found.verified_at, found.usage_type), (OLD, None, PROOF));
        let stranger = UserId::parse("stranger").unwrap();
        assert_eq!(records::find(db, (&stranger, &record.id), NOW).await.unwrap(), None);
        assert_eq!(records::find(db, (&owner, &record.id), record.expires_at).await.unwrap(), None);
        assert!(records::find(db, (&owner, &record.id), record.expires_at.plus_millis(-1)).await.unwrap().is_some());
    }

    async fn a_user_has_one_code_for_a_number_and_a_use(db: &Db) {
        let owner = owner(db).await;
        let first = record(2, &owner, OLD, PROOF);
        assert_eq!(sent(db, 2, &first).await, Intended::Committed);
        assert_eq!(sent(db, 3, &record(3, &owner, OLD, PROOF)).await, Intended::CodeGone, "the first still takes guesses");
        assert_eq!(number(db, "SELECT COUNT(*) FROM verification_records").await, 1, "and nothing is left behind");
        assert_eq!(sent(db, 4, &record(4, &owner, NEW, FRESH)).await, Intended::Committed, "another number, another code");
        let newest = passcodes::find_of_user(db, &owner, (OLD, PROOF)).await.unwrap().unwrap();
        assert_eq!(newest.id, first.passcode_id);
        assert_eq!(passcodes::find_of_number(db, OLD, PROOF).await.unwrap(), None, "none of a program");
        let stranger = UserId::parse("stranger").unwrap();
        assert_eq!(passcodes::find_of_user(db, &stranger, (OLD, PROOF)).await.unwrap(), None);
    }

    async fn a_right_code_proves_once_however_many_ask(db: &Db) {
        let owner = owner(db).await;
        let record = record(2, &owner, OLD, PROOF);
        sent(db, 2, &record).await;
        let done = at_once(40, |n| {
            let (db, record) = (db.clone(), record.clone());
            async move { records::verify(&db, (&record.id, &record.passcode_id), &event(n), &Credits::default()).await.unwrap() }
        }).await;
        assert_eq!(done.into_iter().filter(|done| *done).count(), 1);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
        let found = records::find(db, (&owner, &record.id), NOW).await.unwrap().unwrap();
        assert_eq!(found.verified_at, Some(NOW));
    }

    async fn a_change_uses_both_records_up_and_ends_the_other_sessions_when_asked(db: &Db) {
        let owner = owner(db).await;
        let session = |n: usize| Session {
            id: SessionId::generate(NOW, &entropy(n)),
            hash: haoma_core::token::SecretHash::of("x"),
            user_id: owner.clone(),
            authenticated_at: NOW,
            expires_at: NOW.plus_secs(600),
            created_at: NOW,
            place: Place::default(),
        };
        let (here, there) = (session(20), session(21));
        db.unit(vec![sessions::insert(&here), sessions::insert(&there)]).await.unwrap();
        let proof = proved(db, 2, &owner, OLD, PROOF).await;
        let fresh = proved(db, 3, &owner, NEW, FRESH).await;
        let all = (owner.clone(), proof, fresh, here.id.clone());
        let done = at_once(20, |n| {
            let (db, (owner, proof, fresh, here)) = (db.clone(), all.clone());
            async move {
                let (old, new) = (phone(OLD), phone(NEW));
                let change = PhoneChange {
                    user: &owner, proof: &proof, old: &old, proved_after: NOW.plus_secs(-300),
                    record: &fresh, new: &new, only_session: Some(&here), notice: None,
                };
                records::change_phone(&db, &change, &event(100 + n)).await.unwrap()
            }
        }).await;
        assert_eq!(done.iter().filter(|done| **done == PhoneChanged::Done).count(), 1);
        assert_eq!(done.iter().filter(|done| **done == PhoneChanged::NotProved).count(), 19);
        assert_eq!(users::find(db, &owner).await.unwrap().unwrap().phone.unwrap().as_str(), NEW);
        let left = sessions::list_of_user(db, &owner, NOW).await.unwrap();
        assert_eq!(left.iter().map(|one| &one.id).collect::<Vec<_>>(), [&here.id]);
        assert_eq!(number(db, "SELECT COUNT(*) FROM verification_records").await, 0);
    }

    async fn what_does_not_prove_changes_nothing_and_uses_nothing_up(db: &Db) {
        let owner = owner(db).await;
        let proof = proved(db, 2, &owner, OLD, PROOF).await;
        let fresh = proved(db, 3, &owner, NEW, FRESH).await;
        let swapped = change(db, &owner, &fresh, &proof, NOW).await;
        assert_eq!(swapped, PhoneChanged::NotProved, "a new number proves nothing");
        assert_eq!(change(db, &owner, &proof, &proof, NOW).await, PhoneChanged::NotVerified, "nor is the old one new");
        assert_eq!(change_to(db, &owner, (&proof, &fresh), "8613800138005", NOW).await, PhoneChanged::NotVerified, "of another number");
        assert_eq!(change(db, &owner, &proof, &fresh, NOW.plus_secs(300)).await, PhoneChanged::NotProved, "too long ago");
        let rival = user(9, Some(NEW));
        assert!(users::create(db, &rival).await.unwrap());
        assert_eq!(change(db, &owner, &proof, &fresh, NOW).await, PhoneChanged::Taken);
        assert_eq!(number(db, "SELECT COUNT(*) FROM verification_records").await, 2);
        assert_eq!(users::find(db, &owner).await.unwrap().unwrap().phone.unwrap().as_str(), OLD);
        haoma_store::user_changes::delete(db, &rival.id, &event(50)).await.unwrap();
        haoma_store::user_changes::lock(db, &owner, true, &event(51)).await.unwrap();
        assert_eq!(change(db, &owner, &proof, &fresh, NOW).await, PhoneChanged::Taken, "locked");
        haoma_store::user_changes::lock(db, &owner, false, &event(52)).await.unwrap();
        assert_eq!(change(db, &owner, &proof, &fresh, NOW.plus_millis(1)).await, PhoneChanged::Done);
    }
}
