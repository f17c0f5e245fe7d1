//! Every operation of the management API: what it is asked with, what it answers, which errors are its own.
use super::operation::{Operation, delete, get, patch, post};
use crate::error::api::codes;
use crate::management::connector_test::NO_SUCH_KIND;

/// What a number that cannot be texted is refused with.
macro_rules! sending {
    ($($more:expr),*) => {
        &[
            codes::INVALID_PHONE, codes::COUNTRY_NOT_ALLOWED, codes::CANNOT_RECEIVE_SMS, codes::SENDING_BLOCKED, codes::RATE_LIMITED,
            codes::TEMPLATE_NOT_FOUND, codes::CONNECTOR_GENERAL, codes::CONNECTOR_LIMIT, codes::CONNECTOR_NUMBER,
            codes::CONNECTOR_UNREACHABLE, codes::CONNECTOR_UNKNOWN, codes::BUSY, $($more),*
        ]
    };
}

/// All but those in `access.rs`.
pub(super) const OPERATIONS: &[Operation] = &[
    get(
        "/api/connector-factories",
        ("listConnectorFactories", "Lists the kinds of connectors"),
        "ConnectorFactory[]",
    ),
    get(
        "/api/connector-factories/{id}",
        ("getConnectorFactory", "Reads a kind of connector"),
        "ConnectorFactory",
    )
    .or(&[codes::ENTITY_NOT_FOUND]),
    get(
        "/api/connectors",
        ("listConnectors", "Lists the connector, if there is one"),
        "Connector[]",
    )
    .query(&["target"]),
    post(
        "/api/connectors",
        ("createConnector", "Makes a connector, which replaces the one before"),
        "NewConnector",
    )
    .answers(200, "Connector")
    .or(&[
        codes::INVALID_CONFIG,
        codes::UNKNOWN_FACTORY,
        codes::FIXED_METADATA,
        codes::NO_PROFILE,
        codes::NO_TOKENS,
        codes::CHANGED_MEANWHILE,
    ]),
    get("/api/connectors/{id}", ("getConnector", "Reads a connector"), "Connector")
        .or(&[codes::ENTITY_NOT_FOUND]),
    patch(
        "/api/connectors/{id}",
        ("changeConnector", "Replaces the configuration of a connector"),
        "ConnectorChange",
    )
    .answers(200, "Connector")
    .or(&[
        codes::INVALID_CONFIG,
        codes::FIXED_METADATA,
        codes::NO_PROFILE,
        codes::NO_TOKENS,
        codes::CHANGED_MEANWHILE,
        codes::ENTITY_NOT_FOUND,
    ]),
    delete("/api/connectors/{id}", ("deleteConnector", "Deletes a connector"))
        .or(&[codes::ENTITY_NOT_FOUND]),
    post(
        "/api/connectors/{id}/test",
        ("testConnector", "Sends a test message through a configuration"),
        "ConnectorTest",
    )
    .or(sending!(
        NO_SUCH_KIND,
        codes::UNEXPECTED_TYPE,
        codes::INVALID_CONFIG,
        codes::TEST_NUMBER
    )),
    get(
        "/api/sign-in-exp",
        ("getSignInExperience", "Reads how people sign in"),
        "SignInExperience",
    ),
    patch(
        "/api/sign-in-exp",
        ("changeSignInExperience", "Replaces fields of how people sign in"),
        "SignInExperienceChange",
    )
    .answers(200, "SignInExperience")
    .or(&[
        codes::EXPERIENCE_NO_CONNECTOR,
        codes::EXPERIENCE_NEEDS_VERIFY,
        codes::EXPERIENCE_DUPLICATED_IDENTIFIER,
        codes::EXPERIENCE_NEEDS_CODE_SIGN_IN,
        codes::EXPERIENCE_UNKNOWN_LANGUAGE,
        codes::CHANGED_MEANWHILE,
    ]),
    get(
        "/api/applications",
        ("listApplications", "Lists applications; all of them where no page is asked for"),
        "Application[]",
    )
    .query(&["types", "isThirdParty", "search", "page", "page_size"])
    .or(&[codes::INVALID_INPUT, codes::INVALID_QUERY]),
    post("/api/applications", ("createApplication", "Makes an application"), "NewApplication")
        .answers(200, "CreatedApplication")
        .or(&[codes::SAML]),
    get("/api/applications/{id}", ("getApplication", "Reads an application"), "ReadApplication")
        .or(&[codes::ENTITY_NOT_EXISTS]),
    patch(
        "/api/applications/{id}",
        ("changeApplication", "Replaces fields of an application"),
        "ApplicationChange",
    )
    .answers(200, "Application")
    .or(&[codes::ENTITY_NOT_EXISTS, codes::INVALID_APPLICATION_TYPE]),
    delete(
        "/api/applications/{id}",
        ("deleteApplication", "Deletes an application and everything it was given"),
    )
    .or(&[codes::ENTITY_NOT_EXISTS]),
    patch(
        "/api/applications/{id}/custom-data",
        ("mergeApplicationCustomData", "Merges into an application's data"),
        "CustomData",
    )
    .answers(200, "CustomData")
    .or(&[codes::ENTITY_NOT_EXISTS, codes::BUSY]),
    get(
        "/api/applications/{id}/secrets",
        ("listApplicationSecrets", "Lists an application's secrets, masked"),
        "Secret[]",
    )
    .or(&[codes::ENTITY_NOT_EXISTS]),
    post(
        "/api/applications/{id}/secrets",
        ("createApplicationSecret", "Makes a secret; the only answer that shows it"),
        "NewSecret",
    )
    .answers(201, "Secret")
    .or(&[codes::ENTITY_NOT_EXISTS, codes::CONSTRAINT, codes::SECRET_NAME_EXISTS]),
    patch(
        "/api/applications/{id}/secrets/{name}",
        ("renameApplicationSecret", "Renames a secret"),
        "SecretName",
    )
    .answers(200, "Secret")
    .or(&[codes::ENTITY_NOT_FOUND, codes::SECRET_NAME_EXISTS]),
    delete(
        "/api/applications/{id}/secrets/{name}",
        ("deleteApplicationSecret", "Deletes a secret"),
    )
    .or(&[codes::ENTITY_NOT_FOUND]),
    get("/api/users", ("listUsers", "Lists users, newest first"), "User[]")
        .query(&[
            "search",
            "searchId",
            "searchPhone",
            "searchUsername",
            "searchName",
            "mode",
            "joint",
            "page",
            "page_size",
            "enableCap",
        ])
        .or(&[codes::INVALID_INPUT, codes::INVALID_QUERY]),
    post("/api/users", ("createUser", "Makes a user"), "NewUser").answers(200, "User").or(&[
        codes::INVALID_PHONE,
        codes::PHONE_IN_USE,
        codes::USERNAME_IN_USE,
        codes::NOT_SUPPORTED,
    ]),
    get("/api/users/{id}", ("getUser", "Reads a user"), "User")
        .query(&["includeSsoIdentities"])
        .or(&[codes::ENTITY_NOT_FOUND]),
    patch("/api/users/{id}", ("changeUser", "Replaces fields of a user"), "UserChange")
        .answers(200, "User")
        .or(&[
            codes::ENTITY_NOT_FOUND,
            codes::NOTHING_TO_CHANGE,
            codes::INVALID_PHONE,
            codes::PHONE_IN_USE,
            codes::USERNAME_IN_USE,
            codes::NOT_SUPPORTED,
        ]),
    delete("/api/users/{id}", ("deleteUser", "Deletes a user with every session and token"))
        .or(&[codes::ENTITY_NOT_FOUND]),
    patch(
        "/api/users/{id}/is-suspended",
        ("suspendUser", "Locks a user out, or lets them in again"),
        "Suspension",
    )
    .answers(200, "User")
    .or(&[codes::ENTITY_NOT_FOUND]),
    get("/api/users/{id}/custom-data", ("getUserCustomData", "Reads a user's data"), "CustomData")
        .or(&[codes::ENTITY_NOT_FOUND]),
    patch(
        "/api/users/{id}/custom-data",
        ("mergeUserCustomData", "Merges into a user's data"),
        "CustomData",
    )
    .answers(200, "CustomData")
    .or(&[codes::ENTITY_NOT_FOUND, codes::BUSY]),
    patch(
        "/api/users/{id}/profile",
        ("mergeUserProfile", "Merges into a user's profile"),
        "Profile",
    )
    .answers(200, "Profile")
    .or(&[codes::ENTITY_NOT_FOUND, codes::BUSY]),
    get(
        "/api/users/{id}/sessions",
        ("listUserSessions", "Lists where a user is signed in"),
        "Sessions",
    )
    .or(&[codes::ENTITY_NOT_FOUND]),
    get(
        "/api/users/{id}/sessions/{session}",
        ("getUserSession", "Reads where a user is signed in"),
        "Session",
    )
    .or(&[codes::ENTITY_NOT_FOUND, codes::OIDC_SESSION_NOT_FOUND]),
    delete(
        "/api/users/{id}/sessions/{session}",
        ("endUserSession", "Signs a user out of one place"),
    )
    .query(&["revokeGrantsTarget"])
    .or(&[
        codes::ENTITY_NOT_FOUND,
        codes::OIDC_SESSION_NOT_FOUND,
        codes::FOREIGN_SESSION,
        codes::INVALID_INPUT,
    ]),
    get("/api/users/{id}/grants", ("listUserGrants", "Lists what a user allowed"), "Grants")
        .query(&["appType"])
        .or(&[codes::ENTITY_NOT_FOUND, codes::INVALID_INPUT]),
    delete("/api/users/{id}/grants/{grant}", ("revokeUserGrant", "Takes back what a user allowed"))
        .or(&[codes::ENTITY_NOT_FOUND]),
    get(
        "/api/account-center",
        ("getAccountCenter", "Reads what people may see and change of their account"),
        "AccountCenter",
    ),
    patch(
        "/api/account-center",
        ("changeAccountCenter", "Changes what people may see and change of their account"),
        "AccountCenterChange",
    )
    .answers(200, "AccountCenter")
    .or(&[codes::CHANGED_MEANWHILE]),
    post(
        "/api/verification-codes",
        ("sendVerificationCode", "Texts a code to a number"),
        "VerificationCode",
    )
    .or(sending!(codes::NO_CONNECTOR)),
    post(
        "/api/verification-codes/verify",
        ("verifyVerificationCode", "Judges a code, and spends the right one"),
        "GivenVerificationCode",
    )
    .or(&[
        codes::CODE_NOT_FOUND,
        codes::CODE_EXPIRED,
        codes::EXCEED_MAX_TRY,
        codes::CODE_MISMATCH,
    ]),
    get(
        "/api/test-numbers",
        ("listTestNumbers", "Lists the numbers that have a fixed code, newest first"),
        "TestNumber[]",
    )
    .query(&["page", "page_size"]),
    post(
        "/api/test-numbers",
        ("createTestNumber", "Gives a number a fixed code, and nothing is sent to it"),
        "NewTestNumber",
    )
    .answers(201, "CreatedTestNumber")
    .or(&[
        codes::INVALID_PHONE,
        codes::COUNTRY_NOT_ALLOWED,
        codes::CANNOT_RECEIVE_SMS,
        codes::TEST_NUMBER_TEXTED,
        codes::TEST_NUMBER_SOMEBODYS,
        codes::TEST_NUMBER_EXISTS,
    ]),
    get("/api/test-numbers/{id}", ("getTestNumber", "Reads a test number"), "TestNumber")
        .or(&[codes::ENTITY_NOT_EXISTS]),
    patch(
        "/api/test-numbers/{id}",
        ("changeTestNumber", "Extends a test number, or names another owner"),
        "TestNumberChange",
    )
    .answers(200, "TestNumber")
    .or(&[
        codes::NOTHING_TO_CHANGE,
        codes::TEST_NUMBER_TEXTED,
        codes::TEST_NUMBER_SOMEBODYS,
        codes::ENTITY_NOT_EXISTS,
    ]),
    delete("/api/test-numbers/{id}", ("deleteTestNumber", "Ends a test number; its account stays"))
        .or(&[codes::ENTITY_NOT_EXISTS]),
    get(
        "/api/hooks",
        ("listHooks", "Lists web-hooks; all of them where no page is asked for"),
        "Hook[]",
    )
    .query(&["includeExecutionStats", "page", "page_size"]),
    post("/api/hooks", ("createHook", "Makes a web-hook"), "NewHook")
        .answers(201, "Hook")
        .or(&[codes::HOOK_MISSING_EVENTS]),
    get("/api/hooks/{id}", ("getHook", "Reads a web-hook"), "Hook").or(&[codes::ENTITY_NOT_EXISTS]),
    patch("/api/hooks/{id}", ("changeHook", "Replaces fields of a web-hook"), "HookChange")
        .answers(200, "Hook")
        .or(&[codes::HOOK_MISSING_EVENTS, codes::CHANGED_MEANWHILE, codes::ENTITY_NOT_EXISTS]),
    delete("/api/hooks/{id}", ("deleteHook", "Deletes a web-hook")).or(&[codes::ENTITY_NOT_EXISTS]),
    patch(
        "/api/hooks/{id}/signing-key",
        ("changeHookKey", "Gives a web-hook a new signing key"),
        "",
    )
    .without_body()
    .answers(200, "Hook")
    .or(&[codes::CHANGED_MEANWHILE, codes::ENTITY_NOT_EXISTS]),
    post(
        "/api/hooks/{id}/test",
        ("testHook", "Sends samples to where a web-hook may be reached"),
        "HookTest",
    )
    .or(&[
        codes::HOOK_MISSING_EVENTS,
        codes::HOOK_NOT_REACHED,
        codes::HOOK_ANSWERED_BADLY,
        codes::ENTITY_NOT_EXISTS,
    ]),
    get(
        "/api/hooks/{id}/recent-logs",
        ("listHookLogs", "Lists what a web-hook was told in the last day, newest first"),
        "HookLog[]",
    )
    .query(&["page", "page_size"])
    .or(&[codes::ENTITY_NOT_EXISTS]),
    get(
        "/api/security/sending-rules",
        ("listSendingRules", "Lists whom messages are kept from and let through to, newest first"),
        "SendingRule[]",
    )
    .query(&["page", "page_size"]),
    post(
        "/api/security/sending-rules",
        ("createSendingRule", "Keeps messages from somebody, or lets somebody through"),
        "NewSendingRule",
    )
    .answers(201, "SendingRule")
    .or(&[codes::TOO_MANY_RULES]),
    get(
        "/api/security/sending-rules/{id}",
        ("getSendingRule", "Reads a rule of sending"),
        "SendingRule",
    )
    .or(&[codes::ENTITY_NOT_EXISTS]),
    delete(
        "/api/security/sending-rules/{id}",
        ("deleteSendingRule", "Takes a rule of sending away"),
    )
    .or(&[codes::ENTITY_NOT_EXISTS]),
    get(
        "/api/users/{id}/wrong-codes",
        ("getWrongCodes", "Reads how many wrong codes were typed for a user's number"),
        "WrongCodes",
    )
    .or(&[codes::ENTITY_NOT_FOUND]),
    delete(
        "/api/users/{id}/wrong-codes",
        ("forgetWrongCodes", "Forgets the wrong codes for a user's number, which ends its locks"),
    )
    .or(&[codes::ENTITY_NOT_FOUND]),
    get("/api/logs", ("listLogs", "Lists what happened, newest first"), "Log[]")
        .query(&[
            "userId",
            "applicationId",
            "logKey",
            "start_time",
            "end_time",
            "page",
            "page_size",
            "enableCap",
        ])
        .or(&[codes::INVALID_INPUT, codes::INVALID_TIME_WINDOW]),
    get("/api/logs/{id}", ("getLog", "Reads what happened"), "Log").or(&[codes::ENTITY_NOT_EXISTS]),
    get("/api/dashboard/users/total", ("countUsers", "How many users there are"), "UserTotal"),
    get("/api/dashboard/users/new", ("countNewUsers", "How many users are new"), "NewUsers"),
    get(
        "/api/.well-known/sign-in-exp",
        ("getPublicSignInExperience", "Reads what the sign-in pages may know"),
        "CustomData",
    )
    .public(),
    get(
        "/api/.well-known/account-center",
        ("getPublicAccountCenter", "Reads the same, for clients"),
        "AccountCenter",
    )
    .public(),
    get(
        "/api/.well-known/phrases",
        ("getPhrases", "Reads the texts of the sign-in pages"),
        "CustomData",
    )
    .query(&["lng"])
    .public(),
    get("/api/limits", ("listLimits", "Lists every limit that is in force"), "Limit[]"),
    get("/api/status", ("getStatus", "Whether the service works"), "").answers_nothing().public(),
    get("/api/swagger.json", ("getDocument", "This document"), "CustomData").public(),
];
