//! What saving and deleting a connector mean for everybody else, told before it is done.
use haoma_core::role::Right;

use super::page::Work;
use crate::connectors::factory;
use crate::error::api::ApiError;
use crate::views::console::parts::{Confirm, Link, Notice, Tone};
use crate::views::console::shell::Section;

impl Work<'_> {
    /// What saving will mean for others.
    pub(super) async fn notices(&self) -> Result<Vec<Notice>, ApiError> {
        let lang = self.signed.visit.lang;
        if self.stored.is_some() {
            if self.app.experience.load().phone_sign_in() {
                return Ok(vec![]);
            }
            let mut notice = Notice::new(Tone::Warn, lang.t("console-connector-not-enabled"));
            let href = Section::SignInExperience.path();
            notice.link = Some(Link::new(lang.t("console-connector-enable"), href));
            return Ok(vec![notice]);
        }
        let live = haoma_store::connectors::current(&self.app.db).await?;
        let Some(live) = live else { return Ok(vec![]) };
        let name = factory(&live.factory_id).map_or("", |factory| factory.name.in_lang(lang));
        let text = lang.t1("console-connector-replaces", "name", name);
        let list =
            ["console-replaces-versions", "console-delete-under-way", "console-delete-secrets"];
        let list = list.map(|key| lang.t(key).into_owned()).to_vec();
        Ok(vec![Notice { list, ..Notice::new(Tone::Warn, text) }])
    }

    /// Deleting it, and what stops then.
    pub(super) fn delete(&self) -> Option<Confirm> {
        let lang = self.signed.visit.lang;
        let (stored, _) =
            self.stored.as_ref().filter(|_| self.signed.who.role.may(Right::Write))?;
        let is_open = self.app.experience.load().phone_sign_in();
        let stops =
            if is_open { "console-delete-stops" } else { "console-delete-stops-no-sign-in" };
        let list = [
            "console-delete-api",
            "console-delete-versions",
            "console-delete-under-way",
            "console-delete-secrets",
        ];
        Some(Confirm {
            ask: lang.t("console-connector-delete-ask").into_owned(),
            text: lang.t(stops).into_owned(),
            list: list.map(|key| lang.t(key).into_owned()).to_vec(),
            action: format!("/console/connectors/{}/delete", stored.id),
            go: lang.t("console-connector-delete").into_owned(),
            ..Confirm::default()
        })
    }
}
