//! Nothing the library prints holds a number, a code, a secret or a token.

use crate::{
    sending::{PASSCODE, PHONE, STAMP, client, message, passcode},
    server::{Server, json},
};
use aliyun_sms::{
    Client, Config, Credentials, Page, QuerySendDetails, SendSmsVerifyCode, TemplateParam,
};

#[test]
fn requests_and_settings_print_neither_numbers_nor_secrets() {
    let param = passcode();
    let credentials = Credentials::sts("STS.id", "hush-1".to_owned(), "hush-2".to_owned());
    let details = QuerySendDetails {
        phone_number: PHONE,
        biz_id: None,
        send_date: "20260115",
        page: Page::at(1),
    };
    let client = Client::new(Config::new(credentials.clone())).unwrap();
    let printed = [
        format!("{:?}", message(&param)),
        format!("{:#?}", SendSmsVerifyCode::new(PHONE, "签名", "100001", &param)),
        format!("{details:?}"),
        format!("{param:?}"),
        format!("{credentials:#?}"),
        format!("{client:?}"),
    ];
    for text in printed {
        for hidden in [PHONE, PASSCODE, "hush-1", "hush-2"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}

/// A gateway that repeats the signed string, as Aliyun's does, and one that repeats the number.
#[tokio::test]
async fn errors_repeat_nothing_of_the_request() {
    let echo = r#"{"Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched with our calculation. server string to sign is:POST&%2F&PhoneNumbers%3D13900000000%26TemplateParam%3D%257B%2522code%2522%253A%2522493817%2522%257D"}"#;
    let number = r#"{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"+8613900000000 with 493817 is no number"}"#;
    let server = Server::replying([json("400 Bad Request", echo), json("200 OK", number)]).await;
    let client = client(&server.url());
    for expected in
        ["Specified signature is not matched with our calculation.", "+*** with *** is no number"]
    {
        let error = client.send_sms(&message(&passcode()), STAMP).await.unwrap_err();
        assert_eq!(error.message(), expected);
        for text in [format!("{error:?}"), error.to_string()] {
            assert!(!text.contains("3900000000") && !text.contains(PASSCODE), "{text}");
        }
    }
}

#[tokio::test]
async fn receipts_print_neither_number_nor_text() {
    let body = r#"{"Code":"OK","TotalCount":1,"SmsSendDetailDTOs":{"SmsSendDetailDTO":[
        {"PhoneNum":"13900000000","Content":"【x】493817","SendStatus":"3"}]}}"#;
    let server = Server::replying([json("200 OK", body)]).await;
    let request = QuerySendDetails {
        phone_number: PHONE,
        biz_id: None,
        send_date: "20260115",
        page: Page::at(1),
    };
    let found = client(&server.url()).query_send_details(&request, STAMP).await.unwrap();
    let text = format!("{found:?}");
    assert!(!text.contains(PHONE) && !text.contains(PASSCODE), "{text}");
}

#[test]
fn template_values_from_json_do_not_print() {
    assert!(
        !format!("{:?}", TemplateParam::from_json(r#"{"code":"1"}"#.to_owned())).contains("code")
    );
}
