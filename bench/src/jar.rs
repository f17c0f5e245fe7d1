//! The cookies of one visitor: name, value, path. Nothing expires within a flow.
use http::header::{HeaderMap, SET_COOKIE};

/// A jar.
#[derive(Debug, Default)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Jar {
    /// Keeps what an answer sets, and forgets what it removes.
    pub(crate) fn keep(&mut self, headers: &HeaderMap) {
        let lines = headers.get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        for new in lines.filter_map(parse) {
            self.cookies.retain(|old| (&old.name, &old.path) != (&new.name, &new.path));
            if !new.value.is_empty() {
                self.cookies.push(new);
            }
        }
    }

    /// The `Cookie` header for a path; a query does not matter.
    pub(crate) fn header(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or_default();
        let mine = self.cookies.iter().filter(|cookie| reaches(&cookie.path, path));
        mine.map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect::<Vec<_>>()
            .join("; ")
    }
}

fn parse(line: &str) -> Option<Cookie> {
    let mut parts = line.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let is_path =
        |part: &str| part.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("path="));
    let path = parts.find(|part| is_path(part)).and_then(|part| part.get(5..)).unwrap_or("/");
    Some(Cookie { name: name.to_owned(), value: value.to_owned(), path: path.to_owned() })
}

/// Path matching (RFC 6265, section 5.1.4).
fn reaches(cookie: &str, path: &str) -> bool {
    path.strip_prefix(cookie)
        .is_some_and(|rest| cookie.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(jar: &mut Jar, line: &'static str) {
        jar.keep(&HeaderMap::from_iter([(SET_COOKIE, http::HeaderValue::from_static(line))]));
    }

    #[test]
    fn cookies_are_kept_by_name_and_path_and_sent_where_they_belong() {
        let mut jar = Jar::default();
        set(&mut jar, "a=1; Path=/; HttpOnly");
        set(&mut jar, "b=2; HttpOnly; path=/oidc/auth/x");
        set(&mut jar, "a=3; Path=/");
        assert_eq!(jar.header("/sign-in?q"), "a=3");
        assert_eq!(jar.header("/oidc/auth/x"), "b=2; a=3");
        assert_eq!(jar.header("/oidc/auth/xy"), "a=3");
        set(&mut jar, "a=; Path=/; Max-Age=0");
        assert_eq!(jar.header("/"), "");
    }
}
