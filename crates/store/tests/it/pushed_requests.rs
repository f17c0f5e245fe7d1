//! Promises of the `pushed_requests` table.
use haoma_core::entropy::Entropy;
use haoma_core::ids::{ClientId, PushedRequestId};
use haoma_store::Db;
use haoma_store::pushed_requests::{self, PushedRequest};

use crate::support::{NOW, at_once};

on_both! {
    async fn a_pushed_request_is_taken_once_by_its_client_while_it_lives(db: &Db) {
        let client = ClientId::parse("app").unwrap();
        let request = PushedRequest {
            id: PushedRequestId::generate(NOW, &Entropy::seeded(3)),
            client_id: client.clone(),
            parameters: "scope=openid".to_owned(),
            expires_at: NOW.plus_secs(60),
        };
        pushed_requests::create(db, &request).await.unwrap();
        let take = |client: &str, at| {
            let (db, id) = (db.clone(), request.id.clone());
            let client = ClientId::parse(client).unwrap();
            async move { pushed_requests::take(&db, &id, &client, at).await.unwrap() }
        };
        assert_eq!(take("other", NOW).await, None);
        assert_eq!(take("app", NOW.plus_secs(60)).await, None);
        let taken = at_once(8, |_| take("app", NOW.plus_secs(59))).await;
        let taken: Vec<_> = taken.into_iter().flatten().collect();
        assert_eq!(taken, ["scope=openid"]);
    }
}
