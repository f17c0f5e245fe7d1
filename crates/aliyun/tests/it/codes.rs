//! The table of codes is complete and says what the pages say.

use aliyun_sms::{Error, Next, known_codes, look_up};
use std::collections::BTreeSet;

/// Codes as the pages and observed answers write them, by what the caller does next.
const WAIT: &str = "Throttling Throttling.User Throttling.Api Throttling.System Throttling.Anything
    isv.BUSINESS_LIMIT_CONTROL BUSINESS_LIMIT_CONTROL BUSINESS_LIMIT_CONTROL_MINUTE isv.BUSINESS_LIMIT_HOUR
    isv.BUSINESS_LIMIT_DAY BUSINESS_LIMIT_CONTROL_PHONE biz.FREQUENCY FREQUENCY_FAIL";

const FIX_NUMBER: &str =
    "isv.MOBILE_NUMBER_ILLEGAL MOBILE_NUMBER_ILLEGAL isv.BLACK_KEY_CONTROL_LIMIT
    isv.CUSTOMER_REFUSED isv.NOT_SUPPORTED_COUNTRY isv.ValidateFail";

const NOT_SENT: &str = "SignatureNonceUsed";

const UNKNOWN: &str =
    "InternalError ServiceUnavailable isp.SYSTEM_ERROR isp.GATEWAY_ERROR SystemError";

const FIX_CONFIGURATION: &str = "MissingAccessKeyId InvalidAccessKeyId.NotFound InvalidAccessKeyId.Inactive
    SignatureDoesNotMatch IncompleteSignature InvalidTimeStamp.Format InvalidTimeStamp.Expired
    InvalidSignatureMethod MissingPhoneNumbers MissingSignName MissingTemplateCode MissingAnything
    InvalidAnything InvalidParameter.Format InvalidAction.NotFound InvalidApi.NotFound InvalidVersion
    InvalidSecurityToken.Expired InvalidSecurityToken.Malformed InvalidSecurityToken.MismatchWithAccessKey
    MissingSecurityToken NoPermission Forbidden.RAM UnsupportedHTTPMethod InvalidProtocol.NeedSsl
    isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL isv.MOBILE_COUNT_OVER_LIMIT isv.DOMESTIC_NUMBER_NOT_SUPPORTED
    isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_ILLEGAL isv.SIGN_STATE_ILLEGAL isv.SMS_SIGNATURE_SCENE_ILLEGAL
    isv.SMS_TEMPLATE_ILLEGAL isv.TEMPLATE_MISSING_PARAMETERS isv.TEMPLATE_PARAMS_ILLEGAL isv.INVALID_JSON_PARAM
    isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL isv.SMS_CONTENT_ILLEGAL isv.UNSUPPORTED_CONTENT
    isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE isv.INVALID_PARAMETERS isv.EXTEND_CODE_ERROR
    isv.ONE_CODE_MULTIPLE_SIGN isv.CODE_EXCEED_LIMIT isv.CODE_ERROR isv.OUT_OF_SERVICE isv.AMOUNT_NOT_ENOUGH
    isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE isv.ACCOUNT_NOT_EXISTS isv.ACCOUNT_ABNORMAL
    isv.SECURITY_FROZEN_ACCOUNT isv.DENY_IP_RANGE isp.RAM_PERMISSION_DENY isv.RAM_PERMISSION_DENY
    isv.SMS_TEST_NUMBER_LIMIT isv.SMS_TEST_SIGN_TEMPLATE_LIMIT isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL
    template_parameter_count_illegal isv.SIGN_NAME_ILLEGAL isv.SIGN_OVER_LIMIT isv.SIGN_COUNT_OVER_LIMIT
    isv.TEMPLATE_OVER_LIMIT isv.TEMPLATE_COUNT_OVER_LIMIT isv.SMS_OVER_LIMIT isv.SIGN_FILE_LIMIT
    isv.ERROR_EMPTY_FILE isv.SIGN_SOURCE_ILLEGAL isv.SIGNATURE_BLACKLIST isv.SMS_SIGN_EMOJI_ILLEGAL
    isv.ERROR_SIGN_NOT_DELETE isv.ERROR_SIGN_NOT_MODIFY isv.ERROR_TEMPLATE_NOT_DELETE
    isv.ERROR_TEMPLATE_NOT_MODIFY INVALID_SENDERID FORBIDDEN_ACTION OUT_OF_SERVICE ACCOUNT_NOT_EXISTS
    SMS_CONTENT_CODE_ILLEGAL SMS_SIGN_NAME_ILLEGAL MOBILE_COUNT_OVER_LIMIT CONTENT_MISSING_PARAMETERS
    INVALID_PARAMETERS INVALID_JSON_PARAM isv.COUNTRY_RESTRICTED isv.SENDERID_ERROR FUNCTION_NOT_OPENED
    Unsupported.Account SmsSignNameNotExist RamPermissionDeny UnauthorizedOperation OutOfService";

#[test]
fn every_documented_code_has_its_next_step() {
    for (codes, next) in [
        (WAIT, Next::Wait),
        (FIX_NUMBER, Next::FixNumber),
        (NOT_SENT, Next::NotSent),
        (UNKNOWN, Next::Unknown),
        (FIX_CONFIGURATION, Next::FixConfiguration),
    ] {
        for code in codes.split_whitespace() {
            let facts = look_up(code).unwrap_or_else(|| panic!("{code} is not in the table"));
            assert_eq!(facts.next, next, "{code}");
            let bare = code.split_once('.').filter(|(p, _)| ["isv", "isp", "biz"].contains(p));
            let bare = bare.map_or(code, |(_, rest)| rest);
            for spelled in ["", "isv.", "isp.", "biz."].map(|prefix| format!("{prefix}{bare}")) {
                assert_eq!(look_up(&spelled), Some(facts), "{spelled}");
            }
        }
    }
}

#[test]
fn no_row_is_there_twice_and_only_what_may_pass_by_itself_is_repeated() {
    let mut seen = BTreeSet::new();
    for facts in known_codes() {
        assert!(seen.insert(facts.code), "{} twice", facts.code);
        let passes = matches!(facts.next, Next::Wait | Next::Unknown | Next::NotSent);
        let caps = ["DAY_LIMIT_CONTROL", "MONTH_LIMIT_CONTROL"].contains(&facts.code);
        assert_eq!(facts.retry, passes || caps, "{}", facts.code);
    }
}

#[test]
fn what_is_not_in_the_table_is_not_guessed() {
    for code in ["", "OK", "isv.", "SOMETHING_NEW", "missingSignName", "throttling"] {
        assert_eq!(look_up(code), None, "{code}");
    }
}

#[test]
fn a_made_up_refusal_reads_like_a_real_one() {
    let error = Error::refusal("isv.AMOUNT_NOT_ENOUGH", "余额不足");
    assert_eq!(
        error.to_string(),
        "not sent, the configuration is refused: isv.AMOUNT_NOT_ENOUGH: 余额不足"
    );
    assert!(error.surely_not_sent() && !error.may_repeat());
}
