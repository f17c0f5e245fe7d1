//! What messages cost.
use std::collections::BTreeMap;

use crate::phone::Region;

/// What one message costs, by country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    /// In ten-thousandths of the currency.
    by_region: BTreeMap<Region, u32>,
    /// Everywhere else.
    elsewhere: u32,
}

impl Default for Prices {
    /// Aliyun's published starting price for the mainland, CNY 0.045; elsewhere more than most countries cost.
    fn default() -> Self {
        Self { by_region: BTreeMap::from([(Region::CHINA, 450)]), elsewhere: 5_000 }
    }
}

/// A price that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a price: a country in two letters or `elsewhere`, and 0 to 1000")]
pub struct InvalidPrice(pub String);

impl Prices {
    /// The defaults, with those that are written instead; `elsewhere` names all other countries.
    ///
    /// # Errors
    /// Every entry that is none.
    pub fn read(written: &BTreeMap<String, f64>) -> Result<Self, Vec<InvalidPrice>> {
        let mut prices = Self::default();
        let mut wrong = vec![];
        for (place, price) in written {
            match (place.as_str(), units(*price), Region::parse(place)) {
                ("elsewhere", Some(units), _) => prices.elsewhere = units,
                (_, Some(units), Ok(region)) => drop(prices.by_region.insert(region, units)),
                _ => wrong.push(InvalidPrice(place.clone())),
            }
        }
        if wrong.is_empty() { Ok(prices) } else { Err(wrong) }
    }

    /// What a message to a number of this country costs, in ten-thousandths of the currency.
    pub fn of(&self, region: Region) -> u32 {
        self.by_region.get(&region).copied().unwrap_or(self.elsewhere)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number of this range is the same as u32"
)]
fn units(price: f64) -> Option<u32> {
    let units = (price * 10_000.0).round();
    (0.0..=10_000_000.0).contains(&units).then_some(units as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_written_in_the_currency_and_counted_exactly() {
        let us = Region::parse("US").unwrap();
        assert_eq!((Prices::default().of(Region::CHINA), Prices::default().of(us)), (450, 5_000));
        let written = [("US", 0.0587), ("elsewhere", 1.0)].map(|(place, n)| (place.to_owned(), n));
        let prices = Prices::read(&BTreeMap::from(written)).unwrap();
        let germany = Region::parse("DE").unwrap();
        assert_eq!([us, Region::CHINA, germany].map(|r| prices.of(r)), [587, 450, 10_000]);
    }

    #[test]
    fn everything_that_is_no_price_is_named() {
        let written = [("USA", 1.0), ("CN", -1.0), ("DE", f64::NAN), ("FR", 1000.1), ("GB", 0.0)];
        let wrong =
            Prices::read(&written.map(|(place, n)| (place.to_owned(), n)).into()).unwrap_err();
        let named: Vec<_> = wrong.into_iter().map(|InvalidPrice(place)| place).collect();
        assert_eq!(named, ["CN", "DE", "FR", "USA"]);
    }
}
