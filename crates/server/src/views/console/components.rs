//! Every component in every state, for whoever changes one. Only the demo shows it.
use askama::Template;

use crate::error::api::{ApiError, codes};
use crate::views::console::fields::{Choice, Choices, Field, Kind, Tick, Wrong};
use crate::views::console::lists::{Cell, Empty, Filter, Pager, Table};
use crate::views::console::parts::{
    Badge, Code, Confirm, Fact, Head, Link, Notice, Step, StepState, Tabs, Tone,
};
use crate::views::console::shell::{Section, Shell};
use crate::views::frame::Framed;
use crate::views::moment::Moment;
use crate::views::problem::Problem;
use haoma_core::time::Timestamp;

const PATH: &str = "/console/_components";
/// A word too long for any column.
const LONG: &str =
    "https://very-long-name-of-a-host.example.com/oidc/callback?state=0123456789abcdef";

/// `/console/_components`. Its words are those of other pages: it has none to translate.
#[derive(Debug, Clone, Template)]
#[template(path = "console/components.html")]
pub struct ComponentsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// A moment to show.
    pub now: Timestamp,
}

impl Framed for ComponentsPage {
    fn has_error(&self) -> bool {
        true
    }
}

impl ComponentsPage {
    fn t(&self, key: &str) -> String {
        self.shell.lang.t(key).into_owned()
    }

    fn link(&self, key: &str) -> Link {
        Link::new(self.t(key), PATH)
    }

    fn problem(&self) -> Problem {
        Problem::of(self.shell.lang, &ApiError::new(codes::ADMINISTRATOR_NAME))
    }

    fn ago(&self, minutes: i64) -> Cell {
        let at = self.now.plus_secs(-60 * minutes);
        Cell::Moment(Moment::of(self.shell.lang, at, self.now))
    }

    /// A heading with everything.
    pub fn head(&self) -> Head {
        Head {
            title: "_components".to_owned(),
            lead: Some(self.t("console-administrators-lead")),
            back: Some(self.link("console-overview")),
            badges: vec![Badge::new(Tone::Good, self.t("console-second-on"))],
            primary: Some(self.link("console-add")),
            others: vec![self.link("console-change")],
        }
    }

    /// Every badge.
    pub fn badges(&self) -> Vec<Badge> {
        let keys =
            ["console-second-off", "console-second-on", "console-change", "console-sign-out"];
        tones().zip(keys).map(|(tone, key)| Badge::new(tone, self.t(key))).collect()
    }

    /// Every notice.
    pub fn notices(&self) -> Vec<Notice> {
        let text = self.t("console-last-owner");
        let one = |tone| Notice::new(tone, text.clone());
        let list = vec![self.t("console-role-viewer-hint"), LONG.to_owned()];
        let link = Some(self.link("console-administrators"));
        let full = Notice { list, link, ..one(Tone::Warn) };
        tones().map(one).chain([full]).collect()
    }

    /// Every way to type.
    pub fn fields(&self) -> Vec<Field> {
        let (name, hint) = (self.t("console-field-name"), self.t("console-password-hint"));
        let all = [
            Field::new("a", &name).holding(LONG).hint(&hint),
            Field::new("b", &name).optional().such_as("SMS_100000001").code().at_most(20),
            Field::new("c", self.t("console-field-password")).typed(Kind::Password),
            Field::new("d", self.t("console-field-code")).typed(Kind::Number).holding("600"),
            Field::new("e", &name).typed(Kind::Multiline).holding(LONG),
            Field::new("f", &name).typed(Kind::Json).holding("{\n  \"a\": 1\n}"),
        ];
        let wrong = all.clone().into_iter().map(|field| {
            let id = format!("{}-wrong", field.id);
            field.id(id).wrong(Some(self.problem()))
        });
        all.clone().into_iter().chain(wrong).collect()
    }

    /// List boxes, right and wrong.
    pub fn selects(&self) -> Vec<Choices> {
        let one = Choices::new("select", self.t("console-field-role"), self.roles());
        vec![one.clone(), one.id("select-wrong").wrong(Some(self.problem()))]
    }

    /// Radio buttons, right and wrong.
    pub fn radios(&self) -> Vec<Choices> {
        let one = Choices::new("radio", self.t("console-field-role"), self.roles());
        let wrong = Choices { name: "radio-2".to_owned(), ..one.clone() };
        vec![one, wrong.id("radio-wrong").wrong(Some(self.problem()))]
    }

    fn roles(&self) -> Vec<Choice> {
        let role = |role: &str| {
            let hint = self.t(&format!("console-role-{role}-hint"));
            Choice::new(role, self.t(&format!("console-role-{role}")), "editor").hint(hint)
        };
        ["viewer", "editor", "owner"].map(role).to_vec()
    }

