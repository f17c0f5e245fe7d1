-- Checks are written with OR: SQLite builds a table for every IN of more than two values, at every write.
CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    phone TEXT UNIQUE,
    username TEXT UNIQUE,
    name TEXT,
    avatar TEXT,
    profile TEXT NOT NULL DEFAULT '{}',
    custom_data TEXT NOT NULL DEFAULT '{}',
    application_id TEXT,
    is_locked BOOLEAN NOT NULL DEFAULT FALSE,
    -- Made while its number was a test number: the only accounts that a fixed code may open.
    is_test BOOLEAN NOT NULL DEFAULT FALSE,
    last_sign_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX users_by_age ON users (created_at, id);
CREATE INDEX users_locked ON users (created_at, id) WHERE is_locked = TRUE;

CREATE TABLE applications (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    kind TEXT NOT NULL CHECK (kind = 'Native' OR kind = 'SPA' OR kind = 'Traditional' OR kind = 'MachineToMachine'),
    is_third_party BOOLEAN NOT NULL DEFAULT FALSE,
    -- May call the management API; only a service can.
    is_admin BOOLEAN NOT NULL DEFAULT FALSE CHECK (NOT is_admin OR kind = 'MachineToMachine'),
    oidc_client_metadata TEXT NOT NULL DEFAULT '{}',
    custom_client_metadata TEXT NOT NULL DEFAULT '{}',
    custom_data TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE application_secrets (
    application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    last_four TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (application_id, name)
);

-- How an import left the applications that it brought: one that is otherwise now was changed here.
CREATE TABLE imported_applications (
    application_id TEXT PRIMARY KEY NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    digest TEXT NOT NULL
);

-- APIs that access tokens are made for (RFC 8707); few, as are their scopes and the roles that open them.
CREATE TABLE resources (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    indicator TEXT UNIQUE NOT NULL,
    is_default BOOLEAN NOT NULL DEFAULT FALSE,
    access_token_ttl BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
-- One at most is meant where none is named.
CREATE UNIQUE INDEX resources_default ON resources (is_default) WHERE is_default = TRUE;

CREATE TABLE scopes (
    id TEXT PRIMARY KEY NOT NULL,
    resource_id TEXT NOT NULL REFERENCES resources (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX scopes_by_resource ON scopes (resource_id, name);

CREATE TABLE roles (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT UNIQUE NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'User' OR kind = 'MachineToMachine'),
    -- Every new user gets it.
    is_default BOOLEAN NOT NULL DEFAULT FALSE CHECK (NOT is_default OR kind = 'User'),
    created_at BIGINT NOT NULL
);

CREATE TABLE roles_scopes (
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    scope_id TEXT NOT NULL REFERENCES scopes (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, scope_id)
);
CREATE INDEX roles_scopes_by_scope ON roles_scopes (scope_id, role_id);

CREATE TABLE users_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX users_roles_by_role ON users_roles (role_id, user_id);

CREATE TABLE applications_roles (
    application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (application_id, role_id)
);
CREATE INDEX applications_roles_by_role ON applications_roles (role_id, application_id);

-- The management API is a resource like others; its role lets a service manage.
INSERT INTO resources (id, name, indicator, access_token_ttl, created_at)
    VALUES ('management-api', 'Management API', 'https://default.logto.app/api', 3600, 0);
INSERT INTO scopes (id, resource_id, name, description, created_at)
    VALUES ('management-api-all', 'management-api', 'all', 'Everything the management API can do', 0);
INSERT INTO roles (id, name, description, kind, created_at)
    VALUES ('management-api-access', 'Logto Management API access', 'May call the management API', 'MachineToMachine', 0);
INSERT INTO roles_scopes (role_id, scope_id) VALUES ('management-api-access', 'management-api-all');

-- A connector is a list of versions; a message names the one it was sent with.
-- Every version stays, so that it can be gone back to; versions of a deleted connector go a day later.
CREATE TABLE connectors (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    factory_id TEXT NOT NULL,
    config_sealed TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (id, version)
);
-- One connector at a time: the first versions of two live ones would be the same entry.
CREATE UNIQUE INDEX connectors_live ON connectors (version) WHERE deleted_at IS NULL;

-- What the configuration file last said of something that can also be changed in the console, as a keyed hash.
CREATE TABLE configured (
    name TEXT PRIMARY KEY NOT NULL,
    digest TEXT NOT NULL
);

CREATE TABLE sign_in_experiences (
    id TEXT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What people may see and change of their own account: one document.
CREATE TABLE account_centers (
    id TEXT PRIMARY KEY NOT NULL,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE interactions (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    prompt TEXT NOT NULL CHECK (prompt IN ('login', 'consent')),
    request TEXT NOT NULL,
    experience TEXT NOT NULL,
    session_id TEXT,
    outcome TEXT NOT NULL DEFAULT 'open' CHECK (outcome = 'open' OR outcome = 'submitted' OR outcome = 'finished'),
    version BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Nothing here gives the code: it is derived from a key that is not in the database.
-- It works in an interaction, or for a user who changes their account, or, where neither is named, for programs that asked for it
-- through the management API: one for a number and a use.
CREATE TABLE passcodes (
    id TEXT PRIMARY KEY NOT NULL,
    interaction_id TEXT,
    user_id TEXT,
    number_id TEXT NOT NULL,
    -- Asked for as this test number: judged by its fixed code, and by no other.
    test_number_id TEXT,
    usage_type TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    sends BIGINT NOT NULL DEFAULT 1,
    charged TEXT NOT NULL DEFAULT '',
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX passcodes_of_numbers ON passcodes (number_id, usage_type) WHERE interaction_id IS NULL AND user_id IS NULL;
CREATE UNIQUE INDEX passcodes_of_users ON passcodes (user_id, number_id, usage_type) WHERE user_id IS NOT NULL;
CREATE INDEX passcodes_of_test_numbers ON passcodes (test_number_id) WHERE test_number_id IS NOT NULL;

-- Numbers that somebody who is signed in proves, for a change of their account. Used up by the change.
CREATE TABLE verification_records (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    phone TEXT NOT NULL,
    usage_type TEXT NOT NULL,
    passcode_id TEXT NOT NULL,
    code_expires_at BIGINT NOT NULL,
    resend_at BIGINT NOT NULL,
    verified_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX verification_records_by_user ON verification_records (user_id, id);

-- The intent is committed before the provider is called; the outcome after.
CREATE TABLE messages (
    id TEXT PRIMARY KEY NOT NULL,
    connector_id TEXT NOT NULL,
    connector_version BIGINT NOT NULL,
    interaction_id TEXT,
    passcode_id TEXT,
    usage_type TEXT NOT NULL,
    number_id TEXT NOT NULL,
    phone_masked TEXT NOT NULL,
    phone_sealed TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending'
        CHECK (status = 'pending' OR status = 'accepted' OR status = 'refused' OR status = 'not_sent' OR status = 'unknown' OR status = 'delivered' OR status = 'undelivered'),
    provider_message_id TEXT,
    provider_code TEXT,
    provider_request_id TEXT,
    check_at BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX messages_due ON messages (check_at) WHERE check_at IS NOT NULL;
-- Which message carried a code is asked of those that left the mainland only.
CREATE INDEX messages_abroad ON messages (passcode_id, created_at) WHERE region <> 'CN';

-- Messages without a code that are still to be handed over: stored with what they tell of, gone when somebody begins to send them.
CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    number_ending TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX notices_due ON notices (due_at);

-- Every number that was ever asked for a code, by its keyed name; never forgotten, though messages are: what was meant to be sent to a
-- real phone once is somebody's. Whoever makes a test number and whoever sends a message meet at this row, so that neither overlooks
-- the other.
CREATE TABLE numbers (
    id TEXT PRIMARY KEY NOT NULL,
    was_texted BOOLEAN NOT NULL
);

-- Numbers that nothing is sent to, and whose fixed code is derived from the row's id like every other: none is stored.
CREATE TABLE test_numbers (
    id TEXT PRIMARY KEY NOT NULL,
    number_id TEXT UNIQUE NOT NULL,
    phone TEXT NOT NULL,
    -- The same as accounts that came from elsewhere may hold it.
    phone_with_zero TEXT NOT NULL,
    owner TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL
);

-- Authorization requests that clients sent ahead, for the minute in which a browser may bring their name.
CREATE TABLE pushed_requests (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    parameters TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    secret_hash TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ip TEXT,
    user_agent TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id, id);

CREATE TABLE grants (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    -- A JSON object: scopes of API resources, by indicator.
    resource_scopes TEXT,
    -- Sessions of the same browser and user before this one, by which the client may still know it.
    former_sids TEXT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX grants_by_user ON grants (user_id, client_id, id);
CREATE UNIQUE INDEX grants_by_session ON grants (session_id, client_id);
CREATE INDEX grants_by_client ON grants (client_id, id);
CREATE INDEX grants_expiry ON grants (expires_at);

CREATE TABLE authorization_codes (
    id TEXT PRIMARY KEY NOT NULL,
    secret_hash TEXT NOT NULL,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT,
    nonce TEXT,
    scope TEXT NOT NULL,
    resource_scopes TEXT,
    offline BOOLEAN NOT NULL,
    authenticated_at BIGINT NOT NULL,
    consumed_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX authorization_codes_by_grant ON authorization_codes (grant_id);

CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    secret_hash TEXT NOT NULL,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_by_grant ON access_tokens (grant_id);

CREATE TABLE refresh_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    secret_hash TEXT NOT NULL,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    resource_scopes TEXT,
    authenticated_at BIGINT NOT NULL,
    family_started_at BIGINT NOT NULL,
    consumed_at BIGINT,
    -- The one it was exchanged for: requests that cross get the same.
    successor_id TEXT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

-- Applications that are still to be told that a session ended; one row for each grant that ended with it.
CREATE TABLE logout_notices (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    sids TEXT NOT NULL,
    is_heard BOOLEAN NOT NULL DEFAULT FALSE,
    tries BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX logout_notices_due ON logout_notices (client_id, due_at);

CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY NOT NULL,
    algorithm TEXT NOT NULL,
    private_sealed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'next' OR state = 'current' OR state = 'previous'),
    state_since BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
-- Two nodes that start at once must agree on one.
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (algorithm) WHERE state = 'current';
CREATE UNIQUE INDEX signing_keys_next ON signing_keys (algorithm) WHERE state = 'next';

CREATE TABLE limits (
    bucket TEXT PRIMARY KEY NOT NULL,
    hits BIGINT NOT NULL,
    -- What was counted and came back verified, this time and, by half each, the times before.
    verified BIGINT NOT NULL DEFAULT 0,
    resets_at BIGINT NOT NULL
);

-- Whom messages are kept from, and whom they are let through to. Of a number there is its keyed hash, and what of it people may read.
CREATE TABLE sending_rules (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'country' OR kind = 'prefix' OR kind = 'number' OR kind = 'network'),
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    effect TEXT NOT NULL CHECK (effect = 'block' OR effect = 'allow'),
    reason TEXT,
    -- The administrator or the application that made it.
    made_by TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (kind, subject)
);
CREATE INDEX sending_rules_end ON sending_rules (expires_at);

-- Goes up with every change of what nodes keep in memory, by its name.
CREATE TABLE versions (
    name TEXT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL
);

-- What was refused, in slots of ten minutes, by reason and by country of the number; and from where, under the reason `from`.
CREATE TABLE refusals (
    slot BIGINT NOT NULL,
    reason TEXT NOT NULL,
    place TEXT NOT NULL,
    hits BIGINT NOT NULL,
    PRIMARY KEY (slot, reason, place)
);

-- Those who run Haoma; none of its users. Without a password one signs in by a link first.
CREATE TABLE administrators (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT UNIQUE NOT NULL,
    role TEXT NOT NULL CHECK (role = 'owner' OR role = 'editor' OR role = 'viewer'),
    password_hash TEXT,
    totp_sealed TEXT,
    totp_step BIGINT NOT NULL DEFAULT 0,
    last_sign_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE administrator_sessions (
    id TEXT PRIMARY KEY NOT NULL,
    secret_hash TEXT NOT NULL,
    administrator_id TEXT NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    ip TEXT,
    user_agent TEXT,
    proved_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX administrator_sessions_by_administrator ON administrator_sessions (administrator_id, id);

-- Links with which an administrator chooses a password, once.
CREATE TABLE administrator_links (
    id TEXT PRIMARY KEY NOT NULL,
    secret_hash TEXT NOT NULL,
    administrator_id TEXT UNIQUE NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);

CREATE TABLE audit_events (
    id TEXT PRIMARY KEY NOT NULL,
    key TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('Success', 'Error')),
    error TEXT,
    user_id TEXT,
    application_id TEXT,
    session_id TEXT,
    interaction_id TEXT,
    ip TEXT,
    user_agent TEXT,
    payload TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL
);

-- Who is told what happened here; address, headers and signing key are sealed.
CREATE TABLE hooks (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    events TEXT NOT NULL,
    config_sealed TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What each hook is to be told, committed with what happened. No key leads to `hooks`: whoever deletes a hook must not make a sign-in
-- fail that is about to tell it something.
CREATE TABLE hook_deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    hook_id TEXT NOT NULL,
    event TEXT NOT NULL,
    user_id TEXT,
    context_sealed TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state = 'pending' OR state = 'delivered' OR state = 'failed'),
    tries BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT,
    last_status BIGINT,
    last_error TEXT,
    last_tried_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX hook_deliveries_due ON hook_deliveries (hook_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX hook_deliveries_of_hook ON hook_deliveries (hook_id, id);
CREATE INDEX hook_deliveries_failed ON hook_deliveries (hook_id, id) WHERE state = 'failed';

-- What is known against a connector: messages in a row that its provider did not answer, and whether hooks were told that it fails. The row
-- goes when the connector sends again.
CREATE TABLE connector_health (
    connector_id TEXT PRIMARY KEY NOT NULL,
    silences BIGINT NOT NULL,
    is_failing BOOLEAN NOT NULL,
    remind_at BIGINT NOT NULL,
    failed_at BIGINT NOT NULL
);
