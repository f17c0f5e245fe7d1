//! What two configurations of one kind have in common: a row for each secret, and for everything else that differs.
use std::collections::BTreeMap;

use haoma_core::role::Right;
use haoma_core::usage_type::UsageType;
use serde_json::Value;

use super::form::in_template;
use super::gallery::place_name;
use super::items::without_query;
use super::templates::usage_name;
use crate::connectors::kit::form::{FormItem, ItemKind};
use crate::connectors::kit::{Factory, Place, redact};
use crate::console::administrator::Signed;
use crate::views::console::lists::Cell;
use crate::web::i18n::Lang;

/// One of the two.
#[derive(Clone)]
pub(super) struct Side {
    /// The configuration, secrets included.
    pub(super) config: Value,
    /// When each secret was set, in words.
    pub(super) set_at: BTreeMap<&'static str, String>,
}

/// Not the configuration, which holds secrets.
impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Side").field("set_at", &self.set_at).finish_non_exhaustive()
    }
}

/// The rows, and whether anything differs.
#[derive(Debug)]
pub(super) struct Compared {
    /// The setting, what the one has, what the other has.
    pub(super) rows: Vec<Vec<Cell>>,
    /// False if the two say the same.
    pub(super) differ: bool,
}

/// Compares for somebody with these rights.
pub(super) fn compare(signed: &Signed, factory: &Factory, one: &Side, other: &Side) -> Compared {
    let role = signed.who.role;
    let comparing = Comparing {
        lang: signed.visit.lang,
        factory,
        shown: [redact(&one.config, factory), redact(&other.config, factory)],
        sides: [one, other],
        rights: (role.may(Right::Write), role.may(Right::Administer)),
    };
    let mut compared = Compared { rows: vec![], differ: false };
    for item in factory.form {
        comparing.item(item, &mut compared);
    }
    comparing.unknown(&mut compared);
    compared
}

/// Whether a value that only owners may set would change for somebody who is none, or one that is given for an address would
/// count for another.
pub(super) fn is_for_owners(factory: &Factory, from: &Value, to: &Value) -> bool {
    let differs = |key: &str| !is_same(from.get(key), to.get(key));
    let mut items = factory.form.iter().filter(|item| item.is_for_owners);
    items.any(|item| {
        let is_given = !is_same(to.get(item.key), None);
        differs(item.key) || is_given && item.kept_with.iter().any(|key| differs(key))
    })
}

/// Absent, null, blank and off are one.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    let plain = |value: Option<&Value>| match value {
        None | Some(Value::Null | Value::Bool(false)) => Value::from(""),
        Some(Value::String(text)) => text.trim().into(),
        Some(other) => other.clone(),
    };
    plain(one) == plain(other)
}

struct Comparing<'a> {
    lang: Lang,
    factory: &'a Factory,
    sides: [&'a Side; 2],
    /// The same with their secrets masked.
    shown: [Value; 2],
    /// To write, and to administer.
    rights: (bool, bool),
}

