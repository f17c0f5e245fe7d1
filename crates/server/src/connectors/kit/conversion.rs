//! What a provider may be told once a message did what it was for.
use std::future::Future;
use std::pin::Pin;

use haoma_core::time::Timestamp;

use super::SendError;

/// The code of a message was given: the person had it in their hands. Neither the number nor the code is in it, nor whose it was.
#[derive(Debug, Clone, Copy)]
pub struct Conversion<'a> {
    /// The provider's own id of the message.
    pub provider_message_id: &'a str,
    /// Now.
    pub now: Timestamp,
    /// Random, never used before.
    pub nonce: &'a str,
}

/// The future of [`super::Connector::report`].
pub type Reporting<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;
