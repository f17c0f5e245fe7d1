//! One walk through the sign-in pages: what has happened so far, and what may happen next.
//!
//! The state lives in the interaction's row as JSON and changes only together with its version.
use serde::{Deserialize, Serialize};

use crate::ids::{PasscodeId, TestNumberId, UserId, VerificationId};
use crate::phone::{PhoneNumber, stored};
use crate::policy::SendPolicy;
use crate::time::Timestamp;
use crate::usage_type::UsageType;

/// What the person came to do (wire contract B.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InteractionEvent {
    /// Enter an existing account.
    SignIn,
    /// Create one.
    Register,
    /// Recover one; parsed because the contract names it, never offered.
    ForgotPassword,
}

impl InteractionEvent {
    /// As written on the wire and in audit keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::ForgotPassword => "ForgotPassword",
        }
    }

    /// The template a code for this event uses.
    pub const fn usage_type(self) -> UsageType {
        match self {
            Self::SignIn => UsageType::SignIn,
            Self::Register => UsageType::Register,
            Self::ForgotPassword => UsageType::ForgotPassword,
        }
    }
}

/// A code that was made within this walk; a resend inside its life repeats it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The passcode's row.
    pub passcode_id: PasscodeId,
    /// Where it went.
    #[serde(with = "stored")]
    pub phone: PhoneNumber,
    /// What it is for.
    pub usage_type: UsageType,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Messages that carried it.
    pub sends: usize,
    /// The names of the counters that take a message off again when its code is right, for each message.
    #[serde(default)]
    pub charged: Vec<Vec<String>>,
}

/// The one phone verification of a walk (wire contract B.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneVerification {
    /// Changes with every send, so that an older id stops resolving.
    pub id: VerificationId,
    /// The number exactly as the client wrote it; compared literally (B.3.11).
    pub identifier: String,
    /// The same number, parsed.
    #[serde(with = "stored")]
    pub phone: PhoneNumber,
    /// What the code is for.
    pub usage_type: UsageType,
    /// The passcode it is judged by.
    pub passcode_id: PasscodeId,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// When the next message may be asked for.
    pub resend_at: Timestamp,
    /// Whether the right code was given.
    pub is_verified: bool,
    /// The test number whose fixed code it is, which proves nothing but that somebody knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_number: Option<TestNumberId>,
}

/// Captchas of one walk that are checked: its messages, and a few that were not passed.
const MOST_CAPTCHA_CHECKS: u32 = 6;

/// The state of a walk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Experience {
    /// `None` until the walk was begun (`PUT /api/experience`).
    pub event: Option<InteractionEvent>,
    /// The newest verification.
    pub verification: Option<PhoneVerification>,
    /// Who the person turned out to be.
    pub user_id: Option<UserId>,
    /// The test number whose fixed code proved that they are, where nothing better did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_number: Option<TestNumberId>,
    /// A verified number kept for an account that is not complete yet (B.4).
    pub profile_phone: Option<PhoneNumber>,
    /// The test number whose fixed code proved that number, where nothing better did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_test_number: Option<TestNumberId>,
    /// Codes made so far; survives starting over, so that limits hold.
    pub issued: Vec<Issued>,
    /// Steps that cost nothing and were recorded once; survives starting over, so that they fill no log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<String>,
    /// Captchas of this walk that a third party was asked about; survives starting over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub captcha_checks: u32,
}

/// A step that does not fit where the walk is. Each is one answer of the wire contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongStep {
    /// The walk was never begun.
    #[error("the interaction has not begun")]
    NotBegun,
    /// Switching to or from account recovery.
    #[error("not possible while recovering an account")]
    Recovery,
    /// No verification has that id; an older one was replaced.
    #[error("no verification with that id")]
    VerificationNotFound,
    /// The code was not given yet.
    #[error("the verification is not finished")]
    NotVerified,
    /// Somebody else was identified before.
    #[error("already identified as somebody else")]
    IdentityConflict,
    /// Nobody is identified yet.
    #[error("nobody is identified yet")]
    NotIdentified,
    /// This walk has caused as many messages as one may.
    #[error("too many messages in one interaction")]
    TooManySends,
    /// This walk has texted as many numbers as one may.
    #[error("too many numbers in one interaction")]
    TooManyNumbers,
}

impl Experience {
    /// Begins, or begins again: everything but the codes made so far, and what was recorded, is forgotten.
    pub fn begin(&mut self, event: InteractionEvent) {
        let Self { issued, recorded, captcha_checks, .. } = std::mem::take(self);
        *self = Self { event: Some(event), issued, recorded, captcha_checks, ..Self::default() };
    }

