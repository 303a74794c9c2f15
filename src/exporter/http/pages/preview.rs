//! What a browser sees at the address of a feed.

use super::super::visit::Visit;
use super::super::wishes::prefers_page;
use super::super::{Answer, App, Refusal};
use crate::exporter::outputs::Output;
use crate::exporter::page::{self, Preview};
use crate::exporter::{Format, Query, Shelf};

/// Items that it shows.
const ITEMS: usize = 20;

/// Whether who asks for a feed's address is a browser, and did not ask for the feed itself.
pub(in super::super) fn wants_preview(visit: &Visit) -> bool {
    prefers_page(&visit.headers) && visit.parameter("raw").is_none()
}

/// The page at the address of a feed, for who was let in to it.
pub(in super::super) async fn preview<S: Shelf>(
    app: &App<S>,
    visit: &Visit,
    (output, format, query): (&Output, Format, &Query),
) -> Answer {
    let outputs = &visit.setup.outputs;
    let canonical = query.to_string();
    let drawing = async {
        let limit = query.limit.unwrap_or(output.items).min(ITEMS);
        let page = outputs.page(&app.shelf, output, &Query { limit: Some(limit), ..query.clone() }, visit.now).await;
        let page = page.map_err(Refusal::output)?;
        let title = outputs.channel(output, query, &page).title;
        let preview = Preview { output, title: &title, query: &canonical, format, shown: &page.shown };
        Ok(page::preview(&preview, &visit.frame("../")))
    };
    app.drawn(visit, &format!("{}.{}.html?{canonical}", output.name, format.name()), drawing).await
}
