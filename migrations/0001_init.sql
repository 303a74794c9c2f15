-- The store, version 1. Never edited after a release: what changes gets a new number.
--
-- Tables are singular and private. Views are plural and a promise (docs/schema.md); they and `entries_fts` use nothing
-- that stock SQLite 3.40 does not have. Times are integer milliseconds since 1970 UTC, lists are JSON text.

PRAGMA application_id = 0x464d5558; -- "FMUX"

-- === subscriptions ===

-- Feeds are never deleted: entries outlive a subscription.
CREATE TABLE feed (
    id          INTEGER PRIMARY KEY,
    origin      TEXT NOT NULL CHECK (origin IN ('config', 'managed')),
    subscribed  INTEGER NOT NULL DEFAULT 1,
    paused      INTEGER NOT NULL DEFAULT 0,
    priority    INTEGER NOT NULL DEFAULT 0,
    url         TEXT NOT NULL UNIQUE,
    title       TEXT,                       -- the user's
    tags        TEXT NOT NULL DEFAULT '[]', -- the user's
    settings    TEXT,                       -- JSON, managed feeds only
    own_title   TEXT,                       -- from here on: what the feed says of itself
    site_url    TEXT,
    language    TEXT,
    description TEXT,
    icon        TEXT,
    ttl_ms      INTEGER
) STRICT;

-- The schedule: written at every poll, so kept apart from what seldom moves.
CREATE TABLE feed_poll (
    feed_id        INTEGER PRIMARY KEY REFERENCES feed (id),
    next_poll_at   INTEGER,                 -- NULL: never (paused, gone, not subscribed), so that the index below is the queue
    hold_until     INTEGER,                 -- Retry-After: holds even when the user asks
    taken_at       INTEGER,
    interval_ms    INTEGER NOT NULL,
    last_polled_at INTEGER,
    first_ok_at    INTEGER,
    last_new_at    INTEGER,
    last_read_at   INTEGER,                 -- last time a document said which entries are still in the feed
    state          TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'gone', 'blocked', 'failing')),
    failures       INTEGER NOT NULL DEFAULT 0,
    last_status    INTEGER,
    polls          INTEGER NOT NULL DEFAULT 0,
    body_hash      BLOB,
    host           TEXT,                    -- registrable domain
    reason         TEXT,
    last_error     TEXT,
    etag           TEXT,
    last_modified  TEXT,
    validators_url TEXT
) STRICT;
CREATE INDEX feed_poll_due ON feed_poll (next_poll_at) WHERE next_poll_at IS NOT NULL;

-- A ring a feed: slot = number of the poll modulo 50, so that nothing ever has to be trimmed.
CREATE TABLE poll (
    feed_id         INTEGER NOT NULL REFERENCES feed (id),
    slot            INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    status          INTEGER,
    outcome         TEXT NOT NULL,
    new_entries     INTEGER NOT NULL,
    changed_entries INTEGER NOT NULL,
    bytes           INTEGER NOT NULL,
    duration_ms     INTEGER NOT NULL,
    PRIMARY KEY (feed_id, slot)
) STRICT, WITHOUT ROWID;

-- === entries ===

