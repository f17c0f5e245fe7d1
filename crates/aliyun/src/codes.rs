//! Every documented or observed error code as data: what the caller does next, who must act, whether repeating
//! the same call can help. Pages: <https://help.aliyun.com/document_detail/101346.html> (Dysmsapi),
//! <https://www.alibabacloud.com/help/doc-detail/116206.htm> (international),
//! <https://help.aliyun.com/document_detail/85198.htm> (Dypnsapi).

use Next::{FixConfiguration as Fix, FixNumber as Number, NotSent, Unknown, Wait};
use Who::{Developer as Dev, Nobody, Operator as Ops, Person, Provider};

/// What the caller does next. All but [`Next::Unknown`] mean that surely nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Next {
    /// Flow control: the same call may succeed later.
    Wait,
    /// The person has to give another number (or correct what was typed).
    FixNumber,
    /// Keys, rights, signature, template, account, balance or this program have to be put right first.
    FixConfiguration,
    /// Nothing reached Aliyun, or it was refused unseen: the same call may be made again at once.
    NotSent,
    /// It may have been sent. Never send again on your own; look at the receipts (`QuerySendDetails`) first.
    /// Calls that only read may simply be made again.
    Unknown,
}

/// Who has to act on a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// The end user.
    Person,
    /// The administrator of the Aliyun account.
    Operator,
    /// Whoever wrote the calling program.
    Developer,
    /// Aliyun or a carrier.
    Provider,
    /// Time passes, that is all.
    Nobody,
}

/// What is known about one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeFacts {
    /// The code without `isv.`, `isp.` or `biz.`; a trailing `*` marks a family by prefix.
    pub code: &'static str,
    /// What the caller does next.
    pub next: Next,
    /// Who has to act.
    pub who: Who,
    /// Whether the same call can succeed later without anybody changing anything. With [`Next::Unknown`] only
    /// after the receipts have shown that nothing was sent.
    pub retry: bool,
}

/// The facts about `code`, with or without its prefix; exact names before the families `Missing*`, `Invalid*`
/// and `Throttling*`.
pub fn look_up(code: &str) -> Option<CodeFacts> {
    let bare = ["isv.", "isp.", "biz."].iter().find_map(|p| code.strip_prefix(p)).unwrap_or(code);
    let exact = TABLE.iter().find(|facts| facts.code == bare);
    let family = || {
        TABLE.iter().find(|facts| facts.code.strip_suffix('*').is_some_and(|p| bare.starts_with(p)))
    };
    exact.or_else(family).copied()
}

/// Every row of the table, for documentation and for stand-ins.
pub fn known_codes() -> &'static [CodeFacts] {
    TABLE
}

const fn row(code: &'static str, next: Next, who: Who, retry: bool) -> CodeFacts {
    CodeFacts { code, next, who, retry }
}

const YES: bool = true;
const NO: bool = false;

