//! Answers of one line.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

use crate::exporter::gather;

/// An answer that is none: status and one line for people.
pub(super) struct Refusal(pub(super) StatusCode, pub(super) String);

impl Refusal {
    pub(super) fn bad(why: String) -> Self {
        Self(StatusCode::BAD_REQUEST, why)
    }

    pub(super) fn missing(why: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, why.into())
    }

    /// Somebody else has to be served first.
    pub(super) fn busy() -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, "too much is asked at the moment; ask again in some seconds".to_owned())
    }

    /// Of an output that could not be made.
    pub(super) fn output(why: String) -> Self {
        if why == gather::TOO_DEAR { Self(StatusCode::SERVICE_UNAVAILABLE, why) } else { Self::store(why) }
    }

    pub(super) fn store(why: String) -> Self {
        tracing::warn!(error = why, "An answer could not be made");
        Self(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer; the log says why".to_owned())
    }
}

impl axum::response::IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let told = match self.0 {
            StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, "POST")),
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "10")),
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer realm=\"feedmux\"")),
            _ => None,
        };
        let mut response = plain(self.0, self.1);
        response.headers_mut().extend(told.map(|(name, value)| (name, HeaderValue::from_static(value))));
        response
    }
}

/// A line of text that nobody keeps.
pub(super) fn plain(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let mut text = text.into();
    text.push('\n');
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, "text/plain; charset=utf-8");
    response.header(header::CACHE_CONTROL, "no-store").body(Body::from(text)).unwrap_or_default()
}
