//! Where requests go: Aliyun's hosts per region, or an address of the caller's choice.

use crate::{captcha::CaptchaRegion, error::ConfigError};
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use std::net::IpAddr;

/// A host that answers API calls, over https; plain http is possible for this machine alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
}

impl Endpoint {
    /// The Dysmsapi host of a region, as the official SDKs resolve it. Regions without a host of their own,
    /// unknown ones included, share `dysmsapi.aliyuncs.com`.
    pub fn for_region(region: &str) -> Self {
        Self::aliyun(match region {
            "cn-beijing" => "dysmsapi-proxy.cn-beijing.aliyuncs.com",
            "cn-hongkong" => "dysmsapi-xman.cn-hongkong.aliyuncs.com",
            "ap-southeast-1" => "dysmsapi.ap-southeast-1.aliyuncs.com",
            "ap-southeast-5" => "dysmsapi.ap-southeast-5.aliyuncs.com",
            "eu-central-1" => "dysmsapi.eu-central-1.aliyuncs.com",
            "us-east-1" => "dysmsapi.us-east-1.aliyuncs.com",
            _ => "dysmsapi.aliyuncs.com",
        })
    }

    /// The Dypnsapi host (`SendSmsVerifyCode`), the same for every region.
    pub fn verify_code() -> Self {
        Self::aliyun("dypnsapi.aliyuncs.com")
    }

    /// The host of Captcha 2.0 in a region.
    pub fn captcha(region: CaptchaRegion) -> Self {
        Self::aliyun(region.host())
    }

    /// An address written out: `https://host`, `host:port` (https is meant) or, for `localhost`, `127.0.0.0/8`
    /// and `::1` alone, `http://host:port`. No user, path or query; a default port is dropped.
    pub fn parse(url: &str) -> Result<Self, ConfigError> {
        let whole = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
        let parts = whole.parse::<Uri>().map_err(|_source| ConfigError::Endpoint)?.into_parts();
        let bare = parts.path_and_query.is_none_or(|path| path == "/");
        let (Some(scheme), Some(authority), true) = (parts.scheme, parts.authority, bare) else {
            return Err(ConfigError::Endpoint);
        };
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(ConfigError::Endpoint);
        }
        if scheme == Scheme::HTTP && !is_loopback(authority.host()) {
            return Err(ConfigError::PlainHttp);
        }
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(ConfigError::Endpoint);
        }
        Ok(Self { authority: without_default_port(&scheme, authority)?, scheme })
    }

    /// The value of the `Host` header, which the V3 signature covers: the port is there unless it is the default.
    pub fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// The address, where the host is written as one and not as a name.
    pub fn ip(&self) -> Option<IpAddr> {
        literal(self.authority.host())
    }

    pub(crate) fn uri(&self, target: PathAndQuery) -> Result<Uri, http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target)
            .build()
    }

    fn aliyun(host: &'static str) -> Self {
        Self { scheme: Scheme::HTTPS, authority: Authority::from_static(host) }
    }
}

impl Default for Endpoint {
    /// The mainland's Dysmsapi host.
    fn default() -> Self {
        Self::for_region("cn-hangzhou")
    }
}

fn without_default_port(scheme: &Scheme, authority: Authority) -> Result<Authority, ConfigError> {
    let default = if *scheme == Scheme::HTTP { 80 } else { 443 };
    // `host:` and `host:99999` have a colon and no port that can be read
    match (authority.port_u16(), authority.as_str().strip_prefix(authority.host())) {
        (Some(port), _) if port == default => {
            authority.host().parse().map_err(|_source| ConfigError::Endpoint)
        }
        (Some(1..), _) | (None, Some("")) => Ok(authority),
        _ => Err(ConfigError::Endpoint),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || literal(host).is_some_and(|address| address.is_loopback())
}

fn literal(host: &str) -> Option<IpAddr> {
    let address = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    address.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_resolve_as_the_official_sdks_resolve_them() {
        for (region, host) in [
            ("cn-beijing", "dysmsapi-proxy.cn-beijing.aliyuncs.com"),
            ("cn-hongkong", "dysmsapi-xman.cn-hongkong.aliyuncs.com"),
            ("ap-southeast-1", "dysmsapi.ap-southeast-1.aliyuncs.com"),
            ("ap-southeast-5", "dysmsapi.ap-southeast-5.aliyuncs.com"),
            ("eu-central-1", "dysmsapi.eu-central-1.aliyuncs.com"),
            ("us-east-1", "dysmsapi.us-east-1.aliyuncs.com"),
            ("cn-hangzhou", "dysmsapi.aliyuncs.com"),
            ("us-west-1", "dysmsapi.aliyuncs.com"),
            ("ap-northeast-1", "dysmsapi.aliyuncs.com"),
            ("", "dysmsapi.aliyuncs.com"),
        ] {
            assert_eq!(Endpoint::for_region(region).host(), host, "{region}");
        }
    }

    #[test]
    fn plain_http_reaches_this_machine_alone() {
        for url in
            ["http://127.0.0.1:3003", "http://127.9.9.9", "http://[::1]:80/", "http://localhost"]
        {
            assert!(Endpoint::parse(url).is_ok(), "{url}");
        }
        for url in [
            "http://dysmsapi.aliyuncs.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://0.0.0.0:3003",
        ] {
            assert!(matches!(Endpoint::parse(url), Err(ConfigError::PlainHttp)), "{url}");
        }
    }

    #[test]
    fn an_address_is_a_host_and_nothing_more() {
        for (url, host) in [
            ("dysmsapi.aliyuncs.com", "dysmsapi.aliyuncs.com"),
            ("https://sms.example.com:443", "sms.example.com"),
            ("https://sms.example.com:8443/", "sms.example.com:8443"),
            ("http://localhost:80", "localhost"),
            ("https://[::1]:443", "[::1]"),
        ] {
            assert_eq!(Endpoint::parse(url).unwrap().host(), host, "{url}");
        }
        for url in [
            "",
            "https://",
            "https://host/path",
            "https://host/?a=b",
            "https://user:pass@host",
            "http://user@127.0.0.1",
            "ftp://host",
            "https://host:",
            "https://host:99999",
            "https://host:0",
            "a b",
        ] {
            assert!(matches!(Endpoint::parse(url), Err(ConfigError::Endpoint)), "{url}");
        }
    }
}
