//! The numbers that the article model is told about pages, for its training (`src/extractor/model/train.py`).
//!
//! `matrix < JOBS > OUT`: one JSON object `{"path", "url"?, "scores"?}` a line in; for each a JSON line and the matrix
//! behind it, row after row, 32-bit floats, little end first. With `scores` (those of the first pass, one a block) it is the
//! matrix of the second pass; with `final` (those of the second) a line with the article's `text` and no matrix. `path` may end
//! in `.gz`; `feed_text` is what a feed would have said of the page.

use std::io::{BufRead, Read, Write};

use feedmux::extractor::Page;
use feedmux::extractor::training::{Matrix, Sheet};
use feedmux::model::host_of_url;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Job {
    path: String,
    url: Option<String>,
    feed_text: Option<String>,
    scores: Option<Vec<f32>>,
    #[serde(rename = "final")]
    last: Option<Vec<f32>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let job: Job = serde_json::from_str(&line?)?;
        let raw = std::fs::read(&job.path)?;
        let mut bytes = Vec::new();
        if job.path.ends_with(".gz") {
            flate2::read::MultiGzDecoder::new(raw.as_slice()).read_to_end(&mut bytes)?;
        } else {
            bytes = raw;
        }
        let url = job.url.as_deref().and_then(|url| url::Url::parse(url).ok());
        let sheet = Sheet::of(&Page { bytes: &bytes, url: url.as_ref(), feed_text: job.feed_text.as_deref(), ..Page::default() });
        let texts = sheet.texts();
        if let Some(given) = job.last.as_ref().or(job.scores.as_ref()).filter(|given| given.len() != texts.len()) {
            return Err(format!("{}: {} scores for {} blocks", job.path, given.len(), texts.len()).into());
        }
        let (head, matrix) = match (&job.scores, &job.last) {
            (_, Some(scores)) => (json!({ "names": [], "rows": 0, "text": sheet.article(scores) }), Matrix::default()),
            (Some(scores), None) => {
                let matrix = sheet.second(scores);
                (json!({ "names": matrix.names, "rows": texts.len() }), matrix)
            }
            (None, None) => {
                let matrix = sheet.first();
                let site = url.as_ref().map(host_of_url);
                let containers = sheet.containers();
                let head =
                    json!({ "names": matrix.names, "rows": texts.len(), "texts": texts, "containers": containers, "site": site });
                (head, matrix)
            }
        };
        serde_json::to_writer(&mut out, &head)?;
        out.write_all(b"\n")?;
        for row in 0..matrix.columns.first().map_or(0, Vec::len) {
            for column in &matrix.columns {
                out.write_all(&column[row].to_le_bytes())?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
