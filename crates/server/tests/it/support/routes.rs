//! Every route there is, read from the router itself, so that no list of ours can forget one.
use std::collections::BTreeMap;

use axum::Router;
use axum::http::Method;

/// What a router tells of the methods of one path, in this order.
const METHODS: [&str; 6] = ["get", "delete", "patch", "post", "put", "trace"];

/// A method at a path, such as `/console/users/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    pub(crate) path: String,
    /// `ANY` where one handler hears every method.
    pub(crate) verb: String,
}

impl Route {
    /// The method to ask with.
    pub(crate) fn method(&self) -> Method {
        if self.verb == "ANY" { Method::POST } else { self.verb.parse().unwrap() }
    }

    /// Whether asking may change something.
    pub(crate) fn changes(&self) -> bool {
        self.verb != "GET"
    }

    /// The path with a text that nothing has in each place of an id.
    pub(crate) fn nowhere(&self) -> String {
        let part =
            |part: &str| if part.starts_with('{') { "x".to_owned() } else { part.to_owned() };
        self.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// Whether what an address leads to can be made for a test: [`super::things`].
pub(crate) fn known(path: &str) -> bool {
    path.starts_with("/console") || path.starts_with("/api/")
}

/// All of them, by path.
pub(crate) fn of(router: &Router) -> Vec<Route> {
    let told = format!("{router:?}");
    let (_, told) = told.split_once("path_router: PathRouter { routes: {").unwrap();
    let (handlers, told) = told.split_once("}, node: Node { paths: {").unwrap();
    let (paths, _) = told.split_once("\"} }").unwrap();
    let entries = |text: &str| -> BTreeMap<String, String> {
        let entry = |part: &str| part.split_once("): ").map(|(id, rest)| (id.into(), rest.into()));
        text.split("RouteId(").filter_map(entry).collect()
    };
    let (handlers, paths) = (entries(handlers), entries(paths));
    assert_eq!(handlers.len(), paths.len(), "a path without a handler, or the other way round");
    let mut all = vec![];
    for (id, path) in &paths {
        let path = path.split('"').nth(1).unwrap();
        let verbs = verbs(&handlers[id]);
        assert!(!verbs.is_empty(), "{path} hears nothing");
        all.extend(verbs.into_iter().map(|verb| Route { path: path.to_owned(), verb }));
    }
    all.sort();
    all
}

fn verbs(handler: &str) -> Vec<String> {
    if handler.contains("allow_header: Skip") {
        return vec!["ANY".to_owned()];
    }
    let is_heard = |verb: &&&str| !handler.contains(&format!(" {verb}: None,"));
    METHODS.iter().filter(is_heard).map(|verb| verb.to_uppercase()).collect()
}
