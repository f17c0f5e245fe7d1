//! `haoma keys rotate` as operators run it: beside a server that goes on serving.
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use aliyun_sms_sim::{Seed, Sim, SimClock};
use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, HOST, LOCATION, TRANSFER_ENCODING};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use haoma::app::Keys;
use haoma::config::{Raw, check};
use haoma_core::time::Clock;
use haoma_store::Db;
use http_body_util::BodyExt as _;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;

use crate::support::{Visitor, configuration, connector, patient, sealed_rows};

const SEALED: usize = 3000;
const WALKERS: usize = 3;
const SERVER: &str = "6f1d0a7c9b3e5824d1c0f7a96b8e3d5214c7a09f8e6b3d1025f4c8a7b9e0d316";
const OLD: &str = "1c6f8e0a4b7d2935f1c0a78b6e9d34021c6f8e0a4b7d2935f1c0a78b6e9d3402";
const NEW: &str = "90ab3c5d7e1f28460c2e4a6b8d0f135790ab3c5d7e1f28460c2e4a6b8d0f1357";
/// What people in a test take for the server's address.
const PUBLIC: &str = "https://id.example.com";

/// A value as TOML has it, on one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(all) => format!("[{}]", all.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{key} = {}", toml(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A configuration file: the usual set-up on a real port, sealing with these keys.
struct Setup {
    folder: tempfile::TempDir,
    sim: Sim,
    port: u16,
    raw: Value,
}