    /// Whether a step of this kind is the walk's first, and so to be recorded; from now on it is not.
    pub fn is_first(&mut self, step: &str) -> bool {
        let is_first = !self.recorded.iter().any(|recorded| recorded == step);
        if is_first {
            self.recorded.push(step.to_owned());
        }
        is_first
    }

    /// The event, once begun.
    pub fn event(&self) -> Result<InteractionEvent, WrongStep> {
        self.event.ok_or(WrongStep::NotBegun)
    }

    /// Sign-in turned registration or the reverse; verifications survive it (B.3.5).
    pub fn switch(&mut self, to: InteractionEvent) -> Result<(), WrongStep> {
        let recovery = InteractionEvent::ForgotPassword;
        let from = self.event()?;
        if from != to && (from == recovery || to == recovery) {
            return Err(WrongStep::Recovery);
        }
        self.event = Some(to);
        self.profile_phone = None;
        self.profile_test_number = None;
        Ok(())
    }

    /// Whether this walk may cause another message, to this number.
    pub fn may_send(&self, phone: &PhoneNumber, policy: &SendPolicy) -> Result<(), WrongStep> {
        self.event()?;
        if exceeds(self.sends() + 1, policy.per_interaction) {
            return Err(WrongStep::TooManySends);
        }
        let mut numbers: Vec<_> = self.issued.iter().map(|code| &code.phone).collect();
        numbers.push(phone);
        numbers.sort_unstable();
        numbers.dedup();
        if exceeds(numbers.len(), policy.numbers_per_interaction) {
            return Err(WrongStep::TooManyNumbers);
        }
        Ok(())
    }

    /// Whether a third party may be asked about a captcha of this walk once more: each time costs money, and somebody's patience.
    pub const fn may_check_captcha(&self) -> bool {
        self.captcha_checks < MOST_CAPTCHA_CHECKS
    }

    /// Messages this walk sent before.
    pub fn sends(&self) -> usize {
        self.issued.iter().map(|code| code.sends).sum()
    }

    /// Messages this walk sent to the number before.
    pub fn sends_to(&self, phone: &PhoneNumber) -> usize {
        self.issued.iter().filter(|code| code.phone == *phone).map(|code| code.sends).sum()
    }

    /// The code a resend repeats, if one of this walk still lives.
    pub fn repeatable(
        &self,
        phone: &PhoneNumber,
        usage: UsageType,
        now: Timestamp,
    ) -> Option<&Issued> {
        let mine = |code: &&Issued| code.phone == *phone && code.usage_type == usage;
        self.issued.iter().filter(mine).find(|code| now < code.expires_at)
    }

    /// A message is about to go out: the new verification replaces the old one.
    pub fn sent(&mut self, verification: PhoneVerification) {
        match self.issued.iter_mut().find(|code| code.passcode_id == verification.passcode_id) {
            Some(code) => code.sends += 1,
            None => self.issued.push(Issued {
                passcode_id: verification.passcode_id.clone(),
                phone: verification.phone.clone(),
                usage_type: verification.usage_type,
                expires_at: verification.expires_at,
                sends: 1,
                charged: vec![],
            }),
        }
        self.verification = Some(verification);
    }

    /// Where the newest message with this code was counted.
    pub fn note_charged(&mut self, code: &PasscodeId, names: Vec<String>) {
        if let Some(issued) = self.issued.iter_mut().find(|issued| issued.passcode_id == *code) {
            issued.charged.push(names);
        }
    }

    /// Where the messages with this code were counted.
    pub fn charged(&self, code: &PasscodeId) -> Vec<String> {
        let issued = self.issued.iter().find(|issued| issued.passcode_id == *code);
        issued.map(|issued| issued.charged.concat()).unwrap_or_default()
    }

    /// The newest message did not go out, so nothing took the place of the verification before it: its code is good, and given under its
    /// id. The pause that the message began goes on.
    pub fn keeps(&mut self, before: Option<PhoneVerification>) {
        let refused = std::mem::replace(&mut self.verification, before);
        if let (Some(before), Some(refused)) = (&mut self.verification, refused)
            && before.phone == refused.phone
        {
            before.resend_at = before.resend_at.max(refused.resend_at);
        }
    }

    /// The newest message with this code did not go out: it counts no more, and a code that nobody was sent is none.
    pub fn not_sent(&mut self, code: &PasscodeId) {
        for issued in self.issued.iter_mut().filter(|issued| issued.passcode_id == *code) {
            issued.sends = issued.sends.saturating_sub(1);
            issued.charged.pop();
        }
        self.issued.retain(|issued| issued.sends > 0);
    }

