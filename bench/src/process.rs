//! CPU time and memory of processes, and the time of the whole machine, from `/proc`.
use std::collections::BTreeMap;

use anyhow::Context as _;

/// A clock tick in milliseconds: `USER_HZ` is 100 on every Linux we build for.
const TICK_MS: u64 = 10;

/// Memory in KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Memory {
    /// Resident now.
    pub(crate) resident_kib: u64,
    /// Resident at most.
    pub(crate) peak_kib: u64,
}

/// What `/proc/<pid>/stat` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// Its own.
    ticks: u64,
    /// Of children that ended.
    ended_ticks: u64,
}

/// Milliseconds of CPU a process has used.
pub(crate) fn cpu_ms(pid: u32) -> anyhow::Result<u64> {
    Ok(stat(pid)?.ticks * TICK_MS)
}

/// Milliseconds of CPU a process and its children have used, those that ended included.
pub(crate) fn tree_cpu_ms(root: u32) -> anyhow::Result<u64> {
    let entries = std::fs::read_dir("/proc")?.flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    // A process may end while we look.
    let all: BTreeMap<u32, Stat> = pids.filter_map(|pid| Some((pid, stat(pid).ok()?))).collect();
    let own = all.get(&root).with_context(|| format!("process {root} is gone"))?;
    let children = all.values().filter(|stat| stat.parent == root);
    Ok((own.ticks + own.ended_ticks + children.map(|stat| stat.ticks).sum::<u64>()) * TICK_MS)
}

/// Clock ticks of all cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ticks {
    /// Altogether, idle ones included.
    pub(crate) all: u64,
    /// Those in which this machine had work and its host did not let it run.
    pub(crate) stolen: u64,
}

impl Ticks {
    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { all: self.all + other.all, stolen: self.stolen + other.stolen }
    }

    /// Those after `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            all: self.all.saturating_sub(before.all),
            stolen: self.stolen.saturating_sub(before.stolen),
        }
    }

    /// How much was stolen; nothing when no tick was counted.
    pub(crate) fn stolen_percent(self) -> f64 {
        let number = |ticks: u64| f64::from(u32::try_from(ticks).unwrap_or(u32::MAX));
        100.0 * number(self.stolen) / number(self.all.max(1))
    }
}

/// Where this machine's time went since it started.
pub(crate) fn ticks() -> anyhow::Result<Ticks> {
    let text = std::fs::read_to_string("/proc/stat")?;
    parse_ticks(&text).context("no clock ticks in /proc/stat")
}

/// The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal; the guests after it are in user and nice.
fn parse_ticks(text: &str) -> Option<Ticks> {
    let line = text.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = line.split_whitespace().map_while(|tick| tick.parse().ok()).collect();
    let kinds = ticks.get(..8)?;
    Some(Ticks { all: kinds.iter().sum(), stolen: *kinds.last()? })
}

/// Memory of a process.
pub(crate) fn memory(pid: u32) -> anyhow::Result<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    parse_memory(&text).context("no memory in /proc")
}

fn parse_memory(status: &str) -> Option<Memory> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some(Memory { resident_kib: field("VmRSS:")?, peak_kib: field("VmHWM:")? })
}

fn stat(pid: u32) -> anyhow::Result<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    parse_stat(&text).with_context(|| format!("process {pid} cannot be read"))
}

/// The fields of proc(5), counted from the one after the name, which may hold spaces and parentheses.
fn parse_stat(text: &str) -> Option<Stat> {
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        parent: number(1)?.try_into().ok()?,
        ticks: number(11)? + number(12)?,
        ended_ticks: number(13)? + number(14)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_name_may_hold_anything() {
        let line = "42 (a) b (c)) S 7 42 42 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 100 0 0";
        assert_eq!(parse_stat(line), Some(Stat { parent: 7, ticks: 33, ended_ticks: 77 }));
        assert_eq!(parse_stat("42 (x) S 7"), None);
    }

    #[test]
    fn ticks_of_guests_are_not_counted_twice() {
        let text = "cpu  10 1 5 70 2 0 4 8 9 9\ncpu0 1 2 3\n";
        assert_eq!(parse_ticks(text), Some(Ticks { all: 100, stolen: 8 }));
        assert_eq!(parse_ticks("cpu  1 2 3"), None);
    }

    #[test]
    fn where_no_tick_was_counted_none_was_stolen() {
        assert_eq!(Ticks { all: 0, stolen: 0 }.stolen_percent().to_bits(), 0);
    }

    #[test]
    fn memory_is_read_in_kib() {
        let text = "Name:\tx\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n";
        assert_eq!(parse_memory(text), Some(Memory { resident_kib: 1024, peak_kib: 2048 }));
    }

    #[test]
    fn this_process_has_used_something() {
        assert!(memory(std::process::id()).unwrap().resident_kib > 0);
        assert!(tree_cpu_ms(std::process::id()).is_ok());
    }
}
