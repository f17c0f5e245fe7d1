//! The parts of a run: each goes on though another failed, and all are listed at the end.
use std::time::{Duration, Instant};

/// What was run so far.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    parts: Vec<(String, Duration, Option<String>)>,
}

impl Summary {
    /// Runs one part and remembers how it went.
    pub(crate) fn part(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<()>) -> bool {
        println!("\n== {name}");
        let started = Instant::now();
        let failure = work().err().map(|error| format!("{error:#}"));
        if let Some(failure) = &failure {
            println!("== {name} failed: {failure}");
        }
        let succeeded = failure.is_none();
        self.parts.push((name.to_owned(), started.elapsed(), failure));
        succeeded
    }

    /// Prints the list; whether everything succeeded.
    pub(crate) fn close(self) -> bool {
        println!();
        for (name, took, failure) in &self.parts {
            let verdict = if failure.is_none() { "passed" } else { "FAILED" };
            println!("{verdict:>6} {:>7.1} s  {name}", took.as_secs_f64());
        }
        for (name, _, failure) in &self.parts {
            if let Some(failure) = failure {
                println!("\n{name}: {failure}");
            }
        }
        self.parts.iter().all(|(_, _, failure)| failure.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_run_and_hides_nothing_after_it() {
        let mut summary = Summary::default();
        assert!(summary.part("first", || Ok(())));
        assert!(!summary.part("second", || anyhow::bail!("broken")));
        assert!(summary.part("third", || Ok(())));
        assert_eq!(summary.parts.len(), 3);
        assert!(!summary.close());
    }

    #[test]
    fn a_run_without_failures_succeeds() {
        let mut summary = Summary::default();
        summary.part("only", || Ok(()));
        assert!(summary.close());
    }
}