-- Small columns first: SQLite reads a row from its front, and the long texts spill into pages of their own.
-- Row numbers come from `counter`, never twice: the full-text index and addresses of pages are made of them.
CREATE TABLE entry (
    id             INTEGER PRIMARY KEY,
    feed_id        INTEGER NOT NULL REFERENCES feed (id),
    story_id       INTEGER NOT NULL,        -- row number of the story's founding entry
    article_id     INTEGER,
    state          TEXT NOT NULL CHECK (state IN ('pending', 'settled', 'removed')),
    content_origin TEXT NOT NULL DEFAULT 'feed' CHECK (content_origin IN ('feed', 'article')),
    judged         INTEGER NOT NULL DEFAULT 0, -- whether its article's text was weighed against the feed's
    foldable       INTEGER NOT NULL DEFAULT 0, -- whether the canonical address names one article
    revision       INTEGER NOT NULL DEFAULT 0,
    names          INTEGER NOT NULL,        -- rows in alias
    first_seen_at  INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    received_at    INTEGER,                 -- release; NULL: outputs do not show it yet
    backdate       INTEGER,                 -- becomes received_at at release
    hold_until     INTEGER,
    published_at   INTEGER,
    updated_at     INTEGER,
    content_hash   BLOB NOT NULL,
    title_hash     BLOB NOT NULL,
    public_id      TEXT NOT NULL UNIQUE,
    guid           TEXT,
    url            TEXT,
    canonical_url  TEXT,                    -- of the feed's link
    believed_url   TEXT,                    -- of what the page claims, when believed
    lang           TEXT,
    title          TEXT NOT NULL,
    image_url      TEXT,
    authors        TEXT NOT NULL DEFAULT '[]',
    tags           TEXT NOT NULL DEFAULT '[]',
    enclosures     TEXT NOT NULL DEFAULT '[]',
    summary_html   TEXT,
    text           TEXT NOT NULL,           -- plain, of the feed's content or summary
    content_html   TEXT                     -- the feed's own
) STRICT;
-- Each index is for one question; all but the first (and the one of public_id) hold only the rows that question is about.
CREATE INDEX entry_feed ON entry (feed_id);
CREATE INDEX entry_received ON entry (received_at) WHERE received_at IS NOT NULL;
CREATE INDEX entry_published ON entry (coalesce(published_at, first_seen_at)) WHERE received_at IS NOT NULL;
CREATE INDEX entry_address ON entry (coalesce(believed_url, canonical_url)) WHERE foldable = 1;
CREATE INDEX entry_article ON entry (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX entry_pending ON entry (hold_until) WHERE state = 'pending';
CREATE INDEX entry_folded ON entry (story_id) WHERE story_id <> id;

-- A story has the number of the entry that founded it. Its members: that entry and those of `entry_folded`.
CREATE TABLE story (
    id            INTEGER PRIMARY KEY,
    lead_entry_id INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL
) STRICT;

-- Every name under which a feed's entry was ever met. (No index by entry: a feed's names are few enough to walk.)
CREATE TABLE alias (
    feed_id  INTEGER NOT NULL,
    key      BLOB NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (feed_id, key)
) STRICT, WITHOUT ROWID;

-- Names of entries that were removed for good.
CREATE TABLE tombstone (
    feed_id INTEGER NOT NULL,
    key     BLOB NOT NULL,
    PRIMARY KEY (feed_id, key)
) STRICT, WITHOUT ROWID;

-- One page, scraped once for all entries that lead to it.
CREATE TABLE article (
    id             INTEGER PRIMARY KEY,
    state          TEXT NOT NULL CHECK (state IN ('queued', 'won', 'failed')),
    next_scrape_at INTEGER,                 -- NULL: nothing to do
    attempts       INTEGER NOT NULL DEFAULT 0,
    scraped_at     INTEGER,
    quality        REAL,
    canonical_url  TEXT NOT NULL UNIQUE,    -- the key: of the feeds' link, whatever the page claims
    url            TEXT NOT NULL,
    host           TEXT NOT NULL,
    error          TEXT,
    method         TEXT,                    -- from here on: what was won
    lang           TEXT,
    published      TEXT,
    image          TEXT,
    canonical      TEXT,
    title          TEXT,
    authors        TEXT,
    text           TEXT,
    html           TEXT
) STRICT;
CREATE INDEX article_due ON article (next_scrape_at) WHERE next_scrape_at IS NOT NULL;

CREATE TABLE decision (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    feed_id  INTEGER,
    entry_id INTEGER,
    kind     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    evidence TEXT NOT NULL
) STRICT;
CREATE INDEX decision_entry ON decision (entry_id) WHERE entry_id IS NOT NULL;

