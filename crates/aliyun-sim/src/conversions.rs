//! Which codes the simulator was told were given.

use crate::inbox::INBOX_CAPACITY;
use std::collections::VecDeque;

/// What was told of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Aliyun's id of the message.
    pub message_id: String,
    /// Whether its code was given.
    pub delivered: bool,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at: i64,
}

/// A bounded list of them, the newest kept.
#[derive(Debug, Default)]
pub(crate) struct Conversions(VecDeque<Conversion>);

impl Conversions {
    pub(crate) fn push(&mut self, told: Conversion) {
        if self.0.len() >= INBOX_CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(told);
    }

    /// Oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Conversion> {
        self.0.iter()
    }
}
