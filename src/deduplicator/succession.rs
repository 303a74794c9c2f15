//! One address, one GUID, and another story behind it: a digest, a table or a forecast that is filled anew each day.
//!
//! An edit keeps most of its text. What counts as another story is kept narrow, because an edit that comes as a new entry is unread again.

use std::time::Duration;

use super::folding;
use super::identity::{Names, Place};
use crate::clock::after;
use crate::model::{Fingerprint, Stamp};
use jiff::Timestamp;

/// A page that is rewritten keeps what it is about for a day, give or take the hour at which it appears.
const SAME_DAY: Duration = Duration::from_hours(18);
/// Share of the shorter text under headlines that differ in figures only, in words, and not at all.
const REFILLED: f32 = 0.9;
const RETITLED: f32 = 0.75;
const REPLACED: f32 = 0.62;

/// Whether what a document says under the names of a stored entry is another story. Not at an article's own address: that is one.
pub(super) fn is_another(stamp: &Stamp, names: &Names, print: &Fingerprint, now: Timestamp) -> bool {
    let Some(stored) = stamp.print.as_ref().filter(|_| names.place != Place::Article) else { return false };
    if now < after(stamp.first_seen, SAME_DAY) {
        // Two articles under one address that was made of a date and a figure, because the slug had no letters to be made of.
        return stored.form != print.form && folding::is_unlike(stored, print);
    }
    let least = match (stored.headline == print.headline, stored.form == print.form) {
        (true, _) => REPLACED,
        (false, true) => REFILLED,
        (false, false) => RETITLED,
    };
    match folding::resemblance(stored, print) {
        Some(share) => share < least,
        // At a front page another headline is all that can be told of another story ("Good morning", "Picture of the day").
        None => names.place == Place::Nowhere && names.canonical_url.is_some() && stored.headline != print.headline,
    }
}
