//! One whole registration or sign-in: eleven requests to Haoma, and one to the simulator for the code.
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use http::Method;
use serde_json::{Value, json};

use crate::configuration::{CLIENT_ID, REDIRECT_URI};
use crate::http::{Answer, Ask, Peer, path_of};
use crate::jar::Jar;

/// The requests, in their order.
pub(crate) const STEPS: [&str; 11] = [
    "GET /oidc/auth",
    "PUT /api/experience",
    "POST …/verification-code",
    "POST …/verify",
    "POST …/identification",
    "POST …/submit",
    "GET /oidc/auth/:uid (sign-in done)",
    "GET /consent",
    "GET /oidc/auth/:uid (consent done)",
    "POST /oidc/token",
    "GET /oidc/me",
];

/// The pair of RFC 7636, appendix B: the driver's CPU is not what is measured.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Where the servers are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) haoma: SocketAddr,
    pub(crate) simulator: SocketAddr,
}

/// What the person came to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// With a new number.
    Register,
    /// With a number that has an account.
    SignIn,
}

impl Kind {
    const fn event(self) -> &'static str {
        match self {
            Self::Register => "Register",
            Self::SignIn => "SignIn",
        }
    }

    const fn identified(self) -> u16 {
        match self {
            Self::Register => 201,
            Self::SignIn => 204,
        }
    }
}

/// How long each request of a flow took.
pub(crate) type Sample = [Duration; STEPS.len()];

/// One visitor's connections; a new browser for each flow.
#[derive(Debug)]
pub(crate) struct Visitor {
    haoma: Peer,
    simulator: Peer,
}

/// A flow under way.
struct Walk<'a> {
    visitor: &'a mut Visitor,
    jar: Jar,
    sample: Sample,
    step: usize,
}

impl Visitor {
    /// Not connected yet.
    pub(crate) fn new(setup: Setup) -> Self {
        Self { haoma: Peer::new(setup.haoma), simulator: Peer::new(setup.simulator) }
    }

    /// Walks the whole way; `phone` is digits with country code.
    /// It is asked from `address`, of which every number has its own.
    pub(crate) async fn walk(
        &mut self,
        kind: Kind,
        (phone, address): (&str, Ipv4Addr),
    ) -> anyhow::Result<Sample> {
        self.haoma.asks_from(address);
        let mut walk =
            Walk { visitor: self, jar: Jar::default(), sample: Sample::default(), step: 0 };
        let done = walk.through(kind, phone).await;
        let step = STEPS.get(walk.step).copied().unwrap_or("after the last step");
        done.with_context(|| format!("{} failed at {step}", kind.event()))?;
        Ok(walk.sample)
    }

    /// The newest code sent to a number.
    async fn code(&mut self, phone: &str) -> anyhow::Result<String> {
        let path = format!("/_sim/messages?phone={phone}&limit=1");
        let answer = self
            .simulator
            .ask(&Ask::get(&path), "")
            .await
            .context("the simulator's inbox")?
            .json()?;
        let sent = answer.pointer("/messages/0/templateParam").and_then(Value::as_str);
        let sent: Value = serde_json::from_str(sent.context("no message arrived")?)?;
        Ok(sent.get("code").and_then(Value::as_str).context("the message has no code")?.to_owned())
    }
}

impl Walk<'_> {
    async fn through(&mut self, kind: Kind, phone: &str) -> anyhow::Result<()> {
        self.begin(kind).await?;
        self.prove(kind, phone).await?;
        let code = self.authorize().await?;
        self.finish(&code, phone).await
    }

    /// From the application to the sign-in page.
    async fn begin(&mut self, kind: Kind) -> anyhow::Result<()> {
        let redirect = encoded(REDIRECT_URI);
        let auth = format!(
            "/oidc/auth?client_id={CLIENT_ID}&redirect_uri={redirect}&response_type=code\
             &scope=openid%20offline_access%20profile%20phone&prompt=consent&state=state&nonce=nonce\
             &code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        self.ask(Ask::get(&auth), 303).await?;
        let event = json!({ "interactionEvent": kind.event() });
        self.ask(Ask::json(Method::PUT, "/api/experience", &event), 204).await.map(drop)
    }

    /// The number, the code, the account.
    async fn prove(&mut self, kind: Kind, phone: &str) -> anyhow::Result<()> {
        let path = "/api/experience/verification/verification-code";
        let identifier = json!({ "type": "phone", "value": phone });
        let send = json!({ "identifier": identifier, "interactionEvent": kind.event() });
        let sent = self.ask(Ask::json(Method::POST, path, &send), 200).await?.json()?;
        let id = sent.get("verificationId").and_then(Value::as_str).context("no verificationId")?;
        let code = self.visitor.code(phone).await?;
        let verify = json!({ "identifier": identifier, "verificationId": id, "code": code });
        self.ask(Ask::json(Method::POST, &format!("{path}/verify"), &verify), 200).await?;
        let identify = json!({ "verificationId": id });
        let ask = Ask::json(Method::POST, "/api/experience/identification", &identify);
        self.ask(ask, kind.identified()).await.map(drop)
    }

    /// From the end of sign-in through consent to the authorization code.
    async fn authorize(&mut self) -> anyhow::Result<String> {
        let submit = Ask { method: Method::POST, ..Ask::get("/api/experience/submit") };
        let submitted = self.ask(submit, 200).await?.json()?;
        let resume =
            submitted.get("redirectTo").and_then(Value::as_str).context("no redirectTo")?;
        let consent = self.ask(Ask::get(path_of(resume)), 303).await?;
        let consented = self.ask(Ask::get(path_of(consent.location()?)), 302).await?;
        let done = self.ask(Ask::get(path_of(consented.location()?)), 303).await?;
        let query = done.location()?.split_once('?').map_or("", |(_, query)| query);
        let code = query.split('&').find_map(|pair| pair.strip_prefix("code="));
        code.map(str::to_owned).context("no authorization code")
    }

    /// Tokens and claims.
    async fn finish(&mut self, code: &str, phone: &str) -> anyhow::Result<()> {
        let redirect = encoded(REDIRECT_URI);
        let form = format!(
            "grant_type=authorization_code&client_id={CLIENT_ID}&code={code}&redirect_uri={redirect}&code_verifier={VERIFIER}"
        );
        let tokens = self.ask(Ask::form("/oidc/token", form), 200).await?.json()?;
        let token = |name: &str| {
            tokens.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"))
        };
        token("id_token")?;
        token("refresh_token")?;
        let bearer = Some(("authorization", format!("Bearer {}", token("access_token")?)));
        let claims = self.ask(Ask { header: bearer, ..Ask::get("/oidc/me") }, 200).await?.json()?;
        let number = claims.get("phone_number").and_then(Value::as_str).unwrap_or_default();
        anyhow::ensure!(
            number.trim_start_matches('+') == phone,
            "the claims are about another number"
        );
        Ok(())
    }

    async fn ask(&mut self, ask: Ask<'_>, wanted: u16) -> anyhow::Result<Answer> {
        let cookies = self.jar.header(ask.path);
        let started = Instant::now();
        let answer = self.visitor.haoma.ask(&ask, &cookies).await?;
        if let Some(took) = self.sample.get_mut(self.step) {
            *took = started.elapsed();
        }
        anyhow::ensure!(answer.status == wanted, "wanted {wanted}, not {}", answer.shown());
        self.jar.keep(&answer.headers);
        self.step += 1;
        Ok(answer)
    }
}

fn encoded(address: &str) -> String {
    address.replace(':', "%3A").replace('/', "%2F")
}