const TABLE: &[CodeFacts] = &[
    // the gateway, HTTP 4xx and 5xx
    row("MissingAccessKeyId", Fix, Ops, NO),
    row("InvalidAccessKeyId.NotFound", Fix, Ops, NO),
    row("InvalidAccessKeyId.Inactive", Fix, Ops, NO),
    row("SignatureDoesNotMatch", Fix, Ops, NO),
    row("IncompleteSignature", Fix, Ops, NO),
    row("InvalidTimeStamp.Format", Fix, Dev, NO),
    row("InvalidTimeStamp.Expired", Fix, Ops, NO),
    row("SignatureNonceUsed", NotSent, Dev, YES),
    row("InvalidSignatureMethod", Fix, Dev, NO),
    row("InvalidParameter.Format", Fix, Dev, NO),
    row("InvalidAction.NotFound", Fix, Dev, NO),
    row("InvalidApi.NotFound", Fix, Dev, NO),
    row("InvalidVersion", Fix, Dev, NO),
    row("InvalidSecurityToken.Expired", Fix, Ops, NO),
    row("InvalidSecurityToken.Malformed", Fix, Ops, NO),
    row("InvalidSecurityToken.MismatchWithAccessKey", Fix, Ops, NO),
    row("MissingSecurityToken", Fix, Ops, NO),
    row("NoPermission", Fix, Ops, NO),
    row("Forbidden.RAM", Fix, Ops, NO),
    row("Throttling", Wait, Nobody, YES),
    row("Throttling.User", Wait, Nobody, YES),
    row("Throttling.Api", Wait, Nobody, YES),
    row("Throttling.System", Wait, Nobody, YES),
    row("UnsupportedHTTPMethod", Fix, Dev, NO),
    row("InvalidProtocol.NeedSsl", Fix, Ops, NO),
    row("InternalError", Unknown, Provider, YES),
    row("ServiceUnavailable", Unknown, Provider, YES),
    row("Missing*", Fix, Dev, NO),
    row("Invalid*", Fix, Dev, NO),
    row("Throttling*", Wait, Nobody, YES),
    // flow control and numbers
    row("BUSINESS_LIMIT_CONTROL", Wait, Person, YES),
    row("DAY_LIMIT_CONTROL", Fix, Ops, YES),
    row("MONTH_LIMIT_CONTROL", Fix, Ops, YES),
    row("MOBILE_NUMBER_ILLEGAL", Number, Person, NO),
    row("MOBILE_COUNT_OVER_LIMIT", Fix, Dev, NO),
    row("DOMESTIC_NUMBER_NOT_SUPPORTED", Fix, Ops, NO),
    row("BLACK_KEY_CONTROL_LIMIT", Number, Person, NO),
    row("CUSTOMER_REFUSED", Number, Person, NO),
    // signatures and templates
    row("SMS_SIGNATURE_ILLEGAL", Fix, Ops, NO),
    row("SMS_SIGN_ILLEGAL", Fix, Ops, NO),
    row("SIGN_STATE_ILLEGAL", Fix, Ops, NO),
    row("SMS_SIGNATURE_SCENE_ILLEGAL", Fix, Ops, NO),
    row("SMS_TEMPLATE_ILLEGAL", Fix, Ops, NO),
    row("TEMPLATE_MISSING_PARAMETERS", Fix, Ops, NO),
    row("TEMPLATE_PARAMS_ILLEGAL", Fix, Ops, NO),
    row("template_parameter_count_illegal", Fix, Ops, NO),
    row("SMS_TEST_NUMBER_LIMIT", Fix, Ops, NO),
    row("SMS_TEST_SIGN_TEMPLATE_LIMIT", Fix, Ops, NO),
    row("SMS_TEST_TEMPLATE_PARAMS_ILLEGAL", Fix, Dev, NO),
    // parameters and content
    row("INVALID_JSON_PARAM", Fix, Dev, NO),
    row("INVALID_PARAMETERS", Fix, Dev, NO),
    row("PARAM_LENGTH_LIMIT", Fix, Dev, NO),
    row("PARAM_NOT_SUPPORT_URL", Fix, Ops, NO),
    row("SMS_CONTENT_ILLEGAL", Fix, Ops, NO),
    row("UNSUPPORTED_CONTENT", Fix, Ops, NO),
    row("SMS_CONTENT_MISMATCH_TEMPLATE_TYPE", Fix, Ops, NO),
    row("EXTEND_CODE_ERROR", Fix, Ops, NO),
    row("ONE_CODE_MULTIPLE_SIGN", Fix, Ops, NO),
    row("CODE_EXCEED_LIMIT", Fix, Ops, NO),
    row("CODE_ERROR", Fix, Ops, NO),
    // account, rights, platform
    row("OUT_OF_SERVICE", Fix, Ops, NO),
    row("AMOUNT_NOT_ENOUGH", Fix, Ops, NO),
    row("PRODUCT_UN_SUBSCRIPT", Fix, Ops, NO),
    row("PRODUCT_UNSUBSCRIBE", Fix, Ops, NO),
    row("ACCOUNT_NOT_EXISTS", Fix, Ops, NO),
    row("ACCOUNT_ABNORMAL", Fix, Ops, NO),
    row("SECURITY_FROZEN_ACCOUNT", Fix, Ops, NO),
    row("DENY_IP_RANGE", Fix, Ops, NO),
    row("RAM_PERMISSION_DENY", Fix, Ops, NO),
    row("SYSTEM_ERROR", Unknown, Provider, YES),
    row("GATEWAY_ERROR", Unknown, Provider, YES),
    // management of signatures and templates
    row("SIGN_NAME_ILLEGAL", Fix, Ops, NO),
    row("SIGN_OVER_LIMIT", Fix, Ops, NO),
    row("SIGN_COUNT_OVER_LIMIT", Fix, Ops, NO),
    row("TEMPLATE_OVER_LIMIT", Fix, Ops, NO),
    row("TEMPLATE_COUNT_OVER_LIMIT", Fix, Ops, NO),
    row("SMS_OVER_LIMIT", Fix, Ops, NO),
    row("SIGN_FILE_LIMIT", Fix, Ops, NO),
    row("ERROR_EMPTY_FILE", Fix, Ops, NO),
    row("SIGN_SOURCE_ILLEGAL", Fix, Ops, NO),
    row("SIGNATURE_BLACKLIST", Fix, Ops, NO),
    row("SMS_SIGN_EMOJI_ILLEGAL", Fix, Ops, NO),
    row("ERROR_SIGN_NOT_DELETE", Fix, Ops, NO),
    row("ERROR_SIGN_NOT_MODIFY", Fix, Ops, NO),
    row("ERROR_TEMPLATE_NOT_DELETE", Fix, Ops, NO),
    row("ERROR_TEMPLATE_NOT_MODIFY", Fix, Ops, NO),
    // international messages
    row("INVALID_SENDERID", Fix, Ops, NO),
    row("SENDERID_ERROR", Fix, Ops, NO),
    row("FORBIDDEN_ACTION", Fix, Ops, NO),
    row("SMS_CONTENT_CODE_ILLEGAL", Fix, Ops, NO),
    row("SMS_SIGN_NAME_ILLEGAL", Fix, Ops, NO),
    row("CONTENT_MISSING_PARAMETERS", Fix, Ops, NO),
    row("NOT_SUPPORTED_COUNTRY", Number, Person, NO),
    row("COUNTRY_RESTRICTED", Fix, Ops, NO),
    row("BUSINESS_LIMIT_CONTROL_MINUTE", Wait, Person, YES),
    row("BUSINESS_LIMIT_HOUR", Wait, Person, YES),
    row("BUSINESS_LIMIT_DAY", Wait, Person, YES),
    row("BUSINESS_LIMIT_CONTROL_PHONE", Wait, Person, YES),
    // number verification (Dypnsapi); ValidateFail is CheckSmsVerifyCode's wrong code
    row("FREQUENCY", Wait, Person, YES),
    row("FREQUENCY_FAIL", Wait, Person, YES),
    row("ValidateFail", Number, Person, NO),
    row("FUNCTION_NOT_OPENED", Fix, Ops, NO),
    row("Unsupported.Account", Fix, Ops, NO),
    row("SmsSignNameNotExist", Fix, Ops, NO),
    row("RamPermissionDeny", Fix, Ops, NO),
    row("UnauthorizedOperation", Fix, Ops, NO),
    row("OutOfService", Fix, Ops, NO),
    row("SystemError", Unknown, Provider, YES),
];

/// What a receipt may give as the reason why a message did not arrive, as Aliyun writes it; a trailing `*` marks a family of
/// a carrier's own codes, of which more exist than anybody lists. Page: <https://help.aliyun.com/document_detail/101347.html>.
pub const RECEIPT_CODES: &[&str] = &[
    "MOBILE_NOT_ON_SERVICE",
    "MOBILE_SEND_LIMIT",
    "MOBILE_ACCOUNT_ABNORMAL",
    "MOBILE_IN_BLACK",
    // sic
    "MOBLLE_TERMINAL_ERROR",
    "CONTENT_KEYWORD",
    "CONTENT_ERROR",
    "INVALID_NUMBER",
    "PARAMS_ILLEGAL",
    "IS_CLOSE",
    "NO_ROUTE",
    "REQUEST_SUCCESS",
    "SP_UNKNOWN_ERROR",
    "SP_NOT_BY_INTER_SMS",
    "USER_REJECT",
    "PORT_NOT_REGISTERED",
    "UNDELIV",
    "REJECTD",
    "EXPIRED",
    "MK:0001",
    "MK:0005",
    "MK:0010",
    "MK:0115",
    "MK:*",
    "MI:*",
    "CB:*",
    "IB:*",
    "DB:*",
];
