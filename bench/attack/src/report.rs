//! The table.
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::outage::Outage;
use crate::people::{Honest, Share};
use crate::timing::{Comparison, TRIES, Timing};

/// Everything that came of it.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
    pub(crate) timing: Option<Timing>,
    pub(crate) outages: Vec<Outage>,
}

/// One attack.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Messages an unprotected server would have sent.
    pub(crate) attempts: u32,
    pub(crate) sent: u32,
    pub(crate) sent_most_a_day: u32,
    /// In the currency of the prices.
    pub(crate) money: f64,
    pub(crate) judged: u32,
    pub(crate) judged_most_a_day: u32,
    pub(crate) honest: Honest,
    /// The alarm that tells of it, and the seconds until it was raised.
    pub(crate) alarm: Option<(&'static str, Option<i64>)>,
}

impl Row {
    /// For the terminal while it runs, and for the table.
    pub(crate) fn line(&self) -> String {
        let Self { name, attempts, sent, sent_most_a_day, money, .. } = self;
        let percent = f64::from(*sent) * 100.0 / f64::from((*attempts).max(1));
        let (all, shared) = (self.honest.all.percent(), self.honest.shared.percent());
        let victim = match self.honest.victim {
            Share { tried: 0, .. } => "–".to_owned(),
            share => format!("{:.2} %", share.percent()),
        };
        let alarm = match &self.alarm {
            Some((key, Some(secs))) => format!("{secs} s ({key})"),
            Some((key, None)) => format!("never ({key})"),
            None => "–".to_owned(),
        };
        format!(
            "| {name} | {attempts} | {sent} ({percent:.2} %) | {sent_most_a_day} | {money:.2} | {} | {} | {all:.2} % | {shared:.2} % | {victim} | {alarm} |",
            self.judged, self.judged_most_a_day
        )
    }
}

impl Report {
    /// For people.
    pub(crate) fn markdown(&self) -> String {
        let mut text = "# Attacks on the defaults\n\n\
            Attackers work where a message costs work, and change their address as long as they have some. Eight hundred honest people sign in meanwhile, half of\n\
            them behind one address, the others each in a network of their own, every third of these with IPv6; three of ten are new, the others come back in a browser\n\
            they used before; one of ten mistypes, one of twenty asks twice. The victim, whose number is the one attacked, comes back four times a day in the browser of before.\n\n\
            | attack | messages without limits | paid messages | most in a day | money | guesses judged | most in a day | honest people who came in | of those behind one address | the victim | its alarm |\n\
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n"
            .to_owned();
        for row in &self.rows {
            // Writing to a String cannot fail.
            let _infallible = writeln!(text, "{}", row.line());
        }
        if let Some(Timing { own, before }) = &self.timing {
            // Writing to a String cannot fail.
            let _infallible = writeln!(
                text,
                "\nWhere only accounts may sign in, over {TRIES} tries: {}; by the number asked for before: {}.",
                compared(own),
                compared(before)
            );
        }
        if !self.outages.is_empty() {
            text.push_str("\n| what fails | answers | | |\n|---|---|---|---|\n");
        }
        for outage in &self.outages {
            let _infallible = writeln!(text, "{}", outage.line());
        }
        text
    }

    /// Writes `attack-<date>.md` and `.json`.
    pub(crate) fn store(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        let date = Command::new("date").arg("+%F").output()?;
        let name = format!("attack-{}", String::from_utf8_lossy(&date.stdout).trim());
        std::fs::write(folder.join(format!("{name}.md")), self.markdown())?;
        std::fs::write(
            folder.join(format!("{name}.json")),
            serde_json::to_string_pretty(self)? + "\n",
        )?;
        println!("stored as {}", folder.join(name).with_extension("md").display());
        Ok(())
    }
}

fn compared(comparison: &Comparison) -> String {
    let Comparison { known_median_us, unknown_median_us, p } = comparison;
    format!(
        "{known_median_us:.0} µs in the median for numbers with an account, {unknown_median_us:.0} µs for others, p = {p:.3}"
    )
}
