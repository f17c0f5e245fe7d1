//! Something wrong in a configuration: where, and what, told in either language.
use std::fmt;

use haoma_core::usage_type::UsageType;

use crate::web::i18n::Lang;

/// Something wrong in a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, such as `templates[1].templateCode`.
    pub key_path: String,
    /// What.
    pub kind: ProblemKind,
}

/// What is wrong. [`ProblemKind::as_str`] never changes once released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// A required value is absent or blank.
    Missing,
    /// Text was expected.
    NotText,
    /// `true` or `false` was expected.
    NotBoolean,
    /// A list of templates was expected.
    NotAList,
    /// The list has no entry.
    EmptyList,
    /// A whole number between two bounds was expected.
    OutOfRange {
        /// The least that is accepted.
        min: u64,
        /// The most that is accepted.
        max: u64,
    },
    /// One of a few words was expected.
    NotOneOf(&'static [&'static str]),
    /// No usage type of [`UsageType::ALL`].
    UnknownUsageType,
    /// An earlier template is for the same use.
    DuplicateUsageType,
    /// A template for notices where only codes can be sent.
    CodesOnly,
    /// Neither a template code nor one for each region.
    NoTemplateCode,
    /// Not an address, or one with parts that have no meaning here.
    BadAddress,
    /// `http://` would show numbers and codes to the network.
    PlainHttp,
    /// The address leads inside: this machine, a private network, a metadata service.
    PrivateAddress,
    /// Characters that a header cannot carry.
    NotSendable,
    /// No such kind of connector.
    UnknownFactory,
}

impl Problem {
    /// A problem at a place.
    pub fn new(key_path: impl Into<String>, kind: ProblemKind) -> Self {
        Self { key_path: key_path.into(), kind }
    }

    /// The sentence for people, without the place.
    pub fn message(&self, lang: Lang) -> String {
        self.kind.message(lang)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key_path, self.message(Lang::En))
    }
}

impl std::error::Error for Problem {}

impl ProblemKind {
    /// The stable word for programs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotText => "not_text",
            Self::NotBoolean => "not_boolean",
            Self::NotAList => "not_a_list",
            Self::EmptyList => "empty_list",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotOneOf(_) => "not_one_of",
            Self::UnknownUsageType => "unknown_usage_type",
            Self::DuplicateUsageType => "duplicate_usage_type",
            Self::CodesOnly => "codes_only",
            Self::NoTemplateCode => "no_template_code",
            Self::BadAddress => "bad_address",
            Self::PlainHttp => "plain_http",
            Self::PrivateAddress => "private_address",
            Self::NotSendable => "not_sendable",
            Self::UnknownFactory => "unknown_factory",
        }
    }

    /// The sentence for people.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::ZhCn => self.chinese(),
        }
    }

    fn english(&self) -> String {
        let words = match self {
            Self::Missing => "is missing",
            Self::NotText => "must be text",
            Self::NotBoolean => "must be true or false",
            Self::NotAList => "must be a list of templates",
            Self::EmptyList => "needs at least one template",
            Self::OutOfRange { min, max } => {
                return format!("must be a whole number from {min} to {max}");
            }
            Self::NotOneOf(allowed) => return format!("must be one of {}", allowed.join(", ")),
            Self::UnknownUsageType => {
                return format!("must be one of {}", usage_types(", "));
            }
            Self::DuplicateUsageType => "is there already: one template for each use",
            Self::CodesOnly => {
                "is a notice, and this kind of connector carries verification codes only"
            }
            Self::NoTemplateCode => "must be a template code, or {\"china\", \"overseas\"}",
            Self::BadAddress => {
                "must be an address such as https://host or https://host:port, without user and password"
            }
            Self::PlainHttp => {
                "must start with https://: plain http shows numbers and codes to the network"
            }
            Self::PrivateAddress => {
                "leads to this machine, a private network or a metadata service, which is not allowed"
            }
            Self::NotSendable => "has characters other than visible ASCII",
            Self::UnknownFactory => "there is no connector of this kind",
        };
        words.to_owned()
    }

    fn chinese(&self) -> String {
        let words = match self {
            Self::Missing => "未填写",
            Self::NotText => "必须是文本",
            Self::NotBoolean => "必须是 true 或 false",
            Self::NotAList => "必须是模板列表",
            Self::EmptyList => "至少需要一个模板",
            Self::OutOfRange { min, max } => return format!("必须是 {min} 到 {max} 之间的整数"),
            Self::NotOneOf(allowed) => return format!("必须是以下之一：{}", allowed.join("、")),
            Self::UnknownUsageType => return format!("必须是以下之一：{}", usage_types("、")),
            Self::DuplicateUsageType => "已经出现过：每种用途只能有一个模板",
            Self::CodesOnly => "是通知短信的用途，这种连接器只能发送验证码",
            Self::NoTemplateCode => "必须是模板 CODE，或 {\"china\", \"overseas\"}",
            Self::BadAddress => {
                "必须是 https://主机 或 https://主机:端口 形式的地址，不能带用户名和密码"
            }
            Self::PlainHttp => "必须以 https:// 开头：http 会把号码和验证码暴露在网络上",
            Self::PrivateAddress => "指向本机、内网或元数据服务，不允许使用",
            Self::NotSendable => "含有可见 ASCII 以外的字符",
            Self::UnknownFactory => "没有这种连接器",
        };
        words.to_owned()
    }
}

fn usage_types(joint: &str) -> String {
    UsageType::ALL.map(UsageType::as_str).join(joint)
}