impl Comparing<'_> {
    fn item(&self, item: &FormItem, compared: &mut Compared) {
        let label = item.label.in_lang(self.lang);
        let [one, other] = self.sides.map(|side| side.config.get(item.key));
        let differs = !is_same(one, other);
        if item.is_confidential {
            return self.secret((item.key, label), compared);
        }
        let before = compared.rows.len();
        if let ItemKind::Templates(places) = item.kind {
            self.templates(label, (one, other), places, compared);
        }
        if differs && compared.rows.len() == before {
            let cells = [one, other].map(|value| self.cell(item, value));
            compared.rows.push([vec![Cell::Text(label.to_owned())], cells.to_vec()].concat());
        }
        compared.differ |= differs;
    }

    /// A row for each secret that one of the two has: whether it is the same cannot be seen otherwise.
    fn secret(&self, (key, label): (&str, &str), compared: &mut Compared) {
        let [one, other] = self.sides.map(|side| side.config.get(key));
        let is_set = |value: Option<&Value>| !is_same(value, None);
        if !is_set(one) && !is_set(other) {
            return;
        }
        let is_changed = !is_same(one, other);
        let state = if is_changed { "console-secret-changed" } else { "console-secret-unchanged" };
        let state = self.lang.t(state).into_owned();
        let mut row = vec![Cell::Two(label.to_owned(), state)];
        for (side, shown) in self.sides.iter().zip(&self.shown) {
            let masked = shown.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            row.push(match side.set_at.get(key) {
                _ if !is_set(side.config.get(key)) => Cell::Nothing,
                None => Cell::Code(masked),
                Some(since) => {
                    let since = self.lang.t1("console-secret-since", "since", since.as_str());
                    Cell::Two(masked, since.into_owned())
                }
            });
        }
        compared.rows.push(row);
        compared.differ |= is_changed;
    }

    /// What the form does not have may be a misspelt secret.
    fn unknown(&self, compared: &mut Compared) {
        let keys = self.sides.iter().filter_map(|side| side.config.as_object());
        let keys = keys.flat_map(|config| config.keys());
        let is_unknown = |key: &&String| self.factory.form.iter().all(|item| item.key != *key);
        let mut keys: Vec<_> = keys.filter(is_unknown).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.secret((key, key), compared);
        }
    }

    fn templates(
        &self,
        label: &str,
        (one, other): (Option<&Value>, Option<&Value>),
        places: &[Place],
        compared: &mut Compared,
    ) {
        for usage in UsageType::ALL {
            for place in places {
                let of = |list| {
                    let code = in_template(list, (usage, *place), "templateCode")?;
                    let variable = in_template(list, (usage, *place), "variable");
                    Some((code, variable.filter(|name| name != super::form::USUAL_VARIABLE)))
                };
                let (one, other) = (of(one), of(other));
                if one == other {
                    continue;
                }
                let what =
                    format!("{} · {}", usage_name(self.lang, usage), place_name(self.lang, *place));
                let cell = |entry: Option<(String, Option<String>)>| match entry {
                    None => Cell::Nothing,
                    Some((code, None)) => Cell::Code(code),
                    Some((code, Some(variable))) => Cell::Code(format!("{code} ${{{variable}}}")),
                };
                let name = Cell::Two(label.to_owned(), what);
                compared.rows.push(vec![name, cell(one), cell(other)]);
            }
        }
    }

    fn cell(&self, item: &FormItem, value: Option<&Value>) -> Cell {
        let title = |value: &Value| {
            let mut choices = item.kind.choices().iter();
            let found = choices.find(|one| value == one.value);
            found.map_or_else(
                || super::items::as_text(value),
                |one| one.title.in_lang(self.lang).to_owned(),
            )
        };
        let (can_write, is_owner) = self.rights;
        match (item.kind, value) {
            (ItemKind::Switch, value) => {
                let is_on = value.and_then(Value::as_bool).unwrap_or_default();
                Cell::Text(
                    self.lang.t(if is_on { "console-on" } else { "console-off" }).into_owned(),
                )
            }
            (_, None | Some(Value::Null)) => Cell::Nothing,
            (ItemKind::Select(_), Some(value)) => Cell::Text(title(value)),
            (ItemKind::MultiSelect(_), Some(Value::Array(all))) => {
                let all: Vec<_> = all.iter().map(title).collect();
                Cell::Text(all.join(&self.lang.t("gap-comma")))
            }
            (_, Some(value)) => {
                let text = super::items::as_text(value);
                let may_change = can_write && (is_owner || !item.is_for_owners);
                Cell::Code(if may_change { text } else { without_query(text) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connectors::http_sms::FACTORY;

    #[test]
    fn s57_what_an_owner_allowed_for_one_address_is_theirs_to_allow_for_another() {
        let private = |endpoint: &str, is_allowed: bool| json!({ "endpoint": endpoint, "allowPrivateAddresses": is_allowed });
        let (one, other) = ("http://127.0.0.1:3001/", "http://10.0.0.5/sms");
        for (from, to, expected) in [
            (private(one, true), private(one, true), false),
            (private(one, false), private(other, false), false),
            (private(one, true), private(other, false), true),
            (private(one, true), private(other, true), true),
            (private(one, false), private(one, true), true),
        ] {
            assert_eq!(is_for_owners(&FACTORY, &from, &to), expected, "{from} to {to}");
        }
    }
}
