//! Authorization requests that a client sends ahead (RFC 9126).
use haoma_core::ids::{ClientId, PushedRequestId};

use crate::params::Params;

/// What every `request_uri` of ours begins with (RFC 9126, section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// How the browser names a request.
pub fn request_uri(id: &PushedRequestId) -> String {
    format!("{PREFIX}{id}")
}

/// The request a `request_uri` names; `None` when it is none of ours.
pub fn id(request_uri: &str) -> Option<PushedRequestId> {
    PushedRequestId::parse(request_uri.strip_prefix(PREFIX)?).ok()
}

/// What of a pushed request is the request itself: without the client's proof of who it is, and with its name.
pub fn kept(params: &Params, client: &ClientId) -> Params {
    let kept = params.without(&["client_secret", "client_assertion", "client_assertion_type"]);
    kept.with("client_id", client.as_str())
}

#[cfg(test)]
mod tests {
    use haoma_core::entropy::Entropy;
    use haoma_core::time::Timestamp;

    use super::*;

    #[test]
    fn a_name_leads_back_to_its_request_and_another_address_nowhere() {
        let request = PushedRequestId::generate(Timestamp(0), &Entropy::seeded(1));
        assert_eq!(id(&request_uri(&request)), Some(request));
        for other in
            ["https://app.example/request.jwt", "urn:ietf:params:oauth:request_uri:", PREFIX, "x"]
        {
            assert_eq!(id(other), None, "{other}");
        }
    }

    #[test]
    fn the_clients_secret_is_not_kept() {
        let pairs = [
            ("client_secret", "hunter2"),
            ("scope", "openid"),
            ("resource", "a"),
            ("resource", "b"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let params = Params::new(pairs.into()).unwrap();
        let client = ClientId::parse("app").unwrap();
        assert_eq!(
            kept(&params, &client).to_form(),
            "scope=openid&resource=a&resource=b&client_id=app"
        );
    }
}
