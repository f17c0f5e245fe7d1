//! The browser's side of Captcha 2.0: the stand-in of its script, what that asks for, and what was handed over and may be judged once.

use crate::{Sim, seed::CaptchaScene, state::State};
use axum::{
    Form,
    body::Body,
    extract,
    http::{HeaderValue, Response, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// How long after it was made something handed over is judged, in milliseconds.
const LIFE_MS: i64 = 90_000;
/// How long a box may stand open.
const OPEN_MS: i64 = 20 * 60_000;
/// Above so many the old ones are thrown out.
const MOST: usize = 10_000;

/// What the script gives to the page: base64 over JSON, as Aliyun's does. Nobody is to look inside but the service.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Handed {
    pub(crate) certify_id: String,
    pub(crate) scene_id: String,
    is_sign: bool,
    security_token: String,
}

impl Handed {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
    }

    fn write(&self) -> String {
        STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// One box that was drawn.
#[derive(Debug)]
struct Drawn {
    scene_id: String,
    at_ms: i64,
    /// Since it was ticked: when, and what proves it.
    ticked: Option<(i64, String)>,
    is_spent: bool,
}

/// The boxes that were drawn, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Captchas(HashMap<String, Drawn>);

impl Captchas {
    fn draw(&mut self, certify_id: &str, scene_id: &str, now_ms: i64) {
        if self.0.len() >= MOST {
            self.0.retain(|_, drawn| now_ms - drawn.at_ms < OPEN_MS);
        }
        let scene_id = scene_id.to_owned();
        let drawn = Drawn { scene_id, at_ms: now_ms, ticked: None, is_spent: false };
        self.0.insert(certify_id.to_owned(), drawn);
    }

    fn tick(&mut self, certify_id: &str, token: String, now_ms: i64) -> Option<Handed> {
        let drawn = self.0.get_mut(certify_id)?;
        if drawn.ticked.is_some() || now_ms - drawn.at_ms >= OPEN_MS {
            return None;
        }
        drawn.ticked = Some((now_ms, token.clone()));
        Some(Handed {
            certify_id: certify_id.to_owned(),
            scene_id: drawn.scene_id.clone(),
            is_sign: true,
            security_token: token,
        })
    }

    /// The code of the verdict; what passed once never does again.
    pub(crate) fn spend(&mut self, handed: &Handed, now_ms: i64) -> &'static str {
        let Some(drawn) = self.0.get_mut(&handed.certify_id) else { return "F014" };
        let Some((ticked_ms, token)) = &drawn.ticked else { return "F015" };
        if drawn.scene_id != handed.scene_id || *token != handed.security_token || !handed.is_sign {
            return "F017";
        }
        if drawn.is_spent {
            return "F018";
        }
        drawn.is_spent = true;
        if now_ms - ticked_ms > LIFE_MS { "F019" } else { "T001" }
    }
}

impl Sim {
    /// What the script hands over for a scene when somebody ticks its box; `None` for a scene that is not in the seed.
    pub fn tick_captcha(&self, scene_id: &str) -> Option<String> {
        let mut state = self.lock();
        let known = state.book.captcha.scenes.iter().find(|scene| scene.scene_id == scene_id)?;
        let known = known.clone();
        let id = draw(&mut state, &known);
        tick(&mut state, &id)
    }
}

fn draw(state: &mut State, scene: &CaptchaScene) -> String {
    let (id, now) = (state.ids.captcha(), state.now_ms());
    state.captchas.draw(&id, &scene.scene_id, now);
    id
}

fn tick(state: &mut State, certify_id: &str) -> Option<String> {
    let (token, now) = (state.ids.captcha(), state.now_ms());
    state.captchas.tick(certify_id, token, now).map(|handed| handed.write())
}

/// What the script says of itself before it draws anything.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Begun {
    scene_id: String,
    prefix: String,
    region: String,
}

/// `POST /captcha/init`: a box for a scene of the account that the prefix names.
pub(crate) async fn init(
    extract::State(sim): extract::State<Sim>,
    Form(begun): Form<Begun>,
) -> Response<Body> {
    let mut state = sim.lock();
    let fits = |scene: &&CaptchaScene| {
        scene.scene_id == begun.scene_id
            && scene.prefix == begun.prefix
            && scene.region == begun.region
    };
    let found = state.book.captcha.scenes.iter().find(fits).cloned();
    match found {
        Some(scene) => {
            let id = draw(&mut state, &scene);
            answer(StatusCode::OK, &json!({ "certifyId": id }))
        }
        None => answer(
            StatusCode::BAD_REQUEST,
            &json!({ "code": "F006", "message": "no such scene for this prefix and region" }),
        ),
    }
}

/// Which box somebody ticks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Ticked {
    certify_id: String,
}

/// `POST /captcha/tick`: what the page gets for it.
pub(crate) async fn ticked(
    extract::State(sim): extract::State<Sim>,
    Form(ticked): Form<Ticked>,
) -> Response<Body> {
    let mut state = sim.lock();
    match tick(&mut state, &ticked.certify_id) {
        Some(param) => answer(StatusCode::OK, &json!({ "captchaVerifyParam": param })),
        None => {
            answer(StatusCode::BAD_REQUEST, &json!({ "code": "F014", "message": "no such box" }))
        }
    }
}

/// `GET /captcha/AliyunCaptcha.js`: the stand-in of the script.
pub(crate) async fn script() -> Response<Body> {
    let mut response = Response::new(Body::from(include_str!("../assets/captcha.js")));
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static("text/javascript; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Pages of any origin may read it: what it tells opens nothing but the simulator's own check.
fn answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
