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
    let is_ours = |address: &str| address.starts_with('/') && !address.starts_with("//");
    each(|name, html| {
        for part in html.split(" src=\"").skip(1) {
            let address = part.split('"').next().unwrap();
            assert!(
                is_ours(address) || address.starts_with("https://shop.example/"),
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

/// What the title of the tab says.
fn title(html: &str) -> &str {
    html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap()
}

/// One sample by its name.
fn sample(lang: Lang, wanted: &str) -> String {
    samples::all(lang).into_iter().find(|(name, _)| *name == wanted).unwrap().1
}

#[test]
fn the_title_of_a_page_with_a_mistake_begins_with_that() {
    for (lang, start) in [(Lang::En, "Error: "), (Lang::ZhCn, "错误：")] {
        let mut seen = 0;
        for (name, html) in samples::all(lang) {
            let is_wrong = html.contains("role=\"alert\"");
            assert_eq!(title(&html).starts_with(start), is_wrong, "{name}: {}", title(&html));
            seen += usize::from(is_wrong);
        }
        assert!(seen >= 8, "the samples do have mistakes: {seen}");
        let wrong = sample(lang, "code-wrong");
        assert_eq!(title(&wrong), format!("{start}{}", lang.t("code-title")));
    }
}

#[test]
fn a_link_that_opens_a_tab_says_so() {
    for (lang, words) in [(Lang::En, " (opens in a new tab)"), (Lang::ZhCn, "（在新标签页打开）")]
    {
        let mut seen = 0;
        for (name, html) in samples::all(lang) {
            for link in html.split("<a ").skip(1).filter_map(|rest| rest.split("</a>").next()) {
                if link.contains("target=\"_blank\"") {
                    let heard = format!("<span class=\"unseen\">{words}</span>");
                    assert!(link.ends_with(&heard), "{name}: {link}");
                    seen += 1;
                }
            }
        }
        assert!(seen >= 10, "the samples do have such links: {seen}");
    }
}

#[test]
fn a_chinese_page_keeps_no_english_sentence() {
    // What stays as it is in every language: names, the language switch, what a token says.
    let of_nobody =
        ["Haoma", "English", "Shop &#38; Co", "Demo", "Mozilla", "shop.example", "onerror=alert"];
    let is_ours = |text: &str| {
        text.contains(|c: char| c.is_ascii_lowercase())
            && !of_nobody.iter().any(|n| text.contains(n))
    };
    for ((name, en), (_, zh)) in samples::all(Lang::En).into_iter().zip(samples::all(Lang::ZhCn)) {
        let (en, zh) = (texts(&en), texts(&zh));
        let same: Vec<_> = zh.iter().filter(|text| is_ours(text) && en.contains(text)).collect();
        assert!(same.is_empty(), "{name}: {same:?}");
    }
    each(|name, html| {
        let is_chinese = title(html).contains(|c: char| ('一'..='龥').contains(&c));
        assert_eq!(is_chinese, name.ends_with("zh-CN"), "{name}: {}", title(html));
    });
}

/// What a page says: its text, and the attributes that are read out; without what a token holds.
fn texts(html: &str) -> Vec<String> {
    let mut found = vec![];
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let is_machine =
            ["code", "wbr", "pre", "td", "span class=\"token-"].iter().any(|t| tag.starts_with(t));
        found.extend((!is_machine).then(|| text.trim().to_owned()));
        let (names, values) = (tag.split('"').step_by(2), tag.split('"').skip(1).step_by(2));
        for (name, value) in names.zip(values) {
            let is_heard = ["aria-label=", "alt=", "title=", "placeholder="];
            if is_heard.iter().any(|heard| name.trim().ends_with(heard)) {
                found.push(value.to_owned());
            }
        }
    }
    found
}

#[test]
fn a_code_that_is_guessed_out_gives_way_to_a_new_one() {
    for lang in Lang::ALL {
        for name in ["code-guessed-out", "code-last-try"] {
            let html = sample(lang, name);
            assert!(
                !html.contains("code-life"),
                "{name} says how long it works, or points at nothing"
            );
            assert_eq!(html.matches("primary").count(), 1, "{name}");
            let main = format!(
                "<button class=\"button primary wide\" type=\"submit\">{}</button>",
                lang.t("resend-new")
            );
            assert!(html.contains(&main), "{name}");
            assert!(html.contains("data-wait=\"58\""), "{name}: the pause goes on");
            assert!(html.contains(&*lang.t1("resend-wait", "seconds", 58)), "{name}");
        }
        let reloaded = sample(lang, "code-guessed-out-reloaded");
        assert!(reloaded.contains(&*lang.t("attempts-none")), "nothing else says that it is gone");
        assert!(!reloaded.contains(&*lang.t1("code-life", "minutes", 5)));
        let wrong = sample(lang, "code-wrong");
        assert!(wrong.contains(&*lang.t1("code-life", "minutes", 5)), "a try is left");
    }
    assert!(sample(Lang::En, "code-last-try").contains("You have no tries left. Send a new code."));
}

#[test]
fn the_picker_can_say_how_many_countries_match() {
    for (lang, one, many) in [
        (Lang::En, "1 country or region matches.", "{count} countries or regions match."),
        (Lang::ZhCn, "有 1 个匹配的国家或地区。", "有 {count} 个匹配的国家或地区。"),
    ] {
        let html = sample(lang, "phone");
        assert!(html.contains(&format!("data-one=\"{one}\" data-many=\"{many}\"")), "{html}");
    }
}
