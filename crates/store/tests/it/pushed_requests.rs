//! Promises of the `pushed_requests` table.
use haoma_core::entropy::Entropy;
use haoma_core::ids::{ClientId, PushedRequestId};
use haoma_store::Db;
use haoma_store::pushed_requests::{self, PushedRequest};

use crate::support::NOW;

on_both! {
    async fn a_pushed_request_is_found_by_its_client_while_it_lives(db: &Db) {
        let request = PushedRequest {
            id: PushedRequestId::generate(NOW, &Entropy::seeded(3)),
            client_id: ClientId::parse("app").unwrap(),
            parameters: "scope=openid".to_owned(),
            expires_at: NOW.plus_secs(60),
        };
        pushed_requests::create(db, &request).await.unwrap();
        for (client, at, found) in [
            ("app", NOW.plus_secs(59), Some("scope=openid")),
            ("app", NOW.plus_secs(60), None),
            ("other", NOW, None),
        ] {
            let by = ClientId::parse(client).unwrap();
            let parameters = pushed_requests::find(db, &request.id, &by, at).await.unwrap();
            assert_eq!(parameters.as_deref(), found, "{client} {at:?}");
        }
    }
}
