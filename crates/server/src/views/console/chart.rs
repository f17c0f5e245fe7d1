//! Bars over days, drawn by the server. The picture holds no text, so that it may be as wide as there is room.
use crate::views::console::lists::{Cell, Table};
use crate::web::i18n::Lang;

/// Units of the picture from the left of one bar to the left of the next.
const STEP: i64 = 10;
/// Units a bar is wide.
const BAR: i64 = 7;
/// Units the picture is high.
const HIGH: i64 = 100;
/// The whole, in percent.
const HUNDRED: i64 = 100;

/// One chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// Names its heading in the page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// The same in a sentence, for who does not see it.
    pub summary: String,
    /// What each colour means; empty when there is only one.
    pub legend: Vec<Series>,
    /// The bars.
    pub bars: Vec<Bar>,
    /// Units the picture is wide.
    pub wide: i64,
    /// What the full height stands for.
    pub top: String,
    /// The first day and the last.
    pub ends: (String, String),
    /// The same numbers as a table.
    pub table: Table,
}

/// What a colour means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The words.
    pub name: String,
    /// Its class in the stylesheet.
    pub class: &'static str,
}

/// A part of a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// From the left.
    pub x: i64,
    /// From the top, in tenths of a unit.
    pub y: String,
    /// How high.
    pub height: String,
    /// Its class in the stylesheet.
    pub class: &'static str,
    /// What a pointer over it shows.
    pub title: String,
}

/// What a chart is drawn from: for every day as many counts as there are series, stacked from below.
#[derive(Debug)]
pub struct Data<'a> {
    /// Names its heading in the page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// What each count is, and its class.
    pub series: &'a [(String, &'static str)],
    /// The days, as people read them, with their counts; none where there was nothing to count.
    pub days: Vec<(String, Vec<i64>)>,
    /// What the counts are.
    pub unit: Unit,
}

/// What a chart counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Unit {
    /// Things, which can be added up.
    #[default]
    Things,
    /// Parts of a hundred, which cannot: the sentence says what they are on the whole.
    Percent(String),
}

impl Unit {
    fn text(&self, count: i64) -> String {
        match self {
            Self::Things => number(count),
            Self::Percent(_) => format!("{count}%"),
        }
    }
}

impl Chart {
    /// Draws it.
    pub fn of(lang: Lang, data: Data<'_>) -> Self {
        let most = data.days.iter().map(|(_, counts)| counts.iter().sum::<i64>()).max();
        let top = match data.unit {
            Unit::Things => nice(most.unwrap_or(0)),
            Unit::Percent(_) => HUNDRED,
        };
        let total: i64 = data.days.iter().flat_map(|(_, counts)| counts).sum();
        let end = |day: Option<&(String, Vec<i64>)>| day.map(|(name, _)| name.clone());
        let ends =
            (end(data.days.first()).unwrap_or_default(), end(data.days.last()).unwrap_or_default());
        let series = data.series.iter();
        let legend = series.map(|(name, class)| Series { name: name.clone(), class });
        Self {
            id: data.id,
            summary: summary(lang, &data, total),
            legend: if data.series.len() > 1 { legend.collect() } else { vec![] },
            bars: bars(&data, top),
            wide: STEP * i64::try_from(data.days.len()).unwrap_or(0),
            top: data.unit.text(top),
            ends,
            table: table(lang, &data),
            title: data.title,
        }
    }
}

fn bars(data: &Data<'_>, top: i64) -> Vec<Bar> {
    let mut bars = vec![];
    let mut x = (STEP - BAR) / 2;
    for (day, counts) in &data.days {
        let mut below = 0;
        for (count, (name, class)) in counts.iter().zip(data.series) {
            if *count > 0 {
                let y = tenths(HIGH * 10 - (below + count) * HIGH * 10 / top);
                let height = tenths(count * HIGH * 10 / top);
                let title = format!("{day} · {name}: {}", data.unit.text(*count));
                bars.push(Bar { x, y, height, class, title });
            }
            below += count;
        }
        x += STEP;
    }
    bars
}

fn tenths(n: i64) -> String {
    format!("{}.{}", n / 10, n % 10)
}

/// The next number above that reads well: 1 to 9, 10, 15, 20, 25, 30, 40 … 90, 100, 150 …
fn nice(most: i64) -> i64 {
    const STEPS: [i64; 11] = [10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90];
    let mut unit: i64 = 1;
    loop {
        let tops = STEPS.iter().map(|step| step.saturating_mul(unit));
        // below ten there are no halves
        let mut whole = tops.filter(|top| top % 10 == 0).map(|top| top / 10);
        if let Some(top) = whole.find(|top| *top >= most.max(1)) {
            return top;
        }
        unit = unit.saturating_mul(10);
    }
}

