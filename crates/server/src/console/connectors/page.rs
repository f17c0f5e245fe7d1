//! The page of the guided set-up, drawn from what was typed and what came of it.
use std::collections::BTreeMap;

use axum::response::Response;
use haoma_core::role::Right;
use haoma_core::usage_type::UsageType;
use haoma_store::connectors::Connector as Stored;
use serde_json::Value;

use super::items::Source;
use super::pending::{Known, Pending};
use super::report::Sent;
use super::templates::usage_name;
use super::trial::Outcome;
use crate::app::App;
use crate::connectors::kit::form::{FormItem, ItemKind};
use crate::connectors::kit::{Factory, Problem as KitProblem};
use crate::connectors::saving;
use crate::console::administrator::Signed;
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::views::console::connectors::guide::Guide;
use crate::views::console::connectors::wizard::{Entry, Found, TrialForm, WizardPage};
use crate::views::console::fields::{Choice, Choices, Field, Kind, Wrong};
use crate::views::console::parts::{Badge, Head, Link, Notice, Tabs, Tone};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::views::problem::Problem;

/// The field of a configuration from elsewhere.
pub(super) const PASTED: &str = "pasted";

/// What is being set up.
pub(super) struct Work<'a> {
    /// The server.
    pub(super) app: &'a App,
    /// Who does it.
    pub(super) signed: &'a Signed,
    /// The kind of connector.
    pub(super) factory: &'static Factory,
    /// The version it is an edit of, with its configuration.
    pub(super) stored: Option<(Stored, Value)>,
    /// What is in the fields, secrets included.
    pub(super) config: Value,
    /// What the account was seen to have.
    pub(super) known: Option<Known>,
    /// The test message that was sent from the page before.
    pub(super) sent: Option<Sent>,
}

/// What came of the last button.
#[derive(Default)]
pub(super) struct Said {
    /// What is wrong with the configuration.
    pub(super) problems: Vec<KitProblem>,
    /// What the account showed.
    pub(super) found: Option<Found>,
    /// What became of the test message.
    pub(super) outcome: Outcome,
    /// What else to know.
    pub(super) notice: Option<Notice>,
    /// Why something was not done.
    pub(super) refused: Option<ApiError>,
    /// What was wrong with the pasted text.
    pub(super) paste: Option<Problem>,
    /// The number and the use of the test, as typed.
    pub(super) trial: (String, Option<UsageType>),
}

