//! Roles: who has them, what they open.
use std::slice;

use haoma_core::ids::{ClientId, RoleId, ScopeId, UserId};
use haoma_store::applications::{self, Application};
use haoma_store::role_scopes::{self, Given};
use haoma_store::roles::{self, Changes, Filter, Kept, MANAGEMENT_ACCESS, Role};
use haoma_store::users;
use haoma_store::{
    Change, Db, application_roles, configured, resource_access, resources, scopes, user_roles,
};

use crate::resources::{resource, scope};
use crate::support::{NOW, entropy, event, number, user};

const ALL: (i64, i64) = (i64::MAX, 0);

fn role(n: usize, name: &str, kind: &str) -> Role {
    Role {
        id: RoleId::generate(NOW, &entropy(n)),
        name: name.to_owned(),
        description: "what it is for".to_owned(),
        kind: kind.to_owned(),
        is_default: false,
        created_at: NOW,
    }
}

async fn made(db: &Db, role: &Role, scopes: &[&ScopeId]) {
    let ids: Vec<_> = scopes.iter().map(ToString::to_string).collect();
    let n = usize::try_from(number(db, "SELECT COUNT(*) FROM audit_events").await).unwrap();
    assert_eq!(
        roles::create(db, role, &ids, &event(900 + n)).await.unwrap(),
        Kept::Done(role.clone())
    );
}

async fn somebody(db: &Db, n: usize) -> UserId {
    let user = user(n, None);
    assert!(users::create(db, &user).await.unwrap());
    user.id
}

async fn application(db: &Db, id: &str, kind: &str) -> ClientId {
    let id = ClientId::parse(id).unwrap();
    let row = Application {
        id: id.clone(),
        name: id.to_string(),
        description: None,
        kind: kind.to_owned(),
        is_third_party: false,
        is_admin: false,
        oidc_client_metadata: "{}".to_owned(),
        custom_client_metadata: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        created_at: NOW,
        updated_at: NOW,
    };
    applications::upsert(db, &row, &[]).await.unwrap();
    id
}

/// A resource with the scopes `read` and `write`.
async fn shop(db: &Db) -> [ScopeId; 2] {
    let shop = resource(100, "https://shop.example");
    assert!(resources::create(db, &shop, &event(100)).await.unwrap());
    let both = [scope(101, &shop, "read"), scope(102, &shop, "write")];
    for (n, one) in both.iter().enumerate() {
        scopes::create(db, one, &event(101 + n)).await.unwrap();
    }
    both.map(|one| one.id)
}

/// What a user's roles open of the shop.
async fn open(db: &Db, user: &UserId) -> Vec<String> {
    let open = resource_access::of_user(db, "https://shop.example", user).await.unwrap().unwrap();
    open.scopes.into_iter().map(|one| one.name).collect()
}

