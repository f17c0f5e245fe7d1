//! The live check: the account's signatures and templates, and which of them can carry a code.
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aliyun_sms::{
    AuditState, Client, GetSmsSign, GetSmsTemplate, Page, SignItem, SmsTemplate, Stamp,
    TemplateItem, TemplateKind,
};
use futures_util::stream::{self, StreamExt as _};
use tokio::time::{Instant, timeout_at};

use super::client_config;
use crate::connectors::kit::account::{
    Account, InspectError, Inspecting, Looking, Review, Signature, Template,
};
use crate::connectors::kit::{NextStep, Notice, Place, Reader, SendError, Trouble};
use crate::connectors::{aliyun, sms_text};

/// Entries asked for at once: with texts of 500 characters a page stays below the longest answer that is read.
const PAGE_SIZE: u32 = 20;
/// Pages of each list that are read at most.
const MOST_PAGES: u32 = 10;
/// Single entries that are asked for more at most, of each list; and so many at a time.
const MOST_DETAILS: usize = 50;
const AT_A_TIME: usize = 4;

/// [`crate::connectors::kit::Factory::inspect`].
pub(super) fn inspect(looking: Looking<'_>) -> Inspecting<'_> {
    Box::pin(look(looking))
}

async fn look(looking: Looking<'_>) -> Result<Account, InspectError> {
    let mut reader = Reader::new(looking.config);
    let config = client_config(&mut reader);
    let client = aliyun::client(config, reader.into_problems());
    let asker = Asker {
        client: client.map_err(InspectError::Configuration)?,
        looking,
        until: Instant::now() + looking.within,
        is_late: AtomicBool::new(false),
    };
    // side by side, so that a long list of the one kind leaves time for the other
    let (signs, templates) = tokio::try_join!(asker.signs(), asker.templates())?;
    let lists_are_whole = signs.is_whole && templates.is_whole;
    let signatures = details(signs.all, |sign| asker.signature(sign));
    let templates = details(templates.all, |template| asker.template(template));
    let (signatures, templates) = tokio::join!(signatures, templates);
    let is_whole = lists_are_whole && !asker.is_late.load(Ordering::Relaxed);
    Ok(Account { signatures, templates, is_whole })
}

/// A list being read, page by page up to the cap.
struct Pages<T> {
    all: Vec<T>,
    read: u32,
    is_whole: bool,
}

impl<T> Pages<T> {
    fn new() -> Self {
        Self { all: vec![], read: 0, is_whole: false }
    }

    fn next(&self) -> Option<Page> {
        let more = !self.is_whole && self.read < MOST_PAGES;
        more.then_some(Page { index: self.read + 1, size: PAGE_SIZE })
    }

    fn add(&mut self, mut found: Vec<T>, total: Option<i64>) {
        let is_short = found.len() < PAGE_SIZE as usize;
        self.read += 1;
        self.all.append(&mut found);
        let total = total.and_then(|total| usize::try_from(total).ok());
        self.is_whole = is_short || total == Some(self.all.len());
    }
}

/// Looks closer at the first entries, a few at a time; order is kept. `look` is told whether it may ask.
async fn details<T, U, F: Future<Output = U>>(
    entries: Vec<T>,
    look: impl Fn((T, bool)) -> F,
) -> Vec<U> {
    let entries = entries.into_iter().enumerate();
    let looks = entries.map(|(index, entry)| look((entry, index < MOST_DETAILS)));
    stream::iter(looks).buffered(AT_A_TIME).collect().await
}

struct Asker<'a> {
    client: Client,
    looking: Looking<'a>,
    until: Instant,
    is_late: AtomicBool,
}

