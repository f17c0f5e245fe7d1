//! One of every page, for tests and for whoever changes the look.
use axum::http::StatusCode;
use haoma_core::time::Timestamp;

use crate::error::api::{ApiError, Times, codes};
use crate::experience::pages::countries;
use crate::views::account::{Access, AccountPage, ApplicationLine, SessionLine, StepPage};
use crate::views::captcha::{CaptchaPage, Shown};
use crate::views::code::{CodePage, Note};
use crate::views::consent::{AskedResource, ConsentPage};
use crate::views::console::program;
use crate::views::demo::{Claim, ClaimValue, Failure, SignedInPage, StartPage, Token};
use crate::views::frame::{Brand, Frame, LanguageLink, Logo};
use crate::views::message::{FormPostPage, GoingPage, MessagePage, Mood, SignOutPage};
use crate::views::moment::Moment;
use crate::views::phone::{Agreement, PhonePage};
use crate::views::problem::{Problem, Wait};
use crate::views::task::TaskPage;
use crate::views::theme::Theme;
use crate::web::i18n::{Lang, Piece};
use haoma_core::phone::Region;

/// Text that would break out of markup if it could.
pub(crate) const NASTY: &str = "<img src=x onerror=alert(1)>\"'&";

/// A page's name and its markup.
pub(crate) type Sample = (&'static str, String);

pub(crate) fn frame(lang: Lang) -> Frame {
    let brand = Brand {
        name: "Haoma".to_owned(),
        logo: None,
        icon: None,
        theme: Theme::new("", ""),
        is_light_only: false,
        terms: None,
        privacy: None,
    };
    let link =
        |lang: Lang| LanguageLink { lang, href: format!("/sign-in?ui_locales={}", lang.tag()) };
    Frame { lang, brand, languages: Lang::ALL.map(link).to_vec(), inbox: None, preview: None }
}

fn demo(lang: Lang) -> Frame {
    Frame { inbox: Some("http://127.0.0.1:3003/".to_owned()), ..frame(lang) }
}

pub(crate) fn branded(lang: Lang) -> Frame {
    let mut frame = frame(lang);
    let url = |path: &str| format!("https://shop.example/{path}");
    frame.brand = Brand {
        name: NASTY.to_owned(),
        logo: Some(Logo { light: url("logo.svg"), dark: Some(url("logo-dark.svg")) }),
        icon: Some(url("icon.png")),
        theme: Theme::new("#1677ff", "#69b1ff"),
        is_light_only: true,
        terms: Some(url("terms")),
        privacy: Some(url("privacy")),
    };
    frame
}

pub(crate) fn draw(page: &impl askama::Template) -> String {
    page.render().unwrap_or_default()
}

fn documents(lang: Lang) -> Vec<Piece> {
    let link = |key: &str, href: &str| Piece::Link {
        text: lang.t(key).into_owned(),
        href: href.to_owned(),
    };
    let terms = link("document-terms", "https://shop.example/terms");
    let privacy = link("document-privacy", "https://shop.example/privacy");
    lang.pieces("agree-both", &[("terms", terms), ("privacy", privacy)])
}

fn phone_page(frame: Frame, regions: &[Region]) -> PhonePage {
    let lang = frame.lang;
    PhonePage {
        step: None,
        title: lang.t1("sign-in-title-to", "app", "Demo").into_owned(),
        lead: Some(lang.t("sign-in-lead").into_owned()),
        action: "/sign-in?app_id=demo-app".to_owned(),
        csrf: "token".to_owned(),
        value: String::new(),
        problem: None,
        countries: countries::rows(lang, regions, Region::CHINA),
        agreement: Agreement::None,
        cancel_href: None,
        frame,
    }
}

fn code_page(frame: Frame) -> CodePage {
    let now = Timestamp(1_795_000_000_000);
    CodePage {
        step: None,
        action: "/sign-in/verify?app_id=demo-app".to_owned(),
        resend_action: "/sign-in/resend?app_id=demo-app".to_owned(),
        change_href: "/sign-in?app_id=demo-app".to_owned(),
        change_key: "code-change",
        csrf: "token".to_owned(),
        phone: "+86 138****8000".to_owned(),
        value: String::new(),
        problem: None,
        trouble: None,
        note: Note::None,
        times: Times {
            resend_at: now.plus_secs(58),
            expires_at: now.plus_secs(300),
            attempts_left: 5,
            server_now: now,
        },
        frame,
    }
}

/// Every page in every state that looks different.
pub(crate) fn all(lang: Lang) -> Vec<Sample> {
    let mut pages = phone_pages(lang);
    pages.extend(code_pages(lang));
    pages.extend(other_pages(lang));
    pages.extend(account_pages(lang));
    pages.extend(demo_pages(lang));
    pages.extend(crate::views::console::samples::all(lang));
    pages
}

fn account_pages(lang: Lang) -> Vec<Sample> {
    let now = Timestamp(1_795_000_000_000);
    let session = |device: &str, is_current| SessionLine {
        device: device.to_owned(),
        ip: Some("203.0.113.7".to_owned()),
        since: Moment::of(lang, now.plus_secs(-7200), now),
        is_current,
        action: "/account/sessions/1/end".to_owned(),
    };
    let application = ApplicationLine {
        name: NASTY.to_owned(),
        scopes: lang.t("scope-phone").into_owned(),
        action: "/account/applications/1/end".to_owned(),
    };
    let device = program::named(lang, Some("Chrome/124 Android"));
    let access = Access {
        may_end: true,
        sessions: vec![session(&device, true), session(NASTY, false)],
        applications: vec![application],
    };
    let page = AccountPage {
        frame: frame(lang),
        ui_locales: Some(NASTY.to_owned()),
        note: Some(lang.t("account-note-name-saved").into_owned()),
        phone: Some("+86 138****8000".to_owned()),
        may_change_phone: true,
        name: Some(NASTY.to_owned()),
        may_change_name: true,
        problem: None,
        access: Some(access.clone()),
        csrf: "token".to_owned(),
        sign_out_href: "/oidc/session/end?client_id=account-center".to_owned(),
        delete_href: Some("https://shop.example/delete".to_owned()),
    };
    let wrong = AccountPage {
        problem: Some(Problem::of_page(lang, "name.too_long", "error-name-long")),
        ..page.clone()
    };
    let bare = AccountPage {
        note: None,
        phone: Some(String::new()),
        may_change_phone: false,
        name: Some(String::new()),
        may_change_name: false,
        access: Some(Access { may_end: false, applications: vec![], ..access }),
        delete_href: None,
        ..page.clone()
    };
    let step = StepPage {
        frame: frame(lang),
        step: lang.t1("account-step", "step", 3).into_owned(),
        title: lang.t("account-finish-title").into_owned(),
        lead: lang.pieces(
            "account-finish-lead",
            &[("phone", Piece::Number("+86 139****8000".to_owned()))],
        ),
        problem: None,
        asks_sessions: true,
        action: "/account/phone/finish".to_owned(),
        go: lang.t("account-finish-go").into_owned(),
        cancel_href: "/account".to_owned(),
        csrf: "token".to_owned(),
    };
    let refused = StepPage {
        problem: Some(Problem::of(lang, &ApiError::new(codes::PHONE_IN_USE))),
        ..step.clone()
    };
    vec![
        ("account", draw(&page)),
        ("account-wrong", draw(&wrong)),
        ("account-bare", draw(&bare)),
        ("account-step", draw(&step)),
        ("account-step-refused", draw(&refused)),
    ]
}

fn demo_pages(lang: Lang) -> Vec<Sample> {
    let start = StartPage {
        frame: demo(lang),
        sign_in_href: "/demo-app/sign-in".to_owned(),
        failure: None,
    };
    let failure =
        Failure { text: lang.t("demo-failed-denied").into_owned(), detail: NASTY.to_owned() };
    let failed = StartPage { failure: Some(failure), ..start.clone() };
    vec![
        ("demo", draw(&start)),
        ("demo-failed", draw(&failed)),
        ("demo-signed-in", draw(&signed_in(lang))),
    ]
}

fn signed_in(lang: Lang) -> SignedInPage {
    let claim = |name: &str, value| {
        let key = format!("demo-claim-{}", name.replace('_', "-"));
        let meaning = lang.has(&key).then(|| lang.t(&key).into_owned());
        Claim { name: name.to_owned(), meaning, value }
    };
    let text = |text: &str| ClaimValue::Text(text.to_owned());
    SignedInPage {
        frame: demo(lang),
        phone: Some("+86 138 0013 8000".to_owned()),
        claims: vec![
            claim("sub", text("x3k9w2m4p7qa")),
            claim("phone_number", text("+8613800138000")),
            claim("phone_number_verified", text("true")),
            claim("name", ClaimValue::Nothing),
            claim("iss", text("http://127.0.0.1:3001/oidc")),
            claim("aud", text("demo-app")),
            claim("iat", ClaimValue::Moment(1_795_000_000)),
            claim("exp", ClaimValue::Moment(1_795_003_600)),
            claim("custom", text(NASTY)),
        ],
        token: Token {
            header: "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ".to_owned(),
            payload: "eyJzdWIiOiJ4M2s5dzJtNHA3cWEiLCJwaG9uZV9udW1iZXIiOiIrODYxMzgwMDEzODAwMCJ9"
                .repeat(3),
            signature: "c2lnbmF0dXJl".repeat(7),
            header_json: "{\n  \"alg\": \"ES256\",\n  \"kid\": \"k\"\n}".to_owned(),
            payload_json: "{\n  \"sub\": \"x3k9w2m4p7qa\"\n}".to_owned(),
        },
        scope: "openid offline_access profile phone".to_owned(),
        has_refresh_token: true,
        jwks_uri: "http://127.0.0.1:3001/oidc/jwks".to_owned(),
        sign_in_href: "/demo-app/sign-in".to_owned(),
        client_id: "demo-app".to_owned(),
        return_to: "http://127.0.0.1:3001/demo-app".to_owned(),
    }
}

fn phone_pages(lang: Lang) -> Vec<Sample> {
    let every = countries::all();
    let some = ["CN", "HK", "MO", "TW", "SG", "US", "CA", "GB", "DE", "JP"];
    let some: Vec<Region> = some.iter().filter_map(|r| Region::parse(r).ok()).collect();
    let wrong = PhonePage {
        value: "1380013".to_owned(),
        problem: Some(Problem::of(lang, &ApiError::new(codes::INVALID_PHONE))),
        ..phone_page(demo(lang), &some)
    };
    let hour = Timestamp(0).plus_secs(2500);
    let limited = PhonePage {
        value: "138 0013 8000".to_owned(),
        problem: Some(Problem::of(
            lang,
            &ApiError::new(codes::RATE_LIMITED).retry_at(hour, Timestamp(0)),
        )),
        ..phone_page(frame(lang), &[Region::CHINA])
    };
    let agree = PhonePage {
        agreement: Agreement::Box {
            text: documents(lang),
            is_ticked: false,
            problem: Some(Problem::of_page(lang, "terms.not_agreed", "error-agree")),
        },
        value: NASTY.to_owned(),
        ..phone_page(branded(lang), &some)
    };
    let notice = PhonePage {
        agreement: Agreement::Notice(documents(lang)),
        ..phone_page(frame(lang), &every)
    };
    vec![
        ("phone", draw(&phone_page(demo(lang), &some))),
        ("phone-one-country", draw(&phone_page(demo(lang), &[Region::CHINA]))),
        ("phone-wrong", draw(&wrong)),
        ("phone-limited", draw(&limited)),
        ("phone-agree", draw(&agree)),
        ("phone-every-country", draw(&notice)),
    ]
}

fn code_pages(lang: Lang) -> Vec<Sample> {
    let page = code_page(demo(lang));
    let times = Times { attempts_left: 3, ..page.times };
    let spent = Times { attempts_left: 0, ..page.times };
    let wrong = ApiError::new(codes::CODE_MISMATCH).with_times(times);
    let wrong = CodePage {
        value: "123457".to_owned(),
        problem: Some(Problem::of(lang, &wrong)),
        times,
        ..page.clone()
    };
    let last = ApiError::new(codes::CODE_MISMATCH).with_times(spent);
    let last = CodePage {
        value: "123458".to_owned(),
        problem: Some(Problem::of(lang, &last)),
        times: spent,
        ..page.clone()
    };
    let guessed = ApiError::new(codes::EXCEED_MAX_TRY);
    let guessed =
        CodePage { problem: Some(Problem::of(lang, &guessed)), times: spent, ..page.clone() };
    let reloaded = CodePage { times: spent, ..page.clone() };
    let now = page.times.server_now;
    let gone = CodePage {
        problem: Some(Problem::of(lang, &ApiError::new(codes::CODE_EXPIRED))),
        times: Times { resend_at: now, expires_at: now, ..page.times },
        ..page.clone()
    };
    let unclear = CodePage { note: Note::Unclear, ..page.clone() };
    let again = CodePage { note: Note::SentAgain, ..page.clone() };
    let full = ApiError::new(codes::RATE_LIMITED).retry_at(now.plus_secs(2500), now);
    let full = CodePage { trouble: Some(Problem::of(lang, &full)), ..page.clone() };
    vec![
        ("code", draw(&page)),
        ("code-wrong", draw(&wrong)),
        ("code-last-try", draw(&last)),
        ("code-guessed-out", draw(&guessed)),
        ("code-guessed-out-reloaded", draw(&reloaded)),
        ("code-gone", draw(&gone)),
        ("code-unclear", draw(&unclear)),
        ("code-again", draw(&again)),
        ("code-full", draw(&full)),
        ("task", draw(&task_page(lang))),
        ("captcha", draw(&captcha_page(lang))),
    ]
}

fn task_page(lang: Lang) -> TaskPage {
    TaskPage {
        frame: frame(lang),
        action: "/sign-in?app_id=demo-app".to_owned(),
        fields: vec![("csrf", "token".to_owned()), ("phone", NASTY.to_owned())],
        challenge: "18.1795305930000.dGFn".to_owned(),
        difficulty: 18,
        problem: Problem::of(lang, &ApiError::new(codes::CHALLENGE_REQUIRED)),
        wait: Wait::until(lang, Timestamp(2_500_000), Timestamp(0)),
        back: (lang.t("task-back").into_owned(), "/sign-in?app_id=demo-app".to_owned()),
    }
}

fn captcha_page(lang: Lang) -> CaptchaPage {
    let asked = serde_json::json!({ "captcha": {} });
    let TaskPage { frame, action, fields, wait, back, .. } = task_page(lang);
    CaptchaPage {
        frame,
        action,
        fields,
        ticket: "0.1795305930000.dGFn".to_owned(),
        shown: Shown {
            script: "https://captcha.example/script.js".to_owned(),
            scene: NASTY.to_owned(),
            prefix: "a1b2c3".to_owned(),
            region: "cn",
        },
        problem: Problem::of(lang, &ApiError::new(codes::CHALLENGE_REQUIRED).with_data(asked)),
        wait,
        back,
    }
}

fn other_pages(lang: Lang) -> Vec<Sample> {
    let consent = ConsentPage {
        frame: frame(lang),
        app: "Shop & Co".to_owned(),
        logo: Some("https://shop.example/logo.svg".to_owned()),
        phone: Some("+86 138****8000".to_owned()),
        scopes: ["openid", "profile", "phone", "offline_access", NASTY].map(str::to_owned).to_vec(),
        resources: vec![
            AskedResource {
                name: "SHOP".to_owned(),
                scopes: vec![
                    ("read:orders".to_owned(), Some(NASTY.to_owned())),
                    ("WRITE".to_owned(), None),
                ],
            },
            AskedResource { name: NASTY.to_owned(), scopes: vec![] },
        ],
        action: "/consent?app_id=x".to_owned(),
        csrf: "token".to_owned(),
        shown: r#"{"https://shop.example":["read:orders"]}"#.to_owned(),
    };
    let sign_out = SignOutPage {
        frame: frame(lang),
        app: Some(NASTY.to_owned()),
        action: "/oidc/session/end/confirm".to_owned(),
        xsrf: "secret".to_owned(),
    };
    let plain = |mood, name| MessagePage::plain(frame(lang), mood, name);
    let lost = plain(Mood::Lost, "server-error").with_problem(Problem::of(
        lang,
        &ApiError::new(codes::UNAVAILABLE).retry_at(Timestamp(5000), Timestamp(0)),
    ));
    let lost = MessagePage { reference: Some("Zk3v".to_owned()), ..lost };
    vec![
        ("consent", draw(&consent)),
        ("sign-out", draw(&sign_out)),
        ("going", draw(&GoingPage { frame: frame(lang), href: "/oidc/auth/x?a=1&b=2".to_owned() })),
        ("form-post", draw(&form_post(lang))),
        ("signed-out", draw(&plain(Mood::Good, "signed-out"))),
        ("unknown-session", draw(&plain(Mood::Lost, "unknown-session"))),
        (
            "not-found",
            draw(
                &plain(Mood::Lost, "not-found")
                    .with_action(lang.t("go-home").into_owned(), "/".to_owned()),
            ),
        ),
        ("server-error", draw(&lost)),
    ]
}

fn form_post(lang: Lang) -> FormPostPage {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    FormPostPage {
        frame: frame(lang),
        action: "https://app.example.com/callback?a=1&b=2".to_owned(),
        fields: vec![field("code", "abc"), field("state", NASTY)],
    }
}

/// The status does not change the markup; named here so that `respond` is drawn too.
pub(crate) fn answered(lang: Lang) -> axum::response::Response {
    crate::views::frame::respond(
        StatusCode::NOT_FOUND,
        lang,
        &MessagePage::plain(frame(lang), Mood::Lost, "not-found"),
    )
}
