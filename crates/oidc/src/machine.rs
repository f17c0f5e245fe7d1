//! A service asks for a token in its own name (RFC 6749, section 4.4; wire contract A.6 and C.1).
use crate::client::{ApplicationKind, Client};
use crate::error::{ErrorKind, OauthError};

/// The one resource there is: the management API.
pub const MANAGEMENT_API: &str = "https://default.logto.app/api";
/// Its one scope.
pub const ALL: &str = "all";

/// What a service gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// The resource the token opens.
    pub audience: &'static str,
    /// What it allows; `None` when nothing that exists was asked for.
    pub scope: Option<&'static str>,
}

/// Judges a request. Unknown scopes are dropped, unknown resources refused (RFC 8707, section 2).
///
/// # Errors
/// `invalid_target`, or `unauthorized_client` when the service has no right to the resource.
pub fn judge(
    client: &Client,
    resources: &[String],
    scope: Option<&str>,
) -> Result<Granted, OauthError> {
    let target = |text: &'static str| Err(OauthError::new(ErrorKind::InvalidTarget, text));
    if client.kind != ApplicationKind::MachineToMachine {
        return Err(OauthError::grant_not_allowed());
    }
    match resources {
        [] => return target("both `resource` and `organization_id` are not provided"),
        [one] if one == MANAGEMENT_API => {}
        _ => return target("resource indicator is missing, or unknown"),
    }
    if !client.is_admin {
        let text = "this application has no right to the management API";
        return Err(OauthError::new(ErrorKind::UnauthorizedClient, text));
    }
    let wants_all = scope.unwrap_or_default().split(' ').any(|one| one == ALL);
    Ok(Granted { audience: MANAGEMENT_API, scope: wants_all.then_some(ALL) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::client;

    #[test]
    fn only_a_service_with_the_right_gets_a_token_and_only_for_what_exists() {
        let mut service = client(ApplicationKind::MachineToMachine, &[]);
        service.is_admin = true;
        let powerless = client(ApplicationKind::MachineToMachine, &[]);
        let web = client(ApplicationKind::Traditional, &["https://a/cb"]);
        let here = [MANAGEMENT_API.to_owned()];
        let twice = [MANAGEMENT_API.to_owned(), MANAGEMENT_API.to_owned()];
        let elsewhere = ["https://api.example".to_owned()];
        let granted = |scope| Ok(Granted { audience: MANAGEMENT_API, scope });
        let judge = |client: &Client, resources: &[String], scope: Option<&str>| {
            judge(client, resources, scope).map_err(|error| error.kind)
        };
        assert_eq!(judge(&service, &here, Some("x all y")), granted(Some("all")));
        assert_eq!(judge(&service, &here, Some("allx")), granted(None));
        assert_eq!(judge(&service, &here, None), granted(None));
        for resources in [&[][..], &elsewhere, &twice] {
            assert_eq!(judge(&service, resources, Some("all")), Err(ErrorKind::InvalidTarget));
        }
        for client in [powerless, web] {
            let refused = judge(&client, &here, Some("all"));
            assert_eq!(refused, Err(ErrorKind::UnauthorizedClient));
        }
    }
}
