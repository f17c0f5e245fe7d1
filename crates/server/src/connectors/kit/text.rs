//! A sentence in every language of the console, known when the program is built.
use serde_json::{Value, json};

use crate::web::i18n::Lang;

/// The same words in each [`Lang`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh_cn: &'static str,
}

impl Text {
    /// Both languages, English first.
    pub const fn new(en: &'static str, zh_cn: &'static str) -> Self {
        Self { en, zh_cn }
    }

    /// The words in one language.
    pub const fn in_lang(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::ZhCn => self.zh_cn,
        }
    }

    /// The words in every language, by tag.
    pub fn by_tag(&self) -> Value {
        json!({ "en": self.en, "zh-CN": self.zh_cn })
    }
}
