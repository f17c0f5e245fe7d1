//! The fields of a connector's form, drawn from the declaration of its kind.
use haoma_core::usage_type::UsageType;
use serde_json::Value;

use super::form::{in_template, template_field};
use super::gallery::place_name;
use super::pending::{Known, KnownTemplate};
use crate::connectors::kit::form::{Constant, FormItem, ItemKind, SelectItem};
use crate::connectors::kit::{Factory, Place, Problem as KitProblem, redact};
use crate::connectors::sms_text;
use crate::views::console::connectors::wizard::{Item, Preview, Templates, Use};
use crate::views::console::fields::{Choice, Choices, Field, Kind, Tick};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// The key of the signature, which all providers with accounts call alike.
pub(super) const SIGN_NAME: &str = "signName";
/// Uses that everybody needs a template for.
const USUAL: [UsageType; 3] = [UsageType::SignIn, UsageType::Register, UsageType::Generic];
/// What a preview shows in the place of the code.
const EXAMPLE: &str = "123456";

/// What the fields are drawn from.
pub(super) struct Source<'a> {
    /// The language.
    pub(super) lang: Lang,
    /// The kind of connector.
    pub(super) factory: &'a Factory,
    /// What is in the fields; secrets are shown masked.
    pub(super) config: &'a Value,
    /// What the account was seen to have.
    pub(super) known: Option<&'a Known>,
    /// What was wrong.
    pub(super) problems: &'a [KitProblem],
}

