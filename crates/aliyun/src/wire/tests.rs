//! The client's own requests against the recorded ones: same call, time, nonce and keys give the same signature.

use super::*;
use crate::{
    CodeType, DuplicatePolicy, GetSmsSign, GetSmsTemplate, Page, QuerySendDetails, SendSms,
    SendSmsVerifyCode, TemplateParam, request::Product,
};
use serde_json::Value;

const V3_FILES: [&str; 2] = [
    include_str!("../../tests/vectors/v3-node-openapi-core.json"),
    include_str!("../../tests/vectors/v3-node-openapi-core-local-endpoint.json"),
];
const V1_FILES: [&str; 2] = [
    include_str!("../../tests/vectors/v1-node-openapi-core.json"),
    include_str!("../../tests/vectors/v1-python-tea-openapi.json"),
];

fn vectors(files: &[&str]) -> Vec<Value> {
    let read = |file: &&str| serde_json::from_str::<Value>(file).unwrap();
    files.iter().map(read).flat_map(|file| file["vectors"].as_array().unwrap().clone()).collect()
}

/// The vector's call made through the typed requests; none if the client lacks the operation.
fn with_call<T>(vector: &Value, run: impl FnOnce(&Call<'_>) -> T) -> Option<T> {
    let params = &vector["call"]["params"];
    let text = |name: &str| params[name].as_str();
    let number = |name: &str| params[name].as_u64().map(|number| u32::try_from(number).unwrap());
    let must = |name: &str| text(name).unwrap_or_default();
    let param = text("TemplateParam").map(|json| TemplateParam::from_json(json.to_owned()));
    let call = match vector["call"]["action"].as_str().unwrap() {
        // the typed request cannot leave out what is mandatory
        "SendSms" if text("PhoneNumbers").is_none() => {
            Call { product: Product::Dysmsapi, action: "SendSms", pairs: Vec::new() }
        }
        "SendSms" => SendSms {
            phone_numbers: must("PhoneNumbers"),
            sign_name: must("SignName"),
            template_code: must("TemplateCode"),
            template_param: param.as_ref(),
            sms_up_extend_code: text("SmsUpExtendCode"),
            out_id: text("OutId"),
        }
        .call(),
        "QuerySendDetails" => QuerySendDetails {
            phone_number: must("PhoneNumber"),
            biz_id: text("BizId"),
            send_date: must("SendDate"),
            page: Page { index: number("CurrentPage")?, size: number("PageSize")? },
        }
        .call(),
        "QuerySmsSignList" => {
            Page { index: number("PageIndex")?, size: number("PageSize")? }.sign_list()
        }
        "QuerySmsTemplateList" => {
            Page { index: number("PageIndex")?, size: number("PageSize")? }.template_list()
        }
        "GetSmsSign" => GetSmsSign { sign_name: must("SignName") }.call(),
        "GetSmsTemplate" => GetSmsTemplate { template_code: must("TemplateCode") }.call(),
        "SendSmsVerifyCode" => {
            let param = param.unwrap();
            return Some(run(&verify_code(vector, &param).call()));
        }
        _ => return None,
    };
    Some(run(&call))
}

fn verify_code<'a>(vector: &'a Value, param: &'a TemplateParam) -> SendSmsVerifyCode<'a> {
    let params = &vector["call"]["params"];
    let text = |name: &str| params[name].as_str();
    let number = |name: &str| params[name].as_u64().map(|number| u32::try_from(number).unwrap());
    SendSmsVerifyCode {
        phone_number: text("PhoneNumber").unwrap(),
        country_code: text("CountryCode"),
        sign_name: text("SignName").unwrap(),
        template_code: text("TemplateCode").unwrap(),
        template_param: param,
        code_length: number("CodeLength"),
        code_type: number("CodeType").map(|_| CodeType::Digits),
        valid_time_secs: number("ValidTime"),
        interval_secs: number("Interval"),
        duplicate_policy: number("DuplicatePolicy").map(|_| DuplicatePolicy::Overwrite),
        scheme_name: text("SchemeName"),
        return_verify_code: params["ReturnVerifyCode"].as_bool(),
        sms_up_extend_code: text("SmsUpExtendCode"),
        out_id: text("OutId"),
    }
}

/// The request this client would send for the vector.
fn ours(vector: &Value, signature: Signature) -> Option<Request<Full<Bytes>>> {
    let keys = &vector["credentials"];
    let key = |name: &str| keys[name].as_str().map(str::to_owned);
    let credentials = Credentials {
        access_key_id: key("access_key_id").unwrap(),
        access_key_secret: key("access_key_secret").unwrap().into(),
        security_token: key("security_token").map(Into::into),
    };
    let host = header_of(vector, "host");
    let scheme = if host.starts_with("127.") { "http" } else { "https" };
    let endpoint = Endpoint::parse(&format!("{scheme}://{host}")).unwrap();
    let signer = Signer { credentials: &credentials, signature, endpoint: &endpoint };
    let time: Timestamp = vector["timestamp"].as_str().unwrap().parse().unwrap();
    let stamp = Stamp { unix_ms: time.as_millisecond(), nonce: vector["nonce"].as_str().unwrap() };
    with_call(vector, |call| build(call, signer, stamp).unwrap())
}

fn header_of<'a>(vector: &'a Value, name: &str) -> &'a str {
    let headers = vector["request"]["headers"].as_array().unwrap();
    let same = |pair: &&Value| pair[0].as_str().unwrap().eq_ignore_ascii_case(name);
    headers.iter().find(same).map_or("", |pair| pair[1].as_str().unwrap())
}

