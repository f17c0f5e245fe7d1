//! The form of a hook: as it is stored, as it was typed, and as the JSON that the management API reads.
use haoma_core::hooks::{Family, HookEvent, QUICK_RETRIES};
use haoma_core::role::{Right, Role};
use haoma_store::hooks::Hook;
use serde_json::{Map, Value, json};

use crate::console::forms::{self, lines, wrong_at};
use crate::console::prove::Fields;
use crate::error::api::{ApiError, codes};
use crate::hooks::saving::Wanted;
use crate::management::hook_body::{MOST_NAME, MOST_URL};
use crate::views::console::fields::{Field, Kind, Tick};
use crate::views::console::hooks::HookForm;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

const EVENTS: &str = "events";
const PRIVATE: &str = "allowPrivateAddresses";

/// What was typed, and what was wrong with it.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    pub(super) lang: Lang,
    pub(super) role: Role,
    pub(super) fields: &'a Fields,
    pub(super) error: Option<&'a ApiError>,
}

/// A stored hook as the fields of its form. Who may only look sees no more of its address than in the list.
pub(super) fn fields_of(wanted: &Wanted, role: Role) -> Fields {
    let config = &wanted.config;
    let headers = config.masked_headers();
    let url = if role.may(Right::Write) { config.url.clone() } else { config.masked_url() };
    let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let mut fields = vec![
        ("name".to_owned(), wanted.name.clone()),
        ("url".to_owned(), url),
        ("headers".to_owned(), headers.join("\n")),
        ("retries".to_owned(), config.retries.to_string()),
    ];
    fields.extend(wanted.events.iter().map(|event| (EVENTS.to_owned(), event.clone())));
    let switches = [("enabled", wanted.is_enabled), (PRIVATE, config.allow_private_addresses)];
    let on = switches.into_iter().filter(|(_, is_on)| *is_on);
    fields.extend(on.map(|(name, _)| (name.to_owned(), "on".to_owned())));
    fields
}

/// The fields of a form for a new one.
pub(super) fn new_fields() -> Fields {
    let retries = QUICK_RETRIES.to_string();
    vec![("retries".to_owned(), retries), ("enabled".to_owned(), "on".to_owned())]
}

/// The same as JSON. What a stored hook is told of that never happens here stays.
pub(super) fn body(fields: &Fields, stored: Option<&Wanted>) -> Value {
    let ticked = fields.iter().filter(|(name, _)| name == EVENTS).map(|(_, event)| event.clone());
    let elsewhere = stored.iter().flat_map(|stored| &stored.events);
    let elsewhere = elsewhere.filter(|event| HookEvent::parse(event).is_none()).cloned();
    let events: Vec<_> = ticked.chain(elsewhere).collect();
    let retries = forms::one(fields, "retries");
    let retries = retries.parse::<i64>().map_or_else(|_not_a_number| json!(retries), |n| json!(n));
    json!({
        "name": forms::one(fields, "name"),
        "events": events,
        "enabled": forms::is_on(fields, "enabled"),
        "config": {
            "url": forms::one(fields, "url"),
            "headers": headers(forms::one(fields, "headers")),
            "retries": retries,
            PRIVATE: forms::is_on(fields, PRIVATE),
        },
    })
}

/// A line each. What is no header becomes one that no request can have, so that it is refused at its place.
fn headers(text: &str) -> Map<String, Value> {
    let one = |line: &str| match line.split_once(':') {
        Some((name, value)) => (name.trim().to_owned(), value.trim().into()),
        None => (format!(" {line}"), "".into()),
    };
    lines(text).into_iter().map(one).collect()
}

impl Typed<'_> {
    /// The form as it was typed.
    pub(super) fn form(self, stored: Option<&Hook>) -> HookForm {
        let go = if stored.is_some() { "console-save" } else { "console-hook-create" };
        HookForm {
            version: stored.map_or(0, |hook| hook.version),
            fields: vec![
                self.field("name").at_most(MOST_NAME).wrong(self.wrong("name", "name")),
                self.field("url")
                    .at_most(MOST_URL)
                    .code()
                    .hint(self.t("url-hint"))
                    .such_as("https://shop.example.com/hooks/haoma")
                    .wrong(self.wrong("config.url", "url")),
            ],
            events_label: self.t("events"),
            events: self.events(),
            events_problem: self.wrong_events(),
            more: vec![
                self.field("headers")
                    .typed(Kind::Multiline)
                    .code()
                    .optional()
                    .hint(self.t("headers-hint"))
                    .such_as("Authorization: Bearer …")
                    .wrong(self.wrong("config.headers", "headers")),
                self.field("retries")
                    .typed(Kind::Number)
                    .hint(self.t("retries-hint"))
                    .wrong(self.wrong("config.retries", "retries")),
            ],
            ticks: self.ticks(),
            go: self.lang.t(go).into_owned(),
        }
    }

    fn t(self, end: &str) -> String {
        self.lang.t(&format!("console-hook-{end}")).into_owned()
    }

    fn field(self, name: &'static str) -> Field {
        Field::new(name, self.t(name)).holding(forms::one(self.fields, name))
    }

    fn wrong(self, place: &str, end: &str) -> Option<Problem> {
        wrong_at(self.lang, self.error, place, &format!("console-hook-{end}-wrong"))
    }

    fn wrong_events(self) -> Option<Problem> {
        let key = "console-hook-events-wrong";
        let alone = self.error.filter(|error| error.code == codes::HOOK_MISSING_EVENTS);
        let alone = alone.map(|error| Problem::of_page(self.lang, error.code.code, key));
        alone.or_else(|| self.wrong("events", "events"))
    }

    fn events(self) -> Vec<(String, Vec<Tick>)> {
        let families = [Family::Interaction, Family::Data, Family::Exception];
        let group = |family: Family| {
            let name = match family {
                Family::Interaction => "events-interaction",
                Family::Data => "events-data",
                Family::Exception => "events-exception",
            };
            let all = HookEvent::ALL.into_iter().filter(|event| event.family() == family);
            (self.t(name), all.map(|event| self.event(event)).collect())
        };
        families.map(group).to_vec()
    }

    fn event(self, event: HookEvent) -> Tick {
        let name = event.as_str();
        let is_on = self.fields.iter().any(|(field, value)| field == EVENTS && value == name);
        let label = self.t(&format!("event-{}", key(event)));
        let mut tick = Tick::new(EVENTS, label, is_on).sending(name).hint(name);
        tick.id = format!("event-{}", key(event));
        tick
    }

    fn ticks(self) -> Vec<Tick> {
        let is_on = |name: &str| forms::is_on(self.fields, name);
        let enabled = Tick::new("enabled", self.t("enable"), is_on("enabled"));
        let enabled = enabled.hint(self.t("enable-hint"));
        let private = Tick::new(PRIVATE, self.t("private"), is_on(PRIVATE));
        let private = private.hint(self.t("private-hint"));
        let is_owner = self.role.may(Right::Administer);
        std::iter::once(enabled).chain(is_owner.then_some(private)).collect()
    }
}

/// What the key of a sentence about an event ends with.
pub(super) fn key(event: HookEvent) -> String {
    event.as_str().to_ascii_lowercase().replace('.', "-")
}
