//! How many people there are.
use super::support::*;

on_both! {
    async fn people_are_counted_by_the_day_they_registered_on(database: Database) {
        const DAY: i64 = 86_400_000;
        let (app, robot) = managed(database).await;
        let empty = json!({ "today": { "count": 0, "delta": 0 }, "last7Days": { "count": 0, "delta": 0 } });
        assert_eq!(robot.get("/api/dashboard/users/new").await.json(), empty);
        let now = app.app.clock.now().0;
        let midnight = now - now.rem_euclid(DAY);
        for (n, at) in [
            now, midnight, midnight - 1, midnight - DAY, midnight - DAY - 1, midnight - 6 * DAY, midnight - 6 * DAY - 1,
            midnight - 13 * DAY, midnight - 13 * DAY - 1,
        ].into_iter().enumerate() {
            let sql = "INSERT INTO users (id, created_at, updated_at) VALUES ($1, $2, $2)";
            app.app.db.write(haoma_store::Step::new(sql, vec![format!("u{n}").into(), at.into()])).await.unwrap();
        }
        let expected = json!({ "today": { "count": 2, "delta": 0 }, "last7Days": { "count": 6, "delta": 4 } });
        assert_eq!(robot.get("/api/dashboard/users/new").await.json(), expected);
        assert_eq!(robot.get("/api/dashboard/users/total").await.json(), json!({ "totalUserCount": 9 }));
    }
}
