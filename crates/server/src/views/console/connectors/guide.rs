//! The guided steps beside a form: Markdown of ours, a part for each heading.
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::web::i18n::Lang;

/// Steps in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guide {
    /// What stands before the first heading, as HTML.
    pub intro: String,
    /// Heading, and what stands below it as HTML.
    pub parts: Vec<(String, String)>,
}

impl Guide {
    /// Draws the steps of a factory. The source is part of the program, so its HTML is ours.
    pub fn of(markdown: &str, lang: Lang) -> Self {
        let mut sections = format!("\n{markdown}");
        let rest = sections.split_off(sections.find("\n## ").unwrap_or(sections.len()));
        let part = |text: &str| {
            let (title, body) = text.split_once('\n').unwrap_or((text, ""));
            (title.trim().to_owned(), draw(body, lang))
        };
        let parts = rest.split("\n## ").skip(1).map(part).collect();
        Self { intro: draw(&sections, lang), parts }
    }
}

fn draw(markdown: &str, lang: Lang) -> String {
    let mut code: Option<String> = None;
    let events = Parser::new_ext(markdown, Options::empty()).filter_map(|event| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
            code = Some(String::new());
            None
        }
        Event::Text(text) if code.is_some() => {
            if let Some(code) = &mut code {
                code.push_str(&text);
            }
            None
        }
        Event::End(TagEnd::CodeBlock) => Some(raw(block(&code.take().unwrap_or_default(), lang))),
        Event::Start(Tag::Link { dest_url, .. }) => {
            let href = escape(&dest_url);
            Some(raw(format!("<a href=\"{href}\" target=\"_blank\" rel=\"noopener\">")))
        }
        Event::End(TagEnd::Link) => Some(raw(format!(
            "<span class=\"unseen\">{}{}</span></a>",
            lang.between_sentences(),
            lang.t("new-tab")
        ))),
        // the next line of the source goes on in the same sentence or with the next: Chinese has no space in either place
        Event::SoftBreak => Some(Event::Text(CowStr::from(lang.between_sentences()))),
        other => Some(other),
    });
    let mut drawn = String::new();
    html::push_html(&mut drawn, events);
    drawn
}

/// The same block as `code` of `templates/console/ui.html`.
fn block(text: &str, lang: Lang) -> String {
    let (label, copy) = (lang.t("console-steps-code"), lang.t("console-copy"));
    let copied = lang.t("console-copied");
    let text = escape(text.trim_end());
    format!(
        "<div class=\"code-block lines\" data-copy><div class=\"code-text\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">\
         <code dir=\"ltr\">{text}</code></div>\
         <button class=\"button small copy\" type=\"button\" data-copied=\"{copied}\" hidden><span>{copy}</span></button>\
         <span class=\"unseen\" role=\"status\"></span></div>"
    )
}

fn raw<'a>(html: String) -> Event<'a> {
    Event::Html(CowStr::from(html))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::FACTORIES;

    #[test]
    fn a_heading_begins_a_part_and_links_leave_the_page_alone() {
        let guide = Guide::of(
            "Before.\n\n## 1. One\n\n[a](https://a.example/?x=1&y=2)\n\n## 2. Two\n\nText",
            Lang::En,
        );
        assert_eq!(guide.intro.trim(), "<p>Before.</p>");
        assert_eq!(guide.parts.len(), 2);
        let (title, body) = &guide.parts[0];
        assert_eq!(title, "1. One");
        assert!(
            body.contains(
                "href=\"https://a.example/?x=1&amp;y=2\" target=\"_blank\" rel=\"noopener\">a<span"
            ),
            "{body}"
        );
    }

    #[test]
    fn a_line_that_goes_on_has_no_space_between_in_chinese() {
        let drawn = |text, lang| Guide::of(text, lang).intro.trim().to_owned();
        assert_eq!(drawn("先提交。\n再等待。", Lang::ZhCn), "<p>先提交。再等待。</p>");
        assert_eq!(drawn("Apply first.\nThen wait.", Lang::En), "<p>Apply first. Then wait.</p>");
    }

    #[test]
    fn code_is_drawn_as_it_stands_and_can_be_copied() {
        let guide = Guide::of("```json\n{ \"a\": \"<b>\" }\n```", Lang::En);
        assert!(
            guide.intro.contains("{ &quot;a&quot;: &quot;&lt;b&gt;&quot; }</code>"),
            "{}",
            guide.intro
        );
        assert!(guide.intro.contains("data-copied="));
    }

    #[test]
    fn every_factory_has_steps_that_draw_in_both_languages() {
        for factory in FACTORIES {
            let guides = Lang::ALL.map(|lang| Guide::of(factory.steps.in_lang(lang), lang));
            assert_eq!(guides[0].parts.len(), guides[1].parts.len(), "{}", factory.id);
            for guide in guides {
                assert!(!guide.intro.is_empty(), "{}", factory.id);
                let drawn = guide.parts.iter().map(|(_, body)| body).chain([&guide.intro]);
                // Chinese has no spaces around what is strong, and then not every ** counts as a mark
                let raw: Vec<_> = drawn.filter(|html| html.contains("**")).collect();
                assert!(raw.is_empty(), "{}: {raw:?}", factory.id);
            }
        }
    }
}
