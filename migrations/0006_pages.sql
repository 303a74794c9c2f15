-- What pages are worth to their feeds, pages that are read again, and what the pages of a host have in common.

-- A ring a feed: slot = number of the result modulo 50, so that nothing ever has to be trimmed.
CREATE TABLE scrape (
    feed_id  INTEGER NOT NULL REFERENCES feed (id),
    slot     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    worth    TEXT NOT NULL CHECK (worth IN ('more', 'same', 'poor', 'refused', 'failed')),
    whole    INTEGER NOT NULL,              -- whether the feed's text looked like all of the article
    chars    INTEGER NOT NULL,              -- of the page's text
    PRIMARY KEY (feed_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_scrape (
    feed_id        INTEGER PRIMARY KEY REFERENCES feed (id),
    scrapes        INTEGER NOT NULL DEFAULT 0,
    skipped        INTEGER NOT NULL DEFAULT 0, -- entries with a teaser since a page was asked for one
    asked_at       INTEGER,                    -- ... when that was; NULL: never, and nothing was skipped
    whole_skipped  INTEGER NOT NULL DEFAULT 0, -- the same of entries whose text looks whole
    whole_asked_at INTEGER,
    broken_at      INTEGER,                    -- since when its pages give less than before; NULL: they do not
    broken_reason  TEXT,
    was_rate       REAL,                       -- what they gave before
    was_chars      INTEGER
) STRICT;

ALTER TABLE article ADD COLUMN again INTEGER NOT NULL DEFAULT 0;   -- read once more although it was: 1 a feed's text changed, 2 asked for
ALTER TABLE article ADD COLUMN partial INTEGER NOT NULL DEFAULT 0; -- the page says that the rest is for subscribers
ALTER TABLE article ADD COLUMN lines BLOB;                         -- hashes of its lines that are counted in host_line, 8 bytes each
ALTER TABLE entry ADD COLUMN rereads INTEGER NOT NULL DEFAULT 0;   -- times its page was read again because the feed's text changed

-- How many pages of a host have a line of text: what stands on several is no story.
CREATE TABLE host_line (
    host    TEXT NOT NULL,                  -- registrable domain
    line    INTEGER NOT NULL,               -- hash
    stories INTEGER NOT NULL,
    story   INTEGER NOT NULL,               -- the article that it was seen with last
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (host, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_line_seen ON host_line (host, seen_at);

DROP VIEW entries;
CREATE VIEW entries AS
SELECT
    e.id AS id,
    e.feed_id AS feed_id,
    (SELECT coalesce(f.moved_to, f.url) FROM feed f WHERE f.id = e.feed_id) AS feed_url,
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
    e.state AS state,
    e.podcast AS podcast,
    e.content_origin = 'article' AND coalesce((SELECT a.partial FROM article a WHERE a.id = e.article_id), 0) AS partial
FROM entry e;
