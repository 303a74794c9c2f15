//! `/search`: what the store finds and outputs show.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use url::form_urlencoded;

use super::super::visit::Visit;
use super::super::{Answer, App, Refusal};
use crate::exporter::page::{self, Search};
use crate::exporter::{Query, Shelf};
use crate::model::SearchQuery;

pub(in super::super) async fn search<S: Shelf>(State(app): State<Arc<App<S>>>, visit: Visit) -> Answer {
    // Forms send the fields that nobody filled in, too.
    let fields: HashMap<String, String> = form_urlencoded::parse(visit.uri.query().unwrap_or_default().as_bytes())
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
        .collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let mut search =
        Search { typed: field("q"), since: field("since"), feed: field("feed"), lang: field("lang"), ..Search::default() };
    search.page = fields.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, page::PAGES);
    let narrow = ["q", "since", "feed", "lang"].iter().filter_map(|name| fields.get_key_value(*name));
    let narrow = form_urlencoded::Serializer::new(String::new()).extend_pairs(narrow).finish();
    match Query::parse(&narrow, visit.now) {
        Err(wrong) => search.wrong = Some(wrong),
        Ok(Query { q: Some(typed), since, feed, lang, .. }) => {
            let seen = (search.page - 1) * page::HITS;
            let limit = seen + page::HITS + 1;
            let _turn = app.pages.cache.turn(visit.uri.path()).await?;
            let query = SearchQuery { since, feed, lang, ..SearchQuery::new(&typed, visit.now, limit) };
            let found = visit.setup.outputs.search(&app.shelf, &query, seen).await.map_err(Refusal::store)?;
            (search.hits, search.is_cut) = (found.hits, found.is_cut);
            search.more = search.hits.len() > page::HITS;
            search.hits.truncate(page::HITS);
        }
        Ok(_) => {}
    }
    let mut answer = visit.html(page::search(&search, &visit.frame(""))).await;
    if search.wrong.is_some() && answer.status() == StatusCode::OK {
        *answer.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(answer)
}
