//! The controls of the form, part by part.
use super::{SignInExperiencePage, field_of, id, label_key};
use crate::experience::settings::{AgreeToTermsPolicy, SignInMode};
use crate::experience::typed::{self, line};
use crate::views::console::fields::{Choice, Choices, Field, Kind, Tick};
use crate::views::phone::Country;
use crate::views::problem::Problem;
use crate::views::theme::{Moved, Rule, Theme};
use crate::web::i18n::{Lang, Piece};

/// No address of a page or picture is longer; a picture may be its own address.
const MOST_ADDRESS_CHARS: usize = 2048;
/// As the rule of the name says.
const MOST_NAME_CHARS: usize = 40;

/// An accent, and what the script needs to say while one is chosen what the server says afterwards.
#[derive(Debug)]
pub struct Accent {
    /// Where it is typed.
    pub field: Field,
    /// What it has to be read on.
    pub rule: Rule,
}

impl SignInExperiencePage {
    /// The first rule that a field breaks.
    pub fn problem(&self, name: &str) -> Option<Problem> {
        let broken = self.broken.iter().find(|broken| field_of(broken.key_path) == name)?;
        let word = broken.rule.as_str();
        Some(Problem::of_page(self.lang(), word, &format!("rule-{word}")))
    }

    /// Sign-in by phone, and what new accounts need where that is too much.
    pub fn switches(&self) -> Vec<Tick> {
        let phone = self.switch(typed::PHONE, self.typed.is_phone_on);
        let number_only = self.switch(typed::NUMBER_ONLY, self.typed.asks_number_only);
        if self.needs_more { vec![phone, number_only] } else { vec![phone] }
    }

    /// Who is let in.
    pub fn modes(&self) -> Vec<Choices> {
        let all = SignInMode::ALL.map(SignInMode::as_str);
        vec![self.radios(typed::MODE, &all, self.typed.mode.as_str())]
    }

    /// Where people go who did not come from an application.
    pub fn elsewhere(&self) -> Vec<Field> {
        vec![self.address(line::ELSEWHERE)]
    }

    /// What was wrong with the countries.
    pub fn countries_problem(&self) -> Option<Problem> {
        self.problem(typed::ALLOWED)
    }

    /// Whether numbers of a country may be used.
    pub fn is_allowed(&self, country: &Country) -> bool {
        self.typed.allowed.iter().any(|one| one.as_str() == country.region)
    }

    /// Whether a country is at the top of the list.
    pub fn is_first(&self, country: &Country) -> bool {
        self.countries.first() == Some(country)
    }

    /// The country shown first: one of those that are allowed; the script offers what is ticked meanwhile.
    pub fn default_country(&self) -> Vec<Choices> {
        let chosen = self.typed.line(line::DEFAULT_COUNTRY);
        let option =
            |c: &Country| Choice::new(&c.region, format!("{} +{}", c.name, c.code), chosen);
        let offered = self.countries.iter().filter(|c| self.is_allowed(c) || c.region == chosen);
        vec![self.menu(line::DEFAULT_COUNTRY, offered.map(option).collect())]
    }

    /// Name and pictures.
    pub fn brand(&self) -> Vec<Field> {
        let name = self.line(line::NAME).optional().at_most(MOST_NAME_CHARS).such_as("Haoma");
        let mut all = vec![name];
        all.extend([line::LOGO, line::DARK_LOGO, line::ICON].map(|name| self.address(name)));
        all
    }

    /// The accents; one that cannot be read says what becomes of it.
    pub fn colours(&self) -> Vec<Accent> {
        let (light, dark) =
            Theme::new(self.typed.line(line::ACCENT), self.typed.line(line::DARK_ACCENT)).moved();
        let field = |name, moved: Option<Moved>| {
            let field = self.line(name).code().at_most(7);
            match moved {
                Some(moved) => field.hint(self.moved(&moved)),
                None => field,
            }
        };
        let (day, night) = Theme::rules();
        vec![
            Accent { field: field(line::ACCENT, light), rule: day },
            Accent { field: field(line::DARK_ACCENT, dark), rule: night },
        ]
    }

