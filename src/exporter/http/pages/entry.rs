//! `/entries/ID`: one entry whole, and why it is as it is.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};

use super::super::secure::WITH_MEDIA;
use super::super::visit::Visit;
use super::super::{Answer, App, Refusal};
use crate::exporter::Shelf;
use crate::exporter::page;
use crate::model::{EntryId, ItemQuery};

pub(in super::super) async fn entry<S: Shelf>(State(app): State<Arc<App<S>>>, visit: Visit, Path(id): Path<String>) -> Answer {
    let none = || Refusal::missing("no such entry, or one that is not shown yet");
    let id = id.parse().map(EntryId).map_err(|_| none())?;
    let turn = app.pages.cache.turn(visit.uri.path()).await?;
    let items = app.shelf.items(ItemQuery { entries: vec![id], limit: 1, ..ItemQuery::default() }).await.map_err(Refusal::store)?;
    let item = items.first().ok_or_else(none)?;
    let why = app.shelf.evidence(id).await.map_err(Refusal::store)?;
    drop(turn);
    let (ruled, passing) = visit.setup.outputs.judge(item, visit.now);
    if !visit.setup.is_open(&passing) {
        return Err(none());
    }
    let mut standing: Vec<String> = ruled.by.iter().map(|rule| format!("Rule {:?} {}.", rule.name(), rule.does())).collect();
    if passing.is_empty() {
        standing.push("No output shows it.".to_owned());
    }
    let media = visit.parameter("media").is_some_and(|media| media == "1");
    let mut answer = visit.html(page::entry((item, &standing), why.as_ref(), media, &visit.frame("../"))).await;
    if media {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WITH_MEDIA));
    }
    Ok(answer)
}
