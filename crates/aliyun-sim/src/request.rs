//! One request as it came over the wire, decoded but not yet believed.

use axum::http::{HeaderMap, Method, Uri, header};
use bytes::Bytes;

/// Which of the two signature schemes a request uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `ACS3-HMAC-SHA256`, in the `Authorization` header.
    V3,
    /// RPC `HMAC-SHA1`, in the `Signature` parameter.
    V1,
}

/// A request with its parameters taken apart.
pub(crate) struct WireRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Decoded pairs of the query string, in order of arrival.
    pub(crate) query: Vec<(String, String)>,
    /// Decoded pairs of an urlencoded body.
    pub(crate) form: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl WireRequest {
    pub(crate) fn new(method: Method, uri: &Uri, headers: HeaderMap, body: Bytes) -> Self {
        let query = decode_pairs(uri.query().unwrap_or_default().as_bytes());
        let form = if is_form(&headers) { decode_pairs(&body) } else { Vec::new() };
        WireRequest { method, path: uri.path().to_owned(), query, form, headers, body }
    }

    /// A header's text, trimmed; several values of one name sorted and joined, as the signature wants them.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mut values: Vec<String> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
            .collect();
        values.sort();
        if values.is_empty() { None } else { Some(values.join(",")) }
    }

    /// The first non-empty value of a parameter, from the query or else from the form: empty counts as missing.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter().chain(&self.form);
        pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    pub(crate) fn scheme(&self) -> Scheme {
        let authorization = self.headers.get(header::AUTHORIZATION);
        let has_v3 = authorization.is_some() || self.headers.contains_key("x-acs-action");
        let has_v1 = self.param("Signature").is_some() || self.param("AccessKeyId").is_some();
        // Node's SDK sends `x-acs-action` beside a V1 signature as well.
        match (authorization.is_some(), has_v3, has_v1) {
            (true, ..) | (false, true, false) => Scheme::V3,
            _ => Scheme::V1,
        }
    }

    /// The operation asked for: a header in V3, a parameter in V1.
    pub(crate) fn action(&self) -> Option<String> {
        self.common("x-acs-action", "Action")
    }

    /// The API version asked for.
    pub(crate) fn version(&self) -> Option<String> {
        self.common("x-acs-version", "Version")
    }

    fn common(&self, header: &str, param: &str) -> Option<String> {
        match self.scheme() {
            Scheme::V3 => self.header(header).filter(|value| !value.is_empty()),
            Scheme::V1 => self.param(param).map(str::to_owned),
        }
    }

    /// Whether the answer is XML: the older scheme's habit unless `Format=JSON` is asked for.
    pub(crate) fn wants_xml(&self) -> bool {
        self.scheme() == Scheme::V1
            && !self.param("Format").is_some_and(|format| format.eq_ignore_ascii_case("json"))
    }

    /// The numbers this call is about, as written, before any check; for faults that pick a number.
    pub(crate) fn phones(&self) -> Vec<String> {
        let listed =
            self.param("PhoneNumbers").map(|list| list.split(',').map(str::to_owned).collect());
        let json = self.param("PhoneNumberJson").and_then(|list| serde_json::from_str(list).ok());
        let single = self.param("PhoneNumber").or(self.param("To")).map(|one| vec![one.to_owned()]);
        listed.or(json).or(single).unwrap_or_default()
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
}

/// Decodes `a=b&c=d`; `+` means space, as the real gateway treats it.
fn decode_pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}
