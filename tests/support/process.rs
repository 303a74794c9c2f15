//! The real binary as a process of its own, under limits that a shell sets before it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_feedmux");

/// Ticks of `/proc/PID/stat` a second; Linux has no other on what we run on.
const TICKS: f64 = 100.0;

/// A running `feedmux run`; dropped, it is killed.
pub struct Feedmux {
    child: Child,
    folder: PathBuf,
    arguments: Vec<String>,
    said: Arc<Mutex<String>>,
}

impl Feedmux {
    /// Starts on the store in `folder` with one feed an address. `limits` are commands of the shell, as `ulimit -n 64`.
    pub fn run(folder: &Path, limits: &str, feeds: &[String], sets: &[&str]) -> Self {
        std::fs::write(folder.join("feeds.txt"), feeds.join("\n")).unwrap();
        let list = format!("subscriptions.files=['{}']", folder.join("feeds.txt").display());
        Self::start(folder, limits, &["--config", "/dev/null", "--set", &list], sets)
    }

    /// Starts with the configuration that it finds where users have theirs, below `folder`.
    pub fn run_as_configured(folder: &Path, sets: &[&str]) -> Self {
        Self::start(folder, "", &[], sets)
    }

    fn start(folder: &Path, limits: &str, arguments: &[&str], sets: &[&str]) -> Self {
        let mut all = super::settings(sets);
        all.push(format!("store.path='{}'", store(folder).display()));
        let mut arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        arguments.extend(all.into_iter().flat_map(|set| ["--set".to_owned(), set]));
        let script = format!("{limits}\nexec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script, BINARY]).args(&arguments).arg("run").env_clear().env("HOME", folder);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, log) = (BufReader::new(child.stderr.take().unwrap()).lines(), Arc::clone(&said));
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = log.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self { child, folder: folder.to_owned(), arguments, said }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it was started with, for a command after it.
    pub fn arguments(&self) -> Vec<String> {
        self.arguments.clone()
    }

    /// All that it logged so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What another command says beside it, with its exit code: `health`, `status`.
    pub fn ask(&self, command: &[&str]) -> (Option<i32>, String) {
        let output =
            Command::new(BINARY).args(&self.arguments).args(command).env_clear().env("HOME", &self.folder).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// Status and text of what it serves at `path`.
    pub fn get(&self, path: &str) -> (u16, String) {
        let status: serde_json::Value = serde_json::from_str(&self.ask(&["status", "--json"]).1).unwrap();
        let address = status["listening_on"][0].as_str().unwrap().trim_start_matches("http://").to_owned();
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        (text.split_whitespace().nth(1).unwrap().parse().unwrap(), text)
    }

    /// Seconds of processor time it took so far.
    pub fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / TICKS
    }

    /// Asks it to stop and gives its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        let begun = Instant::now();
        while self.is_running() {
            assert!(begun.elapsed() < super::PATIENCE, "it does not stop:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
        self.child.wait().unwrap().code()
    }

    pub fn signal(&self, name: &str) {
        let _ = signal(self.pid(), name);
    }
}

impl Drop for Feedmux {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A disk of a few bytes, mounted on a folder; gone when it is dropped. Only root may have one.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    pub fn mount(on: &Path, bytes: u64) -> Option<Self> {
        std::fs::create_dir_all(on).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "none"]).arg(on).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| Self(on.to_owned()))
    }

    /// Fills it up but for so many bytes, until the file is removed.
    pub fn fill(&self, but: u64) -> PathBuf {
        let ballast = self.0.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
        let size = file.metadata().unwrap().len();
        file.set_len(size.saturating_sub(but)).unwrap();
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
    }
}

/// Runs feedmux in a folder of its own, with nothing of this machine's configuration.
pub fn feedmux(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// The same, and does not wait for its end.
pub fn spawn(folder: &Path, arguments: &[&str]) -> Child {
    command(folder, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Whether the process took the signal. By the shell's own `kill`: not every machine has it as a program.
#[must_use]
pub fn signal(pid: u32, name: &str) -> bool {
    Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().unwrap().success()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("FEEDMUX__FETCH__ALLOW_PRIVATE", "['127.0.0.0/8']")
        .env("FEEDMUX__FETCH__PER_HOST_SPACING", "0s");
    command
}

/// What it printed.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it complained of.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with this configuration in `feedmux.toml`.
pub fn folder_with(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feedmux.toml"), config).unwrap();
    folder
}

/// What a command says on a store that cannot be used, with its exit code.
pub fn refusal(folder: &Path, store: &Path, socket: &Path, command: &str) -> (Option<i32>, String) {
    let sets = [format!("store.path='{}'", store.display()), format!("http.listen=['unix:{}']", socket.display())];
    let arguments = ["--config", "/dev/null", "--set", &sets[0], "--set", &sets[1], command];
    let output = Command::new(BINARY).args(arguments).env_clear().env("HOME", folder).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// The store of [`Feedmux::run`] in `folder`.
pub fn store(folder: &Path) -> PathBuf {
    folder.join("feedmux.db")
}

/// A number from the store at `path`, as a reader beside the daemon sees it; `None` where there is no such table yet.
pub fn number(path: &Path, sql: &str) -> Option<i64> {
    let conn = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    conn.busy_timeout(Duration::from_secs(5)).ok()?;
    conn.query_row(sql, [], |row| row.get(0)).ok()
}

/// The store is whole, whatever happened to the process that wrote it. Gives the connection that saw it.
pub fn check_whole(path: &Path) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    conn.busy_timeout(Duration::from_secs(10)).unwrap();
    let whole: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let dangling: i64 = conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!((whole.as_str(), dangling), ("ok", 0));
    conn
}