    /// Boxes and switches: off, on, wrong.
    pub fn ticks(&self, name: &str) -> Vec<Tick> {
        let label = self.t("console-second");
        let one = |id: &str, is_on| Tick::new(format!("{name}-{id}"), &label, is_on);
        let on = one("on", true).hint(self.t("console-second-about"));
        vec![one("off", false), on, one("wrong", false).wrong(Some(self.problem()))]
    }

    /// What the list at the top of a form says.
    pub fn wrongs(&self) -> Vec<Wrong> {
        self.fields().iter().filter_map(Field::as_wrong).take(3).collect()
    }

    /// A table with every cell.
    pub fn table(&self) -> Table {
        let keys = ["console-field-name", "console-field-role", "console-session-seen"];
        let mut columns: Vec<_> = keys.iter().map(|key| self.t(key)).collect();
        columns.extend([self.t("console-second"), "ID".to_owned(), self.t("console-users")]);
        let link = Link::new("李雷", PATH);
        let code = |text: &str| Cell::Code(text.to_owned());
        let number = |text: &str| Cell::Number(text.to_owned());
        let role = Cell::Text(self.t("console-role-owner"));
        let first = Cell::LinkAnd(link, "+86 138 0013 8000".to_owned());
        let second = Cell::Two("王芳".to_owned(), self.t("console-no-password"));
        let badges = Cell::Badges(self.badges());
        let soft = Cell::Soft(self.t("console-role-viewer"));
        let rows = vec![
            vec![first, role, self.ago(3), badges, code("x3k9w2m4p7qa"), number("1,024")],
            vec![second, soft, self.ago(60 * 30), Cell::Nothing, code(LONG), number("7")],
        ];
        Table { caption: self.t("console-administrators"), columns, rows }
    }

    /// A filter with everything.
    pub fn filter(&self) -> Filter {
        let search = Field::new("q", self.t("console-field-name")).typed(Kind::Search).optional();
        let role = Choices::new("role", self.t("console-field-role"), self.roles());
        let from = Field::new("from", self.t("console-session-began")).typed(Kind::Date);
        Filter {
            path: PATH.to_owned(),
            search: Some(Field { is_required: true, ..search }),
            choices: vec![role],
            fields: vec![from],
            is_used: true,
        }
    }

    /// A page in the middle.
    pub fn pager(&self) -> Pager {
        Pager { newer: Some(PATH.to_owned()), older: Some(PATH.to_owned()) }
    }

    /// A list of nothing.
    pub fn empty(&self) -> Empty {
        Empty {
            title: self.t("console-no-password"),
            lead: self.t("console-administrators-lead"),
            action: Some(self.link("console-add")),
        }
    }

    /// As many tabs as there will ever be.
    pub fn tabs(&self) -> Tabs {
        let tab = |section: &Section| (self.link(section.key()), *section == Section::Users);
        let all = Section::ALL.iter().take(6).map(tab).collect();
        Tabs { label: self.t("console-nav"), all }
    }

    /// A step of each state.
    pub fn steps(&self) -> Vec<Step> {
        let step = |key: &str, state, href| Step { text: self.t(key), state, href };
        vec![
            step("console-password", StepState::Done, Some(PATH.to_owned())),
            step("console-second-set-up", StepState::Current, None),
            step("console-second-confirm", StepState::Todo, None),
        ]
    }

    /// Facts with every cell.
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![Fact::code("ID", "x3k9w2m4p7qa"), Fact::code("URL", LONG)];
        let table = self.table();
        for (column, cell) in table.rows.iter().flat_map(|row| table.headed(row)) {
            facts.push(Fact::new(column, cell.clone()));
        }
        facts
    }

    /// A code of one line and one of several.
    pub fn codes(&self) -> Vec<Code> {
        let code = |text: &str, has_lines| Code {
            label: self.t("console-field-code"),
            text: text.to_owned(),
            has_lines,
        };
        let lines =
            format!("curl --request POST \\\n  --header 'authorization: Bearer …' \\\n  {LONG}");
        vec![code(LONG, false), code(&lines, true)]
    }

    /// A dangerous action with everything.
    pub fn confirm(&self) -> Confirm {
        Confirm {
            ask: self.t("console-second-remove"),
            of: Some(LONG.to_owned()),
            text: self.t("console-second-remove-what"),
            list: vec![self.t("console-sessions-lead"), self.t("console-link-make-hint")],
            action: PATH.to_owned(),
            fields: vec![],
            typed: Some(Field::new("typed", self.t("console-field-name"))),
            choice: Some(Choices::new("chosen", self.t("console-field-role"), self.roles())),
            is_calm: false,
            go: self.t("console-second-remove"),
        }
    }
}

fn tones() -> impl Iterator<Item = Tone> {
    [Tone::Plain, Tone::Good, Tone::Warn, Tone::Bad].into_iter()
}
