//! Flow control of mainland numbers: calendar minutes and hours in UTC+8, days of 24 hours from the first message.
//! <https://help.aliyun.com/document_detail/2881383.html>

use crate::{refusal::Refusal, seed::FlowLimits, time::UTC8_MS};
use std::collections::HashMap;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Above so many counters the stale ones are thrown out.
const SWEEP_AT: usize = 20_000;

/// One window and how much of it is used.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    start: i64,
    used: u32,
}

impl Window {
    fn used_at(self, start: i64) -> u32 {
        if self.start == start { self.used } else { 0 }
    }

    fn charge(&mut self, start: i64) {
        self.used = self.used_at(start).saturating_add(1);
        self.start = start;
    }
}

/// All counters of one subject (signature and number, or number alone).
#[derive(Clone, Copy, Debug, Default)]
struct Counter {
    minute: Window,
    hour: Window,
    day: Window,
}

impl Counter {
    /// A day begins with the first message and lasts 24 hours.
    fn day_start(&self, now: i64) -> i64 {
        let open = self.day.used > 0 && (0..DAY_MS).contains(&now.saturating_sub(self.day.start));
        if open { self.day.start } else { now }
    }

    fn charge(&mut self, now: i64) {
        self.minute.charge(minute(now));
        self.hour.charge(hour(now));
        self.day.charge(self.day_start(now));
    }
}

fn minute(now: i64) -> i64 {
    now.saturating_add(UTC8_MS).div_euclid(MINUTE_MS)
}

fn hour(now: i64) -> i64 {
    now.saturating_add(UTC8_MS).div_euclid(HOUR_MS)
}

/// What is counted.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) phone: &'a str,
    pub(crate) sign_name: &'a str,
    /// `None` for verification messages, the template's code for the others.
    pub(crate) other_template: Option<&'a str>,
}

impl Subject<'_> {
    fn key(&self) -> String {
        format!(
            "{}\u{0}{}\u{0}{}",
            self.phone,
            self.sign_name,
            self.other_template.unwrap_or_default()
        )
    }
}

/// The counters. Nothing is counted while the limits are off.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    by_subject: HashMap<String, Counter>,
    by_phone: HashMap<String, Counter>,
    /// So many counters are looked through next; twice as many as stayed the last time.
    sweep_at: usize,
}

impl Flow {
    /// Counts one message to each subject, or none at all when one of them is at its limit.
    pub(crate) fn charge(
        &mut self,
        subjects: &[Subject<'_>],
        limits: &FlowLimits,
        now: i64,
    ) -> Result<(), Refusal> {
        let mut touched = Flow::default();
        for subject in subjects {
            let key = subject.key();
            touched.copy(self, &key, subject.phone);
            touched.charge_one(key, subject, limits, now)?;
        }
        self.by_subject.extend(touched.by_subject);
        self.by_phone.extend(touched.by_phone);
        self.sweep(now);
        Ok(())
    }

    fn copy(&mut self, from: &Flow, key: &str, phone: &str) {
        let counter =
            |map: &HashMap<String, Counter>, key: &str| map.get(key).copied().unwrap_or_default();
        self.by_subject.entry(key.to_owned()).or_insert_with(|| counter(&from.by_subject, key));
        self.by_phone.entry(phone.to_owned()).or_insert_with(|| counter(&from.by_phone, phone));
    }

    fn charge_one(
        &mut self,
        key: String,
        subject: &Subject<'_>,
        limits: &FlowLimits,
        now: i64,
    ) -> Result<(), Refusal> {
        let own = self.by_subject.entry(key).or_default();
        let all = self.by_phone.entry(subject.phone.to_owned()).or_default();
        if subject.other_template.is_some() {
            check("天", own.day.used_at(own.day_start(now)), limits.other_per_day)?;
        } else {
            check("分钟", own.minute.used_at(minute(now)), limits.per_minute)?;
            check("小时", own.hour.used_at(hour(now)), limits.per_hour)?;
            check("天", own.day.used_at(own.day_start(now)), limits.per_day)?;
            check("天", all.day.used_at(all.day_start(now)), limits.per_number_day)?;
            all.charge(now);
        }
        own.charge(now);
        Ok(())
    }

    fn sweep(&mut self, now: i64) {
        if self.by_subject.len() + self.by_phone.len() <= self.sweep_at.max(SWEEP_AT) {
            return;
        }
        let fresh = |counter: &Counter| counter.day_start(now) == counter.day.start;
        self.by_subject.retain(|_, counter| fresh(counter));
        self.by_phone.retain(|_, counter| fresh(counter));
        self.sweep_at = 2 * (self.by_subject.len() + self.by_phone.len());
    }
}

fn check(window: &str, used: u32, limit: Option<u32>) -> Result<(), Refusal> {
    match limit {
        Some(limit) if used >= limit => {
            let text = format!("触发{window}级流控Permits:{limit}");
            Err(Refusal::business("isv.BUSINESS_LIMIT_CONTROL", text))
        }
        _ => Ok(()),
    }
}