impl Work<'_> {
    /// Where the form goes, and where the page is.
    pub(super) fn path(&self) -> String {
        match &self.stored {
            Some((stored, _)) => format!("/console/connectors/{}", stored.id),
            None => format!("/console/connectors/new/{}", self.factory.id),
        }
    }

    /// Draws the page.
    ///
    /// # Errors
    /// A fault of ours.
    pub(super) async fn draw(&self, said: Said) -> Result<Response, ApiError> {
        let (lang, path) = (self.signed.visit.lang, self.path());
        let can_write = self.signed.who.role.may(Right::Write);
        let set_at = self.set_at().await?;
        let source = Source {
            lang,
            factory: self.factory,
            config: &self.config,
            known: self.known.as_ref(),
            problems: &said.problems,
            set_at: &set_at,
            can_write,
        };
        let (account, main, more) = self.parts(&source);
        let is_more_open = more.iter().any(|entry| !entry.item.wrongs().is_empty());
        let mut wrongs: Vec<Wrong> = [&account, &main, &more]
            .into_iter()
            .flat_map(|part| part.iter().flat_map(|entry| entry.item.wrongs()))
            .collect();
        let trial = self.trial(&said);
        wrongs.extend(trial.phone.as_wrong());
        let mut notices = self.notices().await?;
        notices.extend(said.notice);
        let refused = said.refused.as_ref().map(|error| Problem::of(lang, error));
        notices.extend(refused.as_ref().map(refusal));
        let paste = Field::new(PASTED, lang.t("console-paste-field"))
            .typed(Kind::Json)
            .optional()
            .hint(lang.t("console-paste-hint"))
            .wrong(said.paste);
        wrongs.extend(paste.as_wrong());
        let first = refused.as_ref().or(wrongs.first().map(|wrong| &wrong.problem));
        let status = first.map(Problem::status).unwrap_or_default();
        let page = WizardPage {
            shell: shell(self.app, self.signed, Section::Connectors, &path),
            head: self.head(),
            tabs: self.stored.as_ref().map(|(stored, _)| tabs(self.signed, stored, true)),
            notices,
            wrongs,
            hidden: self.hidden(said.outcome.sent)?,
            has_choices: self.known.is_some(),
            can_write,
            guide: Guide::of(self.factory.steps.in_lang(lang), lang),
            delete: self.delete(),
            action: path,
            account,
            main,
            more,
            is_more_open,
            found: said.found,
            trial,
            paste,
        };
        Ok(self.signed.draw(self.app, status, &page))
    }

    /// The fields that name the account, the other ones that people fill in, and those that most leave alone.
    fn parts(&self, source: &Source<'_>) -> (Vec<Entry>, Vec<Entry>, Vec<Entry>) {
        let is_usual = |item: &&FormItem| {
            item.is_required
                || item.description.is_some()
                || matches!(item.kind, ItemKind::Templates(_))
        };
        let is_owner = self.signed.who.role.may(Right::Administer);
        let mine = self.factory.form.iter().filter(|item| is_owner || !item.is_for_owners);
        let (usual, more): (Vec<&FormItem>, Vec<&FormItem>) = mine.partition(is_usual);
        let last_secret =
            usual.iter().rposition(|item: &&FormItem| item.is_required && item.is_confidential);
        let own = match (self.factory.inspect, last_secret) {
            (Some(_), Some(last)) => last + 1,
            _ => 0,
        };
        let draw = |items: &[&FormItem]| items.iter().map(|item| source.entry(item)).collect();
        let (account, main) = usual.split_at_checked(own).unwrap_or((&[], &usual));
        (draw(account), draw(main), draw(&more))
    }

    /// Who may change nothing has a form that sends nothing: its page carries nothing either.
    fn hidden(&self, sent: Option<Sent>) -> Result<Vec<(&'static str, String)>, ApiError> {
        if !self.signed.who.role.may(Right::Write) {
            return Ok(vec![]);
        }
        let mut pending = Pending::new(self.config.clone(), self.known.clone(), self.signed.now);
        pending.sent = sent;
        let mut hidden = vec![("pending", pending.seal(self.app, self.signed, self.factory)?)];
        if let Some((stored, _)) = &self.stored {
            hidden.push(("base", stored.version.to_string()));
        }
        Ok(hidden)
    }

    /// Since when the secrets in the fields stand, of those that are stored.
    async fn set_at(&self) -> Result<BTreeMap<&'static str, String>, ApiError> {
        let Some((stored, config)) = &self.stored else { return Ok(BTreeMap::new()) };
        let all = since(self.app, self.signed, stored, config).await?;
        let is_kept = |key: &str| self.config.get(key) == config.get(key);
        Ok(all.into_iter().filter(|(key, _)| is_kept(key)).collect())
    }

    fn head(&self) -> Head {
        let lang = self.signed.visit.lang;
        let mut head = Head::new(self.factory.name.in_lang(lang));
        head.lead = Some(self.factory.description.in_lang(lang).to_owned());
        head.back = Some(Link::new(lang.t("console-connectors"), Section::Connectors.path()));
        if let Some((stored, _)) = &self.stored {
            let text = lang.t1("console-version-n", "version", stored.version);
            head.badges.push(Badge::new(Tone::Good, text));
        }
        head
    }

    fn trial(&self, said: &Said) -> TrialForm {
        let lang = self.signed.visit.lang;
        let (typed, usage) = &said.trial;
        let chosen = usage.unwrap_or(UsageType::Test).as_str();
        let choice =
            |usage: UsageType| Choice::new(usage.as_str(), usage_name(lang, usage), chosen);
        let can = |usage: &UsageType| !usage.is_notice() || self.factory.capabilities.notices;
        let usages = UsageType::ALL.into_iter().filter(can).map(choice).collect();
        let mut phone = Field::new("trial_phone", lang.t("console-trial-phone"))
            .holding(typed.clone())
            .such_as("138 0013 8000")
            .hint(lang.t("console-trial-phone-hint"))
            .code()
            .at_most(64)
            .wrong(said.outcome.problem.clone());
        phone.autocomplete = "tel";
        TrialForm {
            phone,
            usage: Choices::new("trial_usage", lang.t("console-trial-usage"), usages),
            report: said.outcome.report.clone(),
        }
    }
}

fn refusal(problem: &Problem) -> Notice {
    let wait = problem.wait.iter().map(|wait| wait.text.clone());
    let list = problem.more.iter().cloned().chain(wait).collect();
    Notice { list, ..Notice::new(Tone::Bad, problem.text.clone()) }
}

/// When each secret of a stored version was set, in words.
///
/// # Errors
/// A fault of ours.
pub(super) async fn since(
    app: &App,
    signed: &Signed,
    stored: &Stored,
    config: &Value,
) -> Result<BTreeMap<&'static str, String>, ApiError> {
    let all = saving::secrets_set_at(app, stored, config).await?;
    let words = |at| Moment::of(signed.visit.lang, at, signed.now).exact;
    Ok(all.into_iter().map(|(key, at)| (key, words(at))).collect())
}

/// The views of a stored connector.
pub(super) fn tabs(signed: &Signed, stored: &Stored, is_settings: bool) -> Tabs {
    let lang = signed.visit.lang;
    let here = format!("/console/connectors/{}", stored.id);
    let versions = format!("{here}/versions");
    Tabs {
        label: lang.t("console-connectors").into_owned(),
        all: vec![
            (Link::new(lang.t("console-settings-part"), here), is_settings),
            (Link::new(lang.t("console-versions"), versions), !is_settings),
        ],
    }
}
