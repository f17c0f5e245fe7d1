//! Ways to send a message. A provider is one file here, one line in [`FACTORIES`], one test file.
mod aliyun;
pub mod aliyun_sms;
pub mod aliyun_sms_mas;
pub mod desk;
pub mod http_sms;
pub mod kit;
pub mod saving;
pub mod sms_text;

use std::sync::Arc;

use haoma_core::ids::ConnectorId;
use haoma_store::connectors::Connector as Stored;
use secrecy::ExposeSecret as _;

use crate::seal::SealKeys;

pub(crate) use self::aliyun::admits;
use self::kit::{Built, Connector, Factory, Problem, ProblemKind};

/// Every kind of connector this server knows.
pub const FACTORIES: &[Factory] =
    &[aliyun_sms::FACTORY, aliyun_sms_mas::FACTORY, http_sms::FACTORY];

/// The connector messages go through, in one version of its configuration.
#[derive(Debug, Clone)]
pub struct InUse {
    /// Its row.
    pub id: ConnectorId,
    /// The version of its configuration.
    pub version: i64,
    /// The client itself.
    pub connector: Arc<dyn Connector>,
}

impl InUse {
    /// Opens a stored connector.
    ///
    /// # Errors
    /// A configuration that does not open with the server key, or that this version no longer accepts.
    pub fn open(row: Stored, seal: &SealKeys) -> anyhow::Result<Self> {
        let config = seal.open(&row.row(), &row.config_sealed)?;
        let config = serde_json::from_str(config.expose_secret())?;
        let connector = build(&row.factory_id, &config).map_err(|problems| {
            let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("the stored connector cannot be used: {}", all.join("; "))
        })?;
        Ok(Self { id: row.id, version: row.version, connector })
    }
}

/// The factory with this id.
pub fn factory(id: &str) -> Option<&'static Factory> {
    FACTORIES.iter().find(|factory| factory.id == id)
}

/// Builds a connector from its configuration; every problem is reported, not the first only.
pub fn build(factory_id: &str, config: &serde_json::Value) -> Built {
    match factory(factory_id) {
        Some(factory) => (factory.build)(config),
        None => Err(vec![Problem::new("factory", ProblemKind::UnknownFactory)]),
    }
}
