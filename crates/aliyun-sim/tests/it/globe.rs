//! `SendMessageToGlobe`: free text abroad, answered with `ResponseCode`.

use crate::support::demo;

#[tokio::test]
async fn free_text_goes_abroad() {
    let caller = demo();
    let params = [
        ("To", "14155550123"),
        ("From", "Haoma"),
        ("Message", "Your code is 123456"),
        ("Type", "OTP"),
    ];
    let answer = caller.call("SendMessageToGlobe", &params).await;
    assert_eq!(answer.verdict(), (200, "OK"));
    assert!(answer.json.get("Code").is_none());
    assert_eq!(answer.json["ResponseDescription"], "The SMS Send Request was accepted");
    assert_eq!(
        (&answer.json["Segments"], &answer.json["To"]),
        (&"1".into(), &"14155550123".into())
    );
    assert_eq!(caller.sim.latest("14155550123").unwrap().content, "Your code is 123456");
}

#[tokio::test]
async fn the_mainland_and_bad_senders_are_refused() {
    for (to, from, wanted) in [
        ("8613800001234", "Haoma", "COUNTRY_RESTRICTED"),
        ("banana", "Haoma", "MOBILE_NUMBER_ILLEGAL"),
        ("85291234567", "far too long a name", "INVALID_SENDERID"),
        ("85291234567", "123456789012345", "OK"),
    ] {
        let params = [("To", to), ("From", from), ("Message", "hello")];
        let answer = demo().call("SendMessageToGlobe", &params).await;
        assert_eq!(answer.verdict(), (200, wanted), "{to} {from}");
    }
    assert_eq!(
        demo().call("SendMessageToGlobe", &[("To", "85291234567")]).await.verdict(),
        (400, "MissingMessage")
    );
}

#[tokio::test]
async fn long_texts_are_billed_in_pieces() {
    for (text, pieces) in [
        ("a".repeat(160), "1"),
        ("a".repeat(161), "2"),
        ("€".repeat(81), "2"),
        ("码".repeat(70), "1"),
        ("码".repeat(71), "2"),
        ("码".repeat(135), "3"),
    ] {
        let params = [("To", "85291234567"), ("Message", text.as_str())];
        assert_eq!(demo().call("SendMessageToGlobe", &params).await.json["Segments"], pieces);
    }
}
