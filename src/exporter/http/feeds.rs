//! `/feeds/NAME.FORMAT`: outputs as readers get them, and as files.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use super::document::Document;
use super::pages::{preview, wants_preview};
use super::visit::Visit;
use super::{Answer, App, CLOSED, Refusal};
use crate::exporter::channel::render;
use crate::exporter::files::Written;
use crate::exporter::outputs::Output;
use crate::exporter::{Format, Page, Query, Shelf, status};

/// How long a reader need not ask again, of outputs without a token.
const OPEN: &str = "public, max-age=60";

pub(super) async fn feed<S: Shelf>(
    State(app): State<Arc<App<S>>>,
    Path(file): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let visit = Visit::of(&app, uri, headers);
    let setup = &*visit.setup;
    let found = file.rsplit_once('.').and_then(|(name, format)| Some((setup.outputs.get(name)?, Format::from_name(format)?)));
    let Some((output, format)) = found else {
        visit.admit(&setup.keys())?;
        let open = setup.outputs.iter().filter(|output| visit.opens(&setup.keys_of(output)));
        let names: Vec<&str> = open.map(|output| output.name.as_str()).collect();
        return Err(Refusal::missing(format!("no such feed; there are {} as .atom, .rss and .json", names.join(", "))));
    };
    visit.admit(&setup.keys_of(output))?;
    let query = Query::parse(visit.uri.query().unwrap_or_default(), visit.now).map_err(Refusal::bad)?;
    if output.name == status::NAME && (query.q.is_some() || query.before.is_some() || query.archive.is_some()) {
        return Err(Refusal::bad("the status feed is one document: q, before and archive mean nothing to it".to_owned()));
    }
    let mut answer = if wants_preview(&visit) {
        preview(&app, &visit, (output, format, &query)).await?
    } else {
        visit.answer(&*app.document(&visit, (output, format, &query)).await?).await
    };
    if answer.status() != StatusCode::IM_USED {
        answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
    }
    Ok(answer)
}

impl<S: Shelf> App<S> {
    async fn document(&self, visit: &Visit, (output, format, query): (&Output, Format, &Query)) -> Result<Arc<Document>, Refusal> {
        let outputs = &visit.setup.outputs;
        let keys = visit.setup.keys_of(output);
        let cache = if keys.iter().all(|key| key.is_empty()) { OPEN } else { CLOSED };
        let token = visit.token(&keys);
        let token = token.as_deref();
        let mut key = format!("{}.{}?{query}", output.name, format.name());
        if let Some(token) = token {
            key.push_str(&format!("#{token}"));
        }
        let make = async {
            let page = outputs.page(&self.shelf, output, query, visit.now).await.map_err(Refusal::output)?;
            let channel = outputs.channel(output, query, &page).kept_token(token);
            let made = tokio::task::spawn_blocking(move || {
                let document = Document::new(format.content_type(), cache, render(format, &channel, &page.shown));
                document.feed(format).told_by(channel.hub(), &channel.address(format))
            });
            made.await.map_err(|_| Refusal::store("rendering failed".to_owned()))
        };
        self.kept((&self.feeds, key), (visit, outputs.moment(output, query, visit.now)), make).await
    }

    /// All outputs that ask for no token, in all formats, as files: without links to further ones, which no file could answer.
    ///
    /// # Errors
    /// What the shelf says.
    pub async fn documents(&self) -> Result<Vec<Written>, String> {
        let (setup, now) = (self.setup(), self.clock.now());
        let outputs = &setup.outputs;
        let mut documents = Vec::new();
        for output in outputs.open() {
            let page = outputs.page(&self.shelf, output, &Query::default(), now).await?;
            let channel = outputs.channel(output, &Query::default(), &Page::default());
            let name = output.name.clone();
            let render = move || {
                Format::ALL.map(|format| Written {
                    path: format!("feeds/{name}.{}", format.name()),
                    bytes: render(format, &channel, &page.shown),
                })
            };
            documents.extend(tokio::task::spawn_blocking(render).await.map_err(|error| error.to_string())?);
        }
        Ok(documents)
    }
}
