//! `/stories/ID`: who reports it, why they are one, and which other stories are probably about the same event.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{Path, State};

use super::super::visit::Visit;
use super::super::{Answer, App, Refusal};
use crate::config::Stories;
use crate::exporter::Shelf;
use crate::exporter::fold::fold;
use crate::exporter::page::{self, Story};
use crate::model::{Depth, Item, ItemQuery, Order, Related, StoryId};

/// Members that it names.
const MEMBERS: usize = 200;

/// Answers which stories are probably about the same event as one.
pub type Neighbours = Box<dyn Fn(StoryId) -> Pin<Box<dyn Future<Output = Result<Vec<Related>, String>> + Send>> + Send + Sync>;

impl<S: Shelf> App<S> {
    /// Lets the pages of stories name related ones. Once; later calls change nothing.
    pub fn relate(&self, neighbours: Neighbours) {
        let _ = self.pages.neighbours.set(neighbours);
    }
}

pub(in super::super) async fn story<S: Shelf>(State(app): State<Arc<App<S>>>, visit: Visit, Path(id): Path<String>) -> Answer {
    let setup = &*visit.setup;
    let none = || Refusal::missing("no such story, or none that is shown yet");
    let id = id.parse().map(StoryId).map_err(|_| none())?;
    let drawing = async {
        let ask = ItemQuery { story: Some(id), limit: MEMBERS + 1, ..ItemQuery::default() };
        let mut items = app.shelf.items(ask).await.map_err(Refusal::store)?;
        let more = items.len() > MEMBERS;
        items.truncate(MEMBERS);
        // As outputs show it: without what rules drop, under the titles that they give.
        let seen = |item: &Item| {
            let (ruled, passing) = setup.outputs.judge(item, visit.now);
            (!ruled.dropped && setup.is_open(&passing)).then(|| ruled.item.into_owned())
        };
        let items: Vec<Item> = items.iter().filter_map(seen).collect();
        let told = fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0);
        let shown = told.first().ok_or_else(none)?;
        let folds = app.shelf.folds(id, MEMBERS).await.map_err(Refusal::store)?;
        let mut related = match app.pages.neighbours.get() {
            Some(neighbours) => neighbours(id).await.map_err(Refusal::store)?,
            None => Vec::new(),
        };
        // The same holds for them: what an output keeps behind its token, and what rules drop, is not told here either.
        let mut told = HashSet::new();
        for other in &related {
            let ask = ItemQuery { story: Some(other.story), limit: MEMBERS, depth: Depth::Text, ..ItemQuery::default() };
            let members = app.shelf.items(ask).await.map_err(Refusal::store)?;
            told.extend(members.iter().filter(|item| item.title == other.title && seen(item).is_some()).map(|item| item.story.id));
        }
        related.retain(|other| told.contains(&other.story));
        Ok(page::story(&Story { shown, items: &items, more, folds: &folds, related: &related }, &visit.frame("../")))
    };
    app.drawn(&visit, &format!("stories/{}", id.0), drawing).await
}
