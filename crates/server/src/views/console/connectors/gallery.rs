//! What messages can go out through, and what they go out through now.
use askama::Template;

use crate::views::console::parts::{Badge, Fact, Head, Link, Notice};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// `/console/connectors`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/connectors/gallery.html")]
pub struct GalleryPage {
    /// What surrounds it.
    pub shell: Shell,
    /// Its top.
    pub head: Head,
    /// What is missing.
    pub notices: Vec<Notice>,
    /// The connector in use.
    pub current: Option<Current>,
    /// Every kind there is.
    pub cards: Vec<Card>,
}

/// The connector in use.
#[derive(Debug, Clone)]
pub struct Current {
    /// Its kind.
    pub card: Card,
    /// Version, who, when.
    pub facts: Vec<Fact>,
    /// What else can be looked at.
    pub others: Vec<Link>,
}

/// A kind of connector.
#[derive(Debug, Clone)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its picture, as an address that holds it.
    pub logo: String,
    /// What it can do.
    pub badges: Vec<Badge>,
    /// Where it is set up.
    pub link: Link,
}

impl Framed for GalleryPage {}
