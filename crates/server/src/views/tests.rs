//! Every page, drawn with samples in both languages.
use crate::views::samples::{self, NASTY};
use crate::web::assets::tests::weight;
use crate::web::i18n::Lang;

/// Calls the check with every page.
fn each(check: impl Fn(&str, &str)) {
    for lang in Lang::ALL {
        for (name, html) in samples::all(lang) {
            check(&format!("{name} in {}", lang.tag()), &html);
        }
    }
}

#[test]
fn every_page_is_drawn_whole() {
    each(|name, html| {
        assert!(
            html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"),
            "{name}"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one heading");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
    });
}

#[test]
fn s42_no_page_carries_script_or_style_of_its_own() {
    each(|name, html| {
        for tag in html.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap().to_ascii_lowercase();
            assert!(!tag.starts_with("style"), "{name}: {tag}");
            assert!(!tag.starts_with("script") || tag.contains("src=\"/assets/"), "{name}: {tag}");
            for attribute in
                [" style=", " onload=", " onclick=", " onsubmit=", " onerror=", "javascript:"]
            {
                let outside_values = tag.split('"').step_by(2).collect::<String>();
                assert!(!outside_values.contains(attribute), "{name}: {tag}");
            }
        }
    });
}

#[test]
fn s46_what_others_wrote_stays_text() {
    let mut seen = 0;
    each(|name, html| {
        assert!(!html.contains(NASTY) && !html.contains("<img src=x"), "{name}");
    });
    for (_, html) in samples::all(Lang::En) {
        seen += html.matches("onerror=alert(1)").count();
    }
    assert!(seen >= 4, "the samples do carry it: {seen}");
}

#[test]
fn a_page_with_what_it_loads_is_at_most_30_kilobytes() {
    each(|name, html| {
        let bytes = weight(html);
        assert!(bytes <= 30 * 1024, "{name}: {bytes} bytes");
    });
}

#[test]
fn nothing_is_loaded_from_another_host_except_the_brands_own_pictures() {
    each(|name, html| {
        for part in html.split(" src=\"").skip(1) {
            let address = part.split('"').next().unwrap();
            assert!(
                address.starts_with("/assets/") || address.starts_with("https://shop.example/"),
                "{name}: {address}"
            );
        }
    });
}

#[test]
fn every_field_that_is_wrong_says_so_to_everybody() {
    each(|name, html| {
        for part in html.split("class=\"error\" id=\"").skip(1) {
            let id = part.split('"').next().unwrap();
            assert!(part.contains("role=\"alert\""), "{name}");
            let described = format!("aria-describedby=\"{id}");
            assert!(
                html.contains(&described) && html.contains("aria-invalid=\"true\""),
                "{name}: {id}"
            );
        }
    });
}

#[test]
fn every_page_names_its_language() {
    let response = samples::answered(Lang::ZhCn);
    assert_eq!(response.headers()["content-language"], "zh-CN");
    assert_eq!(response.status(), 404);
    each(|name, html| assert!(html.contains("<html lang=\""), "{name}"));
}
