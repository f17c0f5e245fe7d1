//! The forms of an application as the JSON that the management API reads, so that both judge alike; and back.
use haoma_oidc::client::{ApplicationKind, CustomClientMetadata, OidcClientMetadata};
use haoma_store::applications::Application;
use serde_json::{Map, Value, json};

use super::addresses::{Rule, problem};
use crate::console::forms::{is_on, lines, nullable, one, wrong_at};
use crate::console::prove::Fields;
use crate::error::api::{ApiError, codes};
use crate::management::application_body::stored;
use crate::views::console::applications::Group;
use crate::views::console::fields::{Field, Kind, Tick};
use crate::web::i18n::Lang;

/// A form, and what was wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typed<'a> {
    /// How to say it.
    pub(super) lang: Lang,
    /// Of which kind of application.
    pub(super) kind: ApplicationKind,
    /// What was typed.
    pub(super) fields: &'a Fields,
    /// What was wrong.
    pub(super) error: Option<&'a ApiError>,
}

/// What the form of a new application says.
pub(super) fn new_body(fields: &Fields) -> Value {
    json!({
        "name": one(fields, "name"),
        "type": one(fields, "type"),
        "isThirdParty": is_on(fields, "third_party"),
        "oidcClientMetadata": {
            "redirectUris": lines(one(fields, "redirect_uris")),
            "postLogoutRedirectUris": lines(one(fields, "post_logout_uris")),
        },
    })
}

/// What the form of settings changes; what it does not show stays as it is stored.
///
/// # Errors
/// A stored document that is no JSON.
pub(super) fn changed_body(
    application: &Application,
    kind: ApplicationKind,
    fields: &Fields,
) -> Result<Value, ApiError> {
    let mut body = Map::new();
    put(&mut body, "name", one(fields, "name").into());
    body.insert("description".to_owned(), nullable(fields, "description"));
    if kind == ApplicationKind::MachineToMachine {
        return Ok(body.into());
    }
    let mut oidc = stored(&application.oidc_client_metadata)?;
    put(&mut oidc, "redirectUris", json!(lines(one(fields, "redirect_uris"))));
    put(&mut oidc, "postLogoutRedirectUris", json!(lines(one(fields, "post_logout_uris"))));
    put(&mut oidc, "logoUri", nullable(fields, "logo"));
    put(&mut oidc, "backchannelLogoutUri", nullable(fields, "backchannel"));
    put(&mut body, "oidcClientMetadata", oidc.into());
    let mut custom = stored(&application.custom_client_metadata)?;
    put(&mut custom, "corsAllowedOrigins", json!(lines(one(fields, "origins"))));
    put(&mut custom, "idTokenTtl", number(fields, "id_token"));
    put(&mut custom, "refreshTokenTtlInDays", number(fields, "refresh_days"));
    if kind != ApplicationKind::Native {
        put(&mut custom, "alwaysIssueRefreshToken", is_on(fields, "always_refresh").into());
    }
    if kind.is_confidential() {
        put(&mut custom, "rotateRefreshToken", is_on(fields, "rotate").into());
    }
    put(&mut body, "customClientMetadata", custom.into());
    Ok(body.into())
}

fn put(object: &mut Map<String, Value>, key: &str, value: Value) {
    if value.is_null() {
        object.remove(key);
    } else {
        object.insert(key.to_owned(), value);
    }
}

/// A number as typed; what is none is left for the judge to refuse.
fn number(fields: &Fields, name: &str) -> Value {
    let text = one(fields, name);
    text.parse::<i64>().map_or_else(|_not_a_number| nullable(fields, name), Value::from)
}

