//! The guides: a text file each, whose parts begin with `--- key of the sentence [file]`. A part that is `@path` shows a
//! program of `examples/`, which the tests of `e2e/` run as it stands.
use haoma_oidc::client::ApplicationKind;

use crate::web::i18n::Lang;

/// How to build with one stack.
pub(super) struct Guide {
    /// Names it in the address.
    pub(super) name: &'static str,
    /// What it is called, where that is a name of its own; otherwise a key says.
    own_title: &'static str,
    /// The path this stack is called back at, where it is not free.
    pub(super) callback: Option<&'static str>,
    /// Whether people come back to it at all.
    pub(super) needs_redirect: bool,
    text: &'static str,
}

/// A part of a guide.
pub(super) struct Step {
    /// The key of what to do.
    pub(super) key: &'static str,
    /// The file the code goes into.
    pub(super) file: &'static str,
    /// The code.
    pub(super) code: Option<&'static str>,
}

macro_rules! examples {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../../../../examples/", $path)))),*]
    };
}

/// The programs that guides show, by their path.
const EXAMPLES: [(&str, &str); 13] = examples![
    "authlib/app.py",
    "express/app.mjs",
    "machine/users.mjs",
    "native/haoma.mjs",
    "native/main.mjs",
    "next/app/callback/route.js",
    "next/app/logto.js",
    "next/app/me/route.js",
    "next/app/page.js",
    "rust/src/main.rs",
    "spa/index.html",
    "spa/src/auth.js",
    "spa/src/main.js",
];

macro_rules! guide {
    ($name:literal, $title:literal, $callback:expr, $redirect:literal) => {
        Guide {
            name: $name,
            own_title: $title,
            callback: $callback,
            needs_redirect: $redirect,
            text: include_str!(concat!("guides/", $name, ".txt")),
        }
    };
}

const SPA: &[Guide] = &[
    guide!("react", "React", None, true),
    guide!("vue", "Vue", None, true),
    guide!("browser", "JavaScript", None, true),
    guide!("oidc-client-ts", "oidc-client-ts", None, true),
    guide!("any", "", None, true),
];
const WEB: &[Guide] = &[
    guide!("next", "Next.js", Some("/callback"), true),
    guide!("express", "Express", Some("/logto/sign-in-callback"), true),
    guide!("openid-client", "Node.js", None, true),
    guide!("authlib", "Python", Some("/callback"), true),
    guide!("rust", "Rust", Some("/callback"), true),
    guide!("spring", "Spring Boot", Some("/login/oauth2/code/haoma"), true),
    guide!("any", "", None, true),
];
const NATIVE: &[Guide] = &[
    guide!("swift", "iOS (Swift)", None, true),
    guide!("kotlin", "Android (Kotlin)", None, true),
    guide!("flutter", "Flutter", None, true),
    guide!("react-native", "React Native", None, true),
    guide!("headless", "Experience API", None, true),
    guide!("any", "", None, true),
];
const SERVICE: &[Guide] =
    &[guide!("curl", "curl", None, false), guide!("service-node", "Node.js", None, false)];

/// The guides for a kind of application, the most common stack first.
pub(super) const fn of(kind: ApplicationKind) -> &'static [Guide] {
    match kind {
        ApplicationKind::Spa => SPA,
        ApplicationKind::Traditional => WEB,
        ApplicationKind::Native => NATIVE,
        ApplicationKind::MachineToMachine => SERVICE,
    }
}

impl Guide {
    /// What it is called.
    pub(super) fn title(&self, lang: Lang) -> String {
        match self.own_title {
            "" => lang.t("console-guide-any").into_owned(),
            name => name.to_owned(),
        }
    }

    /// What to do, one after the other.
    pub(super) fn steps(&self) -> impl Iterator<Item = Step> {
        self.text.split("--- ").filter(|part| !part.trim().is_empty()).map(|part| {
            let (first, code) = part.split_once('\n').unwrap_or((part, ""));
            let (key, file) = first.trim().split_once(' ').unwrap_or((first.trim(), ""));
            let code = Some(shown(code.trim_end())).filter(|code| !code.is_empty());
            Step { key, file, code }
        })
    }
}

/// The program that a part names, or the part itself.
fn shown(code: &'static str) -> &'static str {
    let named = |path: &str| EXAMPLES.iter().find(|(name, _)| *name == path);
    code.strip_prefix('@').and_then(named).map_or(code, |(_, program)| program.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [ApplicationKind; 4] = [
        ApplicationKind::Spa,
        ApplicationKind::Traditional,
        ApplicationKind::Native,
        ApplicationKind::MachineToMachine,
    ];

    #[test]
    fn every_program_that_a_guide_names_is_there_and_every_program_is_shown() {
        let guides: Vec<_> = KINDS.into_iter().flat_map(of).collect();
        for guide in &guides {
            let left =
                guide.steps().filter_map(|step| step.code).find(|code| code.starts_with('@'));
            assert!(!left.is_some_and(|code| code.contains('/')), "{}: {left:?}", guide.name);
        }
        for (path, program) in EXAMPLES {
            let shows = |guide: &&&Guide| guide.text.contains(&format!("@{path}\n"));
            assert!(guides.iter().any(|guide| shows(&guide)), "{path}");
            assert!(!program.contains("--- "), "{path} would end its part");
        }
    }

    #[test]
    fn every_step_of_every_guide_has_a_sentence_in_both_languages_and_known_values() {
        const KNOWN: [&str; 8] = [
            "client_id",
            "endpoint",
            "issuer",
            "resource",
            "base_url",
            "callback_path",
            "redirect_uri",
            "scheme",
        ];
        for guide in KINDS.into_iter().flat_map(of) {
            let steps: Vec<_> = guide.steps().collect();
            assert!(steps.len() > 1, "{}", guide.name);
            for step in steps {
                assert!(
                    Lang::ALL.into_iter().all(|lang| lang.has(step.key)),
                    "{}: {}",
                    guide.name,
                    step.key
                );
            }
            // JSX writes two braces of its own; a value has no space or colon in it
            let values = guide.text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
            for value in
                values.filter(|value| value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            {
                assert!(KNOWN.contains(&value), "{}: {value}", guide.name);
            }
        }
    }
}
