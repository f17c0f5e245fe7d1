//! Identifiers Aliyun hands out. They need to be unique, not secret, so they are derived from a counter.

use crate::encode::hex;
use sha2::{Digest, Sha256};

/// Makes identifiers; two makers started at different times never agree.
#[derive(Debug)]
pub(crate) struct Ids {
    run: i64,
    next: u64,
}

impl Ids {
    /// `run` tells one run of the simulator from another: its starting time in milliseconds.
    pub(crate) fn new(run: i64) -> Self {
        Ids { run, next: 0 }
    }

    fn fresh(&mut self, what: &str) -> [u8; 32] {
        self.next = self.next.wrapping_add(1);
        let hash = Sha256::new().chain_update(what).chain_update(self.run.to_be_bytes());
        hash.chain_update(self.next.to_be_bytes()).finalize().into()
    }

    /// An upper-case UUID, the form of `RequestId`.
    pub(crate) fn request_id(&mut self) -> String {
        let text = hex(&self.fresh("request")).to_ascii_uppercase();
        let mut out = String::with_capacity(36);
        for (at, digit) in text.chars().take(32).enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                out.push('-');
            }
            out.push(if at == 12 { '4' } else { digit });
        }
        out
    }

    /// Eighteen digits, a caret and a digit, such as `900619746936498440^0`.
    pub(crate) fn biz_id(&mut self, now_ms: i64) -> String {
        format!("{}^0", self.message_id(now_ms))
    }

    /// Eighteen digits: the time and a counter.
    pub(crate) fn message_id(&mut self, now_ms: i64) -> String {
        self.next = self.next.wrapping_add(1);
        format!("{:013}{:05}", now_ms.max(0), self.next % 100_000)
    }

    /// Thirty-two hexadecimal digits: a box of Captcha 2.0, or what proves that it was ticked.
    pub(crate) fn captcha(&mut self) -> String {
        hex(&self.fresh("captcha")).chars().take(32).collect()
    }

    /// A code of `length` characters from `alphabet`, for `SendSmsVerifyCode` with `##code##`.
    pub(crate) fn verify_code(&mut self, alphabet: &[u8], length: usize) -> String {
        let bytes = self.fresh("code");
        let pick = |byte: &u8| {
            alphabet.get(usize::from(*byte) % alphabet.len().max(1)).copied().unwrap_or(b'0')
        };
        bytes.iter().take(length).map(|byte| char::from(pick(byte))).collect()
    }
}
