//! Every column that holds a sealed text, for sealing it anew under another key.
use crate::db::{Db, Result};
use crate::value::Step;

/// A column of sealed texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Configurations of connectors.
    Connectors,
    /// Private keys that sign tokens.
    SigningKeys,
    /// Numbers that messages went to.
    Messages,
    /// Second factors of administrators.
    Administrators,
    /// Addresses and keys of web-hooks.
    Hooks,
    /// What web-hooks are to be told.
    HookDeliveries,
}

/// One sealed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The first part of the primary key.
    pub id: String,
    /// The row it is sealed for: its associated data.
    pub row: String,
    /// The text.
    pub text: String,
}

impl Column {
    /// Every one there is.
    pub const ALL: [Self; 6] = [
        Self::Connectors,
        Self::SigningKeys,
        Self::Messages,
        Self::Administrators,
        Self::Hooks,
        Self::HookDeliveries,
    ];

    const fn select(self) -> &'static str {
        match self {
            Self::Connectors => {
                "SELECT id, 'connectors/' || id || '/' || CAST(version AS TEXT), config_sealed FROM connectors
                WHERE id >= $1 AND SUBSTR(config_sealed, 1, 10) <> $2 ORDER BY id LIMIT $3"
            }
            Self::SigningKeys => {
                "SELECT id, 'signing_keys/' || id, private_sealed FROM signing_keys
                WHERE id >= $1 AND SUBSTR(private_sealed, 1, 10) <> $2 ORDER BY id LIMIT $3"
            }
            Self::Administrators => {
                "SELECT id, 'administrators/' || id, totp_sealed FROM administrators
                WHERE id >= $1 AND SUBSTR(totp_sealed, 1, 10) <> $2 ORDER BY id LIMIT $3"
            }
            Self::Hooks => {
                "SELECT id, 'hooks/' || id, config_sealed FROM hooks
                WHERE id >= $1 AND SUBSTR(config_sealed, 1, 10) <> $2 ORDER BY id LIMIT $3"
            }
            Self::HookDeliveries => {
                "SELECT id, 'hook_deliveries/' || id, context_sealed FROM hook_deliveries
                WHERE id >= $1 AND SUBSTR(context_sealed, 1, 10) <> $2 ORDER BY id LIMIT $3"
            }
            Self::Messages => {
                "SELECT id, 'messages/' || id, phone_sealed FROM messages
                WHERE id >= $1 AND SUBSTR(phone_sealed, 1, 10) <> $2 ORDER BY id LIMIT $3"
            }
        }
    }

    const fn update(self) -> &'static str {
        match self {
            Self::Connectors => {
                "UPDATE connectors SET config_sealed = $3 WHERE id = $1 AND config_sealed = $2"
            }
            Self::SigningKeys => {
                "UPDATE signing_keys SET private_sealed = $3 WHERE id = $1 AND private_sealed = $2"
            }
            Self::Administrators => {
                "UPDATE administrators SET totp_sealed = $3 WHERE id = $1 AND totp_sealed = $2"
            }
            Self::Hooks => {
                "UPDATE hooks SET config_sealed = $3 WHERE id = $1 AND config_sealed = $2"
            }
            Self::HookDeliveries => {
                "UPDATE hook_deliveries SET context_sealed = $3 WHERE id = $1 AND context_sealed = $2"
            }
            Self::Messages => {
                "UPDATE messages SET phone_sealed = $3 WHERE id = $1 AND phone_sealed = $2"
            }
        }
    }
}

/// Texts that do not begin with `prefix` (10 characters), from an id on, in the order of ids.
pub async fn not_under(
    db: &Db,
    column: Column,
    prefix: &str,
    from: &str,
    limit: i64,
) -> Result<Vec<Sealed>> {
    let rows = db.scan(column.select(), vec![from.into(), prefix.into(), limit.into()]).await?;
    let sealed =
        |row: &crate::Row| Ok(Sealed { id: row.text(0)?, row: row.text(1)?, text: row.text(2)? });
    rows.iter().map(sealed).collect()
}

/// Puts a text sealed anew in the place of the old one; `false` when that is gone.
pub async fn replace(db: &Db, column: Column, old: &Sealed, new: &str) -> Result<bool> {
    let params = vec![old.id.as_str().into(), old.text.as_str().into(), new.into()];
    Ok(db.write(Step::new(column.update(), params)).await?.changed > 0)
}
