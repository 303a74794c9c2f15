//! WebSub: what a feed says of its hub, what was asked of the hub, and what it pushes.

use std::any::Any;

use bytes::Bytes;

use super::FeedId;

/// What a document, or the head of the answer that brought it, says about who tells of its news.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubLinks {
    /// `rel=hub`, http(s): who tells.
    pub hub: Option<String>,
    /// `rel=self`, http(s): the name under which the hub knows the feed.
    pub topic: Option<String>,
}

/// What a poll says about the hub of its feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HubSaid {
    /// Nothing: what was said before still counts.
    #[default]
    Unknown,
    /// There is none (any more).
    Nobody,
    /// This one tells.
    At(Box<HubWish>),
}

/// A subscription that is wanted; one to the same hub and topic that is there already stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubWish {
    /// Where it is asked for, http(s).
    pub hub: String,
    /// What for.
    pub topic: String,
    /// `http.public_url`: where the hub reaches us.
    pub base: String,
    /// The secret last part of the callback's address.
    pub callback: String,
    /// The key of the hub's signatures.
    pub secret: HubSecret,
}

/// The key that a hub signs its pushes with; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct HubSecret(pub String);

impl std::fmt::Debug for HubSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HubSecret(not shown)")
    }
}

/// Row number of a subscription at a hub; the number of one that is gone may be given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionId(pub i64);

/// How a subscription at a hub stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// The hub has not verified it yet.
    Wanted,
    /// The hub tells, until the lease is over.
    Active,
    /// The hub does not want to.
    Denied,
    /// We do not want it any more.
    Ending,
}

impl SubscriptionState {
    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Active => "active",
            Self::Denied => "denied",
            Self::Ending => "ending",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Wanted, Self::Active, Self::Denied, Self::Ending].into_iter().find(|state| state.as_str() == name)
    }
}

/// A subscription at a hub, with what is needed of its feed to take in a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Which.
    pub id: SubscriptionId,
    /// Whose news.
    pub feed: FeedId,
    /// Where that is listed.
    pub feed_url: String,
    /// Where that is polled.
    pub feed_at: String,
    /// What people call it.
    pub feed_name: String,
    /// What a managed feed's own settings are, as stored (JSON).
    pub settings: Option<String>,
    /// The hub.
    pub hub: String,
    /// What the hub was asked for.
    pub topic: String,
    /// The secret last part of the callback's address.
    pub callback: String,
    /// The key of the hub's signatures.
    pub secret: HubSecret,
    /// How it stands.
    pub state: SubscriptionState,
    /// Requests to the hub since it last answered, this one included.
    pub attempts: u32,
}

/// A document that a hub sent, its signature verified.
pub struct Push {
    /// To whom.
    pub to: Subscription,
    /// The document.
    pub body: Bytes,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
    /// Its share of what may wait at once; given back on drop.
    pub held: Box<dyn Any + Send>,
}
