//! Which stored entry is which entry of the document. Pure bookkeeping over names; no text is read here.
//!
//! Strongest evidence first, each stored entry at most once: what is word for word as stored, then GUID, address, text.
//! A name that two entries of one document share is no name there, and a GUID loses against an entry that has nothing else in
//! common with the stored one: both happen on the same feeds (one constant GUID for everything). Where most of a document is known in
//! spite of its GUIDs, the rest of it is believed on less: a headline with hardly a text, or a page of its own.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::model::{EntryId, EntryKey, Known, Stamp};

use super::identity::{Names, Place, title_hash};

/// Names of one entry beyond which no more are noted: a feed with a new GUID at each request is not followed for ever.
const MAX_NAMES: u32 = 32;
/// Entries of a document from which on most of it may be told again.
const SEVERAL: usize = 2;

/// What an entry of the document is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fate {
    /// Never seen; with all the names that are its own, at least one.
    New(Vec<EntryKey>),
    /// Stored already.
    Stored {
        id: EntryId,
        via: Via,
        /// Names it did not have.
        names: Vec<EntryKey>,
    },
    /// The document says it twice.
    Twin,
    /// Was stored and removed for good.
    Removed,
}

/// What a stored entry was recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Via {
    Guid,
    Address,
    Text,
}

/// The fate of each entry, in the order of `document`.
pub(super) fn fates(document: &[Names], known: &Known) -> Vec<Fate> {
    let mut desk = Desk {
        document,
        known,
        count: HashMap::new(),
        dates: HashSet::new(),
        found: vec![None; document.len()],
        taken: HashSet::new(),
    };
    let twins = twins(document);
    let open: Vec<usize> = (0..document.len()).filter(|i| !twins.contains(i)).collect();
    for &i in &open {
        for key in document[i].keys().collect::<HashSet<_>>() {
            *desk.count.entry(key).or_default() += 1;
        }
        desk.dates.extend(document[i].date);
    }
    desk.seat(&open);
    desk.again(&open);
    (0..document.len()).map(|i| if twins.contains(&i) { Fate::Twin } else { desk.fate(i) }).collect()
}

/// Entries that repeat an earlier one of the document: the same in everything, or one article under two GUIDs, or one
/// headline of one article twice.
fn twins(document: &[Names]) -> HashSet<usize> {
    let mut seen = HashSet::new();
    let mut twins = HashSet::new();
    for (i, names) in document.iter().enumerate() {
        let article = names.url.filter(|_| names.place == Place::Article);
        let faces = [
            Some((names.whole.0, [0; 16], [0; 16])),
            article.map(|url| (url.0, names.content_hash.0, [0; 16])),
            article.zip(names.guid).zip(names.title_hash).map(|((url, guid), title)| (url.0, guid.0, title.0)),
        ];
        let faces: Vec<_> = faces.into_iter().flatten().collect();
        if faces.iter().any(|face| seen.contains(face)) {
            twins.insert(i);
        } else {
            seen.extend(faces);
        }
    }
    twins
}

struct Desk<'a> {
    document: &'a [Names],
    known: &'a Known,
    /// In how many entries of the document each name occurs.
    count: HashMap<EntryKey, u32>,
    /// The dates in it.
    dates: HashSet<Timestamp>,
    found: Vec<Option<(EntryId, Via)>>,
    taken: HashSet<EntryId>,
}