    /// The verification with this id.
    pub fn find(&self, id: &str) -> Result<&PhoneVerification, WrongStep> {
        self.event()?;
        let found = self.verification.as_ref().filter(|v| v.id.as_str() == id);
        found.ok_or(WrongStep::VerificationNotFound)
    }

    /// The number proved by the verification with this id.
    pub fn verified_phone(&self, id: &str) -> Result<&PhoneNumber, WrongStep> {
        self.verified_by(id).map(|verification| &verification.phone)
    }

    /// The verification with this id, if it proves its number.
    pub fn verified_by(&self, id: &str) -> Result<&PhoneVerification, WrongStep> {
        let verification = self.find(id)?;
        // A code sent for anything else proves nothing here (security statement 17).
        let fits = matches!(verification.usage_type, UsageType::SignIn | UsageType::Register);
        if verification.is_verified && fits {
            Ok(verification)
        } else {
            Err(WrongStep::NotVerified)
        }
    }

    /// The right code was given.
    pub fn verified(&mut self) {
        if let Some(verification) = &mut self.verification {
            verification.is_verified = true;
        }
    }

    /// The person turned out to be this user; by the fixed code of a test number, where nothing better proved it.
    pub fn identified(
        &mut self,
        user: UserId,
        test_number: Option<TestNumberId>,
    ) -> Result<(), WrongStep> {
        match &self.user_id {
            Some(other) if *other != user => Err(WrongStep::IdentityConflict),
            _ => {
                self.user_id = Some(user);
                self.test_number = test_number;
                Ok(())
            }
        }
    }

