//! The form of the configuration.
use crate::connectors::aliyun;
use crate::connectors::kit::form::{Constant, FormItem, ItemKind, SelectItem};
use crate::connectors::kit::{Place, REPORTS, Text};

/// Every field, in the order the guided steps fill them.
pub(super) const FORM: &[FormItem] = &[
    aliyun::ACCESS_KEY_ID,
    aliyun::ACCESS_KEY_SECRET,
    aliyun::SIGN_NAME,
    FormItem::new("templates", Text::new("Templates", "模板"), ItemKind::Templates(Place::ALL))
        .required()
        .default(Constant::Json(TEMPLATES))
        .description(
            "A template code for each use and region. Generic serves every use without a code of its own. Aliyun \
             writes the place of the code ${code}; elsewhere it is often written {{code}}.",
            "为每种用途和地区填写模板 CODE；没有单独填写的用途使用“通用”模板。验证码的位置在阿里云模板中写作 ${code}，\
             在其他产品中常写作 {{code}}。",
        )
        .tooltip(
            "\"variable\" names the variable of a template that does not call it \"code\".",
            "如果模板中的变量名不是 code，请用 \"variable\" 填写它的名字。",
        ),
    FormItem::new(
        "noticeSignName",
        Text::new("Signature of notices", "通知短信签名"),
        ItemKind::Text,
    )
    .description(
        "For messages without a code, if the signature above was made for verification codes: those need a general one. \
         Blank for the same.",
        "用于不含验证码的通知短信。如果上面的签名适用场景是验证码，这里请填写“通用”签名；留空则使用同一签名。",
    ),
    FormItem::new(
        "strictPhoneRegionNumberCheck",
        Text::new("Strict check of mainland numbers", "严格检查国内号码"),
        ItemKind::Switch,
    )
    .default(Constant::Switch(false))
    .tooltip(
        "Read for the sake of configurations from elsewhere. Numbers carry their country code here, so both \
         settings mean the same.",
        "为兼容其他来源的配置而保留。这里的号码总带国家代码，开关与否效果相同。",
    ),
    FormItem::new(
        "region",
        Text::new("Region of the API", "API 所在地域"),
        ItemKind::Select(&[
            SelectItem { value: "cn-hangzhou", title: Text::new("Mainland China", "中国内地") },
            SelectItem { value: "cn-beijing", title: Text::new("Beijing", "北京") },
            SelectItem { value: "cn-hongkong", title: Text::new("Hong Kong", "香港") },
            SelectItem { value: "ap-southeast-1", title: Text::new("Singapore", "新加坡") },
            SelectItem { value: "ap-southeast-5", title: Text::new("Jakarta", "雅加达") },
            SelectItem { value: "eu-central-1", title: Text::new("Frankfurt", "法兰克福") },
            SelectItem { value: "us-east-1", title: Text::new("Virginia", "弗吉尼亚") },
        ]),
    )
    .default(Constant::Text("cn-hangzhou"))
    .tooltip(
        "Where the API is called, not where messages go.",
        "指调用哪里的 API，与短信发往何处无关。",
    ),
    FormItem::new(
        REPORTS,
        Text::new("Tell Aliyun which codes were entered", "向阿里云回传验证码是否已使用"),
        ItemKind::Switch,
    )
    .default(Constant::Switch(false))
    .description(
        "Of messages outside mainland China only: when a code was entered, Aliyun hears that by the id of the message, so that it learns \
         which routes arrive and which messages nobody wanted. No number and no code is told. The RAM user needs \
         dysms:SmsConversionIntl as well.",
        "仅限国际/港澳台消息：验证码通过验证后，用该短信的 ID 告知阿里云，帮助其判断哪些通道能送达、哪些短信可能是恶意触发。\
         不包含手机号和验证码。RAM 用户还需要 dysms:SmsConversionIntl 权限。",
    ),
    aliyun::SECURITY_TOKEN,
    aliyun::ENDPOINT,
    aliyun::SIGNATURE,
    aliyun::TIMEOUT,
];

/// The choices of `region`.
pub(super) const REGIONS: [&str; 7] = [
    "cn-hangzhou",
    "cn-beijing",
    "cn-hongkong",
    "ap-southeast-1",
    "ap-southeast-5",
    "eu-central-1",
    "us-east-1",
];

/// To be filled in; sending under these codes is refused by Aliyun.
const TEMPLATES: &str = r#"[
  { "usageType": "SignIn", "templateCode": { "china": "SMS_000000000", "overseas": "SMS_000000000" } },
  { "usageType": "Register", "templateCode": { "china": "SMS_000000000", "overseas": "SMS_000000000" } },
  { "usageType": "ForgotPassword", "templateCode": { "china": "SMS_000000000", "overseas": "SMS_000000000" } },
  { "usageType": "Generic", "templateCode": { "china": "SMS_000000000", "overseas": "SMS_000000000" } }
]"#;
