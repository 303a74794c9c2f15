//! What batch commands and `parse`, `extract` read: JSON lines, files (also `.gz`), addresses.

use std::io::{BufRead, Read};
use std::path::Path;

use anyhow::{Context, bail};
use feedmux::clock::Clock;
use feedmux::config::feeds;
use feedmux::fetcher::Fetcher;
use feedmux::model::{Fetched, Kind, Request, Validators};
use feedmux::scheduler;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::{Global, Setup, out};

/// One line of a batch, bytes.
const LINE_LIMIT: u64 = 64 << 20;
/// One document read from a file, bytes, unpacked.
const FILE_LIMIT: u64 = 64 << 20;

/// Answers each JSON line of stdin with one on stdout, in order; a line that is not what was asked for with what is wrong.
pub(crate) fn lines<Asked: DeserializeOwned>(mut answer: impl FnMut(Asked) -> Value) -> anyhow::Result<()> {
    let mut stdin = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if stdin.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let asked: Result<Value, _> = serde_json::from_slice(&line);
        let id = asked.as_ref().map_or(Value::Null, |asked| asked["id"].clone());
        let asked = asked.and_then(serde_json::from_value::<Asked>);
        out::json(&asked.map_or_else(|error| json!({ "id": id, "ok": false, "error": error.to_string() }), &mut answer))?;
    }
}

/// Reads JSON lines one by one; a line that is none ends the batch with its number.
pub(crate) fn each_line<Asked: DeserializeOwned>(
    mut reader: impl BufRead,
    mut take: impl FnMut(Asked) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        let read = reader.by_ref().take(LINE_LIMIT).read_line(&mut line).with_context(|| format!("line {number} of the input"))?;
        if read == 0 {
            break;
        }
        if line.trim().is_empty() {
            continue;
        }
        take(
            serde_json::from_str(&line)
                .with_context(|| format!("line {number} of the input is not what the batch form asks for"))?,
        )?;
    }
    Ok(())
}

/// The bytes of a file, unpacked when its name ends in `.gz`.
pub(crate) fn file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let opened = std::fs::File::open(path).with_context(|| format!("cannot read {name}"))?;
    let packed = path.extension().is_some_and(|end| end == "gz");
    let reader: Box<dyn Read> = if packed { Box::new(flate2::read::MultiGzDecoder::new(opened)) } else { Box::new(opened) };
    let mut bytes = Vec::new();
    reader.take(FILE_LIMIT + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    if bytes.len() as u64 > FILE_LIMIT {
        bail!("{name} is larger than {FILE_LIMIT} bytes");
    }
    Ok(bytes)
}

/// Whether an argument is an address and not a file.
pub(crate) fn is_address(what: &str) -> bool {
    what.starts_with("http://") || what.starts_with("https://")
}

/// A document to look at, from a file or fetched as the daemon would.
pub(crate) struct Document {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: Option<String>,
    pub(crate) url: Option<Url>,
}

/// Reads a file, or fetches an address with the limits and the guard of the configuration.
pub(crate) async fn document(global: &Global, what: &str, kind: Kind) -> anyhow::Result<Document> {
    if !is_address(what) {
        return Ok(Document { bytes: file(Path::new(what))?, content_type: None, url: None });
    }
    let setup = Setup::load(global)?;
    let spec = feeds::plain_spec(&setup.loaded.config, Url::parse(what).with_context(|| format!("{what} is no address"))?);
    let fetcher = Fetcher::new(&setup.loaded.config.fetch, Clock::system())?;
    let request = Request { kind, ..scheduler::request(&spec, Validators::default()) };
    match fetcher.get(request).await.with_context(|| format!("cannot fetch {}", spec.url))? {
        Fetched::Body(body) => {
            Ok(Document { bytes: body.bytes.to_vec(), content_type: body.content_type.clone(), url: Some(body.final_url.clone()) })
        }
        Fetched::NotModified { .. } => bail!("{} answered 304 to an unconditional request", spec.url),
    }
}
