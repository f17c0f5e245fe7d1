//! What a client's program says of itself: what is kept of it, and what can be told from it. Never trusted: it says what it likes.

/// Characters that are kept.
const MOST: usize = 120;

/// Marks of browsers and their names. Most call themselves by the names of older ones, too: the first that fits is the one.
const BROWSERS: [(&str, &str); 17] = [
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("AlipayClient", "Alipay"),
    ("QQBrowser", "QQ Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("VivoBrowser", "vivo Browser"),
    ("HeyTapBrowser", "HeyTap Browser"),
    ("UCBrowser", "UC Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Marks of systems and their names; the same holds.
const SYSTEMS: [(&str, &str); 9] = [
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// What is kept with a session: without what every browser says, and with the program's own name where the rest is too long.
pub fn kept(user_agent: &str) -> String {
    let text = user_agent.replace("Mozilla/5.0 ", "").replace("(KHTML, like Gecko) ", "");
    if text.chars().count() <= MOST {
        return text;
    }
    let cut: String = text.chars().take(MOST).collect();
    match BROWSERS.iter().find(|(mark, _)| text.contains(mark)) {
        Some((mark, _)) if !cut.contains(mark) => {
            let room = MOST.saturating_sub(mark.len() + 1);
            format!("{} {mark}", text.chars().take(room).collect::<String>())
        }
        _ => cut,
    }
}

/// The browser's name, if it is a known one.
pub fn browser(user_agent: &str) -> Option<&'static str> {
    first(&BROWSERS, user_agent)
}

/// The system's name, if it is a known one.
pub fn system(user_agent: &str) -> Option<&'static str> {
    first(&SYSTEMS, user_agent)
}

fn first(marks: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    marks.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name)
}
