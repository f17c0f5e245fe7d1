//! What is asked for to make a number a test number, read and drawn.
use crate::app::App;
use crate::console::forms::{one, wrong_at};
use crate::console::prove::Fields;
use crate::console::users::typed_phone;
use crate::error::api::{ApiError, Code, codes};
use crate::management::input::Problems;
use crate::test_numbers::{MOST_DAYS, MOST_OWNER, Wanted};
use crate::views::console::fields::{Choice, Choices, Field};
use crate::views::console::test_numbers::TestNumberForm;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// Days that can be chosen, and those that are unless somebody chooses.
const LIVES: [&str; 4] = ["1", "7", "30", "90"];
const USUAL: &str = "7";
/// Where the number is, in the names that every problem is told with.
const PHONE: &str = "primaryPhone";

/// What a form held and what was wrong with it.
pub(super) struct Typed<'a> {
    pub(super) lang: Lang,
    pub(super) fields: &'a Fields,
    pub(super) error: Option<&'a ApiError>,
}

/// What a form asks for.
///
/// # Errors
/// `guard.invalid_input` or `guard.invalid_phone` with every problem.
pub(super) fn read(app: &App, fields: &Fields) -> Result<Wanted, ApiError> {
    let mut problems = Problems::default();
    let region = app.experience.load().phone_regions.default;
    let phone = typed_phone(fields, region, &mut problems);
    if phone.is_none() && problems.is_empty() {
        problems.add_coded(PHONE, codes::INVALID_PHONE, codes::INVALID_PHONE.message);
    }
    let owner = one(fields, "owner").to_owned();
    if !(1..=MOST_OWNER).contains(&owner.chars().count()) || owner.contains('\0') {
        problems.add("owner", "must be a text of 1 to 128 characters");
    }
    let days = days(fields);
    if days.is_err() {
        problems.add("days", "must be a number of days from 1 to 90");
    }
    problems.check()?;
    let phone = phone.ok_or_else(|| ApiError::new(codes::INVALID_PHONE))?;
    Ok(Wanted { phone, owner, days: days? })
}

/// How many days a form asks for.
///
/// # Errors
/// `guard.invalid_input`.
pub(super) fn days(fields: &Fields) -> Result<i64, ApiError> {
    let days = one(fields, "days").parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    days.ok_or_else(|| ApiError::new(codes::INVALID_INPUT))
}

/// How long one can last.
pub(super) fn lives(lang: Lang, chosen: &str) -> Choices {
    let chosen = if chosen.is_empty() { USUAL } else { chosen };
    let life = |days: &str| {
        let count: i64 = days.parse().unwrap_or_default();
        Choice::new(days, lang.t1("console-secret-days", "count", count), chosen)
    };
    let options = LIVES.map(life).to_vec();
    Choices::new("days", lang.t("console-test-number-days"), options)
}

impl Typed<'_> {
    /// The form.
    pub(super) fn form(&self) -> TestNumberForm {
        let (lang, fields) = (self.lang, self.fields);
        let phone = Field::new("phone", lang.t("console-test-number-phone")).code();
        let owner = Field::new("owner", lang.t("console-test-number-owner")).at_most(MOST_OWNER);
        TestNumberForm {
            phone: phone
                .hint(lang.t("console-test-number-phone-hint"))
                .at_most(32)
                .holding(one(fields, "phone"))
                .wrong(self.phone_problem()),
            owner: owner
                .hint(lang.t("console-test-number-owner-hint"))
                .holding(one(fields, "owner"))
                .wrong(self.wrong("owner", "console-test-number-owner-wrong")),
            days: lives(lang, one(fields, "days"))
                .hint(lang.t("console-test-number-days-hint"))
                .wrong(self.wrong("days", "console-test-number-days-wrong")),
        }
    }

    /// What is wrong with the number: that it is none, or that it can be no test number.
    fn phone_problem(&self) -> Option<Problem> {
        let error = self.error?;
        let is_of_number = |code: Code| {
            [codes::COUNTRY_NOT_ALLOWED, codes::CANNOT_RECEIVE_SMS].contains(&code)
                || code.code.starts_with("test_number.")
        };
        if is_of_number(error.code) {
            return Some(Problem::of(self.lang, error));
        }
        self.wrong(PHONE, "console-test-number-phone-wrong")
    }

    fn wrong(&self, place: &str, key: &str) -> Option<Problem> {
        wrong_at(self.lang, self.error, place, key)
    }
}
