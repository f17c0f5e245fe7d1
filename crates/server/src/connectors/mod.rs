//! Ways to send a message. A provider is one file here, one line in [`FACTORIES`], one test file.
pub mod aliyun_sms;
pub mod kit;

use std::sync::Arc;

use haoma_core::ids::ConnectorId;

use self::kit::{Built, Connector, Factory, Problem};

/// Every kind of connector this server knows.
pub const FACTORIES: &[Factory] = &[aliyun_sms::FACTORY];

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

/// The factory with this id.
pub fn factory(id: &str) -> Option<&'static Factory> {
    FACTORIES.iter().find(|factory| factory.id == id)
}

/// Builds a connector from its configuration; every problem is reported, not the first only.
pub fn build(factory_id: &str, config: &serde_json::Value) -> Built {
    match factory(factory_id) {
        Some(factory) => (factory.build)(config),
        None => Err(vec![Problem::new("factory", format!("there is no connector {factory_id:?}"))]),
    }
}
