//! A verifier that starts from the bytes on the wire, as a server must; shares nothing with the client but the
//! functions of `aliyun_sms::sign`.

use aliyun_sms::sign;

/// A request with what a verifier needs.
pub(crate) struct Wire<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    /// Names in any case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: &'a [u8],
}

/// Every stage of a recomputed V3 signature, named as the vectors name them.
pub(crate) struct V3 {
    pub(crate) canonical_request: String,
    pub(crate) string_to_sign: String,
    pub(crate) payload_sha256: String,
    pub(crate) signature: String,
    /// What the request itself claims.
    pub(crate) sent: String,
}

/// Every stage of a recomputed V1 signature.
pub(crate) struct V1 {
    pub(crate) canonicalized_query_string: String,
    pub(crate) string_to_sign: String,
    pub(crate) signature: String,
    /// What the request itself claims.
    pub(crate) sent: String,
}

pub(crate) fn v3(wire: &Wire<'_>, secret: &str) -> V3 {
    let authorization = wire.header("authorization");
    let fields = authorization.strip_prefix("ACS3-HMAC-SHA256 ").unwrap();
    let field = |name: &str| {
        let mut all = fields.split(',').filter_map(|part| part.trim().split_once('='));
        all.find(|(key, _)| *key == name).unwrap().1.to_owned()
    };
    let names = field("SignedHeaders");
    let values: Vec<_> = names.split(';').map(|name| (name, wire.header(name))).collect();
    let headers: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let payload_sha256 = sign::sha256_hex(wire.body);
    let (path, query) = wire.target.split_once('?').unwrap_or((wire.target, ""));
    let canonical_query = canonical(&mut decode(query));
    let canonical_request = sign::v3_canonical_request(&sign::V3Parts {
        method: wire.method,
        path,
        canonical_query: &canonical_query,
        headers: &headers,
        payload_sha256: &payload_sha256,
    });
    let string_to_sign = sign::v3_string_to_sign(&canonical_request);
    let signature = sign::v3_signature(secret, &string_to_sign);
    V3 { canonical_request, string_to_sign, payload_sha256, signature, sent: field("Signature") }
}

pub(crate) fn v1(wire: &Wire<'_>, secret: &str) -> V1 {
    let mut pairs = wire.parameters();
    let sent = pairs.iter().find(|(name, _)| name == "Signature").unwrap().1.clone();
    pairs.retain(|(name, _)| name != "Signature");
    let canonicalized_query_string = canonical(&mut pairs);
    let string_to_sign = sign::v1_string_to_sign(wire.method, &canonicalized_query_string);
    let signature = sign::v1_signature(secret, &string_to_sign);
    V1 { canonicalized_query_string, string_to_sign, signature, sent }
}

impl Wire<'_> {
    /// Values of one name sorted and joined by commas; empty if there are none.
    pub(crate) fn header(&self, name: &str) -> String {
        let same = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let mut values: Vec<_> = same.map(|(_, value)| value.trim()).collect();
        values.sort_unstable();
        values.join(",")
    }

    /// Of the query and of a form body.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        let mut pairs = decode(self.target.split_once('?').map_or("", |(_, query)| query));
        if self.header("content-type").starts_with("application/x-www-form-urlencoded") {
            pairs.extend(decode(str::from_utf8(self.body).unwrap()));
        }
        pairs
    }
}

fn canonical(pairs: &mut [(String, String)]) -> String {
    let mut out = String::new();
    sign::canonical_query_into(&mut out, pairs);
    out
}

fn decode(encoded: &str) -> Vec<(String, String)> {
    let items = encoded.split('&').filter(|item| !item.is_empty());
    items
        .map(|item| item.split_once('=').unwrap_or((item, "")))
        .map(|(key, value)| (unquote(key), unquote(value)))
        .collect()
}

fn unquote(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            plain => plain,
        });
    }
    String::from_utf8(out).unwrap()
}

proptest::proptest! {
    #[test]
    fn any_parameters_survive_the_encoding(pairs in proptest::collection::vec((".*", ".*"), 0..5)) {
        let mut pairs = pairs;
        pairs.retain(|(name, _)| !name.is_empty());
        let encoded = canonical(&mut pairs);
        proptest::prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%&=".contains(&b)));
        proptest::prop_assert_eq!(decode(&encoded), pairs);
    }
}
