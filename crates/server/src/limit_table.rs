//! Every limit that is in force, read off the counters themselves: the page `docs/reference/limits.md` and `GET /api/limits` are both made
//! of this, so neither can be wrong.
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use haoma_core::keys::{Key, ServerKey};
use haoma_core::limits::{self, Ask, Charge, Guess, Leaves, LimitKind, Standing};
use haoma_core::phone::{PhoneNumber, Region};
use haoma_core::policy::{CodePolicy, GuessPolicy, SendPolicy};
use haoma_core::time::Timestamp;
use serde::Serialize;

/// Every kind of counter, in the order of the page.
const KINDS: [LimitKind; 25] = [
    LimitKind::Cooldown,
    LimitKind::Number,
    LimitKind::Provider,
    LimitKind::NumberNetwork,
    LimitKind::Address,
    LimitKind::Network,
    LimitKind::AddressCountries,
    LimitKind::Country,
    LimitKind::BudgetHour,
    LimitKind::BudgetDay,
    LimitKind::MoneyHour,
    LimitKind::MoneyDay,
    LimitKind::CaptchaNetwork,
    LimitKind::CaptchaHour,
    LimitKind::GuessesNumber,
    LimitKind::GuessesInARow,
    LimitKind::GuessesNetwork,
    LimitKind::GuessesAddress,
    LimitKind::Account,
    LimitKind::Notices,
    LimitKind::Tests,
    LimitKind::Searches,
    LimitKind::Looks,
    LimitKind::Password,
    LimitKind::SecondFactor,
];

/// A limit that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// Its name in counters, logs and answers.
    pub limit: &'static str,
    /// What counts.
    pub counts: &'static str,
    /// How much fits for those who may use all of it; `None`: it is off.
    pub most: Option<i64>,
    /// Seconds until it starts anew; `None`: as long as what it guards lives, or bit by bit.
    pub seconds: Option<i64>,
    /// Seconds until there is room for one more again, where all of it does not start anew at once.
    pub one_more_seconds: Option<i64>,
    /// How much of it strangers may use; `None`: it does not concern them, or there is no end.
    pub stranger: Option<i64>,
    /// How much whoever solved a challenge may use.
    pub solved: Option<i64>,
    /// How much whoever passed a captcha may use, where one is configured; it may be more than `most`.
    pub checked: Option<i64>,
    /// How much a browser may use in which the number signed in before.
    pub known: Option<i64>,
    /// Whether what comes back verified makes room for more.
    pub grows: bool,
    /// The key of the configuration; `None`: fixed.
    pub configured: Option<&'static str>,
}

/// What is configured of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies {
    /// How codes live.
    pub codes: CodePolicy,
    /// How often messages go out.
    pub limits: SendPolicy,
    /// How often codes are guessed wrong.
    pub guesses: GuessPolicy,
}

/// Every limit; those with several steps once for each.
pub fn all(policies: &Policies) -> Vec<Limit> {
    let [strangers, solved, checked, known] =
        [Standing::Stranger, Standing::Solved, Standing::Checked, Standing::Known]
            .map(|who| charges(policies, who));
    let most_of = |list: &[Charge], charge: &Charge| {
        list.iter().find(|one| one.bucket == charge.bucket).and_then(room)
    };
    let mut all = vec![];
    for kind in KINDS {
        let before = all.len();
        for charge in strangers.iter().filter(|charge| charge.kind == kind) {
            let (stranger, solved) = (room(charge), most_of(&solved, charge));
            let (checked, known) = (most_of(&checked, charge), most_of(&known, charge));
            all.push(Limit {
                most: [stranger, solved, known].into_iter().flatten().max(),
                seconds: Some(charge.resets_at.0 / 1000).filter(|_| every_ms(charge).is_none()),
                one_more_seconds: every_ms(charge).map(|every_ms| every_ms / 1000),
                stranger,
                solved,
                checked,
                known,
                grows: charge.growth > 0,
                ..off(kind)
            });
        }
        if all.len() == before {
            all.push(off(kind));
        }
    }
    all.extend(of_walks(policies));
    all
}

fn every_ms(charge: &Charge) -> Option<i64> {
    match charge.leaves {
        Leaves::Evenly { every_ms } => Some(every_ms),
        Leaves::AtOnce | Leaves::Late => None,
    }
}

