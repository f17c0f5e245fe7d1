//! Lists of users: order, pages, search.
use super::support::*;
use crate::oidc::support::text;

fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let body = answer.json();
    body.as_array().unwrap().iter().map(|one| text(one, "name").to_owned()).collect()
}

/// Four users, a second apart.
async fn people(app: &TestApp, robot: &Robot) {
    for (name, username, phone) in [
        ("Ada", Some("ada_l"), Some("8613800138000")),
        ("Bob", None, Some("8613800138001")),
        ("小林", Some("Lin"), Some("85261234567")),
        ("100%", Some("adaxl"), None),
    ] {
        let body = json!({ "name": name, "username": username, "primaryPhone": phone });
        robot.makes("/api/users", body).await;
        app.advance_secs(1);
    }
}

on_both! {
    async fn the_newest_come_first_page_by_page(database: Database) {
        let (app, robot) = managed(database).await;
        assert_eq!(robot.get("/api/users").await.headers["total-number"], "0");
        people(&app, &robot).await;
        let all = robot.get("/api/users").await;
        assert_eq!(names(&all), ["100%", "小林", "Bob", "Ada"]);
        assert_eq!(all.headers["total-number"], "4");
        let page = robot.get("/api/users?page=2&page_size=3").await;
        assert_eq!(names(&page), ["Ada"]);
        let links = page.headers["link"].to_str().unwrap();
        assert!(links.contains("rel=\"prev\"") && !links.contains("rel=\"next\""), "{links}");
        let capped = robot.get("/api/users?enableCap=true").await;
        assert!(!capped.headers.contains_key("total-number-is-capped"), "nothing was cut");
        for query in ["page=0", "page_size=0", "page_size=101", "page=1.5"] {
            assert_eq!(robot.get(&format!("/api/users?{query}")).await.brief(), "400 guard.invalid_pagination", "{query}");
        }
    }

    async fn a_search_finds_who_fits(database: Database) {
        let (app, robot) = managed(database).await;
        people(&app, &robot).await;
        for (query, expected) in [
            ("search.primaryPhone=86138%25", &["Ada", "Bob"][..]),
            ("search.primaryPhone=%2B86138%25&page_size=1&page=2", &["Bob"]),
            ("search.primaryPhone=8613800138001", &["Bob"]),
            ("search.primaryPhone=861380013800", &[]),
            ("search.primaryPhone=%251%25", &["小林", "Bob", "Ada"]),
            ("search.primaryPhone=%25", &["小林", "Ada", "Bob"]),
            ("search=%25ADA%25", &["100%", "Ada"]),
            ("search=%25138%25", &["Bob", "Ada"]),
            ("search.name=%E5%B0%8F%25", &["小林"]),
            ("search.username=ada_l", &["100%", "Ada"]),
            ("search.username=ada_l&mode=exact", &["Ada"]),
            ("search.username=ADA_L&mode.username=exact&isCaseSensitive=false", &["Ada"]),
            ("search.name=100%25&mode.name=exact", &["100%"]),
            ("search.name=B%25&search.username=lin", &["小林", "Bob"]),
            ("search.name=B%25&search.username=lin&joint=and", &[]),
            ("search.name=A%25&search.username=ada%25&joint=and", &["Ada"]),
            ("search.id=nobody", &[]),
        ] {
            let found = robot.get(&format!("/api/users?{query}")).await;
            assert_eq!(names(&found), expected, "{query}");
            let all = if query.contains("page_size=1") { 2 } else { expected.len() };
            assert_eq!(found.headers["total-number"], all.to_string().as_str(), "{query}");
        }
    }

    async fn what_is_not_served_is_refused_and_never_ignored(database: Database) {
        let (_app, robot) = managed(database).await;
        for query in [
            "search=%25a%25&mode=posix", "search=%25a%25&mode=similar_to", "search.name=a&mode.name=posix",
            "search.primaryEmail=a", "search.phone=a", "mode.primaryEmail=exact", "search=a&search=b",
            "search.name=a&search.name=b&mode=exact", "search=", "search.name=", "excludeRoleId=r",
            "excludeOrganizationId=o", "search=a&isCaseSensitive=true",
        ] {
            assert_eq!(robot.get(&format!("/api/users?{query}")).await.brief(), "400 request.invalid_input", "{query}");
        }
        let refused = robot.get("/api/users?joint=xor&mode=fuzzy&search=a%5C&mode.id=x").await;
        assert_eq!(places(&refused), ["joint", "mode", "mode.id", "search", "search", "search", "search"]);
    }
}
