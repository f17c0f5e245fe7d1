//! What a message that did not go out took from somebody is given back, also where the database fails just then. Only PostgreSQL can be
//! made to fail so often and no more: a sequence goes on counting when what it counted is undone.
use std::time::Instant;

use aliyun_sms_sim::{Fault, FaultKind};

use crate::management::support::managed;
use crate::outages::{OTHER, Waiting, happens, hasty, stored, takes_long_to_store};
use crate::support::{Database, TestApp};
use crate::test_numbers::{PHONE, makes};

const TWICE: &str = "CREATE SEQUENCE tries START 2";
const THREE_TIMES: &str = "CREATE SEQUENCE tries START 1";

/// The next changes fail so often, of the kind that this trigger is for.
async fn fails(test: &TestApp, often: &'static str, trigger: &'static str) {
    let function = "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('tries') <= 3 THEN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END IF;
            RETURN COALESCE(NEW, OLD);
        END $$";
    happens(test, &[often, function, trigger]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_what_is_stored_too_late_is_taken_back_when_the_database_is_back() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::late")).await else {
        return;
    };
    let test = TestApp::start(database).await;
    let mut waiting = Waiting::for_a_code(&test).await;
    test.advance_secs(61);
    let before = stored(&test).await;
    takes_long_to_store(&test, true).await;
    let trigger = "CREATE TRIGGER fails BEFORE DELETE ON messages
        FOR EACH ROW EXECUTE FUNCTION fails()";
    fails(&test, THREE_TIMES, trigger).await;
    let hasty = hasty(&test, 1000).await;
    waiting.person.turns_to(&hasty);
    let begun = Instant::now();
    let told = waiting.person.asks_code(OTHER, "Register").await;
    assert_eq!(told.brief(), "503 request.unavailable", "{}", told.text);
    hasty.work.ended().await;
    // it took a second and a half to store
    let lasted = begun.elapsed().as_millis();
    assert!(lasted >= 1500 + 5250, "a quarter, a second, then four: {lasted}");
    waiting.person.turns_to(&test.app);
    takes_long_to_store(&test, false).await;
    assert_eq!(stored(&test).await, before);
    waiting.goes_on(&test).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_refused_is_given_back_when_the_database_is_back() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::refused")).await else {
        return;
    };
    let test = TestApp::start(database).await;
    let mut waiting = Waiting::for_a_code(&test).await;
    test.advance_secs(61);
    let before = stored(&test).await;
    let trigger = "CREATE TRIGGER fails BEFORE UPDATE ON messages
        FOR EACH ROW EXECUTE FUNCTION fails()";
    fails(&test, TWICE, trigger).await;
    let (code, message, status) = ("isv.ACCOUNT_ABNORMAL".to_owned(), None, None);
    test.sim.add_fault(Fault::always(FaultKind::Code { code, message, status }));
    let begun = Instant::now();
    let told = waiting.person.asks_code(OTHER, "Register").await;
    assert_eq!(told.brief(), "400 connector.general", "{}", told.text);
    test.app.work.ended().await;
    let lasted = begun.elapsed().as_millis();
    assert!(lasted >= 1250, "a quarter, then a second: {lasted}");
    let now = stored(&test).await;
    let gone = before.iter().filter(|line| !now.contains(line)).count();
    assert_eq!(gone, 1, "the walk alone is another: {now:?}");
    let after: Vec<_> = now.into_iter().filter(|line| !before.contains(line)).collect();
    let marks = ["/connector.general ", ":cooldown ", "\"event\":\"Register\""];
    let is_expected = |line: &String| marks.iter().any(|mark| line.contains(mark));
    assert!(after.len() == 3 && after.iter().all(is_expected), "{after:?}");
    let settled = "SELECT COUNT(*) FROM messages WHERE status = 'refused'";
    assert_eq!(test.app.db.read(settled, vec![]).await.unwrap()[0].int(0).unwrap(), 1);
    waiting.gives().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_fixed_code_took_is_given_back_once_or_not_at_all() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::fixed")).await else {
        return;
    };
    let (test, robot) = managed(database).await;
    makes(&robot, PHONE).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("Register").await;
    let before = stored(&test).await;
    takes_long_to_store(&test, true).await;
    let codes_too = "CREATE CONSTRAINT TRIGGER long AFTER INSERT ON passcodes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION takes_long()";
    happens(&test, &[codes_too]).await;
    let hasty = hasty(&test, 1000).await;
    person.turns_to(&hasty);
    let told = person.asks_code(PHONE, "Register").await;
    assert_eq!(told.brief(), "503 request.unavailable", "{}", told.text);
    hasty.work.ended().await;
    assert_eq!(stored(&test).await, before, "it was stored too late");
    let trigger = "CREATE TRIGGER fails BEFORE DELETE ON passcodes
        FOR EACH ROW EXECUTE FUNCTION fails()";
    fails(&test, THREE_TIMES, trigger).await;
    let told = person.asks_code(PHONE, "Register").await;
    assert_eq!(told.brief(), "503 request.unavailable", "{}", told.text);
    hasty.work.ended().await;
    let tries = "SELECT last_value FROM tries WHERE is_called";
    let tries = test.app.db.read(tries, vec![]).await.unwrap();
    assert_eq!(tries[0].int(0).unwrap(), 1, "nothing tells whether it was done");
    let stays = stored(&test).await;
    assert!(stays.iter().any(|line| line.contains(":cooldown 1 ")), "{stays:?}");
}