-- `change_seq` moves once in every transaction that changes what outputs can show.
CREATE TABLE counter (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('change_seq', 0), ('entry', 0);

-- === full text ===

-- Contentless: the texts are in the tables already. Texts come in with a space around every character of scripts that
-- are written without spaces. No `contentless_delete`: that needs SQLite 3.43.
CREATE VIRTUAL TABLE entries_fts USING fts5 (title, text, content = '', tokenize = 'unicode61 remove_diacritics 2');

-- Released entries that are not in the index yet. It is written in batches, because it costs several times the entry itself.
CREATE TABLE fts_todo (entry_id INTEGER PRIMARY KEY) STRICT;

-- === views: the promise ===
-- Columns that need another table are scalar sub-selects, so that a query pays only for those it names.

CREATE VIEW feeds AS
SELECT
    f.id AS id,
    f.url AS url,
    coalesce(f.title, f.own_title, f.url) AS title,
    f.site_url AS site_url,
    f.tags AS tags,
    CASE WHEN p.state = 'gone' THEN 'gone' WHEN f.paused THEN 'paused' ELSE p.state END AS state,
    p.last_status AS last_status,
    p.last_error AS last_error,
    p.failures AS failures,
    strftime('%Y-%m-%dT%H:%M:%fZ', p.last_polled_at / 1000.0, 'unixepoch') AS last_polled_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', p.next_poll_at / 1000.0, 'unixepoch') AS next_poll_at,
    p.reason AS next_poll_reason,
    p.interval_ms / 1000 AS interval_s,
    p.etag AS etag,
    p.last_modified AS last_modified,
    (SELECT count(*) FROM entry e WHERE e.feed_id = f.id) AS entries
FROM feed f JOIN feed_poll p ON p.feed_id = f.id
WHERE f.subscribed;

CREATE VIEW entries AS
SELECT
    e.id AS id,
    e.feed_id AS feed_id,
    (SELECT f.url FROM feed f WHERE f.id = e.feed_id) AS feed_url,
    (SELECT coalesce(f.title, f.own_title, f.url) FROM feed f WHERE f.id = e.feed_id) AS feed_title,
    e.guid AS guid,
    e.url AS url,
    coalesce(e.believed_url, e.canonical_url) AS canonical_url,
    e.title AS title,
    CASE WHEN e.authors = '[]' AND e.content_origin = 'article'
        THEN coalesce((SELECT a.authors FROM article a WHERE a.id = e.article_id), '[]') ELSE e.authors
    END AS authors,
    e.tags AS tags,
    CASE e.content_origin
        WHEN 'article' THEN coalesce((SELECT a.lang FROM article a WHERE a.id = e.article_id), e.lang)
        ELSE e.lang
    END AS lang,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.published_at / 1000.0, 'unixepoch') AS published_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.updated_at / 1000.0, 'unixepoch') AS updated_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.first_seen_at / 1000.0, 'unixepoch') AS first_seen_at,
    e.summary_html AS summary_html,
    CASE e.content_origin WHEN 'article' THEN (SELECT a.html FROM article a WHERE a.id = e.article_id) ELSE e.content_html END
        AS content_html,
    CASE e.content_origin WHEN 'article' THEN (SELECT a.text FROM article a WHERE a.id = e.article_id) ELSE e.text END
        AS content_text,
    e.content_origin AS content_origin,
    CASE e.content_origin
        WHEN 'article' THEN coalesce((SELECT a.image FROM article a WHERE a.id = e.article_id), e.image_url)
        ELSE e.image_url
    END AS image_url,
    e.enclosures AS enclosures,
    e.story_id AS story_id,
    (SELECT s.lead_entry_id = e.id FROM story s WHERE s.id = e.story_id) AS is_lead,
    e.state AS state
FROM entry e;

CREATE VIEW stories AS
SELECT
    s.id AS id,
    (SELECT l.title FROM entry l WHERE l.id = s.lead_entry_id) AS title,
    (SELECT l.url FROM entry l WHERE l.id = s.lead_entry_id) AS url,
    s.lead_entry_id AS lead_entry_id,
    (SELECT l.lang FROM entries l WHERE l.id = s.lead_entry_id) AS lang,
    strftime('%Y-%m-%dT%H:%M:%fZ', s.first_seen_at / 1000.0, 'unixepoch') AS first_seen_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', s.last_seen_at / 1000.0, 'unixepoch') AS last_seen_at,
    1 + (SELECT count(*) FROM entry m WHERE m.story_id = s.id AND m.story_id <> m.id) AS entries,
    (SELECT count(DISTINCT m.feed_id) FROM entry m WHERE m.id = s.id OR (m.story_id = s.id AND m.story_id <> m.id)) AS feeds,
    (
        SELECT json_group_array(json_object('feed', feed, 'title', title, 'url', url)) FROM (
            -- "other" is a column because SQLite 3.40 does not see the outer "s" in an ORDER BY.
            SELECT coalesce(f.title, f.own_title, f.url) AS feed, m.title AS title, m.url AS url, m.id <> s.lead_entry_id AS other
            FROM entry m JOIN feed f ON f.id = m.feed_id
            WHERE m.id = s.id OR (m.story_id = s.id AND m.story_id <> m.id)
            ORDER BY other, m.id
        )
    ) AS sources
FROM story s;

CREATE VIEW polls AS
SELECT
    feed_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at,
    status,
    outcome,
    new_entries,
    changed_entries,
    bytes,
    duration_ms
FROM poll;

CREATE VIEW decisions AS
SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at,
    feed_id,
    entry_id,
    kind,
    reason,
    evidence
FROM decision;
