//! Where a feed is polled from now on, pure: what a permanent redirect, or a page that names its feed, has to do to be believed.
//!
//! 40,000 feeds once pointed to one error page for an afternoon: so an address counts only where it gave a feed, and only
//! when it was named several times in a row. What is listed stays as it is; `feed resume` begins there again.

use url::Url;

use crate::model::{Address, DueFeed, FeedId, Moving};

/// Polls in a row that have to end at the same new address : a portal redirects for an hour, a move for ever.
const BELIEVED_AFTER: u32 = 3;

/// How a poll came to another address than the one that it asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Led {
    /// By 301 or 308.
    Redirected,
    /// By a page that names it as its feed.
    Named,
}

/// What follows for the address of `feed` from a poll that ended in a feed at `to`. `onto`: another subscription that is polled
/// there.
pub(super) fn address(feed: &DueFeed, to: &str, led: Led, onto: Option<FeedId>) -> Address {
    if to == feed.at {
        return Address::Here;
    }
    let polls = feed.moving.as_ref().filter(|moving| moving.to == to).map_or(0, |moving| moving.polls) + 1;
    // A page that was listed instead of a feed never was one, and nobody gains by taking TLS away or giving it.
    let at_once = (led == Led::Named && feed.first) || is_upgrade(&feed.at, to);
    if polls < BELIEVED_AFTER && !at_once {
        return Address::Moving(Moving { to: to.to_owned(), polls, onto });
    }
    let why = match led {
        Led::Redirected => "redirects there for good",
        Led::Named => "is a page that names it as its feed",
    };
    let times = if polls > 1 { format!(", {polls} polls in a row") } else { String::new() };
    let (to, reason) = (to.to_owned(), format!("polled at {to} from now on: {} {why}{times}", feed.at));
    match onto {
        Some(into) => Address::Merged { to, into, reason },
        None => Address::Moved { to, reason },
    }
}

/// What follows for a feed that is polled where it moved to, from another subscription being polled there too.
pub(super) fn joins(feed: &DueFeed, other: Option<FeedId>) -> Address {
    let to = feed.at.clone();
    match other {
        Some(into) => Address::Merged { reason: format!("{to} is subscribed to twice since it moved there"), to, into },
        None => Address::Here,
    }
}

/// Whether the entries of this poll are stored with its feed. Not those that another subscription stores: an entry of two
/// subscriptions that became one would be there twice. And not those of a feed that a page `named`, before that is believed.
pub(super) fn keeps_entries(address: &Address, named: bool) -> bool {
    match address {
        Address::Merged { .. } => false,
        Address::Moving(moving) => moving.onto.is_none() && !named,
        Address::Unknown | Address::Here | Address::Moved { .. } => true,
    }
}

/// The same address with TLS.
pub(super) fn is_upgrade(from: &str, to: &str) -> bool {
    let (Ok(from), Ok(to)) = (Url::parse(from), Url::parse(to)) else { return false };
    from.scheme() == "http"
        && to.scheme() == "https"
        && from.port().is_none()
        && to.port().is_none()
        && from.host() == to.host()
        && from[url::Position::BeforePath..] == to[url::Position::BeforePath..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Schedule;

    fn feed(at: &str, moving: Option<(&str, u32)>, first: bool) -> DueFeed {
        DueFeed {
            id: FeedId(1),
            url: "http://a.test/listed".to_owned(),
            at: at.to_owned(),
            host: "a.test".to_owned(),
            moving: moving.map(|(to, polls)| Moving { to: to.to_owned(), polls, onto: None }),
            title: None,
            schedule: Schedule::default(),
            settings: None,
            first,
        }
    }

    /// `+N`: not believed yet, after N polls; otherwise the new address.
    fn check(feed: &DueFeed, to: &str, led: Led, expected: &str) {
        let shown = match address(feed, to, led, None) {
            Address::Here => "here".to_owned(),
            Address::Moving(moving) => format!("+{}", moving.polls),
            Address::Moved { to, .. } => to,
            other => format!("{other:?}"),
        };
        assert_eq!(shown, expected, "{feed:?} led to {to}");
    }

    #[test]
    fn a_move_is_believed_at_the_third_time() {
        let (old, new) = ("http://a.test/feed", "http://b.test/feed");
        check(&feed(old, None, false), old, Led::Redirected, "here");
        check(&feed(old, None, false), new, Led::Redirected, "+1");
        check(&feed(old, Some((new, 1)), false), new, Led::Redirected, "+2");
        check(&feed(old, Some((new, 2)), false), new, Led::Redirected, new);
        check(&feed(old, Some(("http://c.test/", 2)), false), new, Led::Redirected, "+1");
    }

    #[test]
    fn the_same_address_with_tls_is_believed_at_once() {
        check(&feed("http://a.test/f?x=1", None, false), "https://a.test/f?x=1", Led::Redirected, "https://a.test/f?x=1");
        check(&feed("http://a.test/f", None, false), "https://a.test/g", Led::Redirected, "+1");
        check(&feed("http://a.test/f", None, false), "https://www.a.test/f", Led::Redirected, "+1");
        check(&feed("https://a.test/f", None, false), "http://a.test/f", Led::Redirected, "+1");
        check(&feed("http://a.test:8080/f", None, false), "https://a.test/f", Led::Redirected, "+1");
    }

    #[test]
    fn a_page_that_was_never_a_feed_is_left_at_once() {
        check(&feed("http://a.test/", None, true), "http://a.test/feed", Led::Named, "http://a.test/feed");
        check(&feed("http://a.test/", None, false), "http://a.test/feed", Led::Named, "+1");
    }

    #[test]
    fn another_subscription_at_the_new_address_keeps_the_entries() {
        let (old, new) = ("http://a.test/feed", "http://b.test/feed");
        let first = address(&feed(old, None, false), new, Led::Redirected, Some(FeedId(2)));
        assert!(!keeps_entries(&first, false), "{first:?}");
        let last = address(&feed(old, Some((new, 2)), false), new, Led::Redirected, Some(FeedId(2)));
        assert!(matches!(&last, Address::Merged { into: FeedId(2), .. }) && !keeps_entries(&last, false), "{last:?}");
        assert!(keeps_entries(&Address::Here, false));
    }

    #[test]
    fn entries_of_a_feed_that_a_page_names_wait_until_that_is_believed() {
        let (old, new) = ("http://a.test/feed", "http://a.test/other");
        for (moving, first, expected) in [(None, false, false), (Some((new, 2)), false, true), (None, true, true)] {
            let address = address(&feed(old, moving, first), new, Led::Named, None);
            assert_eq!(keeps_entries(&address, true), expected, "{address:?}");
        }
    }

    #[test]
    fn a_feed_joins_who_came_to_where_it_moved() {
        let moved = feed("http://b.test/feed", None, false);
        assert!(matches!(joins(&moved, Some(FeedId(2))), Address::Merged { into: FeedId(2), .. }));
        assert_eq!(joins(&moved, None), Address::Here);
    }
}
