//! One operation of the document, and short ways to write one.
use crate::error::api::Code;

/// One operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Such as `GET`.
    pub method: &'static str,
    /// With `{…}` where something is variable.
    pub path: &'static str,
    /// The name generated clients give it.
    pub id: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// Query parameters, by their names in `components.json`.
    pub query: &'static [&'static str],
    /// The shape of the body.
    pub body: Option<&'static str>,
    /// Status and shape of the answer; `[]` behind a name means a list.
    pub answer: (u16, Option<&'static str>),
    /// Errors it can answer with besides those that many can.
    pub own_errors: &'static [Code],
    /// Whether it needs no token.
    pub is_public: bool,
}

/// Reads something of this shape.
pub(super) const fn get(
    path: &'static str,
    (id, summary): (&'static str, &'static str),
    shape: &'static str,
) -> Operation {
    Operation {
        method: "GET",
        path,
        id,
        summary,
        query: &[],
        body: None,
        answer: (200, Some(shape)),
        own_errors: &[],
        is_public: false,
    }
}

/// Asks for something with a body of this shape; answers 204.
pub(super) const fn post(
    path: &'static str,
    what: (&'static str, &'static str),
    body: &'static str,
) -> Operation {
    let get = get(path, what, "");
    Operation { method: "POST", body: Some(body), ..get.answers_nothing() }
}

/// Changes something; answers 204 unless said otherwise.
pub(super) const fn patch(
    path: &'static str,
    what: (&'static str, &'static str),
    body: &'static str,
) -> Operation {
    Operation { method: "PATCH", ..post(path, what, body) }
}

/// Replaces something with a body of this shape; answers 204 unless said otherwise.
pub(super) const fn put(
    path: &'static str,
    what: (&'static str, &'static str),
    body: &'static str,
) -> Operation {
    Operation { method: "PUT", ..post(path, what, body) }
}

/// Deletes something; answers 204.
pub(super) const fn delete(path: &'static str, what: (&'static str, &'static str)) -> Operation {
    Operation { method: "DELETE", ..get(path, what, "").answers_nothing() }
}

impl Operation {
    /// Without a body.
    pub(super) const fn without_body(self) -> Self {
        Self { body: None, ..self }
    }

    /// With these query parameters.
    pub(super) const fn query(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }

    /// With this status and shape.
    pub(super) const fn answers(self, status: u16, shape: &'static str) -> Self {
        Self { answer: (status, Some(shape)), ..self }
    }

    /// With this status and nothing else.
    pub(super) const fn answers_only(self, status: u16) -> Self {
        Self { answer: (status, None), ..self }
    }

    /// With nothing.
    pub(super) const fn answers_nothing(self) -> Self {
        Self { answer: (204, None), ..self }
    }

    /// Or with one of these errors.
    pub(super) const fn or(self, own_errors: &'static [Code]) -> Self {
        Self { own_errors, ..self }
    }

    /// For everybody, without a token.
    pub(super) const fn public(self) -> Self {
        Self { is_public: true, ..self }
    }
}