/// Those that are no counters, but numbers in the row of what they guard.
fn of_walks(policies: &Policies) -> [Limit; 4] {
    let Policies { codes, limits, .. } = policies;
    let one = |limit, counts, most: i64, seconds, configured| {
        let most = Some(most).filter(|most| *most > 0);
        let (stranger, solved, checked, known) = (most, most, most, most);
        let configured = Some(configured);
        Limit {
            most,
            seconds,
            stranger,
            solved,
            checked,
            known,
            configured,
            ..nothing(limit, counts)
        }
    };
    let life = Some(codes.expiration_duration);
    [
        one(
            "code_tries",
            "Guesses at one code, right or wrong; a message that repeats it makes no more",
            codes.max_retry_attempts,
            life,
            "codes.maxRetryAttempts",
        ),
        one(
            "code_life",
            "Rightly given codes: one, within this time",
            1,
            life,
            "codes.expirationDuration",
        ),
        one(
            "interaction_messages",
            "Messages that one walk through the pages causes",
            limits.per_interaction,
            None,
            "limits.per_interaction",
        ),
        one(
            "interaction_numbers",
            "Numbers that one walk through the pages texts",
            limits.numbers_per_interaction,
            None,
            "limits.numbers_per_interaction",
        ),
    ]
}

/// The page.
pub fn page() -> String {
    const HEAD: &str = "\
# Limits

Made by `cargo xtask docs` from the counters that the server charges, with the defaults. `GET /api/limits` answers the same with what a running server is
configured to, and the console shows it under *Settings*.

A limit is one row that is charged in the unit of what it guards: all of them or none ([decision 16](../decisions/0016-one-counter-several-heights.md)). How
high a row may go depends on who asks: a *stranger*, somebody whose device *solved* a challenge for this very message, somebody who passed
a captcha for it (*checked*; only where one is configured, [decision 20](../decisions/0020-captcha.md)), or a browser that is *known* because the number
signed in in it before. A limit *evenly* makes room bit by bit: as many as it says at once, then one more every so often, so that no hour
and no day has more than is configured, wherever it begins. `–` says that the limit does not concern them, or has no end for them. Zero in the configuration turns a limit off, which only a load
test should do. A number with a fixed code (*test number*) is charged to `cooldown`, `number`, `number_network`, `account` and every limit
of guesses, and to no other: no provider is called. Addresses of this machine
and of private networks tell nothing and are not counted, but for captchas, where they are one network. Where only accounts may sign in,
the pause of `cooldown` is one second longer in a sign-in, because messages leave a moment after they were asked for.

| limit | what counts | within | most | stranger | solved | checked | known | grows | set by |
|---|---|---:|---:|---:|---:|---:|---:|---|---|
";
    let mut text = HEAD.to_owned();
    for limit in all(&Policies::default()) {
        let number = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
        let Limit { counts, stranger, solved, checked, known, .. } = limit;
        let (name, within) = (limit.limit, within(&limit));
        let most = limit.most.map_or_else(|| "off".to_owned(), |most| most.to_string());
        let [stranger, solved, checked, known] = [stranger, solved, checked, known].map(number);
        let grows = if limit.grows { "half a message for each verified" } else { "" };
        let by = limit.configured.map_or_else(|| "fixed".to_owned(), |key| format!("`{key}`"));
        // Writing to a String cannot fail.
        let _infallible = writeln!(
            text,
            "| `{name}` | {counts} | {within} | {most} | {stranger} | {solved} | {checked} | {known} | {grows} | {by} |"
        );
    }
    text
}

/// When there is room again.
fn within(limit: &Limit) -> String {
    match (limit.seconds, limit.one_more_seconds) {
        (Some(secs), _) => span(secs),
        (None, Some(secs)) => format!("evenly, one every {}", span(secs)),
        (None, None) => "–".to_owned(),
    }
}

/// In the largest unit that fits without a rest.
fn span(secs: i64) -> String {
    match secs {
        secs if secs % 86_400 == 0 => format!("{} d", secs / 86_400),
        secs if secs % 3600 == 0 => format!("{} h", secs / 3600),
        secs if secs % 60 == 0 => format!("{} min", secs / 60),
        secs => format!("{secs} s"),
    }
}

/// A kind of which there is no counter, with what is known of it all the same.
fn off(kind: LimitKind) -> Limit {
    let (counts, configured) = about(kind);
    Limit { configured, ..nothing(kind.as_str(), counts) }
}

const fn nothing(limit: &'static str, counts: &'static str) -> Limit {
    Limit {
        limit,
        counts,
        most: None,
        seconds: None,
        one_more_seconds: None,
        stranger: None,
        solved: None,
        checked: None,
        known: None,
        grows: false,
        configured: None,
    }
}

/// How much of a counter fits for whom it is charged; nothing where there is no end.
fn room(charge: &Charge) -> Option<i64> {
    /// A share that is no share: whoever works has no end.
    const ENDLESS: u32 = 1000;
    let room = (i64::from(charge.max.get()) * i64::from(charge.share) + 99) / 100;
    (charge.share < ENDLESS).then_some(room)
}

