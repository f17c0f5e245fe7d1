//! The fields of the guided set-up, compiled once each as in [`crate::views::console::drawn`].
use askama::Template;

use super::wizard::{Entry, Item, Use};
use crate::web::i18n::Lang;

/// An [`Entry`] as it is drawn.
#[derive(Template)]
#[template(path = "console/connectors/entry.html")]
pub struct DrawnEntry<'a> {
    lang: Lang,
    entry: &'a Entry,
}

/// An [`Item`] as it is drawn.
#[derive(Template)]
#[template(path = "console/connectors/control.html")]
pub struct DrawnItem<'a> {
    lang: Lang,
    item: &'a Item,
}

/// A [`Use`] as it is drawn.
#[derive(Template)]
#[template(path = "console/connectors/use.html")]
pub struct DrawnUse<'a> {
    lang: Lang,
    purpose: &'a Use,
}

impl Entry {
    /// The field, when it is there and how its secret is taken away.
    pub const fn drawn(&self, lang: Lang) -> DrawnEntry<'_> {
        DrawnEntry { lang, entry: self }
    }
}

impl Item {
    /// The control.
    pub const fn drawn(&self, lang: Lang) -> DrawnItem<'_> {
        DrawnItem { lang, item: self }
    }
}

impl Use {
    /// Its codes, and how the messages read.
    pub const fn drawn(&self, lang: Lang) -> DrawnUse<'_> {
        DrawnUse { lang, purpose: self }
    }
}
