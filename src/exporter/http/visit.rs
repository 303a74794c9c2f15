//! A request, and what its answer is made with.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use jiff::Timestamp;

use super::document::Document;
use super::{App, Refusal, Setup, door};
use crate::config::Secret;
use crate::exporter::Shelf;

/// A request. As an argument of a handler it was let in to what shows entries of all feeds.
pub(super) struct Visit {
    pub(super) setup: Arc<Setup>,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    /// When it came.
    pub(super) now: Timestamp,
}

impl<S: Shelf> FromRequestParts<Arc<App<S>>> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App<S>>) -> Result<Self, Refusal> {
        let visit = Self::of(app, parts.uri.clone(), parts.headers.clone());
        visit.admit(&visit.setup.keys())?;
        Ok(visit)
    }
}

impl Visit {
    /// One that was not let in yet.
    pub(super) fn of<S: Shelf>(app: &App<S>, uri: Uri, headers: HeaderMap) -> Self {
        Self { setup: app.setup(), uri, headers, now: app.clock.now() }
    }

    /// Refuses who brings none of `keys`.
    pub(super) fn admit(&self, keys: &[&Secret]) -> Result<(), Refusal> {
        let why = "a token is needed: ?token=... or Authorization: Bearer ...";
        self.opens(keys).then_some(()).ok_or_else(|| Refusal(StatusCode::UNAUTHORIZED, why.to_owned()))
    }

    /// Whether it opens a door with these keys.
    pub(super) fn opens(&self, keys: &[&Secret]) -> bool {
        door::opens(door::brought(&self.headers, &self.uri).as_deref(), keys)
    }

    /// The first parameter of that name in its address.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        door::parameter(&self.uri, name)
    }

    /// The token that links in the answer keep: that of its address, where it is one of `keys`.
    pub(super) fn token(&self, keys: &[&Secret]) -> Option<String> {
        let is_closed = keys.iter().any(|key| !key.is_empty());
        self.parameter("token").filter(|token| is_closed && door::opens(Some(token), keys))
    }

    /// The answer.
    pub(super) async fn answer(&self, document: &Document) -> Response<Body> {
        document.answer(&self.headers, self.now).await
    }
}
