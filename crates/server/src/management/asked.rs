//! What readers of bodies ask for, for the test that compares them with the document. Outside of tests nobody wants to know, which
//! the compiler sees.
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

thread_local! {
    static ASKED: RefCell<Option<Shape>> = const { RefCell::new(None) };
}

/// Each place that a reader asked for, such as `profile.address`: of which kind, and whether it must be there.
pub(super) type Shape = BTreeMap<String, (Value, bool)>;

/// Whether somebody listens.
pub(super) fn is_wanted() -> bool {
    cfg!(test) && ASKED.with_borrow(Option::is_some)
}

/// A reader asks for a member.
pub(super) fn note(place: String, shape: Value) {
    with(|all| all.entry(place).or_default().0 = shape);
}

/// A reader asks for a member that must be there.
pub(super) fn require(place: String) {
    with(|all| all.entry(place).or_default().1 = true);
}

fn with(change: impl FnOnce(&mut Shape)) {
    ASKED.with_borrow_mut(|all| {
        if let Some(all) = all {
            change(all);
        }
    });
}

/// The shape of a whole number; a bound that every number keeps is none.
pub(super) fn number(kind: &Value, range: &RangeInclusive<i64>) -> Value {
    let mut shape = json!({ "type": kind });
    let bounds = [("minimum", *range.start(), i64::MIN), ("maximum", *range.end(), i64::MAX)];
    for (name, bound, none) in bounds {
        if let Some(shape) = shape.as_object_mut().filter(|_| bound != none) {
            shape.insert(name.to_owned(), bound.into());
        }
    }
    shape
}

/// What is asked for while this runs.
#[cfg(test)]
pub(super) fn during(read: impl FnOnce()) -> Shape {
    ASKED.set(Some(Shape::new()));
    read();
    ASKED.take().unwrap()
}
