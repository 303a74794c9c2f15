//! Runs a program of the user's with something on its standard input: no shell, a small environment, a limit of time.

use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

/// Where programs that it calls are looked for; the whole environment besides what the caller gives.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What is kept of a complaint, bytes.
const MAX_LINE: u64 = 500;

/// A program that has ended may have left others that hold its standard error: these are not waited for.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Runs the program `argv[0]` with the other `argv` as its arguments, `input` on its standard input and `env` in its environment. What it
/// prints is thrown away. After `limit` it is killed with all of its process group, also when nobody waits for it any more.
///
/// # Errors
/// One line: it cannot be started, takes too long or does not exit with 0; with the first line of its standard error.
pub async fn run(argv: &[String], env: &[(&str, &str)], input: &[u8], limit: Duration) -> Result<(), String> {
    let (program, arguments) = argv.split_first().ok_or("no program is named")?;
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("PATH", PATH).envs(env.iter().copied()).current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| format!("{program} cannot be started: {error}"))?;
    let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let complaint = Mutex::new(String::new());
    let feeding = async {
        if let Some(mut stdin) = stdin {
            // one that does not want to read may still do what it is there for
            let _ = stdin.write_all(input).await;
        }
    };
    let hearing = async {
        if let Some(stderr) = stderr {
            hear(stderr, &complaint).await;
        }
    };
    let ended = {
        let working = async {
            tokio::pin!(feeding, hearing);
            let (mut fed, mut heard) = (false, false);
            let status = loop {
                tokio::select! {
                    status = child.wait() => break status,
                    () = &mut feeding, if !fed => fed = true,
                    () = &mut hearing, if !heard => heard = true,
                }
            };
            if !heard {
                let _ = tokio::time::timeout(LAST_WORDS, hearing).await;
            }
            status
        };
        tokio::time::timeout(limit, working).await
    };
    let said = std::mem::take(&mut *complaint.lock().unwrap_or_else(PoisonError::into_inner));
    let said = if said.is_empty() { said } else { format!(": {said}") };
    match ended {
        Ok(Ok(status)) => {
            group.0 = None; // its number may be another's soon
            if status.success() { Ok(()) } else { Err(format!("{}{said}", words(status))) }
        }
        Ok(Err(error)) => Err(format!("cannot be waited for: {error}")),
        Err(_) => Err(format!("killed after {} s{said}", limit.as_secs_f32())),
    }
}

/// Keeps the first line and reads on, so that a program that complains a lot is not held up.
async fn hear(stderr: impl AsyncRead + Unpin, complaint: &Mutex<String>) {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    let _ = (&mut stderr).take(MAX_LINE).read_until(b'\n', &mut line).await;
    let plain: String = String::from_utf8_lossy(&line).chars().filter(|c| !c.is_control()).collect();
    plain.trim().clone_into(&mut complaint.lock().unwrap_or_else(PoisonError::into_inner));
    let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
}

fn words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

/// The process group of a program that has not ended: killed when nobody waits for it any more.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            let _ = kill_process_group(leader, Signal::KILL); // gone already
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    async fn script(script: &str, input: &[u8], limit: Duration) -> Result<(), String> {
        let argv = ["/bin/sh", "-c", script].map(str::to_owned);
        run(&argv, &[("FEEDMUX_EVENT", "test")], input, limit).await
    }

    #[tokio::test]
    async fn a_program_gets_its_input_and_little_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out");
        let write = format!("cat > {0}; echo \"$FEEDMUX_EVENT $PATH ${{HOME-none}}\" >> {0}; pwd >> {0}", file.display());
        let input = "x".repeat(300_000);
        script(&write, input.as_bytes(), LIMIT).await.unwrap();
        let expected = format!("{input}test {PATH} none\n/\n");
        assert!(std::fs::read_to_string(&file).unwrap() == expected);
    }

    #[tokio::test]
    async fn arguments_are_no_words_of_a_shell() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b; $(c)");
        run(&["/bin/touch".to_owned(), file.display().to_string()], &[], b"", LIMIT).await.unwrap();
        assert!(file.exists());
    }

    #[tokio::test]
    async fn how_it_ended_is_told_with_its_first_complaint() {
        let check = async |text: &str, expected: Result<(), &str>| {
            assert_eq!(script(text, b"input", LIMIT).await, expected.map_err(str::to_owned), "{text}");
        };
        check("exit 0", Ok(())).await;
        check("cat >/dev/null; echo fine >&2", Ok(())).await;
        check("exit 3", Err("exit code 3")).await;
        check("echo no such room >&2; echo more >&2; exit 1", Err("exit code 1: no such room")).await;
        check("printf '\\033[31mred\\r\\n' >&2; exit 1", Err("exit code 1: [31mred")).await;
        check("kill -9 $$", Err("ended by signal 9")).await;
        // One that reads nothing, and one that complains without end.
        check("exec <&-; exit 0", Ok(())).await;
        check("head -c 9000000 /dev/zero | tr '\\0' x >&2; exit 1", Err(&format!("exit code 1: {}", "x".repeat(500)))).await;
        let error = run(&["/nonexistent/program".to_owned()], &[], b"", LIMIT).await.unwrap_err();
        assert!(error.starts_with("/nonexistent/program cannot be started: No such file"), "{error}");
        assert!(run(&[], &[], b"", LIMIT).await.is_err());
    }

    #[tokio::test]
    async fn one_that_leaves_others_behind_is_not_waited_for_any_longer() {
        let begun = Instant::now();
        script("sleep 30 & echo done >&2; exit 0", b"", LIMIT).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    /// Whether the process whose number stands in `file` runs.
    fn runs(file: &std::path::Path) -> bool {
        let id = std::fs::read_to_string(file).unwrap();
        std::fs::read_to_string(format!("/proc/{}/stat", id.trim())).is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[tokio::test]
    async fn what_takes_too_long_is_killed_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let sleeps = format!("sleep 300 & echo $! > {}; echo waiting >&2; wait", file.display());
        let error = script(&sleeps, b"", Duration::from_millis(500)).await.unwrap_err();
        assert_eq!(error, "killed after 0.5 s: waiting");
        let gone = async {
            while runs(&file) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(LIMIT, gone).await.expect("its children are killed, too");
    }

    #[tokio::test]
    async fn one_that_nobody_waits_for_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let sleeps = format!("echo $$ > {}; sleep 300", file.display());
        assert!(tokio::time::timeout(Duration::from_millis(500), script(&sleeps, b"", LIMIT)).await.is_err());
        let gone = async {
            while runs(&file) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(LIMIT, gone).await.expect("it is killed");
    }
}
