//! What is sent and refused now, and whom an administrator blocked or let through.
use askama::Template;

use crate::views::console::fields::{Choices, Field, Wrong};
use crate::views::console::lists::{Empty, Pager, Table};
use crate::views::console::overview::Figure;
use crate::views::console::parts::{Again, Badge, Confirm, Head, Notice, Tabs};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::web::assets;
use crate::web::i18n::Lang;

/// `/console/security`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/security.html")]
pub struct SecurityPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// Its views.
    pub tabs: Tabs,
    /// The alarms that are on, or that none is.
    pub alarms: Notice,
    /// The names of these alarms with spaces between, in their order: a page that watches tells by them which one is new.
    pub alarm_names: String,
    /// Numbers of the last hour and day.
    pub figures: Vec<Figure>,
    /// What is left of the budgets.
    pub budgets: Table,
    /// Countries that are texted, or that are asked for.
    pub countries: Vec<Line>,
    /// What is refused, and why.
    pub refused: Table,
    /// Instead of a table of nothing.
    pub none_refused: Option<Empty>,
    /// More of it.
    pub pager: Pager,
    /// From where it is asked for what is refused.
    pub origins: Vec<Line>,
}

/// `/console/security/rules`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/security_rules.html")]
pub struct RulesPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// Its views.
    pub tabs: Tabs,
    /// The rules.
    pub rules: Vec<Line>,
    /// Instead of a list of nothing.
    pub empty: Option<Empty>,
    /// The pages beside this one.
    pub pager: Pager,
    /// A new one, for who may.
    pub form: Option<RuleForm>,
}

/// Asked before a rule is replaced.
#[derive(Debug, Clone, Template)]
#[template(path = "console/security_replace.html")]
pub struct ReplacePage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// Its views.
    pub tabs: Tabs,
    /// What the new rule would change.
    pub told: Notice,
    /// The rule that stands.
    pub there: Vec<Line>,
    /// What was asked for.
    pub instead: Vec<Line>,
    /// What was asked for, as a form.
    pub again: Again,
    /// The id of the rule that stands.
    pub replaces: String,
    /// Whether nothing is lost by replacing it.
    pub is_gain: bool,
    /// Where nothing is replaced.
    pub back: &'static str,
}

/// A country, an address or a rule.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What it is.
    pub name: String,
    /// Whether it is an address, which is read from left to right.
    pub is_code: bool,
    /// How it stands.
    pub badges: Vec<Badge>,
    /// Why, in somebody's words.
    pub reason: Option<String>,
    /// What is known of it.
    pub text: String,
    /// Blocking it, or taking the rule away, for who may.
    pub deed: Option<Confirm>,
}

/// The form of a new rule.
#[derive(Debug, Clone)]
pub struct RuleForm {
    /// What it does.
    pub effect: Choices,
    /// What kind of thing it is about.
    pub kind: Choices,
    /// What it is about.
    pub value: Field,
    /// How long it holds.
    pub lasts: Choices,
    /// Why.
    pub reason: Field,
}

impl RuleForm {
    /// What is wrong with it.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let all = [
            self.effect.as_wrong(),
            self.kind.as_wrong(),
            self.value.as_wrong(),
            self.lasts.as_wrong(),
            self.reason.as_wrong(),
        ];
        all.into_iter().flatten().collect()
    }
}

/// Why something was refused, in words.
pub fn reason(lang: Lang, reason: &str) -> String {
    let key = format!("refused-{}", reason.replace('_', "-"));
    if lang.has(&key) { lang.t(&key).into_owned() } else { reason.to_owned() }
}

impl Framed for SecurityPage {}

impl SecurityPage {
    /// The script that renews it.
    pub fn script(&self) -> &'static str {
        assets::watch_href()
    }
}

impl Framed for ReplacePage {}

impl Framed for RulesPage {
    fn has_error(&self) -> bool {
        self.form.as_ref().is_some_and(|form| !form.wrongs().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use haoma_core::sending_rules::Kind;

    use super::*;
    use crate::refusals::{CHALLENGE, COUNTRY, WALK_NUMBERS, WALK_SENDS};

    #[test]
    fn every_reason_has_words_in_both_languages() {
        let counters = [
            "cooldown",
            "number",
            "provider",
            "number_network",
            "address",
            "network",
            "address_countries",
            "country",
            "budget_hour",
            "budget_day",
            "money_hour",
            "money_day",
            "captcha_network",
            "captcha_hour",
            "account",
            "guesses_number",
            "guesses_in_a_row",
            "guesses_network",
            "guesses_address",
        ];
        let rules = Kind::ALL.map(Kind::as_reason);
        let own = [CHALLENGE, COUNTRY, WALK_NUMBERS, WALK_SENDS];
        for lang in Lang::ALL {
            for one in counters.iter().chain(&rules).chain(&own) {
                assert_ne!(reason(lang, one), *one, "{}", lang.tag());
            }
        }
    }
}
