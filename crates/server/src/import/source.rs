//! Where rows come from, a batch at a time, so that memory does not grow with them: files, or a management API.
use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use tokio::sync::mpsc;

use super::{Kind, Remote};

/// Rows that are read, decided and stored together.
const BATCH: usize = 250;
/// Batches that are read ahead.
const AHEAD: usize = 2;

/// Rows of one kind, of which the first is the `first`th of its kind in the source.
#[derive(Debug)]
pub struct Batch {
    /// What they are.
    pub kind: Kind,
    /// Counted from 1.
    pub first: u64,
    /// As they came.
    pub rows: Vec<Value>,
}

/// Where rows come from.
pub enum Source {
    /// Files that another thread reads.
    Files(mpsc::Receiver<anyhow::Result<Batch>>),
    /// A running server.
    Remote(Box<Remote>),
}

impl Source {
    /// Reads JSON files: a list of users or of applications, as the management API answers it, or an object with both
    /// (`users`, `applications`).
    pub fn files(paths: Vec<PathBuf>) -> Self {
        let (sender, receiver) = mpsc::channel(AHEAD);
        // a thread of its own: a pipe that nobody writes to any more does not keep the process from ending
        std::thread::spawn(move || {
            let mut rows = Rows::new(sender.clone());
            for path in &paths {
                if let Err(error) = read(path, &mut rows) {
                    // nobody may be listening any more
                    drop(sender.blocking_send(Err(error)));
                    return;
                }
            }
        });
        Self::Files(receiver)
    }

    /// The next rows; `None` when there are no more.
    ///
    /// # Errors
    /// The file is no JSON of this kind, or the server refuses.
    pub async fn next(&mut self) -> anyhow::Result<Option<Batch>> {
        match self {
            Self::Files(batches) => batches.recv().await.transpose(),
            Self::Remote(remote) => remote.next().await,
        }
    }

    /// What may be missing though every row was taken, for whoever reads the report.
    pub fn warnings(&mut self) -> Vec<String> {
        match self {
            Self::Files(_) => vec![],
            Self::Remote(remote) => remote.warnings(),
        }
    }
}

fn read(path: &Path, rows: &mut Rows) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut reader = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, file));
    let outcome = Document(rows).deserialize(&mut reader).and_then(|()| reader.end());
    outcome.with_context(|| format!("{} is no export", path.display()))?;
    // a file ends with whole batches, so that its rows are stored before the next file is looked at
    rows.hand_over().with_context(|| format!("{} was not read to its end", path.display()))
}

/// Collects rows, and hands them over when there are enough or of another kind.
struct Rows {
    sender: mpsc::Sender<anyhow::Result<Batch>>,
    kind: Kind,
    waiting: Vec<Value>,
    users: u64,
    applications: u64,
}

impl Rows {
    fn new(sender: mpsc::Sender<anyhow::Result<Batch>>) -> Self {
        Self { sender, kind: Kind::User, waiting: vec![], users: 0, applications: 0 }
    }

    fn add(&mut self, kind: Kind, row: Value) -> Result<(), Ended> {
        if kind != self.kind || self.waiting.len() >= BATCH {
            self.hand_over()?;
        }
        self.kind = kind;
        self.waiting.push(row);
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), Ended> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let counted = match self.kind {
            Kind::User => &mut self.users,
            Kind::Application => &mut self.applications,
        };
        let first = *counted + 1;
        let rows = std::mem::take(&mut self.waiting);
        *counted += u64::try_from(rows.len()).unwrap_or_default();
        let batch = Batch { kind: self.kind, first, rows };
        self.sender.blocking_send(Ok(batch)).map_err(|_closed| Ended)
    }
}

/// Nobody takes rows any more.
#[derive(Debug, thiserror::Error)]
#[error("ended early")]
struct Ended;

/// A whole file.
struct Document<'a>(&'a mut Rows);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of users or applications, or an object with `users` or `applications`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        List(self.0, None).visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut has_rows = false;
        while let Some(key) = object.next_key::<String>()? {
            let kind = match key.as_str() {
                "users" => Kind::User,
                "applications" => Kind::Application,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            has_rows = true;
            object.next_value_seed(List(self.0, Some(kind)))?;
        }
        if has_rows {
            Ok(())
        } else {
            Err(A::Error::custom("it has neither `users` nor `applications`"))
        }
    }
}

/// A list, of this kind or of whatever its rows look like.
struct List<'a>(&'a mut Rows, Option<Kind>);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(row) = list.next_element::<Value>()? {
            let kind = self.1.unwrap_or_else(|| looks_like(&row));
            self.0.add(kind, row).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Applications have a type, and users have none.
fn looks_like(row: &Value) -> Kind {
    let is_application = row.get("type").is_some() && row.get("name").is_some();
    if is_application { Kind::Application } else { Kind::User }
}
