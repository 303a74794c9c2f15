//! What browsers are told that an answer may do.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};

/// What a page for people may load: its style sheet. Nothing that leaves this origin, and forms go nowhere else.
const PAGE: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The same with pictures and films of others, where the visitor asked for them.
pub(super) const WITH_MEDIA: &str = "default-src 'none'; style-src 'self'; img-src http: https: data:; media-src http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What anything else may do: nothing.
const OTHER: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// The answer with the headers that every answer carries.
pub(super) fn secure(mut response: Response<Body>) -> Response<Body> {
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let is_known = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    // A browser puts the headers of a 304 over those that it kept with the page: the strict ones would take away its style.
    if !is_known {
        // Pages tell themselves where they come from, and nobody else: without that a browser says of a form that it comes from nowhere.
        let (policy, referrer) = if is_page { (PAGE, "same-origin") } else { (OTHER, "no-referrer") };
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    }
    response
}