fn summary(lang: Lang, data: &Data<'_>, total: i64) -> String {
    if let Unit::Percent(sentence) = &data.unit {
        return sentence.clone();
    }
    let best = data.days.iter().max_by_key(|(_, counts)| counts.iter().sum::<i64>());
    let begin = lang.t1("console-chart-total", "count", number(total)).into_owned();
    let Some((day, counts)) = best.filter(|_| total > 0) else { return begin };
    let most = number(counts.iter().sum());
    let pieces = [
        ("day", crate::web::i18n::Piece::Text(day.clone())),
        ("count", crate::web::i18n::Piece::Text(most)),
    ];
    let rest = lang.pieces("console-chart-most", &pieces);
    let rest: String = rest.iter().map(crate::web::i18n::Piece::text).collect();
    format!("{begin}{}{rest}", lang.between_sentences())
}

fn table(lang: Lang, data: &Data<'_>) -> Table {
    let names = data.series.iter().map(|(name, _)| name.clone());
    let row = |(day, counts): &(String, Vec<i64>)| {
        let cells = counts.iter().map(|count| Cell::Number(data.unit.text(*count)));
        let cells = cells.chain(data.series.iter().skip(counts.len()).map(|_| Cell::Nothing));
        std::iter::once(Cell::Text(day.clone())).chain(cells).collect()
    };
    Table {
        caption: data.title.clone(),
        columns: std::iter::once(lang.t("console-chart-day").into_owned()).chain(names).collect(),
        rows: data.days.iter().map(row).collect(),
    }
}

/// In groups of three: `12,345`, in both languages.
pub fn number(n: i64) -> String {
    let digits = n.abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(days: Vec<Vec<i64>>) -> Chart {
        let series = [("Accepted".to_owned(), "good"), ("Failed".to_owned(), "bad")];
        let days = days.into_iter().enumerate().map(|(n, counts)| (format!("11-{n:02}"), counts));
        let data = Data {
            id: "x",
            title: "Messages".to_owned(),
            series: &series,
            days: days.collect(),
            unit: Unit::Things,
        };
        Chart::of(Lang::En, data)
    }

    #[test]
    fn bars_stand_on_each_other_and_fit_the_picture() {
        let drawn = chart(vec![vec![30, 20], vec![0, 0], vec![5, 0]]);
        let bars: Vec<_> =
            drawn.bars.iter().map(|bar| (bar.x, bar.y.as_str(), bar.height.as_str())).collect();
        assert_eq!(bars, [(1, "40.0", "60.0"), (1, "0.0", "40.0"), (21, "90.0", "10.0")]);
        assert_eq!((drawn.top.as_str(), drawn.wide), ("50", 30));
        assert_eq!(drawn.bars[0].title, "11-00 · Accepted: 30");
        assert_eq!(drawn.table.rows.len(), 3, "every day is in the table");
    }

    #[test]
    fn a_chart_says_in_words_what_it_shows() {
        let drawn = chart(vec![vec![1200, 0], vec![34, 1]]);
        assert_eq!(drawn.summary, "1,235 in all. Most on 11-00: 1,200.");
        assert_eq!(chart(vec![vec![0, 0]]).summary, "0 in all.");
    }

    #[test]
    fn percents_are_never_added_up_and_a_day_of_nothing_has_none() {
        let series = [("Conversion".to_owned(), "plain")];
        let days = vec![("11-01".to_owned(), vec![80]), ("11-02".to_owned(), vec![])];
        let unit = Unit::Percent("80% in all.".to_owned());
        let data = Data { id: "x", title: "Conversion".to_owned(), series: &series, days, unit };
        let drawn = Chart::of(Lang::En, data);
        assert_eq!((drawn.summary.as_str(), drawn.top.as_str()), ("80% in all.", "100%"));
        assert_eq!(drawn.bars.len(), 1);
        assert_eq!(drawn.bars[0].title, "11-01 · Conversion: 80%");
        let last: Vec<_> = drawn.table.rows.iter().map(|row| row[1].clone()).collect();
        assert_eq!(last, [Cell::Number("80%".to_owned()), Cell::Nothing]);
    }

    #[test]
    fn the_height_reads_well_and_numbers_are_grouped() {
        assert_eq!([0, 1, 3, 11, 50, 51, 101, 999].map(nice), [1, 1, 3, 15, 50, 60, 150, 1000]);
        assert!(nice(1_000_000_000_001) > 0);
        assert_eq!([0, 12, 1234, 1_234_567].map(number), ["0", "12", "1,234", "1,234,567"]);
    }
}