impl Source<'_> {
    /// One field.
    pub(super) fn item(&self, item: &FormItem) -> Item {
        let label = item.label.in_lang(self.lang);
        match item.kind {
            ItemKind::Switch => {
                let is_on = self.config.get(item.key).and_then(Value::as_bool).unwrap_or_default();
                let mut tick = Tick::new(item.key, label, is_on).wrong(self.problem(item));
                tick.hint = self.hint(item);
                Item::Switch(tick)
            }
            ItemKind::Select(options) | ItemKind::MultiSelect(options) => {
                Item::Menu(self.menu(item, options))
            }
            ItemKind::Templates(places) => Item::Templates(Box::new(self.templates(item, places))),
            _ if item.key == SIGN_NAME && self.signatures().is_some() => {
                Item::Menu(self.signature(item))
            }
            _ => Item::Line(self.line(item)),
        }
    }

    fn line(&self, item: &FormItem) -> Field {
        let kind = match item.kind {
            ItemKind::Number => Kind::Number,
            ItemKind::MultilineText => Kind::Multiline,
            ItemKind::Json => Kind::Json,
            _ if item.is_confidential => Kind::Password,
            _ => Kind::Text,
        };
        let mut field = Field::new(item.key, item.label.in_lang(self.lang)).typed(kind);
        field.is_required = item.is_required;
        field.is_code = item.key != SIGN_NAME;
        field.hint = self.hint(item);
        field.problem = self.problem(item);
        field.placeholder = item.placeholder.map(|text| text.in_lang(self.lang).to_owned());
        if item.is_confidential {
            field.autocomplete = "new-password";
            if let Some(shown) = self.masked(item) {
                field.placeholder = Some(shown);
            }
        } else {
            field.value = self.config.get(item.key).map(as_text).unwrap_or_default();
        }
        field
    }

    /// How a secret that is there already is spoken of.
    fn masked(&self, item: &FormItem) -> Option<String> {
        self.config.get(item.key)?;
        let shown = redact(self.config, self.factory);
        let end = shown.get(item.key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(self.lang.t1("console-secret-kept", "end", end).into_owned())
    }

    fn menu(&self, item: &FormItem, options: &[SelectItem]) -> Choices {
        let chosen = self.config.get(item.key).map(as_text).or(match item.default {
            Some(Constant::Text(text)) => Some(text.to_owned()),
            _ => None,
        });
        let chosen = chosen.unwrap_or_default();
        let choice =
            |one: &SelectItem| Choice::new(one.value, one.title.in_lang(self.lang), &chosen);
        let all = options.iter().map(choice).collect();
        let mut menu = Choices::new(item.key, item.label.in_lang(self.lang), all);
        menu.hint = self.hint(item);
        menu.wrong(self.problem(item))
    }

    fn signatures(&self) -> Option<&[String]> {
        let known = self.known?;
        (!known.signatures.is_empty()).then_some(known.signatures.as_slice())
    }

    fn signature(&self, item: &FormItem) -> Choices {
        let chosen = self.config.get(item.key).map(as_text).unwrap_or_default();
        let known = self.signatures().unwrap_or_default();
        let mut all = vec![Choice::new("", self.lang.t("console-choose"), &chosen)];
        all.extend(known.iter().map(|name| Choice::new(name, name, &chosen)));
        if !chosen.is_empty() && !known.contains(&chosen) {
            let label = self.lang.t1("console-not-in-account", "name", chosen.clone());
            all.push(Choice::new(chosen.clone(), label, &chosen));
        }
        let mut menu = Choices::new(item.key, item.label.in_lang(self.lang), all);
        menu.hint = self.hint(item);
        menu.wrong(self.problem(item))
    }

    fn hint(&self, item: &FormItem) -> Option<String> {
        let texts = [item.description, item.tooltip].into_iter().flatten();
        let texts: Vec<_> = texts.map(|text| text.in_lang(self.lang)).collect();
        (!texts.is_empty()).then(|| texts.join(self.lang.between_sentences()))
    }

    fn problem(&self, item: &FormItem) -> Option<Problem> {
        let mine: Vec<_> = self.problems.iter().filter(|one| is_of(one, item)).collect();
        let text = mine.iter().map(|one| sentence(self.lang, item, one)).collect::<Vec<_>>();
        let code = mine.first()?.kind.as_str();
        let text = text.join(self.lang.between_sentences());
        Some(Problem { code, text, more: None, wait: None })
    }

    fn templates(&self, item: &FormItem, places: &[Place]) -> Templates {
        let list = self.config.get(item.key);
        let others: Vec<_> =
            UsageType::ALL.into_iter().filter(|one| !USUAL.contains(one)).collect();
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
            others: others.iter().map(|usage| self.usage(list, *usage, places)).collect(),
        }
    }

    fn usage(&self, list: Option<&Value>, usage: UsageType, places: &[Place]) -> Use {
        let codes = places.iter().map(|place| {
            let code = in_template(list, (usage, *place), "templateCode").unwrap_or_default();
            (*place, code)
        });
        let codes: Vec<_> = codes.collect();
        Use {
            label: usage_name(self.lang, usage),
            hint: self.lang.t(&format!("usage-hint-{}", usage.as_str())).into_owned(),
            previews: codes.iter().filter_map(|(place, code)| self.preview(*place, code)).collect(),
            codes: codes.into_iter().map(|(place, code)| self.code(usage, place, code)).collect(),
        }
    }

    fn code(&self, usage: UsageType, place: Place, code: String) -> Item {
        let name = template_field(usage, place);
        let label = place_name(self.lang, place);
        let fits = |one: &&KnownTemplate| one.is_mainland == (place == Place::Mainland);
        let known: Vec<_> = self.known.iter().flat_map(|known| known.templates.iter()).collect();
        let known: Vec<_> = known.into_iter().filter(fits).collect();
        if known.is_empty() {
            return Item::Line(Field::new(name, label).holding(code).code().optional().at_most(64));
        }
        let mut all = vec![Choice::new("", self.lang.t("console-no-template"), &code)];
        let choice = |one: &&KnownTemplate| {
            Choice::new(&one.code, format!("{} · {}", one.name, one.code), &code)
        };
        all.extend(known.iter().map(choice));
        if !code.is_empty() && !known.iter().any(|one| one.code == code) {
            let label = self.lang.t1("console-not-in-account", "name", code.clone());
            all.push(Choice::new(code.clone(), label, &code));
        }
        Item::Menu(Choices::new(name, label, all))
    }

    fn preview(&self, place: Place, code: &str) -> Option<Preview> {
        let template = self.known?.template(code)?;
        let sign_name = self.config.get(SIGN_NAME).map(as_text).unwrap_or_default();
        let text = sms_text::preview(place, &sign_name, &template.content, EXAMPLE);
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

fn is_of(problem: &KitProblem, item: &FormItem) -> bool {
    let path = problem.key_path.strip_prefix(item.key);
    path.is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
}

/// The problem as a sentence of its own; the place is said only where the field alone does not tell.
fn sentence(lang: Lang, item: &FormItem, problem: &KitProblem) -> String {
    let what = problem.message(lang);
    let place = problem.key_path.strip_prefix(item.key).unwrap_or_default();
    let label = format!("{}{place}", item.label.in_lang(lang));
    match lang {
        Lang::En => format!("{label} {what}."),
        Lang::ZhCn => format!("{label}{what}。"),
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(_) | Value::Array(_) => format!("{value:#}"),
        other => other.to_string(),
    }
}
