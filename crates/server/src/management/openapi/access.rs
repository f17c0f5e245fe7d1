//! The operations on API resources, roles and who has them.
use super::operation::{Operation, delete, get, patch, post, put};
use crate::error::api::codes;

/// All of them, in the order of the document.
pub(super) const ACCESS: &[Operation] = &[
    get(
        "/api/resources",
        ("listResources", "Lists API resources; all of them where no page is asked for"),
        "Resource[]",
    )
    .query(&["includeScopes", "page", "page_size"]),
    post("/api/resources", ("createResource", "Makes an API resource"), "NewResource")
        .answers(201, "Resource")
        .or(&[codes::RESOURCE_IN_USE]),
    get("/api/resources/{id}", ("getResource", "Reads an API resource"), "Resource")
        .or(&[codes::ENTITY_NOT_EXISTS]),
    patch(
        "/api/resources/{id}",
        ("changeResource", "Replaces fields of an API resource"),
        "ResourceChange",
    )
    .answers(200, "Resource")
    .or(&[codes::ENTITY_NOT_EXISTS, codes::MANAGEMENT_API_FIXED]),
    delete("/api/resources/{id}", ("deleteResource", "Deletes an API resource with its scopes"))
        .or(&[codes::ENTITY_NOT_EXISTS, codes::MANAGEMENT_API_STAYS]),
    patch(
        "/api/resources/{id}/is-default",
        ("setDefaultResource", "Makes an API resource the one that is meant where none is named"),
        "ResourceDefault",
    )
    .answers(200, "Resource")
    .or(&[codes::ENTITY_NOT_EXISTS, codes::MANAGEMENT_API_FIXED]),
    get(
        "/api/resources/{id}/scopes",
        ("listResourceScopes", "Lists what may be done with an API resource"),
        "Scope[]",
    )
    .query(&["page", "page_size"])
    .or(&[codes::ENTITY_NOT_EXISTS]),
    post(
        "/api/resources/{id}/scopes",
        ("createResourceScope", "Makes a scope of an API resource"),
        "NewScope",
    )
    .answers(201, "Scope")
    .or(&[
        codes::ENTITY_NOT_EXISTS,
        codes::MANAGEMENT_API_FIXED,
        codes::SCOPE_NAME_EXISTS,
        codes::SCOPE_NAME_SPACE,
    ]),
    patch(
        "/api/resources/{id}/scopes/{scope}",
        ("changeResourceScope", "Replaces fields of a scope"),
        "ScopeChange",
    )
    .answers(200, "Scope")
    .or(&[
        codes::ENTITY_NOT_EXISTS,
        codes::MANAGEMENT_API_FIXED,
        codes::SCOPE_NAME_EXISTS,
        codes::SCOPE_NAME_SPACE,
        codes::NOTHING_TO_CHANGE,
    ]),
    delete(
        "/api/resources/{id}/scopes/{scope}",
        ("deleteResourceScope", "Deletes a scope, from every role too"),
    )
    .or(&[codes::ENTITY_NOT_EXISTS, codes::MANAGEMENT_API_FIXED]),
    get(
        "/api/roles",
        ("listRoles", "Lists roles; all of them where no page is asked for"),
        "Role[]",
    )
    .query(&["roleType", "search", "page", "page_size"])
    .or(&[codes::INVALID_INPUT]),
    post("/api/roles", ("createRole", "Makes a role"), "NewRole").answers(200, "Role").or(&[
        codes::ROLE_NAME_IN_USE,
        codes::ROLE_MANAGES,
        codes::RELATION_NOT_FOUND,
    ]),
    get("/api/roles/{id}", ("getRole", "Reads a role"), "Role").or(&[codes::ENTITY_NOT_EXISTS]),
    patch("/api/roles/{id}", ("changeRole", "Replaces fields of a role"), "RoleChange")
        .answers(200, "Role")
        .or(&[codes::ENTITY_NOT_EXISTS, codes::ROLE_NAME_IN_USE]),
    delete("/api/roles/{id}", ("deleteRole", "Deletes a role, from everybody who has it"))
        .or(&[codes::ENTITY_NOT_EXISTS]),
    get("/api/roles/{id}/scopes", ("listRoleScopes", "Lists what a role opens"), "RoleScope[]")
        .query(&["page", "page_size"])
        .or(&[codes::ENTITY_NOT_EXISTS]),
    post("/api/roles/{id}/scopes", ("addRoleScopes", "Lets a role open more"), "ScopeIds")
        .answers(201, "RoleScope[]")
        .or(&[
            codes::ENTITY_NOT_EXISTS,
            codes::ROLE_SCOPE_EXISTS,
            codes::ROLE_MANAGES,
            codes::RELATION_NOT_FOUND,
        ]),
    delete(
        "/api/roles/{id}/scopes/{scope}",
        ("removeRoleScope", "Lets a role open less; tokens know at their next refresh"),
    )
    .or(&[codes::ENTITY_NOT_EXISTS, codes::ENTITY_NOT_FOUND]),
    get("/api/roles/{id}/users", ("listRoleUsers", "Lists users who have a role"), "User[]")
        .query(&["page", "page_size", "enableCap"])
        .or(&[codes::ENTITY_NOT_EXISTS]),
    post("/api/roles/{id}/users", ("addRoleUsers", "Gives users a role"), "UserIds")
        .answers_only(201)
        .or(&[
            codes::ENTITY_NOT_EXISTS,
            codes::ROLE_USER_EXISTS,
            codes::USER_ROLE_TYPE,
            codes::RELATION_NOT_FOUND,
        ]),
    delete("/api/roles/{id}/users/{user}", ("removeRoleUser", "Takes a role from a user"))
        .or(&[codes::ENTITY_NOT_EXISTS, codes::ENTITY_NOT_FOUND]),
    get(
        "/api/roles/{id}/applications",
        ("listRoleApplications", "Lists services that have a role"),
        "Application[]",
    )
    .query(&["page", "page_size"])
    .or(&[codes::ENTITY_NOT_EXISTS]),
    post(
        "/api/roles/{id}/applications",
        ("addRoleApplications", "Gives services a role"),
        "ApplicationIds",
    )
    .answers_only(201)
    .or(&[
        codes::ENTITY_NOT_EXISTS,
        codes::ROLE_APPLICATION_EXISTS,
        codes::APPLICATION_ROLE_TYPE,
        codes::RELATION_NOT_FOUND,
    ]),
    delete(
        "/api/roles/{id}/applications/{application}",
        ("removeRoleApplication", "Takes a role from a service"),
    )
    .or(&[codes::ENTITY_NOT_EXISTS, codes::ENTITY_NOT_FOUND]),
    get("/api/users/{id}/roles", ("listUserRoles", "Lists the roles of a user"), "Role[]")
        .query(&["page", "page_size"])
        .or(&[codes::ENTITY_NOT_FOUND]),
    post("/api/users/{id}/roles", ("addUserRoles", "Gives a user roles"), "RoleIds")
        .answers(201, "AddedRoles")
        .or(&[codes::ENTITY_NOT_FOUND, codes::USER_ROLE_TYPE, codes::RELATION_NOT_FOUND]),
    put(
        "/api/users/{id}/roles",
        ("replaceUserRoles", "Replaces the roles of a user"),
        "AllRoleIds",
    )
    .answers(200, "AllRoleIds")
    .or(&[codes::ENTITY_NOT_FOUND, codes::USER_ROLE_TYPE, codes::RELATION_NOT_FOUND]),
    delete("/api/users/{id}/roles/{role}", ("removeUserRole", "Takes a role from a user"))
        .or(&[codes::ENTITY_NOT_FOUND]),
    get(
        "/api/applications/{id}/roles",
        ("listApplicationRoles", "Lists the roles of a service"),
        "Role[]",
    )
    .query(&["page", "page_size"])
    .or(&[codes::ENTITY_NOT_EXISTS, codes::INVALID_APPLICATION_TYPE]),
    post(
        "/api/applications/{id}/roles",
        ("addApplicationRoles", "Gives a service roles"),
        "RoleIds",
    )
    .answers_only(201)
    .or(&[
        codes::ENTITY_NOT_EXISTS,
        codes::INVALID_APPLICATION_TYPE,
        codes::APPLICATION_ROLE_TYPE,
        codes::ROLE_APPLICATION_EXISTS,
        codes::RELATION_NOT_FOUND,
    ]),
    put(
        "/api/applications/{id}/roles",
        ("replaceApplicationRoles", "Replaces the roles of a service"),
        "AllRoleIds",
    )
    .answers_only(200)
    .or(&[
        codes::ENTITY_NOT_EXISTS,
        codes::INVALID_APPLICATION_TYPE,
        codes::APPLICATION_ROLE_TYPE,
        codes::ROLE_APPLICATION_EXISTS,
        codes::RELATION_NOT_FOUND,
    ]),
    delete(
        "/api/applications/{id}/roles/{role}",
        ("removeApplicationRole", "Takes a role from a service"),
    )
    .or(&[codes::ENTITY_NOT_EXISTS, codes::ENTITY_NOT_FOUND]),
];