/// Every counter there is, as it would be charged at the begin of time: its end is its length.
fn charges(policies: &Policies, standing: Standing) -> Vec<Charge> {
    let key: &Key = &ServerKey::new([0; 32]).derive("limits");
    let now = Timestamp(0);
    let Some(phone) = Region::CHINA.example().or_else(some_number) else { return vec![] };
    let address = Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)));
    let (limits, guesses) = (&policies.limits, &policies.guesses);
    let ask = |earlier| {
        let resend_at = now.plus_secs(limits.cooldown(earlier));
        Ask { phone: &phone, address, standing, price: 1, resend_at, now }
    };
    let mut all = limits::for_message(limits, key, &ask(0));
    for earlier in [1, 2] {
        let again = limits::for_message(limits, key, &ask(earlier)).into_iter();
        all.extend(again.filter(|charge| charge.kind == LimitKind::Cooldown).map(|charge| {
            // one counter: told once for each length of the pause
            Charge { bucket: format!("{}:{earlier}", charge.bucket), ..charge }
        }));
    }
    all.extend(limits::for_new_country(limits, key, &ask(0)).map(|[count, _mark]| count));
    all.extend(limits::for_captcha(limits, key, address, now));
    let guess = Guess { number_id: "number", address, standing, now };
    all.extend(limits::for_guess(guesses, key, &guess));
    let notices = limits::for_notice(limits, key, (&phone, 1, Standing::Known), now).into_iter();
    all.extend(notices.filter(|charge| charge.kind == LimitKind::Notices));
    all.extend(limits::for_account(key, "", now));
    all.extend(limits::for_test(key, "", now));
    all.extend(limits::for_search(key, "", now));
    all.extend(limits::for_look(key, "", now));
    all.extend(limits::for_password(key, "", "", now));
    all.extend(limits::for_passwords(key, "", now));
    all.extend(limits::for_second_factor(key, "", now));
    all
}

fn some_number() -> Option<PhoneNumber> {
    PhoneNumber::from_international("8613800138000").ok()
}

/// What a counter counts, and where it is set.
const fn about(kind: LimitKind) -> (&'static str, Option<&'static str>) {
    match kind {
        LimitKind::Cooldown => (
            "Messages to one number: the pause after the first, the second, every later one",
            Some("limits.cooldown_secs"),
        ),
        LimitKind::Number => {
            ("Messages to one number", Some("limits.per_number_hour, .per_number_day"))
        }
        LimitKind::Provider => (
            "Messages to one number of mainland China in a calendar hour of UTC+8, as Aliyun counts them",
            Some("limits.provider_hour"),
        ),
        LimitKind::NumberNetwork => (
            "Messages from one network (/24, IPv6: /48) to one number",
            Some("limits.per_number_and_network_day"),
        ),
        LimitKind::Address => (
            "Messages from one address (IPv6: /64) that were not verified",
            Some("limits.per_address_day"),
        ),
        LimitKind::Network => (
            "Messages from one network (/24, IPv6: /48) that were not verified",
            Some("limits.per_network_day"),
        ),
        LimitKind::AddressCountries => (
            "Countries besides the one shown first that one address texts; whoever solves a challenge has no end",
            Some("limits.countries_per_address_day"),
        ),
        LimitKind::Country => (
            "The breaker: messages to one country that were not verified; fewer where they cost more than a tenth of `money_hour`, and \
            none of networks whose people enter their codes, nor, in the country shown first, one of a network that left no code, for the hardest challenge; all of these together are no more than half of \
            `budget_day`",
            Some("limits.per_country_unverified"),
        ),
        LimitKind::BudgetHour => ("All messages", Some("limits.budget_hour")),
        LimitKind::BudgetDay => ("All messages", Some("limits.budget_day")),
        LimitKind::MoneyHour => (
            "What all messages cost, in ten-thousandths of the currency of `prices`",
            Some("limits.money_hour"),
        ),
        LimitKind::MoneyDay => (
            "What all messages cost, in ten-thousandths of the currency of `prices`",
            Some("limits.money_day"),
        ),
        LimitKind::CaptchaNetwork | LimitKind::CaptchaHour => about_captchas(kind),
        LimitKind::GuessesNumber => {
            ("Wrong codes for one number", Some("guesses.per_number_hour, .per_number_day"))
        }
        LimitKind::GuessesInARow => (
            "Wrong codes for one number without a right one in between",
            Some("guesses.per_number_in_a_row"),
        ),
        LimitKind::GuessesNetwork => (
            "Wrong codes from one network for one number: after 3 the next waits 30 s after the last, after 5 five minutes, after 7 an hour; an hour after the last all are forgotten",
            None,
        ),
        LimitKind::GuessesAddress => {
            ("Guesses at codes from one address (IPv6: /64)", Some("guesses.per_address_minute"))
        }
        LimitKind::Account => ("Messages that one user causes who is signed in", None),
        LimitKind::Notices => (
            "Messages that tell one number what happened to its account; the budgets count them, too",
            None,
        ),
        LimitKind::Tests => ("Test messages of one administrator or application", None),
        LimitKind::Searches => {
            ("Searches for a number by one administrator who sees none whole", None)
        }
        LimitKind::Looks => ("Looks at a provider's account by one administrator", None),
        LimitKind::Password => (
            "Guesses at an administrator's password from one place (a browser that signed in before, else the address): at one \
            account, then at all",
            None,
        ),
        LimitKind::SecondFactor => (
            "Guesses at one administrator's second factor, but from browsers they signed in in",
            None,
        ),
    }
}