/// The settings of an application as its form would send them.
///
/// # Errors
/// A stored document that is no JSON.
pub(super) fn fields_of(application: &Application) -> Result<Fields, ApiError> {
    let broken = |e| ApiError::new(codes::INTERNAL).because(e);
    let oidc: OidcClientMetadata =
        serde_json::from_str(&application.oidc_client_metadata).map_err(broken)?;
    let custom: CustomClientMetadata =
        serde_json::from_str(&application.custom_client_metadata).map_err(broken)?;
    let digits = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let on = |yes: bool| if yes { "on".to_owned() } else { String::new() };
    let fields = [
        ("name", application.name.clone()),
        ("description", application.description.clone().unwrap_or_default()),
        ("redirect_uris", oidc.redirect_uris.join("\n")),
        ("post_logout_uris", oidc.post_logout_redirect_uris.join("\n")),
        ("logo", oidc.logo_uri.unwrap_or_default()),
        ("backchannel", oidc.backchannel_logout_uri.unwrap_or_default()),
        ("origins", custom.cors_allowed_origins.join("\n")),
        ("id_token", digits(custom.id_token_ttl)),
        ("refresh_days", digits(custom.refresh_token_ttl_in_days)),
        ("always_refresh", on(custom.always_issue_refresh_token.unwrap_or(false))),
        ("rotate", on(custom.rotate_refresh_token.unwrap_or(true))),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

impl Typed<'_> {
    /// What is asked of a new application.
    pub(super) fn for_new(&self) -> Group {
        let mut group = Group { fields: vec![self.name()], ticks: vec![] };
        if self.kind != ApplicationKind::MachineToMachine {
            group.fields.extend([self.redirect_uris(), self.post_logout_uris()]);
            group.ticks.push(self.tick("third_party"));
        }
        group
    }

    /// What can be set.
    pub(super) fn settings(&self) -> Group {
        let description = self.line("description", "description").optional().at_most(2048);
        let mut group = Group { fields: vec![self.name(), description], ticks: vec![] };
        if self.kind == ApplicationKind::MachineToMachine {
            return group;
        }
        group.fields.extend([
            self.redirect_uris(),
            self.post_logout_uris(),
            self.origins(),
            self.line("backchannel", "oidcClientMetadata.backchannelLogoutUri")
                .optional()
                .code()
                .such_as("https://app.example.com/backchannel-logout"),
            self.line("logo", "oidcClientMetadata.logoUri").optional().code(),
            self.number("id_token", "customClientMetadata.idTokenTtl").such_as("3600"),
            self.number("refresh_days", "customClientMetadata.refreshTokenTtlInDays").such_as("14"),
        ]);
        if self.kind != ApplicationKind::Native {
            group.ticks.push(self.tick("always_refresh"));
        }
        if self.kind.is_confidential() {
            group.ticks.push(self.tick("rotate"));
        }
        group
    }

    fn name(&self) -> Field {
        self.line("name", "name").at_most(256)
    }

    fn redirect_uris(&self) -> Field {
        let example = match self.kind {
            ApplicationKind::Native => "com.example.app://callback",
            _ => "https://app.example.com/callback",
        };
        self.addresses("redirect_uris", Rule::Redirect).such_as(example)
    }

    fn post_logout_uris(&self) -> Field {
        self.addresses("post_logout_uris", Rule::Redirect).such_as("https://app.example.com")
    }

    fn origins(&self) -> Field {
        self.addresses("origins", Rule::Origin).such_as("https://app.example.com")
    }

    fn text(&self, key: &str) -> String {
        self.lang.t(key).into_owned()
    }

    /// A line with its hint, if it has one; `place` is where the judge of the JSON finds it.
    fn line(&self, name: &str, place: &str) -> Field {
        let key = name.replace('_', "-");
        let wrong = wrong_at(self.lang, self.error, place, &format!("console-app-{key}-wrong"));
        let field = Field::new(name, self.text(&format!("console-app-{key}")));
        let hint = format!("console-app-{key}-hint");
        let field = if self.lang.has(&hint) { field.hint(self.text(&hint)) } else { field };
        field.holding(one(self.fields, name)).wrong(wrong)
    }

    fn number(&self, name: &str, place: &str) -> Field {
        self.line(name, place).optional().typed(Kind::Number)
    }

    /// Judged here, line by line: the judge of the JSON has one sentence for all.
    fn addresses(&self, name: &str, rule: Rule) -> Field {
        let wrong = self.error.and_then(|_| problem(self.lang, one(self.fields, name), rule));
        self.line(name, "-").typed(Kind::Multiline).optional().code().wrong(wrong)
    }

    fn tick(&self, name: &str) -> Tick {
        let key = format!("console-app-{}", name.replace('_', "-"));
        let tick = Tick::new(name, self.text(&key), is_on(self.fields, name));
        tick.hint(self.text(&format!("{key}-hint")))
    }
}

#[cfg(test)]
mod tests {
    use haoma_core::ids::ClientId;
    use haoma_core::time::Timestamp;

    use super::*;

    fn application() -> Application {
        Application {
            id: ClientId::parse("a").unwrap(),
            name: "A".to_owned(),
            description: None,
            kind: "Traditional".to_owned(),
            is_third_party: false,
            is_admin: false,
            oidc_client_metadata: r#"{"redirectUris":["https://a/cb"],"postLogoutRedirectUris":[],"backchannelLogoutUri":"https://a/out"}"#.to_owned(),
            custom_client_metadata: r#"{"tenantId":"t","idTokenTtl":60}"#.to_owned(),
            custom_data: "{}".to_owned(),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    #[test]
    fn what_the_form_does_not_show_stays_as_it_is() {
        let kind = ApplicationKind::Traditional;
        let mut fields = fields_of(&application()).unwrap();
        let body = changed_body(&application(), kind, &fields).unwrap();
        assert_eq!(body["oidcClientMetadata"]["backchannelLogoutUri"], "https://a/out");
        assert_eq!(body["oidcClientMetadata"]["redirectUris"], json!(["https://a/cb"]));
        let mut emptied = fields.clone();
        emptied.retain(|(name, _)| name != "backchannel");
        let body = changed_body(&application(), kind, &emptied).unwrap();
        assert_eq!(
            body["oidcClientMetadata"].get("backchannelLogoutUri"),
            None,
            "emptied: nobody is told"
        );
        let body = changed_body(&application(), kind, &fields).unwrap();
        assert_eq!(body["customClientMetadata"]["tenantId"], "t");
        assert_eq!(body["customClientMetadata"]["idTokenTtl"], 60);
        fields.retain(|(name, _)| name != "id_token");
        fields.push(("id_token".to_owned(), String::new()));
        let body = changed_body(&application(), kind, &fields).unwrap();
        assert!(
            body["customClientMetadata"].get("idTokenTtl").is_none(),
            "emptied: the usual again"
        );
    }
}
