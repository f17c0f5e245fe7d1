//! Percentiles.
use std::time::Duration;

/// Milliseconds that half, 95 and 99 of a hundred stay within.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(crate) struct Percentiles {
    #[serde(rename = "p50_ms")]
    pub(crate) p50: f64,
    #[serde(rename = "p95_ms")]
    pub(crate) p95: f64,
    #[serde(rename = "p99_ms")]
    pub(crate) p99: f64,
}

impl Percentiles {
    /// Of any number of durations; zero of none.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |hundredth: usize| {
            let index = (times.len() * hundredth).div_ceil(100).saturating_sub(1);
            times.get(index).copied().unwrap_or_default().as_secs_f64() * 1000.0
        };
        Self { p50: at(50), p95: at(95), p99: at(99) }
    }
}

impl std::fmt::Display for Percentiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} / {:.2} / {:.2}", self.p50, self.p95, self.p99)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(Percentiles::of(times), Percentiles { p50: 50.0, p95: 95.0, p99: 99.0 });
        let one = Percentiles::of(vec![Duration::from_millis(7)]);
        assert_eq!(one, Percentiles { p50: 7.0, p95: 7.0, p99: 7.0 });
        assert_eq!(Percentiles::of(vec![]).p50.to_bits(), 0);
    }
}
