//! One look, after a start, whether captchas can be judged at all: nobody is to find out in the middle of an attack that a key is wrong.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use haoma_core::limits;
use haoma_core::time::Timestamp;
use haoma_store::limits::{Charged, charge_all};
use serde_json::json;

use super::{Captcha, Down, Provider};
use crate::app::App;
use crate::watch;

/// Has the provider judge something that nobody handed over. What is wrong with it, with the keys or the scene raises the alarm that
/// somebody's captcha would have raised.
pub async fn look(app: &App) {
    let Some(captcha) = &app.settings.captcha else { return };
    let now = app.clock.now();
    // a question like any other: a server that starts again and again does not ask without end
    let all: Vec<_> = limits::all_captchas(&app.limits(), now).into_iter().collect();
    match charge_all(&app.db, &all, now).await {
        Ok(Charged::Yes) => {}
        Ok(Charged::Full(_)) => return,
        Err(error) => {
            tracing::warn!(%error, "the provider of captchas was not looked at");
            return;
        }
    }
    match captcha.can_judge(app, now).await {
        Ok(()) => tracing::info!("the provider of captchas answers"),
        Err(why) => {
            tracing::warn!(cause = %why, "captchas cannot be judged");
            watch::captcha_down(app, &why, now).await;
        }
    }
}

impl Captcha {
    async fn can_judge(&self, app: &App, now: Timestamp) -> Result<(), Down> {
        if self.is_passed(&self.made_up(), (&app.entropy, now)).await? {
            return Err(Down("what was made up was passed".to_owned()));
        }
        Ok(())
    }

    /// Nothing that was ever handed over, in the form in which it would be: so that it is looked at as far as the scene.
    fn made_up(&self) -> String {
        let Provider::Aliyun(scene) = &self.provider;
        let form = json!({
            "certifyId": "none", "sceneId": scene.scene_id, "isSign": true, "securityToken": "none",
        });
        STANDARD.encode(form.to_string())
    }
}
