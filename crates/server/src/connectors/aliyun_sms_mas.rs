//! Aliyun number verification (`SendSmsVerifyCode`): granted signatures and templates, mainland numbers only.
use std::sync::Arc;

use aliyun_sms::{Client, SendSmsVerifyCode, Stamp, TemplateParam};
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use serde_json::Value;

use super::aliyun::{self, VARIABLE, send_error};
use super::kit::form::{Constant, FormItem, ItemKind};
use super::kit::{
    Accepted, Built, Capabilities, Connector, Content, Factory, LookingUp, Lost, NextStep,
    Outgoing, Place, ProblemKind, Reader, SendError, Sending, Text, Trace, Trouble,
};
use haoma_core::time::Timestamp;

/// `aliyun-short-message-auth-service` (wire contract D.3).
pub const FACTORY: Factory = Factory {
    id: "aliyun-short-message-auth-service",
    target: "aliyun-sms-mas",
    name: Text::new("Aliyun number verification", "阿里云号码认证服务"),
    description: Text::new(
        "Verification codes to mainland numbers, with a signature and a template that Aliyun lends you: no review.",
        "使用阿里云赠送的签名和模板向国内号码发送验证码，无需审核。",
    ),
    logo: r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#9a3412"/><path d="M24 9l12 5v9c0 8-5 13-12 16-7-3-12-8-12-16v-9z" fill="#fff"/><path d="M18 24l4 4 8-9" fill="none" stroke="#9a3412" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>"##,
    form: &[
        aliyun::ACCESS_KEY_ID,
        aliyun::ACCESS_KEY_SECRET,
        aliyun::SIGN_NAME,
        FormItem::new(
            "templates",
            Text::new("Templates", "模板"),
            ItemKind::Templates(&[Place::Mainland]),
        )
            .required()
            .default(Constant::Json(r#"[{ "usageType": "Generic", "templateCode": "100001" }]"#))
            .description(
                "One granted template for each use; Generic serves every use without an entry of its own.",
                "每种用途一个赠送模板；没有单独列出的用途使用 Generic。",
            ),
        aliyun::SECURITY_TOKEN,
        aliyun::ENDPOINT.placeholder("dypnsapi.aliyuncs.com", "dypnsapi.aliyuncs.com"),
        aliyun::SIGNATURE,
        aliyun::TIMEOUT,
    ],
    steps: Text::new(STEPS_EN, STEPS_ZH_CN),
    capabilities: Capabilities {
        places: &[Place::Mainland],
        receipts: false,
        test_facilities: false,
        notices: false,
    },
    build,
    inspect: None,
};

/// The variable for minutes, which every granted template has. What it says is the life of the very code that is sent.
const MINUTES: &str = "min";

const STEPS_EN: &str = r#"
1. Open the [console of the number verification service](https://dypns.console.aliyun.com/) (号码认证服务) and activate **SMS verification** (短信认证).
2. Under **SMS verification** (短信认证服务), note one of the granted signatures (赠送签名) and the code of a granted template (赠送模板), such as `100001`. Signatures and templates of your own do not work here.
3. In the RAM console, open **Policies** ([权限策略](https://ram.console.aliyun.com/policies)), press **Create Policy** (创建权限策略), choose **JSON** (脚本编辑) and paste the one right that sending needs:

   ```json
   {
     "Version": "1",
     "Statement": [
       { "Effect": "Allow", "Action": ["dypns:SendSmsVerifyCode"], "Resource": "*" }
     ]
   }
   ```

4. Open **Users** ([用户](https://ram.console.aliyun.com/users)), press **Create User** (创建用户) with access by **OpenAPI** (OpenAPI 调用访问), and give the user that policy with **Grant Permission** (新增授权).
5. Open the user and press **Create AccessKey** (创建 AccessKey). Enter ID and secret here; the secret is shown only once.
6. Top up (充值) in the [expenses centre](https://usercenter2.aliyun.com/).
7. Enter signature and template code. Only numbers of mainland China (+86) can be reached. Haoma makes and checks the codes itself, and the message names the minutes each code is good for.
8. Type your own number and press **Send**, then **Save and Done**.
"#;

const STEPS_ZH_CN: &str = r#"
1. 打开[号码认证服务控制台](https://dypns.console.aliyun.com/)（Number Verification Service），开通**短信认证**（SMS verification）。
2. 在**短信认证服务**中，记下一个赠送签名和一个赠送模板的 CODE（例如 `100001`）。自己申请的签名和模板在这里不能使用。
3. 在 RAM 控制台打开[**权限策略**](https://ram.console.aliyun.com/policies)（Policies），点击**创建权限策略**（Create Policy），选择**脚本编辑**（JSON），粘贴以下内容，它只包含发送所需的一项权限：

   ```json
   {
     "Version": "1",
     "Statement": [
       { "Effect": "Allow", "Action": ["dypns:SendSmsVerifyCode"], "Resource": "*" }
     ]
   }
   ```

4. 打开[**用户**](https://ram.console.aliyun.com/users)（Users），点击**创建用户**（Create User），访问方式选择 **OpenAPI 调用访问**（OpenAPI），再点击**新增授权**（Grant Permission）把上面的权限策略授予该用户。
5. 打开该用户，点击**创建 AccessKey**（Create AccessKey），把 ID 和 Secret 填到这里；Secret 只显示一次。
6. 在[费用中心](https://usercenter2.aliyun.com/)充值。
7. 填写签名和模板 CODE。只能发送到国内号码（+86）。验证码由 Haoma 自行生成和校验，短信中的有效分钟数即该验证码的实际有效期。
8. 输入自己的号码，点击**发送**，确认收到后点击**保存并完成**。
"#;

#[derive(Debug)]
struct NumberVerification {
    client: Client,
    sign_name: String,
    templates: Vec<(UsageType, String)>,
}

fn build(config: &Value) -> Built {
    let mut reader = Reader::new(config);
    let mut account = aliyun::account(&mut reader);
    if let Some(endpoint) = aliyun::endpoint(&mut reader) {
        account.verify_endpoint = endpoint;
    }
    let sign_name = reader.required("signName");
    let templates = reader.templates(|reader, usage_type, at| {
        let (mainland, _outside) = at.by_region(reader, "templateCode");
        if usage_type.is_notice() {
            reader.problem(at.key_path("usageType"), ProblemKind::CodesOnly);
        }
        if mainland.is_none() {
            at.no_code(reader);
        }
        mainland.map(|code| (usage_type, code))
    });
    let client = aliyun::client(account, reader.into_problems())?;
    Ok(Arc::new(NumberVerification { client, sign_name, templates }))
}

impl NumberVerification {
    /// The template code for a use and a mainland number, and whose it is: its own, or `Generic`'s.
    fn template(&self, usage_type: UsageType, phone: &PhoneNumber) -> Option<(UsageType, &str)> {
        if Place::of(phone) != Place::Mainland {
            return None;
        }
        usage_type.templates().into_iter().find_map(|usage| {
            let mine = self.templates.iter().find(|(mine, _)| *mine == usage);
            mine.map(|(usage, code)| (*usage, code.as_str()))
        })
    }

    async fn deliver(&self, message: Outgoing<'_>) -> Result<Accepted, SendError> {
        let template = self.template(message.usage_type(), message.phone);
        let (Some((_, template_code)), Content::Code { passcode, expires_at, .. }) =
            (template, message.content)
        else {
            return Err(no_template(message.usage_type(), message.phone));
        };
        let minutes = minutes(message.now, expires_at).to_string();
        let param = TemplateParam::of([(VARIABLE, passcode.reveal()), (MINUTES, minutes.as_str())]);
        let number = aliyun::number(message.phone);
        let request = SendSmsVerifyCode {
            out_id: Some(message.id.as_str()),
            ..SendSmsVerifyCode::new(number, &self.sign_name, template_code, &param)
        };
        let stamp = Stamp { unix_ms: message.now.0, nonce: message.nonce };
        match self.client.send_sms_verify_code(&request, stamp).await {
            Ok(sent) => Ok(Accepted {
                provider_message_id: sent.biz_id,
                provider_code: Some("OK".to_owned()),
                provider_request_id: Some(sent.request_id),
            }),
            Err(error) => Err(send_error(&error)),
        }
    }
}

impl Connector for NumberVerification {
    fn serving(&self, usage_type: UsageType, phone: &PhoneNumber) -> Option<UsageType> {
        self.template(usage_type, phone).map(|(serving, _)| serving)
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }

    fn look_up<'a>(&'a self, _message: Lost<'a>) -> LookingUp<'a> {
        // the client has no such question for this product
        Box::pin(async { Ok(Trace::NoTrace) })
    }
}

/// Whole minutes a code is still good for, and one at the least. Rounded down, so that nobody is promised more, but for the
/// moment between making a code and sending it.
fn minutes(now: Timestamp, expires_at: Timestamp) -> i64 {
    const MOMENT_MS: i64 = 10_000;
    ((expires_at.0 - now.0 + MOMENT_MS) / 60_000).max(1)
}

fn no_template(usage_type: UsageType, phone: &PhoneNumber) -> SendError {
    match Place::of(phone) {
        Place::Mainland => SendError::new(
            NextStep::AddTemplate,
            Trouble::NoTemplate,
            format!("no template for usage type {usage_type}, and none for Generic"),
        ),
        Place::Outside => SendError::new(
            NextStep::FixNumber,
            Trouble::OutsideMainland,
            "only mainland numbers can be reached".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minutes_named_are_those_the_code_has_left() {
        let named = |left_ms: i64| minutes(Timestamp(1_000), Timestamp(1_000 + left_ms));
        assert_eq!(named(300_000), 5);
        assert_eq!(named(299_200), 5, "made a moment ago");
        assert_eq!(named(239_000), 4, "a second is a moment");
        assert_eq!(named(225_000), 3, "never more than there is");
        assert_eq!((named(20_000), named(-5)), (1, 1));
    }
}
