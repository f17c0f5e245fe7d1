//! Blocking from where something is seen: a button that says first what it does, for who may.
use std::net::IpAddr;

use haoma_core::limits;
use haoma_core::network::Network;
use haoma_core::phone::Region;
use haoma_core::role::Right;
use haoma_store::message_search::Shown;

use super::RULES;
use crate::console::administrator::Signed;
use crate::experience::pages::countries;
use crate::views::console::fields::{Choice, Choices};
use crate::views::console::messages::grouped;
use crate::views::console::parts::Confirm;
use crate::web::i18n::Lang;

/// Days that a rule may hold; 0 until somebody takes it away.
pub(super) const DAYS: [i64; 4] = [1, 7, 30, 0];
/// What is proposed: long enough for a wave to pass.
const PROPOSED: &str = "7";

/// How long a rule holds.
pub(super) fn lasts(lang: Lang, chosen: &str) -> Choices {
    let option = |days: i64| {
        let label = match days {
            0 => lang.t("console-rule-always"),
            days => lang.t1("console-rule-days", "count", days),
        };
        Choice::new(days.to_string(), label, if chosen.is_empty() { PROPOSED } else { chosen })
    };
    Choices::new("days", lang.t("console-rule-lasts"), DAYS.map(option).to_vec())
}

/// Blocking numbers of a country.
pub(super) fn of_country(signed: &Signed, region: Region) -> Option<Confirm> {
    let name = countries::name(signed.visit.lang, region);
    let fields = [("kind", "country".to_owned()), ("value", region.to_string())];
    deed(signed, ("country", &name), fields)
}

/// Blocking an address; of IPv6 the network of one customer. An address of this machine or of a private network is not offered: it is
/// a proxy's that is not among `trusted_proxies`, and with it everybody would be blocked.
pub(in crate::console) fn of_address(signed: &Signed, address: &str) -> Option<Confirm> {
    // a network of one customer is written with its length
    let first = address.split('/').next().unwrap_or_default().parse::<IpAddr>().ok()?;
    let name = Network::of_customer(limits::telling(first)?).to_string();
    let fields = [("kind", "network".to_owned()), ("value", name.clone())];
    deed(signed, ("network", &name), fields)
}

/// Blocking the number of a message, and its country.
pub(in crate::console) fn of_message(signed: &Signed, message: &Shown) -> Vec<Confirm> {
    let fields = [("kind", "number".to_owned()), ("message", message.id.to_string())];
    let number = deed(signed, ("number", &grouped(&message.phone_masked)), fields);
    let country = Region::parse(&message.region).ok();
    let country = country.and_then(|region| of_country(signed, region));
    number.into_iter().chain(country).collect()
}

fn deed(
    signed: &Signed,
    (kind, name): (&str, &str),
    fields: [(&'static str, String); 2],
) -> Option<Confirm> {
    let lang = signed.visit.lang;
    // what it is about, not its name: names may be written in letters that no id can hold
    let [_, (_, about)] = &fields;
    let id = about.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let named = |key: &str| lang.t1(key, "name", name.to_owned()).into_owned();
    let fields = fields.into_iter().chain([("type", "block".to_owned())]);
    signed.who.role.may(Right::Write).then(|| Confirm {
        ask: lang.t(&format!("console-block-{kind}")).into_owned(),
        of: Some(name.to_owned()),
        text: named(&format!("console-block-{kind}-what")),
        action: RULES.to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value)).collect(),
        choice: Some(lasts(lang, "").id(format!("days-{kind}-{id}"))),
        is_calm: true,
        go: lang.t("console-block-go").into_owned(),
        ..Confirm::default()
    })
}
