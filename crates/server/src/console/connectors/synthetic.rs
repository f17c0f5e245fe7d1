//! A kind of connector with every kind of field, and what the console makes of it: no provider needs code of its own here.
use std::collections::BTreeMap;

use askama::Template as _;
use serde_json::{Value, json};

use super::form;
use super::items::Source;
use crate::connectors::kit::form::{Constant, FormItem, ItemKind, SelectItem, ShowCondition};
use crate::connectors::kit::{Built, Capabilities, Factory, Place, Problem, ProblemKind, Text};
use crate::console::prove::Fields;
use crate::views::console::connectors::guide::Guide;
use crate::views::console::connectors::wizard::{TrialForm, WizardPage};
use crate::views::console::fields::{Choices, Field};
use crate::views::console::parts::Head;
use crate::views::console::samples::shell;
use crate::views::console::shell::Section;
use crate::web::i18n::Lang;

const fn text(text: &'static str) -> Text {
    Text::new(text, text)
}

const fn when(target: &'static str, expect: Constant) -> ShowCondition {
    ShowCondition { target, expect }
}

const MODES: &[SelectItem] = &[
    SelectItem { value: "plain", title: text("Plain mode") },
    SelectItem { value: "clever", title: text("Clever mode") },
];
const DAYS: &[SelectItem] = &[
    SelectItem { value: "mon", title: text("Monday") },
    SelectItem { value: "sun", title: text("Sunday") },
];

const FACTORY: Factory = Factory {
    id: "anything",
    target: "anything",
    name: text("Anything"),
    description: text("Everything a form can have."),
    logo: "<svg/>",
    form: &[
        FormItem::new("line", text("Line"), ItemKind::Text).required(),
        FormItem::new("count", text("Count"), ItemKind::Number),
        FormItem::new("story", text("Story"), ItemKind::MultilineText),
        FormItem::new("secret", text("Secret"), ItemKind::Text).confidential(&["line"]),
        FormItem::new("mode", text("Mode"), ItemKind::Select(MODES))
            .default(Constant::Text("plain")),
        FormItem::new("days", text("Days"), ItemKind::MultiSelect(DAYS)),
        FormItem::new("more", text("More"), ItemKind::Switch)
            .show_when(&[when("mode", Constant::Text("clever"))]),
        FormItem::new("tree", text("Tree"), ItemKind::Json)
            .show_when(&[when("more", Constant::Switch(true))]),
        FormItem::new("templates", text("Templates"), ItemKind::Templates(&[Place::Mainland])),
    ],
    steps: text("## First"),
    capabilities: Capabilities {
        places: &[Place::Mainland],
        receipts: false,
        test_facilities: false,
        notices: false,
    },
    build,
    inspect: None,
};

fn build(_config: &Value) -> Built {
    Err(vec![])
}

fn draw(lang: Lang, config: &Value, problems: &[Problem]) -> String {
    let set_at = BTreeMap::from([("secret", "yesterday".to_owned())]);
    let source = Source {
        lang,
        factory: &FACTORY,
        config,
        known: None,
        problems,
        set_at: &set_at,
        can_write: true,
    };
    let page = WizardPage {
        shell: shell(lang, Section::Connectors),
        head: Head::new("Anything"),
        tabs: None,
        notices: vec![],
        wrongs: vec![],
        action: "/".to_owned(),
        hidden: vec![],
        account: vec![],
        main: FACTORY.form.iter().map(|item| source.entry(item)).collect(),
        more: vec![],
        is_more_open: false,
        found: None,
        has_choices: false,
        trial: TrialForm {
            phone: Field::new("trial_phone", "?"),
            usage: Choices::new("trial_usage", "?", vec![]),
            report: None,
        },
        can_write: true,
        paste: Field::new("pasted", "?"),
        guide: Guide::of("", lang),
        delete: None,
    };
    page.render().unwrap()
}

fn posted(fields: &[(&str, &str)]) -> Value {
    let fields: Fields =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    form::read(&FACTORY, &fields, None, |_code| None)
}

#[test]
fn every_kind_of_field_is_drawn_from_its_declaration() {
    let config = json!({ "line": "l", "count": 7, "story": "s", "secret": "0123456789abcdef", "days": ["sun"] });
    for lang in Lang::ALL {
        let html = draw(lang, &config, &[]);
        for part in [
            "id=\"line\"",
            "inputmode=\"numeric\"",
            "<textarea class=\"input code-input\" id=\"story\"",
            "…cdef",
            "yesterday",
            "<option value=\"plain\" selected>",
            "<fieldset class=\"field choices\" id=\"days\"",
            "<input type=\"checkbox\" id=\"days-mon\" name=\"days\" value=\"mon\">",
            "<input type=\"checkbox\" id=\"days-sun\" name=\"days\" value=\"sun\" checked>",
            "role=\"switch\" id=\"more\"",
            "id=\"tree\"",
            "name=\"templates.SignIn.mainland\"",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("0123456789abcdef") && !html.contains("mainland.variable"));
    }
    let wrong = [Problem::new("days[0]", ProblemKind::NotText)];
    assert!(draw(Lang::En, &config, &wrong).contains("aria-describedby=\"days-error\""));
}

#[test]
fn a_field_that_depends_on_another_says_so_and_holds_nothing_while_it_is_hidden() {
    let plain = draw(Lang::En, &json!({}), &[]);
    assert_eq!(plain.matches("data-off").count(), 2, "{plain}");
    assert!(plain.contains("Only when “Mode” is “Clever mode”."));
    assert!(plain.contains("Only when “More” is on."));
    assert!(plain.contains("data-when=\"[[&#34;mode&#34;,&#34;clever&#34;]]\""), "{plain}");
    let clever = draw(Lang::En, &json!({ "mode": "clever" }), &[]);
    assert_eq!(clever.matches("data-off").count(), 1);

    let all = [
        ("mode", "clever"),
        ("more", "on"),
        ("tree", "{\"a\":1}"),
        ("days", "mon"),
        ("days", "sun"),
    ];
    let shown = posted(&all);
    assert_eq!((&shown["tree"], &shown["days"]), (&json!({ "a": 1 }), &json!(["mon", "sun"])));
    let mut hidden = all;
    hidden[0] = ("mode", "plain");
    let hidden = posted(&hidden);
    assert_eq!((hidden.get("more"), hidden.get("tree")), (None, None), "and what hangs on it");
    assert_eq!(hidden["mode"], "plain");
}
