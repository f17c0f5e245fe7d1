//! When what differs between numbers is done, where nobody is to notice that it does (security statement 32).
use std::time::Duration;

use haoma_core::entropy::Entropy;
use haoma_core::policy::SendPolicy;

use super::Answer;

/// By then an answer that tells nothing of the outcome has left: what is done after it does not slow it down. A time and no event: the last
/// that is heard of an answer is that its bytes were taken over by the connection, which writes them after that, perhaps beside the very
/// work that is not to be noticed.
const HANDED_OVER: Duration = Duration::from_millis(50);

/// How long after the answer: 50 to 305 ms, by chance. For some milliseconds after it called a provider a server answers up to 5 % sooner
/// than one that did not (decision 0016), and nobody is to know which milliseconds these are.
pub(super) fn after(entropy: &Entropy) -> Duration {
    let [by_chance] = entropy.bytes::<1>();
    HANDED_OVER + Duration::from_millis(by_chance.into())
}

/// Seconds until the next message to a number may be asked for, of which it got `earlier` ones before this. Where a message leaves when chance
/// says, the next could follow it sooner than the pause is long; the provider, which counts minutes as well, would refuse that one, and who hears
/// so knows that there was one before. So the pause is longer by more than chance can take.
pub(super) fn pause_secs(policy: &SendPolicy, answer: Answer, earlier: usize) -> i64 {
    match policy.cooldown(earlier) {
        0 => 0,
        pause if answer == Answer::Outcome => pause,
        pause => pause + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s32_what_differs_is_done_at_a_moment_of_chance_after_the_answer() {
        let entropy = Entropy::seeded(1);
        let times: Vec<_> = (0..1000).map(|_n| after(&entropy).as_millis()).collect();
        let handed_over = HANDED_OVER.as_millis();
        for from in (handed_over..handed_over + 256).step_by(32) {
            let within = times.iter().filter(|time| (from..from + 32).contains(time)).count();
            assert!((90..=160).contains(&within), "{within} of 1000 in 32 ms from {from}");
        }
        assert!(times.iter().all(|time| (handed_over..1000).contains(time)), "the pause is longer");
    }

    #[test]
    fn s32_the_pause_is_longer_than_chance_where_nothing_is_told() {
        let policy = SendPolicy { cooldown_secs: [60, 120, 0], ..SendPolicy::default() };
        let pauses = |answer| [0, 1, 2].map(|earlier| pause_secs(&policy, answer, earlier));
        assert_eq!(pauses(Answer::Outcome), [60, 120, 0]);
        assert_eq!(pauses(Answer::Nothing), [61, 121, 0]);
        assert_eq!(pauses(Answer::Suppressed), [61, 121, 0]);
    }
}
