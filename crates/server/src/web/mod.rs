//! What every handler needs of HTTP: cookies, the client's address, cross-site checks, headers.
pub mod around;
pub mod assets;
pub mod audience;
pub mod browser;
pub mod caller;
pub mod cookies;
pub mod csrf;
pub mod headers;
pub mod i18n;
pub mod interaction_cookie;
pub(crate) mod iso;
pub mod json;
pub mod known;
pub mod patience;
pub mod program;
pub mod shared;