    /// Who finishes the walk.
    pub fn finish(&self) -> Result<&UserId, WrongStep> {
        self.event()?;
        self.user_id.as_ref().ok_or(WrongStep::NotIdentified)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Whether `count` is over `max`; zero means no limit.
fn exceeds(count: usize, max: i64) -> bool {
    max > 0 && i64::try_from(count).unwrap_or(i64::MAX) > max
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    fn phone(digits: &str) -> PhoneNumber {
        PhoneNumber::from_international(digits).unwrap()
    }

    fn verification(seed: u64, digits: &str) -> PhoneVerification {
        let entropy = Entropy::seeded(seed);
        PhoneVerification {
            id: VerificationId::generate(Timestamp(0), &entropy),
            identifier: digits.to_owned(),
            phone: phone(digits),
            usage_type: UsageType::SignIn,
            passcode_id: PasscodeId::generate(Timestamp(0), &entropy),
            expires_at: Timestamp(1000),
            resend_at: Timestamp(60),
            is_verified: false,
            test_number: None,
        }
    }

    fn begun() -> Experience {
        let mut walk = Experience::default();
        walk.begin(InteractionEvent::SignIn);
        walk
    }

    #[test]
    fn nothing_works_before_the_beginning() {
        let walk = Experience::default();
        assert_eq!(walk.find("x"), Err(WrongStep::NotBegun));
        assert_eq!(walk.finish(), Err(WrongStep::NotBegun));
        assert_eq!(
            Experience::default().switch(InteractionEvent::SignIn),
            Err(WrongStep::NotBegun)
        );
    }

    #[test]
    fn a_resend_replaces_the_verification_and_keeps_the_code() {
        let mut walk = begun();
        let first = verification(1, "8613800138000");
        walk.sent(first.clone());
        let code = walk.repeatable(&first.phone, UsageType::SignIn, Timestamp(999)).unwrap();
        let again = PhoneVerification {
            passcode_id: code.passcode_id.clone(),
            ..verification(2, "8613800138000")
        };
        walk.sent(again.clone());
        assert_eq!(walk.find(first.id.as_str()), Err(WrongStep::VerificationNotFound));
        assert_eq!(walk.find(again.id.as_str()), Ok(&again));
        assert_eq!((walk.issued.len(), walk.sends_to(&first.phone)), (1, 2));
        assert_eq!(walk.repeatable(&first.phone, UsageType::SignIn, Timestamp(1000)), None);
        assert_eq!(walk.repeatable(&first.phone, UsageType::Register, Timestamp(0)), None);
    }

    #[test]
    fn a_message_that_did_not_go_out_is_charged_nowhere() {
        let mut walk = begun();
        let first = verification(1, "8613800138000");
        let code = &first.passcode_id;
        for name in ["first", "second"] {
            walk.sent(first.clone());
            walk.note_charged(code, vec![name.to_owned(), "country".to_owned()]);
        }
        assert_eq!(walk.charged(code), ["first", "country", "second", "country"]);
        walk.not_sent(code);
        assert_eq!(walk.charged(code), ["first", "country"]);
        walk.not_sent(code);
        assert!(walk.charged(code).is_empty() && walk.issued.is_empty());
    }

    #[test]
    fn a_message_that_did_not_go_out_replaces_no_verification() {
        let mut walk = begun();
        let first = verification(1, "8613800138000");
        let later = |seed, digits| PhoneVerification {
            resend_at: Timestamp(180),
            ..verification(seed, digits)
        };
        walk.sent(later(2, "8613800138000"));
        walk.keeps(Some(first.clone()));
        let kept = PhoneVerification { resend_at: Timestamp(180), ..first.clone() };
        assert_eq!(walk.find(first.id.as_str()), Ok(&kept), "with the pause of the newer");
        walk.sent(later(3, "8613800138001"));
        walk.keeps(Some(first.clone()));
        assert_eq!(walk.verification, Some(first), "that of another number is none of its");
        walk.sent(verification(4, "8613800138000"));
        walk.keeps(None);
        assert_eq!(walk.verification, None);
    }

    #[test]
    fn s24_one_walk_sends_three_messages_to_two_numbers() {
        let policy = SendPolicy::default();
        let mut walk = begun();
        walk.sent(verification(1, "8613800138000"));
        walk.sent(verification(2, "8613800138001"));
        assert_eq!(walk.may_send(&phone("8613800138002"), &policy), Err(WrongStep::TooManyNumbers));
        assert_eq!(walk.may_send(&phone("8613800138001"), &policy), Ok(()));
        walk.sent(verification(3, "8613800138001"));
        assert_eq!(walk.may_send(&phone("8613800138001"), &policy), Err(WrongStep::TooManySends));
        walk.begin(InteractionEvent::SignIn);
        assert_eq!(
            walk.may_send(&phone("8613800138001"), &policy),
            Err(WrongStep::TooManySends),
            "starting over does not reset the count"
        );
    }

    #[test]
    fn a_message_that_did_not_go_out_does_not_count() {
        let policy = SendPolicy::default();
        let mut walk = begun();
        let first = verification(1, "8613800138000");
        walk.sent(first.clone());
        walk.sent(first.clone());
        walk.not_sent(&first.passcode_id);
        assert_eq!(walk.sends_to(&first.phone), 1);
        walk.not_sent(&first.passcode_id);
        walk.keeps(None);
        assert_eq!(walk.issued, [], "a code nobody has is not repeated");
        assert_eq!(walk.verification, None, "nor guessed at");
        walk.sent(verification(2, "8613800138001"));
        assert_eq!(
            walk.may_send(&phone("8613800138002"), &policy),
            Ok(()),
            "nor is its number counted"
        );
    }

    #[test]
    fn a_verification_survives_the_switch_and_identifies_one_person() {
        let mut walk = begun();
        let v = verification(1, "8613800138000");
        walk.sent(v.clone());
        assert_eq!(walk.verified_phone(v.id.as_str()), Err(WrongStep::NotVerified));
        walk.verified();
        walk.switch(InteractionEvent::Register).unwrap();
        assert_eq!(walk.verified_phone(v.id.as_str()), Ok(&v.phone));
        assert_eq!(walk.finish(), Err(WrongStep::NotIdentified));
        let (a, b) = (UserId::parse("a").unwrap(), UserId::parse("b").unwrap());
        walk.identified(a.clone(), None).unwrap();
        assert_eq!(walk.identified(b, None), Err(WrongStep::IdentityConflict));
        assert_eq!(walk.finish(), Ok(&a));
    }

    #[test]
    fn s17_a_code_for_something_else_identifies_nobody() {
        let mut walk = begun();
        let other = PhoneVerification {
            usage_type: UsageType::BindNewIdentifier,
            is_verified: true,
            ..verification(1, "8613800138000")
        };
        walk.sent(other.clone());
        assert_eq!(walk.verified_phone(other.id.as_str()), Err(WrongStep::NotVerified));
    }

    #[test]
    fn a_step_is_the_first_of_its_kind_once_however_often_one_starts_over() {
        let mut walk = begun();
        assert!(walk.is_first("a") && walk.is_first("b"));
        walk.begin(InteractionEvent::Register);
        walk.switch(InteractionEvent::SignIn).unwrap();
        assert!(!walk.is_first("a") && !walk.is_first("b"));
    }

    #[test]
    fn recovery_cannot_be_switched_into() {
        let mut walk = begun();
        assert_eq!(walk.switch(InteractionEvent::ForgotPassword), Err(WrongStep::Recovery));
    }

    #[test]
    fn the_state_survives_its_row() {
        let mut walk = begun();
        walk.sent(verification(1, "8613800138000"));
        let text = serde_json::to_string(&walk).unwrap();
        assert_eq!(serde_json::from_str::<Experience>(&text).unwrap(), walk);
    }
}
