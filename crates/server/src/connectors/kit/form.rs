//! The form of a connector's configuration, as data (wire contract D.1).
use super::Place;
use super::text::Text;

/// One field of the form.
#[derive(Debug, Clone, Copy)]
pub struct FormItem {
    /// Its key in the configuration.
    pub key: &'static str,
    /// What it is called.
    pub label: Text,
    /// How it is filled in.
    pub kind: ItemKind,
    /// Whether a configuration without it is refused.
    pub is_required: bool,
    /// An example inside the empty field.
    pub placeholder: Option<Text>,
    /// A sentence under the field.
    pub description: Option<Text>,
    /// More, for those who ask.
    pub tooltip: Option<Text>,
    /// What the field holds at first.
    pub default: Option<Constant>,
    /// A secret: written and replaced, never shown again.
    pub is_confidential: bool,
    /// A stored secret outlives an edit that leaves it blank only while these fields stay as they were:
    /// otherwise a changed address would carry it to somebody else. A field for owners likewise outlives the edits of others.
    pub kept_with: &'static [&'static str],
    /// Shown only when all of these hold.
    pub show_when: &'static [ShowCondition],
    /// Decides which machines this server calls, inner ones among them: only owners change it in the console.
    pub is_for_owners: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy)]
pub enum ItemKind {
    /// One line.
    Text,
    /// A number.
    Number,
    /// Several lines.
    MultilineText,
    /// On or off.
    Switch,
    /// One of these.
    Select(&'static [SelectItem]),
    /// Any of these.
    MultiSelect(&'static [SelectItem]),
    /// A JSON document.
    Json,
    /// The list of templates, a code for each use and each of these places; JSON on the wire.
    Templates(&'static [Place]),
}

/// A choice of [`ItemKind::Select`].
#[derive(Debug, Clone, Copy)]
pub struct SelectItem {
    /// As the configuration holds it.
    pub value: &'static str,
    /// As people read it.
    pub title: Text,
}

/// A field is shown when another holds this value.
#[derive(Debug, Clone, Copy)]
pub struct ShowCondition {
    /// Key of the other field.
    pub target: &'static str,
    /// What it has to hold.
    pub expect: Constant,
}

/// A JSON value known when the program is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constant {
    /// Text.
    Text(&'static str),
    /// A whole number.
    Number(i64),
    /// On or off.
    Switch(bool),
    /// A JSON document, as text.
    Json(&'static str),
}

impl FormItem {
    /// An optional field that is no secret.
    pub const fn new(key: &'static str, label: Text, kind: ItemKind) -> Self {
        Self {
            key,
            label,
            kind,
            is_required: false,
            placeholder: None,
            description: None,
            tooltip: None,
            default: None,
            is_confidential: false,
            kept_with: &[],
            show_when: &[],
            is_for_owners: false,
        }
    }

    /// A configuration without it is refused.
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// A secret, kept by edits that leave it blank as long as these fields stay as they were.
    pub const fn confidential(self, kept_with: &'static [&'static str]) -> Self {
        Self { is_confidential: true, kept_with, ..self }
    }

    /// Only owners change it in the console.
    pub const fn for_owners(self) -> Self {
        Self { is_for_owners: true, ..self }
    }

    /// What is for owners is kept by others' edits as long as these fields stay as they were.
    pub const fn kept_with(self, kept_with: &'static [&'static str]) -> Self {
        Self { kept_with, ..self }
    }

    /// An example inside the empty field.
    pub const fn placeholder(self, en: &'static str, zh_cn: &'static str) -> Self {
        Self { placeholder: Some(Text::new(en, zh_cn)), ..self }
    }

    /// A sentence under the field.
    pub const fn description(self, en: &'static str, zh_cn: &'static str) -> Self {
        Self { description: Some(Text::new(en, zh_cn)), ..self }
    }

    /// More, for those who ask.
    pub const fn tooltip(self, en: &'static str, zh_cn: &'static str) -> Self {
        Self { tooltip: Some(Text::new(en, zh_cn)), ..self }
    }

    /// What the field holds at first.
    pub const fn default(self, value: Constant) -> Self {
        Self { default: Some(value), ..self }
    }

    /// Shown only when all of these hold.
    pub const fn show_when(self, conditions: &'static [ShowCondition]) -> Self {
        Self { show_when: conditions, ..self }
    }

    /// Every text of the field.
    pub fn texts(&self) -> impl Iterator<Item = Text> {
        let choices = self.kind.choices().iter().map(|choice| choice.title);
        let optional = [self.placeholder, self.description, self.tooltip].into_iter().flatten();
        std::iter::once(self.label).chain(optional).chain(choices)
    }
}

impl ItemKind {
    /// The word of the wire contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::MultilineText => "MultilineText",
            Self::Switch => "Switch",
            Self::Select(_) => "Select",
            Self::MultiSelect(_) => "MultiSelect",
            Self::Json | Self::Templates(_) => "Json",
        }
    }

    /// What can be chosen; nothing for fields without choices.
    pub const fn choices(self) -> &'static [SelectItem] {
        match self {
            Self::Select(choices) | Self::MultiSelect(choices) => choices,
            _ => &[],
        }
    }
}