fn texts(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

on_both! {
    async fn a_name_is_one_role_and_its_kind_decides_who_has_it(db: &Db) {
        let (clerk, robot) = (role(1, "clerk", "User"), role(2, "robot", "MachineToMachine"));
        made(db, &clerk, &[]).await;
        made(db, &robot, &[]).await;
        assert_eq!(roles::create(db, &role(3, "clerk", "User"), &[], &event(3)).await.unwrap(), Kept::NameTaken);
        let gone = roles::create(db, &role(4, "new", "User"), &texts(&["nowhere"]), &event(4)).await.unwrap();
        assert_eq!(gone, Kept::Gone(Some(0)), "all or none");
        assert_eq!(roles::count(db, &Filter::default()).await.unwrap(), 3);
        let set = |name: Option<&str>, is_default: Option<bool>| Changes {
            name: name.map(ToOwned::to_owned).into(),
            is_default: is_default.into(),
            description: Change::Keep,
        };
        assert_eq!(roles::change(db, &robot.id, &set(Some("clerk"), None), &event(5)).await.unwrap(), Kept::NameTaken);
        assert_eq!(roles::change(db, &robot.id, &set(None, Some(true)), &event(6)).await.unwrap(), Kept::NoUsers);
        let nobody = RoleId::parse("nobody").unwrap();
        assert_eq!(roles::change(db, &nobody, &set(Some("x"), None), &event(7)).await.unwrap(), Kept::Gone(None));
        let services = Filter { kind: Some("MachineToMachine".to_owned()), pattern: None };
        let found: Vec<_> = roles::list(db, &services, ALL).await.unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!(found, [robot.id.clone(), RoleId::parse(MANAGEMENT_ACCESS).unwrap()]);
        let called = Filter { kind: None, pattern: Some("%CLE%".to_owned()) };
        assert_eq!(roles::list(db, &called, ALL).await.unwrap(), *slice::from_ref(&clerk));

        let user = somebody(db, 10).await;
        let service = application(db, "service", "MachineToMachine").await;
        let page = application(db, "page", "SPA").await;
        let give = async |role: &Role, user: &str, n: usize| user_roles::give(db, &role.id, &texts(&[user]), &event(n)).await.unwrap();
        assert_eq!(give(&robot, user.as_str(), 20).await, Given::Unknown(0));
        assert_eq!(give(&clerk, "nobody", 21).await, Given::Unknown(0));
        assert_eq!(give(&clerk, user.as_str(), 22).await, Given::Done);
        assert_eq!(give(&clerk, user.as_str(), 23).await, Given::HadIt);
        for (n, (role, id, expected)) in [
            (&clerk, &service, Given::Unknown(0)), (&robot, &page, Given::Unknown(0)),
            (&robot, &service, Given::Done), (&robot, &service, Given::HadIt),
        ].into_iter().enumerate() {
            let given = application_roles::give(db, &role.id, &texts(&[id.as_str()]), &event(30 + n)).await.unwrap();
            assert_eq!(given, expected, "{} {id}", role.name);
        }
        let has: Vec<_> = user_roles::members(db, &clerk.id, ALL).await.unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!((has, user_roles::count(db, &clerk.id, 10).await.unwrap()), (vec![user.clone()], 1));
        let has: Vec<_> = application_roles::members(db, &robot.id, ALL).await.unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!((has, application_roles::count(db, &robot.id).await.unwrap()), (vec![service.clone()], 1));
        assert_eq!(user_roles::names(db, &user).await.unwrap(), ["clerk"]);
    }

    async fn roles_are_added_and_replaced_as_a_whole(db: &Db) {
        let all = [role(1, "a", "User"), role(2, "b", "User"), role(3, "c", "User")];
        for one in &all {
            made(db, one, &[]).await;
        }
        let [first, second, third] = all.map(|one| one.id.to_string());
        let user = somebody(db, 10).await;
        assert_eq!(user_roles::add(db, &user, &[first.clone(), second.clone()], &event(11)).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(user_roles::add(db, &user, &[second.clone(), third.clone()], &event(12)).await.unwrap(), *slice::from_ref(&third));
        user_roles::replace(db, &user, slice::from_ref(&third), &event(13)).await.unwrap();
        assert_eq!(user_roles::names(db, &user).await.unwrap(), ["c"]);
        let third = RoleId::parse(&third).unwrap();
        assert!(user_roles::take(db, &user, &third, &event(14)).await.unwrap());
        assert!(!user_roles::take(db, &user, &third, &event(15)).await.unwrap());

        let robots = [role(21, "x", "MachineToMachine"), role(22, "y", "MachineToMachine")];
        for one in &robots {
            made(db, one, &[]).await;
        }
        let [one_role, other_role] = robots.map(|one| one.id.to_string());
        let service = application(db, "service", "MachineToMachine").await;
        assert_eq!(application_roles::add(db, &service, &[one_role.clone(), other_role.clone()], &event(23)).await.unwrap(), Given::Done);
        let wrong = application_roles::replace(db, &service, &[one_role.clone(), first.clone()], &event(24)).await.unwrap();
        assert_eq!(wrong, Given::Unknown(1));
        assert_eq!(application_roles::list(db, &service, ALL).await.unwrap().len(), 2, "all or none");
        assert_eq!(application_roles::replace(db, &service, slice::from_ref(&other_role), &event(25)).await.unwrap(), Given::Done);
        let left: Vec<_> = application_roles::list(db, &service, ALL).await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(left, ["y"]);
        assert!(application_roles::take(db, &service, &RoleId::parse(&other_role).unwrap(), &event(26)).await.unwrap());
    }

    async fn a_resource_is_open_as_far_as_roles_say_now(db: &Db) {
        let [read, write] = shop(db).await;
        let (reader, writer) = (role(1, "reader", "User"), role(2, "writer", "User"));
        made(db, &reader, &[&read]).await;
        made(db, &writer, &[&read, &write]).await;
        let (user, other) = (somebody(db, 10).await, somebody(db, 11).await);
        assert_eq!(resource_access::of_user(db, "https://elsewhere", &user).await.unwrap(), None);
        assert!(open(db, &user).await.is_empty());
        user_roles::add(db, &user, &texts(&[reader.id.as_str(), writer.id.as_str()]), &event(12)).await.unwrap();
        assert_eq!(open(db, &user).await, ["read", "write"], "each once");
        assert!(open(db, &other).await.is_empty());
        let scopes: Vec<_> = role_scopes::list(db, &writer.id, ALL).await.unwrap().into_iter().map(|(scope, resource)| (scope.name, resource.indicator)).collect();
        let here = "https://shop.example".to_owned();
        assert_eq!(scopes, [("read".to_owned(), here.clone()), ("write".to_owned(), here)]);
        assert!(role_scopes::take(db, &writer.id, &write, &event(13)).await.unwrap());
        assert!(!role_scopes::take(db, &writer.id, &write, &event(14)).await.unwrap());
        assert_eq!(open(db, &user).await, ["read"]);
        assert_eq!(role_scopes::give(db, &writer.id, &[read.to_string()], &event(15)).await.unwrap(), Given::HadIt);
        for one in [&reader, &writer] {
            assert!(roles::delete(db, &one.id, &event(16 + usize::from(one == &writer))).await.unwrap());
        }
        assert!(open(db, &user).await.is_empty());
        assert_eq!(number(db, "SELECT (SELECT COUNT(*) FROM users_roles) + (SELECT COUNT(*) FROM roles_scopes WHERE role_id <> 'management-api-access')").await, 0);
    }

    async fn a_role_lets_services_manage_and_never_users(db: &Db) {
        let all = ScopeId::parse("management-api-all").unwrap();
        let service = application(db, "service", "MachineToMachine").await;
        assert_eq!(resource_access::may_manage(db, &service).await.unwrap(), Some(false));
        let access = RoleId::parse(MANAGEMENT_ACCESS).unwrap();
        application_roles::add(db, &service, &texts(&[access.as_str()]), &event(1)).await.unwrap();
        assert_eq!(resource_access::may_manage(db, &service).await.unwrap(), Some(true));
        let open = resource_access::of_application(db, "https://default.logto.app/api", &service).await.unwrap().unwrap();
        assert_eq!(open.scopes.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["all"]);
        application_roles::take(db, &service, &access, &event(2)).await.unwrap();
        assert_eq!(resource_access::may_manage(db, &service).await.unwrap(), Some(false));
        assert_eq!(resource_access::may_manage(db, &ClientId::parse("nobody").unwrap()).await.unwrap(), None);
        let clerk = role(3, "clerk", "User");
        made(db, &clerk, &[]).await;
        assert_eq!(role_scopes::give(db, &clerk.id, &[all.to_string()], &event(4)).await.unwrap(), Given::Unknown(0));
    }

    async fn what_is_no_service_any_more_does_not_manage(db: &Db) {
        let service = application(db, "service", "MachineToMachine").await;
        let access = RoleId::parse(MANAGEMENT_ACCESS).unwrap();
        application_roles::add(db, &service, &texts(&[access.as_str()]), &event(1)).await.unwrap();
        // as an older file may have left it: the role stayed
        let kind = "UPDATE applications SET kind = 'Traditional' WHERE id = 'service'";
        db.write(haoma_store::Step::new(kind, vec![])).await.unwrap();
        assert_eq!(resource_access::may_manage(db, &service).await.unwrap(), Some(false));
        let row = async || applications::find(db, &service).await.unwrap().unwrap().0;
        let old = Application { kind: "MachineToMachine".to_owned(), ..row().await };
        let new = Application { updated_at: NOW.plus_secs(1), ..row().await };
        assert!(configured::application(db, "digest", (&new, None, Some(&old)), &event(2)).await.unwrap());
        assert_eq!(application_roles::list(db, &service, ALL).await.unwrap(), [], "a service's roles end with it");
    }

    async fn a_page_of_members_follows_the_last(db: &Db) {
        let clerk = role(1, "clerk", "User");
        made(db, &clerk, &[]).await;
        let mut all = vec![];
        for n in 10..15 {
            all.push(somebody(db, n).await);
        }
        let ids: Vec<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!(user_roles::give(db, &clerk.id, &ids, &event(20)).await.unwrap(), Given::Done);
        all.sort_unstable();
        for (offset, page) in all.chunks(2).enumerate() {
            let window = (2, 2 * i64::try_from(offset).unwrap());
            let found = user_roles::members(db, &clerk.id, window).await.unwrap();
            assert_eq!(found.into_iter().map(|one| one.id).collect::<Vec<_>>(), page);
        }
    }

    async fn every_new_user_gets_the_default_roles(db: &Db) {
        let before = somebody(db, 1).await;
        let everybody = Role { is_default: true, ..role(2, "everybody", "User") };
        made(db, &everybody, &[]).await;
        made(db, &role(3, "few", "User"), &[]).await;
        let after = somebody(db, 4).await;
        assert_eq!(user_roles::names(db, &after).await.unwrap(), ["everybody"]);
        let together = [user(5, None), user(6, None)];
        assert!(users::add_all(db, &together, &[event(5), event(6)]).await.unwrap());
        for one in together {
            assert_eq!(user_roles::names(db, &one.id).await.unwrap(), ["everybody"], "those that come together, too");
        }
        assert!(user_roles::names(db, &before).await.unwrap().is_empty());
    }
}
