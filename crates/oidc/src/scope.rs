//! Scopes: what an application may know. Unknown names are ignored, not refused (OpenID Connect Core 3.1.2.1).
use std::fmt;

/// One scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Who the user is at all.
    OpenId,
    /// Tokens that outlive the visit.
    OfflineAccess,
    /// Name, picture and so on.
    Profile,
    /// The phone number.
    Phone,
    /// The postal address.
    Address,
    /// What applications stored with the user.
    CustomData,
    /// Where the user is signed in, and what they allowed, through the account API.
    Sessions,
    /// Which roles the user has.
    Roles,
}

impl Scope {
    /// All of them, in the order of discovery and of `scope` in answers.
    pub const ALL: [Self; 8] = [
        Self::OpenId,
        Self::OfflineAccess,
        Self::Profile,
        Self::Phone,
        Self::Address,
        Self::CustomData,
        Self::Sessions,
        Self::Roles,
    ];

    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::OfflineAccess => "offline_access",
            Self::Profile => "profile",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::CustomData => "custom_data",
            Self::Sessions => "urn:logto:scope:sessions",
            Self::Roles => "roles",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// The known ones of a space-separated list.
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter_map(Scope::parse).fold(Self::default(), Self::with)
    }

    /// All of a space-separated list, or the first one that is not within `granted` (RFC 6749, section 6).
    pub fn parse_within(text: &str, granted: Self) -> Result<Self, String> {
        let mut scopes = Self::default();
        for name in text.split(' ').filter(|name| !name.is_empty()) {
            match Scope::parse(name).filter(|scope| granted.has(*scope)) {
                Some(scope) => scopes = scopes.with(scope),
                None => return Err(name.chars().take(64).collect()),
            }
        }
        Ok(scopes)
    }

    /// With one more.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    /// Without one.
    #[must_use]
    pub const fn without(self, scope: Scope) -> Self {
        Self(self.0 & !scope.bit())
    }

    /// Both together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both have.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is one of them.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether the scope of this name is one of them.
    pub fn has_named(self, name: &str) -> bool {
        Scope::parse(name).is_some_and(|scope| self.has(scope))
    }

    /// Whether all of `other` is in here.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// One by one.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.iter().enumerate() {
            let space = if i == 0 { "" } else { " " };
            write!(f, "{space}{}", scope.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}

impl serde::Serialize for Scopes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Scopes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&<std::borrow::Cow<'_, str>>::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn unknown_scopes_are_ignored_and_known_ones_kept() {
        let scopes = Scopes::parse("email openid  phone x openid");
        assert_eq!(scopes.to_string(), "openid phone");
        assert_eq!(Scopes::parse("").to_string(), "");
    }

    #[test]
    fn nothing_outside_the_grant_may_be_asked_for_again() {
        let granted = Scopes::parse("openid phone");
        assert_eq!(Scopes::parse_within("phone", granted).unwrap().to_string(), "phone");
        assert_eq!(Scopes::parse_within("phone profile", granted), Err("profile".to_owned()));
        assert_eq!(Scopes::parse_within("nonsense", granted), Err("nonsense".to_owned()));
    }

    proptest! {
        #[test]
        fn written_and_read_again_is_the_same(bits in 0_u8..=255) {
            prop_assert_eq!(Scopes::parse(&Scopes(bits).to_string()), Scopes(bits));
        }
    }
}
