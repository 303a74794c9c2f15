//! Who is next: the first of a queue, of each host so many.

use std::collections::{HashMap, HashSet};

use rusqlite::{Params, Statement};

use super::StoreError;

/// Reads a queue from its front.
pub(super) struct Front<'a> {
    busy: HashSet<i64>,
    closed: HashSet<&'a str>,
    /// Of one host at most so many.
    per_host: usize,
    of_host: HashMap<String, usize>,
}

impl<'a> Front<'a> {
    /// Without those that are `busy` and those of `closed` hosts.
    pub(super) fn new(busy: impl Iterator<Item = i64>, closed: &'a [String], per_host: usize) -> Self {
        let (busy, closed) = (busy.collect(), closed.iter().map(String::as_str).collect());
        Self { busy, closed, per_host, of_host: HashMap::new() }
    }

    /// The first `n` of `queue`, which has numbers and hosts in the order in which they are worked off: no more of it is read.
    pub(super) fn first(
        &mut self,
        n: usize,
        queue: &mut Statement<'_>,
        params: impl Params,
        is_wanted: impl Fn(i64) -> bool,
    ) -> Result<Vec<i64>, StoreError> {
        let mut chosen = Vec::new();
        let mut rows = queue.query(params)?;
        while chosen.len() < n {
            let Some(row) = rows.next()? else { break };
            let (number, host): (i64, String) = (row.get(0)?, row.get(1)?);
            if self.busy.contains(&number) || self.closed.contains(host.as_str()) || !is_wanted(number) {
                continue;
            }
            let of_host = self.of_host.entry(host).or_default();
            if *of_host < self.per_host {
                *of_host += 1;
                chosen.push(number);
            }
        }
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::{articles, migrate, schedule};
    use super::*;

    fn store() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate::to_latest(&mut conn, std::path::Path::new("")).unwrap();
        conn
    }

    #[test]
    fn a_look_into_a_queue_does_not_sort_it() {
        let conn = store();
        for (queue, index) in [
            (schedule::queue(false), "feed_poll_due"),
            (schedule::queue(true), "feed_poll_due"),
            (articles::QUEUE.to_owned(), "COVERING INDEX article_due"),
        ] {
            let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {queue}")).unwrap();
            let steps: Vec<String> = plan.query_map((0, 0), |row| row.get(3)).unwrap().flatten().collect();
            assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
        }
    }

    #[test]
    fn the_first_are_taken_of_each_host_so_many() {
        let conn = store();
        let rows = "VALUES (1, 'a'), (2, 'a'), (3, 'a'), (4, 'b'), (5, 'c'), (6, 'd')";
        let check = |busy: &[i64], closed: &[&str], n: usize, expected: &[i64]| {
            let closed: Vec<String> = closed.iter().map(|host| (*host).to_owned()).collect();
            let mut front = Front::new(busy.iter().copied(), &closed, 2);
            let found = front.first(n, &mut conn.prepare(rows).unwrap(), [], |number| number != 6).unwrap();
            assert_eq!(found, expected, "busy {busy:?}, closed {closed:?}");
        };
        check(&[], &[], 9, &[1, 2, 4, 5]);
        check(&[], &[], 3, &[1, 2, 4]);
        check(&[1], &[], 9, &[2, 3, 4, 5]);
        check(&[], &["a", "c"], 9, &[4]);
        check(&[], &[], 0, &[]);
        // Over several queues as well.
        let mut front = Front::new([].into_iter(), &[], 2);
        let mut look = || front.first(9, &mut conn.prepare("VALUES (1, 'a'), (2, 'b')").unwrap(), [], |_| true).unwrap();
        assert_eq!([look(), look(), look()], [vec![1, 2], vec![1, 2], vec![]]);
    }
}