/// The same of captchas that their provider is asked about.
const fn about_captchas(kind: LimitKind) -> (&'static str, Option<&'static str>) {
    match kind {
        LimitKind::CaptchaNetwork => (
            "Captchas of people from one network (/24, IPv6: /48) that their provider was asked about and that they failed; all of whom nobody \
            knows where they are count as one",
            Some("limits.captchas_per_network_day"),
        ),
        _ => ("All captchas that their provider is asked about", Some("limits.captchas_hour")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of every kind, from the source: whoever adds one is told here that it is missing.
    fn named() -> Vec<&'static str> {
        let source = include_str!("../../core/src/limits/kind.rs");
        let (_, names) = source.split_once("fn as_str(self)").unwrap();
        let (names, _) = names.split_once("\n    }\n").unwrap();
        names.split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn s33_every_limit_appears_in_the_generated_page() {
        let (all, page) = (all(&Policies::default()), page());
        assert!(named().len() > 20);
        for name in named() {
            let of_kind: Vec<_> = all.iter().filter(|limit| limit.limit == name).collect();
            assert!(!of_kind.is_empty() && page.contains(&format!("| `{name}` |")), "{name}");
            assert!(of_kind.iter().all(|limit| limit.most.is_some()), "{name} is off by default");
        }
        let steps = |name: &str| all.iter().filter(|limit| limit.limit == name).count();
        assert_eq!(["cooldown", "guesses_network", "password"].map(steps), [3, 1, 5]);
    }

    #[test]
    fn s33_what_can_be_configured_is_what_is_told() {
        let limits = SendPolicy { provider_hour: 77, budget_hour: 0, ..SendPolicy::default() };
        let changed = all(&Policies { limits, ..Policies::default() });
        let of = |name: &str| changed.iter().find(|limit| limit.limit == name).unwrap();
        assert_eq!((of("provider").most, of("provider").stranger), (Some(77), Some(47)));
        assert_eq!((of("budget_hour").most, of("budget_hour").seconds), (None, None));
        let source = include_str!("../../core/src/policy.rs");
        for field in source.lines().filter_map(|line| line.trim().strip_prefix("pub ")) {
            let Some((key, kind)) = field.split_once(": ") else { continue };
            let is_number = kind.starts_with("i64") || kind.starts_with('[');
            let camel = key.replace("expiration_duration", "expirationDuration");
            let camel = camel.replace("max_retry_attempts", "maxRetryAttempts");
            let is_told = changed
                .iter()
                .filter_map(|limit| limit.configured)
                .flat_map(|by| by.split(", "))
                .any(|by| by.ends_with(&format!(".{camel}")));
            // how long we wait for the counters limits nobody
            let is_limit = is_number && !["value", "patience_ms"].contains(&key);
            assert!(is_told || !is_limit, "{key} is configured and not told of");
        }
    }

    #[test]
    fn the_heights_are_those_that_are_charged() {
        assert_eq!(limits::STAIR, [(3, 30), (5, 300), (7, 3600)], "as is said of guesses_network");
        let all = all(&Policies::default());
        let of = |name: &str| {
            let one = all.iter().find(|limit| limit.limit == name).unwrap();
            (one.most, one.stranger, one.solved, one.known, one.seconds)
        };
        assert_eq!(of("number"), (Some(5), Some(3), Some(4), Some(5), None));
        let number = all.iter().find(|limit| limit.limit == "number").unwrap();
        assert_eq!(number.one_more_seconds, Some(4 * 3600));
        assert_eq!(of("address"), (Some(20), Some(10), Some(20), None, Some(86_400)));
        assert_eq!(of("address_countries"), (Some(3), Some(3), None, None, Some(86_400)));
        assert_eq!(of("cooldown"), (Some(1), Some(1), Some(1), Some(1), Some(60)));
    }
}
