//! The running daemon answers `status`, `health`, `plan` and `reload` over a Unix socket (mode 0600) beside the store. One line in, one
//! JSON line out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

/// A question is one word, with the options of the command that asks behind it where they matter.
const QUESTION_BYTES: u64 = 64 << 10;
/// An answer is one line of JSON.
const ANSWER_BYTES: u64 = 1 << 20;
/// A peer that says nothing, or does not take its answer, is let go.
const PATIENCE: Duration = Duration::from_secs(5);
/// A configuration of many feeds is read and stored within this.
const WORK: Duration = Duration::from_secs(120);

/// Where the socket of the daemon on `store` is: beside it, where every command that knows the store finds it.
pub fn socket_path(store: &Path) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(".sock");
    store.with_file_name(name)
}

/// Binds the socket; the caller holds the store's lock, so a file found there belongs to nobody.
///
/// # Errors
/// When the folder does not allow it, or the path is longer than the system takes (about 100 bytes).
pub fn bind(path: &Path) -> std::io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers questions one after the other until `stop`. `answer` gets the question and gives the line.
pub async fn serve<F, A>(listener: UnixListener, stop: CancellationToken, answer: F)
where
    F: Fn(String) -> A,
    A: Future<Output = serde_json::Value>,
{
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(100)).await; // out of descriptors, for one
            continue;
        };
        let talk = async {
            let mut stream = BufReader::new(stream);
            let mut question = String::new();
            within(PATIENCE, (&mut stream).take(QUESTION_BYTES).read_line(&mut question)).await?;
            let mut line = within(WORK, async { Ok(answer(question.trim().to_owned()).await.to_string()) }).await?;
            line.push('\n');
            within(PATIENCE, stream.write_all(line.as_bytes())).await
        };
        if talk.await.is_none() {
            tracing::debug!("a question on the control socket was not finished");
        }
    }
}

/// Asks the daemon; `None` when none answers.
pub async fn ask(path: &Path, question: &str) -> Option<serde_json::Value> {
    let mut stream = within(PATIENCE, UnixStream::connect(path)).await?;
    within(PATIENCE, stream.write_all(format!("{question}\n").as_bytes())).await?;
    let mut line = String::new();
    within(WORK, BufReader::new(stream).take(ANSWER_BYTES).read_line(&mut line)).await?;
    serde_json::from_str(&line).ok()
}

/// What came of it in time.
async fn within<T>(time: Duration, work: impl Future<Output = std::io::Result<T>>) -> Option<T> {
    tokio::time::timeout(time, work).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_beside_the_store() {
        assert_eq!(socket_path(Path::new("/var/lib/feedmux/feedmux.db")), Path::new("/var/lib/feedmux/feedmux.db.sock"));
    }

    #[tokio::test]
    async fn a_question_gets_its_answer_and_only_the_owner_may_ask() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sock");
        let listener = bind(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve(listener, stop.clone(), async |question| serde_json::json!({ "asked": question })));
        assert_eq!(ask(&path, "status").await, Some(serde_json::json!({ "asked": "status" })));
        stop.cancel();
        server.await.unwrap();
    }

    #[tokio::test]
    async fn nobody_there_is_no_answer() {
        assert_eq!(ask(Path::new("/nonexistent/control.sock"), "status").await, None);
    }
}
