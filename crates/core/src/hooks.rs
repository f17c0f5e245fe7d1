//! Web-hooks: what happened that other programs are told of, and when a delivery that failed is tried again.
use crate::time::Timestamp;

/// Something that hooks can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HookEvent {
    /// Somebody registered through the pages or the Experience API.
    PostRegister,
    /// Somebody signed in through them.
    PostSignIn,
    /// There is a new user.
    UserCreated,
    /// A user is gone.
    UserDeleted,
    /// What is known of a user changed.
    UserDataUpdated,
    /// A user was locked out, or let in again.
    UserSuspensionStatusUpdated,
    /// There is a new role.
    RoleCreated,
    /// What is known of a role changed.
    RoleDataUpdated,
    /// A role opens something else.
    RoleScopesUpdated,
    /// A role is gone.
    RoleDeleted,
    /// An API resource has a new scope.
    ScopeCreated,
    /// What is known of a scope changed.
    ScopeDataUpdated,
    /// A scope is gone.
    ScopeDeleted,
    /// A code was guessed at as often as it may be.
    IdentifierLockout,
    /// A number got as many messages as it may.
    MessageRateLimited,
    /// The provider refused a message. Not in the contract.
    MessageRefused,
    /// A message surely did not reach the provider. Not in the contract.
    MessageNotSent,
    /// Nobody knows whether a message went out. Not in the contract.
    MessageOutcomeUnknown,
    /// A message of which that was told arrived. Not in the contract.
    MessageDelivered,
    /// A message of which that was told did not arrive. Not in the contract.
    MessageUndelivered,
    /// The connector cannot send as it is set up, or does not reach its provider. Not in the contract.
    ConnectorFailing,
    /// It sends again. Not in the contract.
    ConnectorRecovered,
}

/// Names of the contract for what never happens here (C.9). A hook may have them, so that one made elsewhere can be carried over.
pub const NEVER: [&str; 14] = [
    "PostSignInAdaptiveMfaTriggered",
    "PostResetPassword",
    "Organization.Created",
    "Organization.Deleted",
    "Organization.Data.Updated",
    "Organization.Membership.Updated",
    "OrganizationRole.Created",
    "OrganizationRole.Deleted",
    "OrganizationRole.Data.Updated",
    "OrganizationRole.Scopes.Updated",
    "OrganizationScope.Created",
    "OrganizationScope.Deleted",
    "OrganizationScope.Data.Updated",
    "Grant.LimitExceeded",
];

/// What an event tells of, which decides what its body holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Somebody came through the pages: the body holds the `user`.
    Interaction,
    /// Something that is stored changed: the body holds it as `data`.
    Data,
    /// Something went wrong, or right again.
    Exception,
}

impl HookEvent {
    /// Every one, in the order people are shown them.
    pub const ALL: [Self; 22] = [
        Self::PostRegister,
        Self::PostSignIn,
        Self::UserCreated,
        Self::UserDataUpdated,
        Self::UserSuspensionStatusUpdated,
        Self::UserDeleted,
        Self::RoleCreated,
        Self::RoleDataUpdated,
        Self::RoleScopesUpdated,
        Self::RoleDeleted,
        Self::ScopeCreated,
        Self::ScopeDataUpdated,
        Self::ScopeDeleted,
        Self::IdentifierLockout,
        Self::MessageRateLimited,
        Self::MessageRefused,
        Self::MessageNotSent,
        Self::MessageOutcomeUnknown,
        Self::MessageDelivered,
        Self::MessageUndelivered,
        Self::ConnectorFailing,
        Self::ConnectorRecovered,
    ];

