//! The codes of limits, of the work they ask for, and of rules of sending.
use super::{Code, code};

/// So many wrong codes that guesses are not even judged; the body says for how long, unless no wait ends it.
pub const GUESSES_BLOCKED: Code = code(
    400,
    "session.verification_blocked_too_many_attempts",
    "Too many wrong codes. Please wait before trying again.",
);
/// A message costs a challenge now: the body has it.
pub const CHALLENGE_REQUIRED: Code = code(
    422,
    "session.captcha_required",
    "Before another message is sent, please let this device solve a small task.",
);
/// A challenge that was not solved, or not in time, or for another message: the body has a new one.
pub const CHALLENGE_FAILED: Code =
    code(422, "session.captcha_failed", "The task was not solved in time. Please try again.");
/// An administrator keeps messages from this number, or from where it was asked for; which of them is not said.
pub const SENDING_BLOCKED: Code = code(
    403,
    "request.sending_blocked",
    "No code can be sent to this number from here. Use another network or another number, or ask whoever runs this service.",
);
/// There are as many rules as fit.
pub const TOO_MANY_RULES: Code =
    code(422, "sending_rule.too_many", "There are as many rules as fit. Take away some first.");
