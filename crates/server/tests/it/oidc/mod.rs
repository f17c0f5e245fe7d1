//! OpenID Connect, end to end through the real router.
mod answers;
mod backchannel;
mod discovery;
mod endpoints;
mod keys;
mod posted;
mod resources;
mod road;
pub(crate) mod support;
mod tricks;
