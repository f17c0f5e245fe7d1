//! What a change leaves behind for others: the audit event, and what web-hooks are told. It rides in the unit of the change, so that
//! nothing is told that did not happen, and nothing that happened is lost.
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::hook_deliveries::{self, NewDelivery};
use crate::value::Step;

/// An audit event, and what hooks are told of the same. An event alone is one, too.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    event: &'a Event,
    deliveries: &'a [NewDelivery],
}

/// The same where there may be no audit event.
#[derive(Debug, Clone, Copy, Default)]
pub struct PerhapsTold<'a> {
    event: Option<&'a Event>,
    deliveries: &'a [NewDelivery],
}

impl<'a> Told<'a> {
    /// To the audit log and to hooks.
    pub const fn new(event: &'a Event, deliveries: &'a [NewDelivery]) -> Self {
        Self { event, deliveries }
    }

    /// When it happened.
    pub(crate) const fn at(&self) -> Timestamp {
        self.event.at
    }

    /// The steps, for the end of a unit: none of them decides anything.
    pub(crate) fn steps(self) -> impl Iterator<Item = Step> {
        PerhapsTold::from(self).steps()
    }
}

impl<'a> PerhapsTold<'a> {
    /// To hooks, and to the audit log perhaps.
    pub const fn new(event: Option<&'a Event>, deliveries: &'a [NewDelivery]) -> Self {
        Self { event, deliveries }
    }

    /// The step for the audit log alone.
    pub(crate) fn recorded(self) -> Option<Step> {
        self.event.map(audit::record)
    }

    /// As [`Told::steps`].
    pub(crate) fn steps(self) -> impl Iterator<Item = Step> {
        let deliveries = self.deliveries.iter().map(hook_deliveries::insert);
        self.recorded().into_iter().chain(deliveries)
    }
}

impl<'a> From<&'a Event> for Told<'a> {
    fn from(event: &'a Event) -> Self {
        Self { event, deliveries: &[] }
    }
}

impl<'a> From<Told<'a>> for PerhapsTold<'a> {
    fn from(told: Told<'a>) -> Self {
        Self { event: Some(told.event), deliveries: told.deliveries }
    }
}

impl<'a> From<Option<&'a Event>> for PerhapsTold<'a> {
    fn from(event: Option<&'a Event>) -> Self {
        Self { event, deliveries: &[] }
    }
}
