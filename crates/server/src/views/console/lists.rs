//! Lists: tables, what they are narrowed by and where they go on, as `templates/console/ui.html` draws them.
use crate::views::console::fields::{Choices, Field};
use crate::views::console::parts::{Badge, Link};
use crate::views::moment::Moment;

/// Characters of words that stay on one line in a table.
const MOST_SHORT_CHARS: usize = 14;

/// Rows under columns; cards where there is no room.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// What it lists; readers hear it.
    pub caption: String,
    /// The heading of each column.
    pub columns: Vec<String>,
    /// As many cells each as there are columns; the first names the row.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a row of a table or beside a fact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing to say: a dash.
    #[default]
    Nothing,
    /// Words.
    Text(String),
    /// Words of less weight.
    Soft(String),
    /// A name with what belongs to it below.
    Two(String, String),
    /// The page of the row.
    Link(Link),
    /// The page of the row, with what belongs to it below.
    LinkAnd(Link, String),
    /// A code, key or address.
    Code(String),
    /// A key of the configuration, which is broken between its words, with what belongs to it below.
    Key(String, Option<String>),
    /// A number, written for people; aligned to the right in a table.
    Number(String),
    /// States.
    Badges(Vec<Badge>),
    /// When.
    Moment(Moment),
}

/// What a list is narrowed by: a form that changes the address.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The page of the list.
    pub path: String,
    /// The words to search for.
    pub search: Option<Field>,
    /// List boxes.
    pub choices: Vec<Choices>,
    /// Days and other fields.
    pub fields: Vec<Field>,
    /// Whether anything is narrowed: then it can be cleared.
    pub is_used: bool,
}

/// The pages beside this one of a long list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pager {
    /// Where the newer entries are.
    pub newer: Option<String>,
    /// Where the older ones are.
    pub older: Option<String>,
}

/// Instead of a list of nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Empty {
    /// What is not there.
    pub title: String,
    /// What to do first.
    pub lead: String,
    /// The way there.
    pub action: Option<Link>,
}

/// Characters of a key that fits into a line wherever it stands.
const MOST_WHOLE_CHARS: usize = 16;

/// The parts of a key between which a line may end: behind a dot or an underscore, before a bracket, between two words of one. A short
/// key stays whole.
pub fn pieces(code: &str) -> Vec<&str> {
    if code.len() <= MOST_WHOLE_CHARS {
        return vec![code];
    }
    let mut parts = vec![];
    let mut begin = 0;
    let mut before = '.';
    for (at, c) in code.char_indices() {
        let is_next_word = before.is_ascii_lowercase() && c.is_ascii_uppercase();
        if at > begin && (matches!(before, '.' | '_') || c == '[' || is_next_word) {
            parts.extend(code.get(begin..at));
            begin = at;
        }
        before = c;
    }
    parts.extend(code.get(begin..));
    parts
}

impl Table {
    /// The cells of a row with the headings of their columns.
    pub fn headed<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = (&'a String, &'a Cell)> {
        self.columns.iter().zip(row)
    }

    /// Whether a column has numbers, so that its heading stands over them.
    pub fn is_right(&self, column: &usize) -> bool {
        self.rows.iter().any(|row| row.get(*column).is_some_and(Cell::is_number))
    }
}

impl Cell {
    /// Whether it is aligned to the right.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Whether it is a word or two, which are not broken: `Sign in`.
    pub fn is_short(&self) -> bool {
        let (Self::Text(text) | Self::Soft(text)) = self else { return false };
        text.chars().count() <= MOST_SHORT_CHARS
    }

    /// What a copy button copies.
    pub fn copied(&self) -> &str {
        match self {
            Self::Text(text) | Self::Soft(text) | Self::Code(text) | Self::Number(text) => text,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_broken_between_its_words() {
        let parts = ["limits.", "per_", "country_", "unverified"];
        assert_eq!(pieces("limits.per_country_unverified"), parts);
        assert_eq!(pieces("codes.expirationDuration"), ["codes.", "expiration", "Duration"]);
        assert_eq!(pieces("limits.cooldown_secs[0]"), ["limits.", "cooldown_", "secs", "[0]"]);
        assert_eq!(pieces("203.0.113.7"), ["203.0.113.7"]);
    }

    #[test]
    fn a_word_or_two_stay_together_and_a_heading_stands_over_its_numbers() {
        let text = |text: &str| Cell::Text(text.to_owned());
        assert!(text("Sign in").is_short() && text("10 messages").is_short());
        assert!(!text("Demo with a simulated SMS service").is_short());
        assert!(!Cell::Code("ok".to_owned()).is_short(), "codes may be broken anywhere");
        let rows = vec![
            vec![text("12-03"), Cell::Nothing],
            vec![text("12-04"), Cell::Number("7".to_owned())],
        ];
        let table = Table { rows, ..Table::default() };
        assert!(!table.is_right(&0) && table.is_right(&1) && !table.is_right(&2));
    }
}
