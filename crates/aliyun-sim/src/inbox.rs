//! The messages that were accepted, newest kept, findable by number without looking at the others.

use serde::Serialize;
use std::collections::{HashMap, VecDeque};

/// More messages than this push out the oldest.
pub const INBOX_CAPACITY: usize = 10_000;

/// One accepted message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Digits with country code, such as `8613800001234`.
    pub phone: String,
    /// The signature without brackets; the sender id of an international message.
    pub sign_name: String,
    /// Empty for international free text.
    pub template_code: String,
    /// The JSON string as received.
    pub template_param: String,
    /// The text as the person reads it, `【signature】` included.
    pub content: String,
    /// Aliyun's id of the send; several numbers of one call share it.
    pub biz_id: String,
    /// The caller's id, empty when there was none.
    pub out_id: String,
    /// Milliseconds since 1970-01-01 UTC, by the simulated clock.
    pub sent_at: i64,
    /// What the template is used for, when the seed says so.
    pub usage: Option<String>,
    /// What became of it, for `QuerySendDetails` and receipts.
    #[serde(skip)]
    pub(crate) fate: Fate,
}

/// The receipt a message will get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// When the receipt is known.
    pub(crate) at_ms: i64,
    /// `None`: delivered. Otherwise the receipt's failure code.
    pub(crate) failure: Option<String>,
}

/// A bounded list of messages with an index by number.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    messages: VecDeque<Message>,
    /// How many messages were dropped in front of the list.
    dropped: u64,
    by_phone: HashMap<String, VecDeque<u64>>,
}

impl Inbox {
    pub(crate) fn push(&mut self, message: Message) {
        if self.messages.len() >= INBOX_CAPACITY {
            self.drop_oldest();
        }
        let number = self.dropped + self.messages.len() as u64;
        self.by_phone.entry(message.phone.clone()).or_default().push_back(number);
        self.messages.push_back(message);
    }

    /// Newest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().rev()
    }

    /// Newest first, one number's only. `phone` is digits with country code.
    pub(crate) fn of(&self, phone: &str) -> impl Iterator<Item = &Message> {
        let numbers = self.by_phone.get(phone).into_iter().flat_map(|list| list.iter().rev());
        numbers.filter_map(|number| self.messages.get(usize::try_from(number - self.dropped).ok()?))
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.messages.pop_front() else { return };
        self.dropped += 1;
        if let Some(numbers) = self.by_phone.get_mut(&oldest.phone) {
            numbers.pop_front();
            if numbers.is_empty() {
                self.by_phone.remove(&oldest.phone);
            }
        }
    }
}
