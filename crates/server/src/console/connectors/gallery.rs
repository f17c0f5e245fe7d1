//! `/console/connectors`: what messages can go out through, and what they go out through now.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::connectors::{self, Connector as Stored, SavedBy};

use crate::app::App;
use crate::connectors::kit::{Factory, Place, logo_uri};
use crate::connectors::{FACTORIES, factory};
use crate::console::administrator::Signed;
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::sending::notice::{self, Untold};
use crate::views::console::connectors::gallery::{Card, Current, GalleryPage};
use crate::views::console::lists::Cell;
use crate::views::console::parts::{Badge, Fact, Head, Link, Notice, Tone};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

/// `GET /console/connectors`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let lang = signed.visit.lang;
    let stored = connectors::current(&app.db).await?;
    let current = stored.as_ref().and_then(|stored| current(&signed, stored));
    let may_write = signed.who.role.may(Right::Write);
    let key = if may_write { "console-connector-set-up" } else { "console-connector-look-at" };
    let card_of = |factory: &Factory| {
        let href = format!("/console/connectors/new/{}", factory.id);
        card(lang, factory, Link::new(lang.t(key), href))
    };
    let mut head = Head::new(lang.t("console-connectors"));
    head.lead = Some(lang.t("console-connectors-lead").into_owned());
    let page = GalleryPage {
        shell: shell(&app, &signed, Section::Connectors, Section::Connectors.path()),
        head,
        notices: notices(&app, lang, stored.is_some()),
        current,
        cards: FACTORIES.iter().map(card_of).collect(),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

/// What stands between a connector and people who sign in, and what it cannot tell them.
fn notices(app: &App, lang: Lang, has_connector: bool) -> Vec<Notice> {
    let mut all = between(app, lang, has_connector);
    if has_connector && !tells_old_numbers(app) {
        all.push(Notice::new(Tone::Plain, lang.t("console-connector-no-notices")));
    }
    all
}

/// Whether the number that an account had hears of a change, as far as it is one of the country shown first.
fn tells_old_numbers(app: &App) -> bool {
    let example = app.experience.load().phone_regions.default.example();
    let told = |phone| notice::would_tell(app, &phone, app.clock.now());
    example.is_some_and(|phone| !matches!(told(phone), Err(Untold::NoTemplate)))
}

fn between(app: &App, lang: Lang, has_connector: bool) -> Vec<Notice> {
    let is_open = app.experience.load().phone_sign_in();
    let mut notice = match (has_connector, is_open) {
        (true, true) => return vec![],
        (true, false) => Notice::new(Tone::Warn, lang.t("console-connector-not-enabled")),
        (false, true) => Notice::new(Tone::Bad, lang.t("console-connector-missing")),
        (false, false) => Notice::new(Tone::Plain, lang.t("console-connector-none")),
    };
    if has_connector {
        let href = Section::SignInExperience.path();
        notice.link = Some(Link::new(lang.t("console-connector-enable"), href));
    }
    vec![notice]
}

fn current(signed: &Signed, stored: &Stored) -> Option<Current> {
    let lang = signed.visit.lang;
    let factory = factory(&stored.factory_id)?;
    let here = format!("/console/connectors/{}", stored.id);
    let saved = Moment::of(lang, stored.created_at, signed.now);
    let versions = Link::new(lang.t("console-versions"), format!("{here}/versions"));
    Some(Current {
        card: card(lang, factory, Link::new(lang.t("console-connector-open"), here)),
        facts: vec![
            Fact::new(lang.t("console-version"), Cell::Number(stored.version.to_string())),
            Fact::new(lang.t("console-saved-by"), Cell::Text(saved_by(lang, &stored.saved_by))),
            Fact::new(lang.t("console-saved-at"), Cell::Moment(saved)),
        ],
        others: vec![versions],
    })
}

/// Who saved a version, for people.
pub(super) fn saved_by(lang: Lang, by: &SavedBy) -> String {
    match by {
        SavedBy::Configuration => lang.t("console-saved-by-file").into_owned(),
        SavedBy::Administrator(name) => name.clone(),
        SavedBy::Application(id) => {
            lang.t1("console-saved-by-application", "id", id.as_str()).into_owned()
        }
    }
}

fn card(lang: Lang, factory: &Factory, link: Link) -> Card {
    Card {
        name: factory.name.in_lang(lang).to_owned(),
        description: factory.description.in_lang(lang).to_owned(),
        logo: logo_uri(factory.logo),
        badges: badges(lang, factory),
        link,
    }
}

fn badges(lang: Lang, factory: &Factory) -> Vec<Badge> {
    let able = factory.capabilities;
    let places = able.places.iter().map(|place| place_name(lang, *place));
    let mut badges: Vec<_> = places.map(|name| Badge::new(Tone::Plain, name)).collect();
    for (is_able, key) in [
        (factory.inspect.is_some(), "console-can-look"),
        (able.receipts, "console-can-receipts"),
        (able.test_facilities, "console-can-test"),
        (factory.can_report(), "console-can-conversions"),
    ] {
        if is_able {
            badges.push(Badge::new(Tone::Good, lang.t(key)));
        }
    }
    badges
}

/// A place as people call it.
pub(super) fn place_name(lang: Lang, place: Place) -> String {
    lang.t(match place {
        Place::Mainland => "console-place-mainland",
        Place::Outside => "console-place-outside",
    })
    .into_owned()
}
