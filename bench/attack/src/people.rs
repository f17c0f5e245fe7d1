//! Honest people: some at home, some behind one address of a mobile operator; most come back in a browser they used before, some mistype,
//! some ask twice.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::world::World;

/// People of a scenario: half at home, half behind one address.
pub(crate) const PEOPLE: u32 = 800;
/// Of ten people so many are new.
const NEW_OF_TEN: u32 = 3;

/// Where all of an operator's people come from.
const SHARED: Ipv4Addr = Ipv4Addr::new(117, 136, 0, 1);

/// One of them.
#[derive(Debug)]
pub(crate) struct Person {
    n: u32,
    browser: Browser,
}

/// How many of how many came through.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Share {
    pub(crate) tried: u32,
    pub(crate) succeeded: u32,
}

impl Share {
    fn count(&mut self, succeeded: bool) {
        self.tried += 1;
        self.succeeded += u32::from(succeeded);
    }

    /// In hundredths.
    pub(crate) fn percent(self) -> f64 {
        f64::from(self.succeeded) * 100.0 / f64::from(self.tried.max(1))
    }
}

/// What people met.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Honest {
    /// Everybody.
    pub(crate) all: Share,
    /// Those behind the one address.
    pub(crate) shared: Share,
    /// The one whose number is attacked, four times a day.
    pub(crate) victim: Share,
}

impl Person {
    fn is_shared(&self) -> bool {
        self.n % 2 == 1
    }

    fn is_new(&self) -> bool {
        (self.n / 2) % 10 < NEW_OF_TEN
    }

    fn phone(&self) -> String {
        if self.n == PEOPLE {
            return VICTIM.to_owned();
        }
        format!("8613800{:06}", self.n)
    }

    /// Signs in once more, and counts it.
    pub(crate) async fn comes_again(
        &mut self,
        world: &World,
        met: &mut Share,
    ) -> anyhow::Result<()> {
        met.count(self.signs_in(world).await?);
        Ok(())
    }

    /// Signs in, as people do: one of ten mistypes first, one of twenty asks again at once.
    async fn signs_in(&mut self, world: &World) -> anyhow::Result<bool> {
        let phone = self.phone();
        self.browser.forgets_session();
        self.browser.arrives().await?;
        let sent = self.browser.asks(&phone).await?;
        let Some(id) = sent.verification() else { return Ok(false) };
        if self.n % 20 == 7 {
            self.browser.asks(&phone).await?;
        }
        let Some(code) = world.code(&phone) else { return Ok(false) };
        if self.n % 10 == 3 {
            let mistyped = if code.starts_with('1') { "2" } else { "1" };
            let rest = code.get(1..).unwrap_or_default();
            self.browser.gives((&phone, &id), &format!("{mistyped}{rest}")).await?;
        }
        let given = self.browser.gives((&phone, &id), &code).await?;
        Ok(given.status == 200 && self.browser.finishes(&id).await?)
    }
}

/// The number that is attacked where it is one. Who has it signed in before, and comes back in the same browser all the while.
pub(crate) const VICTIM: &str = "8613800999999";

/// The victim, once signed in.
pub(crate) async fn victim(world: &Arc<World>) -> anyhow::Result<Person> {
    let mut person = Person { n: PEOPLE, browser: world.browser(address(PEOPLE)) };
    anyhow::ensure!(person.signs_in(world).await?, "the victim did not come in on a quiet day");
    Ok(person)
}

/// Half of all come from one address of a mobile operator. Of the others each has a network of their own: every third with IPv6.
fn address(n: u32) -> IpAddr {
    let home = n / 2;
    match (n % 2, home % 3) {
        (1, _) => IpAddr::V4(SHARED),
        (_, 2) => {
            let home = u16::try_from(home).unwrap_or(u16::MAX);
            IpAddr::V6(Ipv6Addr::new(0x2409, 0x8a00, home, 1, 0, 0, 0, 1))
        }
        _ => {
            let base = u32::from_be_bytes([120, 0, 0, 1]) + (home << 8);
            IpAddr::V4(Ipv4Addr::from_bits(base))
        }
    }
}

/// Everybody, those who are not new having signed in over the day before, in their browsers.
pub(crate) async fn settle(world: &Arc<World>) -> anyhow::Result<Vec<Person>> {
    let people = (0..PEOPLE).map(|n| Person { n, browser: world.browser(address(n)) });
    let mut settled = vec![];
    for (nth, mut person) in people.enumerate() {
        if !person.is_new() {
            anyhow::ensure!(
                person.signs_in(world).await?,
                "somebody did not come in on a quiet day"
            );
        }
        settled.push(person);
        if nth % 8 == 7 {
            world.advance(864).await?;
        }
    }
    Ok(settled)
}

/// Some of them sign in, at once.
pub(crate) async fn come(
    world: &Arc<World>,
    people: impl Iterator<Item = Person>,
    met: &mut Honest,
) -> anyhow::Result<()> {
    let mut all = JoinSet::new();
    for mut person in people {
        let world = Arc::clone(world);
        all.spawn(async move {
            let came = person.signs_in(&world).await?;
            anyhow::Ok((person.is_shared(), came))
        });
    }
    while let Some(done) = all.join_next().await {
        let (is_shared, came) = done??;
        met.all.count(came);
        if is_shared {
            met.shared.count(came);
        }
    }
    Ok(())
}
