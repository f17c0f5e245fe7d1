//! Which room may know which. Cargo keeps the direction; this keeps Cargo's manifests.
use crate::metadata::{Metadata, Package};

/// Our rooms, and the rooms each may depend on. What is not listed is a tool: it may know every room, and no room may know it.
const ROOMS: [(&str, &[&str]); 6] = [
    ("haoma-core", &[]),
    ("haoma-oidc", &["haoma-core"]),
    ("haoma-store", &["haoma-core"]),
    ("aliyun-sms", &[]),
    ("aliyun-sms-sim", &[]),
    ("haoma", &["haoma-core", "haoma-oidc", "haoma-store", "aliyun-sms", "aliyun-sms-sim"]),
];

/// Foreign packages that only some rooms may know.
const ONLY: [(&str, &[&str]); 9] = [
    ("rusqlite", &["haoma-store"]),
    ("tokio-postgres", &["haoma-store"]),
    ("deadpool-postgres", &["haoma-store"]),
    ("axum", &["haoma", "aliyun-sms-sim"]),
    ("tokio", &["haoma", "haoma-store", "aliyun-sms", "aliyun-sms-sim"]),
    ("hyper", &["haoma", "aliyun-sms", "aliyun-sms-sim"]),
    ("hyper-rustls", &["haoma", "aliyun-sms"]),
    ("rlibphonenumber", &["haoma-core"]),
    ("jsonwebtoken", &["haoma-oidc"]),
];

/// Every dependency that goes the wrong way.
pub(crate) fn problems(metadata: &Metadata) -> Vec<String> {
    let ours: Vec<&str> = metadata.ours().map(Package::name).collect();
    let mut found = vec![];
    for package in metadata.ours() {
        let Some((room, may_know)) = ROOMS.iter().find(|(room, _)| *room == package.name()) else {
            continue;
        };
        for dependency in package.dependencies() {
            let is_wrong_room = ours.contains(&dependency) && !may_know.contains(&dependency);
            let only = ONLY.iter().find(|(name, _)| *name == dependency);
            if is_wrong_room || only.is_some_and(|(_, rooms)| !rooms.contains(room)) {
                found.push(format!("{room} may not depend on {dependency}"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::example;
    use serde_json::json;

    fn workspace(room: &str, dependency: &str, kind: Option<&str>) -> Metadata {
        let package = |name: &str, dependencies: serde_json::Value| json!({ "id": name, "name": name, "dependencies": dependencies });
        example(json!({
            "packages": [
                package(room, json!([{ "name": dependency, "kind": kind }])),
                package("haoma-oidc", json!([])), package("xtask", json!([])),
            ],
            "workspace_members": [room, "haoma-oidc", "xtask"],
        }))
    }

    #[test]
    fn rooms_know_only_what_lies_below_them() {
        assert_eq!(problems(&workspace("haoma-store", "haoma-oidc", None)).len(), 1);
        assert_eq!(problems(&workspace("haoma", "haoma-oidc", None)).len(), 0);
        assert_eq!(problems(&workspace("haoma", "xtask", None)).len(), 1, "no room knows a tool");
        assert_eq!(
            problems(&workspace("bench", "haoma-oidc", None)).len(),
            0,
            "a tool knows every room"
        );
    }

    #[test]
    fn sql_and_http_stay_in_their_rooms() {
        assert_eq!(
            problems(&workspace("haoma", "rusqlite", None)),
            ["haoma may not depend on rusqlite"]
        );
        assert_eq!(problems(&workspace("haoma-core", "tokio", None)).len(), 1);
        assert_eq!(problems(&workspace("haoma-core", "tokio", Some("dev"))).len(), 0);
        assert_eq!(problems(&workspace("haoma-store", "rusqlite", None)).len(), 0);
    }
}
