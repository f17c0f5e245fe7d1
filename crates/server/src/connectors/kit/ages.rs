//! Since when the secrets of a connector stand, learnt from its versions.
use std::collections::BTreeMap;

use haoma_core::time::Timestamp;
use serde_json::Value;

use super::Factory;
use super::secrets::same;

/// The ages of the secrets of one configuration. Older versions are handed over, newest first.
#[derive(Clone)]
pub struct Ages<'a> {
    config: &'a Value,
    found: BTreeMap<&'static str, Timestamp>,
    /// Secrets that every version so far had.
    sought: Vec<&'static str>,
}

impl<'a> Ages<'a> {
    /// Begins with the configuration that is asked about, and when it was saved.
    pub fn new(factory: &Factory, config: &'a Value, at: Timestamp) -> Self {
        let secrets = factory.form.iter().filter(|item| item.is_confidential);
        let set = secrets.filter(|item| !same(config.get(item.key), None));
        let sought: Vec<_> = set.map(|item| item.key).collect();
        Self { config, found: sought.iter().map(|key| (*key, at)).collect(), sought }
    }

    /// Looks at the version before; `false` when no older one can tell more.
    pub fn look(&mut self, older: &Value, at: Timestamp) -> bool {
        self.sought.retain(|key| same(self.config.get(*key), older.get(*key)));
        for key in &self.sought {
            self.found.insert(*key, at);
        }
        !self.sought.is_empty()
    }

    /// When each secret that is set was set, by its key.
    pub fn into_map(self) -> BTreeMap<&'static str, Timestamp> {
        self.found
    }
}

/// Not the configuration, which holds secrets.
impl std::fmt::Debug for Ages<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ages").field("found", &self.found).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connectors::http_sms::FACTORY;

    #[test]
    fn a_secret_is_as_old_as_the_unbroken_run_of_versions_that_hold_it() {
        let version = |authorization: &str, key: &str| json!({ "endpoint": "e", "authorization": authorization, "signingKey": key });
        let newest = version("Bearer a", "k");
        let mut ages = Ages::new(&FACTORY, &newest, Timestamp(5));
        assert!(ages.look(&version("Bearer a", " k "), Timestamp(4)));
        assert!(ages.look(&version("Bearer b", "k"), Timestamp(3)), "of the key more may be known");
        assert!(ages.look(&version("Bearer a", "k"), Timestamp(2)));
        assert!(!ages.look(&version("Bearer a", ""), Timestamp(1)));
        let at = ages.clone().into_map();
        assert_eq!(at["authorization"], Timestamp(4), "it was another in between");
        assert_eq!(at["signingKey"], Timestamp(2));
        assert!(!format!("{ages:?}").contains("Bearer"));
    }

    #[test]
    fn what_is_not_set_has_no_age() {
        let config = json!({ "endpoint": "e", "authorization": " ", "signingKey": null });
        let mut ages = Ages::new(&FACTORY, &config, Timestamp(5));
        assert!(!ages.look(&config, Timestamp(4)), "there is nothing to look for");
        assert!(ages.into_map().is_empty());
    }
}