impl Asker<'_> {
    fn nonce(&self) -> String {
        self.looking.entropy.hex::<16>()
    }

    fn stamp<'n>(&self, nonce: &'n str) -> Stamp<'n> {
        Stamp { unix_ms: self.looking.now.0, nonce }
    }

    /// The answer to a request; `None` when there is no more time for it.
    async fn ask<T>(&self, request: impl Future<Output = T>) -> Option<T> {
        let answer = timeout_at(self.until, request).await.ok();
        self.is_late.fetch_or(answer.is_none(), Ordering::Relaxed);
        answer
    }

    /// The same for one page of a list. Without the first there is nothing to show, and that is a silent provider.
    async fn ask_page<T>(
        &self,
        page: Page,
        request: impl Future<Output = Result<T, aliyun_sms::Error>>,
    ) -> Result<Option<T>, InspectError> {
        match self.ask(request).await {
            Some(Ok(list)) => Ok(Some(list)),
            Some(Err(error)) => Err(refused(&error)),
            None if page.index == 1 => Err(silent(self.looking.within)),
            None => Ok(None),
        }
    }

    async fn signs(&self) -> Result<Pages<SignItem>, InspectError> {
        let mut pages = Pages::new();
        while let Some(page) = pages.next() {
            let nonce = self.nonce();
            let request = self.client.query_sms_sign_list(page, self.stamp(&nonce));
            let Some(list) = self.ask_page(page, request).await? else { break };
            pages.add(list.signs, list.total);
        }
        Ok(pages)
    }

    async fn templates(&self) -> Result<Pages<TemplateItem>, InspectError> {
        let mut pages = Pages::new();
        while let Some(page) = pages.next() {
            let nonce = self.nonce();
            let request = self.client.query_sms_template_list(page, self.stamp(&nonce));
            let Some(list) = self.ask_page(page, request).await? else { break };
            pages.add(list.templates, list.total);
        }
        Ok(pages)
    }

    /// Only the single answer tells test signatures apart. Without the right to ask, the list still helps.
    async fn signature(&self, (item, may_ask): (SignItem, bool)) -> Signature {
        let nonce = self.nonce();
        let request = GetSmsSign { sign_name: &item.sign_name };
        let detail = match item.state {
            Some(AuditState::Approved) if may_ask => {
                let request = self.client.get_sms_sign(&request, self.stamp(&nonce));
                self.ask(request).await.and_then(Result::ok)
            }
            _ => None,
        };
        Signature {
            is_test_only: detail.filter(|sign| sign.origin.is_some()).map(|s| s.is_test_only()),
            is_for_verification: is_for(item.business_type.as_deref(), "验证码"),
            is_for_notices: is_for(item.business_type.as_deref(), "通知"),
            review: review(item.state.as_ref(), item.create_date, item.reject_reason),
            name: item.sign_name,
        }
    }

    /// The list hides what an international template is for, and which are for tests.
    async fn template(&self, (item, may_ask): (TemplateItem, bool)) -> Template {
        let nonce = self.nonce();
        let request = GetSmsTemplate { template_code: &item.template_code };
        let may_be_code = !matches!(
            item.kind(),
            Some(TemplateKind::Notification | TemplateKind::Promotion | TemplateKind::Other(_))
        );
        let detail = match item.state {
            Some(AuditState::Approved) if may_ask && may_be_code => {
                let request = self.client.get_sms_template(&request, self.stamp(&nonce));
                self.ask(request).await.and_then(Result::ok)
            }
            _ => None,
        };
        template(item, detail.as_ref())
    }
}

/// A general signature (通用) goes with every template.
fn is_for(business_type: Option<&str>, kind: &str) -> Option<bool> {
    business_type.map(|told| told.contains(kind) || told.contains("通用"))
}

fn template(item: TemplateItem, detail: Option<&SmsTemplate>) -> Template {
    let kind = item.kind();
    let purpose = match kind {
        Some(TemplateKind::International) => detail.and_then(|detail| detail.international_kind),
        kind => kind,
    };
    let is_for_verification = purpose.map(|kind| kind == TemplateKind::Verification);
    let is_no_notice = purpose.is_some_and(|kind| kind != TemplateKind::Notification);
    let review = review(item.state.as_ref(), item.create_date, item.reject_reason);
    let variables = sms_text::variables(&item.template_content);
    let has_all = Notice::VARIABLES.iter().all(|name| variables.iter().any(|one| one == name));
    let is_notice = has_all && variables.len() == Notice::VARIABLES.len() && !is_no_notice;
    Template {
        is_usable_for_notices: review == Review::Approved && is_notice,
        is_usable: review == Review::Approved
            && variables.len() == 1
            && is_for_verification != Some(false),
        place: match kind {
            Some(TemplateKind::International) => Place::Outside,
            _ => Place::Mainland,
        },
        is_test_only: detail.filter(|t| t.origin.is_some()).map(SmsTemplate::is_test_only),
        is_for_verification,
        variables,
        review,
        code: item.template_code,
        name: item.template_name,
        content: item.template_content,
    }
}

fn review(state: Option<&AuditState>, since: Option<String>, reason: Option<String>) -> Review {
    match state {
        Some(AuditState::InReview) => Review::InReview { since },
        Some(AuditState::Approved) => Review::Approved,
        Some(AuditState::Rejected) => Review::Rejected { reason },
        Some(AuditState::Cancelled) => Review::Cancelled,
        Some(AuditState::Other(_)) | None => Review::Unknown,
    }
}

fn silent(within: Duration) -> InspectError {
    let told = format!("the account did not answer within {} s", within.as_secs());
    let error = SendError::new(NextStep::Unknown, Trouble::Silent, told);
    let entry = error.entry();
    InspectError::Refused { code: None, request_id: None, explanation: error.explanation, entry }
}

fn refused(error: &aliyun_sms::Error) -> InspectError {
    InspectError::Refused {
        code: error.code().map(str::to_owned),
        request_id: error.request_id().map(str::to_owned),
        explanation: error.to_string(),
        entry: aliyun::send_error(error).entry(),
    }
}
