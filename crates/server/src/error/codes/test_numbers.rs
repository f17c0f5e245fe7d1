//! Codes about test numbers.
use super::{Code, code};

/// A code was meant for a phone with this number once.
pub const TEST_NUMBER_TEXTED: Code = code(
    422,
    "test_number.was_texted",
    "A code was asked for with this number before, so it may be somebody's. Take one that was never used here.",
);
/// An account has it that was not made with it.
pub const TEST_NUMBER_SOMEBODYS: Code = code(
    422,
    "test_number.belongs_to_account",
    "This is the number of an account that was not made as a test account.",
);
/// It is one already.
pub const TEST_NUMBER_EXISTS: Code =
    code(422, "test_number.exists", "This is a test number already.");
/// A test message to one.
pub const TEST_NUMBER: Code = code(
    422,
    "test_number.nothing_sent",
    "This is a test number: nothing is sent to it. Take the number of a phone.",
);
