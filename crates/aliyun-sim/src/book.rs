//! The seed, looked up: what the products know about accounts, signatures and templates.

use crate::{
    seed::{Account, Captcha, Dypns, Seed, Signature, SignatureUse, Template},
    text::Pattern,
};
use std::{collections::HashMap, sync::Arc};

/// A template with its text taken apart.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) template: Template,
    pub(crate) pattern: Pattern,
}

/// An index over a seed; never changes, is replaced as a whole.
#[derive(Debug)]
pub(crate) struct Book {
    accounts: HashMap<String, Arc<Account>>,
    signatures: Vec<Arc<Signature>>,
    templates: Vec<Arc<Listed>>,
    by_code: HashMap<String, usize>,
    pub(crate) dypns: Dypns,
    pub(crate) captcha: Captcha,
}

impl Book {
    pub(crate) fn new(seed: &Seed) -> Self {
        let accounts =
            seed.accounts.iter().map(|one| (one.access_key_id.clone(), Arc::new(one.clone())));
        let listed = |template: &Template| {
            Arc::new(Listed {
                pattern: Pattern::parse(&template.content),
                template: template.clone(),
            })
        };
        Book {
            accounts: accounts.collect(),
            signatures: seed.signatures.iter().cloned().map(Arc::new).collect(),
            templates: seed.templates.iter().map(listed).collect(),
            by_code: seed
                .templates
                .iter()
                .enumerate()
                .map(|(at, one)| (one.code.clone(), at))
                .collect(),
            dypns: seed.dypns.clone(),
            captcha: seed.captcha.clone(),
        }
    }

    pub(crate) fn account(&self, access_key_id: &str) -> Option<&Arc<Account>> {
        self.accounts.get(access_key_id)
    }

    /// The signature of this name; the general one, when a verification signature shares it.
    pub(crate) fn signature(&self, name: &str) -> Option<&Arc<Signature>> {
        let mut named = self.signatures.iter().filter(|one| one.name == name);
        let first = named.next();
        first.filter(|one| one.usage == SignatureUse::General).or_else(|| {
            let general = named.find(|one| one.usage == SignatureUse::General);
            general.or(first)
        })
    }

    pub(crate) fn template(&self, code: &str) -> Option<&Arc<Listed>> {
        self.templates.get(*self.by_code.get(code)?)
    }

    pub(crate) fn signatures(&self) -> &[Arc<Signature>] {
        &self.signatures
    }

    pub(crate) fn templates(&self) -> &[Arc<Listed>] {
        &self.templates
    }
}
