//! How the server ends: once asked it lets requests finish, twice asked it does not.
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use haoma::work::Work;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, oneshot};

/// Far more than any of this takes, and less than the server gives to requests under way.
const LONG: Duration = Duration::from_secs(10);

/// What happens to a server of one slow address.
struct Events {
    /// A request has reached its handler.
    reached: Notify,
    /// The handler may answer.
    answer: Notify,
    /// Somebody asks the server to end.
    asks: Semaphore,
    /// The first ask was heard, and a second is listened for.
    draining: Notify,
    /// What is to be done before the server ends.
    work: Work,
}

/// Serves while `act` happens to one client and the server, with whether the server has ended; both must come to an end.
async fn serving(act: impl AsyncFnOnce(&Events, TcpStream, &Cell<bool>)) {
    let events = Arc::new(Events {
        reached: Notify::new(),
        answer: Notify::new(),
        asks: Semaphore::new(0),
        draining: Notify::new(),
        work: Work::default(),
    });
    let slow = {
        let events = Arc::clone(&events);
        async move || {
            events.reached.notify_one();
            events.answer.notified().await;
            "done"
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let has_ended = Cell::new(false);
    let mut heard = 0;
    let asked = async || {
        heard += 1;
        if heard == 2 {
            events.draining.notify_one();
        }
        events.asks.acquire().await.unwrap().forget();
    };
    let server = async {
        let router = Router::new().route("/", get(slow));
        haoma::serve::serve(listener, router, asked, events.work.clone()).await;
        has_ended.set(true);
    };
    let person = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        events.reached.notified().await;
        act(&events, stream, &has_ended).await;
    };
    let both = async { tokio::join!(server, person) };
    tokio::time::timeout(LONG, both).await.expect("the server to end");
}

#[tokio::test]
async fn asked_once_the_server_answers_who_was_there_and_ends() {
    serving(async |events, mut stream, has_ended| {
        events.asks.add_permits(1);
        events.draining.notified().await;
        assert!(!has_ended.get(), "a request is under way");
        events.answer.notify_one();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("done"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn work_that_nobody_waits_for_any_more_is_done_before_the_server_ends() {
    serving(async |events, mut stream, has_ended| {
        let (go_on, waits) = oneshot::channel::<()>();
        let done = events.work.spawn(async move { waits.await.is_ok() });
        let panics = events.work.spawn(async { panic!("a mistake in what is to be done") });
        events.answer.notify_one();
        stream.read_to_string(&mut String::new()).await.unwrap();
        events.asks.add_permits(1);
        events.draining.notified().await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!has_ended.get(), "there is work under way");
        go_on.send(()).unwrap();
        assert!(done.await.unwrap() && panics.await.is_err());
    })
    .await;
}

#[tokio::test]
async fn asked_twice_the_server_does_not_wait_for_a_handler_that_never_answers() {
    serving(async |events, _stream, has_ended| {
        events.asks.add_permits(1);
        events.draining.notified().await;
        assert!(!has_ended.get(), "asked once, it waits");
        events.asks.add_permits(1);
    })
    .await;
}
