//! Events of the audit log that nobody at a browser or behind a token caused: what the configuration file, a command, or the age of a key did.
use haoma_core::entropy::Entropy;
use haoma_core::ids::AuditId;
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use serde_json::Value;

/// What caused it. Stands in the payload under `By::MEMBER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The configuration file said something new at a start.
    Configuration,
    /// Somebody ran `haoma …` on a machine of the server.
    Command,
    /// It was time.
    Age,
    /// What is watched over all numbers.
    Watch,
}

impl By {
    /// The member of the payload.
    pub(crate) const MEMBER: &'static str = "by";

    const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Command => "command",
            Self::Age => "age",
            Self::Watch => "watch",
        }
    }

    /// An event it caused; `payload` is an object that names what was done to what.
    pub(crate) fn event(
        self,
        key: &str,
        payload: &Value,
        (entropy, now): (&Entropy, Timestamp),
    ) -> Event {
        let mut payload = payload.clone();
        if let Some(object) = payload.as_object_mut() {
            object.insert(Self::MEMBER.to_owned(), self.as_str().into());
        }
        Event {
            id: AuditId::generate(now, entropy),
            key: key.to_owned(),
            error: None,
            user_id: None,
            application_id: None,
            session_id: None,
            interaction_id: None,
            ip: None,
            user_agent: None,
            payload: payload.to_string(),
            at: now,
        }
    }
}
