//! Whether the time a guess is compared in tells how much of it is right (security statement 12): a million comparisons, as dudect does it
//! (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?", 2017).
use std::hint::black_box;
use std::time::Instant;

use anyhow::Context as _;
use haoma_core::passcode::Passcode;

/// Comparisons in all.
const CALLS: usize = 1_000_000;
/// So many are timed together: one alone is shorter than the clock is exact.
const TOGETHER: usize = 50;
/// Copies of each guess.
const COPIES: usize = 101;
/// Above it dudect calls a difference proven.
const PROVEN: f64 = 4.5;
/// Of the slowest, so many hundredths are the machine's.
const CUT: usize = 10;

/// What the statistics say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparing {
    /// Nanoseconds of a comparison with a guess that is wrong from its first digit on.
    first_ns: f64,
    /// Nanoseconds where only the last digit is wrong.
    last_ns: f64,
    /// Welch's t of the two.
    t: f64,
}

/// Compares codes that differ at their first digit, and at their last, in an order of chance.
pub(crate) fn run() -> anyhow::Result<Comparing> {
    let code = |digits: &str| Passcode::parse(digits).context("six digits");
    let right = code("314159")?;
    // many copies of either, made in turn: where one lies in memory is worth more than a digit
    let pair = |_copy| Ok([code("914159")?, code("314150")?]);
    let guesses = (0..COPIES).map(pair).collect::<anyhow::Result<Vec<_>>>()?;
    let mut times = [vec![], vec![]];
    let mut state = 1_u32;
    for _ in 0..CALLS / TOGETHER {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let class = usize::from(state >> 31 == 1);
        let copy = usize::try_from(state >> 8).unwrap_or_default() % COPIES;
        let guess = guesses.get(copy).and_then(|pair| pair.get(class));
        let (Some(guess), Some(class)) = (guess, times.get_mut(class)) else { continue };
        let begun = Instant::now();
        for _ in 0..TOGETHER {
            black_box(black_box(guess).matches(black_box(&right)));
        }
        class.push(begun.elapsed().as_secs_f64() * 1e9 / 50.0);
    }
    let [first, last] = times.map(typical);
    let t = (mean(&first) - mean(&last)) / (spread(&first) + spread(&last)).sqrt();
    anyhow::ensure!(
        t.abs() < PROVEN,
        "the time of a comparison tells how much is right: t = {t:.2}"
    );
    Ok(Comparing { first_ns: mean(&first), last_ns: mean(&last), t })
}

impl Comparing {
    /// For the terminal.
    pub(crate) fn line(&self) -> String {
        let Self { first_ns, last_ns, t } = self;
        format!(
            "comparing: {first_ns:.1} ns wrong at the first digit, {last_ns:.1} ns at the last, t = {t:.2}"
        )
    }
}

/// Without those during which something else ran.
fn typical(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times.truncate(times.len() * (100 - CUT) / 100);
    times
}

fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / count(all)
}

/// The variance of the mean.
fn spread(all: &[f64]) -> f64 {
    let mean = mean(all);
    all.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (count(all) - 1.0) / count(all)
}

fn count(all: &[f64]) -> f64 {
    f64::from(u32::try_from(all.len()).unwrap_or(u32::MAX))
}
