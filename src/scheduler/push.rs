//! What a hub pushed, start to end: parse, plan, store; the same steps as for the body of a poll, without its schedule.

use tokio::time::Instant;
use url::Url;

use super::Work;
use super::events::Event;
use super::poll::{Source, plan_entries};
use crate::deduplicator::{Document, EntryPlan};
use crate::model::{Applied, PollRecord, Push, PushPlan};
use crate::parser;

/// Stores what was pushed; gives what it brought.
pub(crate) async fn push(work: &Work, push: Push) -> Applied {
    let Push { to, body, content_type, held: _held } = push;
    let (at, clock) = (work.now(), Instant::now());
    let (id, name, bytes) = (to.feed, to.feed_name, body.len() as u64);
    let address = Url::parse(&to.feed_at).ok();
    let read = move || parser::parse(&body, content_type.as_deref(), address.as_ref()).map(Document::of);
    let document = match work.cpu.run(read).await {
        Ok(Ok(document)) => document,
        Ok(Err(error)) => {
            tracing::info!(feed.id = id.0, "Feed {name}: what its hub pushed is no feed: {error}");
            return Applied::default();
        }
        Err(error) => {
            tracing::error!(feed.id = id.0, "Feed {name}: what its hub pushed could not be read: {error}");
            return Applied::default();
        }
    };
    let spec = work.spec(id, &to.feed_url, to.settings.as_deref());
    let feed = Source { id, url: &to.feed_url, first: false };
    let EntryPlan { new, changed, seen, attached, decisions } = match plan_entries(work, &feed, &spec.settings, document, at).await
    {
        Ok(plan) => plan,
        Err(error) => {
            tracing::error!(feed.id = id.0, "Feed {name}: what its hub pushed could not be planned: {error}");
            return Applied::default();
        }
    };
    let poll = PollRecord { at, status: None, outcome: "pushed".to_owned(), bytes, duration: clock.elapsed() };
    let took = poll.duration;
    match work.store.push(id, PushPlan { new, changed, seen, attached, poll, decisions }).await {
        Ok(applied) => {
            tracing::info!(feed.id = id.0, entries.new = applied.new, "Feed {name}: its hub pushed {} new", applied.new);
            work.events.tell(Event::Polled { feed: id, name, outcome: "pushed".to_owned(), error: None, applied, bytes, took });
            applied
        }
        // The hub thinks that we have it: the next poll brings it.
        Err(error) => {
            tracing::error!(feed.id = id.0, "Feed {name}: what its hub pushed could not be stored: {error}");
            Applied::default()
        }
    }
}
