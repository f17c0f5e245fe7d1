//! The country picker's rows: names from CLDR (`locales/countries.tsv`), calling codes from the numbering plans.
use std::collections::HashMap;
use std::sync::LazyLock;

use haoma_core::phone::Region;

use crate::views::phone::Country;
use crate::web::i18n::Lang;

const TABLE: &str = include_str!("../../../locales/countries.tsv");

/// The names of one region.
#[derive(Debug, Clone, Copy)]
struct Names {
    english: &'static str,
    chinese: &'static str,
    own: &'static str,
}

static NAMES: LazyLock<HashMap<&'static str, Names>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        let region = cells.next()?;
        let names = Names { english: cells.next()?, chinese: cells.next()?, own: cells.next()? };
        Some((region, names))
    };
    TABLE.lines().filter_map(row).collect()
});

/// The allowed countries as the picker shows them, by name; `chosen` is marked, if it is among them.
pub fn rows(lang: Lang, allowed: &[Region], chosen: Region) -> Vec<Country> {
    let mut rows: Vec<Country> =
        allowed.iter().filter_map(|region| row(lang, *region, chosen)).collect();
    // Chinese names are found by the search; by their English names at least the order is one people know.
    rows.sort_by(|a, b| sort_key(&a.region).cmp(sort_key(&b.region)));
    rows.dedup();
    rows
}

/// What a country is called in a language.
pub fn name(lang: Lang, region: Region) -> String {
    let Some(names) = NAMES.get(region.as_str()) else { return region.to_string() };
    let name = match lang {
        Lang::En => names.english,
        Lang::ZhCn => names.chinese,
    };
    name.to_owned()
}

fn sort_key(region: &str) -> &'static str {
    NAMES.get(region).map_or("", |names| names.english)
}

fn row(lang: Lang, region: Region, chosen: Region) -> Option<Country> {
    let names = NAMES.get(region.as_str())?;
    let (name, foreign) = match lang {
        Lang::En => (names.english, names.chinese),
        Lang::ZhCn => (names.chinese, names.english),
    };
    let mut also: Vec<&str> = [names.own, foreign].into_iter().filter(|n| *n != name).collect();
    also.dedup();
    Some(Country {
        region: region.as_str().to_owned(),
        name: name.to_owned(),
        also: also.join("|"),
        code: region.calling_code()?.to_string(),
        is_chosen: region == chosen,
    })
}

/// Every region with a name and a numbering plan.
pub fn all() -> Vec<Region> {
    TABLE.lines().filter_map(|line| Region::parse(line.split('\t').next()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Region {
        Region::parse(text).unwrap()
    }

    #[test]
    fn a_country_has_its_name_in_the_language_of_the_page() {
        let allowed = [region("DE"), Region::CHINA, region("US"), region("CA")];
        let rows = rows(Lang::ZhCn, &allowed, Region::CHINA);
        let names: Vec<_> = rows.iter().map(|c| (c.name.as_str(), c.code.as_str())).collect();
        assert_eq!(names, [("加拿大", "1"), ("中国", "86"), ("德国", "49"), ("美国", "1")]);
        assert_eq!(rows[2].also, "Deutschland|Germany");
        assert!(rows[1].is_chosen && !rows[0].is_chosen);
    }

    #[test]
    fn a_country_is_listed_once_however_often_it_is_allowed() {
        assert_eq!(rows(Lang::En, &[Region::CHINA, Region::CHINA], Region::CHINA).len(), 1);
    }

    #[test]
    fn every_country_of_the_table_has_all_its_names() {
        assert_eq!(NAMES.len(), TABLE.lines().count());
        assert!(all().len() > 230, "{}", all().len());
        assert!(NAMES.values().all(|n| ![n.english, n.chinese, n.own].contains(&"")));
    }
}