#[test]
fn v3_requests_carry_the_very_authorization_the_official_node_sdk_sent() {
    let mut seen = Vec::new();
    for vector in vectors(&V3_FILES) {
        let Some(request) = ours(&vector, Signature::V3) else { continue };
        let id = vector["id"].as_str().unwrap();
        let got = request.headers()[header::AUTHORIZATION].to_str().unwrap();
        assert_eq!(got, header_of(&vector, "authorization"), "{id}");
        seen.push(vector["call"]["action"].as_str().unwrap().to_owned());
    }
    seen.sort();
    let count = seen.len();
    seen.dedup();
    assert_eq!(seen.len(), 7, "all operations are covered: {seen:?}");
    assert_eq!(count, 13);
}

#[test]
fn v1_requests_carry_the_signature_the_official_sdks_sent_for_the_same_parameters() {
    let mut count = 0;
    for vector in vectors(&V1_FILES) {
        let canonical = vector["expected"]["canonicalized_query_string"].as_str().unwrap();
        // Python's True is another value
        if canonical.contains("=True") {
            continue;
        }
        let Some(request) = ours(&vector, Signature::V1) else { continue };
        let mut expected = format!("{canonical}&Signature=");
        sign::encode_into(&mut expected, vector["expected"]["signature"].as_str().unwrap());
        assert_eq!(body_of(request), expected, "{}", vector["id"]);
        count += 1;
    }
    assert_eq!(count, 7);
}

fn body_of(request: Request<Full<Bytes>>) -> String {
    use http_body_util::BodyExt as _;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let whole = runtime.block_on(request.into_body().collect()).unwrap();
    String::from_utf8(whole.to_bytes().to_vec()).unwrap()
}

#[test]
fn a_nonce_or_time_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let credentials = Credentials::access_key("id", "secret".to_owned());
    let endpoint = Endpoint::default();
    let signer =
        Signer { credentials: &credentials, signature: Signature::V3, endpoint: &endpoint };
    let call = GetSmsSign { sign_name: "s" }.call();
    for (unix_ms, nonce) in [(0, ""), (0, "a b"), (0, "a\r\nb"), (0, "é"), (i64::MAX, "n")] {
        let error = build(&call, signer, Stamp { unix_ms, nonce }).unwrap_err();
        assert_eq!(error.next(), crate::Next::FixConfiguration, "{nonce:?}");
    }
}

#[test]
fn half_seconds_do_not_reach_the_wire() {
    assert_eq!(date(1_768_464_000_999).unwrap(), "2026-01-15T08:00:00Z");
    assert_eq!(date(-1).unwrap(), "1969-12-31T23:59:59Z");
}
