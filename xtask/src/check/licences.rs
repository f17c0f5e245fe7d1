//! Every package we compile must come under a licence of the list in `deny.toml`.
use toml::{Table, Value};

use super::spdx;
use crate::metadata::{Metadata, Package};

/// Every package whose licence is not on the list.
pub(crate) fn problems(metadata: &Metadata, policy: &Table) -> Vec<String> {
    let allowed = words(policy.get("licenses").and_then(|licences| licences.get("allow")));
    let exceptions = policy.get("licenses").and_then(|licences| licences.get("exceptions"));
    let refused = |package: &Package<'_>| {
        let own = exceptions.and_then(Value::as_array).into_iter().flatten();
        let mine =
            own.filter(|one| one.get("crate").and_then(Value::as_str) == Some(package.name()));
        let more: Vec<&str> = mine.flat_map(|one| words(one.get("allow"))).collect();
        !spdx::is_met(package.licence(), &|name| allowed.contains(&name) || more.contains(&name))
    };
    let said = |package: Package<'_>| {
        format!("{} {}: licence {:?}", package.name(), package.version(), package.licence())
    };
    metadata.packages().filter(refused).map(said).collect()
}

/// The words of a TOML list.
pub(super) fn words(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::example;
    use serde_json::json;

    fn found(policy: &str) -> Vec<String> {
        let package = |name: &str, licence: Option<&str>| json!({ "id": name, "name": name, "version": "1.0.0", "license": licence });
        let metadata = example(json!({
            "packages": [package("a", Some("MIT")), package("b", Some("GPL-3.0")), package("c", None), package("unused", None)],
        }));
        problems(&metadata, &policy.parse().unwrap())
    }

    #[test]
    fn a_licence_off_the_list_is_named() {
        let all = found("[licenses]\nallow = [\"MIT\"]");
        assert_eq!(all, ["b 1.0.0: licence \"GPL-3.0\"", "c 1.0.0: licence \"\""]);
        assert_eq!(found("").len(), 3, "an empty list allows nothing");
    }

    #[test]
    fn an_exception_is_for_one_package() {
        let policy = "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"b\", allow = [\"GPL-3.0\"] }]";
        assert_eq!(found(policy).len(), 1);
    }
}