impl Desk<'_> {
    /// Strongest evidence first, for all entries before the next.
    fn seat(&mut self, open: &[usize]) {
        for pass in [Self::by_whole, Self::as_stored, Self::by_guid, Self::by_address, Self::by_text] {
            for &i in open {
                if self.found[i].is_none()
                    && let Some((id, via)) = pass(self, &self.document[i])
                {
                    self.taken.insert(id);
                    self.found[i] = Some((id, via));
                }
            }
        }
    }

    /// A headline with hardly a text, or the page of a stored entry, under a new GUID, with a new date or none: alone that is "Backup
    /// finished" once more. Where it is so with most of a document, its feed makes GUIDs or dates anew at each request and would bring
    /// everything again.
    fn again(&mut self, open: &[usize]) {
        let told: Vec<(usize, EntryId)> = open.iter().filter_map(|&i| Some((i, self.told_again(i)?))).collect();
        let rekeyed = open.iter().filter(|&&i| self.found[i].is_some() && self.is_unheard(&self.document[i])).count();
        let known = told.len() + rekeyed;
        if known < SEVERAL || known * 2 <= open.len() {
            return;
        }
        for (i, id) in told {
            // an entry may have been told under two headlines
            if self.taken.insert(id) {
                self.found[i] = Some((id, Via::Text));
            }
        }
    }

    fn told_again(&self, i: usize) -> Option<EntryId> {
        let names = &self.document[i];
        let is_heard = |key: Option<EntryKey>| key.is_some_and(|key| self.is_own(key) && self.is_taken(&key));
        let is_other = is_heard(names.guid) || (names.place == Place::Article && !is_heard(names.url));
        // a date that is made at each request is that of all entries; any other is that of something that happened again
        let happened = names.date.is_some() && self.dates.len() > 1;
        if self.found[i].is_some() || is_other || happened {
            return None;
        }
        let at_page = || self.owner(names.url.filter(|_| names.place == Place::Page)).filter(|(_, stamp)| same_title(names, stamp));
        self.owner(names.thin).or_else(at_page).map(|(id, _)| id)
    }

    /// Whether it has a GUID of its own that nobody knows.
    fn is_unheard(&self, names: &Names) -> bool {
        names.guid.is_some_and(|guid| self.is_own(guid) && !self.is_taken(&guid))
    }

    /// Whether some entry goes by that name, or one that was removed did.
    fn is_taken(&self, key: &EntryKey) -> bool {
        self.known.aliases.contains_key(key) || self.known.tombstones.contains(key)
    }

    /// The stored entry of that name, when the name is worth something here and the entry is still to be had.
    fn owner(&self, key: Option<EntryKey>) -> Option<(EntryId, &Stamp)> {
        let id = *self.known.aliases.get(&key.filter(|key| self.is_own(*key))?)?;
        let stamp = self.known.stamps.get(&id).filter(|_| !self.taken.contains(&id))?;
        Some((id, stamp))
    }

    fn is_own(&self, key: EntryKey) -> bool {
        self.count.get(&key) == Some(&1)
    }

    /// What was decided once against other evidence is decided again when the same comes back.
    fn by_whole(&self, names: &Names) -> Option<(EntryId, Via)> {
        self.owner(Some(names.whole)).map(|(id, _)| (id, Via::Text))
    }

    /// Nothing changed.
    fn as_stored(&self, names: &Names) -> Option<(EntryId, Via)> {
        let ways = [(names.guid, Via::Guid), (names.url, Via::Address), (names.text, Via::Text)];
        ways.into_iter().find_map(|(key, via)| {
            let (id, stamp) = self.owner(key)?;
            let worth = via != Via::Address || self.address_counts(names, stamp);
            (worth && stamp.content_hash == names.content_hash).then_some((id, via))
        })
    }

    /// A GUID is believed unless address, title and text all say that it is somebody else.
    fn by_guid(&self, names: &Names) -> Option<(EntryId, Via)> {
        let (id, stamp) = self.owner(names.guid)?;
        let alias = |key: Option<EntryKey>| key.and_then(|key| self.known.aliases.get(&key)) == Some(&id);
        let moved =
            names.url.is_some() && stamp.canonical_url.is_some() && stamp.canonical_url != names.canonical_url && !alias(names.url);
        (!moved || same_title(names, stamp) || alias(names.text)).then_some((id, Via::Guid))
    }

    fn by_address(&self, names: &Names) -> Option<(EntryId, Via)> {
        let (id, stamp) = self.owner(names.url)?;
        self.address_counts(names, stamp).then_some((id, Via::Address))
    }

    fn by_text(&self, names: &Names) -> Option<(EntryId, Via)> {
        self.owner(names.text).map(|(id, _)| (id, Via::Text))
    }

    /// An article's address is a name. That of another page is one for entries without a GUID of their own; beside a GUID that
    /// nobody knows it needs the same headline and a text ("Backup finished" links to one page every night).
    fn address_counts(&self, names: &Names, stamp: &Stamp) -> bool {
        match names.place {
            // A show whose feed has its newest episode alone links to its own page, which may look like an article's.
            Place::Article => self.document.len() > 1 || !self.is_unheard(names) || same_title(names, stamp),
            Place::Page => !self.is_unheard(names) || (names.has_text && same_title(names, stamp)),
            Place::Nowhere => false,
        }
    }

    fn fate(&self, i: usize) -> Fate {
        let names = &self.document[i];
        let found = self.found[i];
        let told = [names.guid, names.url.filter(|_| names.place != Place::Nowhere), names.text];
        let told = told.into_iter().flatten().filter(|key| self.is_own(*key));
        let (heard, mut own): (Vec<_>, Vec<_>) = told.partition(|key| self.known.aliases.contains_key(key));
        own.retain(|key| !self.known.tombstones.contains(key));
        // another entry answers to one of its names: the whole is noted, so that next time there is nothing to weigh
        let answers = |key: &EntryKey| self.known.aliases.get(key).copied() == found.map(|(id, _)| id);
        let disputed = !heard.iter().all(answers);
        // none of its names leads there: what was believed because of the rest of this document must hold when the rest is known, too
        let nameless = own.is_empty() && !heard.iter().any(answers);
        if !self.is_taken(&names.whole) && (disputed || nameless) {
            own.push(names.whole);
        }
        let nothing_own = own.is_empty();
        // noted without being weighed: it says nothing against the others
        own.extend(names.thin.filter(|key| self.is_own(*key) && !self.is_taken(key)));
        match found {
            Some((id, via)) => {
                let full = self.known.stamps.get(&id).is_none_or(|stamp| stamp.names >= MAX_NAMES);
                Fate::Stored { id, via, names: if full { Vec::new() } else { own } }
            }
            None if self.was_removed(names) => Fate::Removed,
            // exactly this was seen before, and what it is stored as has been given to another
            None if nothing_own => Fate::Twin,
            None => Fate::New(own),
        }
    }

    /// The rules of the passes, for entries of which only the names are left.
    fn was_removed(&self, names: &Names) -> bool {
        let gone = |key: Option<EntryKey>| key.is_some_and(|key| self.is_own(key) && self.known.tombstones.contains(&key));
        let address = match names.place {
            Place::Article => gone(names.url),
            Place::Page => gone(names.url) && (names.guid.is_none() || gone(names.guid)),
            Place::Nowhere => false,
        };
        let guid = gone(names.guid) && (names.place != Place::Article || gone(names.url));
        address || guid || gone(names.text) || gone(Some(names.whole))
    }
}

/// Entries without titles, as of a microblog, agree about it.
fn same_title(names: &Names, stamp: &Stamp) -> bool {
    names.title_hash.unwrap_or_else(|| title_hash("")) == stamp.title_hash
}
