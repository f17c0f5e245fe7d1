//! The binary itself: `haoma demo` and what it says when it cannot start.
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

fn haoma(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_haoma"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn demo(data: &Path, listen: &str) -> Command {
    haoma(&[
        "demo",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        listen,
        "--sim-listen",
        "127.0.0.1:0",
    ])
}

/// A demo that is ready, with its address.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(data: &Path) -> Self {
        let mut child = demo(data, "127.0.0.1:0").spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.by_ref().map(Result::unwrap).find_map(|line| {
            let address = line.split_once("Demo application  http://")?.1;
            Some(address.split('/').next()?.to_owned())
        });
        Self { child, address: ready.expect("the demo to get ready") }
    }

    /// Ctrl-C.
    fn end(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "Ctrl-C ends it cleanly");
    }
}

/// One sentence on standard error, exit code 1, nothing else.
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    assert!(text.starts_with("haoma: "), "{text}");
    text
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_second_start_goes_on_with_the_same_data() {
    let data = folder();
    Running::start(data.path()).end();
    let key = std::fs::read(data.path().join("server.key")).unwrap();
    Running::start(data.path()).end();
    assert_eq!(std::fs::read(data.path().join("server.key")).unwrap(), key);
    assert!(data.path().join("haoma.db").exists());
}

#[test]
fn what_is_kept_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = folder();
    Running::start(data.path()).end();
    for file in ["server.key", "haoma.db"] {
        let mode = std::fs::metadata(data.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}: {mode:o}");
    }
}

#[test]
fn a_taken_port_is_told_in_one_sentence() {
    let (first, second) = (folder(), folder());
    let running = Running::start(first.path());
    let output = demo(second.path(), &running.address).output().unwrap();
    let said = refusal(&output);
    assert!(said.contains("is in use") && said.contains("--listen"), "{said}");
    running.end();
}

#[test]
fn an_unusable_folder_is_told_in_one_sentence() {
    let parent = folder();
    std::fs::write(parent.path().join("file"), "").unwrap();
    let output = demo(&parent.path().join("file/data"), "127.0.0.1:0").output().unwrap();
    assert!(refusal(&output).contains("cannot be made"));
}

#[test]
fn a_damaged_database_is_told_in_one_sentence() {
    let data = folder();
    Running::start(data.path()).end();
    std::fs::write(data.path().join("haoma.db"), "this is not a database, or not any more")
        .unwrap();
    let output = demo(data.path(), "127.0.0.1:0").output().unwrap();
    let said = refusal(&output);
    assert!(said.contains("haoma.db") && said.contains("move it away"), "{said}");
}

#[test]
fn another_server_key_is_told_in_one_sentence() {
    let data = folder();
    Running::start(data.path()).end();
    std::fs::write(data.path().join("server.key"), "5a".repeat(32)).unwrap();
    let output = demo(data.path(), "127.0.0.1:0").output().unwrap();
    assert!(refusal(&output).contains("server key"));
}

#[test]
fn a_demo_for_other_machines_is_refused() {
    let output = demo(folder().path(), "0.0.0.0:0").output().unwrap();
    assert!(refusal(&output).contains("this machine only"));
}

#[test]
fn serve_with_the_simulator_or_a_development_key_is_refused_in_public() {
    let data = folder();
    let file = data.path().join("haoma.toml");
    let config = |key: &str, endpoint: &str| {
        format!(
            "endpoint = \"https://id.example.com\"\nserver_key = \"{key}\"\n[connector]\n\
             factory = \"aliyun-short-message-service\"\n[connector.config]\naccessKeyId = \"id\"\n\
             accessKeySecret = \"secret\"\nsignName = \"x\"\n{endpoint}\
             templates = [{{ usageType = \"Generic\", templateCode = \"SMS_1\" }}]\n"
        )
    };
    let good = "6f1d0a7c9b3e5824d1c0f7a96b8e3d5214c7a09f8e6b3d1025f4c8a7b9e0d316";
    for (key, endpoint, told) in [
        (good, "endpoint = \"http://127.0.0.1:3003\"\n", "simulator"),
        ("0f".repeat(32).as_str(), "", "server_key"),
    ] {
        std::fs::write(&file, config(key, endpoint)).unwrap();
        let output = haoma(&["check-config", "--config", file.to_str().unwrap()]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(told), "{said}");
    }
    std::fs::write(&file, config(good, "")).unwrap();
    let output = haoma(&["check-config", "--config", file.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
