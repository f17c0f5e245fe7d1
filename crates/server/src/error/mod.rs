//! Three audiences, three mappers: programs (JSON), OAuth clients (RFC 6749), people (HTML).
pub mod api;
pub mod codes;
pub mod oauth;
