//! The counters of a message that tells somebody what happened to their account.
use super::sending::of_budget;
use super::{Ask, Charge, DAY_MS, LimitKind, Standing, number_id};
use crate::keys::Key;
use crate::phone::PhoneNumber;
use crate::policy::SendPolicy;
use crate::time::Timestamp;

/// Notices to one number in a day. A number is told when it is taken off an account, so more than a few are a program that moves it to
/// and fro.
const NOTICES_PER_DAY: i64 = 10;

/// The counters one notice is charged to: what all messages may be and cost, and one of its own.
///
/// None of those that codes to the number are charged to, nor those of addresses, networks and countries: strangers can fill these, and
/// who takes an account over must not be able to keep its owner from hearing of it. They cannot fill the one of notices: only a change
/// that was made counts there. Of the budgets all is open where the person changes it, the last fifth included that strangers never reach;
/// a program or an administrator who changes many has what other programs have. When even that is used up nothing goes out, as for every
/// message.
pub fn for_notice(
    policy: &SendPolicy,
    key: &Key,
    (phone, price, standing): (&PhoneNumber, u32, Standing),
    now: Timestamp,
) -> Vec<Charge> {
    let day = now.plus_millis(DAY_MS);
    let own = Charge::new(LimitKind::Notices, &number_id(key, phone), NOTICES_PER_DAY, day);
    let ask = Ask { phone, address: None, standing, price, resend_at: now, now };
    own.into_iter().chain(of_budget(policy, &ask)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ServerKey;
    use crate::limits::for_message;

    #[test]
    fn codes_to_a_number_leave_room_for_notices_to_it() {
        let key = ServerKey::new([1; 32]).derive("limits");
        let phone = PhoneNumber::from_international("8613800138000").unwrap();
        let (policy, now) = (SendPolicy::default(), Timestamp(0));
        let of = |who| for_notice(&policy, &key, (&phone, 450, who), now);
        let notice = of(Standing::Known);
        let kinds: Vec<_> = notice.iter().map(|charge| charge.kind).collect();
        let budgets = [
            LimitKind::BudgetHour,
            LimitKind::BudgetDay,
            LimitKind::MoneyHour,
            LimitKind::MoneyDay,
        ];
        assert_eq!((kinds[0], &kinds[1..]), (LimitKind::Notices, &budgets[..]));
        assert!(notice.iter().all(|charge| charge.share == 100), "the last fifth is open to it");
        assert!(of(Standing::Solved)[1..].iter().all(|charge| charge.share == 80));
        let stranger = Ask {
            phone: &phone,
            address: Some("203.0.113.7".parse().unwrap()),
            standing: Standing::Stranger,
            price: 450,
            resend_at: Timestamp(60_000),
            now,
        };
        for code in for_message(&policy, &key, &stranger) {
            let shared = notice.iter().any(|charge| charge.bucket == code.bucket);
            assert_eq!(shared, code.kind.is_budget(), "{:?}", code.kind);
        }
    }
}
