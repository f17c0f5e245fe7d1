//! What machine and build the figures belong to.
use std::process::Command;

/// Facts without which figures say nothing.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Facts {
    pub(crate) date: String,
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) rustc: String,
    pub(crate) revision: String,
}

impl Facts {
    /// Looks.
    pub(crate) fn look() -> Self {
        let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = processors.lines().find_map(|line| line.strip_prefix("model name"));
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let revision = said("git", &["rev-parse", "--short", "HEAD"]);
        let revision = if revision.is_empty() { "unknown".to_owned() } else { revision };
        let changed = said("git", &["status", "--porcelain", "--untracked-files=no"]);
        let dirty = if changed.is_empty() { "" } else { ", with changes" };
        Self {
            date: said("date", &["-u", "+%Y-%m-%d"]),
            processor: model.unwrap_or_default().trim_start_matches([' ', '\t', ':']).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, Into::into),
            kernel: kernel.trim().to_owned(),
            rustc: said("rustc", &["--version"]),
            revision: format!("{revision}{dirty}"),
        }
    }
}

/// What a program prints; nothing when there is no such program.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .ok()
        .filter(|output| output.status.success());
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}
