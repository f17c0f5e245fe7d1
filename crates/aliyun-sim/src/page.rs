//! The inbox page. Markup only: the list is built by its script, from text, never from HTML.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, header},
};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Name in the markup, English, Chinese.
const WORDS: [(&str, &str, &str); 18] = [
    ("lang", "en", "zh-CN"),
    ("title", "Messages", "信息"),
    ("subtitle", "Aliyun SMS simulator", "阿里云短信模拟器"),
    ("filter", "Filter by phone number", "按手机号筛选"),
    ("copy", "Copy", "复制"),
    ("copied", "Copied", "已复制"),
    ("wait", "Connecting…", "连接中…"),
    ("live", "Live", "实时"),
    ("lost", "Reconnecting…", "正在重连…"),
    ("to", "To", "收件人"),
    ("new", "New message to", "新短信，收件人"),
    ("today", "Today", "今天"),
    ("yesterday", "Yesterday", "昨天"),
    ("none", "No messages yet", "还没有短信"),
    ("none_hint", "A message shows up here the moment it is sent.", "短信发出后会立即显示在这里。"),
    ("unmatched", "No message to this number", "没有发给该号码的短信"),
    ("unmatched_hint", "Clear the filter to see all messages.", "清除筛选即可查看全部短信。"),
    (
        "noscript",
        "This page needs JavaScript to show messages.",
        "需要启用 JavaScript 才能显示短信。",
    ),
];

/// The page in the reader's language.
pub(crate) fn inbox(headers: &HeaderMap) -> Response<Body> {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let chinese = prefers_chinese(wanted);
    let html = WORDS
        .iter()
        .fold(include_str!("../assets/inbox.html").to_owned(), |html, (name, en, zh)| {
            html.replace(&format!("{{{name}}}"), if chinese { zh } else { en })
        });
    let mut response = respond("text/html; charset=utf-8", Body::from(html));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

pub(crate) async fn script() -> Response<Body> {
    respond("text/javascript; charset=utf-8", Body::from(include_str!("../assets/inbox.js")))
}

pub(crate) async fn style() -> Response<Body> {
    respond("text/css; charset=utf-8", Body::from(include_str!("../assets/inbox.css")))
}

fn respond(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Whether Chinese is wanted more than English; of equal weights the first named wins.
fn prefers_chinese(accept_language: &str) -> bool {
    let mut best = ("", 0.0_f32);
    for range in accept_language.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let language = tag.trim().split('-').next().unwrap_or_default();
        let weight = parameters
            .trim()
            .strip_prefix("q=")
            .map_or(Some(1.0), |q| q.trim().parse().ok())
            .unwrap_or(0.0);
        let known = ["zh", "en"].into_iter().find(|known| known.eq_ignore_ascii_case(language));
        if let Some(known) = known.filter(|_| weight > best.1) {
            best = (known, weight);
        }
    }
    best.0 == "zh"
}