    /// The sentence about an accent that is moved, for the script to fill in.
    pub fn if_moved(&self) -> String {
        let place = |name: &str| format!("{{{name}}}");
        let (chosen, used, ratio) = (place("chosen"), place("used"), place("ratio"));
        self.moved(&Moved { chosen, used, ratio })
    }

    /// The sentence about an accent that stays as it is, for the script to fill in.
    pub fn if_readable(&self) -> String {
        self.lang().t1("console-experience-readable", "ratio", "{ratio}").into_owned()
    }

    fn moved(&self, moved: &Moved) -> String {
        let text = |text: &str| Piece::Text(text.to_owned());
        let marked = [
            ("chosen", text(&moved.chosen)),
            ("ratio", text(&moved.ratio)),
            ("used", text(&moved.used)),
        ];
        let pieces = self.lang().pieces("console-experience-moved", &marked);
        pieces.iter().map(Piece::text).collect()
    }

    /// Whether pages follow the device into the dark.
    pub fn dark(&self) -> Vec<Tick> {
        vec![self.switch(typed::FOLLOWS_DEVICE, self.typed.follows_device)]
    }

    /// The languages of the pages.
    pub fn languages(&self) -> Vec<Choices> {
        let chosen = Lang::from_tag(self.typed.line(line::LANGUAGE));
        let chosen = chosen.map_or("", Lang::tag);
        let options = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.own_name(), chosen));
        vec![self.menu(line::LANGUAGE, options.to_vec())]
    }

    /// Whether the person's own language is looked for.
    pub fn detection(&self) -> Vec<Tick> {
        vec![self.switch(typed::DETECTS_LANGUAGE, self.typed.detects_language)]
    }

    /// The documents.
    pub fn documents(&self) -> Vec<Field> {
        vec![self.address(line::TERMS), self.address(line::PRIVACY)]
    }

    /// How they are agreed to.
    pub fn agreement(&self) -> Vec<Choices> {
        let all = AgreeToTermsPolicy::ALL.map(AgreeToTermsPolicy::as_str);
        vec![self.radios(typed::AGREE, &all, self.typed.agree.as_str())]
    }

    /// How codes live.
    pub fn policy(&self) -> Vec<Field> {
        let [cooldown, ..] = self.otherwise.limits.cooldown_secs;
        let codes = self.otherwise.codes;
        let all = [
            (line::LIFE, codes.expiration_duration),
            (line::GUESSES, codes.max_retry_attempts),
            (line::COOLDOWN, cooldown),
        ];
        let field = |(name, otherwise): (&'static str, i64)| {
            let field = self.line(name).typed(Kind::Number).optional().at_most(6);
            let key = format!("{}-hint", label_key(name));
            let hint = self.lang().t1(&key, "otherwise", otherwise).into_owned();
            field.hint(hint).such_as(otherwise.to_string())
        };
        all.map(field).to_vec()
    }

    fn line(&self, name: &'static str) -> Field {
        let key = label_key(name);
        let field = Field::new(name, self.t(&key)).id(id(name)).holding(self.typed.line(name));
        let hint = format!("{key}-hint");
        let field = if self.lang().has(&hint) { field.hint(self.t(&hint)) } else { field };
        field.wrong(self.problem(name))
    }

    fn address(&self, name: &'static str) -> Field {
        self.line(name).code().optional().at_most(MOST_ADDRESS_CHARS)
    }

    fn switch(&self, name: &'static str, is_on: bool) -> Tick {
        let key = label_key(name);
        let tick = Tick::new(name, self.t(&key), is_on).hint(self.t(&format!("{key}-hint")));
        Tick { id: id(name), ..tick.wrong(self.problem(name)) }
    }

    fn menu(&self, name: &'static str, options: Vec<Choice>) -> Choices {
        let choices = Choices::new(name, self.t(&label_key(name)), options);
        choices.id(id(name)).wrong(self.problem(name))
    }

    fn radios(&self, name: &'static str, values: &[&str], chosen: &str) -> Choices {
        let key = label_key(name);
        let option = |value: &&str| {
            let key = format!("{key}-{}", super::kebab(value).trim_start_matches('-'));
            Choice::new(*value, self.t(&key), chosen).hint(self.t(&format!("{key}-hint")))
        };
        let options = values.iter().map(option).collect();
        Choices::new(name, self.t(&key), options).id(id(name)).wrong(self.problem(name))
    }
}
