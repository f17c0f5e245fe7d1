//! Configuration: what was written (`raw`), what it means (`checked`). The only place that reads the environment.
mod captcha;
mod checked;
mod raw;

pub(crate) use checked::is_loopback;
pub use checked::{
    ApplicationConfig, Config, ConnectorConfig, LogFormat, Logging, Problems, Sealing, check,
    check_public,
};
pub use raw::{Raw, RawApplication, read, unknown_variables};
