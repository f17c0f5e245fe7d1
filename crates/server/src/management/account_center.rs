//! `/api/account-center`: what people may see and change of their own account (wire contract C.11). Each given field replaces the stored one.
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use haoma_store::account_center;
use serde_json::{Value, json};

use super::caller::Manager;
use super::input::{Fields, Problems};
use crate::account::center::{self, AccountCenter, Control, FIELDS};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::json::Json as Body;

const MOST_WORD: usize = 16;
const MOST_ADDRESS: usize = 2048;
const MOST_CSS: usize = 32_768;

/// What a `PATCH` sets.
#[derive(Default)]
pub(super) struct Given {
    enabled: Option<bool>,
    fields: Option<BTreeMap<String, Control>>,
    origins: Option<Vec<String>>,
    delete_account_url: haoma_store::Change<Option<String>>,
    custom_css: haoma_store::Change<Option<String>>,
}

/// `GET /api/account-center`.
pub async fn read(State(app): State<App>, _manager: Manager) -> Result<Json<Value>, ApiError> {
    shown(&center::load(&app).await?).map(Json)
}

/// `GET /api/.well-known/account-center`: the same for everybody, so that a client knows what it may offer.
pub async fn read_public(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    shown(&center::load(&app).await?).map(Json)
}

/// `PATCH /api/account-center`: 200 with the whole, in use at once; 409 where somebody else changed it meanwhile.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let given = read_given(body)?;
    let (text, old) = center::stored(&app).await?;
    let new = AccountCenter {
        enabled: given.enabled.unwrap_or(old.enabled),
        fields: given.fields.unwrap_or_else(|| old.fields.clone()),
        webauthn_related_origins: given
            .origins
            .unwrap_or_else(|| old.webauthn_related_origins.clone()),
        delete_account_url: given
            .delete_account_url
            .set()
            .cloned()
            .unwrap_or_else(|| old.delete_account_url.clone()),
        custom_css: given.custom_css.set().cloned().unwrap_or_else(|| old.custom_css.clone()),
    };
    if new != old {
        let event = manager.event(&app, "Account.Center.Updated", None, &json!({}));
        let document =
            serde_json::to_string(&new).map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
        let change = (text.as_deref(), document.as_str());
        if !account_center::save(&app.db, change, manager.now, Some(&event)).await? {
            return Err(ApiError::new(codes::CHANGED_MEANWHILE));
        }
    }
    shown(&new).map(Json)
}

/// The members of a `PATCH`.
///
/// # Errors
/// `guard.invalid_input`, with every problem.
pub(super) fn read_given(body: Value) -> Result<Given, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let given = Given {
        enabled: fields.flag("enabled"),
        fields: fields.nested("fields", controls),
        origins: fields.texts("webauthnRelatedOrigins", |_text| Ok::<_, String>(())),
        delete_account_url: fields.nullable_text("deleteAccountUrl", MOST_ADDRESS),
        custom_css: fields.nullable_text("customCss", MOST_CSS),
    };
    problems.check()?;
    Ok(given)
}

fn controls(fields: &mut Fields<'_>) -> BTreeMap<String, Control> {
    let mut controls = BTreeMap::new();
    for name in FIELDS {
        let Some(word) = fields.text(name, MOST_WORD) else { continue };
        match Control::parse(&word) {
            Some(control) => drop(controls.insert(name.to_owned(), control)),
            None => {
                fields.refuse(name, &format!("must be one of: {}", Control::WORDS.join(", ")));
            }
        }
    }
    controls
}

fn shown(center: &AccountCenter) -> Result<Value, ApiError> {
    let mut shown =
        serde_json::to_value(center).map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("tenantId".to_owned(), "default".into());
        shown.insert("id".to_owned(), "default".into());
        shown.insert("profileFields".to_owned(), json!([]));
    }
    Ok(shown)
}
