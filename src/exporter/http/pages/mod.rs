//! Pages for people, one file a page. What a page shows is `exporter::page`'s; what is asked of the store for it, and who may see what,
//! is decided here.

mod entry;
mod front;
mod preview;
mod search;
mod story;

use std::future::Future;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use jiff::Timestamp;

pub(super) use self::entry::entry;
pub(super) use self::front::front;
pub(super) use self::preview::{preview, wants_preview};
pub(super) use self::search::search;
pub use self::story::Neighbours;
pub(super) use self::story::story;
use super::cache::Cache;
use super::document::Document;
use super::visit::Visit;
use super::{Answer, App, CLOSED, Refusal, Setup};
use crate::clock;
use crate::exporter::Shelf;
use crate::exporter::outputs::Output;
use crate::exporter::page::{self, Frame};
use crate::store::Overlap;

const PAGE_CACHE: &str = "private, no-cache";
const HTML: &str = "text/html; charset=utf-8";

/// A page says how long ago things were, and when feeds are polled: it is drawn anew after so many seconds although no entry came.
const FRESH: std::time::Duration = std::time::Duration::from_secs(10);

/// Pages drawn at once: strangers who ask for many wait for each other, and feeds wait for none of them.
const DRAWING: usize = 1;

/// What the pages remember.
pub(super) struct Pages {
    /// Apart from the feeds': who walks through all stories must not push those out.
    cache: Cache,
    overlaps: tokio::sync::Mutex<Option<(Timestamp, Arc<[Overlap]>)>>,
    neighbours: OnceLock<Neighbours>,
}

impl Pages {
    pub(super) fn new() -> Self {
        Self { cache: Cache::new(DRAWING), overlaps: Default::default(), neighbours: OnceLock::new() }
    }
}

impl Setup {
    /// Whether an entry that these outputs let pass may be seen on a page that asks for no token: where some outputs have one of their own,
    /// what only they show stays with them.
    fn is_open(&self, passing: &[&Output]) -> bool {
        let is_kept = self.token.is_empty() && self.outputs.iter().any(|output| output.name != "all" && !output.token.is_empty());
        !is_kept || passing.iter().any(|output| output.name == "all" || output.token.is_empty())
    }
}

impl Visit {
    /// The token that links of a page keep.
    fn page_token(&self) -> Option<String> {
        let outputs = self.setup.outputs.iter().map(|output| &output.token);
        self.token(&outputs.chain([&self.setup.token]).collect::<Vec<_>>())
    }

    /// What a page lies `up` steps below the root within.
    fn frame(&self, up: &'static str) -> Frame {
        Frame::new(self.setup.outputs.base(), up, self.page_token(), self.now)
    }

    /// A page that is not kept.
    async fn html(&self, page: String) -> Response<Body> {
        self.answer(&Document::new(HTML, PAGE_CACHE, page.into_bytes())).await
    }
}

impl<S: Shelf> App<S> {
    /// The page of this name, drawn where the kept one is too old.
    async fn drawn(&self, visit: &Visit, name: &str, drawing: impl Future<Output = Result<String, Refusal>> + Send) -> Answer {
        // Its links carry the token.
        let key = format!("{} {name}", visit.page_token().unwrap_or_default());
        let make = async { Ok(Document::new(HTML, PAGE_CACHE, drawing.await?.into_bytes())) };
        let page = self.kept((&self.pages.cache, key), (visit, Some(clock::floor(visit.now, FRESH))), make).await?;
        Ok(visit.answer(&page).await)
    }
}

/// For everybody: who was let in to one page brings the key of that page alone.
pub(super) async fn style<S: Shelf>(State(app): State<Arc<App<S>>>, uri: Uri, headers: HeaderMap) -> Answer {
    let visit = Visit::of(&app, uri, headers);
    Ok(visit.answer(&Document::new("text/css; charset=utf-8", CLOSED, page::STYLE.into())).await)
}
