//! Rules and types of phone sign-in. No IO, no SQL, no async; time and chance are arguments.
pub mod entropy;
pub mod experience;
pub mod hooks;
pub mod ids;
pub mod keys;
pub mod limits;
pub mod network;
pub mod passcode;
pub mod password;
pub mod phone;
pub mod policy;
pub mod role;
pub mod time;
pub mod token;
pub mod totp;
pub mod usage_type;
