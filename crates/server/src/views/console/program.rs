//! What a client's program is called by people: `Chrome on Android` rather than what it says of itself.
use crate::web::i18n::{Lang, Piece};
use crate::web::program::{browser, system};

/// A browser and its system, as far as they are known.
pub fn named(lang: Lang, user_agent: Option<&str>) -> String {
    let (browser, system) = (user_agent.and_then(browser), user_agent.and_then(system));
    let browser = browser.map(|name| {
        let own = format!("program-{}", name.to_ascii_lowercase().replace(' ', "-"));
        if lang.has(&own) { lang.t(&own).into_owned() } else { name.to_owned() }
    });
    match (browser, system) {
        (Some(browser), Some(system)) => {
            let marked =
                [("browser", Piece::Text(browser)), ("system", Piece::Text(system.to_owned()))];
            lang.pieces("program-on", &marked).iter().map(Piece::text).collect()
        }
        (Some(browser), None) => browser,
        (None, Some(system)) => lang.t1("program-some", "system", system).into_owned(),
        (None, None) => lang.t("program-unknown").into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::program::kept;

    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1";
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0";
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0";
    const WECHAT: &str = "Mozilla/5.0 (Linux; Android 13; V2244A Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231202 MicroMessenger/8.0.47.2560(0x28002F30) WeChat/arm64";

    #[test]
    fn programs_are_called_as_people_call_them() {
        for (text, english, chinese) in [
            (ANDROID, "Chrome on Android", "Chrome（Android）"),
            (IPHONE, "Safari on iPhone", "Safari（iPhone）"),
            (EDGE, "Edge on Windows", "Edge（Windows）"),
            (FIREFOX, "Firefox on Linux", "Firefox（Linux）"),
            (WECHAT, "WeChat on Android", "微信（Android）"),
            ("curl/8.5.0", "Unknown program", "未知客户端"),
            ("(Windows)", "A program on Windows", "Windows 上的程序"),
        ] {
            let kept = kept(text);
            assert!(kept.chars().count() <= 120, "{kept}");
            for text in [text, &kept] {
                assert_eq!(named(Lang::En, Some(text)), english);
                assert_eq!(named(Lang::ZhCn, Some(text)), chinese);
            }
        }
        assert_eq!(named(Lang::En, None), "Unknown program");
    }
}
