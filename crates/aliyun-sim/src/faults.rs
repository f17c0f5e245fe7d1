//! Faults on demand: what goes wrong, for how many calls, for which number and operation.

use crate::numbers;
use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The answer comes late, by the real clock.
    DelayMs {
        /// Milliseconds.
        ms: u64,
    },
    /// The next new connection is reset before anything is read. Counts connections, ignores number and operation.
    RefuseConnection,
    /// The request is read and the connection closed without an answer; nothing is sent.
    DropAfterRead,
    /// The request is read and never answered; nothing is sent.
    Silent,
    /// HTTP 200 and a body that is no JSON; nothing is sent.
    GarbageBody,
    /// This HTTP status, with Aliyun's body for it; nothing is sent.
    Status {
        /// 400 to 599.
        status: u16,
    },
    /// A refusal with this code, after the signature was found right; nothing is sent.
    Code {
        /// Such as `isv.BUSINESS_LIMIT_CONTROL`.
        code: String,
        /// Aliyun's text for it when absent.
        #[serde(default)]
        message: Option<String>,
        /// The code's own HTTP status when absent.
        #[serde(default)]
        status: Option<u16>,
    },
    /// The message is sent and the call never answered.
    AcceptThenSilent,
    /// The message is sent and the answer comes late, by the real clock.
    AcceptThenDelay {
        /// Milliseconds.
        ms: u64,
    },
    /// The message is sent and the connection closed without an answer.
    AcceptThenDrop,
    /// The message is sent and its delivery receipt tells a failure.
    Undelivered {
        /// The receipt's code, such as `MOBILE_NOT_ON_SERVICE`.
        err_code: String,
    },
}

/// A fault and whom it meets. The first fault in the list that fits a call is used up by it, one per call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many calls it meets; all of them, when `null`. One, when left out.
    #[serde(default = "once")]
    pub times: Option<u32>,
    /// Only calls about this number, in any accepted spelling.
    #[serde(default)]
    pub phone: Option<String>,
    /// Only this operation, such as `SendSms`.
    #[serde(default)]
    pub action: Option<String>,
}

impl Fault {
    /// Meets the next call, whatever it is.
    pub fn once(kind: FaultKind) -> Self {
        Fault { kind, times: once(), phone: None, action: None }
    }

    /// Meets every call until faults are cleared.
    pub fn always(kind: FaultKind) -> Self {
        Fault { kind, times: None, phone: None, action: None }
    }

    /// The same fault, for one number only.
    #[must_use]
    pub fn for_phone(mut self, phone: &str) -> Self {
        self.phone = Some(phone.to_owned());
        self
    }

    fn meets(&self, action: &str, phones: &[String]) -> bool {
        let wanted = self.phone.as_deref().map(numbers::readings);
        let mut called = phones.iter().flat_map(|phone| numbers::readings(phone));
        self.kind != FaultKind::RefuseConnection
            && self.action.as_ref().is_none_or(|wanted| wanted == action)
            && wanted.is_none_or(|wanted| called.any(|one| wanted.contains(&one)))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
fn once() -> Option<u32> {
    Some(1)
}

/// The faults still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.times != Some(0) {
            self.0.push(fault);
        }
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.0.clone()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Uses up the first fault that meets this call.
    pub(crate) fn take(&mut self, action: &str, phones: &[String]) -> Option<FaultKind> {
        self.take_where(|fault| fault.meets(action, phones))
    }

    /// Uses up a refused connection.
    pub(crate) fn take_refusal(&mut self) -> bool {
        self.take_where(|fault| fault.kind == FaultKind::RefuseConnection).is_some()
    }

    fn take_where(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<FaultKind> {
        let at = self.0.iter().position(fits)?;
        let fault = self.0.get_mut(at)?;
        let kind = fault.kind.clone();
        fault.times = fault.times.map(|times| times.saturating_sub(1));
        if fault.times == Some(0) {
            self.0.remove(at);
        }
        Some(kind)
    }
}
