//! The writer thread: what is answered is committed, and one job's failure is its own.

use super::*;
use crate::store::StoreError;

fn add(tx: &crate::store::writer::Tx, name: &str, change: i64) -> Result<(), StoreError> {
    tx.run("INSERT INTO counter (name, value) VALUES (?1, ?2)", (name, change))?;
    Ok(())
}

#[tokio::test]
async fn a_failing_job_rolls_back_alone() {
    let temp = Temp::new();
    let before = temp.seq().await;
    // All three wait in the channel together, so that they share a transaction where the thread is quick enough.
    let jobs: Vec<_> = (0..30)
        .map(|n| {
            let store = temp.store.clone();
            tokio::spawn(async move {
                let work = move |tx: &crate::store::writer::Tx| {
                    add(tx, &format!("n{n}"), n)?;
                    tx.outputs_changed();
                    match n % 3 {
                        0 => Ok(()),
                        1 => Err(StoreError::Refused("no".to_owned())),
                        _ => panic!("oh"),
                    }
                };
                store.write(work).await
            })
        })
        .collect();
    for (n, job) in jobs.into_iter().enumerate() {
        let answer = job.await.unwrap();
        match n % 3 {
            0 => assert_eq!(answer, Ok(())),
            1 => assert_eq!(answer, Err(StoreError::Refused("no".to_owned()))),
            _ => assert_eq!(answer, Err(StoreError::Panicked("oh".to_owned()))),
        }
    }
    assert_eq!(temp.value("SELECT count(*) FROM counter WHERE name LIKE 'n%'").await, 10);
    let moved = temp.seq().await - before;
    assert!((1..=10).contains(&moved), "once a transaction: {moved}");
    temp.store.ping_writer().await.unwrap();
}

#[tokio::test]
async fn what_was_taken_back_changed_no_output() {
    let temp = Temp::new();
    let before = temp.seq().await;
    let refused = temp.store.write(|tx| {
        tx.outputs_changed();
        Err::<(), _>(StoreError::Refused("no".to_owned()))
    });
    assert!(refused.await.is_err());
    assert_eq!(temp.seq().await, before);
    temp.store
        .write(|tx| {
            tx.outputs_changed();
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(temp.seq().await, before + 1);
}

#[tokio::test]
async fn a_lost_transaction_fails_all_its_jobs_and_no_later_one() {
    let temp = Temp::new();
    // What SQLite does by itself on a full disk.
    let lose = |tx: &crate::store::writer::Tx| -> Result<(), StoreError> {
        add(tx, "lost", 1)?;
        tx.conn.execute_batch("ROLLBACK")?;
        Err(StoreError::Full("database or disk is full".to_owned()))
    };
    assert!(matches!(temp.store.write(lose).await, Err(StoreError::Full(_))));
    temp.store.write(|tx| add(tx, "kept", 1)).await.unwrap();
    assert_eq!(temp.value("SELECT group_concat(name) FROM counter WHERE name IN ('lost', 'kept')").await, "kept");
}

#[tokio::test]
async fn a_full_disk_is_said_and_survived() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![entry("before")]).await;
    let pages = |n: &'static str| move |tx: &crate::store::writer::Tx| Ok(tx.conn.query_row(n, [], |row| row.get::<_, i64>(0))?);
    temp.store.write(pages("PRAGMA max_page_count = 1")).await.unwrap(); // the present size: nothing more fits
    let mut big = entry("big");
    big.text.text = "long ".repeat(100_000);
    let answer = temp.store.apply(ids[0], Plan { new: vec![big.clone()], ..plan(60) }).await;
    assert!(matches!(answer, Err(StoreError::Full(_))), "{answer:?}");
    assert_eq!(temp.titles().await, ["Title before"]);
    temp.store.write(pages("PRAGMA max_page_count = 1000000")).await.unwrap();
    temp.apply(ids[0], 120, vec![big]).await;
    assert_eq!(temp.titles().await, ["Title big", "Title before"]);
    temp.sound().await;
}

#[tokio::test]
async fn a_lock_of_another_process_is_an_answer_not_an_end() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let other = rusqlite::Connection::open(temp.dir.path().join("feedmux.db")).unwrap();
    temp.store.write(|tx| Ok(tx.conn.busy_timeout(Duration::from_millis(20))?)).await.unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = temp.store.ping_writer().await;
    assert!(matches!(answer, Err(StoreError::Busy(_))), "{answer:?}");
    // Of polls that are stored together none is tried again by itself.
    let failed = || temp.store.trouble().map_or(0, |trouble| trouble.failed);
    let before = failed();
    let polls: Vec<_> = ids.iter().map(|id| (*id, plan(0).into())).collect();
    let answers = temp.store.apply_all(&polls).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Busy(_)))), "{answers:?}");
    assert_eq!((answers.len(), failed()), (2, before + 1));
    other.execute_batch("ROLLBACK").unwrap();
    temp.store.ping_writer().await.unwrap();
}

#[tokio::test]
async fn many_writers_lose_nothing() {
    let temp = Temp::new();
    let names: Vec<String> = (0..40).map(|n| format!("f{n}")).collect();
    let ids = temp.feeds(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let jobs: Vec<_> = ids
        .iter()
        .map(|id| {
            let (store, id) = (temp.store.clone(), *id);
            let new = (0..5).map(|n| entry(&format!("{}-{n}", id.0))).collect();
            tokio::spawn(async move { store.apply(id, Plan { new, ..plan(0) }).await.unwrap().new })
        })
        .collect();
    for job in jobs {
        assert_eq!(job.await.unwrap(), 5);
    }
    assert_eq!(temp.value("SELECT count(*) FROM entries").await, 200);
    temp.store.index_now().await.unwrap();
    assert_eq!(temp.value("SELECT count(*) FROM entries_fts WHERE entries_fts MATCH 'title'").await, 200);
    temp.sound().await;
}
