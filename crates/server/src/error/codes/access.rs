//! Codes about API resources, their scopes, and roles (wire contract C.5 to C.7).
use super::{Code, code};

/// Another API is called so.
pub const RESOURCE_IN_USE: Code = code(
    422,
    "resource.resource_identifier_in_use",
    "There is already an API resource with this identifier.",
);
/// The management API is as it is.
pub const MANAGEMENT_API_FIXED: Code =
    code(400, "resource.cannot_modify_management_api", "The management API cannot be changed.");
/// The management API stays.
pub const MANAGEMENT_API_STAYS: Code =
    code(400, "resource.cannot_delete_management_api", "The management API cannot be deleted.");
/// The resource has a scope of this name.
pub const SCOPE_NAME_EXISTS: Code =
    code(422, "scope.name_exists", "The API resource already has a scope of this name.");
/// Spaces lie between scopes.
pub const SCOPE_NAME_SPACE: Code =
    code(400, "scope.name_with_space", "The name of a scope has no spaces in it.");
/// Another role is called so.
pub const ROLE_NAME_IN_USE: Code =
    code(422, "role.name_in_use", "There is already a role of this name.");
/// The role has the scope.
pub const ROLE_SCOPE_EXISTS: Code =
    code(422, "role.scope_exists", "The role already has one of these scopes.");
/// The user has the role.
pub const ROLE_USER_EXISTS: Code =
    code(422, "role.user_exists", "One of these users already has the role.");
/// The application has the role.
pub const ROLE_APPLICATION_EXISTS: Code =
    code(422, "role.application_exists", "One of these applications already has the role.");
/// People do not manage by an API of programs.
pub const ROLE_MANAGES: Code = code(
    422,
    "role.management_api_scopes_not_assignable_to_user_role",
    "A role of users gets no scope of the management API.",
);
/// A role of services, and a user.
pub const USER_ROLE_TYPE: Code =
    code(422, "user.invalid_role_type", "Users get roles of the type User only.");
/// A role of users, and a service.
pub const APPLICATION_ROLE_TYPE: Code = code(
    422,
    "application.invalid_role_type",
    "Machine-to-machine applications get roles of the type MachineToMachine only.",
);
/// Something that a request names is not there.
pub const RELATION_NOT_FOUND: Code = code(
    404,
    "entity.relation_foreign_key_not_found",
    "Something that the request names is not there, or no longer.",
);
