//! A small web application: sign in, ask who is there, sign out.
use std::collections::HashMap;
use std::error::Error;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdToken,
    CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpClientError, IssuerUrl, LogoutRequest,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardErrorResponse, TokenResponse, ureq,
};
use tiny_http::{Header, Method, Request, Response, Server};

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type Answer = Response<std::io::Cursor<Vec<u8>>>;
type Fallible<T> = Result<T, Box<dyn Error>>;

/// Who is longer away than this does not come back: Haoma's pages last no longer.
const AWAY: Duration = Duration::from_secs(3600);

/// What is known of a browser, by its cookie. A table of yours in a larger program.
enum Visit {
    Away {
        since: Instant,
        verifier: PkceCodeVerifier,
        state: CsrfToken,
        nonce: Nonce,
    },
    SignedIn {
        access: AccessToken,
        refresh: RefreshToken,
        id_token: Box<CoreIdToken>,
        phone: String,
    },
}

struct App {
    client: Client,
    end_session: EndSessionUrl,
    http: ureq::Agent,
    base: String,
    visits: HashMap<String, Visit>,
}

fn main() -> Fallible<()> {
    let base = setting("HAOMA_BASE_URL")?;
    let http = ureq::AgentBuilder::new().redirects(0).build();
    let found =
        ProviderMetadataWithLogout::discover(&IssuerUrl::new(setting("HAOMA_ISSUER")?)?, &http)?;
    let end_session = found
        .additional_metadata()
        .end_session_endpoint
        .clone()
        .ok_or("no end_session_endpoint")?;
    let secret = ClientSecret::new(setting("HAOMA_CLIENT_SECRET")?);
    let client = CoreClient::from_provider_metadata(
        found,
        ClientId::new(setting("HAOMA_CLIENT_ID")?),
        Some(secret),
    )
    .set_redirect_uri(RedirectUrl::new(format!("{base}/callback"))?);
    let mut app = App { client, end_session, http, base, visits: HashMap::new() };
    let address = app.base.split_once("://").ok_or("HAOMA_BASE_URL is no address")?.1;
    let server = Server::http(address).map_err(|error| error.to_string())?;
    println!("ready at {}", app.base);
    for request in server.incoming_requests() {
        let answer = app.answer(&request).unwrap_or_else(|error| {
            eprintln!("{} {}: {error}", request.method(), request.url());
            Response::from_string("something went wrong\n").with_status_code(500)
        });
        request.respond(answer)?;
    }
    Ok(())
}

impl App {
    fn answer(&mut self, request: &Request) -> Fallible<Answer> {
        let path = request.url().split('?').next().unwrap_or_default();
        let id = cookie(request).unwrap_or_default();
        match (request.method(), path) {
            (Method::Get, "/") => self.home(&id),
            (Method::Get, "/sign-in") => self.sign_in(),
            (Method::Get, "/callback") => self.callback(&id, request.url()),
            (Method::Get, "/me") => self.me(&id),
            (Method::Post, "/sign-out") => self.sign_out(&id),
            _ => Ok(Response::from_string("not found\n").with_status_code(404)),
        }
    }

    fn home(&self, id: &str) -> Fallible<Answer> {
        let page = match self.visits.get(id) {
            Some(Visit::SignedIn { phone, .. }) => {
                format!(
                    "<p>{phone}</p><form method=post action=/sign-out><button>Sign out</button></form>"
                )
            }
            _ => "<a href=/sign-in>Sign in</a>".to_owned(),
        };
        Ok(Response::from_string(page)
            .with_header(header("content-type", "text/html; charset=utf-8")?))
    }

