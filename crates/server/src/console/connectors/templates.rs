//! The templates of a connector's form: a code for each use and place, chosen or typed, and how the message will read.
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use serde_json::Value;

use super::form::{USUAL_VARIABLE, in_template, template_field, variable_field};
use super::gallery::place_name;
use super::items::{SIGN_NAME, Source, as_text, test_only};
use super::pending::KnownTemplate;
use crate::connectors::kit::form::FormItem;
use crate::connectors::kit::{Notice, Place};
use crate::connectors::sms_text;
use crate::views::console::connectors::wizard::{Code, Item, Preview, Templates, Use};
use crate::views::console::fields::{Choice, Choices, Field};
use crate::web::i18n::Lang;

/// Uses that everybody needs a template for.
const USUAL: [UsageType; 3] = [UsageType::SignIn, UsageType::Register, UsageType::Generic];
/// What a preview shows in the place of the code.
const EXAMPLE: &str = "123456";
/// What a preview of a notice shows in the place of the time: 2026-01-01 at noon in China.
const EXAMPLE_TIME: Timestamp = Timestamp(1_767_240_000_000);
/// The key of the signature of notices, where it is another.
const NOTICE_SIGN_NAME: &str = "noticeSignName";

impl Source<'_> {
    pub(super) fn templates(&self, item: &FormItem, places: &[Place]) -> Templates {
        let list = self.config.get(item.key);
        let is_other = |one: &UsageType| !USUAL.contains(one) && !one.is_notice();
        let others: Vec<_> = UsageType::ALL.into_iter().filter(is_other).collect();
        let has_notices = self.factory.capabilities.notices;
        let notices = UsageType::ALL.into_iter().filter(|one| has_notices && one.is_notice());
        let has_code = |usage: &UsageType| {
            places.iter().any(|place| in_template(list, (*usage, *place), "templateCode").is_some())
        };
        Templates {
            id: item.key.to_owned(),
            label: item.label.in_lang(self.lang).to_owned(),
            // the rest is about the list as JSON
            hint: item.description.map_or("", |text| text.in_lang(self.lang)).to_owned(),
            problem: self.problem(item),
            is_open: others.iter().any(has_code),
            usual: USUAL.iter().map(|usage| self.usage(list, *usage, places)).collect(),
            notices: notices.map(|usage| self.usage(list, usage, places)).collect(),
            others: others.iter().map(|usage| self.usage(list, *usage, places)).collect(),
        }
    }

    fn usage(&self, list: Option<&Value>, usage: UsageType, places: &[Place]) -> Use {
        let codes = places.iter().map(|place| {
            let code = in_template(list, (usage, *place), "templateCode").unwrap_or_default();
            (*place, code)
        });
        let codes: Vec<_> = codes.collect();
        let code = |(place, code): (Place, String)| Code {
            variable: self.variable(list, (usage, place)),
            code: self.code(usage, place, code),
        };
        Use {
            label: usage_name(self.lang, usage),
            hint: self.lang.t(&format!("usage-hint-{}", usage.as_str())).into_owned(),
            warnings: codes.iter().filter_map(|(_, code)| self.mixed(usage, code)).collect(),
            previews: codes
                .iter()
                .filter_map(|(place, code)| self.preview(usage, *place, code))
                .collect(),
            codes: codes.into_iter().map(code).collect(),
        }
    }

    /// The account's templates of a place: those for codes, or those for notices.
    fn offered(&self, usage: UsageType, place: Place) -> Vec<&KnownTemplate> {
        let fits = |one: &&KnownTemplate| {
            one.is_mainland == (place == Place::Mainland) && one.is_notice == usage.is_notice()
        };
        self.known.iter().flat_map(|known| known.templates.iter()).filter(fits).collect()
    }

    fn code(&self, usage: UsageType, place: Place, code: String) -> Item {
        let name = template_field(usage, place);
        let label = place_name(self.lang, place);
        let known = self.offered(usage, place);
        if known.is_empty() {
            return Item::Line(Field::new(name, label).holding(code).code().optional().at_most(64));
        }
        let mut all = vec![Choice::new("", self.lang.t("console-no-template"), &code)];
        let choice = |one: &&KnownTemplate| {
            let label = format!("{} · {}", one.name, one.code);
            Choice::new(&one.code, test_only(self.lang, label, one.is_test_only), &code)
        };
        all.extend(known.iter().map(choice));
        if !code.is_empty() && !known.iter().any(|one| one.code == code) {
            let label = self.lang.t1("console-not-in-account", "name", code.clone());
            all.push(Choice::new(code.clone(), label, &code));
        }
        Item::Menu(Choices::new(name, label, all))
    }

    /// What takes the code in a template of one's own. The account tells it where it was seen; lent templates and notices leave no choice.
    fn variable(&self, list: Option<&Value>, at: (UsageType, Place)) -> Option<Field> {
        let is_told = at.0.is_notice() || !self.offered(at.0, at.1).is_empty();
        if self.factory.inspect.is_none() || is_told {
            return None;
        }
        let label = self.lang.t1("console-variable", "place", place_name(self.lang, at.1));
        let field = Field::new(variable_field(at.0, at.1), label).code().optional().at_most(64);
        let held = in_template(list, at, "variable").unwrap_or_default();
        Some(field.holding(held).such_as(USUAL_VARIABLE))
    }

    /// The signature that messages of a use carry.
    fn sign_name(&self, usage: UsageType) -> String {
        let text = |key: &str| self.config.get(key).map(as_text).filter(|name| !name.is_empty());
        let own = text(NOTICE_SIGN_NAME).filter(|_| usage.is_notice());
        own.or_else(|| text(SIGN_NAME)).unwrap_or_default()
    }

    /// A signature for tests goes with the template for tests, and neither with anything else; one for codes goes with codes alone.
    fn mixed(&self, usage: UsageType, code: &str) -> Option<String> {
        let known = self.known?;
        let sign = known.signature(&self.sign_name(usage))?;
        let template = known.template(code)?;
        if template.is_notice && sign.is_for_notices == Some(false) {
            return Some(self.lang.t("console-notice-signature").into_owned());
        }
        let (sign, template) = (sign.is_test_only?, template.is_test_only?);
        let key = match (sign, template) {
            (true, false) => "console-mixed-signature",
            (false, true) => "console-mixed-template",
            _ => return None,
        };
        Some(self.lang.t(key).into_owned())
    }

    fn preview(&self, usage: UsageType, place: Place, code: &str) -> Option<Preview> {
        let template = self.known?.template(code)?;
        let values = Notice::example(EXAMPLE_TIME).values(place);
        let value = |name: &str| {
            let named = values.iter().find(|(known, _)| *known == name && usage.is_notice());
            named.map_or(EXAMPLE, |(_, value)| value.as_str())
        };
        let text = sms_text::preview(place, &self.sign_name(usage), &template.content, value);
        let length = sms_text::billed_parts(place, &text);
        let numbers = [("characters", length.characters), ("parts", length.parts)];
        Some(Preview {
            place: place_name(self.lang, place),
            length: self.lang.t_numbers("console-preview-length", &numbers),
            text,
        })
    }
}

/// A use as people call it.
pub(super) fn usage_name(lang: Lang, usage: UsageType) -> String {
    lang.t(&format!("usage-{}", usage.as_str())).into_owned()
}
