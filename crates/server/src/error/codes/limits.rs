//! The codes of limits, of the work they ask for, and of rules of sending.
use super::{Code, code};

/// So many wrong codes that guesses are not even judged; the body says for how long, unless no wait ends it.
pub const GUESSES_BLOCKED: Code = code(
    400,
    "session.verification_blocked_too_many_attempts",
    "Too many wrong codes. Please wait before trying again.",
);
/// A message costs a challenge, or a captcha, now: the body has it.
pub const CHALLENGE_REQUIRED: Code = code(
    422,
    "session.captcha_required",
    "Before another message is sent, please let this device solve a small task, or pass the security check.",
);
/// A challenge or captcha that was not solved, or not in time, or for another message: the body has a new one.
pub const CHALLENGE_FAILED: Code = code(
    422,
    "session.captcha_failed",
    "The task was not solved, or not in time. Please try again.",
);
/// A message costs a captcha now, which cannot be had or checked, and the configuration wants nothing sent then.
pub const CAPTCHA_UNAVAILABLE: Code = code(
    503,
    "session.captcha_unavailable",
    "The security check is not available at the moment. Please try again later.",
);
/// An administrator keeps messages from this number, or from where it was asked for; which of them is not said.
pub const SENDING_BLOCKED: Code = code(
    403,
    "request.sending_blocked",
    "No code can be sent to this number from here. Use another network or another number, or ask whoever runs this service.",
);
/// There are as many rules as fit.
pub const TOO_MANY_RULES: Code =
    code(422, "sending_rule.too_many", "There are as many rules as fit. Take away some first.");
