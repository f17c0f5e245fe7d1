//! The numbers an administrator may set, with the ranges they must stay in.
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How codes live. Every field is checked by [`CodePolicy::check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CodePolicy {
    /// Seconds a code lives: 60 to 600 (NIST SP 800-63B and ASVS 6.5.5 allow ten minutes at most).
    pub expiration_duration: i64,
    /// Guesses one code allows: 1 to 10.
    pub max_retry_attempts: i64,
}

impl Default for CodePolicy {
    fn default() -> Self {
        Self { expiration_duration: 300, max_retry_attempts: 5 }
    }
}

/// How often messages go out. Zero turns a count off, which only a load test should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SendPolicy {
    /// Seconds between two messages to one number, for the first, second and every later resend: 0 (no pause) to 3600. Where only
    /// accounts may sign in, a pause is one second longer in a sign-in.
    pub cooldown_secs: [i64; 3],
    /// Messages to one number in any hour. As many pass at once; then room comes back evenly, as the day allows.
    pub per_number_hour: i64,
    /// Messages to one number in any 24 hours. The last fifth of what passes at once is kept for whoever signed in before in the same browser, the
    /// fifth before it costs a challenge.
    pub per_number_day: i64,
    /// Messages one walk through the pages may cause.
    pub per_interaction: i64,
    /// Different numbers one walk through the pages may text.
    pub numbers_per_interaction: i64,
    /// The provider's own count per calendar hour (UTC+8) for mainland numbers, so that people
    /// hear the exact wait instead of being refused by it (Aliyun: 5).
    pub provider_hour: i64,
    /// Messages from one network (/24 of IPv4, /48 of IPv6) to one number in 24 hours.
    pub per_number_and_network_day: i64,
    /// Messages from one address (IPv6: /64) in 24 hours that were not verified; more where others of it were. From half of it on a
    /// message costs a challenge.
    pub per_address_day: i64,
    /// The same for one network.
    pub per_network_day: i64,
    /// Countries besides the one shown first that one address may text in 24 hours.
    pub countries_per_address_day: i64,
    /// The breaker: messages to one country in six hours that were not verified; more where others were, fewer where they cost more than a
    /// tenth of `money_hour`. From half of it on a message costs a challenge.
    pub per_country_unverified: i64,
    /// All messages in an hour. The last fifth is kept for whoever signed in before in the same browser, the fifth before it costs a
    /// challenge.
    pub budget_hour: i64,
    /// All messages in 24 hours, likewise.
    pub budget_day: i64,
    /// What all messages in an hour may cost, in ten-thousandths of the currency that `prices` are in, likewise.
    pub money_hour: i64,
    /// What all messages in 24 hours may cost, likewise.
    pub money_day: i64,
    /// Captchas of people from one network (/24 of IPv4, /48 of IPv6) that their provider is asked about in 24 hours and that they failed, where one
    /// is configured: each costs money. All of whom nobody knows where they are count as one network. Whoever comes after it gets what there is without
    /// a captcha.
    pub captchas_per_network_day: i64,
    /// All captchas that their provider is asked about in an hour, passed or not, likewise.
    pub captchas_hour: i64,
    /// Milliseconds that somebody who asks for a message waits for the database, in all: 50 to 10000. When it does not answer in time the
    /// message is refused, not sent uncounted.
    pub patience_ms: i64,
}

impl Default for SendPolicy {
    fn default() -> Self {
        Self {
            cooldown_secs: [60, 120, 300],
            per_number_hour: 5,
            per_number_day: 10,
            per_interaction: 3,
            numbers_per_interaction: 2,
            provider_hour: 5,
            per_number_and_network_day: 6,
            per_address_day: 20,
            per_network_day: 60,
            countries_per_address_day: 3,
            per_country_unverified: 200,
            budget_hour: 5_000,
            budget_day: 10_000,
            money_hour: 2_500_000,
            money_day: 5_000_000,
            captchas_per_network_day: 60,
            captchas_hour: 1_000,
            patience_ms: 250,
        }
    }
}

/// How often codes are guessed wrong. Zero turns a count off, which only a load test should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuessPolicy {
    /// Wrong codes for one number in any hour: nearly as many at once, then room comes back evenly. The last quarter of them is kept for whoever
    /// signed in with it before in the same browser.
    pub per_number_hour: i64,
    /// Wrong codes for one number in any 24 hours, likewise.
    pub per_number_day: i64,
    /// Wrong codes for one number without a right one in between, the last fifth kept likewise (NIST SP 800-63B: at most 100).
    pub per_number_in_a_row: i64,
    /// Guesses from one address (IPv6: /64) in a minute.
    pub per_address_minute: i64,
}

impl Default for GuessPolicy {
    fn default() -> Self {
        Self {
            per_number_hour: 10,
            per_number_day: 50,
            per_number_in_a_row: 100,
            per_address_minute: 60,
        }
    }
}

impl GuessPolicy {
    /// Every rule the policy breaks.
    pub fn check(&self) -> Vec<OutOfRange> {
        let count = "0 (off) to 1000000 guesses";
        let nist = "0 (off) to 100 guesses (NIST SP 800-63B)";
        [
            within("per_number_hour", self.per_number_hour, (0, 1_000_000), count),
            within("per_number_day", self.per_number_day, (0, 1_000_000), count),
            within("per_number_in_a_row", self.per_number_in_a_row, (0, 100), nist),
            within("per_address_minute", self.per_address_minute, (0, 1_000_000), count),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A value outside its range, with the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} must be {rule}, not {value}")]
pub struct OutOfRange {
    /// The setting.
    pub key: &'static str,
    /// The range in words, with its source.
    pub rule: &'static str,
    /// What was given.
    pub value: i64,
}

fn within(
    key: &'static str,
    value: i64,
    (low, high): (i64, i64),
    rule: &'static str,
) -> Option<OutOfRange> {
    (!(low..=high).contains(&value)).then_some(OutOfRange { key, rule, value })
}

impl CodePolicy {
    /// Every rule the policy breaks.
    pub fn check(&self) -> Vec<OutOfRange> {
        let life =
            "60 to 600 seconds (a code may live ten minutes at most: NIST SP 800-63B, ASVS 6.5.5)";
        let tries = "1 to 10 guesses";
        [
            within("expirationDuration", self.expiration_duration, (60, 600), life),
            within("maxRetryAttempts", self.max_retry_attempts, (1, 10), tries),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl SendPolicy {
    /// Every rule the policy breaks.
    pub fn check(&self) -> Vec<OutOfRange> {
        let count = "0 (off) to 1000000 messages";
        let mut problems: Vec<_> = self
            .cooldown_secs
            .iter()
            .filter_map(|secs| within("cooldown_secs", *secs, (0, 3600), "0 to 3600 seconds"))
            .collect();
        let counts = [
            ("per_number_hour", self.per_number_hour),
            ("per_number_day", self.per_number_day),
            ("per_interaction", self.per_interaction),
            ("numbers_per_interaction", self.numbers_per_interaction),
            ("provider_hour", self.provider_hour),
            ("per_number_and_network_day", self.per_number_and_network_day),
            ("per_address_day", self.per_address_day),
            ("per_network_day", self.per_network_day),
            ("countries_per_address_day", self.countries_per_address_day),
            ("per_country_unverified", self.per_country_unverified),
            ("budget_hour", self.budget_hour),
            ("budget_day", self.budget_day),
        ];
        problems.extend(
            counts.into_iter().filter_map(|(key, n)| within(key, n, (0, 1_000_000), count)),
        );
        let money = "0 (off) to 4000000000 ten-thousandths of the currency";
        let sums = [("money_hour", self.money_hour), ("money_day", self.money_day)];
        problems.extend(
            sums.into_iter().filter_map(|(key, n)| within(key, n, (0, 4_000_000_000), money)),
        );
        let checks = "0 (off) to 1000000 checks";
        let captchas = [
            ("captchas_per_network_day", self.captchas_per_network_day),
            ("captchas_hour", self.captchas_hour),
        ];
        problems.extend(
            captchas.into_iter().filter_map(|(key, n)| within(key, n, (0, 1_000_000), checks)),
        );
        let patience = "50 to 10000 milliseconds";
        problems.extend(within("patience_ms", self.patience_ms, (50, 10_000), patience));
        problems
    }

    /// How long the database may take before a message.
    pub fn patience(&self) -> Duration {
        Duration::from_millis(self.patience_ms.unsigned_abs())
    }

    /// Seconds to wait after this message, `earlier` being the messages sent before it to the same number.
    pub fn cooldown(&self, earlier: usize) -> i64 {
        let [.., last] = self.cooldown_secs;
        self.cooldown_secs.get(earlier).copied().unwrap_or(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_a_code_cannot_live_longer_than_ten_minutes() {
        let policy = CodePolicy { expiration_duration: 601, ..CodePolicy::default() };
        assert!(policy.check()[0].to_string().contains("ten minutes"));
        assert_eq!(CodePolicy::default().check(), []);
        let both = CodePolicy { expiration_duration: 0, max_retry_attempts: 100 };
        assert_eq!(both.check().len(), 2, "every problem is reported");
    }

    #[test]
    fn waits_grow_and_then_stay() {
        let policy = SendPolicy::default();
        assert_eq!([0, 1, 2, 9].map(|n| policy.cooldown(n)), [60, 120, 300, 300]);
        assert_eq!(policy.check(), []);
    }
}
