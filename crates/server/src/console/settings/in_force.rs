//! The limits on messages and guesses as they are in force: read off the counters, by who asks, not off what is configured.
use haoma_core::limits::{self, LimitKind};
use haoma_core::policy::{GuessPolicy, SendPolicy};

use super::{By, Setting, duration, messages, money};
use crate::app::App;
use crate::captcha::Provider;
use crate::limit_table::{self, Limit, Policies};
use crate::views::console::chart::number;
use crate::web::i18n::Lang;

/// Seconds from which on a pace is told in minutes.
const TOLD_IN_MINUTES: i64 = 10 * 60;

/// What is configured, and what comes of it.
pub(super) struct InForce {
    lang: Lang,
    limits: SendPolicy,
    guesses: GuessPolicy,
    all: Vec<Limit>,
    has_captcha: bool,
}

impl InForce {
    /// As this node charges now.
    pub(super) fn of(app: &App, lang: Lang) -> Self {
        let (limits, guesses) = (app.limits(), app.settings.guesses);
        let all = limit_table::all(&Policies { codes: app.codes(), limits, guesses });
        Self { lang, limits, guesses, all, has_captcha: app.settings.captcha.is_some() }
    }

    /// Limits on messages to a number, and of one walk through the pages.
    pub(super) fn messages(&self) -> Vec<Setting> {
        let Self { lang, limits, .. } = self;
        let [first, second, later] = limits.cooldown_secs.map(|secs| duration(*lang, secs));
        let count = |n| messages(*lang, n);
        let numbers = lang.t1("setting-numbers", "count", limits.numbers_per_interaction);
        vec![
            Setting::new("cooldown-first", first, By::KeyOrExperience("limits.cooldown_secs[0]")),
            Setting::new("cooldown-second", second, By::KeyOrExperience("limits.cooldown_secs[1]")),
            Setting::new("cooldown-later", later, By::KeyOrExperience("limits.cooldown_secs[2]")),
            Setting::new("hour", count(limits.per_number_hour), By::Key("limits.per_number_hour")),
            Setting::new("day", count(limits.per_number_day), By::Key("limits.per_number_day")),
            self.at_once(("at-once", LimitKind::Number), &count),
            Setting::new("walk", count(limits.per_interaction), By::Key("limits.per_interaction")),
            Setting::new(
                "walk-numbers",
                numbers.into_owned(),
                By::Key("limits.numbers_per_interaction"),
            ),
            self.by_kind(("provider", LimitKind::Provider, "limits.provider_hour"), &count),
        ]
    }

    /// Messages from one place, or to one country, that nobody verified.
    pub(super) fn places(&self) -> Vec<Setting> {
        let Self { lang, limits, .. } = self;
        let count = |n| messages(*lang, n);
        let countries = |n| match n {
            0 => lang.t("setting-no-limit").into_owned(),
            n => lang.t1("setting-countries", "count", n).into_owned(),
        };
        let of_pair =
            ("number-network", LimitKind::NumberNetwork, "limits.per_number_and_network_day");
        let of_countries =
            ("countries-other", LimitKind::AddressCountries, "limits.countries_per_address_day");
        let mut all = vec![
            self.by_kind(of_pair, &count),
            self.by_kind(("address", LimitKind::Address, "limits.per_address_day"), &count),
            self.by_kind(("network", LimitKind::Network, "limits.per_network_day"), &count),
            self.by_kind(of_countries, &countries),
            self.by_kind(("country", LimitKind::Country, "limits.per_country_unverified"), &count),
        ];
        if let Some(price) = price_of_fewer(limits) {
            let fewer = lang.t1("setting-fewer-above", "price", exact_money(price)).into_owned();
            all.push(Setting::new("country-price", fewer, By::Key("limits.money_hour")));
        }
        if limits.per_country_unverified > 0 && limits.budget_day > 1 {
            let homes = count(limits.budget_day / 2);
            all.push(Setting::new("country-homes", homes, By::Key("limits.budget_day")));
        }
        all
    }

    /// How often the provider of a captcha is asked.
    pub(super) fn captchas(&self) -> Vec<Setting> {
        let count = |n: i64| match n {
            0 => self.lang.t("setting-no-limit").into_owned(),
            n => {
                let told = self.lang.t1("setting-checks", "count", n);
                told.replace(&n.to_string(), &number(n))
            }
        };
        let of_network =
            ("captcha-network", LimitKind::CaptchaNetwork, "limits.captchas_per_network_day");
        let of_all = ("captcha-hour", LimitKind::CaptchaHour, "limits.captchas_hour");
        vec![self.by_kind(of_network, &count), self.by_kind(of_all, &count)]
    }

