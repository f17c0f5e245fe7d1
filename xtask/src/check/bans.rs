//! Packages we will not depend on, or not twice, and places they may not come from: `deny.toml`.
use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::metadata::Metadata;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Every package that breaks a ban.
pub(crate) fn problems(metadata: &Metadata, policy: &Table) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in metadata.packages() {
        versions.entry(package.name()).or_default().push(package.version());
    }
    let bans = policy.get("bans").and_then(|bans| bans.get("deny")).and_then(Value::as_array);
    let banned = bans.into_iter().flatten().filter_map(|ban| broken(ban, &versions));
    let strange = metadata.packages().filter(|package| !matches!(package.source(), "" | CRATES_IO));
    let strange =
        strange.map(|package| format!("{} comes from {}", package.name(), package.source()));
    banned.chain(strange).collect()
}

fn broken(ban: &Value, versions: &BTreeMap<&str, Vec<&str>>) -> Option<String> {
    let name = ban.get("crate").and_then(Value::as_str)?;
    let found = versions.get(name)?;
    let only_once = ban.get("deny-multiple-versions").and_then(Value::as_bool).unwrap_or(false);
    let reason = ban.get("reason").and_then(Value::as_str).unwrap_or("no reason is written down");
    match (only_once, found.as_slice()) {
        (true, [_one]) => None,
        (true, _) => Some(format!("{name} is there more than once: {}", found.join(", "))),
        (false, _) => Some(format!("{name} is banned: {reason}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::example;
    use serde_json::json;

    #[test]
    fn bans_doubles_and_strange_sources_are_found() {
        let package = |name: &str, version: &str, source: &str| json!({ "id": format!("{name}{version}"), "name": name, "version": version, "source": source });
        let metadata = example(json!({
            "packages": [
                package("rustls", "1", CRATES_IO), package("rustls", "2", CRATES_IO),
                package("openssl", "1", CRATES_IO), package("tokio", "1", CRATES_IO),
                package("borrowed", "1", "git+https://example.com/borrowed"),
            ],
        }));
        let policy = "[bans]\ndeny = [{ crate = \"openssl\", reason = \"one TLS\" }, { crate = \"absent\" },\n\
            { crate = \"rustls\", deny-multiple-versions = true }, { crate = \"tokio\", deny-multiple-versions = true }]";
        let found = problems(&metadata, &policy.parse().unwrap());
        assert_eq!(
            found,
            [
                "openssl is banned: one TLS",
                "rustls is there more than once: 1, 2",
                "borrowed comes from git+https://example.com/borrowed",
            ]
        );
    }
}
