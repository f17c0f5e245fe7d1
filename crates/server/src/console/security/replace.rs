//! One about the same stands: nothing is changed before somebody has seen what they would replace, and said that it may go.
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::sending_rules::{Effect, Kind, Rule};
use haoma_core::time::Timestamp;
use haoma_store::sending_rules::Stored;

use super::rules::{badges, kind, lines, title, until};
use super::{HERE, RULES, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::prove::Fields;
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::sending_rules::Wanted;
use crate::views::console::parts::{Again, Head, Notice, Tone};
use crate::views::console::security::{Line, ReplacePage};

/// The field that names the rule which may go.
pub(super) const FIELD: &str = "replaces";
/// Goes along: that of the new rule, or that of the rule there is where the new one does the same.
const REASON: &str = "reason";

/// What a rule would do in the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The same, until then or sooner: nothing is won.
    Nothing,
    /// The same, for longer.
    Longer,
    /// The same, and it ends sooner.
    Sooner,
    /// It blocks what was let through.
    Blocks,
    /// It lets through what was blocked.
    Allows,
}

impl Change {
    fn of(there: &Stored, wanted: &Wanted) -> Self {
        let end = |at: Option<Timestamp>| at.map_or(i64::MAX, |at| at.0);
        let (old, new) = (end(there.rule.expires_at), end(wanted.expires_at));
        match wanted.effect {
            effect if effect == there.rule.effect && new > old => Self::Longer,
            effect if effect == there.rule.effect && new < old => Self::Sooner,
            effect if effect == there.rule.effect => Self::Nothing,
            Effect::Block => Self::Blocks,
            Effect::Allow => Self::Allows,
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Nothing => "console-rule-there-nothing",
            Self::Longer => "console-rule-there-longer",
            Self::Sooner => "console-rule-there-sooner",
            Self::Blocks => "console-rule-there-blocks",
            Self::Allows => "console-rule-there-allows",
        }
    }
}

/// The page that shows both and asks.
///
/// # Errors
/// The database's.
pub(super) async fn ask(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    wanted: &Wanted,
    there: &Stored,
) -> Result<Response, ApiError> {
    let lang = signed.visit.lang;
    let change = Change::of(there, wanted);
    let new = Stored {
        rule: Rule {
            subject: there.rule.subject.clone(),
            effect: wanted.effect,
            expires_at: wanted.expires_at,
        },
        ..there.clone()
    };
    let is_same = !matches!(change, Change::Blocks | Change::Allows);
    let reason = wanted.reason.clone().or_else(|| there.reason.clone().filter(|_| is_same));
    let mut shell = shell(app, signed, HERE, RULES);
    // a link would lose what was asked for
    shell.languages.clear();
    let mut fields: Vec<_> = fields
        .iter()
        .filter(|(name, _)| ![FIELD, REASON].contains(&name.as_str()))
        .cloned()
        .collect();
    fields.extend(reason.clone().map(|reason| (REASON.to_owned(), reason)));
    let page = ReplacePage {
        shell,
        head: Head::new(lang.t("console-rule-there-title")),
        tabs: tabs(lang, RULES),
        told: Notice::new(Tone::Warn, lang.t(change.key())),
        there: lines(app, signed, std::slice::from_ref(there))
            .await?
            .into_iter()
            .map(|line| Line { deed: None, ..line })
            .collect(),
        instead: vec![Line {
            badges: badges(lang, &new),
            reason,
            text: format!("{} · {}", kind(lang, &new), until(lang, &new)),
            name: title(lang, &new),
            is_code: new.rule.subject.kind() == Kind::Network,
            deed: None,
        }],
        again: Again::new(RULES, fields),
        replaces: there.id.to_string(),
        is_gain: change == Change::Longer,
        back: RULES,
    };
    Ok(signed.draw(app, StatusCode::CONFLICT, &page))
}

#[cfg(test)]
mod tests {
    use haoma_core::entropy::Entropy;
    use haoma_core::ids::SendingRuleId;
    use haoma_core::phone::Region;
    use haoma_core::sending_rules::Subject;

    use super::*;
    use crate::sending_rules::About;

    #[test]
    fn what_would_be_lost_is_told() {
        use Effect::{Allow, Block};
        let soon = Some(Timestamp(1_000));
        let late = Some(Timestamp(2_000));
        for (old, new, wanted) in [
            ((Block, soon), (Block, soon), Change::Nothing),
            ((Block, None), (Block, None), Change::Nothing),
            ((Block, soon), (Block, late), Change::Longer),
            ((Allow, soon), (Allow, None), Change::Longer),
            ((Block, late), (Block, soon), Change::Sooner),
            ((Block, None), (Block, late), Change::Sooner),
            ((Allow, None), (Block, soon), Change::Blocks),
            ((Block, soon), (Allow, None), Change::Allows),
        ] {
            let there = Stored {
                id: SendingRuleId::generate(Timestamp(0), &Entropy::seeded(1)),
                rule: Rule {
                    subject: Subject::Country(Region::CHINA),
                    effect: old.0,
                    expires_at: old.1,
                },
                label: "CN".to_owned(),
                reason: None,
                made_by: "somebody".to_owned(),
                created_at: Timestamp(0),
            };
            let about = About::Country(Region::CHINA);
            let asked = Wanted { about, effect: new.0, reason: None, expires_at: new.1 };
            assert_eq!(Change::of(&there, &asked), wanted, "{old:?} {new:?}");
        }
    }
}
