//! When signing keys change places: published first, then signing, then published until their last token has died.
use haoma_core::time::Timestamp;

use crate::algorithm::Algorithm;
use crate::lifetimes;

/// Days a key signs before the next one does.
pub const SIGNS_DAYS: i64 = 90;
/// Seconds a key is published before it signs by age alone: longer than anybody keeps a copy of the JWKS.
pub const PUBLISHED_BEFORE: i64 = 86_400;
/// Seconds a key is published after it signed: as long as the longest id token lives, and a day for nodes that heard of it late.
pub const PUBLISHED_AFTER: i64 = lifetimes::MOST_ID_TOKEN + 86_400;

/// What a key is used for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Published, so that everybody knows it before it signs.
    Next,
    /// Signs.
    Current,
    /// Published until the last token it signed has expired.
    Previous,
}

/// A key, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The `kid`.
    pub id: &'a str,
    /// What it signs by.
    pub algorithm: Algorithm,
    /// What it is used for.
    pub used: Use,
    /// Since when.
    pub since: Timestamp,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Todo<'a> {
    /// There is none for this use.
    Make(Algorithm, Use),
    /// The next one signs from now on, and the one that did is kept for its tokens.
    Promote {
        /// The one that signed, if there is one.
        current: Option<&'a str>,
        /// The one that will.
        next: &'a str,
    },
    /// No token of it lives any more.
    Remove(&'a str),
}

/// What is due now. Doing it may make more due: ask again.
pub fn due<'a>(keys: &[Held<'a>], now: Timestamp) -> Vec<Todo<'a>> {
    let mut todo = Vec::new();
    for algorithm in Algorithm::ALL {
        let find = |used| keys.iter().find(|key| key.algorithm == algorithm && key.used == used);
        match (find(Use::Current), find(Use::Next)) {
            (None, None) => todo.push(Todo::Make(algorithm, Use::Current)),
            (None, Some(next)) => todo.push(Todo::Promote { current: None, next: next.id }),
            (Some(_), None) => todo.push(Todo::Make(algorithm, Use::Next)),
            (Some(current), Some(next)) => {
                let is_old = current.since.plus_secs(SIGNS_DAYS * 86_400) <= now;
                if is_old && next.since.plus_secs(PUBLISHED_BEFORE) <= now {
                    todo.push(Todo::Promote { current: Some(current.id), next: next.id });
                }
            }
        }
    }
    let is_dead =
        |key: &&Held<'a>| key.used == Use::Previous && key.since.plus_secs(PUBLISHED_AFTER) <= now;
    todo.extend(keys.iter().filter(is_dead).map(|key| Todo::Remove(key.id)));
    todo
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn held(id: &str, used: Use, day: i64) -> Held<'_> {
        Held { id, algorithm: Algorithm::Es256, used, since: Timestamp(day * DAY) }
    }

    fn due_of_es256<'a>(keys: &[Held<'a>], day: i64) -> Vec<Todo<'a>> {
        let of_others =
            |todo: &Todo<'_>| matches!(todo, Todo::Make(other, _) if *other != Algorithm::Es256);
        due(keys, Timestamp(day * DAY)).into_iter().filter(|todo| !of_others(todo)).collect()
    }

    #[test]
    fn every_algorithm_has_a_key_that_signs_and_one_that_waits() {
        let first = due(&[], Timestamp(0));
        assert_eq!(first, Algorithm::ALL.map(|a| Todo::Make(a, Use::Current)));
        let signing =
            Algorithm::ALL.map(|algorithm| Held { algorithm, ..held("a", Use::Current, 0) });
        let second = due(&signing, Timestamp(0));
        assert_eq!(second, Algorithm::ALL.map(|a| Todo::Make(a, Use::Next)));
    }

    #[test]
    fn s54_a_key_signs_only_after_it_was_published() {
        let both = |made| [held("a", Use::Current, 0), held("b", Use::Next, made)];
        let promote = [Todo::Promote { current: Some("a"), next: "b" }];
        assert_eq!(due_of_es256(&both(0), 89), []);
        assert_eq!(due_of_es256(&both(0), 90), promote);
        assert_eq!(due_of_es256(&both(90), 90), [], "made a moment ago");
        assert_eq!(due_of_es256(&both(90), 91), promote);
        let lone = [held("b", Use::Next, 0)];
        assert_eq!(due_of_es256(&lone, 0), [Todo::Promote { current: None, next: "b" }]);
    }

    #[test]
    fn s54_a_key_is_published_until_its_last_token_has_died() {
        let keys =
            [held("a", Use::Previous, 0), held("b", Use::Current, 0), held("c", Use::Next, 0)];
        assert_eq!(due_of_es256(&keys, 30), []);
        assert_eq!(due_of_es256(&keys, 31), [Todo::Remove("a")]);
    }
}