impl Setup {
    async fn new(database: &str) -> Self {
        let sim = Sim::new(Seed::default(), SimClock::Offset(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let simulator = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(aliyun_sms_sim::serve(listener, sim.clone(), std::future::pending()));
        // free a moment ago at least
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let mut raw = configuration(database, &connector(&simulator));
        raw["endpoint"] = format!("http://127.0.0.1:{port}").into();
        raw["listen"] = format!("127.0.0.1:{port}").into();
        raw["server_key"] = SERVER.into();
        raw["log"] = serde_json::json!({ "filter": "info" });
        patient(&mut raw);
        Self { folder: tempfile::tempdir().unwrap(), sim, port, raw }
    }

    /// The file with this key to seal with, and this one to open with.
    fn file(&mut self, current: &str, previous: Option<&str>) -> PathBuf {
        self.raw["sealing_key"] = current.into();
        if let Some(previous) = previous {
            self.raw["previous_sealing_key"] = previous.into();
        } else {
            self.raw.as_object_mut().unwrap().remove("previous_sealing_key");
        }
        let path = self.folder.path().join("haoma.toml");
        let top = self.raw.as_object().unwrap().iter();
        let lines: Vec<_> = top.map(|(key, value)| format!("{key} = {}", toml(value))).collect();
        std::fs::write(&path, lines.join("\n")).unwrap();
        path
    }

    /// The keys and the database as a server with the last file has them.
    async fn inside(&self) -> (Db, Keys) {
        let raw: Raw = serde_json::from_value(self.raw.clone()).unwrap();
        let config = check(raw).unwrap();
        let keys = Keys::derive(&config.server_key, &config.sealing);
        (Db::open(config.database).await.unwrap(), keys)
    }

    /// Somebody with a browser, who reaches the process over the network.
    fn visitor(&self) -> Visitor {
        let port = self.port;
        let router = Router::new().fallback(async move |request| forward(port, request).await);
        Visitor::new(router, self.sim.clone())
    }

    async fn signs_in(&self, phone: &str) {
        signs_in(self.visitor(), phone).await;
    }
}

async fn signs_in(mut visitor: Visitor, phone: &str) {
    let callback = visitor.signs_in("app", phone, "Register").await;
    let tokens = visitor.exchanges("app", &callback).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text);
}

/// Hands a request on to the process, and its answer back under the address that tests know.
async fn forward(port: u16, request: Request<Body>) -> Response<Body> {
    let own = format!("http://127.0.0.1:{port}");
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    parts.headers.insert(HOST, HeaderValue::from_str(&format!("127.0.0.1:{port}")).unwrap());
    let answer = sender.send_request(Request::from_parts(parts, body)).await.unwrap();
    let (mut parts, body) = answer.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    if let Some(location) = parts.headers.get(LOCATION) {
        let location = location.to_str().unwrap().replace(&own, PUBLIC);
        parts.headers.insert(LOCATION, HeaderValue::from_str(&location).unwrap());
    }
    for changed in [CONTENT_LENGTH, TRANSFER_ENCODING] {
        parts.headers.remove(changed);
    }
    Response::from_parts(parts, Body::from(text.replace(&own, PUBLIC)))
}

fn haoma(arguments: &[&str], file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_haoma"));
    command.args(arguments).arg("--config").arg(file);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A process that serves.
struct Serving {
    child: Child,
    log: JoinHandle<String>,
}

impl Serving {
    /// Ready when this is done.
    fn start(file: &Path) -> Self {
        let mut child = haoma(&["serve"], file).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut log = String::new();
        let is_ready = lines.by_ref().any(|line| {
            log = format!("{log}{line}\n");
            line.contains("ready")
        });
        assert!(is_ready, "{log}");
        // a pipe that nobody reads would hold it up
        let log = std::thread::spawn(move || lines.fold(log, |log, line| format!("{log}{line}\n")));
        Self { child, log }
    }

    /// What it logged.
    fn end(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.log.join().unwrap()
    }
}

on_both! {
    async fn s59_the_command_rotates_beside_a_server_and_no_sign_in_fails(database: Database) {
        let mut setup = Setup::new(&database.url).await;
        let serving = Serving::start(&setup.file(OLD, None));
        setup.signs_in("8613700000001").await;
        let published = setup.visitor().get("/oidc/jwks").await.text;
        serving.end();
        let (db, keys) = setup.inside().await;
        sealed_rows::seed(&db, &keys.seal, SEALED, Clock::System.now()).await;
        db.close().await.unwrap();

        let file = setup.file(NEW, Some(OLD));
        let serving = Serving::start(&file);
        let is_over = Arc::new(AtomicBool::new(false));
        let (tell, mut arrived) = unbounded_channel();
        let walks: Vec<_> = (0..WALKERS).map(|walker| {
            let (visitor, tell, is_over) = (setup.visitor(), tell.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                for n in 0.. {
                    signs_in(visitor.clone(), &format!("86139{walker:04}{n:04}")).await;
                    if tell.send(()).is_err() || is_over.load(Ordering::Relaxed) {
                        return;
                    }
                }
            })
        }).collect();
        for _ in 0..WALKERS {
            arrived.recv().await.unwrap();
        }
        let rotated = tokio::task::spawn_blocking(move || haoma(&["keys", "rotate"], &file).output().unwrap());
        let rotated = rotated.await.unwrap();
        let mut meanwhile = 0;
        while arrived.try_recv().is_ok() {
            meanwhile += 1;
        }
        is_over.store(true, Ordering::Relaxed);
        for walk in walks {
            walk.await.unwrap();
        }
        assert!(rotated.status.success(), "{rotated:?}");
        let said = String::from_utf8(rotated.stdout).unwrap();
        let count = said.split(' ').next().unwrap().parse::<usize>().unwrap();
        assert!(count > SEALED && said.contains("; 0 left under an older key"), "{said}");
        assert!(meanwhile >= WALKERS, "{meanwhile} sign-ins beside the command are hardly a load");
        let log = serving.end();
        assert!(!log.contains("ERROR") && !log.contains(OLD) && !log.contains(NEW), "{log}");

        let serving = Serving::start(&setup.file(NEW, None));
        let (db, keys) = setup.inside().await;
        assert!(sealed_rows::open_all(&db, &keys.seal).await > SEALED);
        let told = db.read("SELECT payload FROM audit_events WHERE key = 'SealingKey.Rotated'", vec![]).await.unwrap();
        let told: Vec<Value> = told.iter().map(|row| serde_json::from_str(&row.text(0).unwrap()).unwrap()).collect();
        assert_eq!(told, [serde_json::json!({ "sealedAnew": count, "by": "command" })]);
        db.close().await.unwrap();
        let first = |jwks: &str| serde_json::from_str::<Value>(jwks).unwrap()["keys"][0].clone();
        let now = setup.visitor().get("/oidc/jwks").await.text;
        assert_eq!(first(&now), first(&published), "tokens are signed as before");
        setup.signs_in("8613700000002").await;
        serving.end();
    }
}
