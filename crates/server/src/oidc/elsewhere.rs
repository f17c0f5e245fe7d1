//! Forms that pages of other sites post here. Browsers send none of our cookies with them (`SameSite=Lax`) and take what the answer sets:
//! such a request tells nothing of who is signed in, and must change nothing in the browser. It is asked once more in a way that brings the
//! cookies.
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use haoma_oidc::params::Params;

use super::redirect;
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::{browser, csrf};

/// Bytes of a query that every browser and proxy carries. What is longer goes on as a form of our own.
const MOST_QUERY: usize = 4 * 1024;
/// What goes on as a form, too: a token, which whoever posted it kept out of addresses, because histories and logs keep these. A
/// `login_hint` does not: in the contract it is part of the address of our own page (wire contract A.4), which comes next.
const NEVER_IN_AN_ADDRESS: &str = "id_token_hint";

/// Whether a request came without the cookies that its browser may have.
pub(super) fn is_blind(app: &App, method: &Method, headers: &HeaderMap) -> bool {
    let is_posted = *method == Method::POST;
    is_posted && !browser::is_known(headers, app) && !csrf::is_of_our_page(headers, app)
}

/// Has the browser ask the same once more, with its cookies: by a GET, or by a form on a page of ours. `target` is where the answer may
/// lead the person in the end.
pub(super) fn ask_again(
    app: &App,
    headers: &HeaderMap,
    (path, params): (&str, &Params),
    target: Option<&str>,
) -> Result<Response> {
    let query = params.to_form();
    let has_token = params.pairs().iter().any(|(name, _)| name == NEVER_IN_AN_ADDRESS);
    if query.len() <= MOST_QUERY && !has_token {
        return redirect::see_other(&format!("{path}?{query}"));
    }
    let form = (app.settings.url(path), params.pairs().to_vec());
    Ok(redirect::form(app, headers, form, target.and_then(redirect::form_action)))
}