    /// All messages together.
    pub(super) fn budget(&self) -> Vec<Setting> {
        let lang = self.lang;
        let count = |n| messages(lang, n);
        let sum = |n| money(lang, n);
        let patience = self.limits.patience_ms;
        let patience = lang.t1("setting-milliseconds", "count", patience).into_owned();
        vec![
            self.by_kind(("budget-hour", LimitKind::BudgetHour, "limits.budget_hour"), &count),
            self.by_kind(("budget-day", LimitKind::BudgetDay, "limits.budget_day"), &count),
            self.by_kind(("money-hour", LimitKind::MoneyHour, "limits.money_hour"), &sum),
            self.by_kind(("money-day", LimitKind::MoneyDay, "limits.money_day"), &sum),
            Setting::new("patience", patience, By::Key("limits.patience_ms")),
        ]
    }

    /// Wrong codes.
    pub(super) fn guesses(&self) -> Vec<Setting> {
        let Self { lang, guesses, .. } = self;
        let count = |n: i64| match n {
            0 => lang.t("setting-no-limit").into_owned(),
            n => lang.t1("setting-tries", "count", n).into_owned(),
        };
        let (hour, day) = (count(guesses.per_number_hour), count(guesses.per_number_day));
        let in_a_row =
            ("guesses-in-a-row", LimitKind::GuessesInARow, "guesses.per_number_in_a_row");
        let of_address =
            ("guesses-address", LimitKind::GuessesAddress, "guesses.per_address_minute");
        // the stair is charged where guesses of an address are
        let step = |(tries, secs): (i64, i64)| {
            format!("{} / {}", lang.t1("setting-tries", "count", tries), duration(*lang, secs))
        };
        let network = match guesses.per_address_minute {
            0 => count(0),
            _ => limits::STAIR.into_iter().map(step).collect::<Vec<_>>().join(" · "),
        };
        vec![
            Setting::new("guesses-hour", hour, By::Key("guesses.per_number_hour")),
            Setting::new("guesses-day", day, By::Key("guesses.per_number_day")),
            self.at_once(("guesses-at-once", LimitKind::GuessesNumber), &count),
            self.by_kind(in_a_row, &count),
            Setting::new("guesses-network", network, By::Fixed),
            self.by_kind(of_address, &count),
        ]
    }

    /// A limit that starts anew: what fits for whom.
    fn by_kind(
        &self,
        (key, kind, configured): (&'static str, LimitKind, &'static str),
        shown: &dyn Fn(i64) -> String,
    ) -> Setting {
        let limit = self.find(kind);
        let most = limit.and_then(|limit| limit.most).unwrap_or(0);
        let setting = Setting::new(key, shown(most), By::Key(configured));
        setting.meaning(limit.and_then(|limit| self.for_whom(limit, shown)))
    }

