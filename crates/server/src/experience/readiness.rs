//! What is missing before people can sign in by phone: for the console, which says so before somebody is locked out.
use haoma_core::experience::InteractionEvent;
use haoma_core::phone::Region;
use haoma_core::usage_type::UsageType;

use super::pages::countries;
use super::settings::SignInExperience;
use crate::connectors::kit::Connector;
use crate::web::i18n::{Lang, Piece};

/// Longer lists of countries end with dots.
const MOST_NAMED: usize = 3;

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// Nothing sends messages.
    NoConnector,
    /// The connector has no template for a use that is open to people.
    NoTemplate {
        /// The use.
        usage_type: UsageType,
        /// The allowed countries whose numbers get no message, the one shown first first.
        regions: Vec<Region>,
    },
    /// A new account would need more than a number, which nobody asks for.
    AsksForMore,
    /// Sign-in by phone is switched off.
    PhoneOff,
}

impl Gap {
    /// The stable word of its kind.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NoConnector => "no-connector",
            Self::NoTemplate { .. } => "no-template",
            Self::AsksForMore => "asks-for-more",
            Self::PhoneOff => "phone-off",
        }
    }

    /// The gap as a sentence for people.
    pub fn message(&self, lang: Lang) -> String {
        let Self::NoTemplate { usage_type, regions } = self else {
            return lang.t(&format!("gap-{}", self.as_str())).into_owned();
        };
        let marked = [
            ("usage", Piece::Text(lang.t(&format!("usage-{}", usage_type.as_str())).into_owned())),
            ("countries", Piece::Text(named(lang, regions))),
        ];
        lang.pieces("gap-no-template", &marked).iter().map(Piece::text).collect()
    }
}

/// The names of the first few.
fn named(lang: Lang, regions: &[Region]) -> String {
    let names: Vec<_> =
        regions.iter().take(MOST_NAMED).map(|one| countries::name(lang, *one)).collect();
    let rest = if regions.len() > MOST_NAMED { " …" } else { "" };
    format!("{}{rest}", names.join(&lang.t("gap-comma")))
}

/// Everything that is missing, what stops most people first. Empty when people can sign in.
pub fn gaps(document: &SignInExperience, connector: Option<&dyn Connector>) -> Vec<Gap> {
    let mut found = match connector {
        None => vec![Gap::NoConnector],
        Some(connector) => templates(document, connector),
    };
    if document.is_open_to(InteractionEvent::Register) && !document.missing_profile().is_empty() {
        found.push(Gap::AsksForMore);
    }
    if !document.phone_sign_in() {
        found.push(Gap::PhoneOff);
    }
    found
}

fn templates(document: &SignInExperience, connector: &dyn Connector) -> Vec<Gap> {
    let events = [InteractionEvent::SignIn, InteractionEvent::Register];
    let open = events.into_iter().filter(|event| document.is_open_to(*event));
    let gap = |event: InteractionEvent| {
        let usage_type = event.usage_type();
        let lacks = |region: &Region| {
            region.example().is_some_and(|phone| !connector.has_template(usage_type, &phone))
        };
        let mut regions: Vec<_> =
            document.phone_regions.allowed.iter().copied().filter(lacks).collect();
        regions.sort_by_key(|region| *region != document.phone_regions.default);
        (!regions.is_empty()).then_some(Gap::NoTemplate { usage_type, regions })
    };
    open.filter_map(gap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::{self, aliyun_sms};
    use crate::experience::settings::SignInMode;
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn region(text: &str) -> Region {
        Region::parse(text).unwrap()
    }

    fn connector(templates: &Value) -> Arc<dyn Connector> {
        let config = json!({
            "accessKeyId": "id", "accessKeySecret": "secret", "signName": "号码", "templates": templates,
        });
        connectors::build(aliyun_sms::FACTORY.id, &config).unwrap()
    }

    #[test]
    fn nothing_is_missing_when_every_allowed_country_has_its_template() {
        let document = SignInExperience::phone_only(vec![Region::CHINA], Region::CHINA);
        let sends =
            connector(&json!([{ "usageType": "Generic", "templateCode": { "china": "SMS_1" } }]));
        assert_eq!(gaps(&document, Some(&*sends)), []);
        let abroad = SignInExperience::phone_only(
            vec![Region::CHINA, region("US"), region("HK")],
            region("HK"),
        );
        let lacks =
            |usage_type| Gap::NoTemplate { usage_type, regions: vec![region("HK"), region("US")] };
        let both = [lacks(UsageType::SignIn), lacks(UsageType::Register)];
        assert_eq!(gaps(&abroad, Some(&*sends)), both);
        let closed = SignInExperience { sign_in_mode: SignInMode::SignIn, ..abroad };
        assert_eq!(gaps(&closed, Some(&*sends)), both[..1], "nobody registers here");
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        let mut document = SignInExperience::default();
        assert_eq!(gaps(&document, None), [Gap::NoConnector, Gap::PhoneOff]);
        document.sign_up.password = true;
        assert_eq!(gaps(&document, None), [Gap::NoConnector, Gap::AsksForMore, Gap::PhoneOff]);
    }

    #[test]
    fn a_gap_names_the_use_and_the_countries_in_both_languages() {
        let gap = |regions: &[&str]| Gap::NoTemplate {
            usage_type: UsageType::SignIn,
            regions: regions.iter().map(|one| region(one)).collect(),
        };
        let texts = [&gap(&["CN"]), &gap(&["HK", "US", "JP", "DE"])]
            .map(|gap| Lang::ALL.map(|lang| gap.message(lang)));
        assert!(texts[0][0].contains("“Sign in”") && texts[0][0].contains("China"), "{texts:?}");
        assert!(texts[0][1].contains("“登录”") && texts[0][1].contains("中国"), "{texts:?}");
        assert!(texts[1][0].contains("United States, Japan …"), "{texts:?}");
        assert!(texts[1][1].contains("美国、日本 …"), "{texts:?}");
        for gap in [Gap::NoConnector, Gap::AsksForMore, Gap::PhoneOff] {
            assert!(Lang::ALL.iter().all(|lang| !gap.message(*lang).starts_with("gap-")));
        }
    }
}
