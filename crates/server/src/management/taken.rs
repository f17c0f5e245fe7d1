//! What somebody else has already. A statement decides that; it is looked at only to say everything that is wrong at once.
use haoma_core::ids::UserId;
use haoma_core::phone::PhoneNumber;
use haoma_store::user_changes::{Changed, Changes};
use haoma_store::users::{self, Stored};

use super::input::Problems;
use crate::app::App;
use crate::error::api::{ApiError, Code, codes};

/// A number and a user name that `id` shall have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    id: &'a UserId,
    phone: Option<&'a PhoneNumber>,
    username: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    /// What changes set.
    pub(crate) fn of(id: &'a UserId, changes: &'a Changes) -> Self {
        let phone = changes.phone.set().and_then(Option::as_ref);
        let username = changes.username.set().and_then(Option::as_deref);
        Self { id, phone, username }
    }

    /// Goes on only if nothing was noted; otherwise tells what is taken, too.
    ///
    /// # Errors
    /// What [`Problems::check`] says, or the database's.
    pub(crate) async fn judge(self, app: &App, mut problems: Problems) -> Result<(), ApiError> {
        if !problems.is_empty() {
            self.note(app, &mut problems).await?;
        }
        problems.check()
    }

    /// Says everything that is taken, after one thing was found to be.
    pub(crate) async fn taken(self, app: &App, found: Code) -> ApiError {
        let mut problems = Problems::default();
        if let Err(error) = self.note(app, &mut problems).await {
            return error;
        }
        // it may be free again by now
        problems.check().err().unwrap_or_else(|| ApiError::new(found))
    }

    /// What came of a change, as an error where it did not happen.
    ///
    /// # Errors
    /// Why it did not.
    pub(crate) async fn changed(self, app: &App, changed: Changed) -> Result<Stored, ApiError> {
        Err(match changed {
            Changed::Done(user) => return Ok(*user),
            Changed::Gone => ApiError::new(codes::ENTITY_NOT_FOUND),
            Changed::Stale => ApiError::new(codes::CHANGED_MEANWHILE),
            Changed::PhoneTaken => self.taken(app, codes::PHONE_IN_USE).await,
            Changed::UsernameTaken => self.taken(app, codes::USERNAME_IN_USE).await,
        })
    }

    async fn note(self, app: &App, problems: &mut Problems) -> Result<(), ApiError> {
        if let Some(phone) = self.phone
            && let Some(owner) = users::find_by_phone(&app.db, phone).await?
            && owner.id != *self.id
        {
            let code = codes::PHONE_IN_USE;
            problems.add_coded("primaryPhone", code, code.message);
        }
        if let Some(username) = self.username
            && let Some(owner) = users::find_by_username(&app.db, username).await?
            && owner != *self.id
        {
            let code = codes::USERNAME_IN_USE;
            problems.add_coded("username", code, code.message);
        }
        Ok(())
    }
}
