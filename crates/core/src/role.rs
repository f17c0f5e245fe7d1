//! What an administrator may do.

/// One per administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything, administrators included.
    Owner,
    /// Everything but administrators and keys.
    Editor,
    /// Looks at everything that is not secret.
    Viewer,
}

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// To look.
    Read,
    /// To change how people sign in, and what belongs to them.
    Write,
    /// To decide who administers, and to change keys.
    Administer,
}

impl Role {
    /// Every role, the strongest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Editor, Self::Viewer];

    /// As in tables and forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }

    /// Whether this role has a right.
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::Read => true,
            Right::Write => matches!(self, Self::Owner | Self::Editor),
            Right::Administer => matches!(self, Self::Owner),
        }
    }
}

/// Text that is no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is owner, editor or viewer")]
pub struct UnknownRole;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_its_rights_and_those_of_the_roles_below() {
        let rights = |role: Role| {
            [Right::Read, Right::Write, Right::Administer].map(|right| role.may(right))
        };
        assert_eq!(rights(Role::Owner), [true, true, true]);
        assert_eq!(rights(Role::Editor), [true, true, false]);
        assert_eq!(rights(Role::Viewer), [true, false, false]);
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Ok(role));
        }
        assert_eq!(Role::parse("Owner"), Err(UnknownRole));
    }
}
