//! `/api/my-account`: what an application may read and change of the person who let it in (wire contract C.11).
use axum::Json;
use axum::extract::State;
use haoma_core::hooks::HookEvent;
use haoma_core::phone::PhoneDigits;
use haoma_oidc::scope::Scope;
use haoma_store::Told;
use haoma_store::user_changes::{self, Changed, Changes, Document};
use haoma_store::users::{self, Stored};
use serde_json::{Map, Value, json};

use super::caller::Member;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::hooks;
use crate::management::application_body::stored;
use crate::management::merge::within_bounds;
use crate::management::user_body;
use crate::web::json::Json as Body;

/// The audit key of every change of one's own account.
pub(super) const UPDATED: &str = "Account.Data.Updated";

/// How often a merge is tried against others who change the same document.
const TRIES: usize = 8;

/// `GET /api/my-account`.
pub async fn read(State(app): State<App>, member: Member) -> Result<Json<Value>, ApiError> {
    let user = find(&app, &member).await?;
    shown(&member, &user).map(Json)
}

/// `PATCH /api/my-account`: name, picture, user name, the applications' own data.
pub async fn change(
    State(app): State<App>,
    member: Member,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let changes = user_body::own_changes(body)?;
    let names = user_body::names(&changes);
    for name in &names {
        let scope = if *name == "customData" { Scope::CustomData } else { Scope::Profile };
        member.may_change(name, scope)?;
    }
    if names.is_empty() {
        member.is_ours()?;
        return shown(&member, &find(&app, &member).await?).map(Json);
    }
    let user = set(&app, &member, &changes, &json!({ "fields": names })).await?;
    shown(&member, &user).map(Json)
}

/// Stores what a person set of their own account.
async fn set(
    app: &App,
    member: &Member,
    changes: &Changes,
    payload: &Value,
) -> Result<Stored, ApiError> {
    let event = member.event(app, UPDATED, payload);
    let told =
        hooks::tell_of_user(app, HookEvent::UserDataUpdated, &event, member.user(), || json!({}));
    let told = Told::new(&event, &told);
    match user_changes::change(&app.db, member.user(), changes, told).await? {
        Changed::Done(user) => Ok(*user),
        Changed::UsernameTaken => Err(ApiError::new(codes::USERNAME_IN_USE)),
        Changed::PhoneTaken => Err(ApiError::new(codes::PHONE_IN_USE)),
        Changed::Gone | Changed::Stale => Err(ApiError::new(codes::UNAUTHORIZED)),
    }
}

/// `PATCH /api/my-account/profile`: merged, one level deep.
pub async fn merge(
    State(app): State<App>,
    member: Member,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let given = user_body::profile_of(body)?;
    member.may_change("profile", Scope::Profile)?;
    if given.contains_key("address") {
        member.has(Scope::Address)?;
    }
    for _try in 0..TRIES {
        let old = find(&app, &member).await?.profile;
        let mut merged = stored(&old)?;
        merged.extend(given.clone());
        let new = Value::Object(merged.clone()).to_string();
        within_bounds("profile", &old, &new)?;
        let event = member.event(&app, UPDATED, &json!({ "fields": ["profile"] }));
        let change = (Document::Profile, old.as_str(), new.as_str());
        let told =
            hooks::tell_of_user(&app, HookEvent::UserDataUpdated, &event, member.user(), || {
                json!({})
            });
        let told = Told::new(&event, &told);
        if user_changes::replace(&app.db, member.user(), change, told).await? {
            return Ok(Json(profile(&member, merged).into()));
        }
    }
    Err(ApiError::new(codes::BUSY))
}

/// The person as stored; a token does not outlive its person, but a request may.
async fn find(app: &App, member: &Member) -> Result<Stored, ApiError> {
    let user = users::find(&app.db, member.user()).await?;
    user.ok_or_else(|| ApiError::new(codes::UNAUTHORIZED))
}

/// What the scopes and the account center let through.
fn shown(member: &Member, user: &Stored) -> Result<Value, ApiError> {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), user.id.as_str().into());
    let mut show = |field: &str, name: &str, scope: Scope, value: Value| {
        if member.center.control(field).shows() && member.scopes.has(scope) {
            shown.insert(name.to_owned(), value);
        }
    };
    show("username", "username", Scope::Profile, json!(user.username));
    show("name", "name", Scope::Profile, json!(user.name));
    show("avatar", "avatar", Scope::Profile, json!(user.avatar));
    let own = profile(member, stored(&user.profile)?);
    show("profile", "profile", Scope::Profile, own.into());
    let phone = user.phone.as_ref().map(PhoneDigits::as_str);
    show("phone", "primaryPhone", Scope::Phone, json!(phone));
    show("customData", "customData", Scope::CustomData, stored(&user.custom_data)?.into());
    if member.scopes.has(Scope::Profile) {
        for (name, value) in [
            ("createdAt", json!(user.created_at)),
            ("updatedAt", json!(user.updated_at)),
            ("lastSignInAt", json!(user.last_sign_in_at)),
        ] {
            shown.insert(name.to_owned(), value);
        }
    }
    Ok(shown.into())
}

/// The profile without what another scope is needed for.
fn profile(member: &Member, mut profile: Map<String, Value>) -> Map<String, Value> {
    if !member.scopes.has(Scope::Address) {
        profile.remove("address");
    }
    profile
}