    fn sign_in(&mut self) -> Fallible<Answer> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(
                ["profile", "phone", "offline_access"].map(|scope| Scope::new(scope.to_owned())),
            )
            .add_prompt(CoreAuthPrompt::Consent)
            .set_pkce_challenge(challenge)
            .url();
        self.visits.retain(
            |_, visit| !matches!(visit, Visit::Away { since, .. } if since.elapsed() > AWAY),
        );
        let visit = Visit::Away { since: Instant::now(), verifier, state, nonce };
        self.keep(visit, redirect(url.as_str())?)
    }

    /// Keeps what is known of a browser under a name that nobody had before.
    fn keep(&mut self, visit: Visit, answer: Answer) -> Fallible<Answer> {
        let id = CsrfToken::new_random().secret().clone();
        // behind https add `; Secure`
        let cookie = format!("session={id}; Path=/; HttpOnly; SameSite=Lax");
        self.visits.insert(id, visit);
        Ok(answer.with_header(header("set-cookie", &cookie)?))
    }

    fn callback(&mut self, id: &str, url: &str) -> Fallible<Answer> {
        let Some(Visit::Away { verifier, state, nonce, .. }) = self.visits.remove(id) else {
            return redirect("/");
        };
        let url = openidconnect::url::Url::parse(&format!("{}{url}", self.base))?;
        let given: HashMap<_, _> = url.query_pairs().into_owned().collect();
        if given.get("state") != Some(state.secret()) {
            return Err("this answer belongs to another browser".into());
        }
        // the person said no
        let Some(code) = given.get("code") else {
            return redirect("/");
        };
        let tokens = self
            .client
            .exchange_code(AuthorizationCode::new(code.clone()))?
            .set_pkce_verifier(verifier)
            .request(&self.http)?;
        let id_token = tokens.id_token().ok_or("no id token")?;
        let claims = id_token.claims(&self.client.id_token_verifier(), &nonce)?;
        let visit = Visit::SignedIn {
            access: tokens.access_token().clone(),
            refresh: tokens.refresh_token().ok_or("no refresh token")?.clone(),
            phone: claims.phone_number().map(|phone| phone.to_string()).unwrap_or_default(),
            id_token: Box::new(id_token.clone()),
        };
        self.keep(visit, redirect("/")?)
    }

    fn me(&mut self, id: &str) -> Fallible<Answer> {
        let Some(Visit::SignedIn { access, refresh, .. }) = self.visits.get_mut(id) else {
            return Ok(Response::from_string("{}").with_status_code(401));
        };
        let person = match user_info(&self.client, &self.http, access) {
            Ok(person) => person,
            // the access token has died, if nothing else is wrong
            Err(_) => {
                let Some(tokens) = fresh_tokens(&self.client, &self.http, refresh)? else {
                    self.visits.remove(id);
                    return Ok(Response::from_string("{}").with_status_code(401));
                };
                *access = tokens.access_token().clone();
                if let Some(fresh) = tokens.refresh_token() {
                    *refresh = fresh.clone();
                }
                user_info(&self.client, &self.http, access)?
            }
        };
        let json = serde_json::to_string(&person)?;
        Ok(Response::from_string(json).with_header(header("content-type", "application/json")?))
    }

    fn sign_out(&mut self, id: &str) -> Fallible<Answer> {
        let Some(Visit::SignedIn { id_token, .. }) = self.visits.remove(id) else {
            return redirect("/");
        };
        let url = LogoutRequest::from(self.end_session.clone())
            .set_id_token_hint(&id_token)
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(format!("{}/", self.base))?)
            .http_get_url();
        redirect(url.as_str())
    }
}

fn user_info(
    client: &Client,
    http: &ureq::Agent,
    access: &AccessToken,
) -> Fallible<CoreUserInfoClaims> {
    Ok(client.user_info(access.clone(), None)?.request(http)?)
}

/// Nothing, where Haoma takes the refresh token no more: the session was ended elsewhere, or access was taken back.
fn fresh_tokens(
    client: &Client,
    http: &ureq::Agent,
    refresh: &RefreshToken,
) -> Fallible<Option<CoreTokenResponse>> {
    let error = match client.exchange_refresh_token(refresh)?.request(http) {
        Ok(tokens) => return Ok(Some(tokens)),
        Err(error) => error,
    };
    // ureq makes an error of every status from 400 on (its variant has the name of another library)
    let RequestTokenError::Request(HttpClientError::Reqwest(error)) = error else {
        return Err(error.into());
    };
    let ureq::Error::Status(_, answer) = *error else {
        return Err(error.into());
    };
    let refusal: StandardErrorResponse<CoreErrorResponseType> =
        serde_json::from_reader(answer.into_reader())?;
    match refusal.error() {
        CoreErrorResponseType::InvalidGrant => Ok(None),
        _ => Err(refusal.to_string().into()),
    }
}

fn setting(name: &str) -> Fallible<String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}").into())
}

fn header(name: &str, value: &str) -> Fallible<Header> {
    Header::from_bytes(name, value).map_err(|()| format!("{name} cannot be {value:?}").into())
}

fn redirect(to: &str) -> Fallible<Answer> {
    Ok(Response::from_string("").with_status_code(303).with_header(header("location", to)?))
}

fn cookie(request: &Request) -> Option<String> {
    let cookies = request.headers().iter().find(|header| header.field.equiv("Cookie"))?;
    let all = cookies.value.as_str().split("; ");
    all.filter_map(|pair| pair.strip_prefix("session=")).next().map(str::to_owned)
}
