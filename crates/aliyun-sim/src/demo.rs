//! The default seed: an account that works at once, and one example of each thing that does not.

use crate::seed::{
    Account, Captcha, CaptchaScene, Dypns, DypnsTemplate, Kind, Receipts, Region, Seed, Signature,
    SignatureUse, Status, Template, VariableRule,
};

/// Access key id of the default seed.
pub const DEMO_ACCESS_KEY_ID: &str = "LTAIdemoHaoma";
/// Access key secret of the default seed; worth nothing anywhere else.
pub const DEMO_ACCESS_KEY_SECRET: &str = "demo-secret-for-the-simulator-only";
/// The approved signature of the default seed, for verification codes alone.
pub const DEMO_SIGN_NAME: &str = "号码演示";
/// The approved signature of the default seed that goes with every template.
pub const DEMO_GENERAL_SIGN_NAME: &str = "号码演示通用";

/// The scene of Captcha 2.0 of the default seed.
pub const DEMO_CAPTCHA_SCENE: &str = "haoma01x";
/// The account's mark that belongs to it.
pub const DEMO_CAPTCHA_PREFIX: &str = "demo0x";

impl Default for Seed {
    /// One account, an approved signature, approved templates for each use in both regions, and examples of
    /// what is refused: in review, rejected, test only, of another kind.
    fn default() -> Self {
        let mut account = Account::new(DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET);
        account.bound_numbers = vec!["13800000000".to_owned()];
        let mut templates = mainland_templates();
        templates.extend(international_templates());
        templates.extend(odd_templates());
        Seed {
            accounts: vec![account],
            signatures: signatures(),
            templates,
            dypns: Dypns::default(),
            captcha: Captcha::default(),
            receipts: Receipts::default(),
        }
    }
}

impl Default for Captcha {
    fn default() -> Self {
        let scene = |scene_id: &str| CaptchaScene {
            scene_id: scene_id.to_owned(),
            prefix: DEMO_CAPTCHA_PREFIX.to_owned(),
            region: "cn".to_owned(),
            test_passes: None,
        };
        // the second is somebody else's form of the same account
        Captcha { scenes: vec![scene(DEMO_CAPTCHA_SCENE), scene("haoma02x")] }
    }
}

impl Default for Dypns {
    fn default() -> Self {
        Dypns {
            signatures: vec!["号码演示认证".to_owned()],
            templates: vec![DypnsTemplate {
                code: "100001".to_owned(),
                content: "您的验证码为${code}，${min}分钟内有效，请勿告知他人。".to_owned(),
            }],
        }
    }
}

fn signatures() -> Vec<Signature> {
    let signature = |name: &str, status, usage, test, reason: Option<&str>| Signature {
        name: name.to_owned(),
        status,
        usage,
        test,
        reason: reason.map(str::to_owned),
    };
    let verification = SignatureUse::Verification;
    vec![
        signature(DEMO_SIGN_NAME, Status::Approved, verification, false, None),
        signature(DEMO_GENERAL_SIGN_NAME, Status::Approved, SignatureUse::General, false, None),
        signature("号码演示待审", Status::InReview, verification, false, None),
        signature(
            "号码演示驳回",
            Status::Rejected,
            verification,
            false,
            Some("缺少签名来源的证明材料"),
        ),
        signature("阿里云短信测试", Status::Approved, verification, true, None),
    ]
}

fn template(code: &str, name: &str, content: &str) -> Template {
    Template {
        code: code.to_owned(),
        name: name.to_owned(),
        content: content.to_owned(),
        kind: Kind::Verification,
        region: Region::Mainland,
        status: Status::Approved,
        test: false,
        variable: VariableRule::NumberCaptcha,
        usage: None,
        reason: None,
    }
}

fn with_use(usage: &str, mut template: Template) -> Template {
    template.usage = Some(usage.to_owned());
    template
}

fn mainland_templates() -> Vec<Template> {
    let new = |usage: &str, code: &str, name: &str, content: &str| {
        with_use(usage, template(code, name, content))
    };
    vec![
        new(
            "SignIn",
            "SMS_100000001",
            "登录验证码",
            "您正在登录，验证码是${code}，5分钟内有效，请勿告诉他人。",
        ),
        new(
            "Register",
            "SMS_100000002",
            "注册验证码",
            "欢迎注册，您的验证码是${code}，5分钟内有效，请勿告诉他人。",
        ),
        new(
            "Generic",
            "SMS_100000003",
            "通用验证码",
            "您的验证码是${code}，5分钟内有效，请勿告诉他人。",
        ),
        new(
            "ForgotPassword",
            "SMS_100000004",
            "找回验证码",
            "您正在找回账号，验证码是${code}，请勿告诉他人。",
        ),
        notice(new(
            "PhoneChanged",
            "SMS_100000006",
            "换号通知",
            "您的账号已更换手机号，新号码尾号${number}，更换时间${time}。如非本人操作，请尽快联系客服。",
        )),
        new("Test", "SMS_100000005", "测试验证码", "这是一条测试短信，验证码是${code}，无需理会。"),
    ]
}

fn international_templates() -> Vec<Template> {
    let new = |usage: &str, code: &str, name: &str, content: &str| {
        let mut made = with_use(usage, template(code, name, content));
        made.region = Region::International;
        made
    };
    vec![
        new(
            "SignIn",
            "SMS_200000001",
            "Sign-in code",
            "Your sign-in code is ${code}. It expires in 5 minutes. Do not share it.",
        ),
        new(
            "Register",
            "SMS_200000002",
            "Registration code",
            "Welcome! Your code is ${code}. It expires in 5 minutes.",
        ),
        new(
            "Generic",
            "SMS_200000003",
            "Code",
            "Your verification code is ${code}. It expires in 5 minutes.",
        ),
        notice(new(
            "PhoneChanged",
            "SMS_200000006",
            "Number changed",
            "The number of your account was changed to one that ends in ${number} (${time}). Not you? Contact support now.",
        )),
    ]
}

fn notice(template: Template) -> Template {
    Template { kind: Kind::Notification, ..template }
}

fn odd_templates() -> Vec<Template> {
    let mut in_review = template("SMS_300000001", "审核中", "您的验证码是${code}，请勿告诉他人。");
    in_review.status = Status::InReview;
    let mut rejected = template("SMS_300000002", "已驳回", "您的验证码是${code}，点此登录。");
    rejected.status = Status::Rejected;
    rejected.reason = Some("验证码模板不能引导点击".to_owned());
    let mut notice = template("SMS_300000003", "登录通知", "${name}，您的账号刚刚在新设备登录。");
    notice.kind = Kind::Notification;
    let mut letters =
        template("SMS_300000004", "字母验证码", "您的验证码是${code}，不区分大小写。");
    letters.variable = VariableRule::CharacterWithNumber2;
    let double =
        template("SMS_300000005", "两个变量", "${product}的验证码是${code}，请勿告诉他人。");
    let mut test = template(
        "SMS_154950909",
        "测试专用模板",
        "您正在使用短信测试服务，体验验证码是${code}，请勿告诉他人。",
    );
    test.test = true;
    vec![in_review, rejected, notice, letters, double, test]
}
