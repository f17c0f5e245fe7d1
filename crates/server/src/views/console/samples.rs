//! One of every page of the console.
use haoma_core::role::Role;
use haoma_core::time::Timestamp;

use super::account::{AccountPage, SessionLine};
use super::administrators::{AdministratorLine, AdministratorsPage, NewLink};
use super::parts::{Again, Badge, Confirm, Tone};
use super::prove::ProvePage;
use super::resume::ResumePage;
use super::second::{SecondPage, SetUpPage};
use super::shell::{Notice, Section, Shell};
use super::sign_in::{SignInPage, WelcomePage};
use crate::error::api::{ApiError, Code, codes};
use crate::views::frame::LanguageLink;
use crate::views::moment::Moment;
use crate::views::problem::Problem;
use crate::views::samples::{NASTY, Sample, draw, frame};
use crate::web::i18n::Lang;

pub(crate) fn all(lang: Lang) -> Vec<Sample> {
    let wrong = |code: Code| Some(Problem::of(lang, &ApiError::new(code)));
    let sign_in = SignInPage {
        frame: frame(lang),
        name: String::new(),
        next: String::new(),
        form: String::new(),
        again: None,
        problem: None,
    };
    let over = SignInPage { form: NASTY.to_owned(), again: Some(again()), ..sign_in.clone() };
    let refused = SignInPage {
        name: NASTY.to_owned(),
        problem: wrong(codes::WRONG_CREDENTIALS),
        ..sign_in.clone()
    };
    let welcome = WelcomePage {
        frame: frame(lang),
        name: "李雷".to_owned(),
        action: "/console/welcome/x".to_owned(),
        problem: None,
    };
    let weak = WelcomePage { problem: wrong(codes::PASSWORD_COMMON), ..welcome.clone() };
    let account = account(lang);
    let both_wrong = AccountPage {
        current: wrong(codes::WRONG_PASSWORD),
        new: wrong(codes::PASSWORD_SHORT),
        ..account.clone()
    };
    let people = administrators(lang);
    let taken = AdministratorsPage {
        typed: NASTY.to_owned(),
        problem: wrong(codes::ADMINISTRATOR_NAME_IN_USE),
        link: None,
        ..people.clone()
    };
    let mut pages = super::sign_in_experience::samples::all(lang);
    pages.extend(super::record_samples::all(lang));
    pages.extend(super::security_samples::all(lang));
    pages.extend(asking(lang));
    pages.extend([
        ("console-sign-in", draw(&sign_in)),
        ("console-sign-in-over", draw(&over)),
        ("console-sign-in-wrong", draw(&refused)),
        ("console-welcome", draw(&welcome)),
        ("console-welcome-weak", draw(&weak)),
        ("console-account", draw(&account)),
        ("console-account-wrong", draw(&both_wrong)),
        ("console-administrators", draw(&people)),
        ("console-administrators-taken", draw(&taken)),
    ]);
    pages
}

/// The pages that ask who somebody is, once more.
fn asking(lang: Lang) -> Vec<Sample> {
    let wrong = |code: Code| Some(Problem::of(lang, &ApiError::new(code)));
    let prove = ProvePage {
        shell: shell(lang, Section::Administrators),
        text: lang.t1("console-prove-remove", "name", NASTY).into_owned(),
        again: again(),
        back: Section::Administrators.path(),
        problem: None,
    };
    let not_proved = ProvePage { problem: wrong(codes::WRONG_PASSWORD), ..prove.clone() };
    let second = SecondPage {
        frame: frame(lang),
        next: String::new(),
        form: NASTY.to_owned(),
        again: Some(again()),
        problem: None,
    };
    let resume = ResumePage {
        shell: shell(lang, Section::Connectors),
        lead: lang.t1("console-resume-lead", "section", NASTY).into_owned(),
        kept: lang.t("console-resume-partly"),
        action: "/console/connectors/new/x".to_owned(),
        fields: vec![("name".to_owned(), NASTY.to_owned())],
        back: Section::Connectors.path(),
        again: again(),
    };
    let wrong_code = SecondPage { problem: wrong(codes::WRONG_CODE), ..second.clone() };
    let set_up = SetUpPage {
        shell: shell(lang, Section::Account),
        picture: "<svg></svg>".to_owned(),
        secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned(),
        sealed: "x".to_owned(),
        problem: wrong(codes::WRONG_CODE),
    };
    vec![
        ("console-second", draw(&second)),
        ("console-second-wrong", draw(&wrong_code)),
        ("console-second-set-up", draw(&set_up)),
        ("console-resume", draw(&resume)),
        ("console-prove", draw(&prove)),
        ("console-prove-wrong", draw(&not_proved)),
    ]
}

fn again() -> Again {
    Again::new("/console/administrators", [("name", NASTY)])
}

pub(crate) fn shell(lang: Lang, here: Section) -> Shell {
    let link = |l: Lang| LanguageLink { lang: l, href: format!("/console?ui_locales={}", l.tag()) };
    Shell {
        lang,
        languages: Lang::ALL.map(link).to_vec(),
        inbox: Some("http://127.0.0.1:3003/".to_owned()),
        name: "李雷".to_owned(),
        role: Role::Owner,
        here,
        sections: Section::ALL.to_vec(),
        tests: 0,
        notice: None,
    }
}

fn ago(lang: Lang, minutes: i64) -> Moment {
    Moment::of(lang, Timestamp(0), Timestamp(minutes * 60_000))
}

fn account(lang: Lang) -> AccountPage {
    let confirm = || Confirm {
        ask: lang.t("console-end-session").into_owned(),
        of: Some("192.0.2.7".to_owned()),
        text: lang.t1("console-end-session-what", "address", "192.0.2.7").into_owned(),
        go: lang.t("console-end-session-go").into_owned(),
        ..Confirm::default()
    };
    let session = |is_this: bool, program: &str| SessionLine {
        id: "s".to_owned(),
        end: (!is_this).then(confirm),
        program: Some(program.to_owned()),
        ip: Some("192.0.2.7".to_owned()),
        began: ago(lang, 90),
        seen: ago(lang, 0),
    };
    let mut shell = shell(lang, Section::Account);
    shell.notice = Some(Notice::good(lang, "console-session-ended"));
    let sessions = vec![session(true, "Mozilla/5.0 (X11; Linux x86_64)"), session(false, NASTY)];
    AccountPage { shell, sessions, second_off: Some(confirm()), current: None, new: None }
}

fn administrators(lang: Lang) -> AdministratorsPage {
    let one = |name: &str, role, is_me: bool| AdministratorLine {
        id: name.to_owned(),
        name: name.to_owned(),
        role,
        marks: vec![Badge::new(Tone::Good, lang.t("console-second-has"))],
        since: ago(lang, 60 * 24 * 3),
        last: is_me.then(|| ago(lang, 5)),
        change: Confirm { ask: NASTY.to_owned(), is_calm: true, ..Confirm::default() },
        remove: (!is_me).then(Confirm::default),
    };
    AdministratorsPage {
        shell: shell(lang, Section::Administrators),
        all: vec![one("李雷", Role::Owner, true), one("王芳", Role::Viewer, false)],
        typed: String::new(),
        problem: None,
        link: Some(NewLink {
            name: "王芳".to_owned(),
            href: "https://id.example.com/console/welcome/x".to_owned(),
            minutes: 15,
        }),
    }
}
