//! Components with templates of their own. A macro is compiled wherever a page calls it, and a page of many macros took the compiler
//! half a minute; these are compiled once.
use askama::Template;

use super::fields::{Choices, Field, Tick};
use super::lists::Table;
use super::parts::Confirm;
use crate::web::i18n::Lang;

/// A [`Field`] as it is drawn.
#[derive(Template)]
#[template(path = "console/ui/field.html")]
pub struct DrawnField<'a> {
    lang: Lang,
    line: &'a Field,
}

/// [`Choices`] in a list box.
#[derive(Template)]
#[template(path = "console/ui/select.html")]
pub struct DrawnSelect<'a> {
    lang: Lang,
    menu: &'a Choices,
}

/// A [`Tick`] as a box or a switch.
#[derive(Template)]
#[template(path = "console/ui/tick.html")]
pub struct DrawnTick<'a> {
    lang: Lang,
    toggle: &'a Tick,
    class: &'static str,
}

/// A [`Table`] as it is drawn.
#[derive(Template)]
#[template(path = "console/ui/table.html")]
pub struct DrawnTable<'a> {
    grid: &'a Table,
}

/// A [`Confirm`] as it is drawn.
#[derive(Template)]
#[template(path = "console/ui/confirm.html")]
pub struct DrawnConfirm<'a> {
    lang: Lang,
    deed: &'a Confirm,
}

impl Field {
    /// The label, the control and what belongs to it.
    pub const fn drawn(&self, lang: Lang) -> DrawnField<'_> {
        DrawnField { lang, line: self }
    }
}

impl Choices {
    /// As a list box.
    pub const fn drawn(&self, lang: Lang) -> DrawnSelect<'_> {
        DrawnSelect { lang, menu: self }
    }
}

impl Tick {
    /// As a `box` or as a `switch`.
    pub const fn drawn(&self, lang: Lang, class: &'static str) -> DrawnTick<'_> {
        DrawnTick { lang, toggle: self, class }
    }
}

impl Table {
    /// Its head and its rows.
    pub const fn drawn(&self) -> DrawnTable<'_> {
        DrawnTable { grid: self }
    }
}

impl Confirm {
    /// The button that asks, and behind it the one that does it.
    pub const fn drawn(&self, lang: Lang) -> DrawnConfirm<'_> {
        DrawnConfirm { lang, deed: self }
    }
}
