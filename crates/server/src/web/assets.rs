//! Stylesheet, script and icon: embedded, named by their content, compressed once, cached for good.
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::views::theme::Theme;

/// The name changes with the content, so nobody ever has to ask again (RFC 8246).
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// One embedded file.
struct Asset {
    /// `/assets/haoma-1a2b3c4d5e6f.css`
    href: String,
    media_type: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    asset("haoma", "css", "text/css; charset=utf-8", include_bytes!("../../assets/dist/haoma.css"))
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "pages",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/dist/pages.js"),
    )
});
static TASK: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "task",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/dist/task.js"),
    )
});
static CAPTCHA: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "captcha",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/dist/captcha.js"),
    )
});
static WATCH: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "watch",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../assets/dist/watch.js"),
    )
});
static MARK: LazyLock<Asset> = LazyLock::new(|| {
    asset("mark", "svg", "image/svg+xml", include_bytes!("../../assets/mark.svg"))
});

/// Where the stylesheet of every page is.
pub fn style_href() -> &'static str {
    &STYLE.href
}

/// Where the script of the hosted pages is.
pub fn script_href() -> &'static str {
    &SCRIPT.href
}

/// Where the script of the page with a task is, which is also its worker.
pub fn task_href() -> &'static str {
    &TASK.href
}

/// Where the script of the page with a captcha is.
pub fn captcha_href() -> &'static str {
    &CAPTCHA.href
}

/// Where the script of pages that renew themselves is.
pub fn watch_href() -> &'static str {
    &WATCH.href
}

/// Where Haoma's own mark is.
pub fn mark_href() -> &'static str {
    &MARK.href
}

/// Compresses everything, so that the first person does not wait for it.
pub fn warm() {
    for asset in [&STYLE, &SCRIPT, &TASK, &CAPTCHA, &WATCH, &MARK] {
        LazyLock::force(asset);
    }
}

/// The embedded files, below `/assets/`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(handle))
}

/// `GET /assets/{name}`: an embedded file, or a brand's colours; anything else is 404 (wire contract A.5).
async fn handle(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let found = [&STYLE, &SCRIPT, &TASK, &CAPTCHA, &WATCH, &MARK]
        .into_iter()
        .find(|asset| asset.href.strip_prefix("/assets/") == Some(name.as_str()));
    match (found, Theme::from_file_name(&name)) {
        (Some(asset), _) => embedded(asset, accepts_gzip(&headers)),
        (None, Some(theme)) => {
            let css = [
                (CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
                (CACHE_CONTROL, FOR_GOOD),
            ];
            (css, theme.css()).into_response()
        }
        (None, None) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn embedded(asset: &Asset, gzip: bool) -> Response {
    let body = if gzip { asset.gzip.clone() } else { asset.plain.clone() };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(CACHE_CONTROL, FOR_GOOD);
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
        name.trim() == "gzip" && weight.is_none_or(|q| q > 0.0)
    })
}

fn asset(stem: &str, extension: &str, media_type: &'static str, content: &'static [u8]) -> Asset {
    let hash = Sha256::digest(content);
    let short = hash.iter().take(6).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    });
    Asset {
        href: format!("/assets/{stem}-{short}.{extension}"),
        media_type,
        plain: Bytes::from_static(content),
        gzip: Bytes::from(gzip(content).into_owned()),
    }
}

/// Compressed as small as gzip can.
fn gzip(content: &[u8]) -> Cow<'_, [u8]> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 2), Compression::best());
    // Writing to a Vec cannot fail; if it did, an empty file would be seen by the tests.
    match encoder.write_all(content).and_then(|()| encoder.finish()) {
        Ok(bytes) => Cow::Owned(bytes),
        Err(_unreachable) => Cow::Borrowed(&[]),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Bytes of a page on the wire: markup, stylesheet and script, each compressed.
    pub(crate) fn weight(html: &str) -> usize {
        gzip(html.as_bytes()).len() + STYLE.gzip.len() + SCRIPT.gzip.len()
    }

    #[test]
    fn a_browser_that_does_not_want_gzip_gets_none() {
        let asks = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(text));
            accepts_gzip(&headers)
        };
        assert!(asks("gzip, deflate, br") && asks("br, gzip;q=0.5") && asks("gzip;q=1.0"));
        assert!(!asks("br") && !asks("gzip;q=0") && !asks("gzip; q=0.0") && !asks(""));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_name_is_its_content() {
        let name = style_href().strip_prefix("/assets/").unwrap().to_owned();
        let found = handle(Path(name.clone()), HeaderMap::new()).await;
        assert_eq!(found.status(), StatusCode::OK);
        assert_eq!(found.headers()[CACHE_CONTROL], FOR_GOOD);
        for other in [
            name.replace("haoma-", "haoma-0"),
            "haoma.css".to_owned(),
            "../app.rs".to_owned(),
            String::new(),
        ] {
            assert_eq!(handle(Path(other), HeaderMap::new()).await.status(), StatusCode::NOT_FOUND);
        }
    }

    #[test]
    fn the_embedded_files_hold_no_foreign_address() {
        for asset in [&STYLE, &SCRIPT, &TASK, &CAPTCHA] {
            let text = std::str::from_utf8(&asset.plain)
                .unwrap()
                .replace("http://www.w3.org/2000/svg", "");
            assert!(
                !text.contains("http://") && !text.contains("https://") && !text.contains("//cdn")
            );
        }
    }
}
