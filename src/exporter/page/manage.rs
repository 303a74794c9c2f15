//! Subscribing and unsubscribing on the front page.

use maud::{Markup, html};

use super::{Frame, MAX_TITLE_CHARS};
use crate::exporter::public::public;
use crate::exporter::text::cut;
use crate::model::{FeedId, FeedRow};

/// What was just done here. It travels in the address of the front page, as a word and a number: no text of strangers gets on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Subscribed to this feed.
    Added(FeedId),
    /// It was subscribed to before.
    Known(FeedId),
    /// No longer subscribed to it.
    Removed(FeedId),
}

impl Done {
    /// As `done=` carries it.
    pub fn code(self) -> String {
        match self {
            Self::Added(id) => format!("added-{}", id.0),
            Self::Known(id) => format!("known-{}", id.0),
            Self::Removed(id) => format!("removed-{}", id.0),
        }
    }

    /// Read back.
    pub fn from_code(code: &str) -> Option<Self> {
        let (what, id) = code.split_once('-')?;
        let id = FeedId(id.parse().ok()?);
        match what {
            "added" => Some(Self::Added(id)),
            "known" => Some(Self::Known(id)),
            "removed" => Some(Self::Removed(id)),
            _ => None,
        }
    }

    /// `rows`: feeds that may be the one.
    pub(super) fn in_words(self, rows: &[FeedRow]) -> String {
        let (Self::Added(id) | Self::Known(id) | Self::Removed(id)) = self;
        let title = rows.iter().find(|row| row.id == id).map(|row| format!(" ({})", cut(&public(&row.title), MAX_TITLE_CHARS)));
        let title = title.unwrap_or_default();
        match self {
            Self::Added(_) => format!("Subscribed to feed {}{title}. It is polled within a few seconds.", id.0),
            Self::Known(_) => format!("Feed {}{title} was subscribed to already.", id.0),
            Self::Removed(_) => format!("No longer subscribed to feed {}{title}. Its entries stay.", id.0),
        }
    }
}

/// The forms. A token that came in a header is not written into the page: it is typed.
pub(super) fn forms(frame: &Frame) -> Markup {
    let token = |id: &str| {
        html! {
            @match &frame.token {
                Some(token) => input type="hidden" name="token" value=(token);,
                None => label for=(id) { "Token " input id=(id) type="password" name="token" required autocomplete="off"; },
            }
        }
    };
    html! {
        h2 id="manage" { "Add or remove a feed" }
        form method="post" action={ (frame.up) "manage/add" } {
            label { "Address of a feed, or of a page that names one " input name="url" required maxlength="2000" placeholder="https://example.org/feed"; }
            (token("add-token"))
            button { "Add" }
        }
        form method="post" action={ (frame.up) "manage/remove" } {
            label { "Number or address of a feed " input name="feed" required maxlength="2000"; }
            (token("remove-token"))
            button { "Remove" }
        }
        p.soft { "What is listed in the configuration is added and removed there. A removed feed's entries stay." }
    }
}
