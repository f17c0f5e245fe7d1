//! A test message told while it is sent: a stream of reports, each whole, as server-sent events that the page's script reads.
use std::convert::Infallible;
use std::sync::Arc;

use askama::Template as _;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use haoma_core::ids::MessageId;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use tokio::sync::mpsc;

use super::pending::Pending;
use super::report::{self, Sent};
use crate::app::App;
use crate::connectors::kit::{Connector, Factory, LookingUp, Lost, Outgoing, Sending};
use crate::console::administrator::Signed;
use crate::error::api::{ApiError, codes};
use crate::sending::trial::Tried;
use crate::views::console::connectors::wizard::{LiveReport, Report};
use crate::views::problem::Problem;

/// What happens to a message, in its order.
#[derive(Debug)]
pub(super) enum Happened {
    /// The provider is being called.
    Begun(MessageId, UsageType),
    /// It answered, or nothing was sent.
    Over(Result<Tried, ApiError>),
}

/// The end of a road where what happens comes out.
pub(super) type Happens = mpsc::UnboundedReceiver<Happened>;

/// A connector that tells when it is called.
#[derive(Debug)]
pub(super) struct Watched {
    /// Which one.
    pub(super) inner: Arc<dyn Connector>,
    /// Whom it tells; nobody may listen any more.
    pub(super) tell: mpsc::UnboundedSender<Happened>,
}

impl Connector for Watched {
    fn serving(&self, usage_type: UsageType, phone: &PhoneNumber) -> Option<UsageType> {
        self.inner.serving(usage_type, phone)
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        drop(self.tell.send(Happened::Begun(message.id.clone(), message.usage_type())));
        self.inner.send(message)
    }

    fn look_up<'a>(&'a self, message: Lost<'a>) -> LookingUp<'a> {
        self.inner.look_up(message)
    }
}

/// What drawing the reports takes.
pub(super) struct Teller {
    /// The server.
    pub(super) app: App,
    /// Who sends.
    pub(super) signed: Signed,
    /// The kind of connector.
    pub(super) factory: &'static Factory,
    /// To whom.
    pub(super) phone: PhoneNumber,
    /// What the page carries along, for the page that it becomes.
    pub(super) pending: Pending,
    /// Where its form goes.
    pub(super) action: String,
}

/// The answer that tells a message which is under way already.
pub(super) fn response(
    teller: Teller,
    begun: (MessageId, UsageType),
    happens: Happens,
) -> Response {
    let first = teller.begun(&begun);
    let rest = stream::once(async move {
        let mut happens = happens;
        let over = happens.recv().await;
        Ok(teller.over(&begun, over))
    });
    let first: Result<Bytes, Infallible> = Ok(first);
    let told = stream::StreamExt::chain(stream::iter([first]), rest);
    let mut response = Body::from_stream(told).into_response();
    // this kind of answer is also passed on at once by whatever stands in between
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl Teller {
    fn begun(&self, (id, usage): &(MessageId, UsageType)) -> Bytes {
        let lang = self.signed.visit.lang;
        self.event(report::under_way(lang, &self.phone.masked(), (id, *usage)), None)
    }

    fn over(mut self, (id, usage): &(MessageId, UsageType), happened: Option<Happened>) -> Bytes {
        let lang = self.signed.visit.lang;
        let error = match happened {
            Some(Happened::Over(Ok(tried))) => {
                let told = report::of(lang, self.factory, &self.phone, &tried);
                self.pending.sent =
                    Sent::of(self.factory, &self.pending.config, &self.phone, &tried);
                let sealed = self.pending.seal(&self.app, &self.signed, self.factory);
                // without it only the receipt cannot be asked for
                return self.event(told, sealed.ok());
            }
            Some(Happened::Over(Err(error))) => error,
            _ => ApiError::new(codes::INTERNAL).because("a test message went on without us"),
        };
        let why = Problem::of(lang, &error).text;
        tracing::error!(message.id = %id, "what became of a test message is not known");
        error.log();
        self.event(report::lost(lang, &self.phone.masked(), (id, *usage), &why), None)
    }

    /// A report as an event.
    fn event(&self, report: Report, pending: Option<String>) -> Bytes {
        let lang = self.signed.visit.lang;
        let drawn = LiveReport { lang, report, pending, action: self.action.clone() }.render();
        let drawn = drawn.unwrap_or_default();
        let lines: Vec<_> = drawn.lines().map(|line| ["data: ", line].concat()).collect();
        Bytes::from(format!("{}\n\n", lines.join("\n")))
    }
}
