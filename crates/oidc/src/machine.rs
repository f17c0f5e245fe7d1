//! A service asks for a token in its own name (RFC 6749, section 4.4; wire contract A.6 and C.1).
use crate::client::{ApplicationKind, Client};
use crate::error::{ErrorKind, OauthError};
use crate::resource;

/// The resource that is there from the beginning: the management API.
pub const MANAGEMENT_API: &str = "https://default.logto.app/api";
/// Its one scope.
pub const ALL: &str = "all";

/// The resource a service asks for.
///
/// # Errors
/// `invalid_target`: none, or more than one. `unauthorized_client`: it is no service.
pub fn target<'a>(client: &'a Client, named: &'a [String]) -> Result<&'a str, OauthError> {
    if client.kind != ApplicationKind::MachineToMachine {
        return Err(OauthError::grant_not_allowed());
    }
    match (named, &client.default_resource) {
        ([one], _) => Ok(one),
        ([], Some(default)) => Ok(default),
        ([], None) => {
            let text = "both `resource` and `organization_id` are not provided";
            Err(OauthError::new(ErrorKind::InvalidTarget, text))
        }
        _ => Err(resource::unknown()),
    }
}

/// What a service is given of a resource of which its roles open these scopes: what it asks for and may have, space-separated. Unknown
/// scopes are dropped; `None` when none is left.
///
/// # Errors
/// `unauthorized_client`: it has no right to the management API.
pub fn grant(
    client: &Client,
    (indicator, open): (&str, &[&str]),
    asked: Option<&str>,
) -> Result<Option<String>, OauthError> {
    let is_management = indicator == MANAGEMENT_API;
    let may =
        |scope: &str| open.contains(&scope) || (is_management && client.is_admin && scope == ALL);
    if is_management && !may(ALL) {
        let text = "this application has no right to the management API";
        return Err(OauthError::new(ErrorKind::UnauthorizedClient, text));
    }
    let mut given: Vec<&str> = vec![];
    for scope in asked.unwrap_or_default().split(' ').filter(|scope| may(scope)) {
        if !given.contains(&scope) {
            given.push(scope);
        }
    }
    Ok((!given.is_empty()).then(|| given.join(" ")))
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use crate::client::tests::client;

    #[test]
    fn only_a_service_names_a_resource_in_its_own_name_and_only_one() {
        let mut service = client(ApplicationKind::MachineToMachine, &[]);
        let [a, b] = ["https://a", "https://b"].map(ToOwned::to_owned);
        let judged = |client: &Client, named: &[String]| {
            target(client, named).map(ToOwned::to_owned).map_err(|error| error.kind)
        };
        assert_eq!(judged(&service, slice::from_ref(&a)).as_deref(), Ok("https://a"));
        assert_eq!(judged(&service, &[]), Err(ErrorKind::InvalidTarget));
        assert_eq!(judged(&service, &[a.clone(), b.clone()]), Err(ErrorKind::InvalidTarget));
        service.default_resource = Some(b);
        assert_eq!(judged(&service, &[]).as_deref(), Ok("https://b"));
        assert_eq!(judged(&service, slice::from_ref(&a)).as_deref(), Ok("https://a"));
        let web = client(ApplicationKind::Traditional, &["https://a/cb"]);
        assert_eq!(judged(&web, &[a]), Err(ErrorKind::UnauthorizedClient));
    }

    #[test]
    fn a_service_is_given_what_it_asks_for_as_far_as_its_roles_open_it() {
        let mut service = client(ApplicationKind::MachineToMachine, &[]);
        let given = |client: &Client, indicator: &str, open: &[&str], asked: Option<&str>| {
            grant(client, (indicator, open), asked).map_err(|error| error.kind)
        };
        let some = |text: &str| Ok(Some(text.to_owned()));
        let api = "https://api";
        assert_eq!(given(&service, api, &["a", "b"], Some("b x b")), some("b"));
        assert_eq!(given(&service, api, &["a"], Some("ab")), Ok(None));
        assert_eq!(given(&service, api, &["a"], None), Ok(None));
        let refused = Err(ErrorKind::UnauthorizedClient);
        assert_eq!(given(&service, MANAGEMENT_API, &[], Some("all")), refused);
        assert_eq!(given(&service, MANAGEMENT_API, &["all"], Some("x all y")), some("all"));
        service.is_admin = true;
        assert_eq!(given(&service, MANAGEMENT_API, &[], Some("all")), some("all"));
        assert_eq!(given(&service, MANAGEMENT_API, &[], Some("allx")), Ok(None));
        assert_eq!(given(&service, api, &["a"], Some("all")), Ok(None), "the right is to one API");
    }
}
