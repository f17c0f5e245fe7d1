//! What stands on the page of a hook beside its form.
use haoma_core::hooks::HookEvent;
use haoma_store::hooks::Hook;

use crate::hooks::config::masked;
use crate::hooks::saving::Wanted;
use crate::hooks::sending;
use crate::views::console::fields::{Choice, Choices};
use crate::views::console::hooks::{KeyPart, TestPart};
use crate::views::console::lists::Cell;
use crate::views::console::parts::{Code, Confirm, Fact, Notice, Tone};
use crate::web::i18n::Lang;

/// What came of trying a hook out.
pub(super) struct Came {
    /// With this event.
    pub(super) event: HookEvent,
    /// What came.
    pub(super) came: sending::Came,
}

/// A key that was made just now.
pub(super) fn new_key(lang: Lang, key: String) -> Code {
    Code { label: lang.t("console-hook-key").into_owned(), text: key, has_lines: false }
}

/// How it is tried out.
pub(super) fn test(lang: Lang, wanted: &Wanted, came: Option<Came>) -> TestPart {
    let known = || wanted.events.iter().filter_map(|name| HookEvent::parse(name));
    let chosen = came.as_ref().map(|came| came.event).or_else(|| known().next());
    let chosen = chosen.map_or("", HookEvent::as_str);
    let mut options: Vec<_> =
        known().map(|event| Choice::new(event.as_str(), event.as_str(), chosen)).collect();
    if options.is_empty() {
        let event = HookEvent::PostSignIn.as_str();
        options.push(Choice::new(event, event, event));
    }
    let answer =
        came.as_ref().filter(|came| came.came.error.is_some() && !came.came.body.is_empty());
    let answer = answer.map(|came| Code {
        label: lang.t("console-hook-test-answer").into_owned(),
        text: String::from_utf8_lossy(&came.came.body).into_owned(),
        has_lines: true,
    });
    TestPart {
        events: Choices::new("event", lang.t("console-hook-test-event"), options).id("test-event"),
        said: came.map(|came| said(lang, &came.came)),
        answer,
    }
}

fn said(lang: Lang, came: &sending::Came) -> Notice {
    match (&came.error, came.status) {
        (None, _) => Notice::good(lang, "console-hook-test-good"),
        (Some(_), Some(status)) => {
            let text = lang.t1("console-hook-test-status", "status", status.as_u16().to_string());
            Notice::new(Tone::Bad, text.into_owned())
        }
        (Some(error), None) => Notice::new(Tone::Bad, trouble(lang, error)),
    }
}

/// Why a hook was not reached, in words.
pub(super) fn trouble(lang: Lang, error: &str) -> String {
    if let Some(status) = error.strip_prefix("HTTP ") {
        return lang.t1("console-hook-test-status", "status", status.to_owned()).into_owned();
    }
    let key = format!("console-hook-trouble-{}", error.replace('_', "-"));
    if lang.has(&key) { lang.t(&key).into_owned() } else { error.to_owned() }
}

/// What is known of its key; `path` is where forms go, for who may change it.
pub(super) fn key(lang: Lang, wanted: &Wanted, path: Option<&str>) -> KeyPart {
    let t = |key: &str| lang.t(key).into_owned();
    let shown = Cell::Code(masked(&wanted.config.signing_key));
    KeyPart {
        facts: vec![
            Fact::new(t("console-hook-key"), shown),
            Fact::new(t("console-hook-key-header"), Cell::Code(sending::SIGNATURE.to_owned())),
        ],
        renew: path.map(|path| Confirm {
            ask: t("console-hook-key-renew"),
            text: t("console-hook-key-renew-what"),
            action: format!("{path}/key"),
            go: t("console-hook-key-renew-go"),
            ..Confirm::default()
        }),
    }
}

/// The end of it.
pub(super) fn delete(lang: Lang, hook: &Hook, path: &str) -> Confirm {
    Confirm {
        ask: lang.t("console-hook-delete").into_owned(),
        text: lang.t1("console-hook-delete-what", "name", hook.name.as_str()).into_owned(),
        action: format!("{path}/delete"),
        go: lang.t("console-hook-delete-go").into_owned(),
        ..Confirm::default()
    }
}
