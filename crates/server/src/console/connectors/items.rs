//! The fields of a connector's form, drawn from the declaration of its kind.
use std::collections::BTreeMap;

use serde_json::Value;

use super::form::is_shown;
use super::pending::{Known, KnownSignature};
use crate::connectors::kit::form::{Constant, FormItem, ItemKind, SelectItem};
use crate::connectors::kit::{Factory, Problem as KitProblem, redact};
use crate::views::console::connectors::wizard::{Boxes, Entry, Item, When};
use crate::views::console::fields::{Choice, Choices, Field, Kind, Tick};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// The key of the signature, which all providers with accounts call alike.
pub(super) const SIGN_NAME: &str = "signName";

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
    /// Since when the secrets that are stored stand, in words.
    pub(super) set_at: &'a BTreeMap<&'static str, String>,
    /// Whether who looks may change anything.
    pub(super) can_write: bool,
}

impl Source<'_> {
    /// One field, and when it is shown.
    pub(super) fn entry(&self, item: &FormItem) -> Entry {
        Entry { item: self.item(item), remove: self.remove(item), when: self.when(item) }
    }

    /// Taking a secret away that need not be there: a blank field keeps it.
    fn remove(&self, item: &FormItem) -> Option<Tick> {
        let can_go = item.is_confidential && !item.is_required && self.can_write;
        self.config.get(item.key).filter(|_| can_go)?;
        let label = self.lang.t1("console-secret-remove", "name", item.label.in_lang(self.lang));
        Some(Tick::new(format!("{}.remove", item.key), label, false))
    }

    fn when(&self, item: &FormItem) -> Option<When> {
        if item.show_when.is_empty() {
            return None;
        }
        let empty = serde_json::Map::new();
        let config = self.config.as_object().unwrap_or(&empty);
        let told = item.show_when.iter().map(|one| self.condition(one.target, one.expect));
        let data = item.show_when.iter();
        let data = data.map(|one| (one.target, as_text(&one.expect.to_json()))).collect::<Vec<_>>();
        Some(When {
            told: told.collect::<Vec<_>>().join(self.lang.between_sentences()),
            data: serde_json::to_string(&data).unwrap_or_default(),
            is_off: !is_shown(self.factory, item, config),
        })
    }

    /// For whoever has no script that hides the field.
    fn condition(&self, target: &str, expect: Constant) -> String {
        let target = self.factory.form.iter().find(|item| item.key == target);
        let field = target.map_or("", |item| item.label.in_lang(self.lang));
        match expect {
            Constant::Switch(is_on) => {
                let key = if is_on { "console-only-when-on" } else { "console-only-when-off" };
                self.lang.t1(key, "field", field).into_owned()
            }
            other => {
                let value = as_text(&other.to_json());
                let choices = target.map(|item| item.kind.choices()).unwrap_or_default();
                let title = choices.iter().find(|one| one.value == value);
                let title =
                    title.map_or(value.clone(), |one| one.title.in_lang(self.lang).to_owned());
                let marked = [("field", field.to_owned()), ("value", title)];
                let marked = marked.map(|(name, text)| (name, crate::web::i18n::Piece::Text(text)));
                let pieces = self.lang.pieces("console-only-when", &marked);
                pieces.iter().map(crate::web::i18n::Piece::text).collect()
            }
        }
    }

    fn item(&self, item: &FormItem) -> Item {
        let label = item.label.in_lang(self.lang);
        match item.kind {
            ItemKind::Switch => {
                let is_on = self.config.get(item.key).and_then(Value::as_bool).unwrap_or_default();
                let mut tick = Tick::new(item.key, label, is_on).wrong(self.problem(item));
                tick.hint = self.hint(item);
                Item::Switch(tick)
            }
            ItemKind::Select(options) => Item::Menu(self.menu(item, options)),
            ItemKind::MultiSelect(options) => Item::Boxes(self.boxes(item, options)),
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
            if let Some(shown) = self.kept(item) {
                field.placeholder = Some(shown);
            }
            if let Some(since) = self.set_at.get(item.key) {
                let since = self.lang.t1("console-secret-since", "since", since.as_str());
                let more = field.hint.map_or(String::new(), |hint| {
                    format!("{}{hint}", self.lang.between_sentences())
                });
                field.hint = Some(format!("{since}{more}"));
            }
        } else {
            field.value = self.config.get(item.key).map(as_text).unwrap_or_default();
            if !self.can_write {
                field.value = without_query(field.value);
            }
        }
        field
    }

    /// How a secret that is there already is spoken of.
    fn kept(&self, item: &FormItem) -> Option<String> {
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
        let mut all: Vec<_> = options.iter().map(choice).collect();
        if !all.iter().any(|one| one.is_chosen) {
            // the first of the list would look chosen, and be sent
            let label = if chosen.is_empty() {
                self.lang.t("console-choose").into_owned()
            } else {
                chosen.clone()
            };
            all.insert(0, Choice::new(chosen.clone(), label, &chosen));
        }
        let mut menu = Choices::new(item.key, item.label.in_lang(self.lang), all);
        menu.hint = self.hint(item);
        menu.wrong(self.problem(item))
    }

    fn boxes(&self, item: &FormItem, options: &[SelectItem]) -> Boxes {
        let chosen = self.config.get(item.key).and_then(Value::as_array);
        let is_on = |value: &str| chosen.is_some_and(|all| all.iter().any(|one| one == value));
        let tick = |one: &SelectItem| {
            Tick::new(item.key, one.title.in_lang(self.lang), is_on(one.value)).sending(one.value)
        };
        Boxes {
            id: item.key.to_owned(),
            label: item.label.in_lang(self.lang).to_owned(),
            hint: self.hint(item),
            problem: self.problem(item),
            ticks: options.iter().map(tick).collect(),
        }
    }

    fn signatures(&self) -> Option<&[KnownSignature]> {
        let known = self.known?;
        (!known.signatures.is_empty()).then_some(known.signatures.as_slice())
    }

    fn signature(&self, item: &FormItem) -> Choices {
        let chosen = self.config.get(item.key).map(as_text).unwrap_or_default();
        let known = self.signatures().unwrap_or_default();
        let mut all = vec![Choice::new("", self.lang.t("console-choose"), &chosen)];
        let choice = |one: &KnownSignature| {
            let label = test_only(self.lang, one.name.clone(), one.is_test_only);
            Choice::new(&one.name, label, &chosen)
        };
        all.extend(known.iter().map(choice));
        if !chosen.is_empty() && !known.iter().any(|one| one.name == chosen) {
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

    /// Everything that is wrong with a field, in sentences.
    pub(super) fn problem(&self, item: &FormItem) -> Option<Problem> {
        let mine: Vec<_> = self.problems.iter().filter(|one| is_of(one, item)).collect();
        let text = mine.iter().map(|one| sentence(self.lang, item, one)).collect::<Vec<_>>();
        let code = mine.first()?.kind.as_str();
        let text = text.join(self.lang.between_sentences());
        Some(Problem { code, text, more: None, wait: None })
    }
}

/// A choice with what sets it apart.
pub(super) fn test_only(lang: Lang, label: String, is_test_only: Option<bool>) -> String {
    match is_test_only {
        Some(true) => format!("{label} · {}", lang.t("console-test-only")),
        _ => label,
    }
}

/// An address without its query, which may hold a key.
pub(super) fn without_query(text: String) -> String {
    match text.split_once('?') {
        Some((address, _)) if address.contains("://") => format!("{address}?…"),
        _ => text,
    }
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

/// A value as the form holds it.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(_) | Value::Array(_) => format!("{value:#}"),
        other => other.to_string(),
    }
}
