//! Messages without a code: what they tell, and what stands for it in a template.
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use jiff::tz::Offset;

use super::Place;

/// Something that happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Its number is another one; told to the one it was.
    PhoneChanged {
        /// The last digits of the new number.
        ending: &'a str,
        /// When.
        at: Timestamp,
    },
}

impl Notice<'_> {
    /// The variables of a template for notices, all of which it has. Their values fit what providers in the mainland let stand in the
    /// place of a number and of a time (<https://help.aliyun.com/document_detail/2806243.html>): a mask of stars would not.
    pub const VARIABLES: [&'static str; 2] = ["number", "time"];

    /// For a test, and for a look at how it reads.
    pub const fn example(at: Timestamp) -> Self {
        Self::PhoneChanged { ending: "0000", at }
    }

    /// The use whose template it takes.
    pub const fn usage_type(&self) -> UsageType {
        match self {
            Self::PhoneChanged { .. } => UsageType::PhoneChanged,
        }
    }

    /// The values of [`Self::VARIABLES`]. Where one number is, one time is usual; elsewhere nobody knows it.
    pub fn values(&self, place: Place) -> [(&'static str, String); 2] {
        let Self::PhoneChanged { ending, at } = *self;
        let [number, time] = Self::VARIABLES;
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        let at = match place {
            Place::Mainland => {
                Offset::constant(8).to_datetime(at).strftime("%Y年%m月%d日%H:%M:%S").to_string()
            }
            Place::Outside => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        };
        [(number, ending.to_owned()), (time, at)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_which_number_and_when_as_people_there_say_it() {
        let notice = Notice::PhoneChanged { ending: "8001", at: Timestamp(1_795_305_630_000) };
        let values = |place| notice.values(place).map(|(_, value)| value);
        assert_eq!(values(Place::Mainland), ["8001", "2026年11月22日08:00:30"]);
        assert_eq!(values(Place::Outside), ["8001", "2026-11-22 00:00 UTC"]);
        assert!(notice.usage_type().is_notice());
        let longest = values(Place::Mainland).into_iter().chain(values(Place::Outside));
        assert!(longest.into_iter().all(|value| value.chars().count() <= 35), "Aliyun's most");
    }
}
