//! `/`: what came last, where to subscribe, how the feeds are.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};

use super::super::visit::Visit;
use super::super::{Answer, App, Refusal};
use crate::clock;
use crate::exporter::page::{self, Done, Front};
use crate::exporter::{Query, Shelf};
use crate::store::Overlap;

/// Stories that it shows, and feeds and days that are asked for.
const STORIES: usize = 30;
const FEEDS: usize = 40;
const DAYS: usize = 30;

/// Which feeds repeat others is looked up so seldom: it looks at all stories of a month.
const OVERLAPS_EVERY: SignedDuration = SignedDuration::from_hours(1);
const OVERLAPS_OF: Duration = Duration::from_hours(30 * 24);

/// Entries in common below which a pair says nothing.
const OVERLAPS_LEAST: u64 = 3;

pub(in super::super) async fn front<S: Shelf>(State(app): State<Arc<App<S>>>, visit: Visit) -> Answer {
    let (setup, now) = (&*visit.setup, visit.now);
    let done = visit.parameter("done").and_then(|code| Done::from_code(&code));
    let drawing = async {
        let glance = app.shelf.glance(now, FEEDS, DAYS).await.map_err(Refusal::store)?;
        let newest = match setup.outputs.get("all") {
            Some(all) => {
                let query = Query { limit: Some(STORIES), ..Query::default() };
                setup.outputs.page(&app.shelf, all, &query, now).await.map_err(Refusal::store)?.shown
            }
            None => Vec::new(),
        };
        let overlaps = app.overlaps(now).await?;
        let manages = !setup.token.is_empty();
        let front = Front { outputs: &setup.outputs, glance: &glance, newest: &newest, overlaps: &overlaps, manages, done };
        Ok(page::front(&front, &visit.frame("")))
    };
    app.drawn(&visit, &format!("/?{}", done.map(Done::code).unwrap_or_default()), drawing).await
}

impl<S: Shelf> App<S> {
    async fn overlaps(&self, now: Timestamp) -> Result<Arc<[Overlap]>, Refusal> {
        let mut known = self.pages.overlaps.lock().await;
        if let Some((at, overlaps)) = &*known
            && now.duration_since(*at).abs() < OVERLAPS_EVERY
        {
            return Ok(Arc::clone(overlaps));
        }
        let overlaps: Arc<[Overlap]> =
            self.shelf.overlaps(clock::before(now, OVERLAPS_OF), OVERLAPS_LEAST).await.map_err(Refusal::store)?.into();
        *known = Some((now, Arc::clone(&overlaps)));
        Ok(overlaps)
    }
}
