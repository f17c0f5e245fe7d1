//! How an edit of a configuration is read: what its author may not change stays, and what they were not shown is kept.
use serde_json::{Map, Value};

use super::Factory;
use super::secrets::{merge_secrets, same};

/// An edit of a configuration.
#[derive(Clone, Copy)]
pub struct Edit<'a> {
    /// The kind of connector.
    pub factory: &'a Factory,
    /// What was typed or posted. A secret that is absent, blank or still masked keeps its value in `base`; one that is `null`
    /// is removed.
    pub typed: &'a Value,
    /// What the author was shown: what is stored, or what they typed a moment ago.
    pub base: Option<&'a Value>,
    /// What is stored, if anything is: fields that are for owners stay as they are there.
    pub stored: Option<&'a Value>,
    /// Whether the author may change fields that are for owners.
    pub is_owner: bool,
}

/// Not the configurations, which hold secrets.
impl std::fmt::Debug for Edit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edit").field("factory", &self.factory.id).finish_non_exhaustive()
    }
}

impl Edit<'_> {
    /// The configuration that the edit makes, to be checked and stored.
    ///
    /// For whoever is no owner, fields for owners stay as they are stored, before secrets are merged: a secret that belongs
    /// to an address they cannot change is kept with it. A field for owners that belongs to others (`kept_with`) falls back
    /// to its default when they changed one of those: a permission to call a private address is for that address alone.
    pub fn config(&self) -> Value {
        let mut typed = self.typed.clone();
        if let Some(fields) = typed.as_object_mut().filter(|_| !self.is_owner) {
            self.restore(fields);
        }
        match self.base {
            Some(base) => merge_secrets(&typed, base, self.factory),
            None => typed,
        }
    }

    fn restore(&self, fields: &mut Map<String, Value>) {
        let nothing = Value::Null;
        let stored = self.stored.unwrap_or(&nothing);
        let for_owners = || self.factory.form.iter().filter(|item| item.is_for_owners);
        for item in for_owners() {
            match stored.get(item.key) {
                Some(value) => fields.insert(item.key.to_owned(), value.clone()),
                None => fields.remove(item.key),
            };
        }
        // after that, because one may belong to another
        for item in for_owners() {
            if item.kept_with.iter().any(|key| !same(fields.get(*key), stored.get(*key))) {
                fields.remove(item.key);
            }
        }
    }
}

/// Marks the secrets whose removal was ticked, so that [`Edit::config`] removes them: `is_ticked` is asked whether a field of
/// the posted form is on, by its name, which is `<key>.remove` (such as `securityToken.remove`). Required secrets can be
/// replaced only. A secret that was typed anew wins over the tick.
pub fn remove_ticked(typed: &mut Value, factory: &Factory, is_ticked: impl Fn(&str) -> bool) {
    let Some(fields) = typed.as_object_mut() else { return };
    let optional = factory.form.iter().filter(|item| item.is_confidential && !item.is_required);
    for item in optional.filter(|item| is_ticked(&format!("{}.remove", item.key))) {
        if same(fields.get(item.key), None) {
            fields.insert(item.key.to_owned(), Value::Null);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connectors::{aliyun_sms, http_sms};

    const SMS: &Factory = &aliyun_sms::FACTORY;
    const HTTP: &Factory = &http_sms::FACTORY;

    fn edited(factory: &Factory, typed: &Value, stored: &Value, is_owner: bool) -> Value {
        let stored = Some(stored);
        Edit { factory, typed, base: stored, stored, is_owner }.config()
    }

    #[test]
    fn an_editor_who_cannot_see_the_address_keeps_the_token_that_belongs_to_it() {
        let stored = json!({
            "accessKeyId": "id", "securityToken": "a-token-of-some-length", "endpoint": "https://sms.example.com",
        });
        let typed = json!({ "accessKeyId": "id", "signName": "new" });
        let kept = edited(SMS, &typed, &stored, false);
        assert_eq!(kept["securityToken"], stored["securityToken"]);
        assert_eq!((&kept["endpoint"], &kept["signName"]), (&stored["endpoint"], &json!("new")));
        let by_owner = edited(SMS, &typed, &stored, true);
        assert_eq!(by_owner.get("securityToken"), None, "an owner took the address away");
    }

    #[test]
    fn an_editor_changes_no_field_that_is_for_owners() {
        let stored = json!({ "accessKeyId": "id" });
        let typed = json!({ "accessKeyId": "id", "endpoint": "https://elsewhere.example" });
        assert_eq!(edited(SMS, &typed, &stored, false).get("endpoint"), None);
        let new = Edit { factory: SMS, typed: &typed, base: None, stored: None, is_owner: false };
        assert_eq!(new.config().get("endpoint"), None, "nor in a new connector");
        assert_eq!(edited(SMS, &typed, &stored, true)["endpoint"], "https://elsewhere.example");
    }

    #[test]
    fn s57_a_private_address_is_allowed_to_an_editor_only_as_an_owner_left_it() {
        let stored = json!({ "endpoint": "http://10.0.0.5/sms", "allowPrivateAddresses": true });
        let same = json!({ "endpoint": " http://10.0.0.5/sms ", "allowPrivateAddresses": false });
        assert_eq!(edited(HTTP, &same, &stored, false)["allowPrivateAddresses"], true);
        let inside = json!({ "endpoint": "http://127.0.0.1:3001/", "allowPrivateAddresses": true });
        let edited_to = edited(HTTP, &inside, &stored, false);
        assert_eq!(edited_to.get("allowPrivateAddresses"), None);
        assert!((HTTP.build)(&edited_to).is_err(), "so that it is refused");
        assert_eq!(edited(HTTP, &inside, &stored, true), inside);
    }

    #[test]
    fn a_secret_is_removed_by_null_and_by_a_tick() {
        let stored = json!({ "endpoint": "e", "authorization": "Bearer a", "signingKey": "key" });
        let typed = json!({ "endpoint": "e", "authorization": null });
        let left = edited(HTTP, &typed, &stored, false);
        assert_eq!(left, json!({ "endpoint": "e", "signingKey": "key" }));
        let mut ticked = json!({ "endpoint": "e", "signingKey": "typed anew" });
        remove_ticked(&mut ticked, HTTP, |name| name.ends_with(".remove"));
        let left = edited(HTTP, &ticked, &stored, false);
        assert_eq!(left, json!({ "endpoint": "e", "signingKey": "typed anew" }));
        let mut required = json!({ "accessKeyId": "id" });
        remove_ticked(&mut required, SMS, |name| name == "accessKeySecret.remove");
        assert_eq!(required, json!({ "accessKeyId": "id" }), "a required one can be replaced only");
    }
}
