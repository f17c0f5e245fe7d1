//! What a counter is for.

/// What a counter is for: the reason a person hears when it is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// The pause between two messages to one number.
    Cooldown,
    /// Messages to one number.
    Number,
    /// The provider's own count for one number.
    Provider,
    /// Messages from one network to one number in a day.
    NumberNetwork,
    /// Messages from one address that were not verified.
    Address,
    /// Messages from one network that were not verified.
    Network,
    /// Countries that one address texted in a day.
    AddressCountries,
    /// Messages to one country that were not verified: the breaker.
    Country,
    /// All messages in an hour.
    BudgetHour,
    /// All messages in a day.
    BudgetDay,
    /// What all messages in an hour cost.
    MoneyHour,
    /// What all messages in a day cost.
    MoneyDay,
    /// Captchas that people from one network failed.
    CaptchaNetwork,
    /// All captchas that their provider is asked about.
    CaptchaHour,
    /// Wrong codes for one number.
    GuessesNumber,
    /// Wrong codes for one number since the last right one.
    GuessesInARow,
    /// Wrong codes from one network for one number: the wait grows.
    GuessesNetwork,
    /// Wrong codes from one address.
    GuessesAddress,
    /// Guesses at an administrator's password.
    Password,
    /// Guesses at one administrator's second factor.
    SecondFactor,
    /// Test messages of one administrator or application.
    Tests,
    /// Searches for a number by somebody who may not see numbers.
    Searches,
    /// Looks at a provider's account.
    Looks,
    /// Messages that one user causes who is signed in.
    Account,
    /// Notices to one number in a day.
    Notices,
}

impl LimitKind {
    /// Whether it counts all messages of everybody.
    pub const fn is_budget(self) -> bool {
        matches!(self, Self::BudgetHour | Self::BudgetDay | Self::MoneyHour | Self::MoneyDay)
    }

    /// Whether one row counts for everybody who asks, or for a whole country: they all wait for it.
    pub const fn is_everybodys(self) -> bool {
        self.is_budget() || matches!(self, Self::Country | Self::CaptchaHour)
    }

    /// As written in counters' names, logs, audit and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cooldown => "cooldown",
            Self::Number => "number",
            Self::Provider => "provider",
            Self::NumberNetwork => "number_network",
            Self::Address => "address",
            Self::Network => "network",
            Self::AddressCountries => "address_countries",
            Self::Country => "country",
            Self::BudgetHour => "budget_hour",
            Self::BudgetDay => "budget_day",
            Self::MoneyHour => "money_hour",
            Self::MoneyDay => "money_day",
            Self::CaptchaNetwork => "captcha_network",
            Self::CaptchaHour => "captcha_hour",
            Self::GuessesNumber => "guesses_number",
            Self::GuessesInARow => "guesses_in_a_row",
            Self::GuessesNetwork => "guesses_network",
            Self::GuessesAddress => "guesses_address",
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::Tests => "tests",
            Self::Searches => "searches",
            Self::Looks => "looks",
            Self::Account => "account",
            Self::Notices => "notices",
        }
    }
}