    /// One that leaves evenly, which follows from two that are configured.
    fn at_once(
        &self,
        (key, kind): (&'static str, LimitKind),
        shown: &dyn Fn(i64) -> String,
    ) -> Setting {
        let limit = self.find(kind);
        let most = shown(limit.and_then(|limit| limit.most).unwrap_or(0));
        let then = limit.and_then(|limit| limit.one_more_seconds).map(|secs| {
            let is_long = secs >= TOLD_IN_MINUTES && secs % 60 > 0;
            let every = duration(self.lang, if is_long { secs - secs % 60 + 60 } else { secs });
            self.lang.t1("setting-then-every", "every", every).into_owned()
        });
        let setting = Setting::new(key, most + &then.unwrap_or_default(), By::Above);
        setting.meaning(limit.and_then(|limit| self.for_whom(limit, shown)))
    }

    fn find(&self, kind: LimitKind) -> Option<&Limit> {
        self.all.iter().find(|limit| limit.limit == kind.as_str())
    }

    /// What of it is for somebody of whom nothing is known, and what work and a captcha make of that; nothing where it is the same.
    fn for_whom(&self, limit: &Limit, shown: &dyn Fn(i64) -> String) -> Option<String> {
        let (most, stranger) = (limit.most?, limit.stranger?);
        // a number stays with what it counts
        let count = |n: i64| shown(n).replace(' ', "\u{a0}");
        let part = |key: &str, n: i64| self.lang.t1(key, "count", count(n)).into_owned();
        let mut parts = vec![];
        match limit.solved {
            None => parts.push(self.lang.t("setting-more-for-work").into_owned()),
            Some(solved) if solved > stranger => {
                parts.push(part("setting-without-work", stranger));
                if solved < most {
                    parts.push(part("setting-with-work", solved));
                }
            }
            Some(solved) if solved < most => parts.push(part("setting-in-new-browsers", solved)),
            Some(_) => {}
        }
        if let Some(checked) = limit.checked.filter(|checked| self.has_captcha && *checked > most) {
            parts.push(part("setting-with-captcha", checked));
        }
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// What a message costs at most where the whole limit of a country holds; nothing where it holds whatever one costs.
fn price_of_fewer(limits: &SendPolicy) -> Option<i64> {
    let most = Some(limits.per_country_unverified).filter(|most| *most > 1)?;
    (limits.money_hour > 0).then(|| limits.money_hour / 10 / most)
}

/// To the last digit: a message costs hundredths.
fn exact_money(units: i64) -> String {
    let text = format!("{}.{:04}", number(units / 10_000), units % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The captcha where work helps no more.
pub(super) fn captcha(app: &App, lang: Lang) -> Vec<Setting> {
    let Some(captcha) = &app.settings.captcha else {
        return vec![Setting::new(
            "captcha",
            lang.t("setting-none").into_owned(),
            By::Key("captcha"),
        )];
    };
    let Provider::Aliyun(scene) = &captcha.provider;
    let name = format!("Aliyun Captcha 2.0 · {} · {}", scene.scene_id, scene.region.as_str());
    let when_down = format!("setting-captcha-{}", captcha.when_down.as_str());
    let when_down = lang.t(&when_down).into_owned();
    vec![
        Setting::new("captcha", name, By::Key("captcha")),
        Setting::new("captcha-down", when_down, By::Key("captcha.when_down")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_force(limits: SendPolicy, has_captcha: bool) -> InForce {
        let guesses = GuessPolicy::default();
        let all = limit_table::all(&Policies { limits, guesses, ..Policies::default() });
        InForce { lang: Lang::En, limits, guesses, all, has_captcha }
    }

    fn told(all: Vec<Setting>, key: &str) -> (String, Option<String>) {
        let found = all.into_iter().find(|one| one.key == key);
        found.map(|one| (one.value, one.more)).unwrap_or_default()
    }

    #[test]
    fn what_is_shown_is_what_is_charged_and_not_what_is_configured() {
        let now = in_force(SendPolicy::default(), false);
        let words = |text: &str| Some(text.replace('_', "\u{a0}"));
        assert_eq!(
            told(now.messages(), "at-once"),
            (
                "5 messages, then one more every 4 hours".to_owned(),
                words("3_messages without a small task · 4_messages with one")
            )
        );
        assert_eq!(
            told(now.guesses(), "guesses-at-once"),
            (
                "9 tries, then one more every 35 minutes".to_owned(),
                words("7_tries from new browsers")
            )
        );
        assert_eq!(told(now.messages(), "provider").1, told(now.messages(), "at-once").1);
        assert_eq!(told(now.places(), "number-network"), ("6 messages".to_owned(), None));
        assert_eq!(
            told(now.places(), "countries-other"),
            ("3 countries".to_owned(), words("any number with a small task"))
        );
        assert_eq!(told(now.places(), "address").1, words("10_messages without a small task"));
        assert_eq!(
            told(now.places(), "country-price").0,
            "Fewer where a message costs more than 0.125"
        );
        assert_eq!(told(now.places(), "country-homes").0, "5,000 messages");
        assert_eq!(
            told(now.budget(), "budget-hour").1,
            words("3,000_messages without a small task · 4,000_messages with one")
        );
        let with_captcha = in_force(SendPolicy::default(), true);
        assert_eq!(
            told(with_captcha.places(), "address").1,
            words("10_messages without a small task · 40_messages with the captcha")
        );
    }

    #[test]
    fn a_country_has_fewer_from_the_price_on_that_is_told() {
        for (per_country_unverified, money_hour) in [(200, 2_500_000), (7, 999), (3, 1_000_001)] {
            let policy = SendPolicy { per_country_unverified, money_hour, ..SendPolicy::default() };
            let price = u32::try_from(price_of_fewer(&policy).unwrap()).unwrap();
            let of = |price| limits::unverified_of_country(&policy, price);
            assert_eq!(of(price), per_country_unverified);
            assert!(of(price + 1) < per_country_unverified, "{money_hour}");
        }
    }

    #[test]
    fn what_is_off_is_told_as_off() {
        let off = SendPolicy {
            per_number_hour: 0,
            per_number_day: 0,
            per_address_day: 0,
            money_hour: 0,
            budget_day: 0,
            ..SendPolicy::default()
        };
        let now = in_force(off, true);
        for (all, key) in [
            (now.messages(), "at-once"),
            (now.places(), "address"),
            (now.budget(), "money-hour"),
            (now.budget(), "budget-day"),
        ] {
            assert_eq!(told(all, key), ("No limit".to_owned(), None), "{key}");
        }
        for key in ["country-price", "country-homes"] {
            assert_eq!(told(now.places(), key).0, "", "{key}");
        }
    }
}