    /// As on the wire and in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PostRegister => "PostRegister",
            Self::PostSignIn => "PostSignIn",
            Self::UserCreated => "User.Created",
            Self::UserDeleted => "User.Deleted",
            Self::UserDataUpdated => "User.Data.Updated",
            Self::UserSuspensionStatusUpdated => "User.SuspensionStatus.Updated",
            Self::RoleCreated => "Role.Created",
            Self::RoleDataUpdated => "Role.Data.Updated",
            Self::RoleScopesUpdated => "Role.Scopes.Updated",
            Self::RoleDeleted => "Role.Deleted",
            Self::ScopeCreated => "Scope.Created",
            Self::ScopeDataUpdated => "Scope.Data.Updated",
            Self::ScopeDeleted => "Scope.Deleted",
            Self::IdentifierLockout => "Identifier.Lockout",
            Self::MessageRateLimited => "Message.RateLimited",
            Self::MessageRefused => "Message.Refused",
            Self::MessageNotSent => "Message.NotSent",
            Self::MessageOutcomeUnknown => "Message.OutcomeUnknown",
            Self::MessageDelivered => "Message.Delivered",
            Self::MessageUndelivered => "Message.Undelivered",
            Self::ConnectorFailing => "Connector.Failing",
            Self::ConnectorRecovered => "Connector.Recovered",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }

    /// What it tells of.
    pub const fn family(self) -> Family {
        match self {
            Self::PostRegister | Self::PostSignIn => Family::Interaction,
            Self::IdentifierLockout
            | Self::MessageRateLimited
            | Self::MessageRefused
            | Self::MessageNotSent
            | Self::MessageOutcomeUnknown
            | Self::MessageDelivered
            | Self::MessageUndelivered
            | Self::ConnectorFailing
            | Self::ConnectorRecovered => Family::Exception,
            _ => Family::Data,
        }
    }
}

/// Whether a hook may have this event: one that happens here, or one that the contract has.
pub fn is_known(event: &str) -> bool {
    HookEvent::parse(event).is_some() || NEVER.contains(&event)
}

/// Quick retries a hook has that says nothing of them, and the most it may have.
pub const QUICK_RETRIES: i64 = 3;
/// See [`QUICK_RETRIES`].
pub const MOST_QUICK_RETRIES: i64 = 10;
/// Seconds before the first quick retry; each further one waits twice as long, up to a minute.
const QUICK_SECS: i64 = 2;
const MOST_QUICK_SECS: i64 = 60;
/// Seconds before each of the slow retries that follow. With them a receiver may be down for a day.
const SLOW_SECS: [i64; 6] = [60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 16 * 3600];

/// When a delivery is tried again that failed `tries` times, of which the first `quick` are followed by quick retries; `None` when
/// it is given up. `chance` lengthens the wait by up to a quarter, so that what failed together does not come back together.
pub fn retry_at(tries: i64, quick: i64, now: Timestamp, chance: u8) -> Option<Timestamp> {
    let quick = quick.clamp(0, MOST_QUICK_RETRIES);
    let secs = if tries <= quick {
        let doublings = u32::try_from(tries.saturating_sub(1).clamp(0, 10)).unwrap_or(0);
        (QUICK_SECS << doublings).min(MOST_QUICK_SECS)
    } else {
        let slow = usize::try_from(tries.saturating_sub(quick).saturating_sub(1)).ok()?;
        *SLOW_SECS.get(slow)?
    };
    Some(now.plus_millis(secs * 1000 + secs * 250 * i64::from(chance) / 255))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn names_are_read_as_they_are_written_and_none_is_two_things() {
        let mut all: Vec<_> = HookEvent::ALL.map(HookEvent::as_str).into();
        for event in HookEvent::ALL {
            assert_eq!(HookEvent::parse(event.as_str()), Some(event));
        }
        all.extend(NEVER);
        assert!(all.iter().all(|name| is_known(name)) && !is_known("User.created"));
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    /// Seconds between the tries of a receiver that never answers well.
    fn waits(quick: i64, chance: u8) -> Vec<i64> {
        let wait = |tries| retry_at(tries, quick, NOW, chance).map(|at| (at.0 - NOW.0) / 1000);
        (1..).map_while(wait).collect()
    }

    #[test]
    fn the_hook_says_how_many_retries_are_quick_and_the_slow_ones_last_a_day() {
        let slow = [60, 300, 1800, 7200, 21_600, 57_600];
        assert_eq!(waits(0, 0), slow);
        assert_eq!(waits(3, 0), [&[2, 4, 8][..], &slow].concat());
        assert_eq!(waits(7, 0), [&[2, 4, 8, 16, 32, 60, 60][..], &slow].concat());
        assert_eq!(waits(i64::MAX, 0).len(), 16);
        let day: i64 = waits(3, 0).iter().sum();
        assert!((23 * 3600..26 * 3600).contains(&day), "{day}");
    }

    #[test]
    fn chance_only_lengthens_a_wait_and_by_no_more_than_a_quarter() {
        for (least, most) in waits(3, 0).into_iter().zip(waits(3, 255)) {
            assert!(least <= most && most * 4 <= least * 5, "{least} {most}");
        }
        assert_eq!(retry_at(i64::MAX, 3, NOW, 0), None);
        assert!(retry_at(i64::MIN, 3, NOW, 0).is_some());
    }
}
